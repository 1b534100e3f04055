"""How a sheet's figures were made, in the four points that French law names.

Article R311-3-1-2 of the code on relations between the public and the administration
asks, of a decision that an algorithm took part in: to what degree and how it did; the
data processed and their sources; the parameters and their weights; the operations.
"""

from __future__ import annotations

from collections.abc import Iterator

from roadmapfit.report.blocks import Block, Bullets, Heading, Paragraph, Table
from roadmapfit.report.voice import Voice
from roadmapfit.sheet import Making, Sheet
from roadmapfit.text import render_day

OPERATIONS = ("read", "encode", "measure", "calibrate", "explain", "close", "partners")


def lay_out_making(sheet: Sheet, voice: Voice) -> Iterator[Block]:
    """Say how the figures of a sheet were made.

    Yields
    ------
    Block
        A heading, then the four points.
    """
    making, say = sheet.making, voice.say
    yield Heading(2, say("sheet.making.title"))
    yield Paragraph(say("sheet.making.law"), is_note=True)
    yield Heading(3, say("sheet.making.contribution"))
    yield Paragraph(say("sheet.making.contribution_text"))
    yield Heading(3, say("sheet.making.data"))
    yield Bullets(_list_data(sheet, voice))
    yield Heading(3, say("sheet.making.parameters"))
    yield Paragraph(say("sheet.making.thresholds", **voice.write_thresholds(making.thresholds)))
    yield _weights(making, voice)
    yield Paragraph(say("sheet.making.interval"))
    if making.n_decisions:
        yield Paragraph(say("app.decisions.past", n=voice.count("decision", making.n_decisions)))
    if making.recalibration is not None:
        day = render_day(making.recalibration.fitted_on, voice.language)
        n = voice.number(making.recalibration.n_decisions)
        yield Paragraph(say("app.recalibrated", n=n, day=day))
    yield Heading(3, say("sheet.making.operations"))
    yield Bullets([say(f"sheet.operation.{name}") for name in OPERATIONS])
    yield Paragraph(
        say(
            "sheet.making.trace",
            version=making.version,
            encoder=making.encoder,
            fingerprint=making.encoder_fingerprint,
            model=making.alignment_model,
            build=making.build,
        ),
        is_note=True,
    )


def _list_data(sheet: Sheet, voice: Voice) -> list[str]:
    making, say = sheet.making, voice.say
    language = voice.say_or_keep("sheet.language", sheet.language)
    return [
        say("sheet.data.project", n=voice.number(sheet.n_words), language=language),
        say(
            "sheet.data.strategies",
            items=voice.count("item", making.n_items),
            documents=voice.count("document", making.n_documents),
        ),
        say(
            "sheet.data.others",
            projects=voice.count("project", making.n_projects),
            organisations=voice.count("organisation", making.n_organisations),
        ),
        say("sheet.data.sources", names=", ".join(making.source_names) or "–"),
        say("sheet.data.training"),
        say("sheet.data.unused"),
    ]


def _weights(making: Making, voice: Voice) -> Table:
    routes = list(making.weights)
    names = [name for name, _weight in making.weights[routes[0]]]
    return Table(
        voice.say("sheet.weights.caption"),
        [
            voice.say("sheet.column.figure"),
            *(voice.say_or_keep("sheet.route", each) for each in routes),
        ],
        [
            (
                voice.say_or_keep("sheet.feature", name),
                *(voice.number(making.weights[route][row][1], 3) for route in routes),
            )
            for row, name in enumerate(names)
        ],
        frozenset(range(1, len(routes) + 1)),
    )
