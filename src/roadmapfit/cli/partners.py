"""The commands about partners: of a project, of an item, of an organisation, of a roadmap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import Asked, describe_asked, tell_asked
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.known_ids import check_organisations
from roadmapfit.records import Organisation, OrganisationKind
from roadmapfit.text import render_count, render_euros, render_share

if TYPE_CHECKING:
    from roadmapfit.generation import Generation
    from roadmapfit.partner_roles import RoleNeed
    from roadmapfit.partner_sets import PartnerSet
    from roadmapfit.partners import Need, PartnerFit

# Characters of a passage that a sentence quotes.
N_QUOTED = 110
# Needs that a list shows.
N_NEEDS = 6

Members = Annotated[
    list[str] | None,
    typer.Option("--member", metavar="ID", help="cli.option.members", show_default=False),
]
Excluded = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="ID", help="cli.option.excluded", show_default=False),
]
Network = Annotated[bool, typer.Option("--network/--no-network", help="cli.option.network")]
Newcomers = Annotated[bool, typer.Option("--newcomers", help="cli.option.newcomers")]
Kinds = Annotated[
    list[OrganisationKind] | None,
    typer.Option("--kind", help="cli.option.partner_kinds", show_default=False),
]
Territories = Annotated[
    list[str] | None,
    typer.Option("--territory", metavar="NAME", help="cli.option.territories", show_default=False),
]
Countries = Annotated[
    list[str] | None,
    typer.Option("--country", metavar="CODE", help="cli.option.countries", show_default=False),
]
AtMost = Annotated[
    int | None,
    typer.Option("--set", metavar="N", min=1, help="cli.option.at_most", show_default=False),
]
MostOfKind = Annotated[
    int | None,
    typer.Option(
        "--most-of-kind", metavar="N", min=1, help="cli.option.most_of_kind", show_default=False
    ),
]
Budget = Annotated[
    float | None,
    typer.Option("--budget", metavar="EUROS", min=0, help="cli.option.budget", show_default=False),
]
Enough = Annotated[
    float, typer.Option("--enough", metavar="SHARE", min=0, max=1, help="cli.option.enough")
]


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
    kind: Kinds = None,
    territory: Territories = None,
    country: Countries = None,
    network: Network = True,
    newcomers: Newcomers = False,
    at_most: AtMost = None,
    most_of_kind: MostOfKind = None,
    budget: Budget = None,
    enough: Enough = 1.0,
    top: options.Top = 10,
    why: options.Why = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Rank organisations by what they bring that a consortium lacks."""
    from roadmapfit.partner_sets import SetLimits
    from roadmapfit.partnering import (
        answer_partner_set,
        answer_partners,
        ask_partners,
        list_role_needs,
    )

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    asked.check(terminal)
    opened = opening.open_at(workspace)
    check_organisations(opened.generation, [*(member or ()), *(exclude or ())])
    prepared = asked.prepare(opened)
    member_ids = member or None
    question = ask_partners(opened, prepared, member_ids=member_ids)
    roles = list_role_needs(opened, prepared, member_ids=member_ids)
    lists = {
        name: answer_partners(
            opened,
            question,
            excluded_ids=exclude or (),
            keep=keep_only(kind, territory, country),
            newcomers=name == "newcomers",
            uses_network=network,
            n_partners=top,
        )
        for name in (("newcomers",) if newcomers else ("partners", "newcomers"))
    }
    chosen = at_most and answer_partner_set(
        opened,
        question,
        limits=SetLimits(
            n_most=at_most,
            kinds=kind or (),
            territories=territory or (),
            countries=country or (),
            n_most_of_kind=most_of_kind,
            budget_eur=budget,
            need_wanted=enough,
        ),
        excluded_ids=exclude or (),
        uses_network=network,
    )
    generation = opened.generation
    if as_json:
        terminal.write_json(
            {
                "asked": describe_asked(terminal, prepared),
                "uses_network": network,
                "needs": [_describe_need(need) for need in question.needs],
                "roles": [_describe_role(each) for each in roles],
                **{
                    name: [describe_partner(terminal, generation, fit) for fit in fits]
                    for name, fits in lists.items()
                },
                **({"set": describe_set(chosen)} if chosen else {}),
            }
        )
        return
    tell_asked(terminal, prepared, opened)
    _write_needs(terminal, generation, question.needs, roles)
    for name, fits in lists.items():
        if name == "newcomers":
            terminal.write_text("")
            terminal.write_line("cli.partners_newcomers")
        write_partners(terminal, generation, fits, why=why)
    if chosen:
        terminal.write_text("")
        write_set(terminal, chosen)


def keep_only(
    kinds: Sequence[OrganisationKind] | None,
    territories: Sequence[str] | None,
    countries: Sequence[str] | None,
) -> Callable[[Organisation], bool]:
    """Return what tells organisations of some types and places."""
    from roadmapfit.partner_sets import SetLimits

    limits = SetLimits(
        n_most=1, kinds=kinds or (), territories=territories or (), countries=countries or ()
    )
    return limits.allows


def write_partners(
    terminal: Terminal, generation: Generation, fits: Sequence[PartnerFit], *, why: bool
) -> None:
    """Write candidates as a table, and behind it, if asked, why each of them."""
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
                _name(terminal, fit.organisation),
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
        facts = _list_feasibility(terminal, fit)
        if facts:
            terminal.write_line("cli.feasibility", facts=", ".join(facts))
        for closure in fit.closures:
            (proof,) = generation.load_passages([closure.proof_row])
            terminal.write_detail(
                "cli.closure",
                closed=render_share(closure.closed, terminal.language),
                need=closure.need.passage.text,
                proof=proof.text,
                owner=proof.owner_id,
            )


def write_set(terminal: Terminal, chosen: PartnerSet) -> None:
    """Write a set of partners, with what each adds."""
    language = terminal.language
    terminal.write_line("cli.partners_set", closed=render_share(chosen.need_closed, language))
    terminal.write_table(
        (
            Column("cli.column.organisation", ratio=1),
            Column("cli.column.kind"),
            Column("cli.column.typical", "right"),
            Column("cli.column.need_added", "right"),
        ),
        [
            (
                _name(terminal, fit.organisation),
                terminal.say(f"kind.{fit.organisation.kind}"),
                render_euros(fit.feasibility.typical_eur, language),
                render_share(added, language),
            )
            for fit, added in zip(chosen.fits, chosen.added, strict=True)
        ],
    )
    if chosen.n_without_price:
        terminal.write_line("cli.set_without_price", n=chosen.n_without_price)


def describe_set(chosen: PartnerSet) -> dict[str, Any]:
    """Lay a set of partners out for JSON."""
    return {
        "need_closed": chosen.need_closed,
        "typical_eur": chosen.typical_eur,
        "n_without_price": chosen.n_without_price,
        "partners": [
            {
                "organisation_id": fit.organisation.id,
                "name": fit.organisation.name,
                "added": added,
                "typical_eur": fit.feasibility.typical_eur,
            }
            for fit, added in zip(chosen.fits, chosen.added, strict=True)
        ],
    }


def describe_partner(terminal: Terminal, generation: Generation, fit: PartnerFit) -> dict[str, Any]:
    """Lay a candidate out for JSON."""
    organisation, feasibility = fit.organisation, fit.feasibility
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
            "market": fit.gain.market.text if fit.gain.market else None,
            "item_id": fit.gain.item.id if fit.gain.item else None,
        },
        "feasibility": {
            "shares_region": feasibility.shares_region,
            "shares_country": feasibility.shares_country,
            "n_running": feasibility.n_running,
            "is_stretched": feasibility.is_stretched,
            "typical_eur": feasibility.typical_eur,
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


def _write_needs(
    terminal: Terminal, generation: Generation, needs: Sequence[Need], roles: Sequence[RoleNeed]
) -> None:
    from roadmapfit.partner_roles import name_facets
    from roadmapfit.partner_sentence import render_role
    from roadmapfit.partners import list_open

    terminal.write_line("cli.needs")
    ordered = list_open(needs)[:N_NEEDS]
    terminal.write_table(
        (
            Column("cli.column.openness", "right"),
            Column("cli.column.facet"),
            Column("cli.column.need", ratio=1),
        ),
        [
            (
                render_share(need.openness, terminal.language),
                ", ".join(terminal.say(f"facet.{each}") for each in name_facets(need.passage)),
                shorten(need.passage.text, N_QUOTED, placeholder="…"),
            )
            for need in ordered
        ],
    )
    n_hollow = sum(not need.is_telling for need in needs)
    if n_hollow:
        terminal.write_text(render_count("hollow", n_hollow, terminal.language))
    for each in roles:
        if each.asked_in is not None or each.is_missing:
            names = [generation.organisations[one].name for one in each.member_ids]
            terminal.write_text(render_role(each, names=names, language=terminal.language))
    terminal.write_text("")


def _describe_need(need: Need) -> dict[str, Any]:
    from roadmapfit.partner_roles import name_facets

    return {
        "need": need.passage.text,
        "openness": need.openness,
        "is_telling": need.is_telling,
        "facets": [str(each) for each in name_facets(need.passage)],
    }


def _describe_role(need: RoleNeed) -> dict[str, Any]:
    return {
        "role": str(need.role),
        "is_asked": need.asked_in is not None,
        "asked_in": need.asked_in.text if need.asked_in else None,
        "word": need.word or None,
        "member_ids": list(need.member_ids),
        "is_open": need.is_open,
    }


def _note_partner(terminal: Terminal, fit: PartnerFit) -> str:
    notes = [
        terminal.say(key)
        for key, holds in (
            ("cli.brings_kind", fit.brings_kind),
            ("cli.newcomer", fit.is_newcomer),
            ("partner.stretched", fit.feasibility.is_stretched),
        )
        if holds
    ]
    return ", ".join(notes)


def _list_feasibility(terminal: Terminal, fit: PartnerFit) -> list[str]:
    from roadmapfit.partner_sentence import list_feasibility

    return list_feasibility(fit.feasibility, terminal.language)


def _say_why(terminal: Terminal, generation: Generation, fit: PartnerFit) -> str:
    from roadmapfit.partner_sentence import quote_gain, render_partner

    table, row = generation.index.table, fit.closures[0].proof_row
    head = generation.project_heads.get(str(table.owner_id[row]))
    return render_partner(
        fit,
        need=shorten(fit.closures[0].need.passage.text, N_QUOTED, placeholder="…"),
        proof=head.label if head else terminal.say("app.partners.own_words"),
        gain=shorten(quote_gain(fit), N_QUOTED, placeholder="…"),
        language=terminal.language,
    )


def _name(terminal: Terminal, organisation: Organisation) -> str:
    return terminal.mark_invented(organisation.name, is_invented=organisation.is_invented)
