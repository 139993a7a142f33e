"""Stages 2 and 3: the entropy model, then the BLT over its patches.

    python train.py entropy --minutes 15
    python train.py threshold --patch 4.5
    python train.py blt --minutes 90

A stage goes on from its last checkpoint. The learning rate is constant after a warm-up and falls to zero over the last
part of `--minutes`; the state just before that fall is kept as `<stage>-stable.pt`, and that is what a later run resumes,
so training can always be continued. Every checkpoint writes held-out bits per byte to `<stage>.log.jsonl`.
"""

import argparse
import json
import math
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from blt import CONFIGS, OFFSET, Blt, entropy_nats, patch_starts
from corpus import CACHE
from muon import Muon
from stream import PREFIX, Corpus, dev_rows

WARMUP_STEPS = 100
DECAY_SHARE = 0.25  # of the run's time
CHECKPOINT_SECONDS = 300


def optimizers(model: torch.nn.Module, muon_lr: float, adam_lr: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, hash tables, heads and norms."""
    matrices, tables, rest = [], [], []
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        if "encoder_hash" in name:
            tables.append(p)
        elif p.dim() == 2 and "embed_tokens" not in name and "lm_head" not in name:
            matrices.append(p)
        else:
            rest.append(p)
    groups = [{"params": rest, "lr": adam_lr}] + ([{"params": tables, "lr": adam_lr * 3}] if tables else [])
    adam = torch.optim.AdamW(groups, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0, fused=True)
    chosen = [Muon(matrices, lr=muon_lr), adam]
    for optimizer in chosen:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return chosen


def text_mask(ids: torch.Tensor) -> torch.Tensor:
    """True for targets that are text, (B, T) of ids (B, T + 1): what stands after the PREFIX sentinel."""
    return (ids == PREFIX + OFFSET).cumsum(1)[:, :-1] > 0


@torch.no_grad()
def bits_per_byte(logits_of, rows: dict[str, np.ndarray]) -> dict[str, float]:
    """Held-out bits per byte of the text of each language's rows."""
    out = {}
    for language, data in rows.items():
        bits = count = 0.0
        for row in torch.from_numpy(data).split(4):
            losses = F.cross_entropy(logits_of(row[:, :-1]).float().transpose(1, 2), row[:, 1:], reduction="none")
            mask = text_mask(row)
            bits += float(losses[mask].double().sum()) / math.log(2)
            count += int(mask.sum())
        out[language] = bits / count
    return out


class Run:
    """One stage's training run: model, optimizers, step counter, checkpoint and log."""

    def __init__(self, args: argparse.Namespace):
        self.args = args
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.folder = args.out / args.name
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(args.seed)
        self.blt = Blt(CONFIGS[args.config]).to(self.device)
        self.step, self.bytes_seen = 0, 0
        if args.stage == "blt":
            entropy = torch.load(self.folder / "entropy.pt", map_location=self.device)
            self.blt.model.patcher.load_state_dict(
                {k.removeprefix("model.patcher."): v for k, v in entropy["model"].items() if "patcher" in k})
            self.blt.config.threshold = json.loads((self.folder / "threshold.json").read_text())["threshold"]
        trains = args.stage == "entropy"
        for name, p in self.blt.named_parameters():
            p.requires_grad_(("patcher" in name) == trains)
        self.optimizers = optimizers(self.blt, args.muon_lr, args.adam_lr)
        self.decaying = False
        self.resume()

    def logits(self, ids: torch.Tensor) -> torch.Tensor:
        ids = ids.to(self.device)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.args.bf16):
            if self.args.stage == "entropy":
                return self.blt.model.patcher(ids)
            with torch.autocast(self.device, enabled=False):  # patches must not depend on the training precision
                starts = patch_starts(ids, self.blt.entropies(ids), self.blt.config.threshold)
            return self.blt(ids, starts)

    def resume(self) -> None:
        """Goes on from the last checkpoint whose learning rate had not begun to fall."""
        for path in (self.folder / f"{self.args.stage}.pt", self.folder / f"{self.args.stage}-stable.pt"):
            if path.exists() and not (state := torch.load(path, map_location=self.device)).get("decaying", "stable" not in path.name):
                self.load(path, state)
                return

    def load(self, path: Path, state: dict) -> None:
        self.blt.load_state_dict(state["model"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(kept)
        self.step, self.bytes_seen = state["step"], state["bytes"]
        print(f"goes on from {path.name}: step {self.step}, {self.bytes_seen / 1e6:.1f} MB seen")

    def save(self, name: str) -> None:
        state = {
            "model": self.blt.state_dict(), "optimizers": [o.state_dict() for o in self.optimizers],
            "config": self.blt.config.to_dict(), "step": self.step, "bytes": self.bytes_seen,
            "decaying": self.decaying,
        }
        torch.save(state, self.folder / (name + ".part"))
        os.replace(self.folder / (name + ".part"), self.folder / name)

    def train(self) -> None:
        args = self.args
        corpus, dev = Corpus(args.corpus, "train"), dev_rows(Corpus(args.corpus, "dev"), args.length, args.dev_rows)
        log = (self.folder / f"{args.stage}.log.jsonl").open("a")
        parameters = [p for p in self.blt.parameters() if p.requires_grad]
        busy = 0.0  # seconds of training proper, without evaluation and without sleep
        since_checkpoint, average = 0.0, None
        bar = tqdm(total=round(args.minutes * 60), unit="s", mininterval=2 if sys.stderr.isatty() else 60)
        while busy < args.minutes * 60:
            begun = time.monotonic()
            progress = busy / (args.minutes * 60)
            if progress > 1 - DECAY_SHARE and not self.decaying:
                self.save(f"{args.stage}-stable.pt")
                self.decaying = True
            factor = min(1.0, (self.step + 1) / WARMUP_STEPS, (1 - progress) / DECAY_SHARE)
            for group in (g for o in self.optimizers for g in o.param_groups):
                group["lr"] = group["peak"] * factor
            rng = np.random.default_rng([args.seed, self.step])
            rows = torch.from_numpy(np.stack([corpus.row(rng, args.length) for _ in range(args.batch)])).to(self.device)
            loss = F.cross_entropy(self.logits(rows[:, :-1]).float().flatten(0, 1), rows[:, 1:].flatten())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            self.step += 1
            self.bytes_seen += rows.shape[0] * args.length
            bits = loss.item() / math.log(2)
            average = bits if average is None else 0.98 * average + 0.02 * bits
            # A step that took far longer than it can was stopped from outside (SIGSTOP): that is no training time.
            seconds = min(time.monotonic() - begun, 60)
            busy += seconds
            since_checkpoint += seconds
            bar.update(min(round(busy), bar.total) - bar.n)
            bar.set_postfix(step=self.step, bits=f"{average:.3f}", kBps=f"{rows.numel() / seconds / 1e3:.1f}")
            if since_checkpoint > CHECKPOINT_SECONDS or busy >= args.minutes * 60:
                since_checkpoint = 0.0
                self.save(f"{args.stage}.pt")
                score = bits_per_byte(self.logits, dev)
                row = {"step": self.step, "megabytes": self.bytes_seen / 1e6, "seconds": round(busy), "train": average,
                       "dev": score, "mean": sum(score.values()) / len(score), "lr": factor}
                log.write(json.dumps(row) + "\n")
                log.flush()
                bar.write(json.dumps(row))


@torch.no_grad()
def choose_threshold(args: argparse.Namespace) -> None:
    """The threshold in nats that cuts held-out text into patches of `--patch` bytes on average."""
    folder = args.out / args.name
    blt = Blt(CONFIGS[args.config])
    blt.load_state_dict(torch.load(folder / "entropy.pt", map_location="cpu")["model"])
    dev = dev_rows(Corpus(args.corpus, "dev"), args.length, args.dev_rows)
    entropies = {l: entropy_nats(blt.model.patcher(torch.from_numpy(rows[:, :-1]))) for l, rows in dev.items()}
    everything = torch.cat([e.flatten() for e in entropies.values()])
    threshold = float(torch.quantile(everything[torch.randperm(len(everything))[:1_000_000]], 1 - 1 / args.patch))
    report = {
        "threshold": threshold,
        "bitsPerByte": bits_per_byte(lambda ids: blt.model.patcher(ids), dev),
        "averagePatch": {l: e.numel() / max(1, int((e > threshold).sum())) for l, e in entropies.items()},
    }
    (folder / "threshold.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["entropy", "threshold", "blt"])
    parser.add_argument("--config", default="small", choices=CONFIGS)
    parser.add_argument("--name", default=None, help="folder of this run; the configuration's name unless given")
    parser.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    parser.add_argument("--out", type=Path, default=CACHE / "runs")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--length", type=int, default=2048, help="bytes per row")
    parser.add_argument("--batch", type=int, default=4, help="rows per step")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=0.002)
    parser.add_argument("--patch", type=float, default=4.5, help="average patch length in bytes")
    parser.add_argument("--dev-rows", type=int, default=16, help="held-out rows per language")
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.name = args.name or args.config
    if args.stage == "threshold":
        choose_threshold(args)
    else:
        Run(args).train()


if __name__ == "__main__":
    main()
