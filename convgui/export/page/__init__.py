"""A lesson or a document as one page that is stepped, hovered and read in a browser, without a network."""
