"""Hypothesis strategies for every record that is stored, and for whole batches."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from roadmapfit.records import (
    Batch,
    Decision,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Problem,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
)

# Odd on purpose: accents, line ends, no-break spaces, an emoji, a zero character.
TEXTS = st.text(
    st.sampled_from("aeé’\n\t\u00a0\u202f\x00\U0001f600 .") | st.characters(codec="utf-8"),
    max_size=40,
)
IDS = st.text(alphabet="abcé/#:-0", min_size=1, max_size=6)
LANGUAGES = st.sampled_from(["fr", "en", "de", "und", ""])
YEARS = st.none() | st.integers(1980, 2100)
DAYS = st.none() | st.dates(date(1980, 1, 1), date(2100, 12, 31))
EUROS = st.none() | st.floats(0, 1e11)
FLAGS = st.booleans()
WORDS = st.lists(TEXTS, max_size=3).map(tuple)

references = st.builds(Reference, id=IDS, title=TEXTS, location=TEXTS)
documents = st.builds(
    StrategyDocument,
    id=IDS,
    kind=st.sampled_from(DocumentKind),
    title=TEXTS,
    owner=TEXTS,
    language=LANGUAGES,
    series=TEXTS,
    edition=TEXTS,
    start_year=YEARS,
    end_year=YEARS,
    territory=TEXTS,
    summary=TEXTS,
    is_invented=FLAGS,
    source=TEXTS,
    references=st.lists(references, max_size=2).map(tuple),
)
items = st.builds(
    StrategyItem,
    id=IDS,
    document_id=IDS,
    title=TEXTS,
    text=TEXTS,
    language=LANGUAGES,
    position=st.integers(0, 99),
    parent_id=st.none() | IDS,
    is_heading=FLAGS,
    reference_ids=WORDS,
)
projects = st.builds(
    Project,
    id=IDS,
    title=TEXTS,
    abstract=TEXTS,
    language=LANGUAGES,
    source=TEXTS,
    acronym=TEXTS,
    start_date=DAYS,
    end_date=DAYS,
    signature_date=DAYS,
    total_cost_eur=EUROS,
    funding_eur=EUROS,
    status=TEXTS,
    programme=TEXTS,
    keywords=WORDS,
    declared_item_ids=WORDS,
    is_invented=FLAGS,
)
organisations = st.builds(
    Organisation,
    id=IDS,
    name=TEXTS,
    kind=st.sampled_from(OrganisationKind),
    source=TEXTS,
    short_name=TEXTS,
    country=TEXTS,
    territory=TEXTS,
    n_employees=st.none() | st.integers(0, 10**7),
    description=TEXTS,
    competences=WORDS,
    language=LANGUAGES,
    identifiers=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    is_invented=FLAGS,
)
participations = st.builds(
    Participation,
    project_id=IDS,
    organisation_id=IDS,
    role=st.sampled_from(Role),
    funding_eur=EUROS,
    total_cost_eur=EUROS,
    has_ended=FLAGS,
)
decisions = st.builds(
    Decision,
    project_id=IDS,
    item_id=IDS,
    is_aligned=FLAGS,
    decided_on=DAYS,
    note=TEXTS,
)
problems = st.builds(
    Problem,
    file=TEXTS,
    code=IDS,
    outcome=st.sampled_from(Outcome),
    row=st.none() | st.integers(1, 10**6),
    field=TEXTS,
    found=TEXTS,
)


def _unique_lists(
    records: st.SearchStrategy[Any], *, key: str = "id"
) -> st.SearchStrategy[list[Any]]:
    return st.lists(records, max_size=4, unique_by=lambda record: getattr(record, key))


batches = st.builds(
    Batch,
    documents=_unique_lists(documents),
    items=_unique_lists(items),
    projects=_unique_lists(projects),
    organisations=_unique_lists(organisations),
    participations=_unique_lists(participations, key="project_id"),
    decisions=_unique_lists(decisions, key="project_id"),
    problems=st.lists(problems, max_size=3),
)
