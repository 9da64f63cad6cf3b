"""The bars and panels around the stage."""
