from __future__ import annotations

from dataclasses import replace

from roadmapfit.partner_sentence import WEAK_BELOW, quote_gain, render_partner
from roadmapfit.partners import Closure, Gain, Need, PartnerFit
from roadmapfit.records import Organisation, OrganisationKind, StrategyItem
from toys import toy_passage

ITEM = StrategyItem("item", "roadmap", "Wind farms", "Wind at sea.", "en", 0)
NEED = Need(toy_passage("solar"), 0.5)
FIT = PartnerFit(
    organisation=Organisation("lab", "Lab", OrganisationKind.LABORATORY, "test"),
    need_closed=0.5,
    closures=(Closure(NEED, WEAK_BELOW * NEED.openness, 0),),
    brings_kind=True,
    is_newcomer=False,
    n_met=0,
    gain=Gain(2, (OrganisationKind.SME,), toy_passage("wind", start=10)),
)


def say(fit: PartnerFit, language: str) -> str:
    said = render_partner(fit, need="solar", proof="HELIOS", gain="wind", language=language)
    return said.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_sentence_names_gap_proof_type_and_gain() -> None:
    assert say(FIT, "en") == (
        "Best answers “solar” (proof: HELIOS) and adds a type of partner the consortium lacks: "
        "laboratory; the project opens a theme for it (“wind”) and brings it 2 partners it has "
        "not worked with yet, of a type new to it (SME)."
    )
    assert say(FIT, "fr") == (
        "Répond surtout à « solar » (preuve : HELIOS) et ajoute un type de partenaire absent du "
        "consortium : laboratoire ; le projet lui ouvre un thème (« wind ») et 2 partenaires avec "
        "qui elle n'a pas encore travaillé, d'un type nouveau pour elle (PME)."
    )


def test_what_does_not_hold_is_not_said() -> None:
    plain = replace(FIT, brings_kind=False, gain=replace(FIT.gain, n_new_partners=0, new_kinds=()))
    assert say(plain, "en") == (
        "Best answers “solar” (proof: HELIOS); the project opens a theme for it (“wind”)."
    )
    one = replace(plain, gain=replace(FIT.gain, n_new_partners=1, new_kinds=()))
    assert say(one, "en").endswith("(“wind”) and brings it one partner it has not worked with yet.")


def test_a_common_item_is_said_before_a_market_and_a_market_before_a_theme() -> None:
    market = toy_passage("wind market", start=20)
    firm = replace(FIT, brings_kind=False, gain=replace(FIT.gain, market=market))
    assert quote_gain(FIT) == "wind"
    assert quote_gain(firm) == "wind market"
    assert say(firm, "fr") == (
        "Répond surtout à « solar » (preuve : HELIOS) ; le projet lui ouvre un marché (« wind ») "
        "et 2 partenaires avec qui elle n'a pas encore travaillé, d'un type nouveau pour elle "
        "(PME)."
    )
    both = replace(firm, gain=replace(firm.gain, item=ITEM, new_kinds=()))
    assert quote_gain(both) == "Wind farms"
    assert say(both, "fr") == (
        "Répond surtout à « solar » (preuve : HELIOS) ; le projet sert « wind », à quoi elle "
        "travaille déjà, et lui ouvre 2 partenaires avec qui elle n'a pas encore travaillé."
    )
    met_all = replace(both, gain=replace(both.gain, n_new_partners=0))
    assert say(met_all, "en") == (
        "Best answers “solar” (proof: HELIOS); the project serves “wind”, which it already works "
        "towards."
    )


def test_what_it_answers_is_not_named_as_a_gain() -> None:
    alone = replace(FIT, brings_kind=False, gain=replace(FIT.gain, theme=NEED.passage))
    assert say(alone, "en") == "Best answers “solar” (proof: HELIOS)."
    assert say(alone, "fr") == "Répond surtout à « solar » (preuve : HELIOS)."


def test_a_heading_is_not_quoted_as_a_gain() -> None:
    theme = toy_passage("3. Market\n\nWind farms at sea.", start=10)
    assert quote_gain(replace(FIT, gain=replace(FIT.gain, theme=theme))) == "Wind farms at sea."


def test_a_quoted_sentence_leaves_its_full_stop_behind() -> None:
    plain = replace(FIT, brings_kind=False, gain=replace(FIT.gain, n_new_partners=0, new_kinds=()))
    said = render_partner(plain, need="Sun.", proof="HELIOS", gain="Wind ;", language="en")
    assert said == "Best answers “Sun” (proof: HELIOS); the project opens a theme for it (“Wind”)."


def test_a_weak_proof_is_named_with_reserve() -> None:
    weak = replace(
        FIT,
        closures=(Closure(NEED, (WEAK_BELOW - 0.01) * NEED.openness, 0),),
        brings_kind=False,
        gain=replace(FIT.gain, n_new_partners=0, new_kinds=()),
    )
    assert say(weak, "en") == (
        "Might help with “solar” (weak proof: HELIOS); the project opens a theme for it (“wind”)."
    )
    assert say(weak, "fr") == (
        "Pourrait aider sur « solar » (preuve faible : HELIOS) ; le projet lui ouvre un thème "
        "(« wind »)."
    )


def test_of_an_item_no_gain_is_said() -> None:
    said = render_partner(FIT, need="sun", proof="HELIOS", gain="", language="en")
    assert said == (
        "Best answers “sun” (proof: HELIOS) and adds a type of partner the consortium lacks: "
        "laboratory."
    )
