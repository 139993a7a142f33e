"""Reads a model package back: its graphs' constants become the weights they were made of."""

import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from blt import Blt, BltConfig, StackConfig
from weights import dequantise

THETA = {"entropy": 10000.0}
HASH = "model.encoder_hash_tok_embedding.weight"


def weights_of(package: Path) -> dict[str, torch.Tensor]:
    """Parameters by name, float32, exactly the numbers that the package computes with."""
    constants = {}
    for file in sorted(package.glob("*.onnx")):
        if file.stem.endswith("-gpu"):  # the same weights again, some of them rounded
            continue
        constants |= {i.name: numpy_helper.to_array(i).copy() for i in onnx.load(file).graph.initializer}
    for name in [name for name in constants if ".int" in name]:
        matrix, _, bits = name.rpartition(".int")
        scales = constants.pop(f"{matrix}.scale")
        whole = dequantise(constants.pop(name).reshape(*scales.shape, -1), scales, int(bits))
        constants[matrix] = whole if matrix == "hash" else whole.T
    weights = {}
    for name, value in ((name, torch.from_numpy(value).float()) for name, value in constants.items()):
        if "+" in name or name.endswith(("_proj", "lm_head", "projection")):  # matrices lie transposed, some side by side
            names = name.split("+")
            for part, piece in zip(names, value.chunk(len(names), 1)):
                weights[f"{part}.weight"] = piece.T.contiguous()
        elif name == "hash":
            weights[HASH] = value
        elif name.startswith("model."):
            weights[f"{name}.weight"] = value
    return weights


def blt_of(package: Path) -> Blt:
    """The model of a package, in PyTorch."""
    manifest, weights = json.loads((package / "manifest.json").read_text()), weights_of(package)

    def stack(part: str, prefix: str) -> StackConfig:
        s = manifest["stacks"][part]
        hidden = weights[f"model.{prefix}.layers.0.mlp.gate_proj.weight"].shape[0]
        return StackConfig(s["width"], s["layers"], s["heads"], hidden, THETA.get(part, 500000.0), s["window"])

    blt = Blt(BltConfig(
        patcher=stack("entropy", "patcher"), encoder=stack("encoder", "local_encoder"),
        latent=stack("latent", "global_transformer"), decoder=stack("decoder", "local_decoder"),
        hash_sizes=manifest["hash"]["sizes"], hash_rows=manifest["hash"]["rows"],
        k=manifest["crossAttentionVectors"], threshold=manifest["patching"]["thresholdNats"],
    ))
    blt.load_state_dict(weights)
    return blt.eval()
