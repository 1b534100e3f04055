"""Texts to word pieces, by the model's ``tokenizer.json`` and in little memory.

The tokenizers library keeps 250,000 pieces as a tree of maps. SentencePiece, whose rules these
are, keeps them as two arrays (``benchmarks/lean_model.py`` measures what that saves).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roadmapfit.default_model.pieces import describe_pieces


class WordCutter:
    """Cuts texts into numbers of word pieces.

    Where two cuts are equally likely the libraries may choose differently (one passage
    in 190,545 of CORDIS; ``benchmarks/lean_model.py``). A mark such as ``</s>`` that
    stands in a text is cut like other words, and ends nothing.

    Parameters
    ----------
    path
        ``tokenizer.json`` as this package writes it.
    """

    def __init__(self, path: Path) -> None:
        import sentencepiece
        from tokenizers import Tokenizer

        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        vocab, unknown = said["model"]["vocab"], int(said["model"]["unk_id"])
        marks = {each["content"]: int(each["id"]) for each in said["added_tokens"]}
        self._first, self._last = (
            marks[each["SpecialToken"]["id"]]
            for each in said["post_processor"]["single"]
            if "SpecialToken" in each
        )
        self._processor = sentencepiece.SentencePieceProcessor(
            model_proto=describe_pieces(vocab, marks=set(marks.values()), unknown=unknown)
        )
        # The steps before the cut stay those of the file: read around a tree of one piece.
        said["model"] |= {"vocab": [vocab[unknown]], "unk_id": 0}
        said |= {"added_tokens": [], "post_processor": None}
        self._normalizer = Tokenizer.from_str(json.dumps(said)).normalizer

    def cut(self, text: str, *, n_most: int) -> list[int]:
        """Return the numbers of a text's pieces between first and last mark.

        Parameters
        ----------
        text
            With its prompt.
        n_most
            How many numbers at the most, marks included; what is beyond is not read.
        """
        # A word begins with its space; SentencePiece sets the first one itself.
        normal = self._normalizer.normalize_str(text).removeprefix(" ")
        pieces: list[int] = self._processor.encode(normal)
        return [self._first, *pieces[: n_most - 2], self._last]
