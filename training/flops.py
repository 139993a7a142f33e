"""What a model computes per row, counted in the same way for every model, so that equal compute means equal compute.

A multiplication with its addition is 2 FLOPs. Matrix products and attention (scores and weighted sum, over the positions that
are seen) count; look-ups, norms, softmax and the like do not. A backward pass costs twice the forward pass
(Kaplan et al., arXiv 2001.08361, section 2.1).
"""

from dataclasses import dataclass

from blt import VOCABULARY, BltConfig, StackConfig
from megabyte import MegabyteConfig


@dataclass
class Flops:
    """Forward passes over one row: of what is trained, and of what is only used (the patcher of a BLT)."""

    trained: float
    frozen: float = 0.0

    @property
    def training(self) -> float:
        return 3 * self.trained + self.frozen

    @property
    def inference(self) -> float:
        return self.trained + self.frozen


def seen(length: int, window: int | None) -> float:
    """Keys that a query sees, on average over a row of `length` positions."""
    if window is None or window >= length:
        return (length + 1) / 2
    return window - window * (window - 1) / (2 * length)


def layers(c: StackConfig, length: int) -> float:
    """A stack over a row of `length` positions."""
    matrices = 4 * c.width**2 + 3 * c.width * c.hidden
    return length * c.layers * (2 * matrices + 4 * c.width * seen(length, c.window))


def product(positions: float, inputs: int, outputs: int) -> float:
    return 2 * positions * inputs * outputs


def language_model(c: StackConfig, length: int, vocabulary: int = VOCABULARY) -> Flops:
    """A plain transformer over `length` positions: bytes or tokens."""
    return Flops(layers(c, length) + product(length, c.width, vocabulary))


def cross_attention(queries: int, sources: int, pairs: int, width: int) -> float:
    """Four projections, and scores and sums over the pairs that see each other."""
    return product(2 * (queries + sources), width, width) + product(2 * pairs, 1, width)


def blt(c: BltConfig, length: int, patches: int) -> Flops:
    e, latent, d, k = c.encoder, c.latent, c.decoder, c.k
    stacks = layers(e, length) + layers(latent, patches) + layers(d, length)
    pool = product(patches, e.width, k * e.width) + cross_attention(patches * k, length, length * k, e.width)
    project = product(patches, k * e.width, latent.width) if k * e.width != latent.width else 0
    read = product(patches, latent.width, k * d.width) + d.layers * cross_attention(length, patches * k, length * k, d.width)
    trained = stacks + pool + project + read + product(length, d.width, VOCABULARY)
    return Flops(trained, language_model(c.patcher, length).trained)


def megabyte(c: MegabyteConfig, length: int) -> Flops:
    patches, part = length // c.patch + 1, c.wide.width // c.patch
    wide = layers(c.wide, patches) + product(length, part, c.local.width)
    local = patches * layers(c.local, c.patch) + product(length, c.local.width, VOCABULARY)
    return Flops(wide + local)
