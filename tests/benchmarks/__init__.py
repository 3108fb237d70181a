"""What the program costs, measured: figures are printed, and judged by tests elsewhere."""
