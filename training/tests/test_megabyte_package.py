"""The MEGABYTE package: its graphs, run with a cache, give the logits of PyTorch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import megabyte_package
from fixtures import random_ids, random_megabyte
from megabyte_package import CachedGraphs, stored, write
from stages import MEGABYTE
from weights import VARIANTS


@pytest.mark.parametrize("variant", ["float32", "int4-latent"])
def test_cached_graphs_equal_the_full_forward(tmp_path, variant):
    write(random_megabyte(1), VARIANTS[variant], {}, tmp_path / "x")
    ids = random_ids(90)
    with torch.no_grad():
        expected = stored(MEGABYTE["tiny"], tmp_path / "x")(ids)[0]
    for chunks in ([90], [1] * 90, [3, 40, 1, 46]):
        cached, at = CachedGraphs(MEGABYTE["tiny"], tmp_path / "x"), 0
        for length in chunks:
            got = torch.from_numpy(cached.feed(ids[0, at : at + length].tolist()))
            assert (got - expected[at : at + length]).abs().max() < 1e-3
            at += length


def test_float32_packages_give_the_weights_back(tmp_path):
    model = random_megabyte(2)
    write(model, VARIANTS["float32"], {}, tmp_path / "x")
    for name, value in stored(MEGABYTE["tiny"], tmp_path / "x").state_dict().items():
        assert torch.equal(value, model.state_dict()[name]), name


def test_a_checkpoint_becomes_a_package(tmp_path):
    model = random_megabyte(3)
    torch.save({"model": model.state_dict(), "config": model.config.to_dict(), "step": 3, "bytes": 5e6}, tmp_path / "megabyte.pt")
    run = lambda *more: subprocess.run([sys.executable, "megabyte_package.py", *more], capture_output=True, text=True,  # noqa: E731
                                       cwd=Path(megabyte_package.__file__).parent)
    done = run("--checkpoint", str(tmp_path / "megabyte.pt"), "--name", "m", "--out", str(tmp_path / "m"))
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "m" / "manifest.json").read_text())
    assert manifest["architecture"] == "megabyte" and manifest["patching"] == {"rule": "fixed", "bytes": 4}
    assert set(manifest["graphs"]) == {"wide", "local"} and manifest["training"]["megabytesSeen"] == 5.0
