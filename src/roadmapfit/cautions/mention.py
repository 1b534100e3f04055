"""Where a text names something as an example or to set itself apart from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadmapfit.cautions.record import Scope

# "like" and "comme" have other uses: only after a comma or a bracket are they examples.
_CUES = {
    "en": re.compile(
        r"\bsuch as\b|(?<=[,(] )like\b|(?<=\()like\b|\be\.\s?g\.,?|\bfor (?:example|instance)\b|"
        r"\bunlike\b|\bas opposed to\b|\bin contrast (?:to|with)\b|\bcontrary to\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\btel(?:le)?s?\s+qu(?:e\b|['’])|(?<=[,(] )comme\b|(?<=\()comme\b|\bpar exemple\b|"
        r"\bp\. ?ex\.|\bnotamment\b|\bcontrairement (?:à|aux?)\b|\bà la différence d|"
        r"\bà l['’]inverse d|\bpar opposition (?:à|aux?)\b",
        re.IGNORECASE,
    ),
}
# The list of examples is over where a clause goes on.
_OVER = {
    "en": re.compile(
        r"[.;:!?](?=\s|$)|\)|,\s+(?:which|that|who|where|we|this|these|it|the project|our)\b|"
        r"\s+(?:is|are|was|were|will|can|may|has|have|to)\s",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"[.;:!?](?=\s|$)|\)|,\s+(?:qui|dont|où|nous|ce|cette|ces|il|elle|le projet|notre)\b|"
        r"\s+(?:est|sont|était|étaient|sera|seront|peut|peuvent|a|ont|pour|afin)\s",
        re.IGNORECASE,
    ),
}
# What a text sets itself apart from ends at the first comma.
_CONTRAST = re.compile(
    r"unlike|opposed|contrast|contrary|contrairement|différence|inverse|opposition"
)
_CONTRAST_OVER = re.compile(r"[,.;:!?)](?=\s|$)")
# Further away than this a word is no longer an example of what came before.
MAX_CHARS = 160


def find_mentions(text: str, language: str) -> Iterator[Scope]:
    """List what a text names only as an example, or as what it is not.

    Without rules for the language nothing is listed.

    Yields
    ------
    Scope
        An example ends where the clause goes on, a contrast at the first comma.

    Examples
    --------
    >>> text = "Heavy sectors (such as steel and cement) use our meters."
    >>> [text[each.start : each.end] for each in find_mentions(text, "en")]
    [' steel and cement']
    """
    if language not in _CUES:
        return
    for cue in _CUES[language].finditer(text):
        limit = min(len(text), cue.end() + MAX_CHARS)
        is_contrast = _CONTRAST.search(cue.group().lower())
        over = (_CONTRAST_OVER if is_contrast else _OVER[language]).search(text, cue.end(), limit)
        yield Scope(cue.start(), cue.end(), cue.end(), over.start() if over else limit)
