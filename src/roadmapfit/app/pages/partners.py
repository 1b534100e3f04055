"""Who would complete a consortium, and with what proof."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from roadmapfit.app import navigation, resources, state
from roadmapfit.app.subjects import SUBJECTS, Subject, load_subject
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import evidence, markup, pictures
from roadmapfit.app.widgets.choice import draw_project_choice
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import label, name_organisation, say, say_count, say_share, shorten
from roadmapfit.generation import Generation
from roadmapfit.partner_sentence import render_partner
from roadmapfit.partners import Need, PartnerFit
from roadmapfit.records import OrganisationKind, OwnerKind, Passage
from roadmapfit.workspace import Workspace

PAGE_SIZE = 10
N_NEEDS = 6
# From how open a need is called open, and partly open (shares).
OPEN_FROM, PARTLY_FROM = 0.6, 0.25


def draw() -> None:
    """Draw the page."""
    st.title(say("app.partners.title"), anchor=False)
    st.markdown(say("app.partners.lead"))
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        generation = workspace.generation
    subject = _draw_subject_choice(workspace, generation)
    is_draft = st.session_state[state.PARTNERS_SUBJECT] == "draft"
    own = {"subject": "draft"} if is_draft else {"project": st.session_state[state.PROJECT_ID]}
    state.publish(own | pictures.describe_address())
    if subject is None:
        return
    if subject.project is not None:
        markup.draw_heading(
            subject.title, invented=say("app.invented") if subject.project.is_invented else ""
        )
    else:
        markup.draw_heading(subject.title or say("app.project.untitled"))
        st.caption(say("app.partners.no_consortium"))
    _draw_needs(workspace, subject)
    pictures.draw_pictures(workspace, subject)
    _draw_partners(workspace, subject)


def _draw_subject_choice(workspace: Workspace, generation: Generation) -> Subject | None:
    draft: Subject | None = st.session_state[state.DRAFT]
    state.keep_within(state.PARTNERS_SUBJECT, SUBJECTS)
    st.segmented_control(
        say("app.partners.subject"),
        SUBJECTS,
        format_func=label(SUBJECTS, lambda name: say(f"app.subject.{name}")),
        key=state.PARTNERS_SUBJECT,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    if st.session_state[state.PARTNERS_SUBJECT] == "draft":
        if draft is None:
            st.page_link(
                navigation.build_page(navigation.HOME),
                label=say("app.project.paste"),
                query_params={"lang": state.language()},
                icon=":material/arrow_forward:",
            )
        return draft
    project_id = draw_project_choice(generation)
    return load_subject(workspace, project_id) if project_id is not None else None


def _draw_needs(workspace: Workspace, subject: Subject) -> None:
    needs = resources.load_needs(resources.get_version(), workspace, subject.key, subject.prepared)
    st.subheader(say("app.partners.needs"), anchor=False)
    ordered = sorted(
        (need for need in needs if need.passage.field != "title"),
        key=lambda need: -need.openness,
    )
    for need in ordered[:N_NEEDS]:
        _draw_need(need)
    if len(ordered) > N_NEEDS:
        more = st.expander(
            say("app.partners.more_needs", n=say_count("passage", len(ordered) - N_NEEDS)),
            type="compact",
            key=state.key("needs", subject.key),
        )
        with more:
            for need in ordered[N_NEEDS:]:
                _draw_need(need)


def _draw_need(need: Need) -> None:
    if need.openness >= OPEN_FROM:
        words = say("app.need.open")
    elif need.openness >= PARTLY_FROM:
        words = say("app.need.partly")
    else:
        words = say("app.need.covered")
    alt = say("app.need.openness", words=words, share=say_share(need.openness))
    bar = markup.Bar(need.openness, need.openness, need.openness, alt)
    markup.draw_need(need.passage.text, words=alt, bar=bar)


def _draw_partners(workspace: Workspace, subject: Subject) -> None:
    generation = workspace.generation
    st.subheader(say("app.partners.ranked"), anchor=False)
    with st.container(horizontal=True):
        newcomers = st.toggle(
            say("app.partners.newcomers"), key=state.PARTNERS_NEWCOMERS, persist_state="session"
        )
        uses_network = st.toggle(
            say("app.partners.network"), key=state.PARTNERS_NETWORK, persist_state="session"
        )
    with st.spinner(say("app.partners.working")):
        ranked = resources.load_partners(
            resources.get_version(),
            workspace,
            subject.key,
            subject.prepared,
            newcomers=newcomers,
            uses_network=uses_network,
        )
    wanted = _draw_filters(ranked)
    if not wanted:
        st.info(say("app.partners.none" if not ranked else "app.partners.none_filtered"))
        return
    st.caption(say("app.partners.found", n=say_count("organisation", len(wanted))))
    list_tab, table_tab = st.tabs([say("app.partners.as_list"), say("app.partners.as_table")])
    with list_tab:
        for fit in take_page(wanted, size=PAGE_SIZE, key=state.key("partners", subject.key)):
            _draw_partner(generation, fit)
    with table_tab:
        _draw_table(wanted)
    st.download_button(
        say("app.partners.download"),
        data=state.bind_language(lambda: _write(generation, wanted)),
        file_name="roadmapfit-partners.csv",
        mime="text/csv",
        key=state.key("partners.download", subject.key),
        on_click="ignore",
        icon=":material/download:",
    )


def _draw_filters(ranked: Sequence[PartnerFit]) -> list[PartnerFit]:
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
    return [
        fit
        for fit in ranked
        if (not chosen_kinds or _kind(fit) in chosen_kinds)
        and (not chosen_places or _place(fit) in chosen_places)
    ]


def _draw_partner(generation: Generation, fit: PartnerFit) -> None:
    organisation = fit.organisation
    need = fit.closures[0].need.passage
    proof = generation.load_passages([fit.closures[0].proof_row])[0]
    alt = say("app.partners.closes", share=say_share(fit.need_closed))
    facts = [say(f"kind.{organisation.kind}"), _place(fit)]
    if fit.is_newcomer:
        facts.append(say("app.partners.newcomer"))
    markup.draw_partner(
        name=organisation.name,
        place=" · ".join(fact for fact in facts if fact),
        sentence=_say_why(generation, fit, proof),
        bar=markup.Bar(fit.need_closed, fit.need_closed, fit.need_closed, alt),
        words=alt,
        invented=say("app.invented") if organisation.is_invented else "",
    )
    why = st.expander(
        say("app.partners.proof"), type="compact", key=state.key("proof", organisation.id)
    )
    with why:
        markup.draw_evidence(
            markup.Side(say("app.partners.need_side", field=evidence.name_field(need)), need.text),
            markup.Side(_name_proof(generation, proof), proof.text),
            note=say("app.partners.pair"),
            is_lexical=True,
        )


def _say_why(generation: Generation, fit: PartnerFit, proof: Passage) -> str:
    """Say in one sentence which gap is closed, what proves it, and what it gains."""
    return render_partner(
        fit,
        need=shorten(fit.closures[0].need.passage.text, 110),
        proof=_name_proof(generation, proof),
        theme=shorten(fit.gain.theme.text, 110),
        language=state.language(),
    )


def _name_proof(generation: Generation, proof: Passage) -> str:
    if proof.owner_kind is OwnerKind.ORGANISATION:
        return say("app.partners.own_words")
    project = generation.project_heads[proof.owner_id]
    return say("app.partners.by_project", name=shorten(project.label, 60))


def _draw_table(wanted: Sequence[PartnerFit]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                say("app.column.organisation"): [
                    name_organisation(fit.organisation) for fit in wanted
                ],
                say("app.column.kind"): [say(f"kind.{_kind(fit)}") for fit in wanted],
                say("app.column.place"): [_place(fit) for fit in wanted],
                say("app.column.need_closed"): [say_share(fit.need_closed) for fit in wanted],
                say("app.column.newcomer"): [fit.is_newcomer for fit in wanted],
            }
        ),
        hide_index=True,
        key=state.key("partners.table"),
        alt=say("app.partners.ranked"),
    )


def _write(generation: Generation, wanted: Sequence[PartnerFit]) -> bytes:
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
            _say_why(generation, fit, proof),
            proof.text,
        )
        for fit, proof in zip(wanted, proofs, strict=True)
    ]
    return write_csv(header, rows, language=state.language())


def _kind(fit: PartnerFit) -> OrganisationKind:
    return fit.organisation.kind


def _place(fit: PartnerFit) -> str:
    return fit.organisation.territory or fit.organisation.country


draw()
