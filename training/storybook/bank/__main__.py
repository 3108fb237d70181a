"""`python -m training.storybook.bank [--cache FOLDER] [--out FOLDER]` builds the bank."""

import typer

from training.storybook.bank.build import build

if __name__ == "__main__":
    typer.run(build)
