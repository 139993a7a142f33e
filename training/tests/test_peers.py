"""The cached decoder that the benchmark compares with is exact, beyond the window too."""

import torch

from fixtures import random_blt, random_ids
from peers import CachedPyTorch


def test_cached_pytorch_gives_the_logits_of_the_full_forward_pass():
    blt = random_blt(4)
    ids = random_ids(100)
    cached = CachedPyTorch(blt)
    with torch.no_grad():
        expected = blt(ids)[0]
    got = torch.stack([cached.feed(int(i)) for i in ids[0]])
    assert (got - expected).abs().max() < 1e-4
