from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from roadmapfit.candidates import FEATURES, GROUPS
from roadmapfit.errors import RoadmapFitError
from roadmapfit.partner_model import (
    UNTOLD_WITH_NETWORK,
    UNTOLD_WITHOUT_NETWORK,
    WITH_NETWORK,
    WITHOUT_NETWORK,
    PartnerModel,
    load_partner_model,
    name_ranking,
)


def toy_model() -> PartnerModel:
    ones = np.zeros(len(FEATURES), dtype=np.float32)
    ones[[0, 2]] = (1.0, 0.5)
    weights = {WITH_NETWORK: ones, WITHOUT_NETWORK: -ones}
    return PartnerModel(
        weights | {UNTOLD_WITH_NETWORK: ones, UNTOLD_WITHOUT_NETWORK: -ones}, {"data": "toys"}
    )


def test_measures_are_weighed_and_summed() -> None:
    measured = np.zeros((2, len(FEATURES)), dtype=np.float32)
    measured[1, [0, 2]] = (1, 4)
    assert toy_model().rank_values(measured, ranking=WITH_NETWORK).tolist() == [0, 3]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    toy_model().write(tmp_path / "mixture.json")
    found = load_partner_model(tmp_path / "mixture.json")
    assert found.origin == {"data": "toys"}
    for name, own in toy_model().weights.items():
        np.testing.assert_array_equal(found.weights[name], own)
    assert json.loads((tmp_path / "mixture.json").read_text())["weights"][WITH_NETWORK] == {
        FEATURES[0]: 1.0,
        FEATURES[2]: 0.5,
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is nothing of that name"),
        ("{", "Expecting property name"),
        ('{"format": 9}', "format 9"),
        ('{"format": 1, "weights": {"no-network": {}}, "origin": {}}', "no ranking roadmapfit"),
        (
            '{"format": 1, "weights": {"roadmapfit": {"luck": 1}, "no-network": {}, "no-text": {}, '
            '"no-text-no-network": {}}, "origin": {}}',
            "unknown measures luck",
        ),
    ],
)
def test_a_damaged_model_is_refused(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "mixture.json"
    files = {path: content} if content is not None else {}
    for each, text in files.items():
        each.write_text(text, encoding="utf-8")
    with pytest.raises(RoadmapFitError, match=f"cannot be read: .*{reason}"):
        load_partner_model(path)


def test_the_shipped_model_leaves_the_network_out_where_it_says_so() -> None:
    shipped = load_partner_model()
    columns = [FEATURES.index(name) for name in GROUPS["network"]]
    assert shipped.weights[WITHOUT_NETWORK][columns].tolist() == [0] * len(columns)
    assert shipped.weights[UNTOLD_WITHOUT_NETWORK][columns].tolist() == [0] * len(columns)
    assert shipped.weights[WITH_NETWORK][FEATURES.index("walk")] > 0
    untold = shipped.weights[UNTOLD_WITH_NETWORK]
    assert [untold[FEATURES.index(name)] for name in GROUPS["need"]] == [0] * len(GROUPS["need"])
    assert untold[FEATURES.index("shared")] > 0
    assert shipped.origin["history"] == "signed before 2023-07-01"


@pytest.mark.parametrize(
    ("has_texts", "uses_network", "name"),
    [
        (True, True, "roadmapfit"),
        (True, False, "no-network"),
        (False, True, "no-text"),
        (False, False, "no-text-no-network"),
    ],
)
def test_a_ranking_is_chosen_by_what_is_there(
    has_texts: bool, uses_network: bool, name: str
) -> None:
    assert name_ranking(has_texts=has_texts, uses_network=uses_network) == name
