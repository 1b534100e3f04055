"""Rows of the table of word pieces, read from the weight file as they are asked for.

The table is four fifths of the model (384 MB in float32), of which a text needs a few
hundred rows. They are read, not mapped: a mapped table stays in memory page by page.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LENGTH = struct.Struct("<Q")


class StoredTable:
    """A float32 matrix in a safetensors file. Threads may share it.

    Parameters
    ----------
    path
        The file.
    name
        Of the tensor.

    Raises
    ------
    ValueError
        If the tensor is not a float32 matrix.
    KeyError
        If there is none of that name.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        with path.open("rb") as file:
            (n_bytes,) = _LENGTH.unpack(file.read(_LENGTH.size))
            stated = json.loads(file.read(n_bytes))[name]
        if stated["dtype"] != "F32" or len(stated["shape"]) != 2:
            raise ValueError(f"{name}: {stated['dtype']} {stated['shape']}")
        self._start = _LENGTH.size + n_bytes + int(stated["data_offsets"][0])
        self.shape: tuple[int, int] = tuple(stated["shape"])

    def read(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Read rows; float32, shape (len(numbers), width)."""
        width = self.shape[1] * np.dtype(np.float32).itemsize
        wanted, places = np.unique(numbers, return_inverse=True)
        rows = np.empty((len(wanted), self.shape[1]), dtype="<f4")
        with self._path.open("rb", buffering=0) as file:
            for row, number in zip(rows, wanted.tolist(), strict=True):
                file.seek(self._start + number * width)
                file.readinto(row.data)
        return rows[places]
