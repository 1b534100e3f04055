"""The prepared model as a ``SentenceTransformer`` that takes a third of the memory.

What makes a multilingual model of twelve small layers large are 250,000 word pieces:
their table, and the tokenizer's tree of them. Both are replaced here (``table``,
``cutter``); the layers, the pooling and what comes out stay those of the libraries, bit
by bit wherever the cut is the same.

To import this module loads torch: ``encoder`` does so when a vector is first asked for.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize
from sentence_transformers.base.modules.input_module import InputModule
from sentence_transformers.sentence_transformer.modules import Pooling
from torch import Tensor, nn
from transformers import AutoModel

from roadmapfit.default_model.cutter import WordCutter
from roadmapfit.default_model.settings import MAX_TOKENS
from roadmapfit.default_model.table import StoredTable

_TABLE = "embeddings.word_embeddings.weight"


class LeanTransformer(InputModule):
    """Cuts texts and runs the layers: the first module of the model.

    Parameters
    ----------
    directory
        Of a prepared model.
    dtype
        What the layers compute in.
    """

    def __init__(self, directory: Path, *, dtype: torch.dtype) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.max_seq_length = MAX_TOKENS
        self._cutter = WordCutter(directory / "tokenizer.json")
        self.layers = AutoModel.from_pretrained(directory, dtype=dtype, local_files_only=True)
        self.layers.set_input_embeddings(
            _TableLookup(StoredTable(directory / "model.safetensors", _TABLE), dtype=dtype)
        )

    def preprocess(  # type: ignore[override]  # texts alone
        self, inputs: Sequence[str], prompt: str | None = None, **_: object
    ) -> dict[str, Tensor]:
        """Cut texts into numbers, padded to the longest, with the mask of what is text."""
        cut = [
            self._cutter.cut(f"{prompt or ''}{text}", n_most=self.max_seq_length) for text in inputs
        ]
        rows = [torch.tensor(numbers) for numbers in cut]
        padding = self.layers.config.pad_token_id
        lengths = torch.tensor([len(row) for row in rows])
        numbers = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=padding)
        mask = torch.arange(numbers.shape[1])[None, :] < lengths[:, None]
        return {"input_ids": numbers, "attention_mask": mask.long()}

    def forward(self, features: dict[str, Tensor], **_: object) -> dict[str, Tensor]:
        """Add a vector for each piece, shape (n_texts, n_pieces, dim)."""
        names = ("input_ids", "attention_mask")
        found = self.layers(**{name: features[name] for name in names})
        return {**features, "token_embeddings": found.last_hidden_state}

    def save(self, *_: object, **__: object) -> None:
        """Refuse: the directory that it was read from is the model."""
        raise io.UnsupportedOperation("a prepared model is saved nowhere else")


class _TableLookup(nn.Module):
    """The first layer: rows of a table that stays in its file, computed with as ``dtype``."""

    def __init__(self, table: StoredTable, *, dtype: torch.dtype) -> None:
        super().__init__()
        self._table = table
        self._dtype = dtype

    def forward(self, numbers: Tensor) -> Tensor:
        rows = torch.from_numpy(self._table.read(numbers.flatten().numpy()))
        return rows.to(self._dtype).reshape(*numbers.shape, -1)


def load_lean_model(directory: Path, *, dtype: torch.dtype) -> SentenceTransformer:
    """Load a directory that ``prepare_default_model`` made.

    Parameters
    ----------
    directory
        Whole.
    dtype
        What the layers compute in.

    Raises
    ------
    OSError, ValueError, KeyError, RuntimeError
        If a file of it is not what it should be.
    """
    transformer = LeanTransformer(directory, dtype=dtype)
    pooling = Pooling(transformer.layers.config.hidden_size, pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
