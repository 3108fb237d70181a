"""Renders the contact sheet in docs/, from prompts as people type them.

python -m training.storybook.gallery docs/storybook-contact-sheet.png
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from PIL import Image

from t2i_chat.storybook.package import WEIGHTS
from t2i_chat.storybook.sheet import save_sheet
from training.storybook.studio import Studio, open_studio

PROMPTS = (
    "a lighthouse on the beach at sunset",
    "two dogs in front of a red house",
    "an elephant in the desert",
    "a rocket flying over a city at night",
    "a snowman next to a christmas tree, it is snowing",
    "a blue whale and a small boat on the ocean",
    "a penguin on snowy ground",
    "three balloons in a clear blue sky above a meadow",
    "a tiger deep in the forest",
    "a yellow tractor in a field in autumn",
    "a castle at dawn with a dragon in front of it",
    "an orange cat and a couch in the living room",
    "a rainbow over a green meadow with sheep",
    "a treasure chest and a palm tree on the beach",
    "a taxi on a rainy street",
    "a giraffe on the left and a zebra on the right",
    "an owl and the moon at night",
    "a purple hot air balloon above a mountain",
    "a pumpkin and a ghost in the fog",
    "a swan on the lake in the morning",
    "four apples on the grass",
    "a fire truck and an ambulance in town",
    "a teddy bear and a purple bed",
    "a rabbit and a carrot in the garden",
    "a stormy sea with a ship",
    "a kangaroo in the desert at dusk",
    "a train in a winter landscape",
    "a pink flower next to a big mushroom",
    "a shark in the water under a grey sky",
    "a police car in front of a hospital",
    "a bee above a sunflower",
    "a camel and a cactus",
    "a church at night, stars",
    "a red umbrella on a rainy day",
    "a ferris wheel and a circus tent",
    "a squirrel under a tree, autumn leaves",
    "a green dinosaur in a park",
    "a duck by the river",
    "an airplane above the clouds and the sea",
    "a campfire and a blue tent under the stars",
    "a cow on a green hill, sunny day",
    "a birthday cake, a present and a candle indoors",
    "a brown horse in a meadow at sunset",
    "a guitar and a drum in a cosy room",
    "a black cat on a city street at night",
    "a flamingo by a pond",
    "a hedgehog among autumn leaves",
    "a helicopter over the city",
    "a crab on a sandy beach",
    "two blue butterflies over a rose",
    "a big yellow truck on the road",
    "a turtle and a snail on the lawn",
    "a green car and a white house",
    "a parrot in the sky above palm trees",
    "a fountain in the park, springtime",
    "a lonely cabin in the snow under a night sky",
    "a dolphin on the waves at sunrise",
    "a bicycle in front of a shop",
    "a fairy in the woods",
    "a penguin, an ice cream and the sun",
)
"""Sixty wishes, none of them from the training captions; a seed is a wish's place in the list."""


def paint_sheet(studio: Studio, path: Path, side: int = 176, columns: int = 10) -> None:
    """Paint one picture a prompt and save them as one small palette PNG, captions below."""
    pictures = [
        Image.fromarray(studio.paint(prompt, seed)).resize((side, side), Image.Resampling.LANCZOS)
        for seed, prompt in enumerate(PROMPTS)
    ]
    save_sheet(path, pictures, columns=columns, captions=PROMPTS)
    with Image.open(path) as sheet:
        sheet.quantize(224).save(path, optimize=True)


def main(
    path: Annotated[Path, typer.Argument(help="The PNG to write.")],
    weights: Annotated[Path, typer.Option(help="The pipeline to paint with.")] = WEIGHTS,
) -> None:
    """Paint the contact sheet with the weights in a folder."""
    with open_studio(weights) as studio:
        paint_sheet(studio, path)


if __name__ == "__main__":
    typer.run(main)
