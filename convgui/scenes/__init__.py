"""Ways of looking at a layer, one self-contained place each."""
