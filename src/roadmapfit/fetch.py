"""Public files by their addresses: resumed where they stopped, checked, with their licence.

Nothing else of the tool needs a network. One request at a time, a name for the operator of
the server to see, and waiting when it asks for that.
"""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import unquote, urlsplit

from roadmapfit.errors import FetchError

SIZE_LIMIT_BYTES = 4_000_000_000
"""More than twenty times the largest of the known files."""

N_TRIES = 4
TIMEOUT_S = 60.0
_WAIT_LIMIT_S = 120.0
_PIECE_BYTES = 262_144
_MAYBE_LATER = (408, 425, 429, 500, 502, 503, 504)
_CORDIS = "CC BY 4.0, © European Union (Commission Decision 2011/833/EU)"


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file that its owner publishes: where it is and under which licence."""

    name: str
    url: str
    owner: str
    licence: str


PUBLIC_FILES = {
    each.name: each
    for each in (
        PublicFile(
            "cordis-horizon",
            "https://cordis.europa.eu/data/cordis-HORIZONprojects-csv.zip",
            "Publications Office of the European Union",
            _CORDIS,
        ),
        PublicFile(
            "cordis-h2020",
            "https://cordis.europa.eu/data/cordis-h2020projects-csv.zip",
            "Publications Office of the European Union",
            _CORDIS,
        ),
        PublicFile(
            "cordis-fp7",
            "https://cordis.europa.eu/data/cordis-fp7projects-csv.zip",
            "Publications Office of the European Union",
            _CORDIS,
        ),
        PublicFile(
            "eu-topics",
            "https://ec.europa.eu/info/funding-tenders/opportunities/data/referenceData/"
            "grantsTenders.json",
            "European Commission, Funding & Tenders Portal",
            "Reuse under Commission Decision 2011/833/EU, source acknowledged",
        ),
    )
}
"""What ``fetch`` knows by name."""

Progress = Callable[[int, int], None]
"""Called with the bytes there and the bytes in all, 0 where the server does not say."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is there, and what is known of where it came from."""

    path: str
    url: str
    n_bytes: int
    sha256: str
    licence: str
    etag: str
    last_modified: str
    fetched_at: str
    is_new: bool


def fetch(
    file: PublicFile,
    folder: Path,
    *,
    sha256: str | None = None,
    wait: Callable[[float], None] = time.sleep,
    on_progress: Progress | None = None,
) -> Fetched:
    """Bring a file into a folder; what is there and has not changed is not sent again.

    A download that stopped goes on from where it was, if the server still has the same
    file. Beside the file a ``.source.json`` keeps its address, licence, size, checksum
    and date.

    Parameters
    ----------
    file
        One of ``PUBLIC_FILES``, or one's own.
    folder
        Made if it is missing.
    sha256
        What the checksum must be, in hexadecimal, if that is known.
    wait
        How to wait so many seconds.
    on_progress
        Told of every piece.

    Raises
    ------
    FetchError
        ``fetch_address``, ``fetch_refused``, ``fetch_unreachable``, ``fetch_too_large``,
        ``fetch_cut_short``, ``fetch_checksum`` or ``fetch_unwritable``.
    """
    if urlsplit(file.url).scheme not in ("http", "https"):
        raise FetchError("fetch_address", url=file.url)
    target = folder / (Path(unquote(urlsplit(file.url).path)).name or file.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _Download(file, target, wait, on_progress).run(sha256)
    except OSError as error:
        found = error.strerror or str(error)
        raise FetchError("fetch_unwritable", path=str(target), found=found) from error


class _Download:
    """One file on its way: ``.part`` is what has come, ``.part.json`` of which version."""

    def __init__(
        self,
        file: PublicFile,
        target: Path,
        wait: Callable[[float], None],
        on_progress: Progress | None,
    ) -> None:
        self.file = file
        self.target = target
        self.wait = wait
        self.on_progress = on_progress
        self.part = target.with_name(target.name + ".part")
        self.version = target.with_name(target.name + ".part.json")
        self.source = target.with_name(target.name + ".source.json")

    def run(self, sha256: str | None) -> Fetched:
        for attempt in range(1, N_TRIES + 1):
            try:
                headers = self._get()
                break
            except urllib.error.HTTPError as error:
                if error.code == 304:
                    return self._keep(sha256)
                if error.code == 416:  # the file has become shorter than what has come
                    self._forget_part()
                elif error.code not in _MAYBE_LATER or attempt == N_TRIES:
                    raise FetchError(
                        "fetch_refused", url=self.file.url, found=f"{error.code} {error.reason}"
                    ) from error
                self.wait(_read_wait(error.headers, attempt))
            except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
                if attempt == N_TRIES:
                    raise FetchError(
                        "fetch_unreachable", url=self.file.url, found=str(error)
                    ) from error
                self.wait(_read_wait(None, attempt))
        else:
            raise FetchError("fetch_refused", url=self.file.url, found="416")
        return self._finish(headers, sha256)

    def _get(self) -> Message:
        """Ask for what is missing and write it down; return what the server said of it."""
        request = urllib.request.Request(self.file.url, headers=self._headers())
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            is_rest = response.status == 206
            n_there = self.part.stat().st_size if is_rest else 0
            length = int(response.headers.get("Content-Length") or 0)
            n_bytes = n_there + length if length else 0
            if n_bytes > SIZE_LIMIT_BYTES:
                raise FetchError("fetch_too_large", url=self.file.url, found=f"{n_bytes / 1e6:.0f}")
            headers: Message = response.headers
            self.version.write_text(
                json.dumps({"url": self.file.url, **_read_version(headers)}), encoding="utf-8"
            )
            with self.part.open("ab" if is_rest else "wb") as stream:
                n_there = self._copy(response, stream.write, n_there, n_bytes)
        if n_bytes and n_there < n_bytes:
            raise ConnectionError(f"{n_there} / {n_bytes}")
        return headers

    def _copy(
        self, response: HTTPResponse, write: Callable[[bytes], int], n_there: int, n_bytes: int
    ) -> int:
        while piece := response.read(_PIECE_BYTES):
            write(piece)
            n_there += len(piece)
            if n_there > SIZE_LIMIT_BYTES:
                raise FetchError("fetch_too_large", url=self.file.url, found=f"{n_there / 1e6:.0f}")
            if self.on_progress is not None:
                self.on_progress(n_there, n_bytes)
        return n_there

    def _headers(self) -> dict[str, str]:
        said = {
            "User-Agent": "roadmapfit (one request at a time)",
            "Accept-Encoding": "identity",  # or a range would be one of something else
        }
        begun = _load(self.version)
        if self.part.exists() and begun.get("url") == self.file.url:
            mark = begun.get("etag") or begun.get("last_modified")
            if mark and not mark.startswith("W/"):
                return said | {"Range": f"bytes={self.part.stat().st_size}-", "If-Range": mark}
        there = _load(self.source)
        if self.target.exists() and there.get("url") == self.file.url:
            if there.get("etag"):
                said["If-None-Match"] = there["etag"]
            if there.get("last_modified"):
                said["If-Modified-Since"] = there["last_modified"]
        return said

    def _finish(self, headers: Message, sha256: str | None) -> Fetched:
        digest = _hash(self.part)
        self._check(digest, sha256, self.part)
        n_bytes = self.part.stat().st_size
        self.part.replace(self.target)
        self.version.unlink(missing_ok=True)
        fetched = Fetched(
            path=str(self.target),
            url=self.file.url,
            n_bytes=n_bytes,
            sha256=digest,
            licence=self.file.licence,
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            is_new=True,
            **_read_version(headers),
        )
        kept = {name: value for name, value in asdict(fetched).items() if name != "path"}
        self.source.write_text(
            json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        return fetched

    def _keep(self, sha256: str | None) -> Fetched:
        """Say of the file that is there what was written down, its checksum taken anew."""
        there = _load(self.source)
        digest = _hash(self.target)
        self._check(digest, sha256 or there.get("sha256"), self.target)
        return Fetched(
            path=str(self.target),
            url=self.file.url,
            n_bytes=self.target.stat().st_size,
            sha256=digest,
            licence=self.file.licence,
            etag=there.get("etag", ""),
            last_modified=there.get("last_modified", ""),
            fetched_at=there.get("fetched_at", ""),
            is_new=False,
        )

    def _check(self, digest: str, expected: str | None, path: Path) -> None:
        if expected is not None and digest != expected.strip().lower():
            path.unlink(missing_ok=True)
            self.source.unlink(missing_ok=True)
            raise FetchError(
                "fetch_checksum", path=str(self.target), found=digest, expected=expected
            )

    def _forget_part(self) -> None:
        self.part.unlink(missing_ok=True)
        self.version.unlink(missing_ok=True)


def _read_version(headers: Message) -> dict[str, str]:
    return {
        "etag": headers.get("ETag") or "",
        "last_modified": headers.get("Last-Modified") or "",
    }


def _read_wait(headers: Message | None, attempt: int) -> float:
    """Read how long the server asks to wait, in seconds; else twice as long each time."""
    asked = headers.get("Retry-After", "") if headers is not None else ""
    wait_s = float(asked) if asked.isdecimal() else 2.0**attempt
    return min(wait_s, _WAIT_LIMIT_S)


def _load(path: Path) -> dict[str, str]:
    """Load what was written down; what is damaged or missing says nothing."""
    with suppress(OSError, ValueError):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return {str(name): str(value) for name, value in content.items()}
    return {}


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
