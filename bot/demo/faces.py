"""Pictures of the people and the bot, drawn here: nothing is fetched, nobody is portrayed."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageDraw, ImageFont

_SIZE = 160
# Drawn larger and shrunk: Pillow's own edges are not smooth.
_SCALE = 4
_INK = "#16171a"
_GREEN, _CREAM = "#2f6f63", "#f4efe4"


def _png(image: Image.Image) -> bytes:
    # Pillow's own annotation of resize is incomplete.
    small: Image.Image = cast("Any", image).resize((_SIZE, _SIZE), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


@cache
def letter(name: str, colour: str, font: Path) -> bytes:
    """The first letter of a name on the person's colour."""
    side = _SIZE * _SCALE
    image = Image.new("RGB", (side, side), colour)
    face = ImageFont.truetype(font, side // 2)
    draw = ImageDraw.Draw(image)
    draw.text((side / 2, side * 0.68), name[0], fill=_INK, font=face, anchor="ms")
    return _png(image)


@cache
def mark() -> bytes:
    """The bot's mark, as in ``page/mark.svg``: a speech bubble with somebody in it."""
    side = _SIZE * _SCALE
    unit = side / 32
    image = Image.new("RGB", (side, side), _GREEN)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8 * unit, 8 * unit, 24 * unit, 20.5 * unit), 3.5 * unit, fill=_CREAM)
    draw.polygon(
        [(10 * unit, 20 * unit), (10 * unit, 25 * unit), (16 * unit, 20 * unit)], fill=_CREAM
    )
    x, y, r = 16 * unit, 14.2 * unit, 2.4 * unit
    draw.ellipse((x - r, y - r, x + r, y + r), fill=_GREEN)
    return _png(image)
