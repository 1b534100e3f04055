"""Where the files that the package ships and the files that it makes are kept.

``models/`` and ``corpora/`` are top-level folders of a checkout. A wheel carries
them inside the package, as ``_models`` and ``_corpora`` (``pyproject.toml`` says
so), and ``tests/test_wheel.py`` checks that they are in it.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from roadmapfit.errors import RoadmapFitError

CACHE_VARIABLE = "ROADMAPFIT_CACHE"


def models_dir() -> Path:
    """Find the fitted artefacts and their cards; without them the installation is refused."""
    return _find_shipped("models", package=Path(__file__).parent)


def corpora_dir() -> Path:
    """Find the corpora that come with the package; without them it is refused."""
    return _find_shipped("corpora", package=Path(__file__).parent)


def cache_dir() -> Path:
    """Say where prepared models and their vectors are kept; nothing is created.

    ``ROADMAPFIT_CACHE`` names it; without it, or with an empty one, it is this
    user's cache folder as the operating system wants it.
    """
    named = os.environ.get(CACHE_VARIABLE, "")
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_cache_dir("roadmapfit"))


def _find_shipped(name: str, *, package: Path) -> Path:
    packaged = package / f"_{name}"
    if packaged.is_dir():
        return packaged
    root = package.parent.parent
    in_checkout = root / name
    # A folder of that name two levels above an installed package is not ours.
    if in_checkout.is_dir() and (root / "pyproject.toml").is_file():
        return in_checkout
    raise RoadmapFitError("package_data_missing", name=name, path=packaged)
