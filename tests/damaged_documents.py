"""Damaged and hostile documents, for the tests and the long run of the benchmark."""

from __future__ import annotations

import io
import random
import resource
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from made_documents import (
    ReportlabSetter,
    Story,
    load_story,
    make_docx,
    make_fpdf,
    make_html,
    make_odt,
    make_pptx,
)
from roadmapfit.errors import RoadmapFitError
from roadmapfit.readers import read_path

LIMIT_S = 10.0
# A PDF is read in a process of its own, which takes a tenth of a second to start.
SHARES = {
    ".pdf": 0.15,
    ".docx": 0.2,
    ".pptx": 0.15,
    ".odt": 0.15,
    ".html": 0.2,
    ".md": 0.1,
    ".txt": 0.05,
}
TRAPS = (
    b"\x00" * 50,
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    b"<div>" * 5000,
    b"</w:p>",
    b"&#0;&#xD800;&amp",
    b"# " * 500,
    b"\xe9\xe8\xc3\xa9",
    b"999999999999999999999",
    b"[" * 3000,
    b"(" * 3000,
    b"stream\nendstream",
    b"-" * 4000,
)


def read_damaged(n_inputs: int, *, seed: int, first: int = 0) -> dict[str, Any]:
    """Read ``n_inputs`` damaged documents; the same ones for the same seed."""
    story = load_story(Path(__file__).parent.parent, "innovation-2030")
    good = make_good(Story(story.title, story.opening, story.chapters[:2]))
    suffixes = [suffix for suffix in SHARES for _ in range(round(100 * SHARES[suffix]))]
    outcomes: Counter[str] = Counter()
    failures: list[dict[str, Any]] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + n_inputs):
            rng = random.Random(f"{seed}:{number}")
            suffix = rng.choice(suffixes)
            raw = damage(good[suffix], suffix, rng)
            path = Path(folder) / f"input{suffix}"
            path.write_bytes(raw)
            read_as = rng.choice(["roadmap", "project"])
            started = time.perf_counter()
            try:
                read_path(path, read_as=read_as)
                outcomes[f"{suffix} read"] += 1
            except RoadmapFitError as error:
                outcomes[f"{suffix} {error.code}"] += 1
            except BaseException as error:  # noqa: BLE001 (that is what is looked for)
                if isinstance(error, KeyboardInterrupt):
                    raise
                failures.append({"number": number, "suffix": suffix, "trace": trace(error)})
            duration_s = time.perf_counter() - started
            if duration_s > LIMIT_S:  # a busy machine lets one wait; it does not twice
                duration_s = min(duration_s, time_again(path, read_as))
            slowest = max(slowest, duration_s)
            if duration_s > LIMIT_S:
                failures.append({"number": number, "suffix": suffix, "duration_s": duration_s})
    return {
        "n_inputs": sum(outcomes.values()) + len(failures),
        "seed": seed,
        "failures": failures,
        "slowest_s": round(slowest, 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "outcomes": dict(sorted(outcomes.items())),
    }


def time_again(path: Path, read_as: str) -> float:
    """Read a file again, and tell how many seconds that took."""
    started = time.perf_counter()
    with suppress(Exception):  # what it raises was counted the first time
        read_path(path, read_as=read_as)
    return time.perf_counter() - started


def make_good(story: Story) -> dict[str, list[bytes]]:
    """Make small good files of every type."""
    text = "\n\n".join([story.title, story.opening, *(c.title for c in story.chapters)])
    return {
        ".pdf": [ReportlabSetter(n_columns=2).set_story(story).raw, make_fpdf(story).raw],
        ".docx": [make_docx(story, has_styles=styled).raw for styled in (True, False)],
        ".pptx": [make_pptx(story).raw],
        ".odt": [make_odt(story).raw],
        ".html": [make_html(story).raw, make_html(story, has_main=False).raw],
        ".md": [f"# {text}\n\n## Un\n\n- a\n- b\n".encode()],
        ".txt": [text.encode()],
    }


def damage(good: list[bytes], suffix: str, rng: random.Random) -> bytes:
    """Damage a good file; inside its archive, half of the time, where it is one."""
    raw = rng.choice(good)
    if suffix in {".docx", ".pptx", ".odt"} and rng.random() < 0.6:
        return repack(raw, rng)
    return mutate(raw, rng)


def repack(raw: bytes, rng: random.Random) -> bytes:
    """Change one member of an archive, and pack it again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        names = [name for name in old.namelist() if name.endswith((".xml", ".rels"))]
        texts = [
            name for name in names if "document" in name or "slide" in name or "content" in name
        ]
        chosen = rng.choice(texts or names)
        for name in old.namelist():
            content = old.read(name)
            if name == chosen:
                content = mutate(content, rng)
                if rng.random() < 0.02:
                    content = b"<a>" + b" " * rng.choice((2_000_000, 70_000_000)) + b"</a>"
            new.writestr(name, content)
    return stream.getvalue()


def mutate(raw: bytes, rng: random.Random) -> bytes:
    """Apply one to five changes."""
    changes: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (
        flip,
        cut_off,
        cut_out,
        double,
        swap,
        trap,
        renumber,
    )
    data = bytearray(raw)
    for _ in range(rng.randint(1, 5)):
        data = rng.choice(changes)(data, rng) if data else data
    return bytes(data)


def flip(data: bytearray, rng: random.Random) -> bytearray:
    """Change up to thirty bytes."""
    for _ in range(rng.randint(1, 30)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return data


def cut_off(data: bytearray, rng: random.Random) -> bytearray:
    """Cut the end off."""
    return data[: rng.randrange(len(data) + 1)]


def cut_out(data: bytearray, rng: random.Random) -> bytearray:
    """Take a piece out."""
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, 2000) :]


def double(data: bytearray, rng: random.Random) -> bytearray:
    """Repeat a piece many times."""
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randint(1, 3000)]
    return data[:start] + piece * rng.randint(2, 20) + data[start:]


def swap(data: bytearray, rng: random.Random) -> bytearray:
    """Exchange what is before and after the middle."""
    first, second = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    return data[second:] + data[first:second] + data[:first]


def trap(data: bytearray, rng: random.Random) -> bytearray:
    """Put a trap in."""
    start = rng.randrange(len(data))
    return data[:start] + rng.choice(TRAPS) + data[start:]


def renumber(data: bytearray, rng: random.Random) -> bytearray:
    """Make one of the numbers in a file another, as sizes and offsets are."""
    places = [place for place, byte in enumerate(data[:200_000]) if 48 <= byte <= 57]
    for _ in range(min(len(places), rng.randint(1, 10))):
        data[rng.choice(places)] = rng.randint(48, 57)
    return data


def trace(error: BaseException) -> list[str]:
    """Give the end of a traceback."""
    return traceback.format_exception(error)[-3:]
