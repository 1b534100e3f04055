"""Office files, web pages and texts to a proposed tree; bombs and traps refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from made_documents import (
    Made,
    Story,
    load_story,
    make_docx,
    make_html,
    make_odt,
    make_pptx,
    tidy,
)
from roadmapfit.errors import InputError
from roadmapfit.readers import read_path
from roadmapfit.readers.documents import Proposal, hyphens, packed_xml, propose_document
from roadmapfit.readers.documents.hyphens import Hyphenation
from roadmapfit.readers.documents.outline import guess_language
from roadmapfit.records import Outcome

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")

MAKERS: dict[str, tuple[str, Callable[[Story], Made]]] = {
    "docx": (".docx", lambda story: make_docx(story, has_styles=True)),
    "docx without styles": (".docx", lambda story: make_docx(story, has_styles=False)),
    "pptx": (".pptx", make_pptx),
    "odt": (".odt", make_odt),
    "html": (".html", make_html),
    "html without main": (".html", lambda story: make_html(story, has_main=False)),
}


def propose(folder: Path, raw: bytes, suffix: str, **options: str) -> Proposal:
    path = folder / f"a{suffix}"
    path.write_bytes(raw)
    return propose_document(path, **options)


def whole(proposal: Proposal) -> str:
    outline = proposal.outline
    parts = [outline.title, *(block.text for block in outline.opening)]
    for section in outline.sections:
        parts += [section.title, *(block.text for block in section.blocks)]
    return tidy(" ".join(parts))


def tree(proposal: Proposal) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in proposal.outline.sections]


def codes(proposal: Proposal) -> list[str]:
    return [problem.code for problem in proposal.problems]


def pack(members: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word(body: str, **members: str) -> bytes:
    """Pack a DOCX with a body of its own."""
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return pack({"word/document.xml": document, **members})


def paragraph(text: str, settings: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{settings}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


@pytest.fixture
def story(repository: Path) -> Story:
    return load_story(repository, "nfi-9-solutions")


# --- whole documents ---------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_text_and_tree_are_those_of_the_story(name: str, story: Story, tmp_path: Path) -> None:
    suffix, make = MAKERS[name]
    proposal = propose(tmp_path, make(story).raw, suffix)
    assert whole(proposal) == story.text
    assert tree(proposal) == story.headings
    assert (proposal.outline.language, proposal.problems) == ("fr", ())


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_proposed_markdown_gives_the_same_tree(
    name: str, repository: Path, tmp_path: Path
) -> None:
    suffix, make = MAKERS[name]
    story = load_story(repository, "predit-4", numbering="decimal")
    path = tmp_path / f"a{suffix}"
    path.write_bytes(make(story).raw)
    batch = read_path(path, read_as="programme")
    (document,) = batch.documents
    assert (document.id, document.kind, document.title) == ("a", "programme", story.title)
    assert (document.summary, document.language) == (story.opening, "fr")
    assert [item.title for item in batch.items] == [title for _, title in story.headings]
    assert [item.text for item in batch.items] == [
        "\n".join(chapter.paragraphs) for chapter in story.chapters
    ]


def test_slides_are_pages(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(make_pptx(story).raw)
    batch = read_path(path)
    assert [mark.page for mark in batch.page_marks] == list(range(2, len(batch.items) + 2))


def test_a_document_can_be_a_project(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "projet.docx"
    path.write_bytes(make_docx(story, has_styles=True).raw)
    (project,) = read_path(path, read_as="project").projects
    assert (project.id, project.title) == ("projet", story.title)
    assert tidy(project.abstract) == tidy(story.text.removeprefix(story.title))


def test_signs_of_markdown_come_through(tmp_path: Path) -> None:
    text = "# *2.* a_b_c [x](y) <b> &amp; \\ `code` {#ancre}"
    raw = word(
        paragraph("Axe &amp; # {#x}", '<w:outlineLvl w:val="0"/>')
        + "".join(
            paragraph(each)
            for each in (text.replace("&", "&amp;").replace("<", "&lt;"), "1. un", "- deux")
        )
        + paragraph("Source : INSEE, 2019")
    )
    path = tmp_path / "a.docx"
    path.write_bytes(raw)
    (item,) = read_path(path).items
    assert item.title == "Axe & # {#x}"
    assert item.text == f"{text}\n\n1. un\n\n- deux\n\nSource : INSEE, 2019"


# --- single features -----------------------------------------------------------------


def test_a_docx_gives_what_is_seen_and_says_what_is_not(tmp_path: Path) -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="T1">'
        '<w:name w:val="Titre 1"/></w:style><w:style w:type="paragraph" w:styleId="TM1">'
        '<w:name w:val="toc 1"/></w:style></w:styles>'
    )
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>Une note.</w:t></w:r>'
        "</w:p></w:footnote></w:footnotes>"
    )
    body = (
        paragraph("Axe 1 ......... 3", '<w:pStyle w:val="TM1"/>')
        + paragraph("Axe 1", '<w:pStyle w:val="T1"/>')
        + "<w:p><w:r><w:t>Le vent</w:t></w:r>"
        "<w:del><w:r><w:delText>faible</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>"
        '<w:ins><w:r><w:t xml:space="preserve">'
        ' fort</w:t></w:r></w:ins><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Mer</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    members = {
        "word/styles.xml": styles,
        "word/footnotes.xml": notes,
        "word/vbaProject.bin": "Sub AutoOpen()",
        "word/_rels/document.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="x/attachedTemplate" Target="http://x.example/t.dotm" '
            'TargetMode="External"/></Relationships>'
        ),
    }
    proposal = propose(tmp_path, word(body, **members), ".docx")
    assert tree(proposal) == [(1, "Axe 1")]
    blocks = proposal.outline.sections[0].blocks
    assert [(block.kind, block.text) for block in blocks] == [
        ("paragraph", "Le vent fort"),
        ("footnote", "Une note."),
        ("table", "Mer | 12"),
    ]
    assert codes(proposal) == [
        "macros_left",
        "external_reference",
        "hidden_text",
        "contents_left",
        "footnotes_kept",
    ]


def test_a_docx_loses_no_note_row_or_diagram(tmp_path: Path) -> None:
    cell = "<w:tc>{}</w:tc>"
    called = '<w:r><w:endnoteReference w:id="2"/></w:r>'
    moved = "<w:moveFrom><w:r><w:t>parti</w:t></w:r></w:moveFrom>"
    row = f"<w:tr>{cell.format(paragraph('Eau'))}{cell.format(paragraph('3 M€'))}</w:tr>"
    held = f"<w:sdt><w:sdtContent>{row.replace('Eau', 'Air')}</w:sdtContent></w:sdt>"
    drawing = (
        '<w:p><w:r><w:drawing><d:relIds xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/'
        'diagram" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        ' r:dm="r1"/><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>'
        "</w:drawing></w:r></w:p>"
    )
    members = {
        "word/endnotes.xml": f'<w:endnotes xmlns:w="{W}"><w:endnote w:id="2">'
        f"{paragraph('Une note de fin.')}</w:endnote></w:endnotes>",
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r1" Target="diagrams/data1.xml"/>'
        "</Relationships>",
        "word/diagrams/data1.xml": '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/'
        'drawingml/2006/diagram" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        "<d:pt><d:t><a:p><a:r><a:t>Capter le CO2</a:t></a:r></a:p></d:t></d:pt>"
        '<d:pt type="pres"><d:t><a:p><a:r><a:t>mise en page</a:t></a:r></a:p></d:t></d:pt>'
        "</d:dataModel>",
    }
    body = (
        f"<w:p>{moved}<w:r><w:t>Un texte.</w:t></w:r>{called}</w:p>"
        f"<w:tbl>{row}{held}</w:tbl>{drawing}"
    )
    proposal = propose(tmp_path, word(body, **members), ".docx")
    assert whole(proposal) == "Un texte. Une note de fin. Eau | 3 M€ Air | 3 M€ Capter le CO2"
    assert codes(proposal) == ["charts_left", "footnotes_kept"]


def test_slides_say_what_is_no_text(tmp_path: Path) -> None:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Budget"
    figures = CategoryChartData()
    figures.categories = ["Eau"]
    figures.add_series("2026", (1,))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 999, 999, figures)
    pictured = deck.slides.add_slide(deck.slide_layouts[6])
    pictured.shapes.add_picture(io.BytesIO(PIXEL), 0, 0)
    stream = io.BytesIO()
    deck.save(stream)
    proposal = propose(tmp_path, stream.getvalue(), ".pptx")
    said = [(problem.code, problem.row, problem.found) for problem in proposal.problems]
    assert said == [("page_pictured", 2, ""), ("charts_left", None, "1")]


def test_old_and_odd_pages_keep_their_headings(tmp_path: Path) -> None:
    page = (
        "<form><table><tr><td><h2>Axe&nbsp;1</h2><p>L'hydro<wbr>gène vert.</p></td>"
        "<td><div role='heading' aria-level='2'>Axe 2</div><p>Le vent.</p></td></tr></table></form>"
        "<form>Rechercher <input></form>"
    )
    proposal = propose(tmp_path, page.encode(), ".html")
    assert [title for _, title in tree(proposal)] == ["Axe 1", "Axe 2"]
    assert whole(proposal).endswith("Axe 1 L'hydrogène vert. Axe 2 Le vent.")


def test_hidden_slides_are_left_out(tmp_path: Path) -> None:
    from pptx import Presentation

    deck = Presentation()
    for title in ("Mer", "Secret", "Terre"):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"Texte {title}"
        slide._element.set("show", "0" if title == "Secret" else "1")
    stream = io.BytesIO()
    deck.save(stream)
    proposal = propose(tmp_path, stream.getvalue(), ".pptx")
    assert [section.title for section in proposal.outline.sections] == ["Mer", "Terre"]
    assert [(each.code, each.row) for each in proposal.problems] == [("hidden_page", 2)]


def test_a_web_page_hides_text_in_vain(tmp_path: Path) -> None:
    raw = (
        "<html lang=fr><body><h1>Plan</h1><p style='display: none'>caché</p><h2>Mer</h2>"
        "<p>Le vent<br>du large</p><ul><li>un<li>deux</ul><table><tr><td>a<td>b</table>"
        "<h2>Terre</h2><p>Le sol</body></html>"
    )
    proposal = propose(tmp_path, raw.encode("cp1252"), ".html")
    assert (proposal.outline.title, tree(proposal)) == ("Plan", [(1, "Mer"), (1, "Terre")])
    blocks = proposal.outline.sections[0].blocks
    assert [block.text for block in blocks] == ["Le vent du large", "un", "deux", "a | b"]
    assert [(each.code, each.found) for each in proposal.problems] == [("hidden_text", "5 : caché")]


def test_a_plain_text_has_its_lines_joined(tmp_path: Path) -> None:
    raw = (
        "Feuille de route\n\nAxe 1 : Mobilités\nLes bateaux fluviaux chan-\ngent d'éner-\n"
        "gie peu à peu, et les ports\navec eux.\n- un quai\n- deux quais\n\n"
        "Axe 2 : Réseaux\nLa chaleur se partage entre les villes voisines et les usines."
    )
    proposal = propose(tmp_path, raw.encode(), ".txt", read_as="roadmap")
    assert proposal.outline.title == "Feuille de route"
    assert tree(proposal) == [(1, "Axe 1 : Mobilités"), (1, "Axe 2 : Réseaux")]
    assert [block.text for block in proposal.outline.sections[0].blocks] == [
        "Les bateaux fluviaux changent d'énergie peu à peu, et les ports avec eux.",
        "un quai",
        "deux quais",
    ]


def test_markdown_without_front_matter_is_a_document_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("# Plan 2024-2028\n\n## Mer\n\nLe vent.\n\n## Terre\n\nLe sol.\n", "utf-8")
    assert [each.code for each in read_path(path).problems] == ["front_matter_missing"]
    batch = read_path(path, read_as="roadmap")
    (document,) = batch.documents
    assert (document.title, document.start_year, document.end_year) == (
        "Plan 2024-2028",
        2024,
        2028,
    )
    assert [(item.title, item.text) for item in batch.items] == [
        ("Mer", "Le vent."),
        ("Terre", "Le sol."),
    ]


# --- words broken at line ends ----------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("le dévelop-", "pement durable", "le développement durable"),
        ("le dévelop\u2010", "pement durable", "le développement durable"),
        ("le dévelop\u00ad", "pement durable", "le développement durable"),
        ("un engin sous-", "marin", "un engin sous-marin"),
        ("peut-", "être demain", "peut-être demain"),
        ("les PME-", "ETI", "les PME-ETI"),
        ("en Île-de-", "France", "en Île-de-France"),
        ("une suite", "de mots", "une suite de mots"),
        ("le zorglu-", "bage", "le zorglu-bage"),
        ("2019-", "2022", "2019-2022"),
        ("la bio-", "diversité", "la biodiversité"),
    ],
)
def test_a_broken_word_is_joined_where_it_is_known(line: str, following: str, joined: str) -> None:
    assert Hyphenation([]).join(line, following) == joined


def test_the_document_s_own_words_come_first() -> None:
    hyphenation = Hyphenation(["le zorglubage et la co-conception", "la co-", "conception"])
    assert hyphenation.join("le zorglu-", "bage") == "le zorglubage"
    assert hyphenation.join("la co-", "conception") == "la co-conception"


def test_without_word_lists_only_the_document_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hyphens, "load_vocabulary", frozenset)
    assert Hyphenation([]).join("le dévelop-", "pement") == "le dévelop-pement"
    assert Hyphenation(["développement"]).join("le dévelop-", "pement") == "le développement"


def test_a_language_is_told_by_its_small_words() -> None:
    assert guess_language("Les ports et la mer, pour les bateaux de la ville") == "fr"
    assert guess_language("The ports of the sea and the boats for the city") == "en"
    assert guess_language("Häfen und Schiffe") == ""


# --- bombs and traps -------------------------------------------------------------------------


def refuse(folder: Path, raw: bytes, suffix: str = ".docx") -> str:
    with pytest.raises(InputError) as caught:
        propose(folder, raw, suffix)
    assert "a" + suffix in str(caught.value)
    return caught.value.code


def test_bombs_are_refused(tmp_path: Path) -> None:
    entities = (
        '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body>'
        "</w:document>"
    )
    assert refuse(tmp_path, pack({"word/document.xml": entities})) == "xml_entities"
    assert refuse(tmp_path, word(" " * 40_000_000)) == "zip_bomb"
    assert refuse(tmp_path, word("<a>" * 300 + "</a>" * 300)) == "xml_depth"
    assert refuse(tmp_path, pack({f"{n}.xml": "" for n in range(20_001)}, 0)) == "zip_bomb"


def test_too_many_elements_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_xml, "ELEMENT_LIMIT", 1000)
    assert refuse(tmp_path, word("<w:p/>" * 1001)) == "xml_large"


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".odt"])
def test_other_files_are_refused(tmp_path: Path, suffix: str) -> None:
    assert refuse(tmp_path, b"", suffix) == "file_blank"
    assert refuse(tmp_path, b"no archive", suffix) == "not_this_type"
    assert refuse(tmp_path, pack({"other.txt": "x"}), suffix) == "not_this_type"
    assert refuse(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, suffix) == (
        "document_encrypted"
    )


def test_damaged_members_are_refused(tmp_path: Path) -> None:
    assert refuse(tmp_path, pack({"word/document.xml": "<w:document"})) == "xml_damaged"
    odd = '<?xml version="1.0" encoding="UTF-5"?><a/>'
    assert refuse(tmp_path, pack({"word/document.xml": odd})) == "xml_damaged"
    assert refuse(tmp_path, word(paragraph(""))) == "document_wordless"
    raw = bytearray(word(paragraph("texte " * 50)))
    raw[60:90] = b"\x00" * 30
    assert refuse(tmp_path, bytes(raw)) in {"zip_damaged", "not_this_type", "xml_damaged"}


def test_an_unknown_kind_or_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word(paragraph("texte")))
    with pytest.raises(InputError) as caught:
        propose_document(path, read_as="poem")
    assert caught.value.values == {"found": "poem", "known": "roadmap, programme, project"}
    assert refuse(tmp_path, b"x", ".doc") == "type_unknown"


def test_what_is_left_out_is_refused_and_what_is_repaired_is_said(tmp_path: Path) -> None:
    proposal = propose(
        tmp_path, word(paragraph("vu") + paragraph("caché", run="<w:vanish/>")), ".docx"
    )
    assert [(each.code, each.outcome, each.found) for each in proposal.problems] == [
        ("hidden_text", Outcome.REFUSED, "5 : caché")
    ]
