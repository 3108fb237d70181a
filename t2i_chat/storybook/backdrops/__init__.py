"""Paints the empty scene that a picture's things are put into, softly shaded, from a seed.

- paint.py: setting → picture, masks and light; look.py: what a setting leaves open
- air.py, seasons.py, light.py: hour, weather, mood and season as colours over the same land
- grounds.py: all grounds by name, each in a module of its kind (countryside.py, shore.py, …)
- skies.py, clouds.py, stars.py: what hangs in the sky; weather.py: what falls before the things
- ridges.py, solids.py, shapes.py, growth.py, waters.py: land, round bodies, drawn shapes, plants,
  water; indoors.py, furnishings.py: rooms
- canvas.py, easel.py, colour.py, noise.py, streams.py: the tools
"""

from t2i_chat.storybook.backdrops.grounds import GROUNDS
from t2i_chat.storybook.backdrops.light import Light
from t2i_chat.storybook.backdrops.paint import Backdrop, paint_backdrop
from t2i_chat.storybook.backdrops.skies import SKIES
from t2i_chat.storybook.backdrops.weather import weather_before

__all__ = ["GROUNDS", "SKIES", "Backdrop", "Light", "paint_backdrop", "weather_before"]
