"""Damaged documents: one clear error each. The long run is benchmarks/fuzz_readers.py."""

from __future__ import annotations

from damaged_documents import read_damaged

N_INPUTS = 60


def test_damaged_documents_bring_no_reader_down() -> None:
    found = read_damaged(N_INPUTS, seed=2026)
    assert (found["failures"], found["n_inputs"]) == ([], N_INPUTS)
