"""What sentence-transformers reads beside the weights: settings and the tokenizer."""

from __future__ import annotations

import numpy as np

from roadmapfit.default_model.packed import PackedModel

MAX_TOKENS = 256


def describe_files(packed: PackedModel) -> dict[str, object]:
    """Give every other file of the model, by name, as what its JSON says."""
    modules = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "attention_probs_dropout_prob": 0.1,
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "hidden_size": packed.hidden,
            "initializer_range": 0.02,
            "intermediate_size": packed.feed_forward,
            # The shortest decimal of the float32: 1e-12, not 9.99999996e-13.
            "layer_norm_eps": float(str(np.float32(packed.epsilon))),
            "max_position_embeddings": packed.n_positions,
            "model_type": "bert",
            "num_attention_heads": packed.n_heads,
            "num_hidden_layers": packed.n_layers,
            "pad_token_id": packed.pad,
            # Older than 4.57.2 means "made before the regex of Mistral's tokenizer
            # was mended"; this exact one keeps a false warning about it away.
            "transformers_version": "4.57.1",
            "type_vocab_size": packed.n_token_types,
            "vocab_size": packed.vocabulary,
        },
        "tokenizer.json": _describe_tokenizer(packed),
        "tokenizer_config.json": {
            "bos_token": packed.pieces[packed.bos],
            "clean_up_tokenization_spaces": False,
            "cls_token": packed.pieces[packed.bos],
            "eos_token": packed.pieces[packed.eos],
            "mask_token": packed.pieces[-1],
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": packed.n_positions,
            "pad_token": packed.pieces[packed.pad],
            "sep_token": packed.pieces[packed.eos],
            "tokenizer_class": "PreTrainedTokenizerFast",
            "unk_token": packed.pieces[packed.unk],
        },
        "modules.json": [
            {
                "idx": position,
                "name": str(position),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for position, (kind, path) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }


def _describe_tokenizer(packed: PackedModel) -> dict[str, object]:
    """Give ``tokenizer.json``: the file's pieces under XLM-R's rules.

    XLM-R's normaliser is SentencePiece's ``nmt_nfkc``, spelt here as the two named
    steps of the tokenizers library and the collapsing of spaces.
    """
    bos, eos = packed.pieces[packed.bos], packed.pieces[packed.eos]
    special = sorted({packed.bos, packed.pad, packed.eos, packed.unk, len(packed.pieces) - 1})
    metaspace = {
        "type": "Metaspace",
        "replacement": "\u2581",
        "prepend_scheme": "always",
        "split": True,
    }

    def mark(token: str) -> dict[str, object]:
        return {"SpecialToken": {"id": token, "type_id": 0}}

    def text(name: str) -> dict[str, object]:
        return {"Sequence": {"id": name, "type_id": 0}}

    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": packed.pieces[number],
                "single_word": False,
                "lstrip": number == len(packed.pieces) - 1,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for number in special
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark(bos), text("A"), mark(eos)],
            "pair": [mark(bos), text("A"), mark(eos), mark(eos), text("B"), mark(eos)],
            "special_tokens": {
                token: {"id": token, "ids": [number], "tokens": [token]}
                for token, number in ((bos, packed.bos), (eos, packed.eos))
            },
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": packed.unk,
            "vocab": list(zip(packed.pieces, packed.piece_scores, strict=True)),
            "byte_fallback": False,
        },
    }
