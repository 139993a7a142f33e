"""How fast the same weights are in PyTorch: Hugging Face without a cache (its cache gives wrong text), and with exact caches.

    python peers.py --package ../models/bytewise-small [--context 1024]

Prints {"hfUncachedMsPerByte": {"p50", "p95", "n"}, "cachedPyTorchMsPerByte": ...}: milliseconds per greedy byte after `context`
bytes of source code, on one thread like the engine. Before it times anything, it checks that the cached decoder gives the
logits of the full forward pass.
"""

import argparse
import inspect
import json
import time
from pathlib import Path

import torch

import blt as code
from blt import BOS, OFFSET, Blt, StackConfig, entropy_nats, hash_rows, rope_tables, rotate
from hugging_face import to_hugging_face
from package import blt_of

TOLERANCE = 1e-3


class CachedStack:
    """Layers of self-attention over one position at a time; keys and values (H, rows, D) of the window are kept."""

    def __init__(self, layers: torch.nn.ModuleList, config: StackConfig):
        self.layers, self.config, self.position = layers, config, 0
        empty = torch.zeros(config.heads, 0, config.width // config.heads)
        self.kept = [(empty, empty)] * len(layers)

    def layer(self, i: int, x: torch.Tensor) -> torch.Tensor:
        layer, c = self.layers[i], self.config
        y, a = layer.input_layernorm(x), layer.self_attn
        tables = rope_tables(torch.tensor([self.position]), c.width // c.heads, c.theta)
        q, k, v = (p(y).view(c.heads, 1, -1) for p in (a.q_proj, a.k_proj, a.v_proj))
        q, k = rotate(q, tables), rotate(k, tables)
        k, v = (torch.cat([old, new], 1)[:, -(c.window or 1 << 30):] for old, new in zip(self.kept[i], (k, v)))
        self.kept[i] = (k, v)
        chances = torch.softmax(q @ k.transpose(1, 2) * q.shape[-1] ** -0.5, -1)
        x = x + a.o_proj((chances @ v).flatten())
        return x + layer.mlp(layer.post_attention_layernorm(x))

    def step(self, x: torch.Tensor) -> torch.Tensor:
        for i in range(len(self.layers)):
            x = self.layer(i, x)
        self.position += 1
        return x


def attend(cross: torch.nn.Module, queries: torch.Tensor, sources: torch.Tensor) -> torch.Tensor:
    """Cross-attention of queries (Q, C) over sources (S, C), the module's own residual included."""
    q, k, v = cross.project(queries, sources)  # (Q, H, D), (S, H, D) twice
    q, k, v = (t.transpose(0, 1) for t in (q, k, v))
    chances = torch.softmax(q @ k.transpose(1, 2) * q.shape[-1] ** -0.5, -1)
    return queries + cross.o_proj((chances @ v).transpose(0, 1).flatten(1))


class CachedPyTorch:
    """The exact cached decoder, one byte at a time."""

    def __init__(self, blt: Blt):
        m, c = blt.model, blt.config
        self.blt, self.ids, self.patch, self.latent = blt, [], [], None
        self.patcher, self.encoder = CachedStack(m.patcher.layers, c.patcher), CachedStack(m.local_encoder.layers, c.encoder)
        self.latents, self.decoder = CachedStack(m.global_transformer.layers, c.latent), CachedStack(m.local_decoder.layers, c.decoder)

    @torch.no_grad()
    def feed(self, token: int) -> torch.Tensor:
        m, c = self.blt.model, self.blt.config
        self.ids.append(token)
        entropy = entropy_nats(m.patcher.lm_head(m.patcher.norm(self.patcher.step(m.patcher.embed_tokens.weight[token]))))
        longest = max(c.hash_sizes)
        rows = hash_rows(torch.tensor([([0] * longest + self.ids)[-longest:]]), c.hash_sizes, c.hash_rows)[0, -1]
        x = m.local_encoder.embed_tokens.weight[token] + m.encoder_hash_tok_embedding.weight[rows].sum(0)
        x = self.encoder.step(x)
        self.patch.append(x)
        if len(self.ids) == 1 or entropy > c.threshold:
            states, e = torch.stack(self.patch), m.local_encoder
            queries = e.patch_embedding_projection(states.amax(0)).view(c.k, -1)
            pooled = queries + attend(e.cross_attn_layers[0], queries, states)
            latent = self.latents.step(m.global_transformer.token_embedding_projection(pooled.flatten()))
            self.latent, self.patch = m.local_decoder.patch_embedding_projection(latent).view(c.k, -1), []
        for i, cross in enumerate(m.local_decoder.cross_attn_layers):
            x = self.decoder.layer(i, x + attend(cross, x[None], self.latent)[0])
        self.decoder.position += 1
        return self.blt.lm_head(m.local_decoder.norm(x))


def figure(seconds: list[float]) -> dict:
    ms = sorted(1000 * s for s in seconds)
    return {"p50": round(ms[len(ms) // 2], 3), "p95": round(ms[int(0.95 * (len(ms) - 1))], 3), "n": len(ms)}


def timed(step, count: int) -> dict:
    """Figure of `count` calls of step(), after one that only warms up."""
    step()
    samples = []
    for _ in range(count):
        started = time.perf_counter()
        step()
        samples.append(time.perf_counter() - started)
    return figure(samples)


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--bytes", type=int, default=40)
    args = parser.parse_args()
    torch.set_num_threads(1)
    blt = blt_of(args.package)
    ids = [BOS] + [b + OFFSET for b in inspect.getsource(code).encode()[: args.context - 1]]

    cached, logits = CachedPyTorch(blt), []
    for token in ids:
        logits.append(cached.feed(token))
    difference = float((torch.stack(logits) - blt(torch.tensor([ids]))[0]).abs().max())
    if difference > TOLERANCE:
        raise SystemExit(f"The cached decoder differs from the full forward pass by {difference:.2g}, more than {TOLERANCE}.")

    def one_cached() -> None:
        logits.append(cached.feed(int(logits[-1].argmax())))

    hugging_face, text = to_hugging_face(blt), list(ids)

    def one_uncached() -> None:
        text.append(int(hugging_face(input_ids=torch.tensor([text]), use_cache=False).logits[0, -1].argmax()))

    print(json.dumps({
        "hfUncachedMsPerByte": timed(one_uncached, max(3, args.bytes // 4)),
        "cachedPyTorchMsPerByte": timed(one_cached, args.bytes),
    }))


if __name__ == "__main__":
    main()
