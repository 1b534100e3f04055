"""How far apart two colours are, as WCAG 2.2 measures it."""

from __future__ import annotations


def measure_luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, in [0, 1]."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measure_contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, in [1, 21]."""
    low, high = sorted((measure_luminance(one), measure_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix_colours(above: str, below: str, *, share: float) -> str:
    """Return what a colour that lets the one below shine through looks like."""
    pairs = ((int(each[start : start + 2], 16) for each in (above, below)) for start in (1, 3, 5))
    channels = (round(share * one + (1 - share) * other) for one, other in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in channels)
