"""What every test stands on: no network, steady examples, the data folder."""

from __future__ import annotations

import os

# Before any import: the Hugging Face libraries read these once, when imported.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# Tables are as wide as in a pipe, whatever terminal the tests were started from.
os.environ.pop("COLUMNS", None)

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from fakes import WordCountEncoder
from shell import Shell, use_encoder
from toys import build_toy_workspace

REPOSITORY = Path(__file__).resolve().parent.parent

# The same examples on every run, and no time limit for one on a busy machine.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests together, and all that drive Chromium: they share what they set up."""
    for item in items:
        is_browser = item.get_closest_marker("browser") is not None
        group = "browser" if is_browser else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data, which lies beside the repository."""
    named = os.environ.get("ROADMAPFIT_SHARED")
    folder = Path(named) if named else REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: real data lies there, or where ROADMAPFIT_SHARED says")
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the toy workspace, built; copy it before changing anything."""
    directory = tmp_path_factory.mktemp("built") / "toys"
    build_toy_workspace(directory).refresh()
    return directory


@pytest.fixture
def shell(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a command line in an empty folder with a copy of the toy workspace."""
    shutil.copytree(built, tmp_path / "toys")
    use_encoder(WordCountEncoder(), monkeypatch)
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, "toys")
