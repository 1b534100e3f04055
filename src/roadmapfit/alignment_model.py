"""What alignment takes from open data, of one encoder: found, read, named by checksum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from roadmapfit.background import Background, load_background, write_background
from roadmapfit.calibrate import Calibrator, load_calibrator
from roadmapfit.errors import EncoderError
from roadmapfit.manifest import hash_file
from roadmapfit.paths import cache_dir, models_dir

_BACKGROUND, _CALIBRATOR = "background.npz", "calibrator.json"


@dataclass(frozen=True, slots=True)
class AlignmentModel:
    """The fixed statistics and the calibrator of one encoder."""

    background: Background
    calibrator: Calibrator


def find_alignment_model(encoder_fingerprint: str) -> Path:
    """Find an encoder's alignment model: shipped with the package, or fitted by the user.

    Raises
    ------
    EncoderError
        If there is none; the message names the command that makes one.
    """
    for root in (models_dir(), cache_dir()):
        home = root / "alignment" / encoder_fingerprint
        if all((home / name).exists() for name in (_BACKGROUND, _CALIBRATOR)):
            return home
    raise EncoderError("background_missing", found=encoder_fingerprint)


def load_alignment_model(directory: Path, *, encoder_fingerprint: str) -> AlignmentModel:
    """Read ``background.npz`` and ``calibrator.json`` from a directory.

    One that is missing, damaged or of another encoder is an ``EncoderError``.
    """
    return AlignmentModel(
        load_background(directory / _BACKGROUND, encoder_fingerprint=encoder_fingerprint),
        load_calibrator(directory / _CALIBRATOR, encoder_fingerprint=encoder_fingerprint),
    )


def hash_model(home: Path) -> str:
    """Name an alignment model by the checksums of its files."""
    checksums = "".join(hash_file(home / name) for name in (_BACKGROUND, _CALIBRATOR))
    return hashlib.sha256(checksums.encode()).hexdigest()[:16]


def hash_loaded_model(model: AlignmentModel) -> str:
    """Name a model by the files that it would be, so that it is one whether given or found."""
    with TemporaryDirectory() as folder:
        write_background(model.background, Path(folder) / _BACKGROUND)
        model.calibrator.write(Path(folder) / _CALIBRATOR)
        return hash_model(Path(folder))
