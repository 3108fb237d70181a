"""Pure image arithmetic with numpy, Pillow and OpenCV: masks, infilling, metadata, decoding."""
