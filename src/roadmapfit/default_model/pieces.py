"""Word pieces written down as SentencePiece reads them.

The form is described here, as far as it is needed, and not taken from the module that comes
with SentencePiece: that one refuses to load beside a ``protobuf`` older than the one it was
made with, which other libraries may hold back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

_UNIGRAM = 1
# Kinds of piece.
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3
# Numbers and types of fields, from SentencePiece's ``sentencepiece_model.proto``; an
# enumeration is written as a whole number is.
_FORM = {
    "Piece": (("piece", 1, "STRING"), ("score", 2, "FLOAT"), ("type", 3, "INT32")),
    "Trainer": (("model_type", 3, "INT32"),),
    "Normalizer": (
        ("name", 1, "STRING"),
        ("add_dummy_prefix", 3, "BOOL"),
        ("remove_extra_whitespaces", 4, "BOOL"),
        ("escape_whitespaces", 5, "BOOL"),
    ),
    "Model": (
        ("pieces", 1, "Piece"),
        ("trainer_spec", 2, "Trainer"),
        ("normalizer_spec", 3, "Normalizer"),
    ),
}
_PACKAGE = "roadmapfit.pieces"


def describe_pieces(
    vocab: Sequence[tuple[str, float]], *, marks: Collection[int], unknown: int
) -> bytes:
    """Write pieces as a SentencePiece model that changes no text before it cuts.

    Parameters
    ----------
    vocab
        Each piece and the logarithm of its chance, in the order of their numbers.
    marks
        Numbers of pieces that no text is cut into.
    unknown
        Number of the piece that stands for what no other one does.
    """
    model = _make_form()()
    for number, (piece, score) in enumerate(vocab):
        kind = _CONTROL if number in marks else _NORMAL
        kind = _UNKNOWN if number == unknown else kind
        model.pieces.add(piece=piece, score=score, type=kind)
    model.trainer_spec.model_type = _UNIGRAM
    rules = model.normalizer_spec
    rules.name = "identity"
    rules.add_dummy_prefix = rules.escape_whitespaces = True
    rules.remove_extra_whitespaces = False
    written: bytes = model.SerializeToString()
    return written


@cache
def _make_form() -> Any:  # noqa: ANN401 (a class made when it is asked for)
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="roadmapfit/pieces.proto", package=_PACKAGE, syntax="proto2"
    )
    for message, fields in _FORM.items():
        described = file.message_type.add(name=message)
        for name, number, kind in fields:
            own = described.field.add(name=name, number=number, label=field.LABEL_OPTIONAL)
            if kind in _FORM:
                own.type, own.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                own.type = getattr(field, f"TYPE_{kind}")
            if name == "pieces":
                own.label = field.LABEL_REPEATED
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))
