"""The commands that need no window, one file each; they are imported when they are asked for."""
