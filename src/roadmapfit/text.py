"""Every word that a reader sees, in French and English, by key.

The catalogues are ``locale/<language>.json``: one flat object each, with the same
keys and the same ``{placeholders}`` (``tests/test_text.py`` checks both).
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from importlib import resources

LANGUAGES = ("fr", "en")
# Below and above these a rounded per cent would claim certainty.
_NEARLY_NONE, _NEARLY_SURE = 0.01, 0.99
# Ends of lines, tabs and runs of spaces, but not the spaces that French sets before a sign.
_BREAKS = re.compile(r"[^\S\u00a0\u202f]+")
# What would stand before an ellipsis and say nothing.
_LINE_ENDS = re.compile(r"[^\S\u00a0\u202f]*\n\s*")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
_MAX_HEADING_WORDS = 12
_SENTENCE_ENDS = (".", "!", "?", "…", ";", ":", ",")
_LOOSE_ENDS = " \xa0\u202f,;:.–(«“"


@cache
def load_catalogue(language: str) -> dict[str, str]:
    """Read one language's messages.

    Raises
    ------
    KeyError
        If there is no such language; the known ones are named.
    """
    if language not in LANGUAGES:
        raise KeyError(f"language {language!r} has no catalogue; known: {', '.join(LANGUAGES)}")
    source = resources.files("roadmapfit") / "locale" / f"{language}.json"
    catalogue: dict[str, str] = json.loads(source.read_text(encoding="utf-8"))
    return catalogue


def render_text(key: str, language: str, /, **values: object) -> str:
    """Look a message up and fill it in.

    A count, which is a whole number named ``n`` or ``n_...``, is written in the reader's
    form.

    Raises
    ------
    KeyError
        If the key is unknown or a placeholder has no value.

    Examples
    --------
    >>> render_text("verdict.aligned", "fr")
    'aligné'
    >>> render_text("cli.problems_written", "en", n=3428, file="p.csv")
    'Problems written: 3,428, to p.csv'
    """
    said = {
        name: render_number(value, language)
        if type(value) is int and (name == "n" or name.startswith("n_"))
        else value
        for name, value in values.items()
    }
    return load_catalogue(language)[key].format(**said)


def render_number(value: float, language: str, /, *, n_decimals: int = 0) -> str:
    r"""Write a number in the reader's form.

    Examples
    --------
    >>> render_number(1234567.5, "en", n_decimals=1)
    '1,234,567.5'
    >>> render_number(1234567.5, "fr", n_decimals=1) == "1\u202f234\u202f567,5"
    True
    """
    plain = f"{value:,.{n_decimals}f}"
    if language == "fr":
        return plain.replace(",", "\u202f").replace(".", ",")
    return plain


def render_share(value: float, language: str, /) -> str:
    r"""Write a probability or share in whole per cent; an undefined one as a dash.

    Examples
    --------
    >>> render_share(0.874, "en"), render_share(float("nan"), "en")
    ('87%', '–')
    >>> render_share(0.874, "fr") == "87\u202f%"
    True
    """
    if value != value:  # nan is the only value unequal to itself
        return "–"
    percent = f"{100 * value:.0f}"
    return f"{percent}\u202f%" if language == "fr" else f"{percent}%"


def render_cautious_share(value: float, language: str, /) -> str:
    """Write a probability in whole per cent, without claiming 0 or 100.

    Examples
    --------
    >>> render_cautious_share(0.998, "en"), render_cautious_share(0.004, "en")
    ('more than 99%', 'less than 1%')
    """
    if 0 < value < _NEARLY_NONE:
        share = render_share(_NEARLY_NONE, language)
        return render_text("app.share.below", language, share=share)
    if _NEARLY_SURE < value < 1:
        share = render_share(_NEARLY_SURE, language)
        return render_text("app.share.above", language, share=share)
    return render_share(value, language)


def render_probability(value: float, low: float, high: float, language: str, /) -> str:
    """Write a probability with its interval.

    Examples
    --------
    >>> render_probability(0.87, 0.7, 0.94, "en")
    '87%, between 70 and 94%'
    """
    return render_text(
        "app.fit.interval",
        language,
        share=render_cautious_share(value, language),
        low=f"{100 * low:.0f}",
        high=render_share(high, language),
    )


def render_count(noun: str, n: int, language: str, /) -> str:
    """Say how many of something there are.

    Examples
    --------
    >>> render_count("project", 2, "en"), render_count("project", 0, "fr")
    ('2 projects', '0 projet')
    """
    form = "one" if n in (0, 1) and (n == 1 or language == "fr") else "many"
    return render_text(f"app.count.{noun}.{form}", language, n=render_number(n, language))


def render_points(n: int, language: str, /) -> str:
    r"""Write the difference between two per cent, with its sign.

    Examples
    --------
    >>> render_points(3, "en"), render_points(-1, "en"), render_points(0, "en")
    ('+3 points', '\u22121 point', 'no difference')
    """
    if not n:
        return render_text("app.points.none", language)
    sign = "+" if n > 0 else "\u2212"
    return f"{sign}{render_count('point', abs(n), language)}"


def render_euros(value: float | None, language: str, /) -> str:
    r"""Write an amount in euros, in thousands, millions or billions where that reads better.

    Examples
    --------
    >>> render_euros(2_450_000, "en"), render_euros(None, "en")
    ('€2.5M', '–')
    >>> render_euros(0, "en"), render_euros(45_300, "en")
    ('€0', '€45k')
    >>> render_euros(44_334_002_586, "en"), render_euros(44_334_002_586, "fr")
    ('€44.3bn', '44,3\xa0Md€')
    """
    if value is None or value != value:
        return "–"
    if abs(value) >= 999_950_000:
        number = render_number(value / 1e9, language, n_decimals=1)
        unit = "Md" if language == "fr" else "bn"
    elif abs(value) >= 999_500:
        number, unit = render_number(value / 1e6, language, n_decimals=1), "M"
    elif abs(value) >= 1_000:
        number, unit = render_number(value / 1e3, language), "k"
    else:
        number, unit = render_number(value, language), ""
    return f"{number}\u00a0{unit}€" if language == "fr" else f"€{number}{unit}"


def render_day(day: date, language: str, /) -> str:
    """Write a day in words.

    Examples
    --------
    >>> render_day(date(2026, 3, 1), "en"), render_day(date(2026, 3, 1), "fr")
    ('1 March 2026', '1er mars 2026')
    """
    month = render_text(f"app.month.{day.month}", language)
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {month} {day.year}"


def render_decision(*, is_aligned: bool, day: date | None, language: str) -> str:
    """Say what people decided of a pair, with the day if it is known.

    Examples
    --------
    >>> render_decision(is_aligned=True, day=date(2026, 3, 3), language="en")
    'aligned, 3 March 2026'
    """
    verdict = render_text("verdict.aligned" if is_aligned else "verdict.not_aligned", language)
    return verdict if day is None else f"{verdict}, {render_day(day, language)}"


def join_lines(text: str) -> str:
    r"""Put a text on one line; spaces that do not break stay as they are.

    Examples
    --------
    >>> join_lines(" sur\n deux\u00a0: lignes ") == "sur deux\u00a0: lignes"
    True
    """
    return _BREAKS.sub(" ", text).strip()


def keep_paragraphs(text: str) -> str:
    r"""Put each paragraph on a line of its own; the spaces at both ends stay.

    Examples
    --------
    >>> keep_paragraphs("3. Market\n\nBarges of\ntwo ports ")
    '3. Market\nBarges of two ports '
    """
    return _LINE_ENDS.sub(lambda ends: "\n" if ends.group().count("\n") > 1 else " ", text)


def skip_headings(text: str) -> str:
    r"""Leave out the headings that a passage begins with, to quote it within a sentence.

    A heading is a short paragraph without an end of sentence. The last paragraph stays.

    Examples
    --------
    >>> skip_headings("3. Market\n\nBarges of two ports. Cranes.")
    'Barges of two ports. Cranes.'
    >>> skip_headings("3. Market")
    '3. Market'
    """
    paragraphs = _PARAGRAPH_END.split(text.strip())
    while (
        len(paragraphs) > 1
        and len(paragraphs[0].split()) <= _MAX_HEADING_WORDS
        and not paragraphs[0].rstrip().endswith(_SENTENCE_ENDS)
    ):
        paragraphs.pop(0)
    return "\n\n".join(paragraphs)


def shorten(text: str, limit: int) -> str:
    """Cut a text at a word, with an ellipsis.

    Examples
    --------
    >>> shorten("hydrogen for barges", 14)
    'hydrogen for…'
    >>> shorten("hydrogen, for barges", 12)
    'hydrogen…'
    """
    text = join_lines(text)
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return f"{(cut.rsplit(' ', 1)[0] if ' ' in cut else cut).rstrip(_LOOSE_ENDS)}…"
