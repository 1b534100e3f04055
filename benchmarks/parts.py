"""The encoder and the alignment model that every benchmark measures: the shipped ones."""

from __future__ import annotations

from roadmapfit.align import AlignmentModel, load_alignment_model
from roadmapfit.encoder import Encoder, load_encoder
from roadmapfit.workspace import find_alignment_model


def load_parts() -> tuple[Encoder, AlignmentModel]:
    """Load what a workspace would load; the weights are read when a text is encoded."""
    encoder = load_encoder()
    home = find_alignment_model(encoder.fingerprint)
    return encoder, load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
