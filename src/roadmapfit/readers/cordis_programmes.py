"""Which part of a framework programme a CORDIS topic code belongs to.

The parts are those that the codes themselves name (``HORIZON-CL5-2021-D2-01-11`` is
Cluster 5). Codes of the joint undertakings changed their pattern over the years, so one
part may have several beginnings.
"""

from __future__ import annotations

from dataclasses import dataclass

COMMISSION = "European Commission"
FRAMEWORKS = ("HORIZON", "H2020", "FP7")


@dataclass(frozen=True, slots=True)
class ProgrammePart:
    """A part that becomes one strategy document; years as in the framework's title."""

    id: str
    title: str
    owner: str = COMMISSION
    start_year: int | None = 2021
    end_year: int | None = 2027


def _horizon(name: str, title: str, owner: str = COMMISSION) -> ProgrammePart:
    return ProgrammePart(f"cordis-he-{name}", f"Horizon Europe – {title}", owner)


def _undertaking(name: str, title: str) -> ProgrammePart:
    return _horizon(f"ju-{name}", title, title)


_CLUSTER_1 = _horizon("cl1", "Cluster 1: Health")
_ERC = _horizon("erc", "European Research Council (ERC)")
_CHIPS = _undertaking("chips", "Chips Joint Undertaking (Key Digital Technologies until 2023)")
_EUROHPC = _undertaking("eurohpc", "European High Performance Computing Joint Undertaking")
_CLEAN_AVIATION = _undertaking("clean-aviation", "Clean Aviation Joint Undertaking")
_CLEAN_HYDROGEN = _undertaking("cleanh2", "Clean Hydrogen Joint Undertaking")
_GLOBAL_HEALTH = _undertaking("edctp3", "Global Health EDCTP3 Joint Undertaking")
_RAIL = _undertaking("rail", "Europe's Rail Joint Undertaking")
_SESAR = _undertaking("sesar", "SESAR 3 Joint Undertaking")
_OTHER_UNDERTAKINGS = _horizon("ju-other", "Other joint undertakings")
# The Euratom programme stands beside Horizon Europe and has years of its own.
_EURATOM = ProgrammePart(
    "cordis-he-euratom", "Euratom Research and Training Programme", end_year=None
)
_OTHER = _horizon("other", "Other topics")

_FRAMEWORK_PARTS = {
    "H2020": ProgrammePart("cordis-h2020", "Horizon 2020", start_year=2014, end_year=2020),
    "FP7": ProgrammePart(
        "cordis-fp7", "Seventh Framework Programme (FP7)", start_year=2007, end_year=2013
    ),
}

# The first beginning that fits wins: a longer one stands before its own beginning.
_PART_BY_PREFIX: tuple[tuple[str, ProgrammePart], ...] = (
    ("HORIZON-HLTH", _CLUSTER_1),
    ("HORIZON-CL1", _CLUSTER_1),
    ("HORIZON-CL2", _horizon("cl2", "Cluster 2: Culture, Creativity and Inclusive Society")),
    ("HORIZON-CL3", _horizon("cl3", "Cluster 3: Civil Security for Society")),
    ("HORIZON-CL4", _horizon("cl4", "Cluster 4: Digital, Industry and Space")),
    ("HORIZON-CL5", _horizon("cl5", "Cluster 5: Climate, Energy and Mobility")),
    (
        "HORIZON-CL6",
        _horizon(
            "cl6", "Cluster 6: Food, Bioeconomy, Natural Resources, Agriculture and Environment"
        ),
    ),
    ("ERC", _ERC),
    ("HORIZON-ERC", _ERC),
    ("HORIZON-MSCA", _horizon("msca", "Marie Skłodowska-Curie Actions (MSCA)")),
    ("HORIZON-INFRA", _horizon("infra", "Research Infrastructures")),
    ("HORIZON-EIC", _horizon("eic", "European Innovation Council (EIC)")),
    ("HORIZON-EIE", _horizon("eie", "European Innovation Ecosystems")),
    ("HORIZON-EIT", _horizon("eit", "European Institute of Innovation and Technology (EIT)")),
    ("HORIZON-MISS", _horizon("miss", "EU Missions")),
    (
        "HORIZON-WIDERA",
        _horizon("widera", "Widening Participation and Strengthening the European Research Area"),
    ),
    ("HORIZON-EUSPA", _horizon("euspa", "Space, calls run by EUSPA")),
    ("HORIZON-EURATOM", _EURATOM),
    ("EURATOM", _EURATOM),
    ("HORIZON-KDT-JU", _CHIPS),
    ("HORIZON-JU-CHIPS", _CHIPS),
    ("HORIZON-CHIPS", _CHIPS),
    ("HORIZON-EUROHPC-JU", _EUROHPC),
    ("HORIZON-JU-EUROHPC", _EUROHPC),
    ("HORIZON-JTI-CLEANH2", _CLEAN_HYDROGEN),
    ("HORIZON-JU-CLEANH2", _CLEAN_HYDROGEN),
    ("HORIZON-JU-CLEAN-AVIATION", _CLEAN_AVIATION),
    ("HORIZON-JU-CBE", _undertaking("cbe", "Circular Bio-based Europe Joint Undertaking")),
    ("HORIZON-JU-GH-EDCTP3", _GLOBAL_HEALTH),
    ("HORIZON-JU-EDCTP3", _GLOBAL_HEALTH),
    ("HORIZON-JU-IHI", _undertaking("ihi", "Innovative Health Initiative Joint Undertaking")),
    ("HORIZON-JU-SNS", _undertaking("sns", "Smart Networks and Services Joint Undertaking")),
    ("HORIZON-ER-JU", _RAIL),
    ("HORIZON-JU-ER", _RAIL),
    ("HORIZON-SESAR", _SESAR),
    ("HORIZON-JU-SESAR", _SESAR),
    ("HORIZON-JU", _OTHER_UNDERTAKINGS),
    ("HORIZON-JTI", _OTHER_UNDERTAKINGS),
)


def find_part(framework: str, topic: str) -> ProgrammePart:
    """Find the part of a topic; Horizon 2020 and FP7 are one part each.

    A beginning ends at a hyphen or at the code's end, whatever its case.

    Examples
    --------
    >>> find_part("HORIZON", "HORIZON-CL5-2021-D2-01-11").id
    'cordis-he-cl5'
    >>> find_part("HORIZON", "Horizon-EIT-2024-NCP-IBA").id, find_part("H2020", "LC-SC3-1").id
    ('cordis-he-eit', 'cordis-h2020')
    """
    if framework in _FRAMEWORK_PARTS:
        return _FRAMEWORK_PARTS[framework]
    code = f"{topic.upper()}-"
    return next((part for prefix, part in _PART_BY_PREFIX if code.startswith(f"{prefix}-")), _OTHER)
