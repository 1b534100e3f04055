"""Build one generation: texts cut, encoded, indexed and aligned, written whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import Aligner, write_alignments
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.encoder import Encoder
from roadmapfit.fields import list_fields
from roadmapfit.generation import CORPUS, Generation
from roadmapfit.index import PassageIndex, PassageTable
from roadmapfit.manifest import Manifest, describe_files, sync
from roadmapfit.records import OwnerKind, Passage
from roadmapfit.segment import FieldText, cut_passages
from roadmapfit.stages import Progress
from roadmapfit.store import Store
from roadmapfit.textset import build_text_set, pack_text_set, unpack_text_set
from roadmapfit.vectors import VectorCache, content_key, encode_missing


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """What a build works with."""

    store: Store
    cache: VectorCache
    encoder: Encoder
    model: AlignmentModel
    model_checksum: str
    revision: int
    previous: Generation | None
    on_progress: Progress


def write_generation(directory: Path, inputs: BuildInputs) -> Manifest:
    """Build everything into an empty directory, the manifest last.

    What ``on_progress`` raises to cancel, and what the system refuses, is passed on;
    the caller removes the directory.
    """
    inputs.store.write_snapshot(directory / CORPUS)
    corpus = Store(directory / CORPUS, read_only=True)
    try:
        passages = _cut(corpus, inputs)
        vectors = _encode(passages, inputs)
        counts = {**corpus.count(), "passages": len(passages)}
    finally:
        corpus.close()
    table = PassageTable.of(passages)
    bounds = table.find_bounds()
    inputs.on_progress("index", 0, 1)
    sets = {}
    background = inputs.model.background
    for kind in (OwnerKind.ITEM, OwnerKind.PROJECT, OwnerKind.ORGANISATION):
        part = slice(*bounds[kind])
        texts = build_text_set(
            passages[part],
            vectors[part],
            kind=kind,
            centring=background.centring,
            idf=background.idf,
        )
        vectors[part] = texts.vectors
        # Rounded as the files round it, so that what is measured now and what a
        # reader measures later of the same project are the same figures. The rows of
        # the one array stand for the set's own copy of them.
        sets[kind] = unpack_text_set(pack_text_set(texts), vectors=vectors[part])
    del passages, texts
    PassageIndex.build(table, vectors).write(directory)
    aligner = Aligner(sets[OwnerKind.ITEM], inputs.model)
    for kind in (OwnerKind.ITEM, OwnerKind.PROJECT):
        np.savez(directory / f"{kind}s.npz", **pack_text_set(sets[kind]))  # type: ignore[arg-type]
    np.savez(directory / "item_norms.npz", **aligner.item_norms.pack())  # type: ignore[arg-type]
    inputs.on_progress("index", 1, 1)
    parts = aligner.align_chunks(
        sets[OwnerKind.PROJECT],
        on_progress=lambda done, total: inputs.on_progress("align", done, total),
    )
    write_alignments(parts, directory / "alignments.parquet")
    for path in directory.iterdir():
        sync(path)
    manifest = Manifest(
        revision=inputs.revision,
        encoder={
            "name": getattr(inputs.encoder, "name", type(inputs.encoder).__name__),
            "fingerprint": inputs.encoder.fingerprint,
            "dim": inputs.encoder.dim,
        },
        alignment_model=inputs.model_checksum,
        counts=counts,
        files=describe_files(directory),
    )
    manifest.write(directory)
    sync(directory)
    return manifest


def _cut(corpus: Store, inputs: BuildInputs) -> list[Passage]:
    """Cut every text, taking over the cuts of texts that the last build had."""
    known = _known_cuts(inputs.previous)
    fields = list(list_fields(corpus))
    fresh = [field for field in fields if field not in known]
    cuts: dict[tuple[str, str, str], list[Passage]] = {}
    inputs.on_progress("segment", 0, len(fresh))
    done = 0
    last: tuple[str, str, str] | None = None
    for passage in cut_passages(fresh):
        key = (str(passage.owner_kind), passage.owner_id, passage.field)
        if key != last:
            done, last = done + 1, key
            if done % 200 == 0:
                inputs.on_progress("segment", done, len(fresh))
        cuts.setdefault(key, []).append(passage)
    inputs.on_progress("segment", len(fresh), len(fresh))
    passages: list[Passage] = []
    for field in fields:
        passages += known.get(field) or cuts.get(
            (str(field.owner_kind), field.owner_id, field.field), []
        )
    return passages


def _known_cuts(previous: Generation | None) -> Mapping[FieldText, list[Passage]]:
    if previous is None:
        return {}
    fields = {
        (str(field.owner_kind), field.owner_id, field.field): field
        for field in list_fields(previous.store)
    }
    cuts: dict[FieldText, list[Passage]] = {}
    for passage in previous.load_passages(range(len(previous.index))):
        field = fields[str(passage.owner_kind), passage.owner_id, passage.field]
        cuts.setdefault(field, []).append(passage)
    return cuts


def _encode(passages: Sequence[Passage], inputs: BuildInputs) -> NDArray[np.float32]:
    texts = [passage.text for passage in passages]
    encode_missing(
        inputs.encoder,
        texts,
        cache=inputs.cache,
        on_progress=lambda done, total: inputs.on_progress("encode", done, total),
    )
    return inputs.cache.get([content_key(text) for text in texts])
