from __future__ import annotations

import pytest

from roadmapfit.cautions import Caution, CautionKind
from roadmapfit.contribution import UNDEFINED, Contribution, Origin
from roadmapfit.wording import MAX_CHARS, render_caution, render_contribution, render_origin
from toys import toy_passage


@pytest.mark.parametrize(
    ("contribution", "said"),
    [
        (Contribution(0.4, 0.12), "sans ce passage, la probabilité perdrait 12 points"),
        (Contribution(0.4, 0.0), "sans ce passage, la probabilité perdrait moins d'un point"),
        (Contribution(-0.4, -0.1), "sans ce passage, la probabilité ne baisserait pas"),
        (UNDEFINED, ""),
    ],
)
def test_a_contribution_is_said_in_points(contribution: Contribution, said: str) -> None:
    assert render_contribution(contribution, "fr") == said


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (Origin(0.0, 2.0, 0.0), "This match rests on meaning alone."),
        (Origin(2.0, -1.0, 0.0), "This match rests on shared words alone."),
        (Origin(0.0, -1.0, 0.0), "Neither words nor meaning bring this project near the item."),
        (
            Origin(1.0, 1.0, 0.5),
            "This match rests 50% on shared words and 50% on meaning. "
            "Decisions about other projects strengthen it.",
        ),
        (
            Origin(0.0, 1.0, -0.5),
            "This match rests on meaning alone. Decisions about other projects lower it.",
        ),
    ],
)
def test_an_origin_is_said_in_one_sentence_or_two(origin: Origin, said: str) -> None:
    assert render_origin(origin, "en") == said


def test_a_long_quotation_is_cut_at_a_word() -> None:
    text = "word " * 100
    caution = Caution(CautionKind.COPIED, toy_passage(text), 0, len(text))
    said = render_caution(caution, "en")
    assert said.endswith("word…”")
    assert len(said) <= MAX_CHARS + len("Worded like the item itself: “”")
