"""Take the language out of a vector, so that French and English texts compare.

Raw multilingual vectors cluster by language and by kind of text. Subtracting the
mean of texts of the same language and kind, then renormalising, lets a French
query find its English answer (measured: ``docs/method.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Centring:
    """The mean vector of each language and kind of text.

    ``means`` maps ``"<language>:<kind>"`` to a float32 vector of shape (dim,);
    ``kind`` is an ``OwnerKind`` value. A language that has no mean of its own
    takes the mean over all languages of that kind.
    """

    means: dict[str, Vectors]

    def apply(self, vectors: Vectors, *, languages: Sequence[str], kind: str) -> Vectors:
        """Centre unit rows and make them unit again.

        Parameters
        ----------
        vectors
            float32, shape (n, dim), unit rows.
        languages
            One code per row.
        kind
            What the rows are: ``item``, ``project`` or ``organisation``.

        Returns
        -------
        numpy.ndarray
            float32, shape (n, dim), unit rows (a row equal to its mean becomes zero).
        """
        centred = vectors.astype(np.float32, copy=True)
        codes = np.asarray(languages)
        for language in np.unique(codes):
            centred[codes == language] -= self._mean(str(language), kind)
        return unit_rows(centred)

    def _mean(self, language: str, kind: str) -> Vectors:
        mean = self.means.get(f"{language}:{kind}")
        if mean is None:
            others = [value for key, value in self.means.items() if key.endswith(f":{kind}")]
            mean = np.mean(others or list(self.means.values()), axis=0)
        return np.asarray(mean, dtype=np.float32)


def unit_rows(vectors: Vectors) -> Vectors:
    """Scale rows to length one; a zero row stays zero.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)
