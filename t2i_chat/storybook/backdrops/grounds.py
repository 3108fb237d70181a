"""All grounds by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from t2i_chat.storybook.backdrops import (
    cavern,
    city,
    cosmos,
    countryside,
    drylands,
    fields,
    halls,
    indoors,
    mountains,
    plain,
    rooms,
    shore,
    snowfields,
    street,
    underwater,
    village,
    woods,
)
from t2i_chat.storybook.backdrops.air import Air
from t2i_chat.storybook.backdrops.easel import Easel
from t2i_chat.storybook.backdrops.light import Light


@dataclass(frozen=True, slots=True)
class Ground:
    """How a ground is painted, and the share of the height where it begins.

    `light` makes the light of grounds that have light of their own; nothing falls from the sky
    where it is not `open_air`.
    """

    paint: Callable[[Easel], None]
    horizon: float
    light: Callable[[Air], Light] | None = None
    open_air: bool = True


GROUNDS: Mapping[str, Ground] = {
    "hills": Ground(countryside.paint_hills, 0.60),
    "meadow": Ground(countryside.paint_meadow, 0.55),
    "forest": Ground(woods.paint_forest, 0.62),
    "mountains": Ground(mountains.paint_mountains, 0.60),
    "beach": Ground(shore.paint_beach, 0.47),
    "sea": Ground(shore.paint_sea, 0.50),
    "lake": Ground(shore.paint_lake, 0.50),
    "river": Ground(shore.paint_river, 0.54),
    "desert": Ground(drylands.paint_desert, 0.58),
    "snow": Ground(snowfields.paint_snow, 0.57),
    "snowy hill": Ground(snowfields.paint_snowy_hill, 0.60),
    "icy lake": Ground(snowfields.paint_icy_lake, 0.52),
    "autumn park": Ground(woods.paint_park, 0.58),
    "garden": Ground(fields.paint_garden, 0.52),
    "farm": Ground(fields.paint_farm, 0.52),
    "road": Ground(fields.paint_road, 0.55),
    "city": Ground(city.paint_city, 0.62),
    "city street": Ground(street.paint_street, 0.58),
    "village": Ground(village.paint_village, 0.60),
    "living room": Ground(rooms.paint_living_room, 0.62, indoors.indoor_light, open_air=False),
    "kitchen": Ground(rooms.paint_kitchen, 0.62, indoors.indoor_light, open_air=False),
    "bedroom": Ground(rooms.paint_bedroom, 0.62, indoors.indoor_light, open_air=False),
    "stage": Ground(halls.paint_stage, 0.64, halls.stage_light, open_air=False),
    "castle hall": Ground(halls.paint_castle_hall, 0.62, indoors.indoor_light, open_air=False),
    "cave": Ground(cavern.paint_cave, 0.60, cavern.cave_light, open_air=False),
    "space": Ground(cosmos.paint_space, 1.0, cosmos.starlight, open_air=False),
    "moon": Ground(cosmos.paint_moon, 0.62, cosmos.moonlit, open_air=False),
    "underwater": Ground(underwater.paint_underwater, 0.66, underwater.sea_light, open_air=False),
    "sky": Ground(plain.paint_only_sky, 1.0),
    "plain": Ground(plain.paint_plain, 0.66, indoors.indoor_light, open_air=False),
}
"""Every ground a setting may name."""
