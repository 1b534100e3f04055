"""Partners in plain words: the gap one closes, the proof, what it gains, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from roadmapfit.feasibility import Feasibility
from roadmapfit.partner_roles import RoleNeed
from roadmapfit.partners import PartnerFit
from roadmapfit.text import (
    render_count,
    render_euros,
    render_number,
    render_text,
    skip_headings,
)

# A lower degree of proof is named with reserve: of the pairs that were read
# (docs/partners.md), one in six of .1 to .25 was right.
WEAK_BELOW = 0.25
# What ends a quoted sentence would stand before the end of ours.
_ENDS = " .;:,"
# And a point of a list begins with a sign that is no part of it.
_STARTS = " -–•·*"


def quote_gain(fit: PartnerFit) -> str:
    """Return what is quoted of a partner's gain, whole.

    An item that it works towards already says most, then a market, then a new theme.
    """
    gain = fit.gain
    return gain.item.title if gain.item else skip_headings((gain.market or gain.theme).text)


def render_partner(fit: PartnerFit, *, need: str, proof: str, gain: str, language: str) -> str:
    """Say why an organisation would be a partner, and why it would want to.

    Parameters
    ----------
    fit
        With at least one closure.
    need
        The text of the first closure's need, cut short.
    proof
        What proves it, named.
    gain
        What ``quote_gain`` returns, cut short; empty to say nothing of it, as for an item,
        which is no project that one could join.
    language
        Of the sentence.
    """
    is_weak = fit.closures[0].degree < WEAK_BELOW
    key = "partner.why_weak" if is_weak else "partner.why"
    why = render_text(key, language, need=need.rstrip(_ENDS).lstrip(_STARTS), proof=proof)
    if fit.brings_kind:
        kind = render_text(f"kind.{fit.organisation.kind}", language)
        why = render_text("partner.adds", language, why=why, kind=kind)
    opened = fit.gain.market or fit.gain.theme
    if not gain:
        return render_text("partner.alone", language, why=why)
    if not fit.gain.item and opened.id == fit.closures[0].need.passage.id:
        # What it answers is not new to it.
        return render_text("partner.alone", language, why=why)
    if fit.gain.item:
        key, met = "partner.item", "partner.item_met"
    else:
        key, met = "partner.market" if fit.gain.market else "partner.theme", "partner.met"
    said = render_text(key, language, quoted=gain.rstrip(_ENDS).lstrip(_STARTS))
    n_new = fit.gain.n_new_partners
    if n_new:
        form = "one" if n_new == 1 else "many"
        n = render_number(n_new, language)
        said = render_text(f"{met}.{form}", language, gain=said, n=n)
    kinds = [render_text(f"kind.{kind}", language) for kind in fit.gain.new_kinds]
    if kinds:
        said = render_text("partner.kinds", language, gain=said, kinds=", ".join(kinds))
    return render_text("partner.sentence", language, why=why, gain=said)


def list_feasibility(feasibility: Feasibility, language: str) -> list[str]:
    """Say what stands for and against a partner joining, as short facts.

    Parameters
    ----------
    feasibility
        As measured; what does not hold is not said.
    language
        Of the facts.
    """
    facts = []
    if feasibility.shares_region:
        facts.append(render_text("partner.same_region", language))
    elif feasibility.shares_country:
        facts.append(render_text("partner.same_country", language))
    if feasibility.n_running:
        facts.append(render_count("running", feasibility.n_running, language))
    if feasibility.is_stretched:
        facts.append(render_text("partner.stretched", language))
    if feasibility.typical_eur is not None:
        euros = render_euros(feasibility.typical_eur, language)
        facts.append(render_text("partner.typical", language, euros=euros))
    return facts


def render_role(need: RoleNeed, *, names: Sequence[str], language: str) -> str:
    """Say of one role whether a text asks for it and who has it.

    Parameters
    ----------
    need
        The role.
    names
        Of its ``member_ids``.
    language
        Of the sentence.
    """
    role = render_text(f"partner.role.{need.role}", language)
    if need.is_missing:
        key = "open" if need.is_open else "missing"
    else:
        key = "asked_held" if need.asked_in else "held"
    return render_text(
        f"partner.role_said.{key}", language, role=role, word=need.word, names=", ".join(names)
    )
