"""`python -m training.storybook.art NODE_MODULES` draws the atlas from the SVG files."""

import typer

from training.storybook.art.build import build

if __name__ == "__main__":
    typer.run(build)
