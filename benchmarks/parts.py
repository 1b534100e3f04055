"""The encoder and the alignment model that every benchmark measures: the shipped ones."""

from __future__ import annotations

from roadmapfit.alignment_model import AlignmentModel, find_alignment_model, load_alignment_model
from roadmapfit.encoder import Encoder, load_encoder


def load_parts() -> tuple[Encoder, AlignmentModel]:
    """Load what a workspace would load; the weights are read when a text is encoded."""
    encoder = load_encoder()
    home = find_alignment_model(encoder.fingerprint)
    return encoder, load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
