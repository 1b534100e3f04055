"""The matrix as a picture: room for its labels, ink that can be read on every shade."""

from __future__ import annotations

import pytest

from roadmapfit.app.widgets import heatmap

WIDE, SLIM = heatmap._FRAMES["wide"], heatmap._FRAMES["slim"]


def luminance(colour: tuple[float, ...]) -> float:
    """Return the relative luminance of WCAG 2.2, in [0, 1], of red, green and blue in [0, 255]."""
    linear = [
        each / 255 / 12.92 if each / 255 <= 0.04045 else ((each / 255 + 0.055) / 1.055) ** 2.4
        for each in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def parse(colour: str) -> tuple[float, ...]:
    return tuple(float(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("per_cent", range(0, 101, 4))
def test_numbers_can_be_read_on_every_shade(scheme: str, per_cent: int) -> None:
    pale, strong = map(parse, heatmap._SHADES[scheme])
    share = per_cent / 100
    shade = luminance(
        tuple(low + share * (high - low) for low, high in zip(pale, strong, strict=True))
    )
    ink = heatmap._INK[scheme][share > heatmap._TURN[scheme]]
    light, dark = sorted((shade, luminance(parse(ink))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_labels_aslant_reach_beyond_the_last_column() -> None:
    # A label of ten signs is 0.52 * 12 * 10 = 62.4 pixels long: 47.8 of them across.
    assert WIDE.reach_right(["a" * 10]) == 35  # less half a column of 27
    # Before the last one it has one and a half columns: 7.3 are left, more than of "2024".
    assert WIDE.reach_right(["a" * 10, "2024"]) == 8
    assert WIDE.reach_right([]) == 0


@pytest.mark.parametrize(
    ("labels", "angle"), [(["2024"] * 12, 0), (["2024"] * 30, -40), (["2024", "unknown"], -40)]
)
def test_years_stand_upright_where_they_have_room(labels: list[str], angle: int) -> None:
    # "2024" takes 25 pixels and a gap of 6: more than a column of 27, and less than one of 46.
    columns = heatmap.Axis([str(number) for number, _ in enumerate(labels)], labels, "Year")
    rows = heatmap.Axis(["a"], ["A"], "Item")
    chart = heatmap._build(
        [], rows, columns, frame=WIDE, scheme="light", most=1.0, value="projects"
    )
    assert chart["encoding"]["x"]["axis"]["labelAngle"] == angle


@pytest.mark.parametrize("n_columns", [1, 5, 20])
def test_a_picture_of_up_to_twenty_columns_fits_the_page(n_columns: int) -> None:
    right = 120
    taken = WIDE.fit_left(n_columns, right=right) + right
    assert taken + n_columns * WIDE.fit_column(n_columns, right=right) <= WIDE.page


def test_long_labels_have_lines_and_stand_on_the_middle_of_their_row() -> None:
    label = "Croissance et sécurisation du futur sur les territoires"
    assert SLIM.wrap(label, 100) == ["Croissance et", "sécurisation du", "futur sur les…"]
    axis = heatmap._axis(["Innovation", ["two", "lines"]], WIDE, orient="left", angle=0, limit=9)
    raised = axis["labelOffset"]
    assert raised["value"] == 0
    assert raised["condition"] == [
        {"test": "indexof([2], datum.value) >= 0", "value": pytest.approx(-6.9)}
    ]
