"""Ids of organisations: their surest identifier, else what is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.identifiers import SCHEMES, guess_identifier, parse_identifier
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

Identifiers = tuple[tuple[str, str], ...]


def make_organisation_id(identifiers: Identifiers, *, source: str, known: Sequence[str]) -> str:
    """Name an organisation by an identifier, else by a hash of what is known of it.

    Parameters
    ----------
    identifiers
        Pairs of scheme and value; the surest scheme counts.
    source
        The beginning of an id without identifier.
    known
        Name and place, in the form that exports share when folded as headings are.

    Examples
    --------
    >>> make_organisation_id((("siren", "180089013"),), source="anr", known=["CNRS"])
    'siren:180089013'
    >>> make_organisation_id((), source="anr", known=["CNRS", "Paris"])[:8]
    'anr:org:'
    """
    # A laboratory's own register comes before the legal unit that it belongs to.
    order = {scheme: place for place, scheme in enumerate(("rnsr", "pic", *SCHEMES))}
    for scheme, value in sorted(identifiers, key=lambda pair: order[pair[0]]):
        return f"{scheme}:{value}"
    digest = hashlib.sha256("\n".join(fold_heading(each) for each in known).encode())
    return f"{source}:org:{digest.hexdigest()[:16]}"


def read_identifier(
    text: str, *, scheme: str = "", row: int | None, field: str, fields: FieldReader
) -> Identifiers:
    """Read one identifier of a scheme, or of whichever its form is; report what is none.

    A code that has another scheme's form is taken for that: nine digits in a column of
    RNSR codes are a SIREN if their key is right.
    """
    if not text.strip():
        return ()
    if scheme:
        try:
            return ((scheme, parse_identifier(scheme, text)),)
        except ValueError:
            pass
    guessed = guess_identifier(text)
    if guessed is None:
        fields.report("unreadable_identifier", Outcome.REPAIRED, row=row, field=field, found=text)
        return ()
    return (guessed,)
