"""Amounts, dates, flags and texts, as people and exports write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.readers.values import (
    PROBLEMS_PER_CODE,
    FieldReader,
    parse_amount,
    parse_count,
    parse_day,
    parse_flag,
    remove_forbidden,
    shorten,
    split_keywords,
)
from roadmapfit.records import Outcome, Problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  ", None),
        ("0", 0.0),
        ("2073781,25", 2073781.25),
        ("2073781.25", 2073781.25),
        ("1 234 567,5", 1234567.5),
        ("1\u00a0234\u202f567", 1234567.0),
        ("1.234.567,5", 1234567.5),
        ("1,234,567.5", 1234567.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("-12,5 €", -12.5),
        ("12 EUR", 12.0),
        ("1.5E7", 15000000.0),
        (",5", 0.5),
        ("5.", 5.0),
    ],
)
def test_amounts(text: str, expected: float | None) -> None:
    assert parse_amount(text) == expected


@pytest.mark.parametrize(
    "text", ["a lot", "nan", "inf", "1e999", "1_000", "0x10", "--5", "1-2", "٣", "€ per year", "."]
)
def test_texts_that_are_no_amounts(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("2024-03-01", date(2024, 3, 1)),
        ("2024-03-01 12:30:00", date(2024, 3, 1)),
        ("2024-03-01T00:00:00Z", date(2024, 3, 1)),
        ("01/03/2024", date(2024, 3, 1)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_days(text: str, expected: date | None) -> None:
    assert parse_day(text) == expected


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2024", "20240301", "31/13/2024", "soon", "0000-01-01"]
)
def test_texts_that_are_no_days(text: str) -> None:
    with pytest.raises(ValueError, match="date|month|day|year"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("OUI", True), ("1", True), ("false", False), ("Faux", False), ("", None)],
)
def test_flags(text: str, expected: bool | None) -> None:
    assert parse_flag(text) is expected


def test_texts_that_are_no_flags_or_counts() -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        parse_flag("perhaps")
    with pytest.raises(ValueError, match="is not a count"):
        parse_count("-1")
    with pytest.raises(ValueError, match="is not a count"):
        parse_count("9" * 5000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("one phrase", ("one phrase",)),
        ("a, b,, A ,c", ("a", "b", "c")),
        ("a, b; c", ("a, b", "c")),
        ("a;\n b  c;", ("a", "b c")),
    ],
)
def test_keywords(text: str, expected: tuple[str, ...]) -> None:
    assert split_keywords(text) == expected


@pytest.fixture
def problems() -> list[Problem]:
    return []


@pytest.fixture
def fields(problems: list[Problem]) -> FieldReader:
    return FieldReader("a.csv", problems)


def test_the_bounds_of_amounts_and_years_are_taken(
    fields: FieldReader, problems: list[Problem]
) -> None:
    amounts = [fields.amount(text, row=1, field="x") for text in ("0", "1e11")]
    days = [fields.day(text, row=1, field="x") for text in ("1980-01-01", "2100-12-31")]
    years = [fields.year(text, row=1, field="x") for text in ("1980", "2100")]
    assert (amounts, years) == ([0.0, 1e11], [1980, 2100])
    assert days == [date(1980, 1, 1), date(2100, 12, 31)]
    assert problems == []


def test_what_lies_beyond_the_bounds_is_dropped(
    fields: FieldReader, problems: list[Problem]
) -> None:
    dropped = [
        fields.amount("-0,01", row=1, field="x"),
        fields.amount("1.1e11", row=2, field="x"),
        fields.day("1979-12-31", row=3, field="x"),
        fields.day("2101-01-01", row=4, field="x"),
        fields.year("1979", row=5, field="x"),
        fields.flag("perhaps", row=6, field="x"),
        fields.count("few", row=7, field="x"),
    ]
    assert dropped == [None] * 7
    assert [(one.row, one.code, one.outcome) for one in problems] == [
        (1, "absurd_amount", Outcome.REPAIRED),
        (2, "absurd_amount", Outcome.REPAIRED),
        (3, "absurd_date", Outcome.REPAIRED),
        (4, "absurd_date", Outcome.REPAIRED),
        (5, "absurd_date", Outcome.REPAIRED),
        (6, "unreadable_flag", Outcome.REPAIRED),
        (7, "unreadable_number", Outcome.REPAIRED),
    ]


def test_texts_are_cleaned_and_cut(fields: FieldReader, problems: list[Problem]) -> None:
    assert fields.line(" a\r\n b\tc ", row=1, field="t") == "a b c"
    assert fields.paragraphs(" a\r\nb\rc ", row=2, field="t") == "a\nb\nc"
    assert fields.paragraphs("a._x000D_ _x000D_ B,_x000D_\nc", row=2, field="t") == "a.\n\nB,\nc"
    assert fields.line("a_x000D_ b", row=2, field="t") == "a b"
    assert fields.line("e\u0301", row=3, field="t") == "é"
    assert fields.line("a\ud800b\x1fc", row=4, field="t") == "ab c"
    assert fields.line("x" * 2001, row=5, field="t") == "x" * 2000
    assert fields.paragraphs("y" * 200_001, row=6, field="t") == "y" * 200_000
    assert problems == [
        Problem("a.csv", "forbidden_characters", Outcome.REPAIRED, 4, "t", "2"),
        Problem("a.csv", "text_cut", Outcome.REPAIRED, 5, "t", "2001 > 2000"),
        Problem("a.csv", "text_cut", Outcome.REPAIRED, 6, "t", "200001 > 200000"),
    ]


def test_a_flood_of_problems_is_counted(fields: FieldReader, problems: list[Problem]) -> None:
    for row in range(PROBLEMS_PER_CODE + 7):
        fields.report("shifted_row", Outcome.REFUSED, row=row)
    fields.report("empty_title", Outcome.REFUSED, row=1)
    fields.finish()
    assert len(problems) == PROBLEMS_PER_CODE + 2
    assert problems[-1] == Problem(
        "a.csv", "further_problems", Outcome.NOTED, found="7 × shifted_row"
    )


def test_shares_are_compared_where_they_are_known(
    fields: FieldReader, problems: list[Problem]
) -> None:
    fields.funding_sum([], 5.0, row=1, field="f")
    fields.funding_sum([None], 5.0, row=2, field="f")
    fields.funding_sum([4.0], None, row=3, field="f")
    fields.funding_sum([2.0, None, 2.0], 5.0, row=4, field="f")
    fields.funding_sum([2.0, 1.5], 5.0, row=5, field="f")
    assert problems == [
        Problem("a.csv", "funding_sum_differs", Outcome.NOTED, 5, "f", "3.50 / 5.00")
    ]


def test_a_long_value_is_quoted_short() -> None:
    assert shorten("a  b\nc") == "a b c"
    assert shorten("x" * 500) == "x" * 119 + "…"


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_be_written_anywhere(text: str) -> None:
    clean = remove_forbidden(text + "\ud800\x00\ufffe")
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert [char for char in clean if ord(char) < 32 and char not in "\t\n\r"] == []


@given(st.floats(min_value=0, max_value=1e11).map(lambda value: round(value, 2)))
def test_amounts_read_alike_with_comma_and_point(value: float) -> None:
    assert parse_amount(f"{value:.2f}") == parse_amount(f"{value:.2f}".replace(".", ",")) == value
