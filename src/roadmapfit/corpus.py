"""The records of a workspace, and what people said of them: one writer, many readers.

What is added here is in the index after the next build (``workspace``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from roadmapfit.arguments import PathLike, as_path
from roadmapfit.durable import name_refusals, write_whole
from roadmapfit.errors import LockedError
from roadmapfit.identity import link_organisations, link_projects
from roadmapfit.intake import Reading, note_former_tree, read_input, refuse_losses
from roadmapfit.kept import find_kept, keep_tree
from roadmapfit.readers import Progress as ReadProgress
from roadmapfit.readers.tables.mapping import ColumnMapping
from roadmapfit.readers.values import remove_forbidden
from roadmapfit.recalibration import Recalibration, load_recalibration
from roadmapfit.records import Batch, Decision, Organisation, Problem, Project, Tally
from roadmapfit.stages import Progress, ignore_progress
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

_DATABASE, _LOCK = "corpus.sqlite", "write.lock"
_RECALIBRATION, _DOCUMENTS = "calibration.json", "documents"


@dataclass(frozen=True, slots=True)
class Addition:
    """What adding one input did."""

    source_name: str
    change: Change
    problems: tuple[Problem, ...]
    tallies: tuple[Tally, ...] = ()


class Corpus:
    """The records in a directory.

    A change holds the write lock of the directory until it is whole; a reader waits for
    nobody.
    """

    def __init__(self, directory: Path) -> None:
        """Take what is in a directory; nothing is read yet."""
        self.directory = directory

    # -- what comes in -----------------------------------------------------

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

    def find_tree(self, content_hash: str, *, read_as: str | None = None) -> Path | None:
        """Find the tree kept for a document, by the hash of its bytes; ``None`` without one."""
        return find_kept(self.directory / _DOCUMENTS, content_hash, read_as=read_as)

    def find_mapping(self, signature: str) -> ColumnMapping | None:
        """Recall what people said of the columns of a table."""
        with self._corpus() as store:
            return store.find_mapping(signature)

    def remember_mapping(self, signature: str, mapping: ColumnMapping) -> None:
        """Remember what the columns of a table are, for every table with that header."""
        with self._writing(), self._corpus() as store:
            store.remember_mapping(signature, mapping)

    def forget_mapping(self, signature: str) -> bool:
        """Forget it; say whether it was known."""
        with self._writing(), self._corpus() as store:
            return store.forget_mapping(signature)

    # -- what goes out and comes back --------------------------------------

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

    # -- which records are one ---------------------------------------------

    def link_records(self, *, on_progress: Progress = ignore_progress) -> list[KeptLink]:
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

    # -- what people decided -----------------------------------------------

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

    def decisions(self, *, project_id: str | None = None) -> list[Decision]:
        """List what people decided, of one project or all, as it stands at this moment."""
        with self._corpus() as store:
            return store.load_decisions(project_id=project_id)

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

    def load_recalibration(self) -> Recalibration | None:
        """Read the correction that is kept, whether or not it is in force.

        Raises
        ------
        WorkspaceError
            If it is damaged.
        """
        return load_recalibration(self.directory / _RECALIBRATION)

    # -- what is there -----------------------------------------------------

    def count(self) -> dict[str, int]:
        """Count the records of the corpus, built or not."""
        with self._corpus() as store:
            return store.count()

    def load_sources(self) -> list[Source]:
        """List what was added."""
        with self._corpus() as store:
            return store.load_sources()

    def load_problems(self, *, source_name: str | None = None) -> list[Problem]:
        """List what readers refused, repaired or noted."""
        with self._corpus() as store:
            return store.load_problems(source_name=source_name)

    def load_versions(self, record_id: str) -> list[Version]:
        """List what a record was before its sources changed it, oldest first."""
        with self._corpus() as store:
            return store.load_versions(record_id)

    def name_records(self, record_ids: Iterable[str]) -> dict[str, str]:
        """Name organisations and projects of the corpus, built or not, by their ids."""
        wanted = list(record_ids)
        with self._corpus() as store:
            organisations = store.load(Organisation, ids=wanted)
            projects = store.load(Project, ids=wanted)
        return {each.id: each.name for each in organisations} | {
            each.id: each.label for each in projects
        }

    # -- inside ------------------------------------------------------------

    @contextmanager
    def _corpus(self) -> Iterator[Store]:
        store = Store(self.directory / _DATABASE, must_exist=True)
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


def create_corpus(directory: Path) -> None:
    """Make an empty one."""
    Store(directory / _DATABASE).close()
