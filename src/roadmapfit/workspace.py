"""The one place where stages meet: a directory with its records, its index, its alignments.

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

import json
from datetime import datetime
from pathlib import Path

from roadmapfit.alignment_model import (
    AlignmentModel,
    find_alignment_model,
    hash_loaded_model,
    hash_model,
    load_alignment_model,
)
from roadmapfit.arguments import PathLike, as_path
from roadmapfit.building import BuildInputs, write_generation
from roadmapfit.corpus import Corpus, create_corpus
from roadmapfit.durable import Shelf, name_refusals, remove_all, write_whole
from roadmapfit.encoder import Encoder, load_encoder
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.manifest import Manifest, load_manifest
from roadmapfit.recalibration import Recalibration
from roadmapfit.stages import Progress, ignore_progress
from roadmapfit.store import Store
from roadmapfit.succession import Succession
from roadmapfit.vectors import VectorCache

FORMAT = 1
_DESCRIPTION = "workspace.json"


class Workspace(Corpus):
    """A corpus with its index and its alignments, in one directory.

    Use ``create_workspace`` or ``open_workspace``.
    """

    def __init__(
        self, directory: Path, encoder: Encoder, model: AlignmentModel, *, model_checksum: str
    ) -> None:
        """Hold the parts; nothing is read yet."""
        super().__init__(directory)
        self.encoder = encoder
        self.model = model
        self._model_checksum = model_checksum
        self._builds = Succession(directory)
        self._generation: Generation | None = None

    # -- the index ---------------------------------------------------------

    def build(self, *, on_progress: Progress = ignore_progress) -> Manifest:
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

    @property
    def recalibration(self) -> Recalibration | None:
        """The correction in force; one fitted to another alignment model is not."""
        kept = self.load_recalibration()
        return kept if kept and kept.alignment_model == self._model_checksum else None

    @property
    def views(self) -> Shelf:
        """The filters that readers gave a name."""
        return Shelf(self.directory / "views")

    @property
    def scores(self) -> Shelf:
        """The tables that were scored in bulk."""
        return Shelf(self.directory / "scores")

    # -- inside ------------------------------------------------------------

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
            create_corpus(directory)
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
    if model is not None:
        return Workspace(directory, encoder, model, model_checksum=hash_loaded_model(model))
    home = find_alignment_model(encoder.fingerprint)
    model = load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
    return Workspace(directory, encoder, model, model_checksum=hash_model(home))
