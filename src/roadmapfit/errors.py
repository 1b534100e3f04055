"""Every error raised on purpose.

::

    RoadmapFitError
    ├── InputError       a file or a text that cannot be taken
    ├── FetchError       a public file that cannot be brought
    ├── ArgumentError    a value of another type than the function takes; a TypeError, too
    ├── EncoderError     the model is missing, damaged or another one
    │   └── DimensionError   vectors of another width than the index
    └── WorkspaceError   the workspace is missing, damaged or of another encoder
        └── LockedError      another process is writing to it

A message says what was found, what was expected and what to do. It lives in the
catalogues under ``error.<code>``, so that the app can say it in the user's
language; ``str(error)`` is the English one.
"""

from __future__ import annotations

import errno
import os

from roadmapfit.text import render_text

# What the system answers most often; it says so in English whatever the reader's language.
_REASONS = {
    os.strerror(getattr(errno, name)): f"os_error.{name}"
    for name in ("EACCES", "EISDIR", "ENOENT", "ENOSPC", "ENOTDIR", "EPERM", "EROFS")
}


def _translate_reason(value: object, language: str) -> object:
    """Say a reason of the operating system in a language; anything else stays as it is."""
    key = _REASONS.get(value) if isinstance(value, str) else None
    return render_text(key, language) if key else value


class RoadmapFitError(Exception):
    """Base of every error that the command line and the app show as one line."""

    def __init__(self, code: str, /, **values: object) -> None:
        """Keep the message's code and values; the English text is rendered at once."""
        self.code = code
        self.values = values
        super().__init__(self.render("en"))

    def render(self, language: str) -> str:
        """Say the message in a language of the catalogues."""
        said = {name: _translate_reason(value, language) for name, value in self.values.items()}
        return render_text(f"error.{self.code}", language, **said)


class InputError(RoadmapFitError):
    """A file or a text that cannot be taken."""


class FetchError(RoadmapFitError):
    """A public file that cannot be brought, or is not the one expected."""


class ArgumentError(RoadmapFitError, TypeError):
    """A value of another type than the function takes."""


class EncoderError(RoadmapFitError):
    """The model is missing, damaged, or not the one expected."""


class DimensionError(EncoderError):
    """Vectors of another width than those of the index."""


class WorkspaceError(RoadmapFitError):
    """The workspace is missing, damaged, or made with another encoder."""


class LockedError(WorkspaceError):
    """Another process is writing to the workspace."""
