"""The stage: from a document to the picture on the screen, and what is pointed at in it."""
