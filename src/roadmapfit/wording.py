"""Reasons in words: contributions, origin, cautions, in the reader's language."""

from __future__ import annotations

from roadmapfit.cautions import Caution
from roadmapfit.contribution import Contribution, Origin
from roadmapfit.text import render_number, render_share, render_text, shorten

# A caution quotes no more than this.
MAX_CHARS = 180
# Shares below this are none at all in whole per cent.
_NO_SHARE = 0.005
# Decisions that move the fit by less are not worth a word.
_NO_PAST = 0.05


def render_points(value: float, language: str, /) -> str:
    """Write a difference of probabilities in points, without its sign.

    Examples
    --------
    >>> render_points(0.083, "en"), render_points(0.01, "fr"), render_points(0.002, "en")
    ('8 points', '1 point', 'less than one point')
    """
    n = round(100 * abs(value))
    if n == 0:
        return render_text("contribution.points.below", language)
    form = "one" if n == 1 else "many"
    return render_text(f"contribution.points.{form}", language, n=render_number(n, language))


def render_contribution(contribution: Contribution, language: str, /) -> str:
    """Say what a pair would lose without a passage; nothing where that was not measured.

    Examples
    --------
    >>> render_contribution(Contribution(fit=0.4, probability=0.12), "en")
    'without this passage the probability would lose 12 points'
    """
    if contribution.fit != contribution.fit:  # nan
        return ""
    if contribution.fit <= 0:
        return render_text("contribution.none", language)
    points = render_points(contribution.probability, language)
    return render_text("contribution.loses", language, points=points)


def render_origin(origin: Origin, language: str, /) -> str:
    """Say how much words, meaning and past decisions have to do with a match.

    Examples
    --------
    >>> render_origin(Origin(words=1.0, meaning=3.0, past=0.0), "en")
    'This match rests 25% on shared words and 75% on meaning.'
    """
    share = origin.share_of_words
    if share != share:  # nan
        said = render_text("origin.neither", language)
    elif share < _NO_SHARE:
        said = render_text("origin.meaning", language)
    elif share > 1 - _NO_SHARE:
        said = render_text("origin.words", language)
    else:
        words, meaning = render_share(share, language), render_share(1 - share, language)
        said = render_text("origin.both", language, words=words, meaning=meaning)
    if origin.past > _NO_PAST:
        return f"{said} {render_text('origin.past_raises', language)}"
    if origin.past < -_NO_PAST:
        return f"{said} {render_text('origin.past_lowers', language)}"
    return said


def render_caution(caution: Caution, language: str, /) -> str:
    """Say what to be careful about, with the words in question."""
    words = shorten(caution.words, MAX_CHARS)
    return render_text(f"caution.{caution.kind}", language, words=words)
