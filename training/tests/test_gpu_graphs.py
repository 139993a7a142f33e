"""The GPU form on the CPU: near PyTorch, however the text is fed; what providers demand; nothing stored twice."""

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from blt import CONFIGS, Blt, patch_starts
from cached_gpu import CachedGpuBlt
from export import HALF_TOLERANCE, check_half_parity
from fixtures import random_ids
from gpu_graphs import GPU_GRAPHS, SHARED_BYTES, unfit
from package import blt_of

ROOT = Path(__file__).parents[2]
PACKAGES = [p for p in (ROOT / "test/fixtures/models/windowed-tiny", ROOT / "models/bytewise-small") if p.exists()]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_logits_are_near_those_of_pytorch(package):
    assert check_half_parity(blt_of(package), package, sentinels=True) <= HALF_TOLERANCE


def test_a_window_sees_as_far_as_in_pytorch():
    blt, ids = blt_of(PACKAGES[0]), random_ids(150)  # windows of 32
    starts = patch_starts(ids, blt.entropies(ids), blt.config.threshold)[0]
    decoder = CachedGpuBlt(blt.config, PACKAGES[0], ends={t for t in range(ids.shape[1]) if starts[t + 1]})
    with torch.no_grad():
        expected = blt(ids)[0].numpy()
    got = np.concatenate([decoder.feed(ids[0, at : at + 31].tolist()) for at in range(0, ids.shape[1], 31)])
    assert np.abs(got - expected).max() <= HALF_TOLERANCE * np.abs(expected).max()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_the_graphs_are_what_providers_take(package):
    for name in GPU_GRAPHS:
        model = onnx.load(package / f"{name}-gpu.onnx", load_external_data=False)
        assert {o.domain: o.version for o in model.opset_import} == {"": 20, "com.microsoft": 1}
        kinds = {node.op_type for node in model.graph.node}
        assert not kinds & {"Shape", "Loop", "If", "Range", "ConstantOfShape"}, "these run on the CPU"
        assert name == "lookup" or "GroupQueryAttention" in kinds


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_weights_are_stored_once(package):
    manifest = json.loads((package / "manifest.json").read_text())
    for name, graph in manifest["gpu"]["graphs"].items():
        donor = next(g for g in manifest["graphs"].values() if g["file"] == graph["weightsIn"])
        assert graph["weightsSha256"] == donor["sha256"], "export the whole package again"
        model = onnx.load(package / graph["file"], load_external_data=False)
        for constant in model.graph.initializer:
            where = {e.key: e.value for e in constant.external_data}
            # Norms are float32 in the other form.
            if len(constant.raw_data) >= SHARED_BYTES:
                assert "norm" in constant.name, f"{name}: {constant.name}"
            if where:
                assert where["location"] == graph["weightsIn"]


def test_a_shape_that_no_gpu_kernel_takes_is_named():
    config = deepcopy(CONFIGS["tiny"])
    assert unfit(config) is None
    config.decoder.heads = 8
    assert unfit(config) == "head widths must be multiples of 8, and it has 4"
