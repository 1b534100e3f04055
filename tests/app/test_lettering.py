from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.app.lettering import Lettering, Sign, place_names


def find_box(lettering: Lettering, sign: Sign) -> tuple[float, float, float, float]:
    width = 0.56 * 12 * len(sign.name)
    left = lettering.x - {"left": 0.0, "center": width / 2, "right": width}[lettering.anchor]
    return left, lettering.y - 6, left + width, lettering.y + 6


def test_a_name_stands_right_of_its_sign() -> None:
    assert place_names([Sign(50, 50, 5, "abc")], width=200, height=100, font_px=12) == [
        Lettering(0, 59, 50, "left")
    ]


def test_at_the_edge_it_stands_left() -> None:
    found = place_names([Sign(190, 50, 5, "abc")], width=200, height=100, font_px=12)
    assert found == [Lettering(0, 181, 50, "right")]


def test_the_first_name_wins_and_one_without_room_is_left_out() -> None:
    crowd = [Sign(30, 10, 5, "a long name"), Sign(30, 10, 5, "another name")]
    found = place_names(crowd, width=120, height=20, font_px=12)
    assert [each.number for each in found] == [0]


def test_a_sign_without_a_name_takes_room_only() -> None:
    signs = [Sign(50, 50, 5, "abc"), Sign(66, 50, 5, "")]
    (found,) = place_names(signs, width=200, height=100, font_px=12)
    assert found.anchor == "right"


@given(
    st.lists(
        st.builds(
            Sign, st.integers(0, 400), st.integers(0, 200), st.just(4.0), st.text("abc", max_size=9)
        ),
        max_size=25,
    )
)
def test_names_cover_neither_names_nor_signs(signs: list[Sign]) -> None:
    found = place_names(signs, width=400, height=200, font_px=12)
    boxes = [find_box(each, signs[each.number]) for each in found]
    taken = [(sign.x - 4, sign.y - 4, sign.x + 4, sign.y + 4) for number, sign in enumerate(signs)]
    met = [
        (one, other)
        for number, one in enumerate(boxes)
        for other in (
            *boxes[number + 1 :],
            *(box for each, box in enumerate(taken) if each != found[number].number),
        )
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert met == []
