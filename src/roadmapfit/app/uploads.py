"""Files that a reader of the app hands over: laid down, named harmlessly, hashed."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNSAFE = re.compile(r"[^\w.() -]+")
_MAX_NAME_CHARS = 100
# What Windows, the strictest, takes for none of a name.
_REFUSED = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_MAX_SUGGESTED_CHARS = 60


@contextmanager
def lay_down(name: str, content: bytes) -> Iterator[Path]:
    """Lay an upload down as a file, for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="roadmapfit-") as folder:
        path = Path(folder) / clean_name(name)
        path.write_bytes(content)
        yield path


def clean_name(name: str) -> str:
    r"""Keep the end of a file's name, in signs that every system takes.

    Examples
    --------
    >>> clean_name("../../étude <1>.txt"), clean_name("C:\\dossier\\a.md"), clean_name("..")
    ('étude _1_.txt', 'a.md', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNSAFE.sub("_", last)[-_MAX_NAME_CHARS:].strip(". ") or "file"


def suggest_name(title: str) -> str:
    """Make a title the name of a file to download, cut at a word.

    Signs that a file's name can hold on every system stay as they are.

    Examples
    --------
    >>> suggest_name("IRRIGO – Conseil d'irrigation: légumes/fruits")
    "IRRIGO – Conseil d'irrigation légumes fruits"
    >>> suggest_name("../..")
    'roadmapfit'
    """
    name = " ".join(_REFUSED.sub(" ", title).split())
    if len(name) > _MAX_SUGGESTED_CHARS:
        name = name[: _MAX_SUGGESTED_CHARS + 1].rpartition(" ")[0] or name[:_MAX_SUGGESTED_CHARS]
    return name.strip(". –-,;") or "roadmapfit"


def hash_content(content: bytes) -> str:
    """Hash a file's bytes as a workspace records them; SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
