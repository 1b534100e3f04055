"""Text of a field to a value, shared by every reader, with nothing lost in silence.

The ``parse_`` functions are pure and raise ``ValueError``. :class:`FieldReader` calls
them for one file and turns each refusal into a :class:`~roadmapfit.records.Problem`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from roadmapfit.readers.countries import parse_country
from roadmapfit.records import Outcome, Problem, Tally

TEXT_LIMIT_CHARS = 200_000
"""Longer texts are cut here: a field of this size is a file pasted by mistake."""

LINE_LIMIT_CHARS = 2_000
"""Longer titles and names are cut here; the longest real one seen has 265."""

FOUND_LIMIT_CHARS = 120
"""An offending value is quoted up to here."""

PROBLEMS_PER_CODE = 10_000
"""Beyond this many of one kind in one file, the rest is counted, not listed."""

REPEAT_CODES = ("repeated_participation", "repeated_topic")
"""Problems of rows that are refused because another row says all that they do."""

FIRST_YEAR, LAST_YEAR = 1980, 2100
AMOUNT_LIMIT_EUR = 1e11

_TRUE = frozenset({"true", "yes", "oui", "vrai", "1"})
_FALSE = frozenset({"false", "no", "non", "faux", "0"})

# XML 1.0, and so DOCX and XLSX reports, cannot hold any of these; U+FEFF, which they
# can, is a byte order mark left inside a text when files are joined.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufeff\ufffe\uffff]")
# A spreadsheet writes a carriage return so (ECMA-376, ST_Xstring); exports copy it as it is.
_ESCAPED_RETURN = re.compile(r"_x000D_(?P<more>(?:\s*_x000D_)*)\s*")
_FORBIDDEN_WITHOUT_WIDTH = re.compile("[\x00\ud800-\udfff\ufeff\ufffe\uffff]")

_AMOUNT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
AMOUNT_UNIT = re.compile(r"(k|m)(?:€|eur|euros?)$", re.IGNORECASE)
"""The unit behind an amount that is not in euros, white space taken out."""

_FACTORS = {"k": 1e3, "m": 1e6}
_SERIAL_DAY = re.compile(r"[2-7]\d{4}", re.ASCII)
_FIRST_SERIAL_DAY = date(1899, 12, 30)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
_FRENCH_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{2}:\d{2}.*)?", re.ASCII)
_WORDED_DAY = re.compile(r"(\d{1,2})(?:er)? ([^\W\d]+)\.? (\d{4})")
_MONTHS = (
    ("janvier", "janv", "jan"),
    ("février", "fevrier", "févr", "fevr", "fév", "fev"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("août", "aout"),
    ("septembre", "sept"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("décembre", "decembre", "déc", "dec"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}


def parse_amount(text: str) -> float | None:
    """Read an amount with a decimal comma or point; an empty text is ``None``.

    Spaces of every kind and a euro sign are ignored. Where both signs occur, the last
    one is the decimal sign; a sign that occurs twice separates thousands. A single
    comma is always decimal, as in the exports of the Commission and the French State.
    ``k€`` and ``M€`` behind it count.

    Raises
    ------
    ValueError
        If the text is not a finite number.

    Examples
    --------
    >>> [parse_amount(text) for text in ("2073781,25", "1 234 567.5 €", "1.234.567,5", "")]
    [2073781.25, 1234567.5, 1234567.5, None]
    >>> parse_amount("450 k€"), parse_amount("1,2 M€")
    (450000.0, 1200000.0)
    """
    plain = "".join(text.split())
    unit = AMOUNT_UNIT.search(plain)
    factor = _FACTORS[unit[1].lower()] if unit else 1.0
    plain = (plain[: unit.start()] if unit else plain).removesuffix("EUR").replace("€", "")
    if not plain:
        return None
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (".", ",") if comma > point else (",", ".")
        plain = plain.replace(thousands, "").replace(decimal, ".")
    elif plain.count(",") > 1 or plain.count(".") > 1:
        plain = plain.replace(",", "").replace(".", "")
    else:
        plain = plain.replace(",", ".")
    if not _AMOUNT.fullmatch(plain):
        raise ValueError(f"{text!r} is not an amount")
    amount = factor * float(plain)
    if amount in (float("inf"), float("-inf")):
        raise ValueError(f"{text!r} is beyond every amount")
    return amount


def parse_day(text: str) -> date | None:
    """Read ``2024-03-01``, ``01/03/2024`` or ``1er mars 2024``; empty is ``None``.

    Day, month, year is the order of France, between slashes, points or hyphens alike. A
    time of day is ignored.

    Raises
    ------
    ValueError
        If the text is no date of the calendar.

    Examples
    --------
    >>> parse_day("2022-05-12 00:00:00"), parse_day("31/08/2025")
    (datetime.date(2022, 5, 12), datetime.date(2025, 8, 31))
    >>> parse_day("01.03.2024"), parse_day("1er mars 2024")
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1))
    """
    plain = text.strip()
    if not plain:
        return None
    if iso := _ISO_DAY.fullmatch(plain):
        year, month, day = iso.groups()
    elif french := _FRENCH_DAY.fullmatch(plain):
        day, _, month, year = french.groups()
    elif (worded := _WORDED_DAY.fullmatch(plain)) and worded[2].lower() in _MONTH_NUMBERS:
        day, year = worded[1], worded[3]
        month = str(_MONTH_NUMBERS[worded[2].lower()])
    else:
        raise ValueError(f"{text!r} is not a date")
    return date(int(year), int(month), int(day))


def parse_serial_day(text: str) -> date:
    """Read a day that a spreadsheet wrote as its number: days since 30 December 1899.

    Examples
    --------
    >>> parse_serial_day("45352")
    datetime.date(2024, 3, 1)
    """
    return _FIRST_SERIAL_DAY + timedelta(days=int(text))


def parse_flag(text: str) -> bool | None:
    """Read a boolean in French or English; empty is ``None``.

    Raises
    ------
    ValueError
        If the text is neither true nor false.

    Examples
    --------
    >>> parse_flag("VRAI"), parse_flag("0"), parse_flag("")
    (True, False, None)
    """
    plain = text.strip().lower()
    if not plain:
        return None
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def parse_count(text: str) -> int | None:
    """Read a whole number, 0 or more; empty is ``None``.

    Raises
    ------
    ValueError
        If the text is not a whole number of at most twelve digits.
    """
    plain = "".join(text.split())
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 12):
        raise ValueError(f"{text!r} is not a count")
    return int(plain)


def split_keywords(text: str) -> tuple[str, ...]:
    """Cut a keyword field at its semicolons, or at its commas where it has none.

    Keywords keep their order; a repeat, in whatever case, is left out.

    Examples
    --------
    >>> split_keywords("solar energy,  air mining, Solar Energy,")
    ('solar energy', 'air mining')
    >>> split_keywords("life events, school; fertility")
    ('life events, school', 'fertility')
    """
    separator = ";" if ";" in text else ","
    return unique_words(text.split(separator))


def unique_words(words: list[str]) -> tuple[str, ...]:
    """Tidy the white space of words or phrases and leave out empty ones and repeats."""
    tidy = [" ".join(word.split()) for word in words]
    first_by_fold: dict[str, str] = {}
    for word in tidy:
        first_by_fold.setdefault(word.casefold(), word)
    first_by_fold.pop("", None)
    return tuple(first_by_fold.values())


def remove_forbidden(text: str) -> str:
    r"""Take out what no report can hold: control characters, lone surrogates.

    What had a width (a form feed, a vertical tab) leaves a space, so that two words
    do not become one.

    Examples
    --------
    >>> remove_forbidden("so\x00lar\x0cpower")
    'solar power'
    """
    return _FORBIDDEN.sub(" ", _FORBIDDEN_WITHOUT_WIDTH.sub("", text))


def shorten(text: str) -> str:
    """Cut an offending value so that it can be quoted in one line."""
    line = " ".join(text[: 4 * FOUND_LIMIT_CHARS].split())
    return line if len(line) <= FOUND_LIMIT_CHARS else line[: FOUND_LIMIT_CHARS - 1] + "…"


@dataclass(slots=True)
class FieldReader:
    """Reads the fields of one file and lists what it could not take.

    ``file`` is the name that problems carry: a path inside the folder or archive that
    was read, never an absolute one. ``n_rows`` is counted by whoever reads the rows of
    a table or the entries of a corpus. Every method takes the raw text of a field, the
    1-based line it stands on and its name.
    """

    file: str
    problems: list[Problem]
    n_rows: int = 0
    _n_by_code: Counter[str] = field(default_factory=Counter)
    _refused_rows: set[int] = field(default_factory=set)
    _n_refused_elsewhere: int = 0

    def report(
        self,
        code: str,
        outcome: Outcome,
        *,
        row: int | None = None,
        field: str = "",
        found: str = "",
    ) -> None:
        """List one problem; past ``PROBLEMS_PER_CODE`` of a kind it is only counted."""
        self._n_by_code[code] += 1
        if outcome is Outcome.REFUSED and row is not None:
            self._refused_rows.add(row)
        elif outcome is Outcome.REFUSED:
            self._n_refused_elsewhere += 1
        if self._n_by_code[code] <= PROBLEMS_PER_CODE:
            self.problems.append(
                Problem(
                    file=self.file,
                    code=code,
                    outcome=outcome,
                    row=row,
                    field=field,
                    found=shorten(remove_forbidden(found)),
                )
            )

    def tally(self) -> Tally:
        """Count the rows that were read and those of them that were refused."""
        n_repeats = sum(self._n_by_code[code] for code in REPEAT_CODES)
        n_refused = len(self._refused_rows) + self._n_refused_elsewhere
        return Tally(self.file, self.n_rows, n_refused, n_repeats)

    def finish(self) -> None:
        """Say how many problems were counted but not listed; call once, at the end."""
        for code, n_found in sorted(self._n_by_code.items()):
            n_unlisted = n_found - PROBLEMS_PER_CODE
            if n_unlisted > 0:
                found = f"{n_unlisted} × {code}"
                self.problems.append(
                    Problem(self.file, "further_problems", Outcome.NOTED, found=found)
                )

    def line(self, text: str, *, row: int | None, field: str) -> str:
        """Read a text of one line: white space tidied, length limited."""
        return " ".join(self._clean(text, LINE_LIMIT_CHARS, row=row, field=field).split())

    def paragraphs(self, text: str, *, row: int | None, field: str) -> str:
        """Read a text of several lines: line ends are line feeds, length limited."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        return self._clean(plain, TEXT_LIMIT_CHARS, row=row, field=field).strip()

    def amount(
        self, text: str, *, row: int | None, field: str, zero_is_missing: bool = False
    ) -> float | None:
        """Read euros; an unreadable, negative or huge amount is dropped and reported."""
        try:
            amount = parse_amount(text)
        except ValueError:
            self.report("unreadable_amount", Outcome.REPAIRED, row=row, field=field, found=text)
            return None
        if amount is None or (zero_is_missing and amount == 0):
            return None
        if not 0 <= amount <= AMOUNT_LIMIT_EUR:
            self.report("absurd_amount", Outcome.REPAIRED, row=row, field=field, found=text)
            return None
        return amount

    def day(self, text: str, *, row: int | None, field: str) -> date | None:
        """Read a date; an unreadable one, or one outside 1980 to 2100, is dropped."""
        plain = text.strip()
        try:
            day = parse_serial_day(plain) if _SERIAL_DAY.fullmatch(plain) else parse_day(plain)
        except ValueError:
            self.report("unreadable_date", Outcome.REPAIRED, row=row, field=field, found=text)
            return None
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.report("absurd_date", Outcome.REPAIRED, row=row, field=field, found=text)
            return None
        if day is not None and plain.isdecimal():
            found = f"{plain} → {day.isoformat()}"
            self.report("serial_date", Outcome.REPAIRED, row=row, field=field, found=found)
        return day

    def year(self, text: str, *, row: int | None, field: str) -> int | None:
        """Read a year; an unreadable one, or one outside 1980 to 2100, is dropped."""
        year = self.count(text, row=row, field=field)
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            self.report("absurd_date", Outcome.REPAIRED, row=row, field=field, found=text)
            return None
        return year

    def first_day(self, text: str, *, row: int | None, field: str) -> date | None:
        """Read a year as its first of January, for sources that give no day."""
        year = self.year(text.removesuffix(".0"), row=row, field=field)
        if year is None:
            return None
        if not self._n_by_code["year_only"]:
            self.report("year_only", Outcome.NOTED, row=row, field=field, found=text)
        return date(year, 1, 1)

    def country(self, text: str, *, row: int | None, field: str) -> str:
        """Read a country as a code of two letters; an unknown one is dropped."""
        try:
            return parse_country(text)
        except ValueError:
            self.report("unknown_country", Outcome.REPAIRED, row=row, field=field, found=text)
            return ""

    def count(self, text: str, *, row: int | None, field: str) -> int | None:
        """Read a whole number, 0 or more; an unreadable one is dropped."""
        try:
            return parse_count(text)
        except ValueError:
            self.report("unreadable_number", Outcome.REPAIRED, row=row, field=field, found=text)
            return None

    def flag(self, text: str, *, row: int | None, field: str) -> bool | None:
        """Read a boolean; an unreadable one is dropped."""
        try:
            return parse_flag(text)
        except ValueError:
            self.report("unreadable_flag", Outcome.REPAIRED, row=row, field=field, found=text)
            return None

    def period(self, start: date | None, end: date | None, *, row: int | None, field: str) -> None:
        """Note a project that ends before it starts; both dates are kept."""
        if start and end and end < start:
            found = f"{start.isoformat()} > {end.isoformat()}"
            self.report("end_before_start", Outcome.NOTED, row=row, field=field, found=found)

    def funding_sum(
        self,
        amounts: list[float | None],
        funding_eur: float | None,
        *,
        row: int | None,
        field: str,
    ) -> None:
        """Note partners' shares that differ from the project's funding by more than a euro.

        Nothing is said where the project or all of its partners have no amount.
        """
        known = [amount for amount in amounts if amount is not None]
        if funding_eur is None or not known or abs(sum(known) - funding_eur) <= 1:
            return
        found = f"{sum(known):.2f} / {funding_eur:.2f}"
        self.report("funding_sum_differs", Outcome.NOTED, row=row, field=field, found=found)

    def printable(self, text: str, *, row: int | None, field: str) -> str:
        r"""Take out what no report can hold, and say how many characters that was."""
        n_forbidden = len(_FORBIDDEN.findall(text))
        if not n_forbidden:
            return text
        found = str(n_forbidden)
        self.report("forbidden_characters", Outcome.REPAIRED, row=row, field=field, found=found)
        return remove_forbidden(text)

    def _clean(self, text: str, limit_chars: int, *, row: int | None, field: str) -> str:
        """Remove forbidden characters, compose accents, cut what is too long."""
        text = _ESCAPED_RETURN.sub(lambda found: "\n\n" if found["more"] else "\n", text)
        text = self.printable(text, row=row, field=field)
        # Decomposed accents (from macOS or PDF) would not match the composed ones.
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        if len(text) > limit_chars:
            found = f"{len(text)} > {limit_chars}"
            self.report("text_cut", Outcome.REPAIRED, row=row, field=field, found=found)
            text = text[:limit_chars]
        return text
