"""Where a project says that it does *not* do something (cues and their scope).

In the manner of NegEx (Chapman et al., 2001): a cue, and what it governs up to the end
of the clause. Project texts negate others all the time ("existing methods do not
address drift"), which says that the project *does*: a verb counts only if its subject
is the project. *Excluding* and *with the exception of* are no cues: in 30 sentences of
project abstracts read by hand, three set something aside. Nor are *cannot* and *would not*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadmapfit.cautions.record import Scope

_VERBS_EN = (
    "address|cover|consider|deal with|include|tackle|study|investigate|concern|focus on|target|"
    "involve|explore|examine|extend to|use|develop|build|design|produce|work on|rely on|replace|"
    "(?:aim|intend|seek|plan|attempt|propose|pretend) (?:at|to)"
)
_VERBS_FR = (
    "traite(?:ra|nt|ront)?|traitons|aborde(?:ra|nt|ront)?|abordons|couvr(?:e|ira|ent|iront)|"
    "concerne(?:ra|nt|ront)?|étudie(?:ra|nt|ront)?|étudions|vis(?:e|era|ent|eront)|visons|"
    "porte(?:ra|nt|ront)?|inclu(?:t|ra|ent|ront)|compren(?:d|dra|nent)|considère(?:ra|nt)?|"
    "s['’]intéresse(?:ra|nt)?|s['’]étend(?:ra)?"
)
# The project, or its name in capitals. "If we do not ...", "which we do not ..." is another
# thing, and what was not done before is done now.
_NOT_IF_EN = r"(?<!\bif )(?<!\bthat )(?<!\bwhich )(?<!\bwhat )(?<!\bunless )"
_OURS_EN = (
    rf"{_NOT_IF_EN}(?:we|(?:this|the|our) (?:present |proposed )?(?:project|proposal|work|study|"
    r"programme|consortium|action)|(?-i:[A-Z][A-Z0-9-]{2,}))"
)
_OURS_FR = (
    r"(?<!\bsi )(?<!\bque )(?:nous|(?:le|ce|notre) (?:présent )?(?:projet|consortium|programme|"
    r"travail)|cette (?:étude|proposition)|la (?:présente )?proposition|l['’]étude|"
    r"(?-i:[A-ZÀ-Þ][A-ZÀ-Þ0-9-]{2,}))"
)
_ONLY_EN = r"(?!\s+(?:only|just|merely|simply|solely|limited|exclusively))"
_ONLY_FR = r"(?!\s+(?:seulement|uniquement|simplement|exclusivement|que\b|qu['’]))"

# The cue comes first, what it governs after it.
_BEFORE = {
    "en": (
        rf"\b{_OURS_EN}\s+(?:do|does|will|shall)(?:\s+not|n['’]t){_ONLY_EN}"
        rf"\s+(?:\w+ly\s+)?(?:{_VERBS_EN})\b{_ONLY_EN}",
        rf"\b{_OURS_EN}\s+(?:is|are)\s+not\s+(?:concerned with|about|aimed at|interested in)\b",
        r"\b(?:out of|outside|beyond)\s+(?:the\s+)?scope(?:\s+of\s+(?:the|this|our)"
        r"\s+(?:project|proposal|work|study))?\s*(?::|\bare\b|\bis\b)",
        r"\bexcluded\s+from\s+(?:the|this|our)\s+(?:project|scope|study)\s*:",
        rf"\b{_OURS_EN}\s+(?:explicitly\s+|deliberately\s+)?excludes?\b",
    ),
    "fr": (
        rf"\b{_OURS_FR}\s+n[e'’]\s*(?:\w+\s+)?(?:{_VERBS_FR})\s+(?:pas|ni|plus){_ONLY_FR}",
        r"\bhors\s+(?:du\s+)?(?:périmètre|champ)(?:\s+(?:du projet|de l['’]étude))?\s*:",
        rf"\b{_OURS_FR}\s+exclu(?:t|ra|ent|ons)\b",
    ),
}
# What is governed comes first, the cue after it.
_AFTER = {
    "en": (
        r"\b(?:is|are|lies?|remains?|falls?)\s+(?:out of|outside|beyond)\s+(?:the\s+)?scope"
        r"(?:\s+of\s+(?:the|this|our)\s+(?:project|proposal|work|study)\b|(?=\s*(?:[.,;)]|$)))",
        rf"\b(?:is|are|will)\s+not\s+(?:be\s+)?(?:addressed|covered|considered|included|tackled|"
        rf"treated|studied|investigated){_ONLY_EN}\s+(?:here|by|in|within)\s+"
        rf"(?:the|this|our)\s+(?:project|proposal|work|study)\b",
        r"\b(?:is|are)\s+not\s+part\s+of\s+(?:the|this|our)\s+(?:project|proposal|work|study)\b",
    ),
    "fr": (
        r"\b(?:est|sont|reste(?:nt)?)\s+(?:hors|en dehors)\s+(?:du\s+)?(?:périmètre|champ|sujet)\b",
        r"\bn['’](?:est|sont)\s+pas\s+(?:abordée?s?|traitée?s?|couverte?s?|étudiée?s?|incluse?s?)"
        r"\s+(?:ici|dans|par)\s+(?:le|ce|notre|cette)\s+(?:projet|étude|travail|proposition)\b",
        r"\bne\s+(?:sont|seront|sera)\s+pas\s+(?:abordée?s?|traitée?s?|couverte?s?|étudiée?s?|"
        r"incluse?s?)\s+(?:ici|dans|par)\s+(?:le|ce|notre|cette)\s+"
        r"(?:projet|étude|travail|proposition)\b",
        r"\bne\s+fait\s+pas\s+partie\s+(?:du|de ce|de notre)\s+projet\b",
        r"\bne\s+font\s+pas\s+partie\s+(?:du|de ce|de notre)\s+projet\b",
    ),
}
_OTHERS = {
    "en": r"\b(?:existing|current|currently|previous|conventional|traditional|state[- ]of[- ]the[- "
    r"]art|other|today|most|usual|available|literature)\b",
    "fr": r"\b(?:existant\w*|actuel\w*|actuellement|précédent\w*|conventionnel\w*|classique\w*|"
    r"état de l['’]art|autres|aujourd['’]hui|la plupart|usuel\w*|disponibles|littérature)\b",
}
# Where what a cue governs ends: the sentence, or a clause that turns to something else.
_TURN = {
    "en": r"[.;!?](?=\s|$)|\)|,?\s+(?:but|however|although|while|whereas|because|so that|instead|"
    r"rather|nor|yet|as|since|and (?:will|our|we|is|are|it|has))\b|,\s+(?:and|it|we|which|the)\b",
    "fr": r"[.;!?](?=\s|$)|\)|,?\s+(?:mais|cependant|toutefois|alors que|tandis que|car|puisque|"
    r"afin|pour que|en revanche)\b|,\s+(?:et|il|elle|nous|qui|le|la|les)\b",
}
_START = re.compile(r"[.;!?:]\s+|\(")
_FLAGS = re.IGNORECASE
# Without one of these there is no cue, and most texts have none.
_HINTS = {
    "en": re.compile(r"not\b|n['’]t\b|scope|exclud", _FLAGS),
    "fr": re.compile(r"\bpas\b|\bni\b|\bplus\b|\bhors\b|en dehors|exclu", _FLAGS),
}


def find_negations(text: str, language: str) -> Iterator[Scope]:
    """List what a text says that the project leaves out.

    Parameters
    ----------
    text
        A sentence or a few.
    language
        Of the rules; a language without any has none.

    Yields
    ------
    Scope
        The cue and what it governs.

    Examples
    --------
    >>> text = "Le projet ne traite pas de l'hydrogène, mais du solaire."
    >>> [text[each.start : each.end] for each in find_negations(text, "fr")]
    [" de l'hydrogène"]
    >>> list(find_negations("Existing tools do not address drift.", "en"))
    []
    """
    if language not in _HINTS or not _HINTS[language].search(text):
        return
    for pattern in _BEFORE[language]:
        for cue in re.finditer(pattern, text, _FLAGS):
            if not _speaks_of_others(text, cue.start(), language):
                turn = re.compile(_TURN[language], _FLAGS).search(text, cue.end())
                end = turn.start() if turn else len(text)
                yield Scope(cue.start(), cue.end(), cue.end(), end)
    for pattern in _AFTER[language]:
        for cue in re.finditer(pattern, text, _FLAGS):
            if not _speaks_of_others(text, cue.start(), language):
                yield Scope(cue.start(), cue.end(), _clause_start(text, cue.start()), cue.start())


def _speaks_of_others(text: str, place: int, language: str) -> bool:
    start = _clause_start(text, place)
    return re.search(_OTHERS[language], text[start:place], _FLAGS) is not None


def _clause_start(text: str, place: int) -> int:
    return max((match.end() for match in _START.finditer(text, 0, place)), default=0)
