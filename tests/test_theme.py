"""The theme against WCAG 2.2: 4.5 for text, 3 for what is drawn beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from contrast import measure_contrast, mix_colours

TEXT, GRAPHICS = 4.5, 3.0


def test_contrast_is_that_of_the_standard() -> None:
    assert measure_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert measure_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_drawings_stand_out(repository: Path, theme: str, background: str) -> None:
    configuration = tomllib.loads((repository / ".streamlit/config.toml").read_text("utf-8"))
    colours = configuration["theme"][theme]
    hues = ("red", "orange", "green", "blue", "gray")
    texts = ["textColor", "linkColor", *(f"{hue}TextColor" for hue in hues)]
    drawings = ["primaryColor", "borderColor", *(f"{hue}Color" for hue in hues)]
    pairs = [(name, colours[name], TEXT) for name in texts]
    pairs += [(name, colours[name], GRAPHICS) for name in drawings]
    pairs += [("chart", colour, GRAPHICS) for colour in colours["chartCategoricalColors"]]
    too_faint = [
        (name, colour, round(measure_contrast(colour, colours[background]), 2))
        for name, colour, least in pairs
        if measure_contrast(colour, colours[background]) < least
    ]
    assert too_faint == []


@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_that_streamlit_fades_reads_well(
    repository: Path, theme: str, background: str
) -> None:
    configuration = tomllib.loads((repository / ".streamlit/config.toml").read_text("utf-8"))
    colours = configuration["theme"][theme]
    faded = mix_colours(colours["textColor"], colours[background], share=0.6)
    assert measure_contrast(faded, colours[background]) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_white_reads_well_on_a_primary_button(repository: Path, theme: str) -> None:
    configuration = tomllib.loads((repository / ".streamlit/config.toml").read_text("utf-8"))
    primary = configuration["theme"][theme]["primaryColor"]
    assert measure_contrast("#ffffff", primary) >= TEXT
