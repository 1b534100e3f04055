"""Titles to names that stand in ids."""

from __future__ import annotations

import re
import unicodedata


def make_slug(title: str) -> str:
    """Make an id's part from a title: no accents, lower case, hyphens.

    Examples
    --------
    >>> make_slug("Axe 1 : cœur de l'énergie")
    'axe-1-coeur-de-l-energie'
    """
    # The ligature is no accented letter for Unicode, and French is full of it.
    plain = unicodedata.normalize("NFKD", title.lower().replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "-".join(words)
