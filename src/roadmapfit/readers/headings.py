"""Headings and names without what exports spell differently."""

from __future__ import annotations

import unicodedata


def fold_heading(name: str) -> str:
    r"""Take out of a heading what exports differ in: case, accents, white space.

    Examples
    --------
    >>> fold_heading(" Projet.Résumé.\u00a0Français ")
    'projet.resume. francais'
    """
    plain = unicodedata.normalize("NFKD", name.strip("\ufeff"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())
