"""Pictures as display lists of arrays; colours, numbers, layout, SVG. No Qt."""
