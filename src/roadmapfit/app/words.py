"""What the app says, in the session's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from roadmapfit.app import state
from roadmapfit.errors import RoadmapFitError
from roadmapfit.recalibration import Recalibration
from roadmapfit.records import Decision, Organisation, Project, StrategyDocument
from roadmapfit.text import (
    join_lines,
    load_catalogue,
    render_cautious_share,
    render_count,
    render_day,
    render_decision,
    render_number,
    render_points,
    render_probability,
    render_text,
)
from roadmapfit.text import shorten as shorten  # said by pages as words are

T = TypeVar("T")

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])")
_NUTS_CODE = re.compile(r"[A-Z]{2}(?=[A-Z]*\d)[A-Z0-9]{1,3}")
_FOLDER = re.compile(r"(?<![\w.:/])/(?:[^\s/'\"«»“”:;,()]+/)+([^\s/'\"«»“”:;,()]+)")


def say(key: str, /, **values: object) -> str:
    """Return a message of the catalogues."""
    return render_text(key, state.language(), **values)


def say_count(noun: str, n: int) -> str:
    """Say how many of something: ``say_count("project", 2)`` is "2 projects"."""
    return render_count(noun, n, state.language())


def say_number(value: float, n_decimals: int = 0) -> str:
    """Write a number."""
    return render_number(value, state.language(), n_decimals=n_decimals)


def say_share(value: float) -> str:
    """Write a probability or share in per cent, without claiming 0 or 100."""
    return render_cautious_share(value, state.language())


def say_probability(value: float, low: float, high: float) -> str:
    """Write a probability with its interval: "87 %, entre 70 et 94 %"."""
    return render_probability(value, low, high, state.language())


def say_points(n: int) -> str:
    """Write a difference between two per cent: "+3 points", "no difference"."""
    return render_points(n, state.language())


def say_full_euros(value: float) -> str:
    """Write an amount to the euro, so that a sum can be checked."""
    return say("app.euros", n=say_number(round(value)))


def say_moment(moment: datetime) -> str:
    """Write a day and a time, in the reader's time zone."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = moment.astimezone(zone)
    return say(
        "app.moment",
        day=local.day,
        month=say(f"app.month.{local.month}"),
        year=local.year,
        hour=local.hour if state.language() == "fr" else f"{local.hour:02d}",
        minute=f"{local.minute:02d}",
    )


def parse_moment(text: str) -> datetime:
    """Read the moment that a source was added at."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def say_decision(decision: Decision) -> str:
    """Say what people decided: "aligned, 3 March 2026"."""
    return render_decision(
        is_aligned=decision.is_aligned, day=decision.decided_on, language=state.language()
    )


def say_recalibration(recalibration: Recalibration) -> str:
    """Say what probabilities were recalibrated on."""
    return say(
        "app.recalibrated",
        n=say_number(recalibration.n_decisions),
        day=render_day(recalibration.fitted_on, state.language()),
    )


def name_document(document: StrategyDocument) -> str:
    """Name a strategy document, with the mark of what is invented."""
    return _mark(document.title, is_invented=document.is_invented)


def name_project(project: Project) -> str:
    """Name a project by acronym and title, with the mark of what is invented."""
    acronym = f"{project.acronym} – " if project.acronym else ""
    return _mark(f"{acronym}{project.title}", is_invented=project.is_invented)


def name_organisation(organisation: Organisation) -> str:
    """Name an organisation, with the mark of what is invented."""
    return _mark(organisation.name, is_invented=organisation.is_invented)


def say_error(error: RoadmapFitError) -> str:
    """Say an error in the reader's language, as a sentence, without folders of this machine."""
    safe = {name: hide_folders(value) for name, value in error.values.items()}
    said = type(error)(error.code, **safe).render(state.language())
    # What starts with a file's name keeps it as it is.
    is_named = load_catalogue(state.language())[f"error.{error.code}"].startswith("{")
    return end_sentence(said if is_named else capitalise(said))


def capitalise(text: str) -> str:
    """Begin with a capital letter, and leave the rest.

    Examples
    --------
    >>> capitalise("à examiner"), capitalise("the CSV is empty")
    ('À examiner', 'The CSV is empty')
    """
    return text[:1].upper() + text[1:]


def end_sentence(text: str) -> str:
    """End with a full stop, unless a sign ends it."""
    return text if text.endswith((".", "?", "!", "…", ":")) else f"{text}."


def hide_folders(value: object) -> object:
    r"""Keep the last part of every path; leave what is no path as it is.

    Examples
    --------
    >>> hide_folders("/srv/data/corpus.sqlite"), hide_folders(r"C:\data\corpus.sqlite")
    ('corpus.sqlite', 'corpus.sqlite')
    >>> hide_folders("[Errno 2] No such file: '/srv/data/x.npz'"), hide_folders(3)
    ("[Errno 2] No such file: 'x.npz'", 3)
    """
    text = str(value)
    if PureWindowsPath(text).drive:
        return PureWindowsPath(text).name
    if text.startswith("/"):
        return PurePosixPath(text).name
    return _FOLDER.sub(r"\1", text) if _FOLDER.search(text) else value


def label(options: Iterable[T], name: Callable[[T], str]) -> Callable[[T], str]:
    """Return what names each option to a widget, with every name used once.

    Streamlit knows an option by its name alone: of two projects with one title the
    second could not be chosen. The names are looked up, not made, when asked for.
    """
    names: dict[T, str] = {}
    taken: set[str] = set()
    for option in options:
        plain_name = name(option)
        names[option] = f"{plain_name} [{option}]" if plain_name in taken else plain_name
        taken.add(plain_name)
    return names.__getitem__


def is_said(key: str) -> bool:
    """Whether the catalogues have a message: codes may come from a newer reader."""
    return key in load_catalogue(state.language())


def plain(text: str) -> str:
    r"""Make a text from a file harmless where Streamlit reads Markdown.

    Examples
    --------
    >>> plain("**bold** [link](x)")
    '\\*\\*bold\\*\\* \\[link\\]\\(x\\)'
    """
    return _MARKDOWN.sub(r"\\\1", join_lines(text))


def name_place(organisation: Organisation) -> str:
    """Name where an organisation is; a NUTS code says nothing to a reader: its country does.

    CORDIS gives codes as FR101 or ITC4C (Regulation (EC) No 1059/2003) for names of regions.
    """
    place = organisation.territory
    return organisation.country if not place or _NUTS_CODE.fullmatch(place) else place


def _mark(name: str, *, is_invented: bool) -> str:
    return f"{name} ({say('app.invented')})" if is_invented else name


def say_task(name: str) -> str:
    """Name what a model learnt from or was measured on; what has no words stays as it is."""
    keys = (f"app.origin.{name}", f"evaluate.task.{name}")
    return next((say(key) for key in keys if is_said(key)), name)
