"""A corpus small enough to be worked out by hand, its alignment model, its workspace.

Every text counts the concepts of :class:`fakes.WordCountEncoder`, and the toy model
is made so that **the probability of a pair is its ``best`` similarity** (the mean,
over the project's three nearest passages, of the cosine with the item's nearest
passage), within and across languages alike. A text of n words has an interval of
``1 / sqrt(n)`` on both sides, cut to [0, 1]. *To be examined* starts at 0.25,
*aligned* at 0.5. So, rounded to four decimals, and 0 where nothing is written::

                      hydrogene  solaire  batterie  eolien  health-data  water
    hydroport         .9024                                              .2357
    hydroharbour      .9024                                              .2357
    helios                       .8412    .1925             .1667        .1925
    cohorte                                                 .9024
    aquabat                      .2357    .3333             .1667        .5690
    museum            (an orphan: no concept at all)
    archiv            (German: cannot tell)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from fakes import WordCountEncoder
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.background import Background, write_background
from roadmapfit.calibrate import FEATURES, Calibrator, Thresholds
from roadmapfit.centring import Centring
from roadmapfit.encoder import Encoder
from roadmapfit.features import MIN_DEVIATION, MIN_PROJECT_DEVIATION, Cohort
from roadmapfit.lexical import N_WEIGHTS
from roadmapfit.past import PastWeights
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Outcome,
    OwnerKind,
    Participation,
    Passage,
    Problem,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
)
from roadmapfit.textset import TextSet, build_text_set
from roadmapfit.workspace import Workspace, create_workspace, open_workspace

TOY_SOURCE = "toys"
EXAMINE_FROM, ALIGNED_FROM = 0.25, 0.5
_Z = 1.645  # of calibrate.Z_INTERVAL

DOCUMENTS = (
    StrategyDocument(
        id="pole-nord",
        kind=DocumentKind.ROADMAP,
        title="Feuille de route du Pôle Nord Énergies",
        owner="Pôle Nord Énergies",
        language="fr",
        series="pole-nord",
        edition="2020-2024",
        start_year=2020,
        end_year=2024,
        territory="Hauts-de-France",
        summary="Une feuille de route inventée.",
        is_invented=True,
        source=TOY_SOURCE,
        references=(Reference("src-a", "Journal du port", "https://example.org/a"),),
    ),
    StrategyDocument(
        id="pole-sud",
        kind=DocumentKind.ROADMAP,
        title="Roadmap of the South Cluster",
        owner="South Cluster",
        language="en",
        series="pole-sud",
        edition="2021-2025",
        start_year=2021,
        end_year=2025,
        territory="Occitanie",
        is_invented=True,
        source=TOY_SOURCE,
    ),
    StrategyDocument(
        id="programme-industrie",
        kind=DocumentKind.PROGRAMME,
        title="Programme national Industrie",
        owner="Ministère inventé",
        language="fr",
        series="programme-industrie",
        start_year=2021,
        is_invented=True,
        source=TOY_SOURCE,
    ),
)
ITEMS = (
    StrategyItem(
        id="pole-nord/energies",
        document_id="pole-nord",
        title="Énergies décarbonées",
        text="",
        language="fr",
        position=0,
        is_heading=True,
    ),
    StrategyItem(
        id="pole-nord/hydrogene",
        document_id="pole-nord",
        title="Hydrogène bas carbone",
        text="L'hydrogène produit par électrolyse alimente les usines et les navires du port.",
        language="fr",
        position=1,
        parent_id="pole-nord/energies",
        reference_ids=("src-a",),
    ),
    StrategyItem(
        id="pole-nord/solaire",
        document_id="pole-nord",
        title="Énergie solaire",
        text="Le parc solaire se couple à une batterie pour livrer du courant le soir.",
        language="fr",
        position=2,
        parent_id="pole-nord/energies",
    ),
    StrategyItem(
        id="pole-sud/health-data",
        document_id="pole-sud",
        title="Health data",
        text="Hospitals share health data under common rules so that research can reuse it.",
        language="en",
        position=0,
    ),
    StrategyItem(
        id="pole-sud/water",
        document_id="pole-sud",
        title="Water reuse",
        text="Cities treat and reuse water close to where people need it the most.",
        language="en",
        position=1,
    ),
    StrategyItem(
        id="programme-industrie/batterie",
        document_id="programme-industrie",
        title="Batterie pour l'industrie",
        text="Une batterie fabriquée en France équipe les machines lourdes et les chariots.",
        language="fr",
        position=0,
    ),
    StrategyItem(
        id="programme-industrie/eolien",
        document_id="programme-industrie",
        title="Éolien en mer",
        text="Le parc éolien flottant s'installe au large, loin des côtes et des pêcheurs.",
        language="fr",
        position=1,
    ),
)
PROJECTS = (
    Project(
        id="hydroport",
        acronym="HYDROPORT",
        title="Hydrogène pour le port",
        abstract="Le projet produit de l'hydrogène par électrolyse au pied des quais du port. "
        "Une station distribue cet hydrogène et une eau pure aux navires de passage.",
        language="fr",
        source=TOY_SOURCE,
        start_date=date(2021, 3, 1),
        end_date=date(2024, 2, 29),
        signature_date=date(2021, 1, 15),
        total_cost_eur=1_200_000.0,
        funding_eur=500_000.0,
        status="running",
        programme="Appel Régions",
        keywords=("hydrogène", "port"),
        is_invented=True,
    ),
    Project(
        id="hydroharbour",
        acronym="HYDROHARBOUR",
        title="Hydrogen for the harbour",
        abstract="The project makes hydrogen by electrolysis next to the quays of the harbour. "
        "A station delivers this hydrogen and clean water to the ships that pass.",
        language="en",
        source=TOY_SOURCE,
        start_date=date(2022, 1, 1),
        funding_eur=500_000.0,
        status="submitted",
        programme="Horizon Europe",
        is_invented=True,
    ),
    Project(
        id="helios",
        acronym="HELIOS",
        title="Solar roofs for farms",
        abstract="Solar panels and a battery feed the pumps that bring water to the fields. "
        "The solar forecast runs on open weather data from the national service.",
        language="en",
        source=TOY_SOURCE,
        signature_date=date(2022, 6, 1),
        funding_eur=250_000.0,
        status="closed",
        programme="Horizon Europe",
        is_invented=True,
    ),
    Project(
        id="cohorte",
        acronym="COHORTE",
        title="Données de santé partagées",
        abstract="Le projet relie les données de santé de trois hôpitaux de la région. "
        "Chaque patient choisit les données qu'il veut bien ouvrir à la recherche.",
        language="fr",
        source=TOY_SOURCE,
        signature_date=date(2023, 2, 1),
        funding_eur=600_000.0,
        status="running",
        programme="Appel Régions",
        declared_item_ids=("pole-sud/health-data",),
        is_invented=True,
    ),
    Project(
        id="aquabat",
        acronym="AQUABAT",
        title="Storage for water towers",
        abstract="The pilot tests a battery and a pump in a small mountain town. "
        "Water level data help the operator to plan the use of every pump.",
        language="en",
        source=TOY_SOURCE,
        signature_date=date(2023, 9, 1),
        funding_eur=150_000.0,
        status="running",
        programme="Appel Régions",
        is_invented=True,
    ),
    Project(
        id="museum",
        acronym="MUSEUM",
        title="Manuscripts of the abbey",
        abstract="The museum restores the medieval manuscripts and opens its rooms to visitors. "
        "Monks once copied these books by hand in a cold room above the cloister.",
        language="en",
        source=TOY_SOURCE,
        signature_date=date(2024, 1, 1),
        funding_eur=90_000.0,
        is_invented=True,
    ),
    Project(
        id="archiv",
        acronym="ARCHIV",
        title="Handschriften der Abtei",
        abstract="Das Museum restauriert mittelalterliche Handschriften und öffnet sein Archiv für "
        "alle Besucher der Stadt. Die Mönche haben diese Bücher einst von Hand abgeschrieben.",
        language="de",
        source=TOY_SOURCE,
        signature_date=date(2024, 5, 1),
        is_invented=True,
    ),
)
ORGANISATIONS = (
    Organisation(
        id="electrolys",
        name="Électrolys",
        kind=OrganisationKind.SME,
        source=TOY_SOURCE,
        country="FR",
        territory="Hauts-de-France",
        n_employees=46,
        description="Électrolys conçoit des cellules qui produisent de l'hydrogène à bas coût.",
        language="fr",
        identifiers=(("siren", "000000001"),),
        is_invented=True,
    ),
    Organisation(
        id="port-nord",
        name="Grand Port du Nord",
        kind=OrganisationKind.PUBLIC,
        source=TOY_SOURCE,
        country="FR",
        territory="Hauts-de-France",
        description="Le port stocke l'eau et l'hydrogène destinés aux navires de passage.",
        language="fr",
        is_invented=True,
    ),
    Organisation(
        id="labo-batterie",
        name="Laboratoire des accumulateurs",
        kind=OrganisationKind.LABORATORY,
        source=TOY_SOURCE,
        country="FR",
        territory="Occitanie",
        description="Le laboratoire vieillit chaque batterie pendant des mois pour prédire sa fin.",
        language="fr",
        identifiers=(("rnsr", "200000001A"),),
        is_invented=True,
    ),
    Organisation(
        id="ecole-solaire",
        name="École du solaire",
        kind=OrganisationKind.SCHOOL,
        source=TOY_SOURCE,
        country="FR",
        territory="Occitanie",
        description="L'école forme les installateurs de toiture solaire et de pompe à eau.",
        language="fr",
        is_invented=True,
    ),
    Organisation(
        id="wind-group",
        name="Wind Group",
        short_name="WG",
        kind=OrganisationKind.LARGE,
        source=TOY_SOURCE,
        country="DE",
        n_employees=12_000,
        description="The group runs wind farms and sells their power to large industrial sites.",
        competences=("wind power",),
        language="en",
        is_invented=True,
    ),
    Organisation(
        id="clinic",
        name="Clinic of the South",
        kind=OrganisationKind.MIDCAP,
        source=TOY_SOURCE,
        country="FR",
        territory="Occitanie",
        description="The clinic manages the health data of forty thousand patients every year.",
        language="en",
        is_invented=True,
    ),
)
PARTICIPATIONS = (
    Participation("hydroport", "electrolys", Role.COORDINATOR, 300_000.0),
    Participation("hydroport", "port-nord", Role.PARTNER, 200_000.0),
    Participation("hydroharbour", "port-nord", Role.COORDINATOR, 400_000.0),
    Participation("hydroharbour", "wind-group", Role.PARTNER, 100_000.0),
    Participation("helios", "ecole-solaire", Role.COORDINATOR, 250_000.0),
    Participation("helios", "electrolys", Role.ASSOCIATE, 0.0, has_ended=True),
    Participation("cohorte", "clinic", Role.COORDINATOR, 600_000.0),
    Participation("aquabat", "ecole-solaire", Role.COORDINATOR, 150_000.0),
    Participation("museum", "wind-group", Role.COORDINATOR, 90_000.0),
    Participation("archiv", "clinic", Role.PARTNER),
)
PROBLEMS = (
    Problem("projets.csv", "empty_title", Outcome.REFUSED, row=7, field="title", found="ligne 7"),
    Problem("projets.csv", "unreadable_date", Outcome.NOTED, row=9, field="end_date", found="hier"),
)


def toy_batch() -> Batch:
    """Return all records of the toy corpus, as a reader would."""
    return Batch(
        documents=list(DOCUMENTS),
        items=list(ITEMS),
        projects=list(PROJECTS),
        organisations=list(ORGANISATIONS),
        participations=list(PARTICIPATIONS),
        problems=list(PROBLEMS),
    )


def toy_model(encoder: Encoder) -> AlignmentModel:
    """Make an alignment model whose probability is the ``best`` similarity."""
    return AlignmentModel(_toy_background(encoder), _toy_calibrator(encoder.fingerprint))


def toy_model_with_memory(encoder: Encoder) -> AlignmentModel:
    """Make the toy model as it would be if it had learnt from past decisions.

    A project just like one that was called aligned with an item gains 0.1 with that
    item, one just like a refused project loses 0.1, and any other stays as it is.
    """
    model = toy_model(encoder)
    per_similarity = 20 * MIN_DEVIATION  # log-odds -10 for nothing alike, 10 for all alike
    weights = PastWeights(
        pair=np.array([0.0, per_similarity, 0.0, 0.0, -10.0], dtype=np.float32),
        shift=np.array([1.0, -1.0, 0.0], dtype=np.float32),
    )
    return replace(model, calibrator=replace(model.calibrator, past=weights))


def write_toy_model(root: Path, encoder: Encoder) -> Path:
    """Write the model where an installation keeps them: ``<root>/alignment/<fingerprint>``."""
    home = root / "alignment" / encoder.fingerprint
    home.mkdir(parents=True)
    model = toy_model(encoder)
    write_background(model.background, home / "background.npz")
    model.calibrator.write(home / "calibrator.json")
    return home


def build_toy_workspace(directory: Path, *, encoder: Encoder | None = None) -> Workspace:
    """Create a workspace, add the toy corpus and build."""
    chosen = encoder or WordCountEncoder()
    workspace = create_workspace(directory, encoder=chosen, model=toy_model(chosen))
    workspace.add_batch(toy_batch(), source_name=TOY_SOURCE, content_hash="toy")
    workspace.build()
    return workspace


def open_toy_workspace(directory: Path, *, encoder: Encoder | None = None) -> Workspace:
    """Open what ``build_toy_workspace`` made."""
    chosen = encoder or WordCountEncoder()
    return open_workspace(directory, encoder=chosen, model=toy_model(chosen))


def toy_passage(
    text: str,
    *,
    owner_id: str = "p",
    owner_kind: OwnerKind = OwnerKind.PROJECT,
    language: str = "en",
    start: int = 0,
    year: int | None = None,
    document_id: str = "",
) -> Passage:
    """Make a passage without cutting anything."""
    return Passage(
        id=f"{owner_kind}:{owner_id}:text:{start}",
        owner_kind=owner_kind,
        owner_id=owner_id,
        field="text",
        start=start,
        end=start + len(text),
        text=text,
        language=language,
        document_id=document_id,
        year=year,
    )


def toy_text_set(
    texts: Sequence[tuple[str, str, Sequence[str]]],
    encoder: Encoder,
    *,
    kind: OwnerKind = OwnerKind.PROJECT,
) -> TextSet:
    """Make a text set of (id, language, passages) with no centring and equal term weights."""
    passages = [
        toy_passage(passage, owner_id=owner_id, owner_kind=kind, language=language, start=number)
        for owner_id, language, own in texts
        for number, passage in enumerate(own)
    ]
    return build_text_set(
        passages,
        encoder.encode([passage.text for passage in passages]),
        kind=kind,
        centring=_no_centring(encoder),
        idf=np.ones(N_WEIGHTS, dtype=np.float32),
    )


def _no_centring(encoder: Encoder) -> Centring:
    zero = np.zeros(encoder.dim, dtype=np.float32)
    return Centring({f"{language}:{kind}": zero for language in ("fr", "en") for kind in OwnerKind})


def _toy_background(encoder: Encoder) -> Background:
    # Like nothing at all: every text gets 0 from the cohort, with the least deviation
    # there is, so that a normed similarity is the similarity over MIN_DEVIATION.
    passages = [toy_passage("-", owner_id=code, language=code) for code in ("fr", "en")]
    nothing = build_text_set(
        passages,
        np.zeros((2, encoder.dim), dtype=np.float32),
        kind=OwnerKind.PROJECT,
        centring=_no_centring(encoder),
        idf=np.ones(N_WEIGHTS, dtype=np.float32),
    )
    return Background(
        encoder_fingerprint=encoder.fingerprint,
        centring=_no_centring(encoder),
        idf=np.ones(N_WEIGHTS, dtype=np.float32),
        cohort=Cohort(projects=nothing, items=nothing),
    )


def _toy_calibrator(fingerprint: str) -> Calibrator:
    # The fit value is 10 best - 5; both Venn-Abers bounds run straight from 0 at -5 to 1 at 5.
    weights = np.zeros(len(FEATURES) + 1, dtype=np.float32)
    weights[FEATURES.index("best_normed")] = 10.0 * MIN_DEVIATION * MIN_PROJECT_DEVIATION
    weights[-1] = -5.0
    grid = np.array([-5.0, 5.0], dtype=np.float32)
    straight = np.array([0.0, 1.0], dtype=np.float32)
    routes = ("within", "across")
    return Calibrator(
        encoder_fingerprint=fingerprint,
        weights=dict.fromkeys(routes, weights),
        grid=dict.fromkeys(routes, grid),
        lower=dict.fromkeys(routes, straight),
        upper=dict.fromkeys(routes, straight),
        deviation=(10.0 / _Z, 0.5),
        thresholds=Thresholds(examine=EXAMINE_FROM, aligned=ALIGNED_FROM),
        origin={"data": "toys"},
    )
