"""A document's tree in a workspace: kept, corrected, found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import WordCountEncoder
from made_documents import Story, load_story, make_docx, make_fpdf
from roadmapfit.errors import InputError
from roadmapfit.kept import find_kept, parse_correction
from roadmapfit.records import OwnerKind, PageMark, StrategyItem
from roadmapfit.workspace import Workspace, create_workspace
from toys import toy_model


@pytest.fixture
def story(repository: Path) -> Story:
    return load_story(repository, "nfi-9-solutions")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    encoder = WordCountEncoder()
    return create_workspace(tmp_path / "space", encoder=encoder, model=toy_model(encoder))


def titles(workspace: Workspace) -> list[str]:
    with workspace._corpus() as store:
        return [item.title for item in store.load(StrategyItem)]


def test_a_correction_outlives_a_new_import(
    workspace: Workspace, story: Story, tmp_path: Path
) -> None:
    path = tmp_path / "Plan régional.docx"
    path.write_bytes(make_docx(story, has_styles=True).raw)
    workspace.add(path)
    (kept,) = (workspace.directory / "documents").iterdir()
    text = kept.read_text("utf-8")
    kept.write_text(text.replace(story.headings[0][1], "Titre corrigé"), "utf-8")
    again = workspace.add(path)
    assert titles(workspace)[0] == "Titre corrigé"
    assert (again.change.n_updated, again.problems[0].code) == (1, "tree_kept")
    assert workspace.add(path).change.n_updated == 0


def test_a_corrected_copy_takes_the_place_of_the_document(
    workspace: Workspace, story: Story, tmp_path: Path
) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(make_docx(story, has_styles=True).raw)
    workspace.add(path)
    (kept,) = (workspace.directory / "documents").iterdir()
    copy = tmp_path / "corrected.md"
    copy.write_text(kept.read_text("utf-8").replace("# ", "# Corrigé : ", 1), "utf-8")
    workspace.add(copy)
    assert [source.name for source in workspace.load_sources()] == ["plan.docx"]
    workspace.add(path)
    assert titles(workspace)[0] == f"Corrigé : {story.headings[0][1]}"


def test_a_broken_correction_removes_nothing(
    workspace: Workspace, story: Story, tmp_path: Path
) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(make_docx(story, has_styles=True).raw)
    workspace.add(path)
    (kept,) = (workspace.directory / "documents").iterdir()
    kept.write_text("no front matter", "utf-8")
    with pytest.raises(InputError) as caught:
        workspace.add(path)
    assert (caught.value.code, caught.value.values["found"]) == (
        "tree_unreadable",
        "front_matter_missing",
    )
    assert len(titles(workspace)) == len(story.chapters)


def test_another_edition_is_read_anew(workspace: Workspace, story: Story, tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(make_docx(story, has_styles=True).raw)
    first = workspace.add(path)
    (kept,) = (workspace.directory / "documents").iterdir()
    chapters = tuple(story.chapters[:2])
    path.write_bytes(make_docx(Story(story.title, story.opening, chapters), has_styles=True).raw)
    addition = workspace.add(path)
    assert titles(workspace) == [chapter.title for chapter in chapters]
    assert addition.change.n_removed == len(story.chapters) - 2
    assert "tree_former" not in [problem.code for problem in first.problems]
    said = [(one.code, one.found) for one in addition.problems if one.code == "tree_former"]
    assert said == [("tree_former", f"documents/{kept.name}")]
    assert len(list((workspace.directory / "documents").iterdir())) == 2


def test_another_kind_is_another_tree(workspace: Workspace, story: Story, tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(make_docx(story, has_styles=True).raw)
    workspace.add(path)
    workspace.add(path, read_as="project")
    assert (titles(workspace), workspace.count()["projects"]) == ([], 1)
    names = sorted(kept.name for kept in (workspace.directory / "documents").iterdir())
    assert [name.split(".")[-2] for name in names] == ["project", "roadmap"]


def test_pages_reach_the_index(workspace: Workspace, story: Story, tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(make_fpdf(story).raw)
    workspace.add(path)
    workspace.build()
    generation = workspace.generation
    rows = generation.rows_of(OwnerKind.ITEM, list(generation.strategy_items))
    pages = [generation.find_page(passage) for passage in generation.load_passages(rows)]
    assert all(page is not None for page in pages)
    numbers = [page.page for page in pages if page is not None]
    assert (numbers[0], numbers == sorted(numbers), numbers[-1] > 1) == (1, True, True)
    workspace.remove_source("plan.pdf")
    with workspace._corpus() as store:
        assert store.load_page_marks(OwnerKind.ITEM, list(generation.strategy_items)) == []


def test_pages_are_those_of_the_source_whose_text_counts(workspace: Workspace) -> None:
    from roadmapfit.records import Batch, DocumentKind, StrategyDocument

    def batch(page: int) -> Batch:
        return Batch(
            documents=[
                StrategyDocument("d", DocumentKind.ROADMAP, "D", "", "fr", "d", source="corpus")
            ],
            items=[StrategyItem("d/a", "d", "A", f"Texte {page}.", "fr", 0)],
            page_marks=[PageMark(OwnerKind.ITEM, "d/a", "text", 0, page)],
        )

    workspace.add_batch(batch(3), source_name="one")
    workspace.add_batch(batch(8), source_name="two")
    with workspace._corpus() as store:
        marks = store.load_page_marks(OwnerKind.ITEM, ["d/a"])
    assert [mark.page for mark in marks] == [8]


def test_only_a_proposal_is_a_correction(tmp_path: Path) -> None:
    assert parse_correction("# No front matter") is None
    assert (
        parse_correction("---\nkind: roadmap\nid: a\nsource_file: x\nsource_hash: 12\n---\n")
        is None
    )
    text = f"---\nkind: roadmap\nid: a\nsource_file: 'x.pdf'\nsource_hash: {'0' * 64}\n---\n"
    found = parse_correction(text)
    assert found is not None
    assert (found.source.file, found.source.document_id, found.read_as) == ("x.pdf", "a", "roadmap")
    assert find_kept(tmp_path / "missing", "0" * 64) is None
