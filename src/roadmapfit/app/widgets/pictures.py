"""The pictures of the page on partners: the competence map and the network of past projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import streamlit as st

from roadmapfit.analysis import list_documents_items
from roadmapfit.app import resources, state
from roadmapfit.app.answers.coverage import load_coverage
from roadmapfit.app.answers.partners import (
    load_item_map,
    load_organisation_network,
    load_portfolio_network,
    load_project_map,
    load_project_network,
    load_territory_map,
)
from roadmapfit.app.subjects import Subject
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import competence_map, markup, network, projects
from roadmapfit.app.words import (
    capitalise,
    label,
    name_document,
    name_organisation,
    name_place,
    say,
    say_count,
    say_share,
    shorten,
)
from roadmapfit.competence_map import CompetenceMap, list_territories
from roadmapfit.consortium_network import Network
from roadmapfit.generation import Generation
from roadmapfit.records import Organisation, OwnerKind
from roadmapfit.workspace import Workspace

MAP, NETWORK = "map", "network"
PICTURES = (MAP, NETWORK)
PROJECT, ITEM, TERRITORY = "project", "item", "territory"
ORGANISATION, PORTFOLIO = "organisation", "portfolio"
AROUND = {MAP: (PROJECT, ITEM, TERRITORY), NETWORK: (PROJECT, ORGANISATION, PORTFOLIO)}
# More than this is too long a list to look through, and to send to the browser.
MAX_OPTIONS = 300
MAX_COLLEAGUES = 10
COLUMN_WIDTHS = {"organisation": 260, "with": 260, "part": 130, "kind": 110, "place": 150}


def draw_pictures(workspace: Workspace, subject: Subject) -> None:
    """Draw the picture that the reader chose, what it is around, and who was picked in it."""
    st.subheader(say("app.pictures.title"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picture = _draw_switch(state.PICTURE, PICTURES, name="app.pictures.which")
        around = _draw_switch(state.PICTURE_AROUND, AROUND[picture], name="app.pictures.around")
    if picture == MAP:
        _draw_map(workspace, subject, around)
    else:
        _draw_network(workspace, subject, around)


def describe_address() -> dict[str, str | None]:
    """Say what of the pictures stands in the address, whatever a link may have said."""
    state.keep_within(state.PICTURE, PICTURES)
    state.keep_within(state.PICTURE_AROUND, AROUND[st.session_state[state.PICTURE]])
    return {
        "picture": st.session_state[state.PICTURE],
        "around": st.session_state[state.PICTURE_AROUND],
        "who": st.session_state[state.PICTURE_CHOSEN],
    }


def _draw_switch(key: str, options: Sequence[str], *, name: str) -> str:
    state.keep_within(key, options)
    st.segmented_control(
        say(name),
        options,
        format_func=label(options, lambda each: say(f"app.pictures.{each}")),
        key=key,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state[key])


def _draw_map(workspace: Workspace, subject: Subject, around: str) -> None:
    generation, version = workspace.generation, resources.get_version()
    if around == PROJECT:
        uses_network = bool(st.session_state[state.PARTNERS_NETWORK])
        with st.spinner(say("app.pictures.working")):
            shown = load_project_map(
                resources.get_judged_version(),
                workspace,
                subject.key,
                subject.prepared,
                uses_network=uses_network,
            )
    elif around == ITEM:
        document_id = _choose_document(generation)
        item_id = _choose_item(generation, document_id) if document_id else None
        if item_id is None:
            st.info(say("app.coverage.no_documents"))
            return
        with st.spinner(say("app.pictures.working")):
            shown = load_item_map(version, workspace, item_id)
    else:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            territory = _choose_territory(generation)
            document_id = _choose_document(generation)
        if territory is None or document_id is None:
            st.info(say("app.coverage.no_documents"))
            return
        with st.spinner(say("app.pictures.working")):
            shown = load_territory_map(version, workspace, territory, document_id)
    organisations = [each.organisation for each in shown.organisations]
    if not organisations:
        st.info(say("app.map.nobody"))
        return
    key = _name_picture(subject, around)
    chosen = _take_choice(organisations)
    competence_map.draw_competence_map(shown, key=key, chosen=chosen, on_pick=_pick)
    _draw_choice(organisations)
    if chosen:
        _draw_profile(workspace, shown, chosen)
    _draw_table(competence_map.list_header(), competence_map.list_rows(shown), key=key)


def _draw_network(workspace: Workspace, subject: Subject, around: str) -> None:
    generation, version = workspace.generation, resources.get_version()
    if around == PROJECT:
        with st.spinner(say("app.pictures.working")):
            shown = load_project_network(
                resources.get_judged_version(), workspace, subject.key, subject.prepared
            )
    elif around == ORGANISATION:
        organisation_id = _choose_organisation(generation)
        if organisation_id is None:
            return
        shown = load_organisation_network(version, workspace, organisation_id)
    else:
        document_id = _choose_document(generation)
        if document_id is None:
            st.info(say("app.coverage.no_documents"))
            return
        thresholds = workspace.model.calibrator.thresholds
        with st.spinner(say("app.pictures.working")):
            coverage = load_coverage(
                resources.get_judged_version(),
                workspace,
                (document_id,),
                examine=thresholds.examine,
                aligned=thresholds.aligned,
            )
            shown = load_portfolio_network(
                resources.get_judged_version(), workspace, document_id, coverage
            )
    organisations = [node.organisation for node in shown.nodes]
    if not organisations:
        st.info(network.describe(shown))
        return
    key = _name_picture(subject, around)
    chosen = _take_choice(organisations)
    network.draw_network(shown, key=key, chosen=chosen, on_pick=_pick)
    _draw_choice(organisations)
    if chosen:
        _draw_colleagues(workspace, shown, chosen)
    _draw_table(network.list_header(), network.list_rows(shown), key=key)


def _name_picture(subject: Subject, around: str) -> str:
    """Name a picture by all that makes it: another one starts without a choice."""
    own = {
        PROJECT: subject.key,
        ITEM: st.session_state[state.PICTURE_ITEM],
        TERRITORY: (
            f"{st.session_state[state.PICTURE_TERRITORY]}-{st.session_state[state.PICTURE_DOCUMENT]}"
        ),
        ORGANISATION: st.session_state[state.PICTURE_ORGANISATION],
        PORTFOLIO: st.session_state[state.PICTURE_DOCUMENT],
    }[around]
    return state.key("picture.chart", st.session_state[state.PICTURE], around, own)


def _draw_table(header: list[str], rows: Sequence[Sequence[object]], *, key: str) -> None:
    """Draw what a picture shows as rows, to read and to take away."""
    title = say("app.pictures.as_table")
    with st.expander(title, key=state.key(key, "table-open")):
        st.dataframe(
            pd.DataFrame(rows, columns=header),
            hide_index=True,
            key=state.key(key, "table"),
            # Long names would push the figures out of sight.
            column_config={
                say(f"app.column.{name}"): st.column_config.TextColumn(width=width)
                for name, width in COLUMN_WIDTHS.items()
            },
            alt=title,
        )
        st.download_button(
            say("app.partners.download"),
            data=state.bind_language(lambda: write_csv(header, rows, language=state.language())),
            file_name="roadmapfit-picture.csv",
            mime="text/csv",
            key=state.key(key, "download"),
            on_click="ignore",
            icon=":material/download:",
        )


# -- who was picked ------------------------------------------------------------


def _pick(organisation_id: str) -> None:
    if organisation_id:  # a need or an item is no organisation
        st.session_state[state.PICTURE_CHOSEN] = organisation_id


def _take_choice(organisations: Iterable[Organisation]) -> str | None:
    """Return who is picked, if that one is in the picture."""
    chosen: str | None = st.session_state[state.PICTURE_CHOSEN]
    if chosen not in {each.id for each in organisations}:
        st.session_state[state.PICTURE_CHOSEN] = chosen = None
    return chosen


def _draw_choice(organisations: Sequence[Organisation]) -> None:
    """Let the reader pick an organisation without a mouse: the same choice as by a click."""
    named = {each.id: each for each in organisations}
    options = sorted(named, key=lambda each: named[each].name.casefold())
    st.selectbox(
        say("app.pictures.choose"),
        options,
        index=None,
        format_func=label(options, lambda each: name_organisation(named[each])),
        key=state.PICTURE_CHOSEN,
        placeholder=say("app.pictures.choose_hint"),
        filter_mode="contains",
        persist_state="session",
    )


def _draw_profile(workspace: Workspace, shown: CompetenceMap, chosen: str) -> None:
    """Draw what the one who was picked proves, passage by passage."""
    generation = workspace.generation
    placed = next(each for each in shown.organisations if each.organisation.id == chosen)
    with st.container(border=True, key="rf-picked", gap="xsmall"):
        _draw_head(placed.organisation, placed.n_projects)
        if placed.need_closed is not None:
            closed = say("app.partners.closes", share=say_share(placed.need_closed))
            st.caption(capitalise(closed))
        pair = "pair" if competence_map.is_of_needs(shown) else "item_pair"
        if not placed.proofs:
            st.caption(say("app.map.no_proof"))
        passages = generation.load_passages([proof.row for proof in placed.proofs])
        for number, (proof, passage) in enumerate(zip(placed.proofs, passages, strict=True)):
            landmark = shown.landmarks[proof.landmark]
            is_own = passage.owner_kind is OwnerKind.ORGANISATION
            head = generation.project_heads.get(passage.owner_id)
            markup.draw_evidence(
                markup.Side(competence_map.name_landmark(shown, proof.landmark), landmark.text),
                markup.Side(
                    capitalise(
                        say("app.partners.own_words")
                        if is_own or head is None
                        else say("app.partners.by_project", name=shorten(head.label, 60))
                    ),
                    passage.text,
                ),
                note="" if number else say(f"app.partners.{pair}"),  # once says it of all
                is_lexical=False,
                weight=markup.Weight(
                    proof.degree, say("app.map.proves", share=say_share(proof.degree))
                ),
            )
        _draw_projects(workspace, chosen)


def _draw_colleagues(workspace: Workspace, shown: Network, chosen: str) -> None:
    """Draw with whom the one who was picked worked, and in which projects."""
    number = next(
        number for number, node in enumerate(shown.nodes) if node.organisation.id == chosen
    )
    node = shown.nodes[number]
    own = [link for link in shown.links if number in (link.one, link.two)]
    with st.container(border=True, key="rf-picked", gap="xsmall"):
        _draw_head(node.organisation, node.n_projects)
        markup.draw_table(
            [say(f"app.column.{name}") for name in ("with", "last_year", "n_together")],
            [
                (
                    name_organisation(
                        shown.nodes[link.two if link.one == number else link.one].organisation
                    ),
                    str(link.last_year or "–"),
                    str(link.n_projects),
                )
                for link in own[:MAX_COLLEAGUES]
            ],
            caption=say("app.network.colleagues", n=say_count("organisation", len(own))),
        )
        _draw_projects(workspace, chosen)


def _draw_head(organisation: Organisation, n_projects: int) -> None:
    place = name_place(organisation)
    facts = (say(f"kind.{organisation.kind}"), place, say_count("project", n_projects))
    markup.draw_heading(
        organisation.name,
        place=" · ".join(fact for fact in facts if fact),
        invented=say("app.invented") if organisation.is_invented else "",
    )


def _draw_projects(workspace: Workspace, organisation_id: str) -> None:
    history = workspace.generation.competences.history
    rows = history.list_project_rows(history.columns[organisation_id])
    heads = workspace.generation.project_heads
    ids = sorted(
        (history.project_ids[row] for row in rows),
        key=lambda each: (-(heads[each].year or 0), each),
    )
    if not ids:
        return
    title = say("app.pictures.projects", n=say_count("project", len(ids)))
    with st.expander(
        title, type="compact", key=state.key("picked", organisation_id), on_change="rerun"
    ) as opened:
        if opened.open:
            projects.draw_links(workspace, ids, key=state.key("picked", organisation_id))


# -- what a picture is around --------------------------------------------------


def _choose_document(generation: Generation) -> str | None:
    n_items = Counter(
        each.document_id for each in generation.strategy_items.values() if not each.is_heading
    )
    if not n_items:
        return None
    documents = generation.documents
    options = sorted(n_items, key=lambda each: documents[each].title.casefold())
    if st.session_state[state.PICTURE_DOCUMENT] not in options:
        # One with many items says most of a territory.
        st.session_state[state.PICTURE_DOCUMENT] = max(options, key=n_items.__getitem__)
    return _select(
        options,
        label(options, lambda each: name_document(documents[each])),
        key=state.PICTURE_DOCUMENT,
        name="app.pictures.document",
    )


def _choose_item(generation: Generation, document_id: str) -> str | None:
    with_text = set(generation.items.ids)
    options = [
        each.id for each in list_documents_items(generation, [document_id]) if each.id in with_text
    ]
    if not options:
        return None
    state.keep_within(state.PICTURE_ITEM, options)
    items = generation.strategy_items
    return _select(
        options,
        label(options, lambda each: items[each].title),
        key=state.PICTURE_ITEM,
        name="app.pictures.item",
    )


def _choose_territory(generation: Generation) -> str | None:
    counts = list_territories(generation)
    if not counts:
        return None
    options = list(counts)[:MAX_OPTIONS]
    state.keep_within(state.PICTURE_TERRITORY, options)
    return _select(
        options,
        label(options, lambda each: f"{each} ({say_count('organisation', counts[each])})"),
        key=state.PICTURE_TERRITORY,
        name="app.column.place",
    )


def _choose_organisation(generation: Generation) -> str | None:
    """Let the reader choose an organisation; a long list is searched first."""
    organisations = generation.organisations
    wanted = st.text_input(
        say("app.pictures.search"), key=state.PICTURE_SEARCH, persist_state="session"
    )
    words = (wanted or "").casefold().split()
    found = [
        each.id
        for each in organisations.values()
        if all(word in f"{each.short_name} {each.name}".casefold() for word in words)
    ]
    # Those with most projects first: they are meant most often.
    history = generation.competences.history
    found.sort(key=lambda each: -float(history.n_projects_of[history.columns[each]]))
    options = found[:MAX_OPTIONS]
    if not options:
        st.info(say("app.pictures.no_organisation"))
        return None
    state.keep_within(state.PICTURE_ORGANISATION, options)
    return _select(
        options,
        label(options, lambda each: name_organisation(organisations[each])),
        key=state.PICTURE_ORGANISATION,
        name="app.pictures.organisation",
    )


def _select(
    options: Sequence[str], name_option: Callable[[str], str], *, key: str, name: str
) -> str:
    return str(
        st.selectbox(
            say(name),
            options,
            format_func=name_option,
            key=key,
            filter_mode="contains",
            persist_state="session",
        )
    )
