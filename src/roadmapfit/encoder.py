"""Text to unit vectors: which model, where from, how it runs.

The aligner compares passages of projects with passages of strategies, the one as
good a question as the other. So there is **one** :meth:`Encoder.encode` with one
prompt for every text (e5's authors advise ``query: `` on both sides of a symmetric
task), and a text is encoded once whatever it is compared with.

A model is named by the argument of :func:`load_encoder`, else by the environment
variable ``ROADMAPFIT_ENCODER``, else it is the default one, prepared at first use
under the cache directory (``ROADMAPFIT_CACHE`` moves it). Nothing heavy is imported
before a vector is asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from roadmapfit import default_model
from roadmapfit.errors import EncoderError, InputError
from roadmapfit.model_record import ModelRecord, hash_file, read_record, remember_dim
from roadmapfit.paths import cache_dir

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with texts done and texts in all; it stops the work by raising."""
Dtype = Literal["float32", "bfloat16"]

ENCODER_VARIABLE = "ROADMAPFIT_ENCODER"
MAX_TOKENS = default_model.MAX_TOKENS
BATCH_SIZE = 32

_HUB_NAME = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)?")
# Other runtimes' copies of the same weights, and what no vector depends on.
_HUB_IGNORED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.md"]


class Encoder(Protocol):
    """What every stage may ask of an encoder."""

    @property
    def fingerprint(self) -> str:
        """Names the vector space: equal fingerprints, comparable vectors."""

    @property
    def dim(self) -> int:
        """Width of a vector."""

    def encode(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Turn texts into rows of unit length, float32, shape (n_texts, dim), in order."""


def unit_rows(vectors: NDArray[Any]) -> Vectors:
    """Scale rows to unit length, in float32.

    Parameters
    ----------
    vectors
        Shape (n, dim), any float dtype.

    Returns
    -------
    Vectors
        Shape (n, dim), a new array.

    Raises
    ------
    EncoderError
        If a row is zero, or holds NaN or infinity.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    is_bad = ~(np.isfinite(lengths) & (lengths > 0))
    if is_bad.any():
        raise EncoderError("encoder_not_finite", n_found=int(is_bad.sum()), n_vectors=len(rows))
    unit: Vectors = rows / lengths
    return unit


class SentenceEncoder:
    """A sentence-transformers model read from a directory when it is first needed.

    It runs in bfloat16 where the processor computes in it (AVX-512 BF16 or AMX), in
    float32 elsewhere, where bfloat16 would be emulated: about twice as fast, and so near
    (``models/multilingual-e5-small/README.md``) that both have one fingerprint and
    their vectors may stand in one cache.

    Batches run side by side, each on one thread. Several threads inside one batch are no
    faster alone, and all wait for the slowest whenever another process takes a core.
    Threads may share one instance; loading and tokenizing take turns, since neither
    stands two at once.
    """

    def __init__(
        self,
        directory: Path,
        *,
        name: str = "",
        dtype: Dtype | None = None,
        cache_root: Path | None = None,
    ) -> None:
        """Check the directory's files against their record; no weight is read.

        What is no model directory, or has a file whose size differs from its
        record, is an :class:`EncoderError`.

        Parameters
        ----------
        directory
            A sentence-transformers model directory.
        name
            What people call it; the directory's name when empty.
        dtype
            ``None`` for what suits the processor.
        cache_root
            Where checksums of directories that have none are remembered; the
            default is :func:`roadmapfit.paths.cache_dir`.
        """
        self.directory = directory
        self.name = name or directory.name
        self._wanted_dtype = dtype
        self._cache_root = cache_root or cache_dir()
        self._record = read_record(directory, cache_root=self._cache_root)
        self._prompt = _read_prompt(directory)
        self._lock = threading.RLock()
        self._model: SentenceTransformer | None = None

    @property
    def checksums(self) -> dict[str, str]:
        """The recorded sha256 of each file of the model that a vector depends on, by name."""
        return self._record.checksums

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits over files, prompt and longest input."""
        said = [self._record.checksums, self._prompt, MAX_TOKENS]
        text = json.dumps(said, sort_keys=True, ensure_ascii=True)
        return hashlib.blake2b(text.encode("ascii"), digest_size=8).hexdigest()

    @property
    def dim(self) -> int:
        """Width of a vector; a directory's first time, this loads the model."""
        if self._record.dim is None:
            dim = self._load().get_embedding_dimension()
            if dim is None:
                raise EncoderError(
                    "encoder_unusable", path=self.directory, reason="it states no dimension"
                )
            self._record = ModelRecord(self._record.checksums, dim)
            remember_dim(self.directory, dim, cache_root=self._cache_root)
        return self._record.dim or 0

    @property
    def dtype(self) -> Dtype:
        """What the model computes in on this processor; this imports torch."""
        return self._wanted_dtype or choose_dtype()

    def encode(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Vectors:
        """Turn texts into unit vectors.

        Texts are encoded longest first, in batches of 32: little padding, and the
        most memory is asked for at once. What stands beyond 256 tokens is not read.
        A text's neighbours in its batch move its vector by rounding only. A model
        that cannot be loaded, or gives NaN or zero, is an :class:`EncoderError`.

        Parameters
        ----------
        texts
            None of them empty.
        on_progress
            Called after each batch; what it raises ends the work and is passed on.

        Returns
        -------
        Vectors
            float32, shape (n_texts, dim), unit rows, in the order of ``texts``.

        Raises
        ------
        InputError
            If a text is empty or blank.
        """
        for position, text in enumerate(texts, start=1):
            if not text.strip():
                raise InputError("encoder_text_empty", position=position)
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        n_workers = _count_workers()
        # A few texts are shared out too, so that a pasted idea has all cores.
        size = min(BATCH_SIZE, max(1, -(-len(order) // n_workers)))
        batches = [order[start : start + size] for start in range(0, len(order), size)]
        pool = ThreadPoolExecutor(n_workers, initializer=_compute_on_one_thread)
        try:
            found = pool.map(self._encode_batch, ([texts[row] for row in rows] for rows in batches))
            n_done = 0
            for rows, rows_found in zip(batches, found, strict=True):
                vectors[rows] = rows_found
                n_done += len(rows)
                if on_progress is not None:
                    on_progress(n_done, len(texts))
        finally:
            pool.shutdown(cancel_futures=True)
        # In bfloat16 the model's own normalising leaves lengths off by up to 0.4 %.
        return unit_rows(vectors)

    def describe(self) -> dict[str, str | int]:
        """Say what runs: name, dim, dtype, threads, longest input, prompt, fingerprint."""
        return {
            "name": self.name,
            "dim": self.dim,
            "dtype": self.dtype,
            "n_threads": _count_workers(),
            "max_tokens": MAX_TOKENS,
            "prompt": self._prompt,
            "fingerprint": self.fingerprint,
        }

    def _encode_batch(self, texts: list[str]) -> Vectors:
        with self._lock:
            model = self._load()
            features = model.preprocess(texts, prompt=self._prompt)
        with _import_torch().inference_mode():
            rows: Vectors = model(features)["sentence_embedding"].float().numpy()
        return rows

    def _load(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                self._model = _load_model(self.directory, dtype=self.dtype)
            return self._model


def load_encoder(setting: str | None = None) -> SentenceEncoder:
    """Find the encoder that is asked for; its weights are read when first used.

    A model that is not there or cannot be prepared is an :class:`EncoderError`.

    Parameters
    ----------
    setting
        A model directory, or the name of a model of the Hugging Face hub where the
        network (or its local cache) has it. ``None`` stands for the environment
        variable ``ROADMAPFIT_ENCODER``, and an empty one for the default model,
        which is prepared in the cache directory if it is not there: about 4 s and
        484 MB.
    """
    wanted = os.environ.get(ENCODER_VARIABLE, "") if setting is None else setting
    if not wanted:
        target = cache_dir() / "models" / default_model.MODEL_NAME
        directory = default_model.prepare_default_model(target)
    elif Path(wanted).expanduser().is_dir():
        directory = Path(wanted).expanduser()
    else:
        return SentenceEncoder(_download(wanted), name=wanted)
    # The libraries otherwise ask the hub about files a local model has no need of,
    # which on a closed network costs minutes of timeouts.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return SentenceEncoder(directory.resolve())


def verify_encoder(encoder: SentenceEncoder) -> None:
    """Read every file of a model in full and compare it with its recorded checksum.

    Raises
    ------
    EncoderError
        If a file is not what the record says; the first one is named.
    """
    for name, expected in encoder.checksums.items():
        found = hash_file(encoder.directory / name)
        if found != expected:
            raise EncoderError(
                "encoder_damaged",
                path=encoder.directory / name,
                found=f"sha256 {found}",
                expected=f"sha256 {expected}",
            )


def choose_dtype() -> Dtype:
    """Choose what to compute in: bfloat16 where the processor has instructions for it."""
    # Older torch cannot say what the processor has; float32 is right everywhere.
    read = getattr(_import_torch().cpu, "get_capabilities", dict)
    capabilities: dict[str, object] = read()
    has_native = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
    return "bfloat16" if has_native else "float32"


@cache
def _count_workers() -> int:
    """Count the threads that torch was given, before any is told to compute alone."""
    return int(_import_torch().get_num_threads())


def _compute_on_one_thread() -> None:
    # Counted first: torch remembers the last number set for threads yet to come.
    _count_workers()
    _import_torch().set_num_threads(1)


def _import_torch() -> Any:  # noqa: ANN401 (a module)
    try:
        import torch
    except ImportError as error:
        raise EncoderError("encoder_libraries_missing", library="torch") from error
    return torch


def _load_model(directory: Path, *, dtype: Dtype) -> SentenceTransformer:
    """Load a model from disk, without the network and without remote code.

    Raises
    ------
    EncoderError
        If the libraries are missing or the directory does not load.
    """
    torch = _import_torch()
    try:
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise EncoderError("encoder_libraries_missing", library=error.name) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # a bar of "Loading weights" on stderr
    try:
        if (directory / default_model.RECORD_NAME).is_file():
            from roadmapfit.default_model.lean import load_lean_model

            model = load_lean_model(directory, dtype=getattr(torch, dtype))
        else:
            model = SentenceTransformer(
                str(directory),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": getattr(torch, dtype)},
            )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = str(error).strip().split("\n", maxsplit=1)[0]
        raise EncoderError("encoder_unusable", path=directory, reason=reason) from error
    longest = model.max_seq_length or MAX_TOKENS
    model.max_seq_length = min(longest, MAX_TOKENS)
    model.eval()
    return model


def _download(name: str) -> Path:
    """Fetch a model of the hub, or find it in the hub's local cache.

    Raises
    ------
    EncoderError
        If the name is none, or the model is neither within reach nor cached.
    """
    if not _HUB_NAME.fullmatch(name):
        raise EncoderError("encoder_not_found", setting=name)
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError
    except ImportError as error:
        raise EncoderError("encoder_libraries_missing", library="huggingface_hub") from error
    try:
        return Path(snapshot_download(name, ignore_patterns=_HUB_IGNORED))
    except (OSError, HFValidationError) as error:  # every hub or network failure is an OSError
        raise EncoderError("encoder_not_found", setting=name) from error


def _read_prompt(directory: Path) -> str:
    """Read the one prompt for all texts: the model's default one, else its query prompt.

    Raises
    ------
    EncoderError
        If the model's settings are not JSON of the right form.
    """
    path = directory / "config_sentence_transformers.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        prompts = settings.get("prompts") or {}
        return str(prompts.get(settings.get("default_prompt_name") or "query") or "")
    except (ValueError, AttributeError) as error:
        raise EncoderError(
            "encoder_unusable", path=directory, reason=f"{path.name}: {error}"
        ) from error
