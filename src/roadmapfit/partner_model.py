"""What each measure of a candidate weighs: fitted on past consortia, kept as JSON.

A conditional logit (McFadden, 1974): of all organisations, the one that completes a
consortium is drawn with odds that grow with a weighted sum of its measures. Weights were
fitted on consortia of an earlier time than any figure was measured on; the model card
beside the file says which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.candidates import FEATURES
from roadmapfit.errors import RoadmapFitError
from roadmapfit.paths import models_dir

Values = NDArray[np.float32]
FORMAT = 1
WITH_NETWORK, WITHOUT_NETWORK = "roadmapfit", "no-network"
# The same where most texts are missing, as in ANR's tables of partners.
UNTOLD_WITH_NETWORK, UNTOLD_WITHOUT_NETWORK = "no-text", "no-text-no-network"
SHIPPED = (WITH_NETWORK, WITHOUT_NETWORK, UNTOLD_WITH_NETWORK, UNTOLD_WITHOUT_NETWORK)


def name_ranking(*, has_texts: bool, uses_network: bool) -> str:
    """Name the ranking for a question.

    Examples
    --------
    >>> name_ranking(has_texts=True, uses_network=True)
    'roadmapfit'
    """
    if has_texts:
        return WITH_NETWORK if uses_network else WITHOUT_NETWORK
    return UNTOLD_WITH_NETWORK if uses_network else UNTOLD_WITHOUT_NETWORK


@dataclass(frozen=True, slots=True)
class PartnerModel:
    """Weights by ranking, each float32, shape (len(FEATURES),), and where they are from."""

    weights: Mapping[str, Values]
    origin: Mapping[str, Any]

    def rank_values(self, measured: Values, *, ranking: str) -> Values:
        """Weigh measures.

        Parameters
        ----------
        measured
            As ``measure_candidates`` returns: shape (n, len(FEATURES)).
        ranking
            A key of ``weights``.

        Returns
        -------
        numpy.ndarray
            float32, shape (n,): higher goes first. Comparable within one question only.
        """
        return measured @ self.weights[ranking]

    def write(self, path: Path) -> None:
        """Write it as JSON, measures by name."""
        content = {
            "format": FORMAT,
            "origin": dict(self.origin),
            "weights": {
                name: {
                    feature: round(float(weight), 5)
                    for feature, weight in zip(FEATURES, own, strict=True)
                    if weight
                }
                for name, own in self.weights.items()
            },
        }
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load_partner_model(path: Path | None = None) -> PartnerModel:
    """Read a fitted model.

    Parameters
    ----------
    path
        Of the file; the one that comes with the package unless given.

    Raises
    ------
    RoadmapFitError
        If it is missing, damaged or of other measures than this version takes.
    """
    path = path or models_dir() / "partners" / "mixture.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        _check(content)
        weights = {name: _order(own) for name, own in content["weights"].items()}
        return PartnerModel(weights, content["origin"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RoadmapFitError("partner_model_damaged", path=path, reason=reason) from error


def _check(content: Mapping[str, Any]) -> None:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}")
    for name in SHIPPED:
        if name not in content["weights"]:
            raise ValueError(f"no ranking {name}")


def _order(weights: Mapping[str, float]) -> Values:
    unknown = sorted(set(weights) - set(FEATURES))
    if unknown:
        raise ValueError(f"unknown measures {', '.join(unknown)}")
    return np.array([float(weights.get(name, 0.0)) for name in FEATURES], dtype=np.float32)
