"""MEGABYTE (Yu et al., arXiv 2305.07185), the baseline with patches of a fixed length.

A wide transformer runs over patches of P ids, each the concatenation of P narrow embeddings; its input is shifted by one patch.
Its output for a patch, cut into P parts, is added to the inputs of a local transformer, which runs inside of that patch alone,
its input shifted by one id. Where this differs from the paper: rotary instead of learned positions, an RMSNorm between the two
transformers, no tied weights, as everywhere else in this folder.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from blt import VOCABULARY, RMSNorm, Stack, StackConfig, init_weights, linear


@dataclass
class MegabyteConfig:
    patch: int  # ids in a patch, P
    wide: StackConfig  # over patches; its width is P times the width of a part
    local: StackConfig  # within a patch

    @staticmethod
    def from_dict(values: dict) -> "MegabyteConfig":
        return MegabyteConfig(values["patch"], StackConfig(**values["wide"]), StackConfig(**values["local"]))

    to_dict = asdict


class Wide(Stack):
    """Ids of whole patches (B, K, P) -> what the K + 1 patches from the first on get to know: (B, K + 1, width)."""

    def __init__(self, config: StackConfig, patch: int):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(VOCABULARY, config.width // patch)
        self.pad = nn.Parameter(torch.randn(config.width) * 0.5)  # stands where the first patch has nothing before it
        self.norm = RMSNorm(config.width)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = torch.cat([self.pad.expand(len(ids), 1, -1), self.embed_tokens(ids).flatten(2)], 1)
        tables = self.tables(x.shape[1], x.device)
        for layer in self.layers:
            x = layer(x, tables)
        return self.norm(x)


class Local(Stack):
    """Patches (N, P) and parts (N, P, part) -> normed states (N, P, width), each of which predicts the id at its place."""

    def __init__(self, config: StackConfig, part: int):
        super().__init__(config)
        self.part_projection = linear(part, config.width)
        self.embed_tokens = nn.Embedding(VOCABULARY, config.width)
        self.pad = nn.Parameter(torch.randn(config.width) * 0.5)
        self.norm = RMSNorm(config.width)

    def forward(self, ids: torch.Tensor, parts: torch.Tensor) -> torch.Tensor:
        before = torch.cat([self.pad.expand(len(ids), 1, -1), self.embed_tokens(ids[:, :-1])], 1)
        x, tables = before + self.part_projection(parts), self.tables(ids.shape[1], ids.device)
        for layer in self.layers:
            x = layer(x, tables)
        return self.norm(x)


class Megabyte(nn.Module):
    def __init__(self, config: MegabyteConfig):
        super().__init__()
        self.config = config
        part = config.wide.width // config.patch
        self.wide, self.local = Wide(config.wide, config.patch), Local(config.local, part)
        self.lm_head = linear(config.local.width, VOCABULARY)
        init_weights(self)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, T) ids -> (B, T, 260) logits of the next id. Patches are counted from the first id of a row."""
        (B, T), P = ids.shape, self.config.patch
        patches = T // P + 1  # the id that follows the T given ones may lie in a patch of its own
        known = self.wide(ids[:, : T // P * P].view(B, T // P, P))
        ids = F.pad(ids, (0, patches * P - T)).view(B * patches, P)
        states = self.local(ids, known.view(B * patches, P, -1))
        # The state at place t predicts id t; what is asked for after id t is the prediction of id t + 1.
        return self.lm_head(states.view(B, patches * P, -1)[:, 1 : T + 1])
