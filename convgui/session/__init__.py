"""The state of a window: the document, its history and the player. No Qt."""
