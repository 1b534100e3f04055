"""Every task by the name that the command line knows it under."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from roadmapfit.evaluate.tasks.anr import load_anr_committees, load_anr_titles
from roadmapfit.evaluate.tasks.bahamas import load_bahamas
from roadmapfit.evaluate.tasks.cordis import load_cordis_topics, load_fields, load_siblings
from roadmapfit.evaluate.tasks.destinations import load_destinations
from roadmapfit.evaluate.tasks.ilab import load_laureate_domains
from roadmapfit.evaluate.tasks.policies import load_policies
from roadmapfit.evaluate.tasks.ria import load_ria
from roadmapfit.evaluate.tasks.task import Task, check_task

Loader = Callable[[Path], Task]

# Sentences of the paragraph that stands for a topic.
N_SENTENCES = 3


def _load_destinations(data: Path) -> Task:
    return load_destinations(data, topics=load_cordis_topics(data))


def _load_fields(data: Path, *, language: str) -> Task:
    return load_fields(data, language=language, topics=load_cordis_topics(data))


def _load_siblings(data: Path) -> Task:
    return load_siblings(load_cordis_topics(data), n_sentences=N_SENTENCES)


def _load_checked(data: Path, *, load: Loader) -> Task:
    return check_task(load(data), folder=str(data))


_LOADERS: dict[str, Loader] = {
    "cordis-topics": load_cordis_topics,
    "cordis-destinations": _load_destinations,
    "cordis-policies": load_policies,
    "cordis-fields-fr": partial(_load_fields, language="fr"),
    "cordis-fields-en": partial(_load_fields, language="en"),
    "cordis-siblings": _load_siblings,
    "anr-titles-fr-en": partial(load_anr_titles, title="fr", abstract="en"),
    "anr-titles-en-fr": partial(load_anr_titles, title="en", abstract="fr"),
    "anr-titles-fr-fr": partial(load_anr_titles, title="fr", abstract="fr"),
    "anr-titles-en-en": partial(load_anr_titles, title="en", abstract="en"),
    "anr-committees-fr": partial(load_anr_committees, language="fr"),
    "anr-committees-en": partial(load_anr_committees, language="en"),
    "ilab-domains": load_laureate_domains,
    "undp-ria": load_ria,
    "bahamas-coverage": load_bahamas,
}

TASKS: Mapping[str, Loader] = MappingProxyType(
    {name: partial(_load_checked, load=load) for name, load in _LOADERS.items()}
)
"""Name to a loader: the data folder to a task that has queries and candidates."""
