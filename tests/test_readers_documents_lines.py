"""Words to lines: where a row of words is one line, and where it is two columns."""

from __future__ import annotations

from roadmapfit.readers.documents.lines import build_lines
from roadmapfit.readers.documents.pdf_pages import Word

SIZE = 10.0


def row(y: float, *words: tuple[str, float, float]) -> list[Word]:
    """Set words by where they begin and end, on one baseline."""
    return [
        Word(text, x0, y - 8, x1, y + 2, baseline=y, size=SIZE, is_bold=False)
        for text, x0, x1 in words
    ]


def texts(*rows: list[Word]) -> list[str]:
    return [line.text for line in build_lines(word for own in rows for word in own)]


def test_a_gap_of_more_than_a_size_parts_a_row() -> None:
    assert texts(row(50, ("port", 0, 30), ("quai", 42, 60))) == ["port", "quai"]
    assert texts(row(50, ("port", 0, 30), ("quai", 40, 60))) == ["port quai"]


def test_where_lines_begin_a_narrower_gap_parts_a_row() -> None:
    column = [row(50.0 + 12 * number, ("droite", 110, 160)) for number in range(1, 5)]
    both = row(50, ("gauche", 0, 100), ("haut", 110, 150))
    # The gap is of one size: no wider than words of a stretched line may stand apart.
    assert texts(both, *column)[:2] == ["gauche", "haut"]
    assert texts(both, *column[:2])[0] == "gauche haut"


def test_words_that_stand_close_stay_together_even_there() -> None:
    column = [row(50.0 + 12 * number, ("droite", 110, 160)) for number in range(1, 5)]
    assert texts(row(50, ("gauche", 0, 106), ("haut", 110, 150)), *column)[0] == "gauche haut"
