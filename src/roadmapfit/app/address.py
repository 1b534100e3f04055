"""Choices as text in the address of a page, and back."""

from __future__ import annotations

from urllib.parse import quote, unquote


def encode(value: object) -> str | None:
    """Write a choice: a text, a whole number, a switch or a list of texts.

    Returns
    -------
    str | None
        ``None`` where nothing is chosen.

    Examples
    --------
    >>> encode(["a, b", "c"]), encode(True), encode(45), encode([])
    ('a%2C%20b,c', '1', '45', None)
    """
    if isinstance(value, list | tuple):
        return ",".join(quote(str(each), safe="") for each in value) or None
    if isinstance(value, bool):
        return "1" if value else "0"
    return None if value is None or value == "" else str(value)


def decode(text: str, *, like: object) -> object:
    """Read a choice as what a new session has in its place is; that one, if it cannot be.

    Parameters
    ----------
    text
        As ``encode`` wrote it, or anything: a reader may write an address by hand.
    like
        A list, a switch, a whole number, or what else stands for a text.

    Examples
    --------
    >>> decode("a%2C%20b,c", like=[]), decode("1", like=False), decode("x", like=50)
    (['a, b', 'c'], True, 50)
    """
    if isinstance(like, list):
        return [unquote(each) for each in text.split(",") if each]
    if isinstance(like, bool):
        return text == "1" if text in {"0", "1"} else like
    if isinstance(like, int):
        return int(text) if text.isascii() and text.isdigit() else like
    return text
