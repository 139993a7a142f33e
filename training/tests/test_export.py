"""The exporter from the outside: a directory in, a package out; and a package read back."""

import hashlib
import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import torch

from blt import CONFIGS, Blt
from cached import CachedBlt
from hugging_face import to_hugging_face
from package import blt_of

TRAINING = Path(__file__).parents[1]
FIXTURES = TRAINING.parent / "test" / "fixtures" / "models"
SHIPPED = TRAINING.parent / "models" / "bytewise-small"
TEXT = b"export function add(left: number, right: number) {\n  return left + right;\n}\n" * 3


def export(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "export.py", *arguments], cwd=TRAINING, capture_output=True, text=True)


def test_a_hugging_face_directory_becomes_a_package(tmp_path):
    torch.manual_seed(0)
    blt = Blt(deepcopy(CONFIGS["tiny"]))
    for stack in (blt.config.patcher, blt.config.encoder, blt.config.decoder):
        stack.window = None
    to_hugging_face(blt).save_pretrained(tmp_path / "hf")
    done = export("--huggingface", str(tmp_path / "hf"), "--name", "x", "--out", str(tmp_path / "x"), "--weights", "float32")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_text())
    assert manifest["stacks"]["latent"] == {"width": 48, "layers": 2, "heads": 2, "hidden": 64, "window": None}
    assert manifest["sentinels"] is None
    for graph in manifest["graphs"].values():
        data = (tmp_path / "x" / graph["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (graph["bytes"], graph["sha256"])
    for name, value in blt_of(tmp_path / "x").state_dict().items():
        assert torch.equal(value, blt.state_dict()[name]), name


def test_a_checkpoint_becomes_a_package_with_sentinels(tmp_path):
    torch.manual_seed(0)
    blt = Blt(deepcopy(CONFIGS["tiny"]))
    torch.save({"model": blt.state_dict(), "config": blt.config.to_dict(), "step": 3, "bytes": 5e6}, tmp_path / "blt.pt")
    done = export("--checkpoint", str(tmp_path / "blt.pt"), "--name", "y", "--out", str(tmp_path / "y"))
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "y" / "manifest.json").read_text())
    assert manifest["sentinels"] == {"path": 251, "suffix": 252, "prefix": 253, "end": 254}
    assert manifest["training"]["megabytesSeen"] == 5.0


@pytest.mark.parametrize("package", [FIXTURES / "oracle-tiny", FIXTURES / "windowed-tiny", SHIPPED], ids=lambda p: p.name)
def test_the_weights_of_a_package_give_the_same_logits_in_hugging_face(package):
    """Up to the window, which that port does not have, and with the patches of its own patcher."""
    blt = blt_of(package)
    ids = [1] + [b + 4 for b in TEXT[: min(s.window or 200 for s in (blt.config.patcher, blt.config.encoder)) - 1]]
    with torch.no_grad():
        theirs = to_hugging_face(blt)(input_ids=torch.tensor([ids]), use_cache=False).logits[0]
        ours = blt(torch.tensor([ids]))[0]
    assert (theirs - ours).abs().max() < 1e-3
    assert (torch.from_numpy(CachedBlt(blt.config, package).feed(ids)) - ours).abs().max() < 1e-3
