"""Rasterises the SVG drawings of the vocabulary into the atlas that the package ships."""
