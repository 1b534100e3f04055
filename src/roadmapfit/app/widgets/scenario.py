"""What-if on a portfolio: projects taken out and texts put in, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from roadmapfit.analysis import PASTED
from roadmapfit.app import resources, state
from roadmapfit.app.answers.coverage import load_coverage
from roadmapfit.app.subjects import Subject, make_draft
from roadmapfit.app.widgets import markup, notices
from roadmapfit.app.widgets.choice import list_project_options
from roadmapfit.app.words import label, name_project, plain, say, say_count, say_full_euros, shorten
from roadmapfit.calibrate import Thresholds
from roadmapfit.coverage import PortfolioCoverage
from roadmapfit.errors import RoadmapFitError
from roadmapfit.generation import Generation
from roadmapfit.records import StrategyItem
from roadmapfit.scenario import ItemShift, compare_coverage
from roadmapfit.workspace import Workspace

# More projects than this make an address that not every program passes on.
MAX_ADDRESS_CHARS = 4000
MAX_TITLE_CHARS = 300
# More sentences than this are a table, which stands below them.
MAX_SENTENCES = 6
# So wide an item's title leaves room for the figures beside it.
ITEM_PX = 300
_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Added:
    """A text that counts as a project; ``funding_eur`` is what it would bring."""

    subject: Subject
    funding_eur: float | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Projects taken out, by id, and texts put in."""

    without: tuple[str, ...]
    added: tuple[Added, ...]

    def __bool__(self) -> bool:
        """Whether anything is other than in the workspace."""
        return bool(self.without or self.added)

    @property
    def names(self) -> dict[str, str]:
        """The names of the texts put in, by the ids that coverage gives them."""
        return {
            f"{PASTED}-{number}": each.subject.title or say("app.project.untitled")
            for number, each in enumerate(self.added, start=1)
        }


def load_scenario(generation: Generation) -> Scenario:
    """Take the scenario of the session; what a link names and is no project is passed over."""
    wanted = st.session_state[state.SCENARIO_WITHOUT].split(_SEPARATOR)
    without = tuple(dict.fromkeys(each for each in wanted if each in generation.project_heads))
    return Scenario(without, tuple(st.session_state[state.SCENARIO_ADDED]))


def encode_scenario(scenario: Scenario) -> str:
    """Write the projects taken out for the address; too many for one are left out of it."""
    text = _SEPARATOR.join(scenario.without)
    return text if len(text) <= MAX_ADDRESS_CHARS else ""


def take_out(project_ids: Sequence[str]) -> None:
    """Take projects out, besides those that are out already."""
    held = st.session_state[state.SCENARIO_WITHOUT].split(_SEPARATOR)
    wanted = dict.fromkeys(each for each in (*held, *project_ids) if each)
    st.session_state[state.SCENARIO_WITHOUT] = _SEPARATOR.join(wanted)


def measure_scenario(
    workspace: Workspace,
    document_ids: Sequence[str],
    thresholds: Thresholds,
    scenario: Scenario,
) -> PortfolioCoverage:
    """Measure the coverage of what a scenario makes of the workspace's projects."""
    return load_coverage(
        resources.get_judged_version(),
        workspace,
        tuple(document_ids),
        examine=thresholds.examine,
        aligned=thresholds.aligned,
        without=scenario.without,
        added=tuple((each.subject.key, each.funding_eur) for each in scenario.added),
        _added=[each.subject.prepared for each in scenario.added],
    )


def draw_scenario(workspace: Workspace, scenario: Scenario) -> None:
    """Draw what may be taken out and put in, and the way back."""
    with st.expander(
        say("app.scenario.open"), expanded=bool(scenario), key=state.key("scenario.box")
    ):
        st.caption(say("app.scenario.note"))
        _draw_out(workspace, scenario)
        _draw_added(scenario)
        _draw_form(workspace)
    if not scenario:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="rf-scenario"):
        st.markdown(
            say(
                "app.scenario.active",
                out=say_count("taken_out", len(scenario.without)),
                added=say_count("put_in", len(scenario.added)),
            )
        )
        st.button(
            say("app.scenario.undo"),
            key=state.key("scenario.undo"),
            on_click=_undo,
            icon=":material/undo:",
        )


def draw_shifts(
    before: PortfolioCoverage, after: PortfolioCoverage, items: Mapping[str, StrategyItem]
) -> None:
    """Draw the items that a scenario changes: those that turn in words, all as a table."""
    shifts = compare_coverage(before, after)
    st.subheader(say("app.scenario.shifts"), anchor=False)
    if not shifts:
        st.caption(say("app.scenario.no_shift"))
        return
    turned = [each for each in shifts if each.is_turned]
    sentences = [_say_turned(each, items) for each in turned[:MAX_SENTENCES]]
    if len(turned) > MAX_SENTENCES:
        n_more = say_count("item", len(turned) - MAX_SENTENCES)
        sentences.append(say("app.scenario.turned_more", n=n_more))
    if sentences:
        markup.draw_sentences(sentences)
    else:
        st.caption(say("app.scenario.none_turned"))
    _draw_table(shifts, items)
    to_items = round(sum(each.more_eur for each in shifts))
    whole = round(after.funding_eur) - round(before.funding_eur)
    st.caption(
        say(
            "app.scenario.sum",
            items=_say_more(to_items),
            none=_say_more(whole - to_items),
            total=_say_more(whole),
        )
    )


def _say_turned(shift: ItemShift, items: Mapping[str, StrategyItem]) -> str:
    return say(
        "app.revision.turned",
        title=shorten(items[shift.item_id].title, 90),
        before=say(f"app.support.{shift.support_before}"),
        after=say(f"app.support.{shift.support_after}"),
    )


def _draw_table(shifts: Sequence[ItemShift], items: Mapping[str, StrategyItem]) -> None:
    funding_before, funding_after = (
        say(f"app.column.funding_{name}") for name in ("before", "after")
    )
    st.dataframe(
        pd.DataFrame(
            {
                say("app.column.item"): [items[each.item_id].title for each in shifts],
                say("app.column.n_before"): [each.before.n_aligned for each in shifts],
                say("app.column.n_after"): [each.after.n_aligned for each in shifts],
                say("app.column.support_after"): [
                    say(f"app.support.{each.support_after}") for each in shifts
                ],
                funding_before: [round(each.before.funding_eur) for each in shifts],
                funding_after: [round(each.after.funding_eur) for each in shifts],
            }
        ),
        hide_index=True,
        key=state.key("scenario.table"),
        column_config={
            say("app.column.item"): st.column_config.TextColumn(width=ITEM_PX),
            **{
                name: st.column_config.NumberColumn(format="localized")
                for name in (funding_before, funding_after)
            },
        },
        alt=say("app.scenario.table_alt"),
    )


def _say_more(euros: int) -> str:
    """Write a difference in euros with its sign."""
    sign = "+" if euros >= 0 else "\u2212"
    return f"{sign}{say_full_euros(abs(euros))}"


def _draw_out(workspace: Workspace, scenario: Scenario) -> None:
    heads = workspace.generation.project_heads
    options = list_project_options(workspace, key=state.SCENARIO_SEARCH, kept=scenario.without)
    st.session_state[state.SCENARIO_PICKED] = list(scenario.without)
    st.multiselect(
        say("app.scenario.out"),
        options,
        format_func=label(options, lambda each: name_project(heads[each])),
        key=state.SCENARIO_PICKED,
        on_change=_follow_picked,
        placeholder=say("app.scenario.out_hint"),
    )


def _follow_picked() -> None:
    picked = st.session_state[state.SCENARIO_PICKED]
    st.session_state[state.SCENARIO_WITHOUT] = _SEPARATOR.join(picked)


def _draw_added(scenario: Scenario) -> None:
    for number, (name, each) in enumerate(
        zip(scenario.names.values(), scenario.added, strict=True)
    ):
        with st.container(horizontal=True, vertical_alignment="center"):
            euros = f" – {say_full_euros(each.funding_eur)}" if each.funding_eur else ""
            st.markdown(f"{plain(shorten(name, 90))}{euros}", width="stretch")
            st.button(
                say("app.scenario.drop"),
                key=state.key("scenario.drop", number),
                on_click=_drop,
                args=(number,),
                type="tertiary",
                icon=":material/close:",
            )


def _draw_form(workspace: Workspace) -> None:
    draft: Subject | None = st.session_state[state.DRAFT]
    if draft is not None:
        st.button(
            say("app.scenario.add_draft", name=plain(shorten(_name(draft), 60))),
            key=state.key("scenario.add_draft"),
            on_click=_add,
            args=(Added(draft, None),),
            type="tertiary",
            icon=":material/add:",
        )
    with st.form(state.key("scenario.form"), border=False, clear_on_submit=True):
        title = st.text_input(
            say("app.scenario.title"), key=state.key("scenario.title"), max_chars=MAX_TITLE_CHARS
        )
        body = st.text_area(say("app.scenario.text"), key=state.key("scenario.text"))
        funding = st.number_input(
            say("app.scenario.funding"),
            min_value=0,
            value=None,
            step=10_000,
            key=state.key("scenario.funding"),
            width=260,
        )
        is_sent = st.form_submit_button(
            say("app.scenario.add"), key=state.key("scenario.add"), icon=":material/add:"
        )
    if not is_sent:
        return
    try:
        with st.spinner(say("app.home.working")):
            subject = make_draft(workspace, title=title or "", abstract=body or "")
    except RoadmapFitError as error:
        notices.draw_error(error)
        return
    _add(Added(subject, funding))
    st.rerun()


def _name(subject: Subject) -> str:
    return subject.title or say("app.project.untitled")


def _add(added: Added) -> None:
    st.session_state[state.SCENARIO_ADDED] = [*st.session_state[state.SCENARIO_ADDED], added]


def _drop(number: int) -> None:
    held = st.session_state[state.SCENARIO_ADDED]
    st.session_state[state.SCENARIO_ADDED] = [*held[:number], *held[number + 1 :]]


def _undo() -> None:
    """Return to the workspace's own projects."""
    st.session_state[state.SCENARIO_WITHOUT] = ""
    st.session_state[state.SCENARIO_ADDED] = []
