"""Identifiers of organisations, checked for their form: SIREN, RNSR, ROR, PIC, UAI, GRID."""

from __future__ import annotations

import re

_PATTERNS = {
    "siren": re.compile(r"\d{9}", re.ASCII),
    "rnsr": re.compile(r"\d{9}[A-Z]", re.ASCII),
    # Crockford's base 32 between a zero and two check digits.
    "ror": re.compile(r"0[a-hj-km-np-tv-z0-9]{6}\d{2}", re.ASCII),
    "pic": re.compile(r"\d{9}", re.ASCII),
    "uai": re.compile(r"\d{7}[A-Z]", re.ASCII),
    "grid": re.compile(r"grid\.\d{1,8}\.[0-9a-f]{1,2}", re.ASCII),
}
SCHEMES = tuple(_PATTERNS)
"""What an organisation may be known by, the surest first."""

_SIRET = re.compile(r"\d{14}", re.ASCII)


def parse_identifier(scheme: str, text: str) -> str:
    """Read an identifier of one scheme; a SIRET gives its SIREN.

    Raises
    ------
    ValueError
        If the text has not the form of the scheme, or its check digit is wrong.

    Examples
    --------
    >>> parse_identifier("siren", "180 089 013"), parse_identifier("ror", "https://ror.org/02feahw73")
    ('180089013', '02feahw73')
    >>> parse_identifier("rnsr", "200717524x"), parse_identifier("siren", "48537603200028")
    ('200717524X', '485376032')
    """
    plain = "".join(text.split())
    if scheme in ("rnsr", "uai"):
        plain = plain.upper()
    elif scheme in ("ror", "grid"):
        plain = plain.lower().rpartition("/")[2]
    elif scheme == "siren" and _SIRET.fullmatch(plain):
        plain = plain[:9]
    is_sound = bool(_PATTERNS[scheme].fullmatch(plain))
    if not is_sound or (scheme == "siren" and not has_luhn_key(plain)):
        raise ValueError(f"{text!r} is no {scheme}")
    return plain


def guess_identifier(text: str) -> tuple[str, str] | None:
    """Tell the scheme of an identifier by its form; PIC and SIREN by the SIREN's key.

    Examples
    --------
    >>> guess_identifier("200611689J"), guess_identifier("26750045200029")
    (('rnsr', '200611689J'), ('siren', '267500452'))
    >>> guess_identifier("grid.4444.0"), guess_identifier("CNRS")
    (('grid', 'grid.4444.0'), None)
    """
    for scheme in SCHEMES:
        # Any nine digits may be a PIC: that is for the source to say.
        if scheme == "pic":
            continue
        try:
            return scheme, parse_identifier(scheme, text)
        except ValueError:
            continue
    return None


def has_luhn_key(digits: str) -> bool:
    """Check the last digit of a SIREN by Luhn's rule.

    Examples
    --------
    >>> has_luhn_key("180089013"), has_luhn_key("180089014"), has_luhn_key("000000000")
    (True, False, False)
    """
    doubled = [int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(digits))]
    total = sum(value // 10 + value % 10 for value in doubled)
    return total > 0 and total % 10 == 0
