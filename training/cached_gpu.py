"""The exact cached decoder over the GPU form of a package, on the CPU: keys and values of a fixed capacity, float16."""

from pathlib import Path

import numpy as np
import onnxruntime as ort

from blt import BltConfig, StackConfig
from cached import CachedBlt
from gpu_graphs import GPU_GRAPHS


class HalfCache:
    """Keys and values [1, heads, capacity, head width] of one stack; rows from `length` on count for nothing."""

    def __init__(self, config: StackConfig, capacity: int):
        self.config, self.head, self.length = config, config.width // config.heads, 0
        shape = (1, config.heads, capacity, self.head)
        self.rows = {f"{n}_{i}": np.zeros(shape, np.float16) for n in "kv" for i in range(config.layers)}

    def inputs(self, new: int) -> dict[str, np.ndarray]:
        frequencies = self.config.theta ** (-np.arange(0, self.head, 2) / self.head)
        angles = np.arange(self.length, self.length + new)[:, None] * frequencies
        return {
            "cos": np.cos(angles).astype(np.float32), "sin": np.sin(angles).astype(np.float32),
            "last": np.array([self.length + new - 1], np.int32), "total": np.array([self.length + new], np.int32),
            **{f"past_{name}": value for name, value in self.rows.items()},
        }

    def append(self, outputs: dict[str, np.ndarray], new: int) -> None:
        self.length += new
        self.rows = {name: outputs[name] for name in self.rows}


class CachedGpuBlt(CachedBlt):
    """`ends` overrules the entropies: positions whose bytes end a patch. An entropy next to the threshold may fall on its other
    side in float16, and then everything after it differs for a reason that is no mistake of the graphs."""

    def __init__(self, config: BltConfig, folder: Path, ends: set[int] | None = None, capacity: int = 1024):
        self.config, self.ends, self.capacity = config, ends, capacity
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = {n: ort.InferenceSession(folder / f"{n}-gpu.onnx", options, providers=["CPUExecutionProvider"])
                         for n in GPU_GRAPHS}
        self.forget()

    def forget(self) -> None:
        super().forget()
        self.caches = {name: HalfCache(cache.config, self.capacity) for name, cache in self.caches.items()}

    def ends_patch(self, position: int, entropy: float) -> bool:
        return super().ends_patch(position, entropy) if self.ends is None else position in self.ends

    def run(self, part: str, new: int, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        if part == "encoder":
            inputs = {"embedded": self.sessions["lookup"].run(["embedded"], inputs)[0]}
        session, cache = self.sessions[part], self.caches[part]
        outputs = [o.name for o in session.get_outputs()]
        values = dict(zip(outputs, session.run(outputs, {**inputs, **cache.inputs(new)})))
        cache.append(values, new)
        return values
