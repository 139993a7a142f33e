"""Training: the entropy model, then the BLT over its patches; and the baselines that they are compared with.

    python train.py entropy --minutes 15
    python train.py threshold --patch 3.5
    python train.py blt --minutes 90
    python train.py plain --flops 4e14       # a baseline, stopped by training FLOPs: plain, megabyte or bpe
    torchrun --nproc-per-node 8 train.py blt --config base --total-minutes 25 --leg-minutes 9    # one schedule, several legs

The learning rate is constant after a warm-up and falls to zero over the last `--decay` of the schedule. A schedule is as long as
`--minutes` of training; or it ends at `--flops` of training; or it takes `--total-minutes`, however many commands that takes:
each stops after `--leg-minutes` on the wall clock, and the next goes on where it stopped. The state just before the fall is kept
as `<stage>-stable.pt`, and a run with another schedule resumes that, so training can always be continued. Every checkpoint
writes held-out bits per byte to `<stage>.log.jsonl`.
"""

import time

BEGUN = time.monotonic()  # before the imports: a leg's time is the wall clock's

import argparse  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import torch  # noqa: E402
import torch.distributed as distributed  # noqa: E402
from torch.nn.parallel import DistributedDataParallel  # noqa: E402
from tqdm import tqdm  # noqa: E402

from batches import Batches  # noqa: E402
from blt import CONFIGS, Blt, entropy_nats  # noqa: E402
from corpus import CACHE  # noqa: E402
from muon import Muon  # noqa: E402
from weight_shards import write_shards  # noqa: E402
from stages import ROW, STAGES, bits_per_byte  # noqa: E402
from stream import Corpus, dev_rows  # noqa: E402

WARMUP_STEPS = 100
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


class Run:
    """One stage's training run: model, optimizers, step counter, checkpoint and log. With torchrun, one process of several."""

    def __init__(self, args: argparse.Namespace):
        self.args = args
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self.device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu"
        self.kind = self.device.partition(":")[0]
        if self.kind == "cuda":
            torch.cuda.set_device(self.device)
        if self.world > 1 and not distributed.is_initialized():
            distributed.init_process_group("cpu:gloo,cuda:nccl" if self.kind == "cuda" else "gloo")
        self.folder = args.out / args.name
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(args.seed)
        self.stage = STAGES[args.stage](args.config, self.folder)
        self.model = self.stage.model
        trained = {id(p) for p in self.stage.network.parameters()}
        for p in self.model.parameters():
            p.requires_grad_(p.requires_grad and id(p) in trained)
        self.batches = Batches(args.corpus, self.stage, args.length, args.batch, args.seed, self.rank)
        self.dev = dev_rows(Corpus(args.corpus, "dev"), args.length, args.dev_rows)
        self.flops_per_byte = self.cost()
        self.model.to(self.device)
        self.optimizers = optimizers(self.model, args.muon_lr, args.adam_lr)
        self.schedule = ["flops", args.flops] if args.flops else ["seconds", args.total_minutes * 60] if args.total_minutes else None
        self.step, self.bytes_seen, self.seconds, self.flops = 0, 0, 0.0, self.stage.spent
        self.decaying = False
        self.resume()
        self.network = self.stage.network  # as it is, for held-out scores
        if args.compile:
            self.stage.compile(args.length)
        if self.world > 1:
            self.stage.network = DistributedDataParallel(self.stage.network)

    def cost(self) -> float:
        """Training FLOPs per byte, over what the run reads first; the same for each of its legs."""
        first = Batches(self.args.corpus, self.stage, self.args.length, 2, self.args.seed)
        rows = torch.cat([torch.from_numpy(first.bytes(step)[0]) for step in range(4)])
        with torch.no_grad():
            return self.stage.cost(rows).training / self.args.length

    def resume(self) -> None:
        """Goes on from the last checkpoint whose learning rate had not begun to fall, or that is of the same schedule."""
        for path in (self.folder / f"{self.args.stage}.pt", self.folder / f"{self.args.stage}-stable.pt"):
            if not path.exists():
                continue
            state = torch.load(path, map_location=self.device)
            ours = self.schedule is not None and state.get("schedule") == self.schedule
            if ours or not state.get("decaying", "stable" not in path.name):
                self.load(path, state)
                return

    def load(self, path: Path, state: dict) -> None:
        if {n: p.shape for n, p in state["model"].items()} != {n: p.shape for n, p in self.model.state_dict().items()}:
            raise SystemExit(f"{path} is a model of other sizes. Give this run a --name of its own.")
        self.model.load_state_dict(state["model"])
        for optimizer, kept in zip(self.optimizers, state.get("optimizers", [])):
            optimizer.load_state_dict(kept)
        self.step, self.bytes_seen, self.decaying = state["step"], state["bytes"], state.get("decaying", False)
        self.seconds = state.get("seconds", 0.0)
        self.flops = state.get("flops", self.stage.spent + self.bytes_seen * self.flops_per_byte)
        if self.rank == 0:
            print(f"goes on from {path.name}: step {self.step}, {self.bytes_seen / 1e6:.1f} MB seen")

    def save(self, name: str) -> None:
        if self.rank:
            return
        state = {
            "model": self.model.state_dict(), "optimizers": [o.state_dict() for o in self.optimizers],
            "config": self.stage.config, "step": self.step, "bytes": self.bytes_seen, "seconds": self.seconds,
            "flops": self.flops, "schedule": self.schedule, "decaying": self.decaying,
        }
        torch.save(state, self.folder / (name + ".part"))
        os.replace(self.folder / (name + ".part"), self.folder / name)

    def progress(self, busy: float) -> tuple[float, bool]:
        """How much of the schedule is done, and whether this command ends here; rank 0 decides for all."""
        args = self.args
        if self.schedule is None:
            done = busy / (args.minutes * 60)
        else:
            done = (self.flops if self.schedule[0] == "flops" else self.seconds) / self.schedule[1]
        ends = done >= 1 or (args.leg_minutes is not None and time.monotonic() - BEGUN > args.leg_minutes * 60)
        if self.world > 1:
            decided = torch.tensor([done, float(ends)], dtype=torch.float64)
            distributed.broadcast(decided, 0)
            done, ends = decided[0].item(), bool(decided[1])
        return done, ends

    def loss(self, ids: torch.Tensor, learned: torch.Tensor) -> torch.Tensor:
        with torch.autocast(self.kind, torch.bfloat16, enabled=self.args.bf16):
            nats = self.stage.nats(ids)
        return (nats * learned).sum() / learned.sum()

    def score(self) -> dict[str, float]:
        trained, self.stage.network = self.stage.network, self.network
        scores = bits_per_byte(self.stage, self.dev, self.device, self.args.bf16)
        self.stage.network = trained
        return scores

    def train(self) -> None:
        args = self.args
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        # Reading a number back from a GPU makes it wait, so that is not done at each step.
        every = 1 if self.kind == "cpu" else 10
        batches = self.batches.since(self.step, args.workers)
        average = None
        busy = since_checkpoint = since_reading = 0.0  # seconds of training proper, without evaluation and without sleep
        bar = tqdm(total=1000, unit="‰", mininterval=2 if sys.stderr.isatty() else 60, disable=self.rank > 0)
        done, ends = self.progress(busy)
        while not ends:
            begun = time.monotonic()
            if done > 1 - args.decay and not self.decaying:
                self.save(f"{args.stage}-stable.pt")
                self.decaying = True
            factor = max(0.0, min(1.0, (self.step + 1) / WARMUP_STEPS, (1 - done) / args.decay))
            for group in (g for o in self.optimizers for g in o.param_groups):
                group["lr"] = group["peak"] * factor
            ids, learned = (x.to(self.device, non_blocking=True) for x in next(batches))
            loss = self.loss(ids, learned)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            self.step += 1
            size = args.batch * args.length * self.world
            self.bytes_seen += size
            self.flops += size * self.flops_per_byte
            reads = self.step % every == 0
            if reads:
                bits = loss.item() / math.log(2)
                average = bits if average is None else average + (bits - average) * 0.02 * every
            # A step that took far longer than it can was stopped from outside (SIGSTOP): that is no training time.
            seconds = min(time.monotonic() - begun, 60)
            busy += seconds
            self.seconds += seconds
            since_checkpoint += seconds
            since_reading += seconds
            done, ends = self.progress(busy)
            bar.update(min(round(1000 * done), 1000) - bar.n)
            if reads:
                bar.set_postfix(step=self.step, bits=f"{average:.3f}", kBps=f"{size * every / since_reading / 1e3:.1f}")
                since_reading = 0.0
            if since_checkpoint > CHECKPOINT_SECONDS or ends:
                since_checkpoint = 0.0
                self.save(f"{args.stage}.pt")
                if self.rank == 0:
                    self.report(bar, average, factor, busy)
        if args.shards and self.rank == 0:
            write_shards(self.folder / f"{args.stage}.pt", args.shards)
        if self.world > 1:
            distributed.barrier()

    def report(self, bar: tqdm, average: float | None, factor: float, busy: float) -> None:
        score = self.score()
        row = {"step": self.step, "megabytes": self.bytes_seen / 1e6, "flops": self.flops, "seconds": round(busy), "train": average,
               "dev": score, "mean": sum(score.values()) / len(score), "lr": factor}
        with (self.folder / f"{self.args.stage}.log.jsonl").open("a") as log:
            log.write(json.dumps(row) + "\n")
        bar.write(json.dumps(row))


@torch.no_grad()
def choose_threshold(args: argparse.Namespace) -> None:
    """The threshold in nats that cuts held-out text into patches of `--patch` bytes on average."""
    folder = args.out / args.name
    entropy = STAGES["entropy"](args.config, folder)
    entropy.model.load_state_dict(torch.load(folder / "entropy.pt", map_location="cpu")["model"])
    dev = dev_rows(Corpus(args.corpus, "dev"), args.length, args.dev_rows)
    entropies = {l: entropy_nats(entropy.network(torch.from_numpy(rows[:, :-1]))) for l, rows in dev.items()}
    everything = torch.cat([e.flatten() for e in entropies.values()])
    threshold = float(torch.quantile(everything[torch.randperm(len(everything))[:1_000_000]], 1 - 1 / args.patch))
    report = {
        "threshold": threshold,
        "bitsPerByte": bits_per_byte(entropy, dev),
        "averagePatch": {l: e.numel() / max(1, int((e > threshold).sum())) for l, e in entropies.items()},
    }
    (folder / "threshold.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


def parser() -> argparse.ArgumentParser:
    out = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    out.add_argument("stage", choices=[*STAGES, "threshold"])
    out.add_argument("--config", default="small", help="sizes: small, base, tiny; for `plain` also twice")
    out.add_argument("--name", default=None, help="folder of this run; the configuration's name unless given")
    out.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    out.add_argument("--out", type=Path, default=CACHE / "runs")
    out.add_argument("--minutes", type=float, default=15.0, help="a schedule that this command alone runs")
    out.add_argument("--total-minutes", type=float, help="a schedule over several commands, in minutes of training")
    out.add_argument("--flops", type=float, help="a schedule over any number of commands, in training FLOPs")
    out.add_argument("--leg-minutes", type=float, help="where this command stops, in minutes of the wall clock since its start")
    out.add_argument("--decay", type=float, default=0.25, help="the share of the schedule in which the learning rate falls")
    out.add_argument("--length", type=int, default=ROW, help="bytes per row")
    out.add_argument("--batch", type=int, default=4, help="rows per step and process")
    out.add_argument("--muon-lr", type=float, default=0.02)
    out.add_argument("--adam-lr", type=float, default=0.002)
    out.add_argument("--patch", type=float, default=4.5, help="average patch length in bytes")
    out.add_argument("--dev-rows", type=int, default=16, help="held-out rows per language")
    out.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    out.add_argument("--compile", action=argparse.BooleanOptionalAction, default=torch.cuda.is_available())
    out.add_argument("--workers", type=int, default=0, help="processes that prepare rows")
    out.add_argument("--shards", type=Path, help="folder for the weights in files of at most 16 MB")
    out.add_argument("--seed", type=int, default=0)
    return out


def arguments(values: list[str] | None = None) -> argparse.Namespace:
    args = parser().parse_args(values)
    args.name = args.name or args.config
    return args


def main() -> None:
    args = arguments()
    if args.stage == "threshold":
        choose_threshold(args)
    else:
        Run(args).train()
    if distributed.is_initialized():
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()
