"""Daylight and weather: the colours of the sky, of lit and shaded sides, and of distance.

Every ground is drawn once, in the colours of its things by neutral light; hour, weather and mood
come from here alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from t2i_chat.storybook.backdrops.colour import Floats, mix, moved, srgb, turn
from t2i_chat.storybook.backdrops.look import Look
from t2i_chat.storybook.oklch import OkLch

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Ramp:
    """A material in this light: (3,) sRGB of its shaded, middle and lit side."""

    shadow: Floats
    base: Floats
    light: Floats

    def at(self, shade: Floats) -> Floats:
        """Return (..., 3) colours for shades from 0 (shadow) over 0.5 to 1 (light)."""
        up, down = np.maximum(2 * shade - 1, 0), np.maximum(1 - 2 * shade, 0)
        rise, fall = self.light - self.base, self.shadow - self.base
        planes = np.empty((3, *shade.shape), np.float32)
        for channel in range(3):
            planes[channel] = self.base[channel] + up * rise[channel] + down * fall[channel]
        return np.moveaxis(planes, 0, -1)


@dataclass(frozen=True, slots=True)
class Air:
    """The light of an hour and its weather.

    `sky` holds the colours from the zenith down to the horizon; `sun` and `shade` multiply the
    linear RGB of lit and shaded sides; far land takes the colour of `distance` and fades to
    `haze`, by `thickness` at the horizon; `lamps` says how brightly lamps shine, 0 to 1;
    `glow` lies low over the horizon on the `side` the light comes from, -1 (left) to 1 (right).
    """

    sky: tuple[OkLch, ...]
    sun: Rgb
    shade: Rgb
    distance: OkLch
    haze: OkLch
    thickness: float
    cloud: tuple[OkLch, OkLch]
    glow: OkLch
    glowing: float
    lamps: float
    chroma: float = 1.0
    side: float = -1.0

    def lit(self, colour: OkLch, light: Rgb, depth: float) -> Floats:
        """Return a colour in `light`, `depth` (0 near, 1 at the horizon) into the haze."""
        linear = srgb(moved(colour, chroma=self.chroma)) ** 2.2 * np.array(light, np.float32)
        near = np.clip(linear, 0, 1) ** (1 / 2.2)
        far = near + (srgb(self.distance) - near) * (0.72 * depth)
        return np.asarray(far + (srgb(self.haze) - far) * self.veil(depth), np.float32)

    def veil(self, depth: float) -> float:
        """Return the share of haze, 0 to 1, at a depth."""
        return min(self.thickness * depth, 0.97)

    def ramp(self, colour: OkLch, depth: float = 0.0, contrast: float = 1.0) -> Ramp:
        """Return a material in this light; its shadows turn to blue, its lights to yellow."""
        lightness, chroma, hue = colour
        dark = (lightness - 0.14 * contrast, chroma + 0.010, turn(hue, 275, 14))
        bright = (lightness + 0.075 * contrast, chroma * 1.02, turn(hue, 95, 10))
        middle = tuple((a + b) / 2 for a, b in zip(self.sun, self.shade, strict=True))
        return Ramp(
            self.lit(dark, self.shade, depth),
            self.lit(colour, (middle[0], middle[1], middle[2]), depth),
            self.lit(bright, self.sun, depth),
        )

    def flat(self, colour: OkLch, depth: float = 0.0) -> Floats:
        """Return the middle tone of a material as (3,) sRGB."""
        return self.ramp(colour, depth).base


HOURS = {
    "day": Air(
        sky=((0.70, 0.125, 246), (0.79, 0.095, 238), (0.88, 0.055, 225), (0.95, 0.028, 205)),
        sun=(1.02, 1.0, 0.95),
        shade=(0.82, 0.88, 1.0),
        distance=(0.72, 0.085, 232),
        haze=(0.90, 0.045, 225),
        thickness=0.40,
        cloud=((0.99, 0.008, 90), (0.84, 0.045, 255)),
        glow=(0.98, 0.04, 95),
        glowing=0.25,
        lamps=0.0,
    ),
    "dawn": Air(
        sky=((0.70, 0.085, 275), (0.80, 0.075, 315), (0.88, 0.075, 10), (0.93, 0.070, 65)),
        sun=(1.02, 0.88, 0.80),
        shade=(0.70, 0.65, 0.92),
        distance=(0.70, 0.085, 325),
        haze=(0.89, 0.065, 15),
        thickness=0.42,
        cloud=((0.97, 0.045, 45), (0.78, 0.075, 320)),
        glow=(0.96, 0.085, 75),
        glowing=0.65,
        lamps=0.25,
    ),
    "sunset": Air(
        sky=((0.50, 0.115, 290), (0.63, 0.135, 340), (0.77, 0.135, 35), (0.89, 0.120, 75)),
        sun=(1.05, 0.70, 0.46),
        shade=(0.50, 0.37, 0.66),
        distance=(0.56, 0.125, 350),
        haze=(0.78, 0.125, 42),
        thickness=0.40,
        cloud=((0.90, 0.105, 50), (0.60, 0.125, 335)),
        glow=(0.95, 0.130, 85),
        glowing=0.8,
        lamps=0.5,
    ),
    "night": Air(
        sky=((0.19, 0.065, 275), (0.26, 0.085, 272), (0.36, 0.095, 265), (0.48, 0.085, 250)),
        sun=(0.19, 0.30, 0.68),
        shade=(0.075, 0.125, 0.38),
        distance=(0.31, 0.085, 268),
        haze=(0.42, 0.085, 258),
        thickness=0.40,
        cloud=((0.48, 0.065, 268), (0.30, 0.070, 272)),
        glow=(0.62, 0.08, 240),
        glowing=0.3,
        lamps=1.0,
        chroma=0.68,
    ),
}
"""The air of every hour in fair weather."""

OVERCAST: dict[str, tuple[OkLch, OkLch, OkLch]] = {
    "day": ((0.66, 0.035, 255), (0.84, 0.022, 245), (0.82, 0.020, 245)),
    "dawn": ((0.62, 0.040, 290), (0.84, 0.035, 340), (0.81, 0.030, 330)),
    "sunset": ((0.45, 0.060, 300), (0.72, 0.070, 25), (0.64, 0.060, 350)),
    "night": ((0.20, 0.035, 265), (0.38, 0.045, 258), (0.34, 0.042, 262)),
}
"""Zenith, horizon and haze under a closed sky."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What weather does: how far it closes the sky, lightens it, dims the sun, thickens the air."""

    closed: float
    lightness: float
    dim: float
    thickness: float
    chroma: float


WEATHER = {
    "rain": Cover(0.85, -0.03, 0.80, 0.55, 0.84),
    "storm": Cover(1.0, -0.16, 0.56, 0.55, 0.74),
    "snow": Cover(0.85, 0.05, 0.92, 0.60, 0.85),
    "fog": Cover(0.95, 0.06, 0.90, 1.05, 0.70),
}


def air_of(look: Look, side: float) -> Air:
    """Return the air of a look; `side` runs from -1 (light from the left) to 1 (right)."""
    air = replace(HOURS[look.time], side=side)
    if look.weather is not None:
        air = _covered(air, WEATHER[look.weather], look.time)
    return _felt(air, look.mood)


def _covered(air: Air, cover: Cover, time: str) -> Air:
    zenith, horizon, haze = OVERCAST[time]
    last = len(air.sky) - 1
    closed = tuple(
        moved(mix(stop, mix(zenith, horizon, i / last), cover.closed), cover.lightness)
        for i, stop in enumerate(air.sky)
    )
    grey = moved(mix(air.haze, haze, cover.closed), cover.lightness)
    light = mix(air.cloud[0], moved(horizon, 0.07), cover.closed)
    dark = mix(air.cloud[1], moved(zenith, -0.05), cover.closed)
    return replace(
        air,
        sky=closed,
        haze=grey,
        distance=mix(air.distance, moved(grey, -0.14), cover.closed),
        thickness=cover.thickness,
        chroma=air.chroma * cover.chroma,
        sun=_dimmed(air, cover),
        shade=dimmed(air.shade, cover.dim),
        cloud=(moved(light, cover.lightness), moved(dark, cover.lightness)),
        glowing=air.glowing * (1 - cover.closed),
        lamps=max(air.lamps, 0.35),
    )


def _dimmed(air: Air, cover: Cover) -> Rgb:
    """Return the sunlight behind clouds: dimmer, and nearer to the light of the shade."""
    near = tuple(
        (a + (b - a) * 0.45 * cover.closed) * cover.dim
        for a, b in zip(air.sun, air.shade, strict=True)
    )
    return near[0], near[1], near[2]


def dimmed(light: Rgb, factor: float) -> Rgb:
    """Return a light made weaker."""
    return light[0] * factor, light[1] * factor, light[2] * factor


def _felt(air: Air, mood: str | None) -> Air:
    """Return the air moved to a mood."""
    if mood == "cosy":
        return _washed(air, (0.86, 0.09, 65), 0.18, 1.04, (1.06, 0.97, 0.84))
    if mood == "spooky":
        return _washed(air, (0.36, 0.085, 305), 0.72, 0.70, (0.60, 0.62, 0.66))
    if mood == "cheerful":
        return _washed(air, (0.90, 0.08, 215), 0.10, 1.14, (1.05, 1.04, 1.0))
    if mood == "dreamy":
        return _washed(air, (0.86, 0.085, 328), 0.55, 0.95, (1.04, 0.94, 1.08))
    return air


def _washed(air: Air, wash: OkLch, share: float, chroma: float, light: Rgb) -> Air:
    """Return the air with a wash of colour over its sky, of the wash's hue at each lightness."""

    def washed(colour: OkLch) -> OkLch:
        there = (colour[0] + (wash[0] - colour[0]) * 0.35, wash[1], wash[2])
        return mix(colour, there, share)

    sun = tuple(a * b for a, b in zip(air.sun, light, strict=True))
    shade = tuple(a * b for a, b in zip(air.shade, light, strict=True))
    return replace(
        air,
        sky=tuple(washed(stop) for stop in air.sky),
        haze=washed(air.haze),
        distance=washed(air.distance),
        cloud=(washed(air.cloud[0]), washed(air.cloud[1])),
        chroma=air.chroma * chroma,
        sun=(sun[0], sun[1], sun[2]),
        shade=(shade[0], shade[1], shade[2]),
    )
