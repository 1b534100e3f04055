"""The fixed statistics that make figures comparable: means, term weights, cohort.

Made once from open data by ``benchmarks/fit_alignment.py`` for one encoder and
kept in ``models/alignment/<encoder fingerprint>/``. Nothing in it depends on the
workspace.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.centring import Centring
from roadmapfit.errors import EncoderError
from roadmapfit.features import Cohort
from roadmapfit.textset import pack_text_set, unpack_text_set


@dataclass(frozen=True, slots=True)
class Background:
    """Centring means, inverse document frequencies and the cohort of one encoder."""

    encoder_fingerprint: str
    centring: Centring
    idf: NDArray[np.float32]
    cohort: Cohort


def write_background(background: Background, path: Path) -> None:
    """Write a background as one compressed npz; vectors as float16."""
    arrays: dict[str, NDArray[np.generic]] = {
        "fingerprint": np.array(background.encoder_fingerprint),
        "idf": background.idf.astype(np.float16),
    }
    for key, mean in background.centring.means.items():
        arrays[f"mean/{key}"] = mean
    for name, texts in (
        ("projects", background.cohort.projects),
        ("items", background.cohort.items),
    ):
        arrays |= {f"{name}/{key}": value for key, value in pack_text_set(texts).items()}
        arrays[f"{name}/vectors"] = texts.vectors.astype(np.float16)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def load_background(path: Path, *, encoder_fingerprint: str) -> Background:
    """Read a background.

    Raises
    ------
    EncoderError
        If there is none, it is damaged, or it was made with another encoder.
    """
    if not path.exists():
        raise EncoderError("background_missing", found=encoder_fingerprint)
    try:
        # Opened here: numpy leaves the file open when it is no archive.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            found = str(arrays["fingerprint"])
            means = {
                key.removeprefix("mean/"): arrays[key] for key in arrays if key.startswith("mean/")
            }
            idf = arrays["idf"].astype(np.float32)
            sets = {
                name: unpack_text_set(
                    {
                        key.removeprefix(f"{name}/"): arrays[key]
                        for key in arrays
                        if key.startswith(f"{name}/")
                    },
                    vectors=arrays[f"{name}/vectors"].astype(np.float32),
                )
                for name in ("projects", "items")
            }
    except (
        OSError,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise EncoderError("background_damaged", name=path.name, reason=str(error)) from error
    if found != encoder_fingerprint:
        raise EncoderError("background_other_encoder", found=found, expected=encoder_fingerprint)
    return Background(found, Centring(means), idf, Cohort(sets["projects"], sets["items"]))
