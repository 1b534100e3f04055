"""Public files by their addresses, from a server on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from roadmapfit import fetch as fetching
from roadmapfit.errors import FetchError
from roadmapfit.fetch import PublicFile, fetch

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Site:
    """What the server sends, and what it was asked."""

    url: str = ""
    content: bytes = CONTENT
    etag: str = '"one"'
    failures: list[int] = field(default_factory=list)
    cut_after: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)


def handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            site.asked.append(dict(self.headers))
            status, content = choose(site, dict(self.headers))
            self.send_response(status)
            self.send_header("ETag", site.etag)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(content[: site.cut_after])
            site.cut_after = None

    return Handler


def choose(site: Site, headers: dict[str, str]) -> tuple[int, bytes]:
    if site.failures:
        return site.failures.pop(0), b""
    if headers.get("If-None-Match") == site.etag:
        return 304, b""
    if headers.get("If-Range") == site.etag:
        start = int(headers["Range"].removeprefix("bytes=").removesuffix("-"))
        return (206, site.content[start:]) if start < len(site.content) else (416, b"")
    return 200, site.content


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(made))
    made.url = f"http://127.0.0.1:{server.server_port}/data/export.zip"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def file_of(site: Site) -> PublicFile:
    return PublicFile("export", site.url, "Nobody", "CC BY 4.0")


def test_a_file_is_brought_with_its_source(site: Site, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    fetched = fetch(
        file_of(site), tmp_path / "new", on_progress=lambda done, total: heard.append((done, total))
    )
    assert (tmp_path / "new" / "export.zip").read_bytes() == CONTENT
    assert (fetched.sha256, fetched.n_bytes, fetched.is_new) == (SHA256, len(CONTENT), True)
    assert heard[-1] == (len(CONTENT), len(CONTENT))
    source = json.loads((tmp_path / "new" / "export.zip.source.json").read_text("utf-8"))
    assert (source["licence"], source["sha256"], source["url"]) == ("CC BY 4.0", SHA256, site.url)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "export.zip",
        "export.zip.source.json",
    ]
    assert site.asked[0]["User-Agent"].startswith("roadmapfit")


def test_what_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    fetch(file_of(site), tmp_path)
    again = fetch(file_of(site), tmp_path)
    assert (again.is_new, again.sha256) == (False, SHA256)
    site.content, site.etag = b"newer", '"two"'
    assert fetch(file_of(site), tmp_path).is_new
    assert (tmp_path / "export.zip").read_bytes() == b"newer"


def test_a_download_goes_on_from_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.cut_after = 300_000
    waits: list[float] = []
    fetched = fetch(file_of(site), tmp_path, wait=waits.append)
    assert (fetched.sha256, waits) == (SHA256, [2.0])
    assert [asked.get("Range") for asked in site.asked] == [None, "bytes=300000-"]


def test_a_part_of_another_version_is_thrown_away(site: Site, tmp_path: Path) -> None:
    (tmp_path / "export.zip.part").write_bytes(b"old" * 10)
    (tmp_path / "export.zip.part.json").write_text(
        json.dumps({"url": site.url, "etag": '"zero"'}), encoding="utf-8"
    )
    assert fetch(file_of(site), tmp_path).sha256 == SHA256


def test_a_part_longer_than_the_file_is_thrown_away(site: Site, tmp_path: Path) -> None:
    (tmp_path / "export.zip.part").write_bytes(bytes(len(CONTENT) + 1))
    (tmp_path / "export.zip.part.json").write_text(
        json.dumps({"url": site.url, "etag": site.etag}), encoding="utf-8"
    )
    assert fetch(file_of(site), tmp_path, wait=lambda _s: None).sha256 == SHA256


def test_it_waits_as_long_as_the_server_asks(site: Site, tmp_path: Path) -> None:
    site.failures = [503, 429]
    waits: list[float] = []
    assert fetch(file_of(site), tmp_path, wait=waits.append).sha256 == SHA256
    assert waits == [7.0, 7.0]


@pytest.mark.parametrize(
    ("failures", "message", "n_asked"),
    [([404], "the server answers 404 Not Found", 1), ([503] * 9, "the server answers 503", 4)],
)
def test_a_refusal_is_said(
    site: Site, tmp_path: Path, failures: list[int], message: str, n_asked: int
) -> None:
    site.failures = failures
    with pytest.raises(FetchError, match=message):
        fetch(file_of(site), tmp_path, wait=lambda _s: None)
    assert len(site.asked) == n_asked


def test_another_checksum_is_refused_and_the_file_removed(site: Site, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="checksum .* expected; the file was removed"):
        fetch(file_of(site), tmp_path, sha256="0" * 64)
    assert not (tmp_path / "export.zip").exists()


def test_too_large_a_file_is_refused_before_it_is_sent(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SIZE_LIMIT_BYTES", 1000)
    with pytest.raises(FetchError, match="has 1 MB; at most"):
        fetch(file_of(site), tmp_path)


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    nowhere = PublicFile("x", "http://127.0.0.1:9/export.zip", "", "")
    with pytest.raises(FetchError, match="cannot be reached .*what has come is kept"):
        fetch(nowhere, tmp_path, wait=lambda _s: None)


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="is no http or https address"):
        fetch(PublicFile("x", "file:///etc/hostname", "", ""), tmp_path)
