"""A run can be stopped and goes on; the learning rate's fall is not part of what goes on."""

import argparse
import json

import numpy as np
import pytest
import torch

import train
from train import Run


@pytest.fixture
def arguments(tmp_path):
    text = b"const value = compute(first, second);\nreturn value;\n" * 40
    for split in ("train", "dev"):
        (tmp_path / f"{split}.bin").write_bytes(text)
        (tmp_path / f"{split}.json").write_text(json.dumps([[0, len(text), "typescript", "a.ts"]]))

    def make(stage: str, minutes: float) -> argparse.Namespace:
        return argparse.Namespace(stage=stage, config="tiny", name="tiny", corpus=tmp_path, out=tmp_path / "runs", minutes=minutes,
                                  length=256, batch=2, muon_lr=0.02, adam_lr=0.002, patch=3.5, dev_rows=1, bf16=False, seed=0)

    return make


def test_every_stage_trains_and_goes_on_where_the_rate_was_constant(arguments, monkeypatch):
    monkeypatch.setattr(train, "WARMUP_STEPS", 1)
    first = Run(arguments("entropy", 0.02))
    first.train()
    assert first.step > 0 and first.decaying
    train.choose_threshold(arguments("threshold", 0))
    blt = Run(arguments("blt", 0.03))
    assert blt.step == 0 and not any(p.requires_grad for p in blt.blt.model.patcher.parameters())
    blt.train()
    stable = torch.load(blt.folder / "blt-stable.pt")
    assert 0 < stable["step"] <= blt.step
    again = Run(arguments("blt", 0.03))
    assert again.step == stable["step"] and again.bytes_seen == stable["bytes"]
    for name, value in again.blt.state_dict().items():
        assert torch.equal(value, stable["model"][name]), name

    # Stopped before the fall: the newest checkpoint counts, although an older stable one is there.
    again.step += 7
    again.save("blt.pt")
    assert Run(arguments("blt", 0.03)).step == stable["step"] + 7


def test_bits_per_byte_of_a_uniform_model_are_those_of_its_vocabulary():
    rows = {"x": np.array([[1, train.PREFIX + train.OFFSET, 70, 71, 72]])}
    score = train.bits_per_byte(lambda ids: torch.zeros(*ids.shape, 260), rows)
    assert score["x"] == pytest.approx(np.log2(260), abs=1e-4)
