"""What all rooms are made of: labels, dialogs, painters, fonts and looks."""
