"""The exact cached decoder over a model package, in Python: what the TypeScript engine does, as plainly as possible."""

from pathlib import Path

import numpy as np
import onnxruntime as ort

from blt import HASH_PRIME, VOCABULARY, BltConfig, StackConfig

MASKED = -1e9


class Cache:
    """Keys and values [heads, C, head width] of one stack; all are kept, the mask does the windowing."""

    def __init__(self, config: StackConfig, length: int = 0):
        head = config.width // config.heads
        self.config, self.length = config, length
        empty = np.zeros((config.heads, length, head), np.float32)
        self.rows = {f"{name}_{i}": empty for i in range(config.layers) for name in "kv"}

    def inputs(self, new: int) -> dict[str, np.ndarray]:
        keys = np.arange(self.length + new)[None]
        queries = np.arange(self.length, self.length + new)[:, None]
        seen = (keys <= queries) & (keys > queries - (self.config.window or 1 << 30))
        return {
            "positions": np.arange(self.length, self.length + new, dtype=np.float32),
            "mask": np.where(seen, 0, MASKED).astype(np.float32),
            **{f"past_{name}": value for name, value in self.rows.items()},
        }

    def append(self, outputs: dict[str, np.ndarray]) -> None:
        self.length += outputs["k_0"].shape[1]
        for name, old in self.rows.items():
            self.rows[name] = np.concatenate([old, outputs[name]], 1)


class CachedBlt:
    def __init__(self, config: BltConfig, folder: Path):
        self.config = config
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = {n: ort.InferenceSession(folder / f"{n}.onnx", options, providers=["CPUExecutionProvider"])
                         for n in ("entropy", "encoder", "latent", "decoder")}
        self.forget()

    def forget(self) -> None:
        """Back to no bytes at all."""
        config = self.config
        self.caches = {"entropy": Cache(config.patcher), "encoder": Cache(config.encoder),
                       "latent": Cache(config.latent), "decoder": Cache(config.decoder)}
        self.ids: list[int] = []
        self.open = np.zeros((0, config.encoder.width), np.float32)  # byte states of the running patch
        self.cross: dict[str, np.ndarray] = {}  # of the last complete patch: (decoder layers, k, D)

    def run(self, part: str, new: int, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        session, cache = self.sessions[part], self.caches[part]
        outputs = [o.name for o in session.get_outputs()]
        values = dict(zip(outputs, session.run(outputs, {**inputs, **cache.inputs(new)})))
        cache.append(values)
        return values

    def ends_patch(self, position: int, entropy: float) -> bool:
        """Whether a patch ends with the byte there, given the entropy of the prediction after it."""
        return position == 0 or entropy > self.config.threshold

    def rows(self, count: int) -> np.ndarray:
        """Hash rows of the last `count` ids, (count, sizes)."""
        out = np.zeros((count, len(self.config.hash_sizes)), np.int64)
        padded = [0] * 8 + self.ids
        for t in range(count):
            end = len(padded) - count + t + 1
            for table, n in enumerate(self.config.hash_sizes):
                h = sum(x * HASH_PRIME**j for j, x in enumerate(padded[end - n : end]))
                h = (h + 2**63) % 2**64 - 2**63  # int64 wraps
                out[t, table] = h % self.config.hash_rows + table * self.config.hash_rows
        return out

    def feed(self, ids: list[int]) -> np.ndarray:
        """New ids -> logits (len(ids), 260)."""
        first, new = len(self.ids), len(ids)
        self.ids += ids
        array = np.array(ids, np.int64)
        logits = self.run("entropy", new, ids=array)["logits"].astype(np.float64)
        logits -= logits.max(1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        entropies = -(np.exp(log_p) * log_p).sum(1)
        states = self.run("encoder", new, ids=array, rows=self.rows(new))["states"]

        patches, which = [], []  # states of the patches that close now; the patch that each byte reads, -1 for the old one
        for t in range(new):
            self.open = np.concatenate([self.open, states[t : t + 1]])
            if self.ends_patch(first + t, entropies[t]):
                patches.append(self.open)
                self.open = self.open[:0]
            which.append(len(patches) - 1)
        closed = {}
        if patches:
            longest = max(map(len, patches))
            padded = np.zeros((len(patches), longest, states.shape[1]), np.float32)
            padding = np.full((len(patches), longest), MASKED, np.float32)
            for p, rows in enumerate(patches):
                padded[p, : len(rows)], padding[p, : len(rows)] = rows, 0
            closed = self.run("latent", len(patches), states=padded, padding=padding)
        cross = {n: np.stack([closed[n][p] if p >= 0 else self.cross[n] for p in which]) for n in ("cross_k", "cross_v")}
        self.cross = {n: v[-1] for n, v in cross.items()}
        return self.run("decoder", new, states=states, **cross)["logits"].reshape(-1, VOCABULARY)
