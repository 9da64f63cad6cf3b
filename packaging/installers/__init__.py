"""What makes installers of convgui: `packaging/build.py` is the command, one module here for each kind."""
