"""Candidates to choose among: filtered, as a list, as a table, and as a small set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from roadmapfit.app import address, resources, state
from roadmapfit.app.answers.partners import N_PARTNERS, load_partners, load_question
from roadmapfit.app.subjects import Subject
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import evidence, markup
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import (
    capitalise,
    label,
    name_organisation,
    name_place,
    say,
    say_count,
    say_share,
    shorten,
)
from roadmapfit.generation import Generation
from roadmapfit.partner_sentence import list_feasibility, quote_gain, render_partner
from roadmapfit.partner_sets import SetLimits, choose_partners
from roadmapfit.partners import Need, PartnerFit
from roadmapfit.records import OrganisationKind, OwnerKind, Passage
from roadmapfit.text import render_euros, skip_headings
from roadmapfit.workspace import Workspace

PAGE_SIZE = 10
MAX_SET = 10
EUROS_OF_A_STEP = 50


def draw_partners(
    workspace: Workspace,
    subject: Subject,
    *,
    title: str,
    is_item: bool = False,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Draw who would complete a text's consortium.

    Parameters
    ----------
    workspace, subject
        Where to look, and for which text.
    title
        Above the list.
    is_item
        Whether the text is an item of a strategy: no project that one could join.
    notes
        What else there is to say of an organisation, by id.
    """
    generation = workspace.generation
    st.subheader(title, anchor=False)
    with st.container(horizontal=True):
        newcomers = st.toggle(
            say("app.partners.newcomers"),
            key=state.PARTNERS_NEWCOMERS,
            help=say("app.partners.newcomers_help"),
            persist_state="session",
        )
        # Only a stored project has members that candidates can have met.
        uses_network = subject.project is not None and st.toggle(
            say("app.partners.network"),
            key=state.PARTNERS_NETWORK,
            help=say("app.partners.network_help"),
            persist_state="session",
        )
    with st.spinner(say("app.partners.working")):
        ranked = load_partners(
            resources.get_judged_version(),
            workspace,
            subject.key,
            subject.prepared,
            newcomers=newcomers,
            uses_network=uses_network,
        )
    wanted = _draw_filters(generation, ranked)
    if not wanted:
        nobody = "none_newcomers" if newcomers else "none"
        st.info(say(f"app.partners.{nobody if not ranked else 'none_filtered'}"))
        return
    found = "found_first" if len(ranked) == N_PARTNERS else "found"
    found = "found_one" if len(wanted) == 1 else found
    st.caption(say(f"app.partners.{found}", n=say_count("organisation", len(wanted))))
    list_tab, table_tab, set_tab = st.tabs(
        [say(f"app.partners.as_{name}") for name in ("list", "table", "set")]
    )
    with list_tab:
        page = take_page(wanted, size=PAGE_SIZE, key=state.key("partners", subject.key))
        # Read at once: each reading asks the database anew.
        proofs = generation.load_passages(fit.closures[0].proof_row for fit in page)
        for fit, proof in zip(page, proofs, strict=True):
            note = (notes or {}).get(fit.organisation.id, "")
            _draw_partner(generation, fit, proof=proof, note=note, is_item=is_item)
    with table_tab:
        _draw_table(wanted)
    with set_tab:
        asked = load_question(
            resources.get_judged_version(), workspace, subject.key, subject.prepared
        )
        _draw_set(wanted, asked.needs)
    st.download_button(
        say("app.partners.download"),
        data=state.bind_language(lambda: write_partners(generation, wanted, is_item=is_item)),
        file_name="roadmapfit-partners.csv",
        mime="text/csv",
        key=state.key("partners.download", subject.key),
        on_click="ignore",
        icon=":material/download:",
    )


def describe_address() -> dict[str, str | None]:
    """Say what a link to the list carries beside whom it is for."""
    return address.describe("newcomers", "network", "kinds", "places", "except")


def _draw_filters(generation: Generation, ranked: Sequence[PartnerFit]) -> list[PartnerFit]:
    kinds = [kind for kind in OrganisationKind if any(_kind(fit) is kind for fit in ranked)]
    places = sorted({_place(fit) for fit in ranked if _place(fit)})
    for key, options in ((state.PARTNERS_KINDS, kinds), (state.PARTNERS_TERRITORIES, places)):
        st.session_state[key] = [each for each in st.session_state[key] if each in options]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen_kinds = st.multiselect(
            say("app.column.kind"),
            kinds,
            format_func=label(kinds, lambda kind: say(f"kind.{kind}")),
            key=state.PARTNERS_KINDS,
            placeholder=say("app.all"),
            persist_state="session",
        )
        chosen_places = st.multiselect(
            say("app.column.place"),
            places,
            key=state.PARTNERS_TERRITORIES,
            placeholder=say("app.all"),
            persist_state="session",
        )
        excluded = _draw_exclusions(generation, ranked)
    return [
        fit
        for fit in ranked
        if (not chosen_kinds or _kind(fit) in chosen_kinds)
        and (not chosen_places or _place(fit) in chosen_places)
        and fit.organisation.id not in excluded
    ]


def _draw_exclusions(generation: Generation, ranked: Sequence[PartnerFit]) -> list[str]:
    """Let conflicts be declared; they hold for every project until they are taken back."""
    known = generation.organisations
    kept = [each for each in st.session_state[state.PARTNERS_EXCLUDED] if each in known]
    st.session_state[state.PARTNERS_EXCLUDED] = kept
    options = sorted(
        {*kept, *(fit.organisation.id for fit in ranked)}, key=lambda each: known[each].name
    )
    excluded: list[str] = st.multiselect(
        say("app.partners.exclude"),
        options,
        format_func=label(options, lambda each: known[each].name),
        key=state.PARTNERS_EXCLUDED,
        placeholder=say("app.partners.exclude_none"),
        persist_state="session",
    )
    return excluded


def _draw_partner(
    generation: Generation, fit: PartnerFit, *, proof: Passage, note: str, is_item: bool
) -> None:
    organisation = fit.organisation
    need = fit.closures[0].need.passage
    alt = say("app.partners.closes", share=say_share(fit.need_closed))
    facts = [say(f"kind.{organisation.kind}"), _place(fit)]
    if fit.is_newcomer:
        facts.append(say("app.partners.newcomer"))
    facts += [*list_feasibility(fit.feasibility, state.language()), note]
    markup.draw_partner(
        name=organisation.name,
        place=" · ".join(fact for fact in facts if fact),
        sentence=_say_why(generation, fit, proof, is_item=is_item),
        bar=markup.Bar(fit.need_closed, fit.need_closed, fit.need_closed, alt),
        words=alt,
        invented=say("app.invented") if organisation.is_invented else "",
    )
    why = st.expander(
        say("app.partners.proof"), type="compact", key=state.key("proof", organisation.id)
    )
    with why:
        markup.draw_evidence(
            markup.Side(
                say(
                    "app.partners.item_side" if is_item else "app.partners.need_side",
                    field=evidence.name_field(need),
                ),
                need.text,
            ),
            markup.Side(capitalise(_name_proof(generation, proof)), proof.text),
            note=say("app.partners.item_pair" if is_item else "app.partners.pair"),
            is_lexical=False,
        )


def _draw_set(wanted: Sequence[PartnerFit], needs: Sequence[Need]) -> None:
    """Draw the few who together close most, within limits that the reader sets."""
    st.caption(say("app.partners.types_and_places"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n_most = _ask("size", state.PARTNERS_SET_SIZE, least=1, most=MAX_SET)
        n_of_kind = _ask("of_kind", state.PARTNERS_SET_OF_KIND, least=0, most=MAX_SET)
        budget = _ask("budget", state.PARTNERS_SET_BUDGET, least=0, step=EUROS_OF_A_STEP)
        enough = _ask("enough", state.PARTNERS_SET_ENOUGH, least=10, most=100, step=10)
    limits = SetLimits(
        n_most=n_most,
        n_most_of_kind=n_of_kind or None,
        budget_eur=1000.0 * budget or None,
        need_wanted=enough / 100,
    )
    chosen = choose_partners(wanted, needs, limits=limits)
    if chosen.n_without_price:
        st.caption(say("app.partners.set_without_price", n=chosen.n_without_price))
    if not chosen.fits:
        st.info(say("app.partners.set_none"))
        return
    header = [say(f"app.column.{name}") for name in ("organisation", "kind", "place", "typical")]
    markup.draw_table(
        [*header, say("app.column.need_added")],
        [
            (
                name_organisation(fit.organisation),
                say(f"kind.{_kind(fit)}"),
                _place(fit),
                render_euros(fit.feasibility.typical_eur, state.language()),
                say_share(added),
            )
            for fit, added in zip(chosen.fits, chosen.added, strict=True)
        ],
        caption=say("app.partners.set_closes", share=say_share(chosen.need_closed)),
    )
    notes = [say("app.partners.set_note")]
    if chosen.typical_eur is not None:
        euros = render_euros(chosen.typical_eur, state.language())
        notes.insert(0, say("app.partners.set_sum", euros=euros))
    st.caption(" ".join(notes))


def _ask(name: str, key: str, *, least: int, most: int | None = None, step: int = 1) -> int:
    """Ask for one of the limits of a set."""
    return int(
        st.number_input(
            say(f"app.partners.set_{name}"),
            min_value=least,
            max_value=most,
            step=step,
            key=key,
            persist_state="session",
        )
    )


def _say_why(generation: Generation, fit: PartnerFit, proof: Passage, *, is_item: bool) -> str:
    """Say in one sentence which gap is closed, what proves it, and what a project gives."""
    return render_partner(
        fit,
        need=shorten(skip_headings(fit.closures[0].need.passage.text), 110),
        proof=_name_proof(generation, proof),
        gain="" if is_item else shorten(quote_gain(fit), 110),
        language=state.language(),
    )


def _name_proof(generation: Generation, proof: Passage) -> str:
    if proof.owner_kind is OwnerKind.ORGANISATION:
        return say("app.partners.own_words")
    project = generation.project_heads[proof.owner_id]
    return say("app.partners.by_project", name=shorten(project.label, 60))


def _draw_table(wanted: Sequence[PartnerFit]) -> None:
    """Draw candidates as a table to be sorted: the share first, which a telephone shows too."""
    closed, organisation = say("app.column.need_closed"), say("app.column.organisation")
    place, typical = say("app.column.place"), say("app.column.typical_eur")
    st.dataframe(
        pd.DataFrame(
            {
                closed: [round(100 * fit.need_closed) for fit in wanted],
                organisation: [name_organisation(fit.organisation) for fit in wanted],
                say("app.column.kind"): [say(f"kind.{_kind(fit)}") for fit in wanted],
                place: [_place(fit) for fit in wanted],
                typical: pd.Series(
                    [fit.feasibility.typical_eur for fit in wanted], dtype="float64"
                ).round(),
                say("app.column.running"): [fit.feasibility.n_running for fit in wanted],
            }
        ),
        hide_index=True,
        column_config={
            closed: st.column_config.ProgressColumn(
                format=say("app.per_cent_format"), min_value=0, max_value=100, width=130
            ),
            organisation: st.column_config.TextColumn(width=260),
            typical: st.column_config.NumberColumn(format="localized"),
        },
        key=state.key("partners.table"),
        alt=say("app.partners.ranked"),
    )


def write_partners(
    generation: Generation, wanted: Sequence[PartnerFit], *, is_item: bool = False
) -> bytes:
    """Write candidates as CSV, with why and the passage that proves it, as the reader has it."""
    header = [
        say(f"app.column.{name}")
        for name in ("organisation", "kind", "place", "need_closed", "newcomer", "why", "proof")
    ]
    proofs = generation.load_passages([fit.closures[0].proof_row for fit in wanted])
    rows = [
        (
            name_organisation(fit.organisation),
            say(f"kind.{_kind(fit)}"),
            _place(fit),
            fit.need_closed,
            say("app.yes" if fit.is_newcomer else "app.no"),
            _say_why(generation, fit, proof, is_item=is_item),
            proof.text,
        )
        for fit, proof in zip(wanted, proofs, strict=True)
    ]
    return write_csv(header, rows, language=state.language())


def _kind(fit: PartnerFit) -> OrganisationKind:
    return fit.organisation.kind


def _place(fit: PartnerFit) -> str:
    return name_place(fit.organisation)
