"""Where names stand in a picture so that none covers another or a sign.

Point-feature label placement by trying positions in turn (Imhof, 1962, for their order);
a name that finds no room is left out, and is read by pointing at its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Anchor = Literal["left", "right", "center"]
_Box = tuple[float, float, float, float]

# A letter of the app's font is about so wide for each pixel of its size.
_LETTER_SHARE = 0.56
_GAP_PX = 4.0
# Right of the sign first, for it reads best there.
_SIDES: tuple[tuple[int, int], ...] = (
    (1, 0),
    (-1, 0),
    (0, -1),
    (0, 1),
    (1, -1),
    (1, 1),
    (-1, -1),
    (-1, 1),
)
_ANCHORS: dict[int, Anchor] = {1: "left", -1: "right", 0: "center"}


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign at ``x``, ``y`` that reaches ``radius`` pixels, and the name that goes with it."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True, slots=True)
class Lettering:
    """The name of sign ``number``: its height, and where its ``anchor`` end stands across."""

    number: int
    x: float
    y: float
    anchor: Anchor


def place_names(
    signs: Sequence[Sign], *, width: float, height: float, font_px: float
) -> list[Lettering]:
    """Find room for names beside their signs.

    Parameters
    ----------
    signs
        Those whose names matter most come first; one without a name only takes room.
    width, height
        Of the picture, in pixels.
    font_px
        Size of the letters.

    Returns
    -------
    list[Lettering]
        Of the names that found room, in the order of the signs.
    """
    taken: list[_Box] = [
        (sign.x - sign.radius, sign.y - sign.radius, sign.x + sign.radius, sign.y + sign.radius)
        for sign in signs
    ]
    found = []
    for number, sign in enumerate(signs):
        for side in _SIDES if sign.name else ():
            lettering, box = _try(number, sign, side, font_px=font_px)
            is_inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            own = taken[number]
            if is_inside and not any(_meet(box, each) for each in taken if each is not own):
                taken.append(box)
                found.append(lettering)
                break
    return found


def _try(
    number: int, sign: Sign, side: tuple[int, int], *, font_px: float
) -> tuple[Lettering, _Box]:
    across, down = side
    width = _LETTER_SHARE * font_px * len(sign.name)
    height = 1.15 * font_px
    # Aslant the name begins nearer, for the sign is round.
    reach = sign.radius + _GAP_PX if not (across and down) else 0.7 * sign.radius + _GAP_PX / 2
    x = sign.x + across * reach
    y = sign.y + down * (reach + height / 2)
    left = x - {1: 0.0, 0: width / 2, -1: width}[across]
    anchor = _ANCHORS[across]
    return Lettering(number, x, y, anchor), (left, y - height / 2, left + width, y + height / 2)


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
