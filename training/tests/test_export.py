"""The exporter from the outside: a directory in, a package out."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from blt import CONFIGS, Blt
from hugging_face import to_hugging_face

TRAINING = Path(__file__).parents[1]
PACKAGE = TRAINING.parent / "test" / "fixtures" / "models" / "oracle-tiny"


def oracle_directory(folder: Path) -> Path:
    """The Hugging Face directory that the fixture package was exported from, made again from the package's graphs."""
    import onnx
    from onnx import numpy_helper

    constants = {}
    for file in PACKAGE.glob("*.onnx"):
        constants |= {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in onnx.load(file).graph.initializer}
    weights = {}
    for name, value in constants.items():
        if "+" in name or name.endswith("_proj") or name.endswith(("lm_head", "projection")):
            names = name.split("+")
            for part, piece in zip(names, value.chunk(len(names), 1)):
                weights[f"{part}.weight"] = piece.T.contiguous()
        elif name == "hash":
            weights["model.encoder_hash_tok_embedding.weight"] = value
        elif name.startswith("model."):
            weights[f"{name}.weight"] = value.contiguous()
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    theta = {"rope_parameters": {"rope_theta": 500000.0}}
    part = lambda n, **more: {  # noqa: E731
        "hidden_size": manifest["stacks"][n]["width"], "num_hidden_layers": manifest["stacks"][n]["layers"],
        "num_attention_heads": manifest["stacks"][n]["heads"], **theta, **more}
    config = {
        "patcher_config": part("entropy") | {"rope_parameters": {"rope_theta": 10000.0}},
        "encoder_config": part("encoder", cross_attn_all_layers=False),
        "global_config": part("latent"), "decoder_config": part("decoder", cross_attn_all_layers=True),
        "encoder_hash_byte_group_size": manifest["hash"]["sizes"], "encoder_hash_byte_group_vocab": manifest["hash"]["rows"],
        "cross_attn_k": manifest["crossAttentionVectors"], "patching_threshold": manifest["patching"]["thresholdNats"],
    }
    save_file(weights, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def export(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "export.py", *arguments], cwd=TRAINING, capture_output=True, text=True)


def test_a_hugging_face_directory_becomes_a_package(tmp_path):
    torch.manual_seed(0)
    blt = Blt(CONFIGS["tiny"])
    for stack in (blt.config.patcher, blt.config.encoder, blt.config.decoder):
        stack.window = None
    to_hugging_face(blt).save_pretrained(tmp_path / "hf")
    done = export("--huggingface", str(tmp_path / "hf"), "--name", "x", "--out", str(tmp_path / "x"), "--weights", "float32")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_text())
    assert manifest["stacks"]["latent"] == {"width": 48, "layers": 2, "heads": 2, "window": None}
    for graph in manifest["graphs"].values():
        data = (tmp_path / "x" / graph["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (graph["bytes"], graph["sha256"])


def test_a_checkpoint_becomes_a_package_with_sentinels(tmp_path):
    torch.manual_seed(0)
    blt = Blt(CONFIGS["tiny"])
    torch.save({"model": blt.state_dict(), "config": blt.config.to_dict(), "step": 3, "bytes": 5e6}, tmp_path / "blt.pt")
    done = export("--checkpoint", str(tmp_path / "blt.pt"), "--name", "y", "--out", str(tmp_path / "y"))
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "y" / "manifest.json").read_text())
    assert manifest["sentinels"] == {"path": 251, "suffix": 252, "prefix": 253, "end": 254}
    assert manifest["training"]["megabytesSeen"] == 5.0


def test_the_fixture_package_is_complete(tmp_path):
    assert oracle_directory(tmp_path) == tmp_path
