"""`python -m t2i_chat.storybook.art NODE_MODULES` draws the atlas; it knows nothing else."""

import typer

from training.storybook.art.build import build

if __name__ == "__main__":
    typer.run(build)
