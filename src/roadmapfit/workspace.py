"""The one place where stages meet: a directory, its single writer, its many readers.

::

    workspace/
        workspace.json          format and encoder
        corpus.sqlite           the records, as last added
        vectors/<fingerprint>/  vectors by content, of each encoder used
        generations/000007/     one finished build (see generation.py)
        CURRENT                 the name of the generation that readers open
        write.lock              held by the one writer
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from roadmapfit.align import AlignmentModel, load_alignment_model
from roadmapfit.encoder import Encoder, load_encoder
from roadmapfit.errors import EncoderError, LockedError, WorkspaceError
from roadmapfit.generation import BuildInputs, Generation, Progress, write_generation
from roadmapfit.manifest import Manifest, hash_file, sync
from roadmapfit.paths import cache_dir, models_dir
from roadmapfit.readers import Progress as ReadProgress
from roadmapfit.readers import read_path
from roadmapfit.records import Batch, Problem
from roadmapfit.store import Change, Record, Source, Store
from roadmapfit.vectors import VectorCache

FORMAT = 1
_DESCRIPTION, _CURRENT, _LOCK = "workspace.json", "CURRENT", "write.lock"
# The generation before the current one stays: readers that opened it go on.
_N_KEPT = 2


@dataclass(frozen=True, slots=True)
class Addition:
    """What adding one input did."""

    source_name: str
    change: Change
    problems: tuple[Problem, ...]


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    """Say nothing."""


class Workspace:
    """A corpus, its index and its alignments in one directory.

    Use ``create_workspace`` or ``open_workspace``.
    """

    def __init__(
        self, directory: Path, encoder: Encoder, model: AlignmentModel, *, model_checksum: str
    ) -> None:
        """Hold the parts; nothing is read yet."""
        self.directory = directory
        self.encoder = encoder
        self.model = model
        self._model_checksum = model_checksum
        self._generation: Generation | None = None

    # -- writing ---------------------------------------------------------

    def add(
        self,
        path: Path,
        *,
        source_name: str | None = None,
        on_progress: ReadProgress | None = None,
    ) -> Addition:
        """Read a file or folder into the corpus; the index follows at the next ``build``.

        Adding the same source again replaces what it brought before.

        Parameters
        ----------
        path
            What ``read_path`` takes.
        source_name
            How the source is called afterwards; the file's or folder's name by default.
        on_progress
            Called with bytes done and bytes in all while the input is read.
        """
        batch = read_path(path, on_progress=on_progress)
        name = source_name or path.resolve().name
        return self.add_batch(batch, source_name=name, content_hash=_hash_input(path))

    def add_batch(self, batch: Batch, *, source_name: str, content_hash: str = "") -> Addition:
        """Put records into the corpus, all or nothing."""
        with self._writing(), self._corpus() as store:
            change = store.put(batch, source_name=source_name, content_hash=content_hash)
        return Addition(source_name, change, tuple(batch.problems))

    def remove_source(self, source_name: str) -> int:
        """Remove all that a source brought; return the number of records removed."""
        with self._writing(), self._corpus() as store:
            return store.remove_source(source_name)

    def remove_record(self, kind: type[Record], record_id: str) -> int:
        """Remove one document, project or organisation with what hangs on it."""
        with self._writing(), self._corpus() as store:
            return store.remove_record(kind, record_id)

    def build(self, *, on_progress: Progress = _no_progress) -> Manifest:
        """Bring the index up to the corpus, and make it current in one step.

        Texts that have a vector are not encoded again, and a build that was
        stopped at any point goes on from the vectors it had written. Nothing is
        done when corpus, encoder and alignment model are those of the current
        generation.
        """
        with self._writing(), self._corpus() as store:
            previous = self._open_previous()
            if previous is not None and self._is_current(previous, store):
                return previous.manifest
            self._remove_leftovers()
            root = self.directory / "generations"
            root.mkdir(exist_ok=True)
            name = f"{self._last_number() + 1:06d}"
            unfinished = root / f"{name}.unfinished"
            unfinished.mkdir()
            try:
                manifest = write_generation(
                    unfinished,
                    BuildInputs(
                        store=store,
                        cache=VectorCache(
                            self.directory / "vectors",
                            fingerprint=self.encoder.fingerprint,
                            dim=self.encoder.dim,
                        ),
                        encoder=self.encoder,
                        model=self.model,
                        model_checksum=self._model_checksum,
                        revision=store.revision(),
                        previous=previous,
                        on_progress=on_progress,
                    ),
                )
                unfinished.rename(root / name)
                sync(root)
                _write_whole(self.directory / _CURRENT, name + "\n")
            except BaseException:
                shutil.rmtree(unfinished, ignore_errors=True)
                raise
            self._remove_old(name)
        self.refresh()
        return manifest

    # -- reading ---------------------------------------------------------

    @property
    def generation(self) -> Generation:
        """The finished build that this reader has open.

        Raises
        ------
        WorkspaceError
            If nothing was built yet, or the build is damaged, or it was made with
            another encoder or alignment model.
        """
        if self._generation is None:
            self._generation = self._open_current()
        return self._generation

    @property
    def is_built(self) -> bool:
        """Whether there is a generation to read."""
        return (self.directory / _CURRENT).exists()

    def is_up_to_date(self) -> bool:
        """Whether the corpus, encoder and model are those of the current generation."""
        if not self.is_built:
            return False
        with self._corpus() as store:
            return self._is_current(self.generation, store)

    def refresh(self) -> None:
        """Let go of the open generation, so that the next read opens the current one."""
        if self._generation is not None:
            self._generation.close()
            self._generation = None

    def load_sources(self) -> list[Source]:
        """List what was added."""
        with self._corpus() as store:
            return store.load_sources()

    def load_problems(self, *, source_name: str | None = None) -> list[Problem]:
        """List what readers refused, repaired or noted."""
        with self._corpus() as store:
            return store.load_problems(source_name=source_name)

    def count(self) -> dict[str, int]:
        """Count the records of the corpus, built or not."""
        with self._corpus() as store:
            return store.count()

    # -- inside ----------------------------------------------------------

    @contextmanager
    def _corpus(self) -> Iterator[Store]:
        store = Store(self.directory / "corpus.sqlite")
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the write lock, and say what the system refuses in one line."""
        lock = FileLock(self.directory / _LOCK)
        try:
            with lock.acquire(timeout=0):
                yield
        except Timeout as error:
            raise LockedError("workspace_locked", name=self.directory.name) from error
        except OSError as error:
            raise _name_refusal(error, self.directory) from error

    def _is_current(self, generation: Generation, store: Store) -> bool:
        manifest = generation.manifest
        return (
            manifest.revision == store.revision()
            and manifest.encoder["fingerprint"] == self.encoder.fingerprint
            and manifest.alignment_model == self._model_checksum
        )

    def _open_current(self) -> Generation:
        pointer = self.directory / _CURRENT
        if not pointer.exists():
            raise WorkspaceError("not_built", name=self.directory.name)
        name = pointer.read_text(encoding="utf-8").strip()
        generation = Generation(self.directory / "generations" / name, self.model)
        found = generation.manifest.encoder["fingerprint"]
        if found != self.encoder.fingerprint:
            generation.close()
            raise WorkspaceError(
                "other_encoder",
                found=f"{generation.manifest.encoder['name']} ({found})",
                expected=self.encoder.fingerprint,
            )
        return generation

    def _open_previous(self) -> Generation | None:
        """The current generation as a source of cuts; a damaged one is built over."""
        try:
            return self._open_current()
        except WorkspaceError:
            return None

    def _last_number(self) -> int:
        numbers = [
            int(path.name)
            for path in (self.directory / "generations").iterdir()
            if path.name.isdigit()
        ]
        return max(numbers, default=0)

    def _remove_leftovers(self) -> None:
        """Clear what a killed build left; its vectors are in the cache already."""
        for path in (self.directory / "generations").glob("*.unfinished"):
            shutil.rmtree(path, ignore_errors=True)

    def _remove_old(self, current: str) -> None:
        names = sorted(
            path.name
            for path in (self.directory / "generations").iterdir()
            if path.name.isdigit() and path.name <= current
        )
        for name in names[:-_N_KEPT]:
            shutil.rmtree(self.directory / "generations" / name, ignore_errors=True)


def create_workspace(
    directory: Path, *, encoder: Encoder | None = None, model: AlignmentModel | None = None
) -> Workspace:
    """Make an empty workspace.

    Parameters
    ----------
    directory
        Must not exist, or be empty.
    encoder
        The default one unless given; the workspace remembers its fingerprint.
    model
        Its alignment model; found by the encoder's fingerprint unless given.

    Raises
    ------
    WorkspaceError
        If the directory holds something, or cannot be written.
    EncoderError
        If the encoder has no alignment model.
    """
    workspace = _assemble(directory, encoder, model)
    try:
        if directory.exists() and any(directory.iterdir()):
            raise WorkspaceError("directory_taken", name=str(directory))
        directory.mkdir(parents=True, exist_ok=True)
        Store(directory / "corpus.sqlite").close()
        (directory / "generations").mkdir()
        description = {"format": FORMAT, "encoder_fingerprint": workspace.encoder.fingerprint}
        _write_whole(directory / _DESCRIPTION, json.dumps(description, indent=1) + "\n")
    except OSError as error:
        raise _name_refusal(error, directory) from error
    return workspace


def open_workspace(
    directory: Path, *, encoder: Encoder | None = None, model: AlignmentModel | None = None
) -> Workspace:
    """Open a workspace for reading, adding and building.

    Raises
    ------
    WorkspaceError
        If there is none, or it was made with another encoder.
    """
    path = directory / _DESCRIPTION
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        found_format = description["format"]
        expected = description["encoder_fingerprint"]
    except FileNotFoundError as error:
        raise WorkspaceError("workspace_missing", name=str(directory)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError("index_damaged", name=_DESCRIPTION, reason=str(error)) from error
    if found_format != FORMAT:
        raise WorkspaceError("format_unknown", found=found_format, expected=FORMAT)
    workspace = _assemble(directory, encoder, model)
    if workspace.encoder.fingerprint != expected:
        raise WorkspaceError(
            "other_encoder", found=expected, expected=workspace.encoder.fingerprint
        )
    return workspace


def _assemble(directory: Path, encoder: Encoder | None, model: AlignmentModel | None) -> Workspace:
    encoder = encoder or load_encoder()
    if model is not None:
        return Workspace(directory, encoder, model, model_checksum="given")
    home = find_alignment_model(encoder.fingerprint)
    checksum = hashlib.sha256(
        "".join(hash_file(home / name) for name in ("background.npz", "calibrator.json")).encode()
    ).hexdigest()[:16]
    loaded = load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
    return Workspace(directory, encoder, loaded, model_checksum=checksum)


def find_alignment_model(encoder_fingerprint: str) -> Path:
    """Find an encoder's alignment model: shipped with the package, or fitted by the user.

    Raises
    ------
    EncoderError
        If there is none; the message names the command that makes one.
    """
    for root in (models_dir(), cache_dir()):
        home = root / "alignment" / encoder_fingerprint
        if (home / "background.npz").exists() and (home / "calibrator.json").exists():
            return home
    raise EncoderError("background_missing", found=encoder_fingerprint)


def _name_refusal(error: OSError, directory: Path) -> WorkspaceError:
    if error.errno == errno.ENOSPC:
        return WorkspaceError("disk_full", name=directory.name)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WorkspaceError("not_writable", name=directory.name)
    return WorkspaceError("file_refused", name=directory.name, reason=error.strerror or str(error))


def _write_whole(path: Path, text: str) -> None:
    """Replace a small file so that a reader sees the old text or the new, never half."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    sync(temporary)
    os.replace(temporary, path)
    sync(path.parent)


def _hash_input(path: Path) -> str:
    """Hash a file, or a folder's files with their names."""
    if path.is_file():
        return hash_file(path)
    digest = hashlib.sha256()
    for each in sorted(path.rglob("*")):
        if each.is_file():
            digest.update(f"{each.relative_to(path)}\0{hash_file(each)}\n".encode())
    return digest.hexdigest()
