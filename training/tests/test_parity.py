"""Our model against Hugging Face's, and the exported graphs against our model."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from blt import attention_by_blocks, attention_by_rows, hash_rows, patch_starts
from cached import CachedBlt
from fixtures import random_blt, random_ids
from graphs import GRAPHS
from hugging_face import to_hugging_face
from package import blt_of, weights_of
from weights import VARIANTS, dequantise, pack, quantise

FIXTURES = Path(__file__).parents[2] / "test" / "fixtures"
GOLDEN = json.loads((FIXTURES / "golden" / "oracle-tiny.json").read_text())


@pytest.mark.parametrize("length", [1, 2, 31, 32])
def test_same_logits_as_hugging_face_within_the_window(length):
    blt = random_blt(1)
    ids = random_ids(length)
    with torch.no_grad():
        torch.testing.assert_close(blt(ids), to_hugging_face(blt)(input_ids=ids, use_cache=False).logits, atol=1e-4, rtol=1e-4)


def test_same_logits_as_the_golden_record_of_hugging_face():
    blt = blt_of(FIXTURES / "models" / "oracle-tiny")
    ids = torch.tensor([GOLDEN["ids"]])
    with torch.no_grad():
        logits, entropies = blt(ids), blt.entropies(ids)
    assert (logits[0] - torch.tensor(GOLDEN["logits"])).abs().max() < 1e-3
    starts = patch_starts(ids, entropies, GOLDEN["threshold"])[0].nonzero()[:, 0].tolist()
    lengths = GOLDEN["patchLengths"]
    assert starts == [sum(lengths[:i]) for i in range(len(lengths))]


def test_hash_rows_equal_the_golden_record():
    rows = hash_rows(torch.tensor([GOLDEN["ids"]]), [3, 4, 5, 6, 7, 8], 500002)[0]
    for table, n in enumerate((3, 4, 5, 6, 7, 8)):
        assert (rows[:, table] - table * 500002).tolist() == GOLDEN["hashRows"][str(n)]


@pytest.mark.parametrize("variant", ["float32", "half", "half-table4", "int8", "int4"])
@pytest.mark.parametrize("chunks", [[100], [1] * 100, [3, 40, 1, 56]])
def test_cached_graphs_equal_the_full_forward(tmp_path, variant, chunks):
    """With the weights that the graphs store, whatever they are rounded to."""
    blt = random_blt(2)
    weights = {name: p.detach().numpy() for name, p in blt.named_parameters()}
    for name, build in GRAPHS.items():
        build(blt.config, weights, VARIANTS[variant]).save(tmp_path / f"{name}.onnx")
    blt.load_state_dict(weights_of(tmp_path))
    ids = random_ids(100)
    cached, at = CachedBlt(blt.config, tmp_path), 0
    with torch.no_grad():
        expected = blt(ids)[0]
    for length in chunks:
        got = torch.from_numpy(cached.feed(ids[0, at : at + length].tolist()))
        assert (got - expected[at : at + length]).abs().max() < 1e-3
        at += length


@pytest.mark.parametrize("bits", [4, 8])
def test_a_quantised_matrix_comes_back_nearly_the_same(bits):
    matrix = torch.randn(50, 64).numpy()
    integers, scales = quantise(matrix, bits, 16)
    back = dequantise(pack(integers, bits), scales, bits)
    error = np.square(back - matrix).mean()
    assert error < {4: 0.012, 8: 5e-5}[bits]  # a step of 2 / 7 of a deviation gives 0.0068, one of 2 / 127 gives 2e-5
    zeros = np.zeros((2, 32), np.float32)
    integers, scales = quantise(zeros, bits, 16)
    assert (dequantise(pack(integers, bits), scales, bits) == 0).all()


def test_nobody_sees_the_future():
    blt = random_blt(3)
    ids = random_ids(120)
    changed = ids.clone()
    changed[0, 80:] = (changed[0, 80:] + 17) % 256 + 4
    with torch.no_grad():
        assert torch.allclose(blt(ids)[0, :80], blt(changed)[0, :80], atol=1e-5)


@pytest.mark.parametrize("length, window", [(1, None), (300, None), (40, 64), (300, 64), (517, 200)])
def test_attention_is_the_same_however_it_is_cut(length, window):
    torch.manual_seed(0)
    q, k, v = (torch.randn(2, 3, length, 8) for _ in range(3))
    back = torch.arange(length)[:, None] - torch.arange(length)
    seen = (back >= 0) & (back < (window or length))
    expected = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
    torch.testing.assert_close(attention_by_rows(q, k, v, window), expected, atol=1e-5, rtol=1e-4)
    if window is not None and length > window:
        torch.testing.assert_close(attention_by_blocks(q, k, v, window), expected, atol=1e-5, rtol=1e-4)


def test_a_fixed_number_of_patches_changes_nothing_until_it_is_reached():
    blt, ids = random_blt(4), random_ids(200)
    with torch.no_grad():
        expected = blt(ids)
        count = int(patch_starts(ids, blt.entropies(ids), blt.config.threshold)[:, :-1].sum())
        torch.testing.assert_close(blt(ids, None, count + 5), expected, atol=1e-5, rtol=1e-4)
        few = blt(ids, None, count // 2)
        assert torch.allclose(few[0, :60], expected[0, :60], atol=1e-5)
        changed = ids.clone()
        changed[0, 150:] = (changed[0, 150:] + 17) % 256 + 4
        assert torch.allclose(few[0, :150], blt(changed, None, count // 2)[0, :150], atol=1e-5)  # nobody sees the future then either
