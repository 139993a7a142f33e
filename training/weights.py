"""How the weights of a package are stored: number formats, block quantisation, and the way back."""

from dataclasses import dataclass

import numpy as np

PARTS = ("entropy", "encoder", "latent", "decoder", "head", "table")  # head: the decoder's last matrix; table: hash n-grams


@dataclass(frozen=True)
class Format:
    """`bits` per weight. Below 16, `block` neighbours along the inputs of a matrix share a scale (in a table the whole row,
    with 4 bits `block` neighbours in it), and `accuracy` says how a matrix is multiplied: None turns it into float32 when the session is made; otherwise it stays
    packed, and this is MatMulNBits' accuracy_level (1: activations are float32, 4: they are rounded to int8)."""

    bits: int
    block: int = 32
    accuracy: int | None = None


FLOAT32, FLOAT16, INT8, INT4 = Format(32), Format(16), Format(8), Format(4, 32, 1)
TABLE8, TABLE4 = Format(8), Format(4, 128)


def variant(rest: Format, **parts: Format) -> dict[str, Format]:
    """The formats of all parts: `rest` for those that are not named."""
    return {part: parts.get(part, rest) for part in PARTS}


VARIANTS = {
    "float32": variant(FLOAT32),
    "half": variant(FLOAT16, table=TABLE8),
    "half-table4": variant(FLOAT16, table=TABLE4),
    "int8": variant(INT8, table=TABLE8),
    "int8-latent": variant(FLOAT16, latent=INT8, table=TABLE8),
    "int8-activations": variant(Format(8, 32, 4), table=TABLE8),
    "int8-activations-latent": variant(FLOAT16, latent=Format(8, 32, 4), table=TABLE8),
    "int4-latent-16": variant(FLOAT16, latent=Format(4, 16, 1), table=TABLE8),
    "int4-latent": variant(FLOAT16, latent=INT4, table=TABLE8),
    "int4-latent-64": variant(FLOAT16, latent=Format(4, 64, 1), table=TABLE8),
    "int4-activations-latent": variant(FLOAT16, latent=Format(4, 32, 4), table=TABLE8),
    "int4-entropy": variant(FLOAT16, entropy=INT4, table=TABLE8),
    "int4-encoder": variant(FLOAT16, encoder=INT4, table=TABLE8),
    "int4-decoder": variant(FLOAT16, decoder=INT4, table=TABLE8),
    "int4": variant(INT4, head=FLOAT16, table=TABLE8),
    "int4-head": variant(INT4, table=TABLE8),
}


def block_of(format: Format, inputs: int) -> int:
    """The length of a block: a power of two that divides the row; less than 16 means that the row cannot have blocks."""
    return min(format.block, inputs & -inputs)


def quantise(values: np.ndarray, bits: int, block: int) -> tuple[np.ndarray, np.ndarray]:
    """float32 (rows, columns) -> integers (rows, blocks, block) with their zero at 2^(bits-1), float16 scales (rows, blocks).

    Of several scales around the one that fits the extreme value, each block takes that with the least squared error.
    """
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    values = values.reshape(len(values), -1, block).astype(np.float32)
    extreme = np.take_along_axis(values, np.abs(values).argmax(-1)[..., None], -1)
    # The range is one longer on the negative side, so a negative scale serves a block whose extreme is positive.
    shares = [1.0] if bits == 8 else np.linspace(0.75, 1.15, 17)
    best = scales = least = None
    for share in shares:
        scale = (extreme / low * share).astype(np.float16).astype(np.float32)
        scale[scale == 0] = 1
        whole = np.clip(np.rint(values / scale), low, high)
        error = np.square(whole * scale - values).sum(-1, keepdims=True)
        better = np.full_like(error, True, bool) if least is None else error < least
        best = whole if least is None else np.where(better, whole, best)
        scales = scale if least is None else np.where(better, scale, scales)
        least = error if least is None else np.minimum(error, least)
    return (best - low).astype(np.uint8), scales[..., 0].astype(np.float16)


def pack(integers: np.ndarray, bits: int) -> np.ndarray:
    """Integers of 4 bits two to a byte along the last axis, the first in the low half."""
    return integers if bits == 8 else integers[..., ::2] | integers[..., 1::2] << 4


def dequantise(packed: np.ndarray, scales: np.ndarray, bits: int) -> np.ndarray:
    """Packed integers (rows, blocks, bytes) and scales (rows, blocks) -> float32 (rows, columns)."""
    integers = packed if bits == 8 else np.stack([packed & 15, packed >> 4], -1).reshape(*packed.shape[:2], -1)
    values = (integers.astype(np.float32) - (1 << (bits - 1))) * scales.astype(np.float32)[..., None]
    return values.reshape(len(values), -1)
