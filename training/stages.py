"""What each training stage trains: its model, what it reads, its loss, its held-out score and its cost.

`entropy` and `blt` are the product; `plain`, `megabyte` and `bpe` are the baselines that it is compared with. All of them see
the same rows of the same corpus, in the same order. A batch is a pair of tensors: ids (B, T + 1) int64, and `learned` (B, T)
bool, which targets (ids 1 to T) the loss sees.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import flops
from blt import CONFIGS, OFFSET, Blt, BltConfig, LanguageModel, StackConfig, init_weights, patch_starts, use_flex_attention
from bpe import Bpe
from megabyte import Megabyte, MegabyteConfig
from stream import PREFIX

# Sizes of the baselines. `small` costs what BLT `small` costs to train, per byte, within two percent, and `base` what BLT `base`
# costs; `twice` has twice the inference FLOPs of BLT `small` (LOG.md has the table).
PLAIN = {
    "small": StackConfig(192, 4, 4, 304),
    "twice": StackConfig(288, 4, 4, 832),
    "base": StackConfig(512, 5, 8, 1296),
    "tiny": StackConfig(32, 2, 2, 64, window=32),
}
MEGABYTE = {
    "small": MegabyteConfig(4, StackConfig(384, 5, 6, 1024), StackConfig(128, 2, 4, 384)),
    "base": MegabyteConfig(4, StackConfig(768, 10, 12, 1920), StackConfig(256, 3, 4, 704)),
    "tiny": MegabyteConfig(4, StackConfig(48, 2, 2, 64), StackConfig(32, 1, 2, 64)),
}
BPE = {
    "small": StackConfig(320, 5, 5, 896),
    "base": StackConfig(640, 11, 10, 1904),  # with 8,192 tokens
    "tiny": StackConfig(32, 2, 2, 64),
}

ROW = 2048  # bytes in a row that training reads unless told otherwise
MOST_PATCHES = 0.4  # of the bytes, in a compiled graph; patches of 3.5 bytes on average are 0.29


def text_mask(ids: torch.Tensor) -> torch.Tensor:
    """True for targets that are text, (B, T) of ids (B, T + 1): what stands after the PREFIX sentinel."""
    return (ids == PREFIX + OFFSET).cumsum(1)[:, :-1] > 0


class Stage:
    """A stage over byte ids. `model` is what the checkpoint keeps, `network` the part that is trained."""

    model: nn.Module
    network: nn.Module
    config: dict
    spent = 0.0  # training FLOPs that went into what this stage builds on

    def batch(self, ids: np.ndarray, learned: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Rows of byte ids (B, T + 1) and what of them is learned (B, T) -> a batch."""
        return torch.from_numpy(ids), torch.from_numpy(learned)

    def compile(self, length: int, backend: str = "inductor") -> None:
        """Makes training on rows of `length` bytes faster, after a minute or two of compiling."""
        device = next(self.network.parameters()).device
        if device.type == "cuda":
            use_flex_attention(self.network, length, str(device))
        self.network = torch.compile(self.network, dynamic=False, backend=backend)

    def logits(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, T) ids -> (B, T, vocabulary) logits of the next id."""
        return self.network(ids)

    def nats(self, ids: torch.Tensor) -> torch.Tensor:
        """The loss of each target of ids (B, T + 1): (B, T)."""
        return F.cross_entropy(self.logits(ids[:, :-1]).float().transpose(1, 2), ids[:, 1:], reduction="none")

    def text(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, int]:
        """Held-out rows as ids (B, T + 1), which targets are text (B, T), and how many bytes of text they hold."""
        ids = torch.from_numpy(rows)
        mask = text_mask(ids)
        return ids, mask, int(mask.sum())

    def cost(self, rows: torch.Tensor) -> flops.Flops:
        """Of a row, on average over rows of byte ids (B, T + 1) as they are trained on."""
        raise NotImplementedError


class Entropy(Stage):
    """The patcher's byte model. Its checkpoint is a whole BLT whose other parts are untrained."""

    def __init__(self, config: str, folder: Path):
        self.model = Blt(CONFIGS[config])
        self.network, self.config = self.model.model.patcher, self.model.config.to_dict()

    def cost(self, rows: torch.Tensor) -> flops.Flops:
        return flops.language_model(self.model.config.patcher, rows.shape[1] - 1)


class BltStage(Stage):
    """The BLT over the patches of a trained entropy model, which stays as it is."""

    def __init__(self, config: str, folder: Path):
        self.model = self.network = Blt(CONFIGS[config])
        entropy = torch.load(folder / "entropy.pt", map_location="cpu")
        self.model.model.patcher.load_state_dict(
            {k.removeprefix("model.patcher."): v for k, v in entropy["model"].items() if "patcher" in k})
        self.model.model.patcher.requires_grad_(False)
        trained = flops.language_model(self.model.config.patcher, ROW).training / ROW
        self.spent = entropy.get("flops", entropy["bytes"] * trained)
        self.model.config.threshold = json.loads((folder / "threshold.json").read_text())["threshold"]
        self.config = self.model.config.to_dict()
        self.entropies, self.most_patches = self.model.entropies, None  # while training

    def compile(self, length: int, backend: str = "inductor") -> None:
        patcher = self.model.model.patcher  # keeps the plain attention: it computes in float32
        super().compile(length, backend)
        for layer in patcher.layers:
            layer.self_attn.block_mask = None
        self.entropies = torch.compile(self.model.entropies, dynamic=False, backend=backend)
        self.most_patches = round(MOST_PATCHES * length)

    def starts(self, ids: torch.Tensor) -> torch.Tensor:
        """Where patches start, (B, T + 1). In full precision: patches must not depend on the precision of training."""
        with torch.autocast(ids.device.type, enabled=False):
            entropies = self.entropies if self.network is not self.model else self.model.entropies
            return patch_starts(ids, entropies(ids), self.model.config.threshold)

    def logits(self, ids: torch.Tensor) -> torch.Tensor:
        most = self.most_patches if self.network is not self.model else None
        return self.network(ids, self.starts(ids), most)

    def cost(self, rows: torch.Tensor) -> flops.Flops:
        patches = float(self.starts(rows[:, :-1])[:, :-1].sum(1).double().mean())
        return flops.blt(self.model.config, rows.shape[1] - 1, patches)


class Plain(Stage):
    """A plain byte transformer."""

    def __init__(self, config: str, folder: Path):
        self.stack = PLAIN[config]
        self.model = self.network = LanguageModel(self.stack)
        init_weights(self.model)
        self.config = self.stack.__dict__

    def cost(self, rows: torch.Tensor) -> flops.Flops:
        return flops.language_model(self.stack, rows.shape[1] - 1)


class MegabyteStage(Stage):
    """MEGABYTE: patches of a fixed length."""

    def __init__(self, config: str, folder: Path):
        self.model = self.network = Megabyte(MEGABYTE[config])
        self.config = MEGABYTE[config].to_dict()

    def cost(self, rows: torch.Tensor) -> flops.Flops:
        return flops.megabyte(self.model.config, rows.shape[1] - 1)


class BpeStage(Stage):
    """A transformer over tokens. A row is tokenised as it is, so it holds the same bytes as for the others."""

    def __init__(self, config: str, folder: Path):
        if not (folder / "tokenizer.json").exists():
            raise SystemExit(f"There is no {folder / 'tokenizer.json'}. Run `python bpe.py --out {folder / 'tokenizer.json'}` first.")
        self.bpe, self.stack = Bpe((folder / "tokenizer.json").read_text()), BPE[config]
        self.model = self.network = LanguageModel(self.stack, self.bpe.size)
        init_weights(self.model)
        self.config = {**self.stack.__dict__, "tokenizer": self.bpe.text}
        self.multiple = 1  # of which rows are as long

    def compile(self, length: int, backend: str = "inductor") -> None:
        self.multiple = 128  # so that there are few shapes
        super().compile(length, backend)

    def batch(self, ids: np.ndarray, learned: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens, padded with BOS that nobody learns. A token is learned if all its bytes are."""
        rows = []
        for row, seen in zip(ids, learned):
            tokens, lengths = self.bpe.encode_row(row)
            starts = np.cumsum(lengths) - lengths
            rows.append((tokens, np.logical_and.reduceat(np.concatenate([[False], seen]), starts)[1:]))
        longest = -(-max(len(tokens) for tokens, _ in rows) // self.multiple) * self.multiple + (self.multiple > 1)
        tokens = np.full((len(rows), longest), self.bpe.bos)
        kept = np.zeros((len(rows), longest - 1), bool)
        for i, (row, seen) in enumerate(rows):
            tokens[i, : len(row)], kept[i, : len(seen)] = row, seen
        return torch.from_numpy(tokens), torch.from_numpy(kept)

    def text(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, int]:
        ids, kept = self.batch(rows, np.ones((len(rows), rows.shape[1] - 1), bool))
        after = (ids == self.bpe.specials[chr(PREFIX)]).cumsum(1)[:, :-1] > 0
        return ids, after & kept, int(text_mask(torch.from_numpy(rows)).sum())

    def cost(self, rows: torch.Tensor) -> flops.Flops:
        tokens = np.mean([len(self.bpe.encode_row(row)[0]) - 1 for row in rows.numpy()])
        return flops.language_model(self.stack, float(tokens), self.bpe.size)


STAGES = {"entropy": Entropy, "blt": BltStage, "plain": Plain, "megabyte": MegabyteStage, "bpe": BpeStage}


@torch.no_grad()
def bits_per_byte(stage: Stage, rows: dict[str, np.ndarray], device: str = "cpu", bf16: bool = False) -> dict[str, float]:
    """Held-out bits per byte of the text of each language's rows (B, T + 1)."""
    out = {}
    for language, data in rows.items():
        bits = count = 0.0
        for at in range(0, len(data), 4):
            ids, mask, size = stage.text(data[at : at + 4])
            with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=bf16):
                losses = stage.nats(ids.to(device)).cpu()
            bits += float(losses[mask].double().sum()) / math.log(2)
            count += size
        out[language] = bits / count
    return out
