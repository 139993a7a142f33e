"""The batches of a run. Batch n of a rank depends on nothing but the seed, n and the rank: not on how many workers make it."""

import itertools
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from stages import Stage
from stream import Corpus


class Batches(Dataset):
    def __init__(self, folder: Path, stage: Stage, length: int, rows: int, seed: int, rank: int = 0):
        self.folder, self.stage, self.length, self.rows = folder, stage, length, rows
        self.seed = [seed] if rank == 0 else [seed, rank]
        self.corpus = None  # opened by the process that reads it

    def bytes(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of byte ids (rows, length + 1) and what of them is learned (rows, length)."""
        self.corpus = self.corpus or Corpus(self.folder, "train")
        rng = np.random.default_rng([*self.seed, step])
        ids, learned = zip(*(self.corpus.row_with_mask(rng, self.length) for _ in range(self.rows)))
        return np.stack(ids), np.stack(learned)

    def __getitem__(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.stage.batch(*self.bytes(step))

    def since(self, step: int, workers: int):
        """The batches from one step on, made ahead by `workers` processes."""
        # A worker needs the tokeniser of a stage at most; forked, it shares the memory of the model with this process.
        ahead = {"prefetch_factor": 4, "multiprocessing_context": "fork", "pin_memory": torch.cuda.is_available()} if workers else {}
        return iter(DataLoader(self, batch_size=None, sampler=_From(step), num_workers=workers, **ahead))


class _From:
    """All steps from one on."""

    def __init__(self, step: int):
        self.step = step

    def __iter__(self):
        return itertools.count(self.step)
