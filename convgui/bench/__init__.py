"""convgui bench: speed beside the peers that are installed."""
