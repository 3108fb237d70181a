"""Image processing with numpy, Pillow and OpenCV: masks, infill, PNG metadata, upload decoding.

- masks.py: mask arithmetic (grow, feather, composite) and the receipt of an edit
- strength_map.py: strength per pixel for differential diffusion
- infill.py: Telea inpainting of a region before it is denoised
- color_match.py: matches an inpainted region's colours to its surroundings
- outpaint_canvas.py: margins and initial canvas for outpainting
- grabcut.py: foreground extraction from a box (GrabCut)
- components.py: picks among several pieces ("the second tree from the left")
- contours.py: the outline of a mask as an SVG path
- perspective.py: corners of a surface seen at an angle, and warping a flat page onto them
- shading.py: shades lettering with the light of its ground
- diff.py: pixel difference and heat map of two pictures
- decode.py: decodes uploaded pictures and masks (EXIF orientation, transparency, limits)
- png_metadata.py: writes and reads the recipe in a PNG, and writes A1111 `parameters`
- a1111_metadata.py: reads A1111 `parameters` of other programs
"""
