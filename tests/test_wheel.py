"""What a person gets who installs the wheel: the code, the models, the corpora."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without the network, and unpack it as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("roadmapfit-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python away from the checkout, with the unpacked wheel first on its path."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed,
        env=os.environ | {"PYTHONPATH": str(installed)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def list_files(folder: Path) -> set[str]:
    """Return the files under a folder, by path within it; no caches, no hidden files."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {
        file.as_posix()
        for file in files
        if "__pycache__" not in file.parts and not file.name.startswith(".")
    }


@pytest.mark.parametrize(
    ("packed", "source"),
    [
        ("roadmapfit/_models", "models"),
        ("roadmapfit/_corpora", "corpora"),
        ("roadmapfit/locale", "src/roadmapfit/locale"),
    ],
)
def test_the_wheel_carries_the_whole_folder(
    installed: Path, repository: Path, packed: str, source: str
) -> None:
    assert list_files(installed / packed) == list_files(repository / source) != set()


def test_the_wheel_carries_the_marker_of_types_and_the_theme(
    installed: Path, repository: Path
) -> None:
    theme = repository / ".streamlit" / "config.toml"
    packed = installed / "roadmapfit" / "app" / ".streamlit" / "config.toml"
    assert packed.read_bytes() == theme.read_bytes()
    assert (installed / "roadmapfit" / "py.typed").is_file()


def test_an_installed_package_finds_what_it_carries(installed: Path) -> None:
    ran = run(
        installed,
        "-c",
        "from roadmapfit.paths import corpora_dir, models_dir; print(models_dir(), corpora_dir())",
    )
    package = installed / "roadmapfit"
    assert (ran.stdout.split(), ran.stderr) == (
        [str(package / "_models"), str(package / "_corpora")],
        "",
    )


def test_an_installed_command_says_its_help(installed: Path) -> None:
    ran = run(
        installed,
        "-c",
        "import sys; from roadmapfit.cli import main; sys.argv = ['roadmapfit', '--help']; main()",
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Usage: roadmapfit" in ran.stdout
