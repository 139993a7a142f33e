"""A run can be stopped and goes on; the learning rate's fall is not part of what goes on, unless the schedule is the same."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import bpe
import stages
import train
from batches import Batches
from weight_shards import read_shards, write_shards
from stages import PLAIN, STAGES, bits_per_byte
from stream import PREFIX, Corpus
from train import Run

TEXT = "const value = compute(first, second);\nreturn größe;\n" * 40


@pytest.fixture
def arguments(tmp_path, monkeypatch):
    monkeypatch.setattr(train, "WARMUP_STEPS", 1)
    for split in ("train", "dev"):
        (tmp_path / f"{split}.bin").write_bytes(TEXT.encode())
        (tmp_path / f"{split}.json").write_text(json.dumps([[0, len(TEXT.encode()), "typescript", "a.ts"]]))
    (tmp_path / "runs" / "tiny").mkdir(parents=True)
    bpe.train(Corpus(tmp_path, "train"), 300, 1).save(str(tmp_path / "runs" / "tiny" / "tokenizer.json"))

    def make(stage: str, *more: str) -> argparse.Namespace:
        return train.arguments([stage, "--config", "tiny", "--corpus", str(tmp_path), "--out", str(tmp_path / "runs"), "--length", "256",
                                "--batch", "2", "--dev-rows", "1", "--no-bf16", *more])

    return make


@pytest.fixture
def entropy(arguments):
    """A trained entropy model and its threshold, which the stage `blt` builds on."""
    Run(arguments("entropy", "--flops", "1e9")).train()
    train.choose_threshold(arguments("threshold", "--patch", "3.5"))


def test_a_run_goes_on_where_the_rate_was_constant(arguments, entropy):
    blt = Run(arguments("blt", "--flops", "4e9"))
    assert blt.step == 0 and not any(p.requires_grad for p in blt.model.model.patcher.parameters())
    spent = torch.load(blt.folder / "entropy.pt")["flops"]
    assert blt.flops == spent > 0  # the entropy model's training is part of the price
    blt.train()
    stable = torch.load(blt.folder / "blt-stable.pt")
    assert blt.decaying and 0 < stable["step"] < blt.step
    # Without a schedule over several commands, or with another one.
    for schedule in (["--minutes", "1"], ["--flops", "6e9"]):
        again = Run(arguments("blt", *schedule))
        assert again.step == stable["step"] and again.bytes_seen == stable["bytes"] and again.flops == stable["flops"]
    for name, value in again.model.state_dict().items():
        assert torch.equal(value, stable["model"][name]), name

    # Stopped before the fall: the newest checkpoint counts, although an older stable one is there.
    again.step += 7
    again.save("blt.pt")
    assert Run(arguments("blt", "--minutes", "1")).step == stable["step"] + 7
    again.save("plain.pt")
    with pytest.raises(SystemExit, match="other sizes"):
        Run(arguments("plain"))


def test_a_schedule_of_minutes_ends(arguments):
    run = Run(arguments("plain", "--minutes", "0.02"))
    run.train()
    assert run.step > 0 and run.seconds >= 1.2


@pytest.mark.parametrize("stage", ["plain", "megabyte", "bpe"])
def test_baselines_train_to_an_exact_number_of_flops(arguments, stage):
    run = Run(arguments(stage, "--flops", "3e9"))
    before = run.loss(*run.batches[0]).item()
    run.train()
    step = 2 * 256 * run.flops_per_byte
    assert 3e9 <= run.flops < 3e9 + step
    assert run.loss(*run.batches[0]).item() < before - 0.5
    log = json.loads((run.folder / f"{stage}.log.jsonl").read_text().splitlines()[-1])
    assert log["flops"] == run.flops and log["dev"].keys() == {"typescript"}


def test_legs_form_one_schedule(arguments, monkeypatch):
    whole = Run(arguments("plain", "--flops", "2e9"))
    whole.train()
    assert whole.step > 3
    legs = 0
    while True:
        run = Run(arguments("plain", "--flops", "2e9", "--name", "legs"))
        first, progress = run.step, run.progress
        monkeypatch.setattr(run, "progress", lambda busy: (progress(busy)[0], progress(busy)[1] or run.step > first + 1))
        run.train()
        legs += 1
        if run.flops >= 2e9:
            break
    assert legs > 1 and run.step == whole.step
    for name, value in run.model.state_dict().items():
        assert torch.equal(value, whole.model.state_dict()[name]), name
    # A longer schedule does not go on with a fallen rate.
    assert Run(arguments("plain", "--flops", "4e9")).step < whole.step


def test_a_leg_ends_on_the_wall_clock(arguments):
    run = Run(arguments("plain", "--total-minutes", "60", "--leg-minutes", "0"))
    run.train()
    assert run.step == 0


def test_batches_depend_on_the_step_alone(arguments):
    args = arguments("bpe")
    stage = STAGES["bpe"]("tiny", args.out / "tiny")
    batches = Batches(args.corpus, stage, 256, 2, seed=3)
    ahead = batches.since(5, workers=2)
    for step in (5, 6, 7):
        for here, there in zip(batches[step], next(ahead)):
            assert torch.equal(here, there)
    other = Batches(args.corpus, stage, 256, 2, seed=3, rank=1).bytes(5)[0]
    assert not np.array_equal(other, batches.bytes(5)[0])


def test_bits_per_byte_of_a_uniform_model_are_those_of_its_vocabulary(arguments):
    rows = {"x": np.array([[1, PREFIX + 4, 70, 71, 72]])}
    plain = STAGES["plain"]("tiny", None)
    plain.logits = lambda ids: torch.zeros(*ids.shape, 260)
    assert bits_per_byte(plain, rows)["x"] == pytest.approx(np.log2(260), abs=1e-4)
    tokens = STAGES["bpe"]("tiny", arguments("bpe").out / "tiny")
    tokens.logits = lambda ids: torch.zeros(*ids.shape, tokens.bpe.size)
    rows = {"x": np.array([[1, PREFIX + 4, *(b + 4 for b in b"compute")]])}
    bits = bits_per_byte(tokens, rows)["x"]
    assert bits == pytest.approx(np.log2(tokens.bpe.size) * len(tokens.bpe.encode(b"compute")) / 7, abs=1e-4)


def test_a_masked_target_gives_no_gradient(arguments):
    run = Run(arguments("plain"))
    ids, learned = run.batches[0]
    learned[:] = False
    learned[0, :50] = True
    loss = run.loss(ids, learned)
    ids[0, 60:] = 70
    ids[1] = 71
    assert torch.equal(loss, run.loss(ids, learned))


def test_shards_give_the_weights_back(tmp_path, monkeypatch):
    monkeypatch.setattr("weight_shards.SHARD_BYTES", 4000)
    model = stages.LanguageModel(PLAIN["tiny"])
    torch.save({"model": model.state_dict(), "optimizers": [], "config": PLAIN["tiny"].__dict__, "step": 3, "bytes": 9}, tmp_path / "plain.pt")
    paths = write_shards(tmp_path / "plain.pt", tmp_path / "out")
    assert len(paths) > 3 and all(p.stat().st_size < 8000 for p in paths)
    state = read_shards(paths[::-1])
    assert (state["step"], state["bytes"]) == (3, 9)
    for name, value in model.state_dict().items():
        assert torch.equal(state["model"][name], value.half().float()), name
    with pytest.raises(SystemExit, match="shards"):
        read_shards(paths[1:])


@pytest.mark.parametrize("stage", ["blt", "megabyte", "bpe"])
def test_a_compiled_graph_is_whole_and_gives_the_same_loss(arguments, stage, entropy):
    run = Run(arguments(stage))
    batch = run.batches[0]
    plain = run.loss(*batch)
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    run.stage.compile(256, backend="aot_eager")  # captures forward and backward pass, and runs them operator by operator
    compiled = run.loss(*run.batches[0])
    compiled.backward()
    assert compiled.item() == pytest.approx(plain.item(), abs=1e-4)
    assert not torch._dynamo.utils.counters["graph_break"]
    if stage == "blt":
        starts = run.stage.starts(batch[0][:, :-1])[:, :-1]
        assert starts.sum(1).max() <= run.stage.most_patches  # or the two would not be comparable
    assert run.score().keys() == {"typescript"}


@pytest.mark.parametrize("stage", ["blt", "bpe"])
def test_two_processes_train_one_model(arguments, stage, entropy, tmp_path):
    args = arguments(stage)
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "train.py", stage, "--config", "tiny",
         "--corpus", str(args.corpus), "--out", str(args.out), "--length", "256", "--batch", "2", "--dev-rows", "1", "--no-bf16",
         "--flops", "3e9", "--shards", str(tmp_path / "shards")],
        cwd=Path(train.__file__).parent, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    state = torch.load(args.out / "tiny" / f"{stage}.pt")
    assert state["bytes"] == state["step"] * 2 * 2 * 256
    assert read_shards(sorted((tmp_path / "shards").iterdir()))["step"] == state["step"]
    log = (args.out / "tiny" / f"{stage}.log.jsonl").read_text().splitlines()
    assert len(log) == 1 and json.loads(log[0])["flops"] == state["flops"]
