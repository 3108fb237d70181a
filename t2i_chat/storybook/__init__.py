"""The embedded text-to-image model at run time: its words, layouts, judge and weights."""
