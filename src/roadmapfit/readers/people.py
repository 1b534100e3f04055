"""Names of people: which columns hold them, and where they stand in other names.

Nothing that this module points at is stored. Partner files name scientists in columns of
their own; a few names of organisations hold them too, after an academic title.
"""

from __future__ import annotations

import re

from roadmapfit.readers.given_names import is_written_as_person
from roadmapfit.readers.headings import fold_heading

_PERSONAL_HEADING = re.compile(
    r"(?:^|[^a-z])(?:responsable|prenoms?|first ?names?|last ?names?|surname|orcid|idref"
    r"|e-?mails?|courriels?|mails?|contacts?|telephones?|phones?|fax|mobile|persons?|personnes?"
    r"|candidats?|laureates?|laureats?|investigators?|coordinateur scientifique"
    r"|porteur du projet|charge|chargee|referente?s?|interlocuteurs?|dirigeants?)(?:$|[^a-z])"
)
_TITLE = (
    r"(?:Prof(?:\.|esseure?|essor)?|Pr\.?|Dr\.?|Docteur|Doctor"
    r"|M\.|Mr\.?|Mrs\.?|Mme|Mlle|Monsieur|Madame)"
)
# "Prof. Dr. Jane van Doe", "Pr M. Doe", "Dr DOE"
_PERSON = (
    rf"(?:{_TITLE}\s+)+(?:(?:[A-ZÀ-Þ]\.(?:-[A-ZÀ-Þ]\.)?\s*)*"
    r"(?:(?:de|du|van|von|der|den|la|le|el|al)\s+)*[A-ZÀ-Þ][\w'’-]+\s?){1,4}"
)
_IN_BRACKETS = re.compile(rf"\s*\([^()]*\b{_PERSON}[^()]*\)")
_AT_END = re.compile(
    rf"[\s,;:/.–-]+(?:\b(?:lab(?:oratory|oratoire)?|group(?:e)?|team|[ée]quipe)?\s*"
    rf"(?:of|de|du|dirig[ée]e? par|led by)?\s*)?\b{_PERSON}(?:'?s?\s*(?:lab|group|team)\b.*)?$",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"{_PERSON}$")
# "Jane M. Doe", and nothing else.
_WITH_INITIAL = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ-]+ (?:[A-ZÀ-Þ]\. ?){1,2}[A-ZÀ-Þ][a-zß-ÿ-]+$")
# Words by which a name that starts with a title is still that of an organisation.
_ORGANISED = re.compile(
    r"h[oô]s?pital|clini|institut|istitut|universit|universid|fond|found|gmbh|kg\b|sa\b|sas\b|sarl\b|ltd"
    r"|inc\b|technolog|center|centre|centro|laborato|school|college|company|ingenieur|consult",
    re.IGNORECASE,
)


def is_personal(heading: str) -> bool:
    """Tell whether a column holds names of people, or ways to reach them.

    Examples
    --------
    >>> is_personal("Projet.Partenaire.Responsable_scientifique.Nom")
    True
    >>> is_personal("contactFirstNames"), is_personal("Projet.Partenaire.Nom_organisme")
    (True, False)
    """
    # "contactFirstNames" and "Responsable_scientifique" are several words each.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[._]", " ", heading)
    return bool(_PERSONAL_HEADING.search(fold_heading(spaced)))


def remove_people(name: str) -> str:
    """Take a person out of an organisation's name; empty where nothing else is in it.

    A person is known by an academic or courtesy title, by an initial in the middle of an
    otherwise bare name, or by a common given name beside a family name in capitals.
    Organisations that are named after people keep their names, and so does a bare "Jane
    Doe", which a firm may be called (:func:`given_names.is_like_person` tells of it).

    Examples
    --------
    >>> remove_people("National University / Bioelectronics Group (Prof. Jane Doe)")
    'National University / Bioelectronics Group'
    >>> remove_people("Institute X / Physics Department. Prof J. Does Lab")
    'Institute X / Physics Department'
    >>> remove_people("Prof. Dr. Jane Doe-Smith"), remove_people("Hospital Dr. Doe")
    ('', 'Hospital Dr. Doe')
    >>> remove_people("Jane DOE"), remove_people("Jane Doe")
    ('', 'Jane Doe')
    """
    kept = _IN_BRACKETS.sub("", name)
    if is_written_as_person(kept):
        return ""
    is_person = _ALONE.match(kept) or _WITH_INITIAL.match(kept)
    if is_person and not _ORGANISED.search(kept):
        return ""
    without_end = _AT_END.sub("", kept)
    if without_end != kept and not _is_named_after(kept):
        kept = without_end
    return " ".join(kept.split()).strip(" ,;:/-–")


def _is_named_after(name: str) -> bool:
    """Tell "Hospital Universitario Dr. Doe" from "Physics Department. Prof Doe"."""
    before = re.split(rf"\b{_TITLE}\s", name, maxsplit=1)[0]
    return not re.search(
        r"[,;:/.–-]\s*$|(?:lab|group|team|[ée]quipe)\s+(?:of|de|du)?\s*$", before, re.IGNORECASE
    )
