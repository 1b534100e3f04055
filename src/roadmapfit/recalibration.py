"""Probabilities set right by a workspace's own decisions.

A committee may call fewer pairs aligned than the open data behind the shipped
probabilities, or more. Two numbers say so: on the scale of log-odds a probability is
stretched by a slope and moved by an intercept (Platt, 1999). They are fitted on the
decided pairs together with a weak prior: ``PRIOR_DECISIONS`` further decisions, spread
over those pairs, that came out just as the shipped probabilities say. Alone it gives
slope 1 and intercept 0; against some hundred decisions it hardly counts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import InputError, WorkspaceError

FORMAT = 1
MIN_DECISIONS, MIN_OF_A_KIND = 30, 8
PRIOR_DECISIONS = 10.0
N_FOLDS = 5
# Log-odds of 0 and 1 are infinite, and a calibrated 0.1 % is nowhere near exact.
MARGIN = 1e-3

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DecidedPairs:
    """Pairs that people decided, with the shipped probabilities.

    Attributes
    ----------
    probability
        float64, shape (n,), in [0, 1].
    is_aligned
        bool, shape (n,): what the person said.
    project_ids
        The project of each pair: pairs of one project are never split by a fold.
    """

    probability: Array
    is_aligned: NDArray[np.bool_]
    project_ids: tuple[str, ...]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.project_ids)

    def take(self, rows: NDArray[np.int64]) -> DecidedPairs:
        """Return some of the pairs, in the order given."""
        return DecidedPairs(
            self.probability[rows],
            self.is_aligned[rows],
            tuple(self.project_ids[row] for row in rows),
        )


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A correction of probabilities, and what it was fitted on.

    Attributes
    ----------
    slope, intercept
        On the scale of log-odds.
    n_decisions, n_aligned, n_projects
        Of the decisions that it was fitted on.
    log_loss_before, log_loss_after
        Mean over those decisions, natural logarithm: of the shipped probabilities, and
        cross-validated, each pair corrected by the other folds' projects.
    alignment_model
        Checksum of the model that gave those probabilities; it corrects no other's.
    fitted_on
        The day.
    """

    slope: float
    intercept: float
    n_decisions: int
    n_aligned: int
    n_projects: int
    log_loss_before: float
    log_loss_after: float
    alignment_model: str
    fitted_on: date

    @property
    def is_better(self) -> bool:
        """Whether it lowers the log loss of decisions that it has not seen, and keeps order."""
        return self.slope > 0 and self.log_loss_after < self.log_loss_before

    def correct(self, probability: NDArray[np.floating]) -> NDArray[np.float32]:
        """Correct probabilities, of any shape; of two the higher stays the higher or they tie."""
        corrected = correct_probability(probability, slope=self.slope, intercept=self.intercept)
        return np.asarray(corrected, dtype=np.float32)

    def render_json(self) -> str:
        """Write it as JSON."""
        content = {"format": FORMAT, **asdict(self), "fitted_on": self.fitted_on.isoformat()}
        return json.dumps(content, indent=1) + "\n"


def load_recalibration(path: Path) -> Recalibration | None:
    """Read what ``render_json`` wrote; a file that is not there is ``None``.

    Raises
    ------
    WorkspaceError
        If it is damaged or of another format.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("format") != FORMAT:
            raise WorkspaceError("recalibration_damaged", name=path.name, reason="format")
        day = date.fromisoformat(content.pop("fitted_on"))
        held = Recalibration(fitted_on=day, **content)
        if not (np.isfinite(held.slope) and held.slope > 0 and np.isfinite(held.intercept)):
            raise WorkspaceError("recalibration_damaged", name=path.name, reason="slope, intercept")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError("recalibration_damaged", name=path.name, reason=str(error)) from error
    return held


def fit_recalibration(
    pairs: DecidedPairs, *, alignment_model: str, fitted_on: date
) -> Recalibration:
    """Fit slope and intercept, and measure what they are worth on projects not seen.

    Raises
    ------
    InputError
        If there are fewer than ``MIN_DECISIONS`` pairs, ``MIN_OF_A_KIND`` of each kind,
        or two projects.
    """
    n_aligned = int(pairs.is_aligned.sum())
    if len(pairs) < MIN_DECISIONS or min(n_aligned, len(pairs) - n_aligned) < MIN_OF_A_KIND:
        raise InputError(
            "decisions_few",
            found=len(pairs),
            n_aligned=n_aligned,
            n_not_aligned=len(pairs) - n_aligned,
            expected=MIN_DECISIONS,
            of_a_kind=MIN_OF_A_KIND,
        )
    n_projects = len(set(pairs.project_ids))
    if n_projects == 1:
        raise InputError("decisions_of_one_project", found=pairs.project_ids[0])
    slope, intercept = fit_platt(pairs)
    return Recalibration(
        slope=slope,
        intercept=intercept,
        n_decisions=len(pairs),
        n_aligned=n_aligned,
        n_projects=n_projects,
        log_loss_before=measure_log_loss(pairs.probability, pairs.is_aligned),
        log_loss_after=measure_log_loss(cross_validate(pairs), pairs.is_aligned),
        alignment_model=alignment_model,
        fitted_on=fitted_on,
    )


def fit_platt(pairs: DecidedPairs) -> tuple[float, float]:
    """Fit slope and intercept on the decisions and the prior."""
    from sklearn.linear_model import LogisticRegression

    log_odds = _to_log_odds(pairs.probability)
    # The prior: beside each pair a share of an aligned one and of one that is not.
    share = PRIOR_DECISIONS / len(pairs)
    as_shipped = np.clip(pairs.probability, MARGIN, 1 - MARGIN)
    ones = np.ones(len(pairs))
    # Without a penalty of its own, which would pull the slope to 0 and not to 1.
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    model.fit(
        np.concatenate([log_odds, log_odds, log_odds])[:, None],
        np.concatenate([pairs.is_aligned, ones, 0 * ones]).astype(np.int8),
        sample_weight=np.concatenate([ones, share * as_shipped, share * (1 - as_shipped)]),
    )
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def cross_validate(pairs: DecidedPairs) -> Array:
    """Correct each pair by what was fitted on the other folds' projects, shape (n,)."""
    corrected = np.empty(len(pairs))
    for held_out in split_by_project(pairs.project_ids):
        rest = np.setdiff1d(np.arange(len(pairs)), held_out)
        slope, intercept = fit_platt(pairs.take(rest))
        corrected[held_out] = correct_probability(
            pairs.probability[held_out], slope=slope, intercept=intercept
        )
    return corrected


def split_by_project(project_ids: Sequence[str]) -> list[NDArray[np.int64]]:
    """Deal projects out to folds of about equal numbers of pairs; rows by fold."""
    from sklearn.model_selection import GroupKFold

    n_folds = min(N_FOLDS, len(set(project_ids)))
    folds = GroupKFold(n_folds).split(np.zeros(len(project_ids)), groups=np.array(project_ids))
    return [held_out for _rest, held_out in folds]


def correct_probability(
    probability: NDArray[np.floating], *, slope: float, intercept: float
) -> Array:
    """Stretch and move probabilities on the scale of log-odds.

    Parameters
    ----------
    probability
        Any shape, in [0, 1]; ``nan`` stays. Those beyond ``MARGIN`` from 0 and 1 are
        taken for ``MARGIN`` from it.
    slope, intercept
        1 and 0 change nothing.

    Examples
    --------
    >>> correct_probability(np.array([0.5, 0.8]), slope=0.5, intercept=0.0).round(4).tolist()
    [0.5, 0.6667]
    """
    corrected: Array = 1 / (1 + np.exp(-(slope * _to_log_odds(probability) + intercept)))
    return corrected


def measure_log_loss(probability: Array, is_aligned: NDArray[np.bool_]) -> float:
    """Measure the mean of minus the logarithm of the probability of what was decided."""
    inside = np.clip(probability, MARGIN, 1 - MARGIN)
    return float(-np.log(np.where(is_aligned, inside, 1 - inside)).mean())


def _to_log_odds(probability: NDArray[np.floating]) -> Array:
    inside = np.clip(probability.astype(np.float64), MARGIN, 1 - MARGIN)
    log_odds: Array = np.log(inside / (1 - inside))
    return log_odds
