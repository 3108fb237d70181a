"""From a plan to a `RenderRequest`: which region, what to paint there, how to check it; pure."""
