"""Places on a plane for what is alike: the layouts behind the pictures.

Stress majorisation (SMACOF; de Leeuw, 1977). The same input gives
the same places, and little added moves little: ``benchmarks/map_layouts.py`` compares it
with PCA, t-SNE and UMAP in both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

Values = NDArray[np.float32]
Places = NDArray[np.float64]

_MAX_STEPS, _LEAST_GAIN = 300, 1e-4
# The nearest share of organisations and landmarks is drawn as all but touching, so that
# distances to what is proven begin at nothing, as all others do.
_NEAR_SHARE, _OFFSET_SHARE = 0.05, 0.9
# How much an organisation begins at what it proves best: with 2, a landmark that it proves
# one standard deviation less draws it e squared times less.
_PULL, _PARTING = 2.0, 1e-3
# Relative to those between landmarks: nearer, so that landmarks and organisations mingle
# and do not part into two clouds; chosen by eye and by ``benchmarks/map_layouts.py``.
_PROOF_SCALE, _OTHERS_SCALE = 0.9, 0.8
# Of two who did `n` projects together the tie is 1 / (1 + log n) long, and no shorter.
_SHORTEST_TIE = 0.25
# Places are rounded: their last bits depend on the machine.
_N_DECIMALS = 4


def place_by_distance(distances: Places, *, start: Places | None = None) -> Places:
    """Place points so that the distances between them are kept as well as a plane allows.

    Parameters
    ----------
    distances
        Shape (n, n): symmetric, not negative, 0 on the diagonal.
    start
        Shape (n, 2): where to begin; by default the classical scaling.

    Returns
    -------
    numpy.ndarray
        float64, shape (n, 2), the mean at the origin.
    """
    start = _scale_classically(distances) if start is None else start
    if len(distances) < 3 or not distances.any():
        return start
    from sklearn.manifold import smacof

    # One start, and not the best of several: they would end in other optima, nearly as
    # good, with one point more or less, and so redraw the whole.
    places: Places = smacof(
        distances, n_components=2, init=start, n_init=1, max_iter=_MAX_STEPS, eps=_LEAST_GAIN
    )[0]
    centred: Places = places - places.mean(axis=0)
    return centred


def place_competences(landmarks: Values, proof: Values) -> Places:
    """Place what is asked for, and organisations around it: nearer to what they prove better.

    Parameters
    ----------
    landmarks
        float32, shape (n_landmarks, dim): unit rows, at least one.
    proof
        float32, shape (n_landmarks, n_organisations): cosine of each landmark with the
        nearest passage of each organisation.

    Returns
    -------
    numpy.ndarray
        float64, shape (n_landmarks + n_organisations, 2), rounded, from 0 on; the longer
        side of the picture is 1.

    Notes
    -----
    The three sorts of distances (between landmarks, to organisations, and between
    organisations by what they prove) are brought to one scale first. The landmarks begin
    where they would lie alone, each organisation among those it proves best, and the
    picture is turned back to that in the end: so one organisation more seldom turns or
    mirrors it.
    """
    n_landmarks = len(landmarks)
    among = np.maximum(0, 1 - landmarks @ landmarks.T).astype(np.float64)
    np.fill_diagonal(among, 0)
    among = _rescale(among)
    frame = place_by_distance(among)
    if not proof.shape[1]:
        return _frame(frame)
    deviation = np.maximum(proof.std(axis=1, keepdims=True), 1e-6)
    scores = ((proof - proof.mean(axis=1, keepdims=True)) / deviation).astype(np.float64)
    away = 1 - proof.astype(np.float64)
    # Who proves most is at no distance; not only the one best, who might not be there.
    away = np.maximum(0, away - _OFFSET_SHARE * np.quantile(away, _NEAR_SHARE))
    away = _PROOF_SCALE * _rescale(away)
    others = _OTHERS_SCALE * _rescale(cdist(scores.T, scores.T))
    pull = np.exp(_PULL * (scores - scores.max(axis=0)))
    start = np.vstack([frame, (pull / pull.sum(axis=0)).T @ frame])
    distances = np.block([[among, away], [away.T, others]])
    # A little of the classical scaling parts those who begin at one place.
    start += _PARTING * _scale_classically(distances)
    places = place_by_distance(distances, start=start)
    return _frame(_turn(places, towards=frame, n=n_landmarks))


def place_network(n_points: int, ties: Sequence[tuple[int, int, int]]) -> Places:
    """Place who worked together near each other.

    Parameters
    ----------
    n_points
        How many there are.
    ties
        Two points and the projects they share, at least one.

    Returns
    -------
    numpy.ndarray
        float64, shape (n_points, 2), rounded, from 0 on; the longer side of the picture
        is 1. The distance wanted between two is that of the shortest way over ties, which
        are shorter the more projects are shared (Kamada and Kawai, 1989); what no tie
        joins lies farther apart than all that is joined.
    """
    lengths = [max(_SHORTEST_TIE, 1 / (1 + np.log(n_shared))) for _one, _two, n_shared in ties]
    cells = ([one for one, _two, _n in ties], [two for _one, two, _n in ties])
    graph = sparse.csr_matrix((lengths, cells), shape=(n_points, n_points))
    distances = shortest_path(graph, directed=False)
    joined = distances[np.isfinite(distances)]
    farthest = float(joined.max(initial=0.0)) + 1
    return _frame(place_by_distance(np.where(np.isfinite(distances), distances, farthest)))


def spread(places: Places, *, radii: Sequence[float], gap: float = 0.0) -> Places:
    """Push apart what overlaps, as little as that takes.

    Parameters
    ----------
    places
        Shape (n, 2).
    radii
        How far each point reaches, in the unit of the places.
    gap
        Room to leave between two.

    Returns
    -------
    numpy.ndarray
        float64, shape (n, 2). Of a crowd that 200 rounds do not resolve some overlap stays.
    """
    moved = np.array(places, dtype=np.float64)
    reach = np.asarray(radii, dtype=np.float64)
    wanted = reach[:, None] + reach[None, :] + gap
    # Points at one place leave it in different directions: by the golden angle.
    turns = np.arange(len(moved)) * np.pi * (3 - 5**0.5)
    moved += 1e-6 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    for _ in range(200):
        apart = moved[:, None] - moved[None, :]
        far = np.linalg.norm(apart, axis=2)
        lack = np.where(far < wanted, wanted - far, 0.0)
        np.fill_diagonal(lack, 0)
        if lack.max(initial=0.0) < 1e-3 * (gap + reach.max(initial=0.0)):
            break
        np.fill_diagonal(far, 1)
        moved += ((0.5 * lack / far)[:, :, None] * apart).sum(axis=1)
    return moved


def _scale_classically(distances: Places) -> Places:
    """Take the two main axes of the distances (Torgerson, 1952)."""
    n_points = len(distances)
    if n_points < 2:
        return np.zeros((n_points, 2))
    centre = np.eye(n_points) - 1 / n_points
    values, axes = np.linalg.eigh(-0.5 * centre @ (distances**2) @ centre)
    places = axes[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0))
    return _sign(places)


def _rescale(distances: Places) -> Places:
    """Bring distances to a mean of 1."""
    mean = float(distances[distances > 0].mean()) if (distances > 0).any() else 1.0
    return distances / mean


def _turn(places: Places, *, towards: Places, n: int) -> Places:
    """Turn and mirror places so that the first ``n`` lie as given (Schönemann, 1966)."""
    middle = places[:n].mean(axis=0)
    left, _scales, right = np.linalg.svd((places[:n] - middle).T @ towards)
    turned: Places = (places - middle) @ (left @ right)
    return turned


def _frame(places: Places) -> Places:
    """Let both sides begin at 0, and the longer one end at 1."""
    if not len(places):
        return places
    longer = float(np.ptp(places, axis=0).max()) or 1.0
    framed: Places = np.round((places - places.min(axis=0)) / longer, _N_DECIMALS)
    return framed


def _sign(places: Places) -> Places:
    """Settle which of two mirror images is meant: the farthest point lies on the right."""
    farthest = places[np.abs(places).argmax(axis=0), [0, 1]]
    return places * np.where(farthest < 0, -1.0, 1.0)
