"""What callers hand over, looked at before the work starts.

A wrong type would otherwise fail far inside, in words about something else, or be taken
for what it is not: a text where a list of ids is wanted is a list of letters.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TypeAlias

from roadmapfit.errors import ArgumentError

PathLike: TypeAlias = str | os.PathLike[str]

_MAX_SHOWN_CHARS = 60


def as_path(given: PathLike, *, name: str) -> Path:
    """Take a path in any of the forms that ``open`` takes as a text.

    Parameters
    ----------
    given
        A text or anything with a path in it.
    name
        What the caller calls it.

    Raises
    ------
    ArgumentError
        ``path_type``, for anything else; an empty text is none either.

    Examples
    --------
    >>> as_path("workspaces/mine", name="directory").parts
    ('workspaces', 'mine')
    """
    path = os.fspath(given) if isinstance(given, str | os.PathLike) else given
    if not isinstance(path, str) or not path:
        raise ArgumentError("path_type", name=name, found=describe(given))
    return Path(path)


def check_text(given: object, *, name: str) -> None:
    """Refuse what is no text.

    Raises
    ------
    ArgumentError
        ``text_type``.
    """
    if not isinstance(given, str):
        raise ArgumentError("text_type", name=name, found=describe(given))


def check_ids(given: Collection[str], *, name: str) -> None:
    """Refuse one text in the place of several ids.

    Raises
    ------
    ArgumentError
        ``ids_type``.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Collection):
        raise ArgumentError("ids_type", name=name, found=describe(given))


def describe(given: object) -> str:
    """Show a value with its type, in few signs.

    Examples
    --------
    >>> describe(None), describe("pole-nord")
    ('None (NoneType)', "'pole-nord' (str)")
    """
    shown = repr(given)
    if len(shown) > _MAX_SHOWN_CHARS:
        shown = f"{shown[: _MAX_SHOWN_CHARS - 1]}…"
    return f"{shown} ({type(given).__name__})"
