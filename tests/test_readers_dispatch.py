"""A path finds its reader; what cannot be read is refused with a way out."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmapfit.errors import InputError
from roadmapfit.readers import KNOWN_SUFFIXES, read_path, read_project_path
from roadmapfit.readers.plain_text import read_text_project
from roadmapfit.records import Batch, Outcome, Problem, Project

ORGANISATION = "- {id: hydrolys, name: Hydrolys, kind: sme}\n"
PROJECT = "---\nkind: project\nid: hydrovia\ntitle: Péniche\nlanguage: fr\n---\nUn résumé.\n"


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refuse(path: Path) -> tuple[str, str]:
    """Give the code and the English text of the refusal."""
    with pytest.raises(InputError) as caught:
        read_path(path)
    return caught.value.code, str(caught.value)


def test_a_text_file_is_a_project(tmp_path: Path) -> None:
    path = write_text(tmp_path / "idea.txt", "\n  Une  péniche \n\nElle flotte.\r\nSans bruit.\n")
    assert read_path(path) == Batch(
        projects=[
            Project(
                # The first 16 digits of the SHA-256 of title, line feed and abstract.
                id="text:a7c718873c4daab9",
                title="Une péniche",
                abstract="Elle flotte.\nSans bruit.",
                language="",
                source="text",
            )
        ]
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        # Markdown as people write it; its one heading is the title and no part of the text.
        ("a.md", "# Péniche\n\nElle **flotte**.\n", ("Péniche", "Elle flotte.")),
        (
            "a.md",
            "# Péniche\n\nElle flotte.\n\n## Verrous\n\n- le bruit ;\n- le gel.\n",
            ("Péniche", "Elle flotte.\n\nVerrous\n\nle bruit ;\nle gel."),
        ),
        ("a.md", "Une péniche\nElle flotte.\n", ("Une péniche", "Elle flotte.")),
        ("a.md", PROJECT, ("Péniche", "Un résumé.")),
        ("a.txt", "# Péniche\nElle flotte.\n", ("# Péniche", "Elle flotte.")),
    ],
)
def test_one_project_is_read_from_what_people_write(
    tmp_path: Path, name: str, text: str, expected: tuple[str, str]
) -> None:
    batch = read_project_path(write_text(tmp_path / name, text))
    assert [(one.title, one.abstract) for one in batch.projects] == [expected]


def test_a_project_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_project_path(tmp_path / "none.md")
    assert caught.value.code == "path_missing"


def test_a_title_alone_is_a_project_without_abstract(tmp_path: Path) -> None:
    batch = read_path(write_text(tmp_path / "idea.txt", "Une péniche"))
    assert [(one.title, one.abstract) for one in batch.projects] == [("Une péniche", "")]
    assert batch.problems == [
        Problem("idea.txt", "empty_abstract", Outcome.NOTED, 1, "abstract", "Une péniche")
    ]


def test_a_paragraph_on_the_first_line_stays_in_the_abstract(tmp_path: Path) -> None:
    text = "Des mots. " * 40
    batch = read_path(write_text(tmp_path / "idea.txt", text + "\nLa suite.\n"))
    assert batch.projects[0].title == ("Des mots. " * 30).strip()
    assert batch.projects[0].abstract == text + "\nLa suite."
    assert [(one.code, one.outcome) for one in batch.problems] == [("long_title", Outcome.NOTED)]


def test_the_same_words_give_the_same_id(tmp_path: Path) -> None:
    one = write_text(tmp_path / "one.txt", "Titre\nRésumé")
    two = write_text(tmp_path / "two.txt", "Titre\r\n\r\nRésumé\r\n")
    assert read_text_project(one).projects == read_text_project(two).projects


def test_each_suffix_finds_its_reader(tmp_path: Path) -> None:
    write_text(tmp_path / "o.YAML", ORGANISATION)
    write_text(tmp_path / "o.yml", ORGANISATION)
    write_text(tmp_path / "p.md", PROJECT)
    read = [read_path(tmp_path / name) for name in ("o.YAML", "o.yml", "p.md")]
    assert [[one.id for one in batch.organisations] for batch in read] == [
        ["hydrolys"],
        ["hydrolys"],
        [],
    ]
    assert [[one.id for one in batch.projects] for batch in read] == [[], [], ["hydrovia"]]


def test_a_folder_is_a_corpus_even_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    write_text(tmp_path / "corpus" / "p.md", PROJECT)
    (tmp_path / "link").symlink_to(tmp_path / "corpus")
    assert [one.id for one in read_path(tmp_path / "corpus").projects] == ["hydrovia"]
    assert [one.id for one in read_path(tmp_path / "link").projects] == ["hydrovia"]


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.md"
    assert refuse(missing) == (
        "path_missing",
        f"{missing}: there is no such file or folder; check the path",
    )
    assert refuse(write_text(tmp_path / "file.md", "x") / "inside.md")[0] == "path_missing"


def test_a_path_that_the_system_refuses_is_refused(tmp_path: Path) -> None:
    too_long = tmp_path / ("x" * 300 + ".md")
    code, message = refuse(too_long)
    assert (code, "(File name too long)" in message) == ("path_unreadable", True)
    assert refuse(Path("nul\x00byte.md"))[0] == "path_unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write_text(tmp_path / "secret.txt", "x")
    path.chmod(0)
    assert refuse(path) == (
        "path_unreadable",
        f"{path} cannot be opened (permission denied); check the path and the permissions",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "secret"
    folder.mkdir(mode=0)
    assert refuse(folder)[0] == "folder_unreadable"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    assert refuse(path)[0] == "path_special"


def test_an_unknown_type_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = write_text(tmp_path / "table.ods", "x")
    known = ", ".join(KNOWN_SUFFIXES)
    assert refuse(path) == (
        "type_unknown",
        f"{path} is of a type that is not read (.ods); types read: {known}, "
        "or a corpus folder; convert the file",
    )
    assert refuse(write_text(tmp_path / "bare", "x"))[0] == "type_unknown"


def test_archives_that_are_not_cordis_are_refused(tmp_path: Path) -> None:
    assert refuse(write_text(tmp_path / "a.zip", "no archive"))[0] == "not_a_zip"
    assert refuse(write_text(tmp_path / "empty.zip", ""))[0] == "not_a_zip"
    path = tmp_path / "json.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", "[]")
    assert refuse(path) == (
        "zip_unknown",
        f"{path} holds project.json; project.csv, organization.csv, topics.csv are expected "
        "(or the same as .json); give the CSV or JSON export of CORDIS (not its Excel variant)",
    )


def test_empty_and_binary_texts_are_refused(tmp_path: Path) -> None:
    assert refuse(write_text(tmp_path / "empty.txt", " \n\ufeff\n"))[0] == "text_empty"
    path = tmp_path / "report.txt"
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    assert refuse(path) == (
        "file_not_text",
        "report.txt is not a text (it starts with %PDF-1.7); a text file is expected; "
        "save it as text, or give it its true suffix",
    )


def test_refusals_are_said_in_french_too(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_path(tmp_path)
    assert caught.value.render("fr") == (
        f"{tmp_path} ne contient aucun fichier .md ou .yaml à lire (0 autres entrées)\u202f; "
        "donnez un dossier de corpus, décrit dans docs/corpus-format.md"
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(raw=st.binary(max_size=300), suffix=st.sampled_from([".md", ".yaml", ".txt", ".zip"]))
def test_no_bytes_bring_a_reader_down(scratch: Path, raw: bytes, suffix: str) -> None:
    path = scratch / f"any{suffix}"
    path.write_bytes(raw)
    try:
        batch = read_path(path)
    except InputError as error:
        batch = Batch(problems=[Problem("", error.code, Outcome.REFUSED)])
    n_records = len(batch.projects) + len(batch.organisations) + len(batch.documents)
    assert n_records + len(batch.problems) > 0 or raw.strip() == b"[]"


@given(front=st.text(alphabet="ak:-{}[]&*!|> \n'\"#", max_size=80), body=st.text(max_size=200))
def test_no_front_matter_brings_the_reader_down(scratch: Path, front: str, body: str) -> None:
    path = scratch / "any.md"
    text = f"---\nkind: roadmap\nid: x\ntitle: y\n{front}\n---\n{body}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    batch = read_path(path)
    assert len(batch.documents) + len(batch.problems) > 0
