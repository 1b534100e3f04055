"""A candidate partner in one plain sentence: the gap it closes, the proof, what it gains."""

from __future__ import annotations

from roadmapfit.partners import PartnerFit
from roadmapfit.text import render_number, render_text


def render_partner(fit: PartnerFit, *, need: str, proof: str, theme: str, language: str) -> str:
    """Say why an organisation would be a partner, and why it would want to.

    Parameters
    ----------
    fit
        With at least one closure.
    need
        The text of the first closure's need, cut short.
    proof
        What proves it, named.
    theme
        The text of what the project opens to it, cut short.
    language
        Of the sentence.
    """
    why = render_text("partner.why", language, need=need, proof=proof)
    if fit.brings_kind:
        kind = render_text(f"kind.{fit.organisation.kind}", language)
        why = render_text("partner.adds", language, why=why, kind=kind)
    gain = render_text("partner.theme", language, theme=theme)
    n_new = fit.gain.n_new_partners
    if n_new:
        form = "one" if n_new == 1 else "many"
        n = render_number(n_new, language)
        gain = render_text(f"partner.met.{form}", language, gain=gain, n=n)
    kinds = [render_text(f"kind.{kind}", language) for kind in fit.gain.new_kinds]
    if kinds:
        gain = render_text("partner.kinds", language, gain=gain, kinds=", ".join(kinds))
    return render_text("partner.sentence", language, why=why, gain=gain)
