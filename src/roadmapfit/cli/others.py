"""The commands about the others: partners who complete, projects that are close."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import Asked, describe_asked, tell_asked
from roadmapfit.cli.naming import check_organisations
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.text import render_euros, render_share

if TYPE_CHECKING:
    from roadmapfit.analysis import PreparedText
    from roadmapfit.generation import Generation
    from roadmapfit.partner_sets import PartnerSet
    from roadmapfit.partners import PartnerFit
    from roadmapfit.similar import SimilarProject
    from roadmapfit.workspace import Workspace

# Characters of a passage that a sentence quotes.
N_QUOTED = 110

Members = Annotated[
    list[str] | None,
    typer.Option("--member", metavar="ID", help="cli.option.members", show_default=False),
]

Excluded = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="ID", help="cli.option.excluded", show_default=False),
]

Network = Annotated[bool, typer.Option("--network/--no-network", help="cli.option.network")]
AtMost = Annotated[
    int | None,
    typer.Option("--set", metavar="N", min=1, help="cli.option.at_most", show_default=False),
]
Newcomers = Annotated[bool, typer.Option("--newcomers", help="cli.option.newcomers")]


def partners(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    member: Members = None,
    exclude: Excluded = None,
    network: Network = True,
    newcomers: Newcomers = False,
    at_most: AtMost = None,
    top: options.Top = 10,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Rank organisations by what they bring that a consortium lacks."""
    from roadmapfit.partnering import find_partner_set, find_partners

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    opened = opening.open_at(workspace)
    check_organisations(opened.generation, [*(member or ()), *(exclude or ())])
    prepared = asked.prepare(opened)
    lists = {
        name: find_partners(
            opened,
            prepared,
            member_ids=member or None,
            excluded_ids=exclude or (),
            newcomers=name == "newcomers",
            uses_network=network,
            n_partners=top,
        )
        for name in (("newcomers",) if newcomers else ("partners", "newcomers"))
    }
    chosen = at_most and find_partner_set(
        opened,
        prepared,
        n_most=at_most,
        member_ids=member or None,
        excluded_ids=exclude or (),
        uses_network=network,
    )
    if as_json:
        generation = opened.generation
        terminal.write_json(
            {
                "asked": describe_asked(terminal, prepared),
                "uses_network": network,
                **{
                    name: [_describe_partner(terminal, generation, fit) for fit in fits]
                    for name, fits in lists.items()
                },
                **({"set": _describe_set(chosen)} if chosen else {}),
            }
        )
        return
    tell_asked(terminal, prepared, opened)
    for name, fits in lists.items():
        if name == "newcomers":
            terminal.write_text("")
            terminal.write_line("cli.partners_newcomers")
        _write_partners(terminal, opened.generation, fits, why=why)
    if chosen:
        terminal.write_text("")
        _write_set(terminal, chosen)


def _write_set(terminal: Terminal, chosen: PartnerSet) -> None:
    terminal.write_line(
        "cli.partners_set", closed=render_share(chosen.need_closed, terminal.language)
    )
    terminal.write_table(
        (Column("cli.column.organisation", ratio=1), Column("cli.column.need_added", "right")),
        [
            (
                terminal.mark_invented(
                    fit.organisation.name, is_invented=fit.organisation.is_invented
                ),
                render_share(added, terminal.language),
            )
            for fit, added in zip(chosen.fits, chosen.added, strict=True)
        ],
    )


def _describe_set(chosen: PartnerSet) -> dict[str, Any]:
    return {
        "need_closed": chosen.need_closed,
        "partners": [
            {"organisation_id": fit.organisation.id, "name": fit.organisation.name, "added": added}
            for fit, added in zip(chosen.fits, chosen.added, strict=True)
        ],
    }


def _write_partners(
    terminal: Terminal, generation: Generation, fits: Sequence[PartnerFit], *, why: bool
) -> None:
    terminal.write_table(
        (
            Column("cli.column.organisation", ratio=3),
            Column("cli.column.kind"),
            Column("cli.column.place"),
            Column("cli.column.need_closed", "right"),
            Column("cli.column.notes", ratio=1),
        ),
        [
            (
                terminal.mark_invented(
                    fit.organisation.name, is_invented=fit.organisation.is_invented
                ),
                terminal.say(f"kind.{fit.organisation.kind}"),
                fit.organisation.territory or fit.organisation.country,
                render_share(fit.need_closed, terminal.language),
                _note_partner(terminal, fit),
            )
            for fit in fits
        ],
    )
    for fit in fits if why else ():
        terminal.write_text(f"\n{fit.organisation.name}")
        terminal.write_text(_say_why(terminal, generation, fit))
        for closure in fit.closures:
            (proof,) = generation.load_passages([closure.proof_row])
            terminal.write_detail(
                "cli.closure",
                closed=render_share(closure.closed, terminal.language),
                need=closure.need.passage.text,
                proof=proof.text,
                owner=proof.owner_id,
            )


def similar(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    top: options.Top = 10,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Find projects that share a text, an aim or a field."""
    from roadmapfit.analysis import find_close_projects, load_meeting_passages

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    opened = opening.open_at(workspace)
    prepared = asked.prepare(opened)
    found = find_close_projects(opened, prepared, n_projects=top)
    if as_json:
        projects = [_describe_similar(opened, prepared, each) for each in found]
        terminal.write_json({"asked": describe_asked(terminal, prepared), "projects": projects})
        return
    tell_asked(terminal, prepared, opened)
    heads = opened.generation.project_heads
    terminal.write_table(
        (
            Column("cli.column.closeness"),
            Column("cli.column.project", ratio=1),
            Column("cli.column.year", "right"),
            Column("cli.column.funding", "right"),
        ),
        [
            (
                terminal.say(f"closeness.{each.closeness}"),
                terminal.mark_invented(
                    heads[each.project_id].title, is_invented=heads[each.project_id].is_invented
                ),
                str(heads[each.project_id].year or "–"),
                render_euros(heads[each.project_id].funding_eur, terminal.language),
            )
            for each in found
        ],
    )
    for each in found if why else ():
        terminal.write_text(f"\n{heads[each.project_id].title}")
        for own, other in load_meeting_passages(opened, prepared, each):
            terminal.write_detail("cli.pair", own=own.text, other=other.text)


def _note_partner(terminal: Terminal, fit: PartnerFit) -> str:
    notes = [
        terminal.say(key)
        for key, holds in (
            ("cli.brings_kind", fit.brings_kind),
            ("cli.newcomer", fit.is_newcomer),
        )
        if holds
    ]
    return ", ".join(notes)


def _say_why(terminal: Terminal, generation: Generation, fit: PartnerFit) -> str:
    from roadmapfit.partner_sentence import render_partner

    table, row = generation.index.table, fit.closures[0].proof_row
    head = generation.project_heads.get(str(table.owner_id[row]))
    return render_partner(
        fit,
        need=shorten(fit.closures[0].need.passage.text, N_QUOTED, placeholder="…"),
        proof=head.label if head else terminal.say("app.partners.own_words"),
        theme=shorten(fit.gain.theme.text, N_QUOTED, placeholder="…"),
        language=terminal.language,
    )


def _describe_partner(
    terminal: Terminal, generation: Generation, fit: PartnerFit
) -> dict[str, Any]:
    organisation = fit.organisation
    return {
        "organisation_id": organisation.id,
        "name": organisation.name,
        "kind": str(organisation.kind),
        "territory": organisation.territory,
        "country": organisation.country,
        "is_invented": organisation.is_invented,
        "need_closed": fit.need_closed,
        "brings_kind": fit.brings_kind,
        "is_newcomer": fit.is_newcomer,
        "why": _say_why(terminal, generation, fit),
        "n_met": fit.n_met,
        "gain": {
            "n_new_partners": fit.gain.n_new_partners,
            "new_kinds": [str(kind) for kind in fit.gain.new_kinds],
            "theme": fit.gain.theme.text,
        },
        "closures": [
            {
                "need": closure.need.passage.text,
                "openness": closure.need.openness,
                "closed": closure.closed,
                "proof": generation.load_passages([closure.proof_row])[0].text,
                "proof_owner_id": str(generation.index.table.owner_id[closure.proof_row]),
            }
            for closure in fit.closures
        ],
    }


def _describe_similar(
    workspace: Workspace, prepared: PreparedText, similar_project: SimilarProject
) -> dict[str, Any]:
    from roadmapfit.analysis import load_meeting_passages

    project = workspace.generation.project_heads[similar_project.project_id]
    return {
        "project_id": project.id,
        "title": project.title,
        "acronym": project.acronym,
        "year": project.year,
        "funding_eur": project.funding_eur,
        "is_invented": project.is_invented,
        "closeness": str(similar_project.closeness),
        "pairs": [
            {"passage": own.text, "other_passage": other.text}
            for own, other in load_meeting_passages(workspace, prepared, similar_project)
        ],
    }
