from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from roadmapfit import paths
from roadmapfit.errors import RoadmapFitError


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return an empty package folder, ``checkout/src/roadmapfit``."""
    folder = tmp_path / "checkout" / "src" / "roadmapfit"
    folder.mkdir(parents=True)
    return folder


def make_checkout(package: Path) -> Path:
    """Give the package a checkout around it; return its ``models``."""
    root = package.parent.parent
    (root / "pyproject.toml").touch()
    (root / "models").mkdir()
    return root / "models"


def test_a_checkout_is_used_where_nothing_is_packaged(package: Path) -> None:
    in_checkout = make_checkout(package)
    assert paths._find_shipped("models", package=package) == in_checkout


def test_what_is_packaged_wins_over_a_checkout(package: Path) -> None:
    make_checkout(package)
    (package / "_models").mkdir()
    assert paths._find_shipped("models", package=package) == package / "_models"


def test_a_folder_without_a_project_beside_it_is_not_ours(package: Path) -> None:
    (package.parent.parent / "models").mkdir()
    with pytest.raises(RoadmapFitError) as caught:
        paths._find_shipped("models", package=package)
    assert str(caught.value) == (
        f"the folder “models” that comes with RoadmapFit is not found ({package / '_models'} "
        "expected); the installation is incomplete: install roadmapfit again"
    )
    assert caught.value.render("fr") == (
        "le dossier «\u00a0models\u00a0» livré avec RoadmapFit est introuvable "
        f"({package / '_models'} attendu)\u202f; l'installation est incomplète\u00a0: "
        "réinstallez roadmapfit"
    )


def test_this_checkout_ships_its_folders(repository: Path) -> None:
    assert paths.models_dir() == repository / "models"
    assert paths.corpora_dir() == repository / "corpora"
    assert (paths.corpora_dir() / "demonstration").is_dir()


def test_the_cache_is_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(tmp_path / "kept"))
    assert paths.cache_dir() == tmp_path / "kept"
    assert not (tmp_path / "kept").exists()


def test_the_cache_variable_may_start_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ROADMAPFIT_CACHE", "~/kept")
    assert paths.cache_dir() == tmp_path / "kept"


def test_the_cache_is_the_users_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROADMAPFIT_CACHE", raising=False)
    assert paths.cache_dir() == Path(platformdirs.user_cache_dir("roadmapfit"))


def test_an_empty_cache_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADMAPFIT_CACHE", "")
    assert paths.cache_dir() == Path(platformdirs.user_cache_dir("roadmapfit"))
