"""Cached decoding of the baselines, in PyTorch: feeding ids one by one, in chunks or all at once gives the same logits."""

from copy import copy

import torch
import torch.nn.functional as F

from blt import LanguageModel, Stack, rope_tables, rotate
from megabyte import Megabyte


class CachedLayers:
    """The layers of a stack over all positions so far; with a window, the rows that nobody will see again are dropped."""

    def __init__(self, stack: Stack):
        self.stack, self.config, self.length = stack, stack.config, 0
        self.past = [None] * len(stack.layers)

    def fork(self) -> "CachedLayers":
        """The same state, to go on from more than once. Rows are never written to, so they are shared."""
        other = copy(self)
        other.past = list(self.past)
        return other

    def advance(self, x: torch.Tensor) -> torch.Tensor:
        """New positions (T, width) -> (T, width)."""
        c, new = self.config, len(x)
        positions = torch.arange(self.length, self.length + new)
        tables = rope_tables(positions, c.width // c.heads, c.theta)
        for i, layer in enumerate(self.stack.layers):
            attention, normed = layer.self_attn, layer.input_layernorm(x)
            q, k, v = (p(normed).view(new, c.heads, -1).transpose(0, 1) for p in (attention.q_proj, attention.k_proj, attention.v_proj))
            q, k = rotate(q, tables), rotate(k, tables)
            if self.past[i] is not None:
                k, v = torch.cat([self.past[i][0], k], 1), torch.cat([self.past[i][1], v], 1)
            keys = torch.arange(self.length + new - k.shape[1], self.length + new)
            seen = keys <= positions[:, None]
            if c.window is not None:
                seen &= keys > positions[:, None] - c.window
                self.past[i] = k[:, -c.window :], v[:, -c.window :]
            else:
                self.past[i] = k, v
            out = F.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=seen)[0]
            x = x + attention.o_proj(out.transpose(0, 1).reshape(new, -1))
            x = x + layer.mlp(layer.post_attention_layernorm(x))
        self.length += new
        return x


class CachedLanguageModel:
    def __init__(self, model: LanguageModel):
        self.model, self.layers = model, CachedLayers(model)

    def fork(self) -> "CachedLanguageModel":
        other = copy(self)
        other.layers = self.layers.fork()
        return other

    @torch.inference_mode()
    def feed(self, ids: list[int]) -> torch.Tensor:
        """New ids -> logits (len(ids), vocabulary) of what follows each."""
        states = self.layers.advance(self.model.embed_tokens(torch.tensor(ids)))
        return self.model.lm_head(self.model.norm(states))


class CachedMegabyte:
    """The wide transformer is cached by patch. The local one runs anew over the running patch, which has few ids."""

    @torch.inference_mode()
    def __init__(self, model: Megabyte):
        self.model, self.layers, self.ids = model, CachedLayers(model.wide), []
        self.known = self.layers.advance(model.wide.pad[None])  # (complete patches + 1, width)

    def fork(self) -> "CachedMegabyte":
        other = copy(self)
        other.layers, other.ids = self.layers.fork(), list(self.ids)
        return other

    @torch.inference_mode()
    def feed(self, ids: list[int]) -> torch.Tensor:
        """New ids -> logits (len(ids), 260) of what follows each."""
        wide, P, start = self.model.wide, self.model.config.patch, len(self.ids)
        self.ids += ids
        end, old = len(self.ids), len(self.known) - 1
        complete = torch.tensor(self.ids[old * P : end // P * P], dtype=torch.long)
        if len(complete):
            self.known = torch.cat([self.known, self.layers.advance(wide.embed_tokens(complete).view(-1, self.known.shape[1]))])
        first = (start + 1) // P
        patches = torch.tensor(self.ids[first * P :] + [0] * (P - end % P)).view(-1, P)
        states = self.model.local(patches, wide.norm(self.known[first:]).view(len(patches), P, -1))
        at = start + 1 - first * P
        return self.model.lm_head(states.flatten(0, 1)[at : at + end - start])
