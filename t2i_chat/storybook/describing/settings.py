"""Puts what was said of place, hour, weather and manner together to one setting."""

from __future__ import annotations

from collections.abc import Iterable

from t2i_chat.storybook.description import Setting

FIELDS = ("ground", "sky", "time", "weather", "season", "mood", "style")
_COMPOUNDS = {
    ("hills", "snowy"): "snowy hill", ("meadow", "snowy"): "snow", ("hills", "icy"): "snowy hill",
    ("lake", "icy"): "icy lake", ("lake", "snowy"): "icy lake", ("river", "icy"): "icy lake",
    ("plain", "snowy"): "snow",
}  # fmt: skip
"""Grounds that look otherwise under snow and ice; any other has its winter."""
_WHITE = frozenset(["snow", "icy lake", "snowy hill"])
ABSENT = {"sky=clouds": "sky=clear"}
"""What is said by saying that something is absent."""


def setting_of(said: Iterable[str]) -> Setting:
    """The setting that assignments "field=value" make; of two for one field the first counts.

    A park in autumn and hills under snow are grounds of their own.
    """
    values: dict[str, str] = {}
    frosts: list[str] = []
    for words in said:
        field, _, value = words.partition("=")
        if field == "frost" or (field == "ground" and value == "snow" and "ground" in values):
            frosts.append(value if field == "frost" else "snowy")
        elif field in FIELDS:
            values.setdefault(field, value)
    if frosts:
        _freeze(values, frosts[0])
    if values.get("ground") == "garden" and values.get("season") == "autumn":
        values["ground"] = "autumn park"
    return Setting(**values)


def _freeze(values: dict[str, str], frost: str) -> None:
    ground = values.get("ground", "")
    if (ground, frost) in _COMPOUNDS:
        values["ground"] = _COMPOUNDS[ground, frost]
    elif ground not in _WHITE:
        values.setdefault("season", "winter")
