"""The Byte Latent Transformer (Pagnoni et al., arXiv 2412.09871), small and readable.

Parameter names and arithmetic are those of Hugging Face's `BltForCausalLM`, so that our weights load there and give the
same logits; the one difference is the sliding window of the byte-level attention, which the paper has and that port
dropped. Choices that are easy to miss:

- byte ids are byte + 4 (BOS is 1); interleaved RoPE; RMSNorm before each part; no biases; no tied weights;
- hash n-gram embeddings are summed to the byte embedding, not averaged;
- both cross-attentions give 2 * input + out, because the module and its caller each add the input;
- entropy after byte i above the threshold means that byte i + 1 starts a patch; positions 0 and 1 always start one;
- byte t is decoded from the latent of the last patch that is complete once byte t is known.
"""

from dataclasses import asdict, dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.attention.flex_attention import create_block_mask, flex_attention

OFFSET = 4
BOS = 1
VOCABULARY = 260
HASH_PRIME = 1000000007
EPSILON = 1e-5


@dataclass
class StackConfig:
    """A stack of transformer layers. `window`: keys a query sees, itself included; None means all before it."""

    width: int
    layers: int
    heads: int
    hidden: int
    theta: float = 500000.0
    window: int | None = None


@dataclass
class BltConfig:
    patcher: StackConfig
    encoder: StackConfig
    latent: StackConfig
    decoder: StackConfig
    hash_sizes: list[int] = field(default_factory=lambda: [3, 4, 5, 6, 7, 8])
    hash_rows: int = 10007
    k: int = 2  # latent vectors per patch in both cross-attentions
    threshold: float = 1.335442066192627  # nats

    @staticmethod
    def from_dict(values: dict) -> "BltConfig":
        stacks = {name: StackConfig(**values[name]) for name in ("patcher", "encoder", "latent", "decoder")}
        return BltConfig(**{**values, **stacks})

    to_dict = asdict


CONFIGS = {
    # What two CPU cores can train in a few hours: about 3 M multiplications per byte. The byte-level layers see the whole row;
    # where they see 256 bytes, they copy badly (LOG.md).
    "small": BltConfig(
        patcher=StackConfig(128, 2, 4, 384, theta=10000.0, window=256),
        encoder=StackConfig(128, 1, 4, 384),
        latent=StackConfig(256, 4, 4, 704),
        decoder=StackConfig(128, 2, 4, 384),
    ),
    # For a GPU: 76 million parameters, 31 million of them in the tables; about 22 M multiplications per byte.
    "base": BltConfig(
        patcher=StackConfig(192, 3, 3, 512, theta=10000.0, window=512),
        encoder=StackConfig(256, 1, 4, 704),
        latent=StackConfig(512, 12, 8, 1408),
        decoder=StackConfig(256, 4, 4, 704),
        hash_sizes=[3, 4, 5, 6, 7],
        hash_rows=24001,
    ),
    # For tests: every part present, nothing bigger than it has to be.
    "tiny": BltConfig(
        patcher=StackConfig(16, 1, 2, 32, theta=10000.0, window=32),
        encoder=StackConfig(32, 1, 2, 64, window=32),
        latent=StackConfig(48, 2, 2, 64),
        decoder=StackConfig(32, 2, 2, 64, window=32),
        hash_rows=101,
    ),
}


class RMSNorm(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.rms_norm(x.float(), (x.shape[-1],), self.weight, EPSILON)
        # Under autocast: one cast here instead of one in each matrix product that reads this.
        return x.to(torch.get_autocast_dtype(x.device.type)) if torch.is_autocast_enabled(x.device.type) else x


def linear(inputs: int, outputs: int) -> nn.Linear:
    return nn.Linear(inputs, outputs, bias=False)


def rope_tables(positions: torch.Tensor, head_width: int, theta: float) -> tuple[torch.Tensor, torch.Tensor]:
    """cos and sin, each (T, head_width / 2), for positions (T,)."""
    frequencies = theta ** (-torch.arange(0, head_width, 2, device=positions.device).float() / head_width)
    angles = positions.float()[:, None] * frequencies
    return angles.cos(), angles.sin()


def rotate(x: torch.Tensor, tables: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Interleaved RoPE on (B, H, T, D): the pairs are (0, 1), (2, 3), ..."""
    cos, sin = tables
    even, odd = x[..., ::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, odd * cos + even * sin], -1).flatten(-2).type_as(x)


def windowed_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int | None) -> torch.Tensor:
    """Causal attention on (B, H, T, D); with a window, each query sees the last `window` keys, itself included."""
    if q.device.type == "cpu" or q.shape[2] <= 16:  # the fused kernels of a GPU are not made for so many so short rows
        return attention_by_rows(q, k, v, window)
    if window is None or q.shape[2] <= window:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return attention_by_blocks(q, k, v, window)


def attention_by_rows(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int | None, rows: int = 128) -> torch.Tensor:
    """For a CPU, where these products took half the time of PyTorch's fused attention: some queries after others, each group
    against the keys that it sees and no more."""
    T, out = q.shape[2], []
    q, positions = q * q.shape[-1] ** -0.5, torch.arange(T, device=q.device)
    for at in range(0, T, rows):
        first, end = 0 if window is None else max(0, at - window + 1), min(T, at + rows)
        back = positions[at:end, None] - positions[None, first:end]
        hidden = (back < 0) | (back >= (window or T))
        mask = torch.zeros(back.shape, dtype=q.dtype, device=q.device).masked_fill_(hidden, -torch.inf)
        scores = q[:, :, at:end] @ k[:, :, first:end].transpose(2, 3) + mask
        out.append(scores.softmax(-1) @ v[:, :, first:end])
    return torch.cat(out, 2)


def attention_by_blocks(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int) -> torch.Tensor:
    """For a GPU: queries in blocks of `window`, each against its own block and the one before, all in one fused kernel."""
    B, H, T, D = q.shape
    blocks = -(-T // window)
    q, k, v = (F.pad(x, (0, 0, 0, blocks * window - T)).view(B, H, blocks, window, D) for x in (q, k, v))
    k, v = (torch.cat([F.pad(x, (0, 0, 0, 0, 1, 0))[:, :, :-1], x], 3) for x in (k, v))  # (B, H, blocks, 2 window, D)
    i = torch.arange(window, device=q.device)[:, None] + window
    j = torch.arange(2 * window, device=q.device)[None]
    seen = (j <= i) & (j > i - window)
    first = seen & (j >= window)  # before the first byte there is nothing
    seen = torch.cat([first[None], seen.expand(blocks - 1, -1, -1)]).repeat(B, 1, 1)[:, None]  # (B * blocks, 1, W, 2 W)
    fold = lambda x: x.transpose(1, 2).flatten(0, 1)  # noqa: E731  blocks join the batch: the fast kernels take 4 axes
    out = F.scaled_dot_product_attention(fold(q), fold(k), fold(v), attn_mask=seen)
    return out.view(B, blocks, H, window, D).transpose(1, 2).reshape(B, H, blocks * window, D)[:, :, :T]


class SelfAttention(nn.Module):
    def __init__(self, config: StackConfig):
        super().__init__()
        self.heads, self.window = config.heads, config.window
        self.block_mask = None  # of the window, for FlexAttention in a compiled graph
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (linear(config.width, config.width) for _ in range(4))

    def forward(self, x: torch.Tensor, tables: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        B, T, C = x.shape
        q, k, v = (p(x).view(B, T, self.heads, -1).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        q, k = rotate(q, tables), rotate(k, tables)
        if self.block_mask is not None and torch.compiler.is_compiling():
            out = flex_attention(q, k, v, block_mask=self.block_mask)
        else:
            out = windowed_attention(q, k, v, self.window)
        return self.o_proj(out.transpose(1, 2).reshape(B, T, C))


def use_flex_attention(model: nn.Module, length: int, device: str) -> None:
    """Makes graphs that are compiled for rows of `length` positions use FlexAttention where there is a window. GPU only."""
    for module in model.modules():
        if isinstance(module, SelfAttention) and module.window is not None and module.window < length:
            window = module.window
            seen = lambda b, h, i, j: (j <= i) & (i - j < window)  # noqa: B023, E731  read at once
            module.block_mask = create_block_mask(seen, None, None, length, length, device=device)


class Mlp(nn.Module):
    def __init__(self, config: StackConfig):
        super().__init__()
        self.gate_proj, self.up_proj = linear(config.width, config.hidden), linear(config.width, config.hidden)
        self.down_proj = linear(config.hidden, config.width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config: StackConfig):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = RMSNorm(config.width), RMSNorm(config.width)
        self.self_attn, self.mlp = SelfAttention(config), Mlp(config)

    def forward(self, x: torch.Tensor, tables: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        x = x + self.self_attn(self.input_layernorm(x), tables)
        return x + self.mlp(self.post_attention_layernorm(x))


class Stack(nn.Module):
    """Layers plus their rotary tables. Subclasses add what stands around the layers."""

    def __init__(self, config: StackConfig):
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))

    def tables(self, length: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        return rope_tables(torch.arange(length, device=device), self.config.width // self.config.heads, self.config.theta)


class LanguageModel(Stack):
    """A plain transformer, such as the patcher's byte model: ids (B, T) -> logits (B, T, vocabulary) of the next id."""

    def __init__(self, config: StackConfig, vocabulary: int = VOCABULARY):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(vocabulary, config.width)
        self.norm, self.lm_head = RMSNorm(config.width), linear(config.width, vocabulary)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x, tables = self.embed_tokens(ids), self.tables(ids.shape[1], ids.device)
        for layer in self.layers:
            x = layer(x, tables)
        return self.lm_head(self.norm(x))


class CrossAttention(nn.Module):
    """Attention between bytes and the k vectors of one patch each. Returns out + x; the caller adds x once more."""

    def __init__(self, config: StackConfig):
        super().__init__()
        self.heads = config.heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (linear(config.width, config.width) for _ in range(4))
        self.q_norm, self.k_norm = RMSNorm(config.width), RMSNorm(config.width)

    def project(self, queries: torch.Tensor, sources: torch.Tensor):
        """q of (..., C) queries, k and v of (..., C) sources, each (..., H, D)."""
        q, normed = self.q_proj(self.q_norm(queries)), self.k_norm(sources)
        split = lambda x: x.unflatten(-1, (self.heads, -1))  # noqa: E731
        return split(q), split(self.k_proj(normed)), split(self.v_proj(normed))

    def pool(self, patches: torch.Tensor, bytes_: torch.Tensor, patch_of: torch.Tensor) -> torch.Tensor:
        """Encoder side: patches (B, P, k, C) each look at their own bytes (B, T, C); patch_of (B, T)."""
        B, P, K, C = patches.shape
        q, k, v = self.project(patches, bytes_)  # (B, P, K, H, D), (B, T, H, D) twice
        scale = q.shape[-1] ** -0.5
        T, shape = bytes_.shape[1], (B, P, K, self.heads)
        own = q.flatten(2).gather(1, patch_of[..., None].expand(B, T, K * C)).view(B, T, K, self.heads, -1)
        scores = (own * k[:, :, None]).sum(-1).float() * scale  # (B, T, K, H)
        index = patch_of[..., None, None].expand_as(scores)
        # A softmax over the bytes of each patch, by scattering; the maximum is only for numerical safety.
        top = torch.full(shape, -torch.inf, device=scores.device).scatter_reduce(1, index, scores.detach(), "amax")
        weights = (scores - top.gather(1, index)).exp()
        total = torch.zeros(shape, device=scores.device).scatter_add(1, index, weights)
        weights = weights / total.gather(1, index)
        values = (weights[..., None] * v[:, :, None]).flatten(2)  # (B, T, K * C)
        out = torch.zeros(B, P, K * C, dtype=values.dtype, device=values.device)
        out = out.scatter_add(1, patch_of[..., None].expand_as(values), values).view(B, P, K, C)
        return patches + self.o_proj(out)

    def read(self, bytes_: torch.Tensor, latents: torch.Tensor, patch_of: torch.Tensor) -> torch.Tensor:
        """Decoder side: bytes (B, T, C) each look at the k vectors of their patch in latents (B, P, K, C)."""
        B, T, C = bytes_.shape
        K = latents.shape[2]
        q, k, v = self.project(bytes_, latents)
        index = patch_of[..., None].expand(B, T, K * C)
        k, v = (x.flatten(2).gather(1, index).view(B, T, K, self.heads, -1) for x in (k, v))
        scores = (q[:, :, None] * k).sum(-1).float() * q.shape[-1] ** -0.5  # (B, T, K, H)
        out = (scores.softmax(2)[..., None] * v).sum(2).flatten(2)
        return bytes_ + self.o_proj(out)


class LocalEncoder(Stack):
    def __init__(self, config: StackConfig, k: int):
        super().__init__(config)
        self.k = k
        self.embed_tokens = nn.Embedding(VOCABULARY, config.width)
        self.patch_embedding_projection = linear(config.width, config.width * k)
        self.cross_attn_layers = nn.ModuleList([CrossAttention(config)])

    def forward(self, x: torch.Tensor, patch_of: torch.Tensor, patches: int):
        """Embeddings (B, T, C) -> byte states (B, T, C) and patch vectors (B, P, k * C)."""
        tables = self.tables(x.shape[1], x.device)
        for layer in self.layers:
            x = layer(x, tables)
        B, T, C = x.shape
        index = patch_of[..., None].expand(B, T, C)
        pooled = torch.zeros(B, patches, C, dtype=x.dtype, device=x.device)
        pooled = pooled.scatter_reduce(1, index, x, "amax", include_self=False)
        queries = self.patch_embedding_projection(pooled).view(B, patches, self.k, C)
        pooled = queries + self.cross_attn_layers[0].pool(queries, x, patch_of)
        return x, pooled.flatten(2)


class LatentTransformer(Stack):
    """Over patches; the position is the patch's number."""

    def __init__(self, config: StackConfig, inputs: int):
        super().__init__(config)
        self.token_embedding_projection = linear(inputs, config.width) if inputs != config.width else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x, tables = self.token_embedding_projection(x), self.tables(x.shape[1], x.device)
        for layer in self.layers:
            x = layer(x, tables)
        return x


class LocalDecoder(Stack):
    def __init__(self, config: StackConfig, latent_width: int, k: int):
        super().__init__(config)
        self.k = k
        self.patch_embedding_projection = linear(latent_width, config.width * k)
        self.cross_attn_layers = nn.ModuleList(CrossAttention(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.width)

    def forward(self, x: torch.Tensor, latents: torch.Tensor, patch_of: torch.Tensor) -> torch.Tensor:
        """Byte states (B, T, C), latents (B, P, L), the patch each byte reads (B, T) -> normed states (B, T, C)."""
        B, P, _ = latents.shape
        latents = self.patch_embedding_projection(latents).view(B, P, self.k, -1)
        tables = self.tables(x.shape[1], x.device)
        for cross, layer in zip(self.cross_attn_layers, self.layers):
            x = layer(x + cross.read(x, latents, patch_of), tables)
        return self.norm(x)


def hash_rows(ids: torch.Tensor, sizes: list[int], rows: int) -> torch.Tensor:
    """Row of the fused hash table for each n-gram size: ids (B, T) int64 -> (B, T, len(sizes)). BLT paper, section 3.2.1.

    The n-gram ends at t; what would lie before the text counts as id 0; int64 arithmetic wraps; the modulo is floored.
    """
    T, out = ids.shape[1], {}
    padded, h = F.pad(ids, (max(sizes) - 1, 0)), torch.zeros_like(ids)
    for n in range(1, max(sizes) + 1):  # one more byte on the left each time
        h = padded[:, max(sizes) - n :][:, :T] + HASH_PRIME * h
        out[n] = h
    return torch.stack([out[n] % rows + table * rows for table, n in enumerate(sizes)], -1)


def entropy_nats(logits: torch.Tensor) -> torch.Tensor:
    """Shannon entropy in nats of the prediction: (..., 260) -> (...)."""
    log_p = logits.float().log_softmax(-1)
    return -(log_p.exp() * log_p).sum(-1)


def patch_starts(ids: torch.Tensor, entropies: torch.Tensor, threshold: float) -> torch.Tensor:
    """True where a patch starts: ids and entropies in nats (B, T) -> (B, T + 1), the byte to come included.

    Entropy above the threshold after byte i starts a patch at i + 1. Positions 0 and 1 always start one: what stands first
    is a patch of its own, and so is each BOS of a packed row.
    """
    bos = ids == BOS
    bos[:, 0] = True
    return F.pad((entropies > threshold) | bos, (1, 0)) | F.pad(bos, (0, 1))


@torch.no_grad()
def init_weights(model: nn.Module) -> None:
    """Normal with deviation 1/sqrt(inputs); what writes to the residual stream starts at zero; small embeddings."""
    for name, p in model.named_parameters():
        if p.dim() < 2:
            continue
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            p.zero_()
        elif "encoder_hash" in name:
            p.normal_(std=0.02)  # an n-gram never seen should say next to nothing
        elif "embed" in name and "projection" not in name:
            p.normal_(std=0.5)
        else:
            p.normal_(std=p.shape[1] ** -0.5)


class BltModel(nn.Module):
    def __init__(self, config: BltConfig):
        super().__init__()
        self.patcher = LanguageModel(config.patcher)
        self.local_encoder = LocalEncoder(config.encoder, config.k)
        self.encoder_hash_tok_embedding = nn.Embedding(len(config.hash_sizes) * config.hash_rows, config.encoder.width)
        self.global_transformer = LatentTransformer(config.latent, config.encoder.width * config.k)
        self.local_decoder = LocalDecoder(config.decoder, config.latent.width, config.k)


class Blt(nn.Module):
    def __init__(self, config: BltConfig):
        super().__init__()
        self.config = config
        self.model = BltModel(config)
        self.lm_head = linear(config.decoder.width, VOCABULARY)
        init_weights(self)

    @torch.no_grad()
    def entropies(self, ids: torch.Tensor) -> torch.Tensor:
        """(B, T) ids -> (B, T) nats; entry t is the entropy of the prediction made after id t."""
        return entropy_nats(self.model.patcher(ids))

    def forward(self, ids: torch.Tensor, starts: torch.Tensor | None = None, most_patches: int | None = None) -> torch.Tensor:
        """(B, T) ids -> (B, T, 260) logits of the next id. `starts` (B, T + 1) overrides the entropy patcher.

        With `most_patches` shapes do not depend on the text: rows with fewer patches are padded, and in a row with more the
        last patch takes in the rest.
        """
        m = self.model
        if starts is None:
            starts = patch_starts(ids, self.entropies(ids), self.config.threshold)
        patch_of = starts.long().cumsum(1) - 1
        # Byte t reads the last patch that is complete once t is known: the one before the patch of byte t + 1.
        patches = most_patches or int(patch_of[:, :-1].max()) + 1
        if most_patches:
            patch_of = patch_of.clamp(max=patches - 1)
        patch_of, reads = patch_of[:, :-1], patch_of[:, 1:] - 1
        rows = hash_rows(ids, self.config.hash_sizes, self.config.hash_rows)
        x = m.local_encoder.embed_tokens(ids) + F.embedding_bag(
            rows.flatten(0, 1), m.encoder_hash_tok_embedding.weight, mode="sum"
        ).view(*ids.shape, -1)
        states, pooled = m.local_encoder(x, patch_of, patches)
        latents = m.global_transformer(pooled)
        return self.lm_head(m.local_decoder(states, latents, reads))
