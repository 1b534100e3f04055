from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from roadmapfit.errors import WorkspaceError
from roadmapfit.manifest import (
    FORMAT,
    NAME,
    Manifest,
    check_files,
    describe_files,
    hash_file,
    load_manifest,
)

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "b.bin").write_bytes(b"abc")
    (tmp_path / "a.bin").write_bytes(b"")
    return tmp_path


@pytest.fixture
def manifest(directory: Path) -> Manifest:
    made = Manifest(
        revision=7,
        encoder={"name": "e", "fingerprint": "f", "dim": 3},
        alignment_model="m",
        counts={"passages": 2},
        files=describe_files(directory),
    )
    made.write(directory)
    return made


def test_files_are_described_by_size_and_checksum(directory: Path) -> None:
    described = describe_files(directory)
    assert list(described) == ["a.bin", "b.bin"]
    assert described["b.bin"] == {"bytes": 3, "sha256": ABC}
    assert hash_file(directory / "b.bin") == ABC


def test_a_manifest_comes_back_and_does_not_describe_itself(
    directory: Path, manifest: Manifest
) -> None:
    assert load_manifest(directory) == manifest
    assert describe_files(directory) == manifest.files
    check_files(directory, manifest)


def test_equal_manifests_are_equal_files(directory: Path, manifest: Manifest) -> None:
    before = (directory / NAME).read_bytes()
    replace(manifest, counts={"passages": 2}).write(directory)
    assert (directory / NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"abd", "checksum"),
        (b"ab", "2 bytes, 3 expected"),
        (b"abcd", "4 bytes, 3 expected"),
    ],
)
def test_a_file_that_differs_is_named(
    directory: Path, manifest: Manifest, content: bytes, reason: str
) -> None:
    (directory / "b.bin").write_bytes(content)
    with pytest.raises(
        WorkspaceError, match=rf"^the index file b\.bin is damaged \({reason}\); build the index"
    ):
        check_files(directory, manifest)


def test_a_missing_file_is_named(directory: Path, manifest: Manifest) -> None:
    (directory / "a.bin").unlink()
    with pytest.raises(
        WorkspaceError, match=r"a\.bin is damaged \(there is nothing of that name\)"
    ):
        check_files(directory, manifest)


def test_another_format_is_refused(directory: Path, manifest: Manifest) -> None:
    replace(manifest, format=FORMAT + 1).write(directory)
    with pytest.raises(
        WorkspaceError,
        match=f"^format {FORMAT + 1} found, format {FORMAT} expected: the workspace",
    ):
        load_manifest(directory)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text.replace('"revision": 7', '"revision": 8'), "checksum"),
        (lambda text: text.replace('"checksum"', '"checksun"'), "'checksum'"),
        (lambda text: text[:40], "Expecting"),
        (lambda text: "", "Expecting value"),
        (lambda text: "[]", "attribute"),
    ],
)
def test_a_damaged_manifest_is_refused(
    directory: Path,
    manifest: Manifest,
    damage: object,
    reason: str,
) -> None:
    path = directory / NAME
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    with pytest.raises(WorkspaceError, match=rf"^the index file manifest\.json is .*{reason}"):
        load_manifest(directory)


def test_a_field_of_the_future_is_refused(directory: Path, manifest: Manifest) -> None:
    content = json.loads((directory / NAME).read_text())
    content["extra"] = 1
    (directory / NAME).write_text(json.dumps(content))
    with pytest.raises(WorkspaceError, match=r"manifest\.json is damaged \(checksum\)"):
        load_manifest(directory)


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        WorkspaceError, match=r"manifest\.json is damaged \(there is nothing of that name\); build"
    ):
        load_manifest(tmp_path)
