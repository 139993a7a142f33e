"""Near duplicates by MinHash over shingles of five words, with banding (Broder 1997; Leskovec et al., Mining of Massive
Datasets, chapter 3). Written with NumPy, so that one core reads half a gigabyte in a minute or two.
"""

import re
from zlib import crc32

import numpy as np

WORD = re.compile(rb"\w+")
SHINGLE = 5  # words
BANDS, ROWS = 16, 4  # two texts of Jaccard similarity 0.7 meet in a band with probability 0.987
SIMILAR = 0.7

_rng = np.random.default_rng(5)
MULTIPLY = _rng.integers(1, 2**63, BANDS * ROWS, np.uint64) | np.uint64(1)
SHINGLE_MULTIPLY = _rng.integers(1, 2**63, SHINGLE, np.uint64) | np.uint64(1)


def signature(text: bytes) -> np.ndarray | None:
    """The minimum of each of BANDS * ROWS hashes over the shingles, (64,) uint32; None below two shingles of text."""
    words = np.fromiter(map(crc32, WORD.findall(text)), np.uint64)
    if len(words) < 2 * SHINGLE:
        return None
    shingles = sum(words[i : len(words) - SHINGLE + 1 + i] * SHINGLE_MULTIPLY[i] for i in range(SHINGLE))
    shingles ^= shingles >> np.uint64(29)
    # The upper half of a product with an odd number is a hash; one row at a time stays inside the cache.
    return np.array([((shingles * m) >> np.uint64(32)).min() for m in MULTIPLY], np.uint32)


class NearDuplicates:
    """The texts kept so far; `has` tells whether a text is about the same as one of them."""

    def __init__(self):
        self.signatures: list[np.ndarray] = []
        self.bands: list[dict[bytes, list[int]]] = [{} for _ in range(BANDS)]

    def has(self, signature: np.ndarray) -> bool:
        candidates = {n for band, key in zip(self.bands, self.keys(signature)) for n in band.get(key, ())}
        return any((self.signatures[n] == signature).mean() >= SIMILAR for n in candidates)

    def add(self, signature: np.ndarray) -> None:
        for band, key in zip(self.bands, self.keys(signature)):
            band.setdefault(key, []).append(len(self.signatures))
        self.signatures.append(signature)

    @staticmethod
    def keys(signature: np.ndarray) -> list[bytes]:
        return [band.tobytes() for band in signature.reshape(BANDS, ROWS)]
