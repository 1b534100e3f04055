"""What a sheet says, block by block, in French or English."""

from __future__ import annotations

from collections.abc import Iterator

from roadmapfit.calibrate import Thresholds, Verdict
from roadmapfit.evidence import Evidence
from roadmapfit.partner_sentence import quote_gain, render_partner
from roadmapfit.records import Project
from roadmapfit.report.blocks import Bar, Block, Fit, Heading, Pair, Paragraph, Quote, Table
from roadmapfit.report.making import lay_out_making
from roadmapfit.report.voice import Voice
from roadmapfit.sheet import CloseProject, KindFit, Line, Partner, Sheet
from roadmapfit.text import (
    render_cautious_share,
    render_decision,
    render_euros,
    render_probability,
    shorten,
    skip_headings,
)

# Told apart by shape, for a printer has one colour.
MARKS = {
    Verdict.ALIGNED: "●",
    Verdict.EXAMINE: "◐",
    Verdict.NOT_ALIGNED: "○",
    Verdict.CANNOT_TELL: "–",
}
_MAX_WORDS, _NEED_CHARS = 8, 140


def lay_out(sheet: Sheet, *, language: str) -> list[Block]:
    """Say in blocks what a sheet holds."""
    voice = Voice(language)
    return [
        *_lay_out_head(sheet, voice),
        *_lay_out_summary(sheet, voice),
        *(block for kind in sheet.kinds for block in _lay_out_kind(sheet, kind, voice)),
        *_lay_out_close(sheet, voice),
        *_lay_out_partners(sheet, voice),
        *_lay_out_abstract(sheet, voice),
        *lay_out_making(sheet, voice),
    ]


def _lay_out_head(sheet: Sheet, voice: Voice) -> Iterator[Block]:
    yield Heading(1, sheet.title or voice.say("app.project.untitled"))
    if sheet.project is not None:
        yield Paragraph(_say_facts(sheet.project, voice))
    if sheet.members:
        yield _consortium(sheet, voice)
    yield Paragraph(voice.say("sheet.what"), is_note=True)
    if sheet.obstacle:
        yield Paragraph(voice.say("sheet.obstacle", reason=voice.say(sheet.obstacle)))


def _say_facts(project: Project, voice: Voice) -> str:
    facts = [project.acronym, project.programme, str(project.year or "")]
    if project.funding_eur is not None:
        facts.append(render_euros(project.funding_eur, voice.language))
    if project.is_invented:
        facts.append(voice.say("app.invented"))
    return " · ".join(fact for fact in facts if fact)


def _consortium(sheet: Sheet, voice: Voice) -> Table:
    rows = []
    for part, organisation in sheet.members:
        place = (organisation.territory, organisation.country)
        rows.append(
            (
                voice.name(organisation.name, is_invented=organisation.is_invented),
                voice.say(f"role.{part.role}"),
                voice.say(f"kind.{organisation.kind}"),
                " · ".join(each for each in place if each),
                render_euros(part.funding_eur, voice.language),
            )
        )
    names = ("organisation", "role", "kind", "place", "funding")
    header = [voice.say(f"app.column.{name}") for name in names]
    return Table(voice.say("sheet.consortium"), header, rows, frozenset({4}))


def _lay_out_summary(sheet: Sheet, voice: Voice) -> Iterator[Block]:
    if not sheet.kinds:
        return
    yield Heading(2, voice.say("sheet.summary"))
    yield Table(
        voice.say("sheet.summary_caption"),
        [voice.say(f"sheet.column.{name}") for name in ("kind", "aligned", "examine", "items")],
        [
            (
                voice.say(f"app.documents.{kind.kind}"),
                voice.number(kind.n_aligned),
                voice.number(kind.n_examine),
                voice.number(kind.n_items),
            )
            for kind in sheet.kinds
        ],
        frozenset({1, 2, 3}),
    )
    yield Paragraph(
        voice.say("sheet.reading", **voice.write_thresholds(sheet.making.thresholds)), is_note=True
    )


def _lay_out_kind(sheet: Sheet, kind: KindFit, voice: Voice) -> Iterator[Block]:
    yield Heading(2, voice.say(f"app.documents.{kind.kind}"))
    thresholds = sheet.making.thresholds
    if not kind.documents:
        yield Paragraph(voice.say("sheet.none", items=voice.count("item", kind.n_items)))
    for fit in kind.documents:
        yield Heading(3, voice.name_document(fit.document))
        for line in fit.lines:
            yield from _lay_out_line(line, thresholds, voice)
    if kind.n_unshown:
        n = voice.count("item", kind.n_unshown)
        yield Paragraph(voice.say("sheet.unshown", items=n), is_note=True)
    if kind.missed is not None:
        yield Heading(3, voice.say("sheet.missed"))
        yield Paragraph(voice.name_document(kind.missed.document), is_note=True)
        yield from _lay_out_line(kind.missed, thresholds, voice)


def _lay_out_line(line: Line, thresholds: Thresholds, voice: Voice) -> Iterator[Block]:
    alignment = line.alignment
    value, low, high = alignment.probability, alignment.low, alignment.high
    yield Fit(
        line.item.title,
        MARKS[alignment.verdict],
        voice.say(f"verdict.{alignment.verdict}"),
        Bar(
            value,
            low,
            high,
            (thresholds.examine, thresholds.aligned),
            render_probability(value, low, high, voice.language),
        ),
        _say_decision(line, voice),
    )
    for pair in line.evidence:
        yield Pair(
            _say_how(pair, voice),
            Quote(
                _add_page(
                    voice.say("app.evidence.project", field=voice.name_field(pair.project_passage)),
                    line.pages.get(pair.project_passage.id),
                    voice,
                ),
                pair.project_passage.text,
                pair.project_terms,
            ),
            Quote(
                _add_page(
                    f"{line.document.title}, {voice.name_field(pair.item_passage)}",
                    line.pages.get(pair.item_passage.id),
                    voice,
                ),
                pair.item_passage.text,
                pair.item_terms,
            ),
        )
    if line.absent:
        yield Paragraph(voice.say("sheet.absent", phrases=", ".join(line.absent)), is_note=True)


def _add_page(name: str, page: int | None, voice: Voice) -> str:
    return name if page is None else voice.say("app.evidence.on_page", name=name, page=page)


def _say_decision(line: Line, voice: Voice) -> str:
    if line.decision is None:
        return ""
    decision = render_decision(
        is_aligned=line.decision.is_aligned, day=line.decision.decided_on, language=voice.language
    )
    return voice.say("app.decided", decision=decision)


def _say_how(pair: Evidence, voice: Voice) -> str:
    if not pair.is_lexical:
        return voice.say("app.evidence.meaning")
    text = pair.project_passage.text
    words = dict.fromkeys(text[term.start : term.end].lower() for term in pair.project_terms)
    return voice.say(
        "app.evidence.related" if pair.is_bilingual else "app.evidence.lexical",
        words=", ".join(list(words)[:_MAX_WORDS]),
    )


def _lay_out_close(sheet: Sheet, voice: Voice) -> Iterator[Block]:
    yield Heading(2, voice.say("app.close.title"))
    if not sheet.close:
        yield Paragraph(voice.say("app.close.none"))
        return
    yield Paragraph(voice.say("sheet.close_note"), is_note=True)
    for close in sheet.close:
        yield from _lay_out_close_project(close, voice)


def _lay_out_close_project(close: CloseProject, voice: Voice) -> Iterator[Block]:
    project = close.project
    yield Heading(3, voice.name_project(project))
    facts = (voice.say(f"closeness.{close.closeness}"), project.programme, str(project.year or ""))
    yield Paragraph(" · ".join(fact for fact in facts if fact))
    if close.meeting is not None:
        own, theirs = close.meeting
        yield Pair(
            voice.say("app.close.pair"),
            Quote(voice.say("app.close.own", field=voice.name_field(own)), own.text),
            Quote(f"{project.label}, {voice.name_field(theirs)}", theirs.text),
        )


def _lay_out_partners(sheet: Sheet, voice: Voice) -> Iterator[Block]:
    if not sheet.partners:
        return
    yield Heading(2, voice.say("app.partners.title"))
    names = ("organisation", "kind", "place", "need_closed", "why")
    yield Table(
        voice.say("sheet.partners_caption"),
        [voice.say(f"app.column.{name}") for name in names],
        [_lay_out_partner(each, voice) for each in sheet.partners],
        frozenset({3}),
    )


def _lay_out_partner(partner: Partner, voice: Voice) -> tuple[str, ...]:
    organisation = partner.fit.organisation
    own_words = voice.say("app.partners.own_words")
    why = render_partner(
        partner.fit,
        need=shorten(skip_headings(partner.fit.closures[0].need.passage.text), _NEED_CHARS),
        proof=partner.proof_project.label if partner.proof_project else own_words,
        gain=shorten(quote_gain(partner.fit), _NEED_CHARS),
        language=voice.language,
    )
    return (
        voice.name(organisation.name, is_invented=organisation.is_invented),
        voice.say(f"kind.{organisation.kind}"),
        organisation.territory or organisation.country,
        render_cautious_share(partner.fit.need_closed, voice.language),
        why,
    )


def _lay_out_abstract(sheet: Sheet, voice: Voice) -> Iterator[Block]:
    if not sheet.abstract.strip():
        return
    yield Heading(2, voice.say("sheet.abstract"))
    yield from (Paragraph(part) for part in sheet.abstract.split("\n") if part.strip())
