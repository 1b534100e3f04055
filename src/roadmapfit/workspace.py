"""The one place where stages meet: a directory, its single writer, its many readers.

::

    workspace/
        workspace.json          format and encoder
        corpus.sqlite           the records, as last added, and people's decisions
        calibration.json        how those decisions correct probabilities, if they do
        vectors/<fingerprint>/  vectors by content, of each encoder used
        documents/              the trees of imported documents, as corrected (see kept.py)
        generations/, CURRENT   finished builds, and which one readers open (see succession.py)
        views/, scores/         what readers keep: named filters, scored tables
        write.lock              held by the one writer
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from roadmapfit.align import AlignmentModel, load_alignment_model
from roadmapfit.arguments import PathLike, as_path
from roadmapfit.background import write_background
from roadmapfit.durable import Shelf, name_refusals, remove_all, write_whole
from roadmapfit.encoder import Encoder, load_encoder
from roadmapfit.errors import EncoderError, LockedError, WorkspaceError
from roadmapfit.generation import BuildInputs, Generation, Progress, write_generation
from roadmapfit.identity import link_organisations, link_projects
from roadmapfit.intake import Reading, note_former_tree, read_input, refuse_losses
from roadmapfit.kept import find_kept, keep_tree
from roadmapfit.manifest import Manifest, hash_file, load_manifest
from roadmapfit.paths import cache_dir, models_dir
from roadmapfit.readers import Progress as ReadProgress
from roadmapfit.readers.tables.mapping import ColumnMapping
from roadmapfit.readers.values import remove_forbidden
from roadmapfit.recalibration import Recalibration, load_recalibration
from roadmapfit.records import Batch, Decision, Organisation, Problem, Project, Tally
from roadmapfit.store import (
    Change,
    KeptLink,
    Record,
    RemovedSource,
    Source,
    Step,
    Store,
    Version,
)
from roadmapfit.succession import Succession
from roadmapfit.vectors import VectorCache

FORMAT = 1
_MODEL_FILES = ("background.npz", "calibrator.json")
_DESCRIPTION, _LOCK = "workspace.json", "write.lock"
_RECALIBRATION, _DOCUMENTS = "calibration.json", "documents"


@dataclass(frozen=True, slots=True)
class Addition:
    """What adding one input did."""

    source_name: str
    change: Change
    problems: tuple[Problem, ...]
    tallies: tuple[Tally, ...] = ()


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
        self._builds = Succession(directory)
        self._generation: Generation | None = None

    # -- writing ---------------------------------------------------------

    def add(
        self,
        path: PathLike,
        *,
        source_name: str | None = None,
        read_as: str | None = None,
        keep_good: bool = False,
        is_trial: bool = False,
        on_progress: ReadProgress | None = None,
    ) -> Addition:
        """Read a file or folder into the corpus; the index follows at the next ``build``.

        Adding the same source again replaces what it brought before. An input is added
        whole or not at all, unless what is good of it is to be kept. The tree that is
        proposed for a document is kept as Markdown in ``documents/``; once it is there,
        corrected or not, adding the same document again reads it. A corrected copy that
        lies elsewhere takes its place by being added.

        Parameters
        ----------
        path
            What ``read_path`` takes.
        source_name
            How the source is called afterwards; the file's or folder's name by default.
        read_as
            What a document is, as for ``read_path``.
        keep_good
            Add an input although rows, entries or pages of it are refused.
        is_trial
            Say what would change, and change nothing.
        on_progress
            Called with bytes done and bytes in all while the input is read; with pages,
            of a PDF.
        """
        reading = self.read(path, read_as=read_as, on_progress=on_progress)
        if not keep_good:
            refuse_losses(reading.batch)
        return self.add_reading(reading, source_name=source_name, is_trial=is_trial)

    def read(
        self,
        path: PathLike,
        *,
        read_as: str | None = None,
        on_progress: ReadProgress | None = None,
    ) -> Reading:
        """Read a file or folder and add nothing; as people said it is to be read."""
        reading = read_input(
            as_path(path, name="path"),
            read_as=read_as,
            find_mapping=self.find_mapping,
            find_tree=self.find_tree,
            on_progress=on_progress,
        )
        note_former_tree(reading, self.directory / _DOCUMENTS)
        return reading

    def add_reading(
        self,
        reading: Reading,
        *,
        source_name: str | None = None,
        is_trial: bool = False,
        on_step: Step | None = None,
    ) -> Addition:
        """Put what was read into the corpus, and keep the tree of a document as corrected.

        ``on_step`` hears of the records, and stops it by raising: the corpus is then as
        it was, while a corrected tree stays kept for the next time.
        """
        if reading.correction is not None and not is_trial:
            with self._writing():
                keep_tree(self.directory / _DOCUMENTS, reading.correction)
        return self.add_batch(
            reading.batch,
            source_name=source_name or reading.source_name,
            content_hash=reading.content_hash,
            is_trial=is_trial,
            on_step=on_step,
        )

    def find_tree(self, content_hash: str, *, read_as: str | None = None) -> Path | None:
        """Find the tree kept for a document, by the hash of its bytes; ``None`` without one."""
        return find_kept(self.directory / _DOCUMENTS, content_hash, read_as=read_as)

    def add_batch(
        self,
        batch: Batch,
        *,
        source_name: str,
        content_hash: str = "",
        is_trial: bool = False,
        on_step: Step | None = None,
    ) -> Addition:
        """Put records into the corpus, all or nothing; a trial puts none.

        ``on_step`` is called with the records written and in all, and may raise to stop.
        """
        with self._writing(), self._corpus() as store:
            change = store.put(
                batch,
                source_name=source_name,
                content_hash=content_hash,
                is_trial=is_trial,
                on_step=on_step,
            )
        return Addition(source_name, change, tuple(batch.problems), tuple(batch.tallies))

    def remember_mapping(self, signature: str, mapping: ColumnMapping) -> None:
        """Remember what the columns of a table are, for every table with that header."""
        with self._writing(), self._corpus() as store:
            store.remember_mapping(signature, mapping)

    def forget_mapping(self, signature: str) -> bool:
        """Forget it; say whether it was known."""
        with self._writing(), self._corpus() as store:
            return store.forget_mapping(signature)

    def remove_source(self, source_name: str, *, on_step: Step | None = None) -> int:
        """Remove all that a source brought; return the number of records removed.

        It is set aside until it is put back, added anew or forgotten. ``on_step`` is
        called as the work goes on, and may raise to stop: nothing has changed then.
        """
        with self._writing(), self._corpus() as store:
            return store.remove_source(source_name, on_step=on_step)

    def restore_source(self, source_name: str, *, on_step: Step | None = None) -> int:
        """Put a removed source back as it was; return the number of records put back.

        ``on_step`` is called as the work goes on, and may raise to stop.
        """
        with self._writing(), self._corpus() as store:
            return store.restore_source(source_name, on_step=on_step)

    def forget_source(self, source_name: str) -> None:
        """Delete a removed source for good."""
        with self._writing(), self._corpus() as store:
            store.forget_source(source_name)

    def load_removed(self) -> list[RemovedSource]:
        """List the sources that were removed and can be put back, the last removed first."""
        with self._corpus() as store:
            return store.load_removed()

    def remove_record(self, kind: type[Record], record_id: str) -> int:
        """Remove one document, project or organisation with what hangs on it."""
        with self._writing(), self._corpus() as store:
            return store.remove_record(kind, record_id)

    def link_records(self, *, on_progress: Progress = _no_progress) -> list[KeptLink]:
        """Find which organisations and projects of several sources are one; keep it.

        Links that were undone stay undone. The next ``build`` takes one organisation for
        each linked group; projects stay what they are.

        Parameters
        ----------
        on_progress
            Called with a stage (``link_organisations``, ``link_projects``, ``commit``),
            what is done and what there is. If it raises, no link has changed.

        Returns
        -------
        list[KeptLink]
            All links, those that were undone too.
        """
        on_progress("link_organisations", 0, 0)
        with self._writing(), self._corpus() as store:
            apart = [
                (kept.link.left_id, kept.link.right_id)
                for kept in store.load_links()
                if kept.is_undone
            ]
            found = link_organisations(
                store.load(Organisation),
                apart=apart,
                on_step=lambda *done: on_progress("link_organisations", *done),
            )
            on_progress("link_projects", 0, 0)
            found += link_projects(
                store.load(Project),
                apart=apart,
                on_step=lambda *done: on_progress("link_projects", *done),
            )
            on_progress("commit", 0, 0)
            store.keep_links(found)
            return store.load_links()

    def mark_link(self, first: str, second: str, *, is_undone: bool) -> None:
        """Undo a link between two records, or take that back; none is a ``WorkspaceError``."""
        with self._writing(), self._corpus() as store:
            store.mark_link(first, second, is_undone=is_undone)

    def load_links(self) -> list[KeptLink]:
        """List which records are held to be one, and which links were undone."""
        with self._corpus() as store:
            return store.load_links()

    def decide(
        self,
        project_id: str,
        item_id: str,
        *,
        is_aligned: bool,
        note: str = "",
        decided_on: date | None = None,
    ) -> Decision:
        """Write down what people decided about a project and an item; it counts at once.

        It takes the place of any earlier decision about that pair.

        Raises
        ------
        WorkspaceError
            If the corpus has no such project, or no such item to align with.
        """
        # What comes from a keyboard may hold signs that no database and no report can.
        said = " ".join(remove_forbidden(note).split())
        decision = Decision(project_id, item_id, is_aligned, decided_on, said)
        with self._writing(), self._corpus() as store:
            store.decide(decision)
        return decision

    def withdraw_decision(self, project_id: str, item_id: str) -> None:
        """Take the decision about a pair back; none is a ``WorkspaceError``."""
        with self._writing(), self._corpus() as store:
            store.withdraw_decision(project_id, item_id)

    def keep_recalibration(self, recalibration: Recalibration) -> None:
        """Correct probabilities from now on, in the place of any earlier correction."""
        with self._writing():
            write_whole(self.directory / _RECALIBRATION, recalibration.render_json())

    def forget_recalibration(self) -> bool:
        """Return to the shipped probabilities; say whether there was a correction."""
        path = self.directory / _RECALIBRATION
        with self._writing():
            was_there = path.exists()
            path.unlink(missing_ok=True)
        return was_there

    def build(self, *, on_progress: Progress = _no_progress) -> Manifest:
        """Bring the index up to the corpus, and make it current in one step.

        Texts that have a vector are not encoded again, and a build that was
        stopped at any point goes on from the vectors it had written. Nothing is
        done when corpus, encoder and alignment model are those of the current
        generation.
        """
        with self._writing(), self._corpus() as store:
            previous = self._open_previous()
            try:
                if previous is not None and self._is_current(previous.manifest, store):
                    return previous.manifest
                manifest = self._build(store, previous, on_progress)
            finally:
                if previous is not None:
                    previous.close()
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
        return self._builds.has_current

    @property
    def built_at(self) -> datetime | None:
        """When the current generation was made; ``None`` before the first."""
        return self._builds.find_moment()

    def is_up_to_date(self) -> bool:
        """Whether the corpus, encoder and model are those of the current generation."""
        name = self._builds.read_current()
        if not name:
            return False
        manifest = load_manifest(self._builds.find(name))
        with self._corpus() as store:
            return self._is_current(manifest, store)

    def refresh(self) -> None:
        """Let go of the open generation, so that the next read opens the current one."""
        if self._generation is not None:
            self._generation.close()
            self._generation = None

    @property
    def alignment_model(self) -> str:
        """The checksum of the alignment model in use."""
        return self._model_checksum

    def decisions(self, *, project_id: str | None = None) -> list[Decision]:
        """List what people decided, of one project or all, as it stands at this moment."""
        with self._corpus() as store:
            return store.load_decisions(project_id=project_id)

    def load_recalibration(self) -> Recalibration | None:
        """Read the correction that is kept, whether or not it is in force.

        Raises
        ------
        WorkspaceError
            If it is damaged.
        """
        return load_recalibration(self.directory / _RECALIBRATION)

    @property
    def recalibration(self) -> Recalibration | None:
        """The correction in force; one fitted to another alignment model is not."""
        kept = self.load_recalibration()
        return kept if kept and kept.alignment_model == self._model_checksum else None

    def load_sources(self) -> list[Source]:
        """List what was added."""
        with self._corpus() as store:
            return store.load_sources()

    def name_records(self, record_ids: Iterable[str]) -> dict[str, str]:
        """Name organisations and projects of the corpus, built or not, by their ids."""
        wanted = list(record_ids)
        with self._corpus() as store:
            organisations = store.load(Organisation, ids=wanted)
            projects = store.load(Project, ids=wanted)
        return {each.id: each.name for each in organisations} | {
            each.id: each.label for each in projects
        }

    def find_mapping(self, signature: str) -> ColumnMapping | None:
        """Recall what people said of the columns of a table."""
        with self._corpus() as store:
            return store.find_mapping(signature)

    def load_versions(self, record_id: str) -> list[Version]:
        """List what a record was before its sources changed it, oldest first."""
        with self._corpus() as store:
            return store.load_versions(record_id)

    def load_problems(self, *, source_name: str | None = None) -> list[Problem]:
        """List what readers refused, repaired or noted."""
        with self._corpus() as store:
            return store.load_problems(source_name=source_name)

    @property
    def views(self) -> Shelf:
        """The filters that readers gave a name."""
        return Shelf(self.directory / "views")

    @property
    def scores(self) -> Shelf:
        """The tables that were scored in bulk."""
        return Shelf(self.directory / "scores")

    def count(self) -> dict[str, int]:
        """Count the records of the corpus, built or not."""
        with self._corpus() as store:
            return store.count()

    # -- inside ----------------------------------------------------------

    @contextmanager
    def _corpus(self) -> Iterator[Store]:
        store = Store(self.directory / "corpus.sqlite", must_exist=True)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the write lock, and say what the system refuses in one line."""
        with name_refusals(self.directory):
            lock = FileLock(self.directory / _LOCK)
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise LockedError("workspace_locked", name=self.directory.name) from error
            try:
                yield
            finally:
                lock.release()

    def _build(self, store: Store, previous: Generation | None, on_progress: Progress) -> Manifest:
        inputs = BuildInputs(
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
        )
        return self._builds.advance(lambda directory: write_generation(directory, inputs))

    def _is_current(self, manifest: Manifest, store: Store) -> bool:
        return (
            store.has_records_of(manifest.revision)
            and manifest.encoder["fingerprint"] == self.encoder.fingerprint
            and manifest.alignment_model == self._model_checksum
        )

    def _open_current(self, *, any_model: bool = False) -> Generation:
        name = self._builds.read_current()
        if not name:
            raise WorkspaceError("not_built", name=self.directory.name)
        try:
            generation = Generation(self._builds.find(name), self.model)
        except WorkspaceError:
            if self._builds.read_current() == name:
                raise
            return self._open_current(any_model=any_model)  # it was replaced meanwhile
        made_with = generation.manifest.encoder
        found_model = generation.manifest.alignment_model
        if made_with["fingerprint"] != self.encoder.fingerprint:
            generation.close()
            raise WorkspaceError(
                "other_encoder",
                found=f"{made_with['name']} ({made_with['fingerprint']})",
                expected=self.encoder.fingerprint,
            )
        if found_model != self._model_checksum and not any_model:
            generation.close()
            raise WorkspaceError("other_model", found=found_model, expected=self._model_checksum)
        return generation

    def _open_previous(self) -> Generation | None:
        """Open the current generation for its passages; a damaged one is built over."""
        try:
            return self._open_current(any_model=True)
        except WorkspaceError:
            return None


def create_workspace(
    directory: PathLike, *, encoder: Encoder | None = None, model: AlignmentModel | None = None
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
    ArgumentError
        If ``directory`` is no path.
    """
    directory = as_path(directory, name="directory")
    workspace = _assemble(directory, encoder, model)
    with name_refusals(directory):
        if directory.exists() and not (directory.is_dir() and not any(directory.iterdir())):
            raise WorkspaceError("directory_taken", name=str(directory))
        directory.mkdir(parents=True, exist_ok=True)
        try:
            Succession(directory).begin()
            Store(directory / "corpus.sqlite").close()
            description = {"format": FORMAT, "encoder_fingerprint": workspace.encoder.fingerprint}
            write_whole(directory / _DESCRIPTION, json.dumps(description, indent=1) + "\n")
        except BaseException:
            remove_all(directory.iterdir())  # or the next attempt finds the folder taken
            raise
    return workspace


def open_workspace(
    directory: PathLike, *, encoder: Encoder | None = None, model: AlignmentModel | None = None
) -> Workspace:
    """Open a workspace for reading, adding and building.

    Raises
    ------
    WorkspaceError
        If there is none, or it was made with another encoder.
    ArgumentError
        If ``directory`` is no path.
    """
    directory = as_path(directory, name="directory")
    path = directory / _DESCRIPTION
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        found_format = description["format"]
        if found_format != FORMAT:
            raise WorkspaceError("format_unknown", found=found_format, expected=FORMAT)
        expected = description["encoder_fingerprint"]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WorkspaceError("workspace_missing", name=str(directory)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceError("workspace_damaged", name=_DESCRIPTION, reason=reason) from error
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError("workspace_damaged", name=_DESCRIPTION, reason=str(error)) from error
    workspace = _assemble(directory, encoder, model)
    if workspace.encoder.fingerprint != expected:
        raise WorkspaceError(
            "other_encoder", found=expected, expected=workspace.encoder.fingerprint
        )
    return workspace


def _assemble(directory: Path, encoder: Encoder | None, model: AlignmentModel | None) -> Workspace:
    encoder = encoder or load_encoder()
    if model is None:
        home = find_alignment_model(encoder.fingerprint)
        model = load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
        return Workspace(directory, encoder, model, model_checksum=hash_model(home))
    with TemporaryDirectory() as folder:
        # As its files would be, so that a model is one whether given or found.
        write_background(model.background, Path(folder) / _MODEL_FILES[0])
        model.calibrator.write(Path(folder) / _MODEL_FILES[1])
        return Workspace(directory, encoder, model, model_checksum=hash_model(Path(folder)))


def hash_model(home: Path) -> str:
    """Name an alignment model by the checksums of its files."""
    checksums = "".join(hash_file(home / name) for name in _MODEL_FILES)
    return hashlib.sha256(checksums.encode()).hexdigest()[:16]


def find_alignment_model(encoder_fingerprint: str) -> Path:
    """Find an encoder's alignment model: shipped with the package, or fitted by the user.

    Raises
    ------
    EncoderError
        If there is none; the message names the command that makes one.
    """
    for root in (models_dir(), cache_dir()):
        home = root / "alignment" / encoder_fingerprint
        if all((home / name).exists() for name in _MODEL_FILES):
            return home
    raise EncoderError("background_missing", found=encoder_fingerprint)
