from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from fakes import CONCEPTS, WordCountEncoder
from roadmapfit.alignment_model import find_alignment_model
from roadmapfit.errors import EncoderError, InputError, LockedError, WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.intake import refuse_losses
from roadmapfit.records import Batch, Project, StrategyDocument, StrategyItem, Tally, Unit
from roadmapfit.store import Change
from roadmapfit.workspace import Workspace, create_workspace, open_workspace
from toys import (
    PROBLEMS,
    PROJECTS,
    build_toy_workspace,
    open_toy_workspace,
    toy_batch,
    toy_model,
    write_toy_model,
)

N_TEXTS = 40  # passages of the toy corpus, all different
FILES = ["alignments.parquet", "corpus.sqlite", "item_norms.npz", "items.npz", "manifest.json"]
FILES += ["passages.faiss", "passages.parquet", "projects.npz"]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pristine") / "toys"
    build_toy_workspace(directory)
    return directory


@pytest.fixture
def directory(pristine: Path, tmp_path: Path) -> Path:
    shutil.copytree(pristine, tmp_path / "toys")
    return tmp_path / "toys"


@pytest.fixture
def workspace(directory: Path) -> Workspace:
    return open_toy_workspace(directory)


def more(*, title: str = "Wind at sea", project_id: str = "seawind") -> Batch:
    text = "The project builds floating wind turbines far from the coast of the region."
    return Batch(projects=[Project(project_id, title, text, "en", "test")])


def generations(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / "generations").iterdir())


def answer(workspace: Workspace) -> tuple[int, float]:
    """Passages and the sum of all probabilities: 0.9024, 0.2357 ... of the toy corpus."""
    table = workspace.generation.alignments
    return len(workspace.generation.index), round(float(table.probability.sum()), 3)


TOY_ANSWER = (N_TEXTS, 5.876)


# --- a whole life ---------------------------------------------------------------


def test_a_new_workspace_is_empty_and_not_built(tmp_path: Path) -> None:
    encoder = WordCountEncoder()
    created = create_workspace(tmp_path / "a" / "new", encoder=encoder, model=toy_model(encoder))
    assert set(created.count().values()) == {0}
    assert (created.is_built, created.is_up_to_date()) == (False, False)
    with pytest.raises(WorkspaceError, match="^the workspace new has no index yet; build it"):
        _ = created.generation


def test_adding_tells_what_it_changed(tmp_path: Path) -> None:
    encoder = WordCountEncoder()
    created = create_workspace(tmp_path, encoder=encoder, model=toy_model(encoder))
    addition = created.add_batch(toy_batch(), source_name="toys", content_hash="h")
    assert addition.change == Change(n_added=33, n_updated=0, n_unchanged=0, n_removed=0)
    assert (addition.source_name, addition.problems) == ("toys", PROBLEMS)
    assert created.load_problems(source_name="toys") == list(PROBLEMS)
    assert [source.content_hash for source in created.load_sources()] == ["h"]


def test_a_build_holds_everything_and_says_so(directory: Path) -> None:
    reopened = open_toy_workspace(directory)
    manifest = reopened.generation.manifest
    assert sorted(path.name for path in (directory / "generations" / "000001").iterdir()) == FILES
    assert sorted(manifest.files) == [name for name in FILES if name != "manifest.json"]
    assert manifest.encoder == {
        "name": "WordCountEncoder",
        "fingerprint": "word-count-8",
        "dim": 8,
    }
    assert manifest.counts["passages"] == N_TEXTS
    assert {name: manifest.counts[name] for name in reopened.count()} == reopened.count()
    assert reopened.is_up_to_date()
    assert answer(reopened) == TOY_ANSWER


def test_a_file_is_added_under_its_name(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "idea.txt"
    path.write_text("Pompe solaire\n\nUne pompe solaire monte l'eau des puits.", encoding="utf-8")
    addition = workspace.add(path)
    assert (addition.source_name, addition.change.n_added) == ("idea.txt", 1)
    again = workspace.add(path, source_name="idea.txt")
    assert again.change == Change(n_added=0, n_updated=0, n_unchanged=1, n_removed=0)
    hashes = {source.name: source.content_hash for source in workspace.load_sources()}
    assert (
        hashes["idea.txt"]
        == subprocess.run(
            ["sha256sum", str(path)], capture_output=True, text=True, check=True
        ).stdout.split()[0]
    )


def test_a_folder_is_known_by_what_is_in_it(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "organisations.yaml").write_text(
        "- {id: a, name: Atelier, kind: sme}\n", encoding="utf-8"
    )
    workspace.add(folder)
    first = {source.name: source.content_hash for source in workspace.load_sources()}["corpus"]
    (folder / "deep" / "organisations.yaml").rename(folder / "deep" / "others.yaml")
    workspace.add(folder)
    second = {source.name: source.content_hash for source in workspace.load_sources()}["corpus"]
    assert first != second


def test_what_is_added_shows_after_the_next_build(workspace: Workspace) -> None:
    before = workspace.generation
    workspace.add_batch(more(), source_name="more")
    assert not workspace.is_up_to_date()
    assert workspace.generation is before
    workspace.build()
    assert workspace.is_up_to_date()
    assert "seawind" in workspace.generation.projects.ids
    assert len(workspace.generation.index) == N_TEXTS + 2


def test_what_is_removed_is_gone_after_the_next_build(workspace: Workspace) -> None:
    assert workspace.remove_record(Project, "hydroport") == 3
    assert workspace.remove_record(StrategyItem, "pole-sud/water") == 1
    workspace.build()
    assert "hydroport" not in workspace.generation.projects.ids
    assert "pole-sud/water" not in workspace.generation.items.ids
    assert workspace.remove_source("toys") == 29
    workspace.build()
    assert (len(workspace.generation.index), workspace.generation.projects.ids) == (0, ())


def test_a_removal_that_is_taken_back_asks_for_no_build(workspace: Workspace) -> None:
    built = workspace.generation.manifest
    workspace.remove_source("toys")
    assert not workspace.is_up_to_date()
    workspace.restore_source("toys")
    assert workspace.is_up_to_date()
    assert workspace.build() == built
    workspace.remove_source("toys")
    workspace.build()
    workspace.restore_source("toys")
    assert not workspace.is_up_to_date()  # the index was made without it


@pytest.mark.parametrize("kept", ["projects", "organisations", "items"])
def test_a_corpus_of_one_kind_is_built(tmp_path: Path, kept: str) -> None:
    whole = toy_batch()
    part = Batch(**{kept: getattr(whole, kept)})
    part.documents = whole.documents
    encoder = WordCountEncoder()
    created = create_workspace(tmp_path, encoder=encoder, model=toy_model(encoder))
    created.add_batch(part, source_name="part")
    created.build()
    assert {kind: end - start for kind, (start, end) in created.generation.bounds.items()} == {
        **{"item": 0, "project": 0, "organisation": 0},
        kept.removesuffix("s"): {"projects": 21, "organisations": 7, "items": 12}[kept],
    }
    assert len(created.generation.alignments) == 0


def test_nothing_is_done_when_nothing_has_changed(directory: Path) -> None:
    encoder = WordCountEncoder()
    again = open_toy_workspace(directory, encoder=encoder)
    before = {path: path.stat().st_mtime_ns for path in directory.rglob("*") if path.is_file()}
    manifest = again.build()
    after = {path: path.stat().st_mtime_ns for path in directory.rglob("*") if path.is_file()}
    assert (encoder.encoded, generations(directory)) == ([], ["000001"])
    assert manifest == again.generation.manifest
    after.pop(directory / "write.lock")
    before.pop(directory / "write.lock")
    assert after == before


def test_only_what_is_new_is_cut_and_encoded(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from roadmapfit import building

    seen: list[str] = []
    cut_passages = building.cut_passages

    def cut(fields: list[building.FieldText]) -> object:
        seen.extend(field.text for field in fields)
        return cut_passages(fields)

    monkeypatch.setattr(building, "cut_passages", cut)
    encoder = WordCountEncoder()
    again = open_toy_workspace(directory, encoder=encoder)
    again.add_batch(more(), source_name="more")
    changed = replace(PROJECTS[0], title="Hydrogène et eau")
    again.add_batch(
        Batch(**{**vars_of(toy_batch()), "projects": [changed, *PROJECTS[1:]]}), source_name="toys"
    )
    again.build()
    (project,) = more().projects
    assert seen == ["Hydrogène et eau", project.title, project.abstract]
    assert encoder.encoded == seen


def vars_of(batch: Batch) -> dict[str, list[object]]:
    return {name: getattr(batch, name) for name in Batch.__dataclass_fields__}


def test_a_build_says_how_far_it_is(workspace: Workspace) -> None:
    seen: list[tuple[str, int, int]] = []
    workspace.add_batch(more(), source_name="more")
    workspace.build(on_progress=lambda *step: seen.append(step))
    assert seen == [
        ("segment", 0, 2),
        ("segment", 2, 2),
        ("encode", 0, 2),
        ("encode", 1, 2),
        ("encode", 2, 2),
        ("index", 0, 1),
        ("index", 1, 1),
        ("align", 8, 8),
    ]


@pytest.mark.parametrize("stage", ["segment", "encode", "index", "align"])
def test_a_build_is_cancelled_by_raising(workspace: Workspace, directory: Path, stage: str) -> None:
    class Cancelled(Exception):
        pass

    def cancel(name: str, done: int, total: int) -> None:
        cancels = {stage: Cancelled()}
        raise cancels[name]

    def on_progress(name: str, done: int, total: int) -> None:
        calls = {stage: cancel}
        calls.get(name, lambda *_: None)(name, done, total)

    workspace.add_batch(more(), source_name="more")
    with pytest.raises(Cancelled):
        workspace.build(on_progress=on_progress)
    assert generations(directory) == ["000001"]
    assert answer(open_toy_workspace(directory)) == TOY_ANSWER
    workspace.build()
    assert generations(directory) == ["000001", "000002"]


# --- readers and writers --------------------------------------------------------


def test_a_reader_keeps_what_it_opened_until_it_refreshes(directory: Path) -> None:
    reader, writer = open_toy_workspace(directory), open_toy_workspace(directory)
    assert answer(reader) == TOY_ANSWER
    writer.add_batch(more(), source_name="more")
    writer.build()
    assert len(reader.generation.index) == N_TEXTS
    assert [each.id for each in reader.generation.load_passages([0])] == [
        "item:pole-nord/hydrogene:title:0"
    ]
    assert reader.is_up_to_date()  # the workspace is, whatever this reader has open
    reader.refresh()
    assert len(reader.generation.index) == N_TEXTS + 2


def test_the_generation_before_stays_and_older_ones_go(
    workspace: Workspace, directory: Path
) -> None:
    for number in range(3):
        workspace.add_batch(more(title=f"Wind {number}"), source_name="more")
        workspace.build()
    assert generations(directory) == ["000003", "000004"]
    assert (directory / "CURRENT").read_text() == "000004\n"


def test_a_reader_left_behind_twice_is_told_to_open_again(directory: Path) -> None:
    reader, writer = open_toy_workspace(directory), open_toy_workspace(directory)
    assert reader.generation.index.search(np.eye(8, dtype=np.float32)[:1])[0][0].similarity == 1
    for number in range(2):
        writer.add_batch(more(title=f"Wind {number}"), source_name="more")
        writer.build()
    assert reader.generation.index.search(np.eye(8, dtype=np.float32)[:1])[0][0].similarity == 1
    with pytest.raises(WorkspaceError, match="^the index that was open was replaced by newer"):
        _ = reader.generation.alignments
    reader.refresh()
    assert len(reader.generation.alignments) == 35


def test_a_second_writer_is_refused_while_readers_go_on(
    workspace: Workspace, directory: Path
) -> None:
    held = FileLock(directory / "write.lock")
    refused = "^another program is writing to the workspace toys; wait until it is done"
    with held:
        steps: Sequence[Callable[[], object]] = (
            workspace.build,
            lambda: workspace.add_batch(more(), source_name="more"),
            lambda: workspace.remove_source("toys"),
            lambda: workspace.remove_record(StrategyDocument, "pole-nord"),
        )
        for step in steps:
            with pytest.raises(LockedError, match=refused):
                step()
        assert answer(workspace) == TOY_ANSWER
        assert workspace.count()["projects"] == 7
        assert workspace.is_up_to_date()
    workspace.add_batch(more(), source_name="more")
    assert workspace.count()["projects"] == 8


def test_a_writer_in_another_thread_is_another_writer(directory: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def wait(_stage: str, _done: int, _total: int) -> None:
        entered.set()
        leave.wait(30)

    first, second = open_toy_workspace(directory), open_toy_workspace(directory)
    first.add_batch(more(), source_name="more")
    builder = threading.Thread(target=lambda: first.build(on_progress=wait))
    builder.start()
    entered.wait(30)
    with pytest.raises(LockedError):
        second.build()
    assert answer(second) == TOY_ANSWER
    leave.set()
    builder.join()
    second.refresh()
    assert len(second.generation.index) == N_TEXTS + 2


def test_the_lock_goes_with_its_process(directory: Path) -> None:
    code = (
        "import os, sys; from filelock import FileLock;"
        "FileLock(sys.argv[1]).acquire(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(directory / "write.lock")], check=False)
    assert open_toy_workspace(directory).remove_source("toys") == 33


# --- refusals at opening --------------------------------------------------------


def test_a_folder_that_holds_something_is_taken(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    encoder = WordCountEncoder()
    with pytest.raises(WorkspaceError, match=f"^{tmp_path} exists and is not an empty folder; giv"):
        create_workspace(tmp_path, encoder=encoder, model=toy_model(encoder))
    with pytest.raises(WorkspaceError, match="exists and is not an empty folder"):
        create_workspace(tmp_path / "thesis.doc", encoder=encoder, model=toy_model(encoder))
    assert (tmp_path / "thesis.doc").read_text() == "mine"


def test_what_is_no_workspace_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(WorkspaceError, match=f"^{path} is not a workspace: it holds no works"):
            open_toy_workspace(path)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": 9}', "^format 9 found, format 1 expected: the workspace comes from another"),
        ("{", r"^workspace\.json is not readable \(Expecting .*\); bring this file back"),
        ("[]", r"^workspace\.json is not readable"),
        ('{"format": 1}', r"^workspace\.json is not readable \('encoder_fingerprint'\)"),
    ],
)
def test_a_description_that_is_not_ours_is_refused(
    directory: Path, content: str, message: str
) -> None:
    (directory / "workspace.json").write_text(content)
    with pytest.raises(WorkspaceError, match=message):
        open_toy_workspace(directory)


def test_a_workspace_of_another_encoder_is_refused(directory: Path) -> None:
    with pytest.raises(
        WorkspaceError,
        match="^the workspace is made with encoder word-count-8, the encoder in use is word-co",
    ):
        open_toy_workspace(directory, encoder=WordCountEncoder([["solar"]]))


def test_a_generation_of_another_encoder_is_refused(directory: Path) -> None:
    other = WordCountEncoder([*CONCEPTS, ["rail"]])
    description = json.loads((directory / "workspace.json").read_text())
    description["encoder_fingerprint"] = other.fingerprint
    (directory / "workspace.json").write_text(json.dumps(description))
    opened = open_toy_workspace(directory, encoder=other)
    with pytest.raises(
        WorkspaceError,
        match=r"made with encoder WordCountEncoder \(word-count-8\), the encoder in use is word-c",
    ):
        _ = opened.generation
    opened.build()
    assert opened.generation.index.dim == 9


def test_a_generation_of_another_alignment_model_is_built_again(directory: Path) -> None:
    encoder = WordCountEncoder()
    model = toy_model(encoder)
    stricter = replace(model, calibrator=replace(model.calibrator, deviation=(1.0, 0.0)))
    opened = open_workspace(directory, encoder=encoder, model=stricter)
    assert not opened.is_up_to_date()
    with pytest.raises(
        WorkspaceError, match="^the index is made with the alignment model .* build"
    ):
        _ = opened.generation
    opened.build()
    assert encoder.encoded == []
    assert opened.is_up_to_date()
    assert answer(opened) == TOY_ANSWER  # only intervals differ


def test_the_alignment_model_is_found_by_the_encoder(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROADMAPFIT_CACHE", str(tmp_path / "cache"))
    encoder = WordCountEncoder()
    with pytest.raises(
        EncoderError, match="^no alignment model for encoder word-count-8; make one with benchmark"
    ):
        open_workspace(directory, encoder=encoder)
    home = write_toy_model(tmp_path / "cache", encoder)
    assert find_alignment_model("word-count-8") == home
    found = open_workspace(directory, encoder=encoder)
    assert found.is_up_to_date()  # the same model, whether given or found
    assert answer(found) == TOY_ANSWER


# --- damage ---------------------------------------------------------------------


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [truncate, flip, Path.unlink], ids=["cut", "flip", "missing"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_index_file_is_named(
    directory: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(directory / "generations" / "000001" / name)
    with pytest.raises(WorkspaceError, match=rf"^the index file {name} is damaged \(.+\); build"):
        _ = open_toy_workspace(directory).generation


@pytest.mark.parametrize("name", ["corpus.sqlite", "manifest.json", "passages.faiss"])
def test_a_damaged_index_is_built_over(directory: Path, name: str) -> None:
    flip(directory / "generations" / "000001" / name)
    encoder = WordCountEncoder()
    opened = open_toy_workspace(directory, encoder=encoder)
    opened.build()
    assert answer(opened) == TOY_ANSWER
    assert encoder.encoded == []


@pytest.mark.parametrize("content", ["", "000009\n", "../../etc", "\udcff"])
def test_a_damaged_pointer_is_built_over(directory: Path, content: str) -> None:
    (directory / "CURRENT").write_bytes(content.encode("utf-8", "surrogateescape"))
    opened = open_toy_workspace(directory)
    with pytest.raises(WorkspaceError, match="CURRENT|has no index yet|manifest"):
        _ = opened.generation
    opened.build()
    assert answer(opened) == TOY_ANSWER


def test_a_lost_pointer_is_written_by_the_next_build(directory: Path) -> None:
    (directory / "CURRENT").unlink()
    opened = open_toy_workspace(directory)
    assert (opened.is_built, opened.is_up_to_date()) == (False, False)
    opened.build()
    assert (generations(directory), answer(opened)) == (["000001"], TOY_ANSWER)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (Path.unlink, r"^corpus\.sqlite does not exist; a corpus database is expected here"),
        (truncate, r"^corpus\.sqlite is not a readable corpus database \(.+\); bring it back"),
        (lambda path: path.write_bytes(b""), r"^corpus\.sqlite is not a readable corpus database"),
    ],
    ids=["missing", "cut", "empty"],
)
def test_a_lost_corpus_is_never_taken_for_an_empty_one(
    directory: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(directory / "corpus.sqlite")
    opened = open_toy_workspace(directory)
    for step in (opened.count, opened.build, opened.is_up_to_date):
        with pytest.raises(WorkspaceError, match=message):
            step()
    assert answer(opened) == TOY_ANSWER  # the last good generation still answers


def test_a_damaged_vector_is_encoded_again(directory: Path) -> None:
    (shard,) = (directory / "vectors" / "word-count-8").iterdir()
    flip(shard)
    encoder = WordCountEncoder()
    opened = open_toy_workspace(directory, encoder=encoder)
    opened.add_batch(more(), source_name="more")
    opened.build()
    assert len(encoder.encoded) == N_TEXTS + 2
    assert len(opened.generation.index) == N_TEXTS + 2


# --- a disk that is full, or closed ---------------------------------------------


def no_space(*_args: object, **_kwargs: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_leave(*_args: object, **_kwargs: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def starve_faiss(patch: pytest.MonkeyPatch) -> None:
    import faiss

    write_index = faiss.write_index

    def write_elsewhere(index: object, _writer: object) -> None:
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            write_index(index, faiss.PyCallbackIOWriter(full.write))

    patch.setattr(faiss, "write_index", write_elsewhere)


def starve_snapshot(patch: pytest.MonkeyPatch) -> None:
    from roadmapfit.store import database

    set_pragmas = database._set_pragmas

    def set_pragmas_and_limit(connection: object, record: object) -> None:
        set_pragmas(connection, record)  # type: ignore[arg-type]
        connection.execute("PRAGMA max_page_count = 9")  # type: ignore[attr-defined]

    patch.setattr(database, "_set_pragmas", set_pragmas_and_limit)


def starve(target: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(target, no_space)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "fill",
    [
        starve("roadmapfit.vectors.os.fsync"),
        starve_snapshot,
        starve_faiss,
        starve("roadmapfit.index.PassageTable.write"),
        starve("roadmapfit.building.np.savez"),
        starve("roadmapfit.building.write_alignments"),
        starve("roadmapfit.manifest.Path.write_text"),
        starve("roadmapfit.succession.write_whole"),
    ],
    ids=["vectors", "snapshot", "faiss", "table", "npz", "alignments", "manifest", "pointer"],
)
def test_a_full_disk_is_said_and_keeps_what_was_good(
    directory: Path, monkeypatch: pytest.MonkeyPatch, fill: Callable[[pytest.MonkeyPatch], None]
) -> None:
    opened = open_toy_workspace(directory)
    opened.add_batch(more(), source_name="more")
    with monkeypatch.context() as patch:
        fill(patch)
        with pytest.raises(
            WorkspaceError, match="^no space left on the disk of .+; make some"
        ) as e:
            opened.build()
    assert e.value.code == "disk_full"
    assert (generations(directory), answer(opened)) == (["000001"], TOY_ANSWER)
    opened.build()
    assert (generations(directory), len(opened.generation.index)) == (
        ["000001", "000002"],
        N_TEXTS + 2,
    )


@pytest.mark.parametrize(
    ("refuse", "message"),
    [
        (no_space, "^no space left on the disk of new; make some"),
        (no_leave, "^new cannot be written: read only, or permissions are missing; check the"),
    ],
)
@pytest.mark.parametrize("place", ["Path.mkdir", "write_whole"])
def test_a_workspace_that_cannot_be_made_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refuse: Callable[..., None],
    message: str,
    place: str,
) -> None:
    encoder = WordCountEncoder()
    model = toy_model(encoder)
    with monkeypatch.context() as patch:
        patch.setattr(f"roadmapfit.workspace.{place}", refuse)
        with pytest.raises(WorkspaceError, match=message):
            create_workspace(tmp_path / "new", encoder=encoder, model=model)
    made = create_workspace(tmp_path / "new", encoder=encoder, model=model)
    assert set(made.count().values()) == {0}


def test_a_folder_that_may_not_be_written_is_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmapfit.corpus.FileLock.acquire", no_leave)
    with pytest.raises(WorkspaceError, match="^toys cannot be written: read only, or permission"):
        workspace.build()
    assert answer(workspace) == TOY_ANSWER


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_is_read(directory: Path) -> None:
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    opened = open_toy_workspace(directory)
    assert (answer(opened), opened.count()["projects"]) == (TOY_ANSWER, 7)
    with pytest.raises(WorkspaceError, match="^toys cannot be written"):
        opened.build()
    for path in (directory, *directory.rglob("*")):
        path.chmod(0o755)


def test_another_refusal_of_the_system_is_passed_on_in_its_words(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("roadmapfit.building.np.savez", refuse)
    workspace.add_batch(more(), source_name="more")
    with pytest.raises(
        WorkspaceError, match=r"^the system refuses to write to toys \(Input/output error\); check"
    ):
        workspace.build()


# --- what a generation answers --------------------------------------------------


@pytest.fixture(scope="module")
def generation(pristine: Path) -> Generation:
    return open_toy_workspace(pristine).generation


def test_passages_come_back_with_their_texts(generation: Generation) -> None:
    (passage,) = generation.load_passages([13])
    assert (passage.id, passage.text) == (
        "project:aquabat:abstract:0",
        "The pilot tests a battery and a pump in a small mountain town.",
    )
    assert (passage.start, passage.end, passage.language, passage.year) == (0, 62, "en", 2023)
    last, first = generation.load_passages([39, 0])
    assert (last.id, last.text, last.year) == (
        "organisation:wind-group:competences:0",
        "wind power",
        None,
    )
    assert (first.id, first.document_id, first.year) == (
        "item:pole-nord/hydrogene:title:0",
        "pole-nord",
        2020,
    )


def test_every_owner_has_its_rows(generation: Generation) -> None:
    assert generation.bounds == {"item": (0, 12), "project": (12, 33), "organisation": (33, 40)}
    assert generation.rows_of("project", ["aquabat"]).tolist() == [12, 13, 14]  # type: ignore[arg-type]
    both = generation.rows_of("project", ["cohorte", "none", "aquabat", "cohorte"])  # type: ignore[arg-type]
    assert both.tolist() == [12, 13, 14, 18, 19, 20]
    assert generation.rows_of("organisation", ["wind-group"]).tolist() == [38, 39]  # type: ignore[arg-type]
    assert generation.rows_of("item", ["aquabat"]).tolist() == []  # type: ignore[arg-type]


def test_bulk_figures_are_those_of_the_toy_corpus(generation: Generation) -> None:
    table = generation.alignments
    found = {
        (table.project_ids[project], table.item_ids[item].split("/")[1]): round(float(value), 4)
        for project, item, value in zip(
            table.project_rows, table.item_rows, table.probability, strict=True
        )
        if value > 0.01
    }
    assert found == {
        ("hydroport", "hydrogene"): 0.9024,
        ("hydroport", "water"): 0.2357,
        ("hydroharbour", "hydrogene"): 0.9024,
        ("hydroharbour", "water"): 0.2357,
        ("helios", "solaire"): 0.8412,
        ("helios", "batterie"): 0.1925,
        ("helios", "health-data"): 0.1667,
        ("helios", "water"): 0.1925,
        ("cohorte", "health-data"): 0.9024,
        ("aquabat", "water"): 0.569,
        ("aquabat", "batterie"): 0.3333,
        ("aquabat", "solaire"): 0.2357,
        ("aquabat", "health-data"): 0.1667,
    }
    assert "archiv" not in {table.project_ids[row] for row in table.project_rows}


def test_one_by_one_gives_the_very_figures_of_the_bulk(generation: Generation) -> None:
    table = generation.alignments
    for row, project_id in enumerate(generation.projects.ids):
        own = table.project_rows == row
        bulk = dict(
            zip(
                (table.item_ids[item] for item in table.item_rows[own]),
                table.probability[own].tolist(),
                strict=True,
            )
        )
        alone = generation.aligner.align(generation.projects.take([row]))
        single = {each.item_id: each.probability for each in alone if each.item_id in bulk}
        assert single == pytest.approx(bulk, abs=1e-6), project_id


def test_participations_have_the_coordinator_first(generation: Generation) -> None:
    assert [each.organisation_id for each in generation.participations["hydroharbour"]] == [
        "port-nord",
        "wind-group",
    ]
    assert list(generation.organisations) == [
        "clinic",
        "ecole-solaire",
        "electrolys",
        "labo-batterie",
        "port-nord",
        "wind-group",
    ]
    assert list(generation.documents) == ["pole-nord", "pole-sud", "programme-industrie"]
    assert list(generation.strategy_items)[:2] == ["pole-nord/energies", "pole-nord/hydrogene"]
    assert generation.project_heads["helios"].label == "HELIOS"


# --- tables, whole or not at all --------------------------------------------------


def test_a_repeat_alone_does_not_refuse_a_table() -> None:
    refuse_losses(Batch(tallies=[Tally("a.csv", n_rows=3, n_refused=1, n_repeats=1)]))
    with pytest.raises(InputError, match="rows refused: 2 of 3"):
        refuse_losses(Batch(tallies=[Tally("a.csv", n_rows=3, n_refused=2, n_repeats=1)]))


def test_one_rule_for_rows_entries_and_pages() -> None:
    folder = Batch(tallies=[Tally("corpus", 3, 0), Tally("corpus", 9, 2, 0, Unit.ENTRIES)])
    with pytest.raises(InputError, match="corpus: entries refused: 2 of 9; a file or folder"):
        refuse_losses(folder)
    with pytest.raises(InputError, match=r"plan\.pdf: pages refused: 1 of 4; a file or folder"):
        refuse_losses(Batch(tallies=[Tally("plan.pdf", 4, 1, 0, Unit.PAGES)]))


def test_a_table_is_added_whole_or_with_its_good_rows(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "anr.csv"
    header = "Projet.Code_Decision;Projet.Titre.Francais;Projet.Resume.Francais\n"
    path.write_text(header + "ANR-21-CE05-0001;Eau;x\n?;y;z\n", encoding="utf-8")
    encoder = WordCountEncoder()
    opened = open_workspace(directory, encoder=encoder, model=toy_model(encoder))
    with pytest.raises(InputError, match="rows refused: 1 of 2"):
        opened.add(path)
    assert opened.add(path, keep_good=True, is_trial=True).change.n_added == 1
    before = opened.count()["projects"]
    addition = opened.add(path, keep_good=True)
    assert (addition.tallies, opened.count()["projects"]) == (
        (Tally("anr.csv", 2, 1),),
        before + 1,
    )
