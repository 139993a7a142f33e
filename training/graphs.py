"""The four ONNX graphs of a BLT, built operator by operator. Their inputs and outputs are the table in docs/architecture.md.

Built by hand rather than traced: key/value caches come in read-only and only the new rows go out, and the fused operators of
ONNX Runtime (com.microsoft) are named directly, because its optimiser does not find them all.
"""

import math

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from blt import EPSILON, VOCABULARY, BltConfig, StackConfig
from weights import Format, block_of, pack, quantise

MICROSOFT = "com.microsoft"
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    """Nodes, constants and the graph's own inputs and outputs. `weights` maps parameter names to float32 arrays; matrices
    are stored as `format` says."""

    def __init__(self, weights: dict[str, np.ndarray], format: Format):
        self.weights, self.format = weights, format
        self.nodes, self.constants, self.inputs, self.outputs = [], {}, [], []
        self.weight_bytes = 0  # of all matrices as they lie in memory: each run reads them once

    def input(self, name: str, shape: list, kind: int = FLOAT) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, value: str, name: str, shape: list) -> str:
        """Makes a value an output of the graph; returns what it is called from then on."""
        for node in self.nodes:
            node.output[:] = [name if v == value else v for v in node.output]
            node.input[:] = [name if v == value else v for v in node.input]
        self.outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))
        return name

    def op(self, kind: str, inputs: list[str], count: int = 1, outputs: list[str] | None = None, domain: str = "", **attributes):
        outputs = outputs or [f"{kind}_{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs[0] if len(outputs) == 1 else outputs

    def constant(self, name: str, values: np.ndarray) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(values).reshape(np.shape(values)), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("i_" + "_".join(map(str, values)), np.array(values, np.int64))

    def number(self, value: float) -> str:
        return self.constant(f"f_{value}", np.array(value, np.float32))

    def matmul(self, x: str, *names: str, format: Format | None = None) -> str:
        """x times the transposed weights (Linear layers), several joined side by side."""
        joined = np.concatenate([self.weights[n + ".weight"] for n in names])  # (outputs, inputs)
        name, format, (outputs, inputs) = "+".join(names), format or self.format, joined.shape
        block = block_of(format, inputs)
        packs = format.bits <= 8 and block >= 16 and format.accuracy is not None
        self.weight_bytes += joined.size * format.bits // 8 + joined.size // block * 4 if packs else 4 * joined.size
        if format.bits > 8 or block < 16:
            return self.op("MatMul", [x, self.floats(name, joined.T, format)])
        integers, scales = quantise(joined, format.bits, block)
        scale = self.op("Cast", [self.constant(f"{name}.scale", scales)], to=FLOAT)
        packed = self.constant(f"{name}.int{format.bits}", pack(integers, format.bits))
        if format.accuracy is not None:
            return self.op("MatMulNBits", [x, packed, scale], domain=MICROSOFT, K=inputs, N=outputs, bits=format.bits,
                           block_size=block, accuracy_level=format.accuracy)
        assert format.bits == 8, "Only int8 can be turned into float32 at load."
        centred = self.op("Sub", [self.op("Cast", [packed], to=FLOAT), self.number(128.0)])
        values = self.op("Mul", [centred, self.op("Unsqueeze", [scale, self.integers(2)])])
        return self.op("MatMul", [x, self.transpose(self.reshape(values, outputs, inputs), 1, 0)])

    def floats(self, name: str, values: np.ndarray, format: Format) -> str:
        """A weight that is stored as float32 or float16, as a float32 value."""
        if format.bits == 32:
            return self.constant(name, values.astype(np.float32))
        return self.op("Cast", [self.constant(name, values.astype(np.float16))], to=FLOAT)

    def norm(self, x: str, name: str) -> str:
        weight = self.constant(name, self.weights[name + ".weight"].astype(np.float32))
        return self.op("SimplifiedLayerNormalization", [x, weight], axis=-1, epsilon=EPSILON)

    def reshape(self, x: str, *shape: int) -> str:
        return self.op("Reshape", [x, self.integers(*shape)])

    def transpose(self, x: str, *order: int) -> str:
        return self.op("Transpose", [x], perm=order)

    def save(self, path) -> None:
        graph = helper.make_graph(self.nodes, path.stem, self.inputs, self.outputs, list(self.constants.values()))
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        # Opset 20 is the newest that every execution provider takes; IR 10 is what goes with it.
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="bytewise")
        onnx.save(model, path)


class Attention:
    """The attention inputs of one graph, shared by its layers: rotary tables and mask."""

    def __init__(self, g: Graph, config: StackConfig, rows: str):
        self.g, self.config = g, config
        self.head = config.width // config.heads
        positions = g.input("positions", [rows])
        self.mask = g.input("mask", [rows, "C+" + rows])
        self.rows = rows
        frequencies = (config.theta ** (-np.arange(0, self.head, 2, dtype=np.float32) / self.head)).astype(np.float32)
        angles = g.op("Mul", [g.op("Unsqueeze", [positions, g.integers(1)]), g.constant("frequencies", frequencies)])
        self.cos, self.sin = g.op("Cos", [angles]), g.op("Sin", [angles])
        self.from_first = g.integers(0)  # the tables hold exactly the rows of this run
        self.lengths = ""  # of the cached and of the new positions: the same in every layer

    def layer(self, i: int, x: str, prefix: str) -> str:
        """One transformer layer on x (1, T, width)."""
        g, c = self.g, self.config
        past_k = g.input(f"past_k_{i}", [c.heads, "C", self.head])
        past_v = g.input(f"past_v_{i}", [c.heads, "C", self.head])
        p = f"{prefix}.layers.{i}"
        qkv = g.matmul(g.norm(x, f"{p}.input_layernorm"), *(f"{p}.self_attn.{n}_proj" for n in "qkv"))
        qkv = g.transpose(g.reshape(qkv, 1, -1, 3 * c.heads, self.head), 0, 2, 1, 3)  # (1, 3 heads, T, head)
        qk, v = g.op("Split", [qkv, g.integers(2 * c.heads, c.heads)], 2, axis=1)
        qk = g.op("RotaryEmbedding", [qk, self.from_first, self.cos, self.sin], domain=MICROSOFT, interleaved=1)
        q, k = g.op("Split", [qk, g.integers(c.heads, c.heads)], 2, axis=1)
        # The squeeze keeps the runtime from taking the scale into the product: scaled ones miss its fast kernel for one row.
        q = g.op("Squeeze", [g.op("Mul", [q, g.number(1 / math.sqrt(self.head))]), g.integers(0)])
        k = g.output(g.op("Squeeze", [k, g.integers(0)]), f"k_{i}", [c.heads, self.rows, self.head])
        v = g.output(g.op("Squeeze", [v, g.integers(0)]), f"v_{i}", [c.heads, self.rows, self.head])
        out = self.beside(q, k, v, past_k, past_v) if c.window is None else self.joined(q, k, v, past_k, past_v)
        out = g.reshape(g.transpose(out, 1, 0, 2), 1, -1, c.width)
        return feed_forward(g, c, g.op("Add", [x, g.matmul(out, f"{p}.self_attn.o_proj")]), p)

    def joined(self, q: str, k: str, v: str, past_k: str, past_v: str) -> str:
        """Cached and new keys side by side. A window is short, so copying it costs less than scores in two parts, which grow
        with the heads and the rows: a chunk takes a tenth less time, a single row the same."""
        g = self.g
        keys, values = g.op("Concat", [past_k, k], axis=1), g.op("Concat", [past_v, v], axis=1)
        scores = g.op("FusedMatMul", [q, keys], domain=MICROSOFT, transB=1)
        return g.op("MatMul", [g.op("Softmax", [g.op("Add", [scores, self.mask])], axis=-1), values])

    def beside(self, q: str, k: str, v: str, past_k: str, past_v: str) -> str:
        """Without a window the cache is long: it is read where it lies, and only the scores are put side by side."""
        g = self.g
        scores = [g.op("FusedMatMul", [q, keys], domain=MICROSOFT, transB=1) for keys in (past_k, k)]
        chances = g.op("Softmax", [g.op("Add", [g.op("Concat", scores, axis=-1), self.mask])], axis=-1)
        self.lengths = self.lengths or g.op("Concat", [g.op("Shape", [t], start=1, end=2) for t in (past_v, v)], axis=0)
        old, new = g.op("Split", [chances, self.lengths], 2, axis=-1)
        return g.op("Add", [g.op("MatMul", [old, past_v]), g.op("MatMul", [new, v])])


def feed_forward(g: Graph, config: StackConfig, x: str, p: str) -> str:
    both = g.matmul(g.norm(x, f"{p}.post_attention_layernorm"), f"{p}.mlp.gate_proj", f"{p}.mlp.up_proj")
    gate, up = g.op("Split", [both, g.integers(config.hidden, config.hidden)], 2, axis=-1)
    hidden = g.op("Mul", [g.op("Mul", [gate, g.op("Sigmoid", [gate])]), up])
    return g.op("Add", [x, g.matmul(hidden, f"{p}.mlp.down_proj")])


def lookup(g: Graph, name: str, ids: str) -> str:
    return g.op("Gather", [g.floats(name, g.weights[name + ".weight"], g.format), ids], axis=0)


def hash_lookup(g: Graph, rows: str, format: Format) -> str:
    """Sum of the hash embeddings: rows (T, sizes) -> (T, D)."""
    table = g.weights["model.encoder_hash_tok_embedding.weight"]
    if format.bits > 8:
        return g.op("ReduceSum", [g.op("Gather", [g.floats("hash", table, format), rows]), g.integers(1)], keepdims=0)
    block = table.shape[1] if format.bits == 8 else block_of(format, table.shape[1])
    integers, scales = quantise(table, format.bits, block)
    packed = pack(integers, format.bits).reshape(len(table), -1)
    scale = g.op("Cast", [g.constant("hash.scale", scales)], to=FLOAT)
    if format.bits == 4:
        inputs = [g.constant("hash.int4", packed), rows, scale]
        found = g.op("GatherBlockQuantized", inputs, domain=MICROSOFT, bits=4, block_size=block, gather_axis=0, quantize_axis=1)
        return g.op("ReduceSum", [found, g.integers(1)], keepdims=0)  # (T, sizes, D) -> (T, D)
    # One scale per row: the sum of scaled rows is a product with the scales. Eight times as fast as the operator above.
    whole = g.op("Sub", [g.op("Cast", [g.op("Gather", [g.constant("hash.int8", packed), rows])], to=FLOAT), g.number(128.0)])
    share = g.transpose(g.op("Gather", [scale, rows]), 0, 2, 1)  # (T, 1, sizes)
    return g.op("Squeeze", [g.op("MatMul", [share, whole]), g.integers(1)])


def language_model_graph(config: StackConfig, weights: dict, format: Format, prefix: str, vocabulary: int) -> Graph:
    """A plain transformer whose parameters are called `prefix`.…: ids -> logits of the next id."""
    g = Graph(weights, format)
    ids = g.input("ids", ["T"], INT64)
    attention = Attention(g, config, "T")
    x = g.op("Unsqueeze", [lookup(g, f"{prefix}.embed_tokens", ids), g.integers(0)])
    for i in range(config.layers):
        x = attention.layer(i, x, prefix)
    logits = g.matmul(g.norm(x, f"{prefix}.norm"), f"{prefix}.lm_head")
    g.output(g.reshape(logits, -1, vocabulary), "logits", ["T", vocabulary])
    return g


def entropy_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Graph:
    return language_model_graph(config.patcher, weights, formats["entropy"], "model.patcher", VOCABULARY)


def encoder_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Graph:
    g, c = Graph(weights, formats["encoder"]), config.encoder
    ids = g.input("ids", ["T"], INT64)
    rows = g.input("rows", ["T", len(config.hash_sizes)], INT64)
    attention = Attention(g, c, "T")
    x = g.op("Add", [lookup(g, "model.local_encoder.embed_tokens", ids), hash_lookup(g, rows, formats["table"])])
    x = g.op("Unsqueeze", [x, g.integers(0)])
    for i in range(c.layers):
        x = attention.layer(i, x, "model.local_encoder")
    g.output(g.reshape(x, -1, c.width), "states", ["T", c.width])
    return g


def latent_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Graph:
    """Pooling, the encoder's cross-attention, the latent transformer, and the decoder's keys and values per patch."""
    g, c, k, d = Graph(weights, formats["latent"]), config.encoder, config.k, config.decoder
    head = c.width // c.heads
    states = g.input("states", ["P", "L", c.width])
    padding = g.input("padding", ["P", "L"])
    attention = Attention(g, config.latent, "P")
    pooled = g.op("ReduceMax", [g.op("Add", [states, g.op("Unsqueeze", [padding, g.integers(2)])]), g.integers(1)], keepdims=0)
    queries = g.reshape(g.matmul(pooled, "model.local_encoder.patch_embedding_projection"), -1, k, c.width)  # (P, k, D)
    cross = "model.local_encoder.cross_attn_layers.0"
    normed = g.norm(states, f"{cross}.k_norm")
    q = g.matmul(g.norm(queries, f"{cross}.q_norm"), f"{cross}.q_proj")
    heads = lambda t, rows: g.transpose(g.op("Reshape", [t, rows]), 0, 2, 1, 3)  # noqa: E731  (P, rows, D) -> (P, H, rows, head)
    q = heads(q, g.integers(-1, k, c.heads, head))
    per_byte = g.op("Concat", [g.op("Shape", [padding]), g.integers(c.heads, head)], axis=0)  # P, L, H, head
    kk, vv = (heads(g.matmul(normed, f"{cross}.{n}_proj"), per_byte) for n in "kv")
    scores = g.op("FusedMatMul", [q, kk], domain=MICROSOFT, transB=1, alpha=1 / math.sqrt(head))  # (P, H, k, L)
    chances = g.op("Softmax", [g.op("Add", [scores, g.op("Unsqueeze", [padding, g.integers(1, 2)])])], axis=-1)
    out = g.reshape(g.transpose(g.op("MatMul", [chances, vv]), 0, 2, 1, 3), -1, k, c.width)
    # The module adds its input and so does its caller: 2 * queries + out.
    out = g.op("Add", [g.op("Mul", [queries, g.number(2.0)]), g.matmul(out, f"{cross}.o_proj")])
    x = g.reshape(out, 1, -1, k * c.width)
    x = latent_layers(g, config, attention, x)
    for n in "kv":
        g.output(decoder_side(g, config, x, n), f"cross_{n}", ["P", d.layers, k, d.width])
    return g


def latent_layers(g: Graph, config: BltConfig, attention, x: str) -> str:
    """The latent transformer: what the encoder made of each patch (1, P, k * D) -> the decoder's (P, k, D)."""
    if "model.global_transformer.token_embedding_projection.weight" in g.weights:
        x = g.matmul(x, "model.global_transformer.token_embedding_projection")
    for i in range(config.latent.layers):
        x = attention.layer(i, x, "model.global_transformer")
    latents = g.matmul(x, "model.local_decoder.patch_embedding_projection")
    return g.reshape(latents, -1, config.k, config.decoder.width)


def decoder_side(g: Graph, config: BltConfig, latents: str, kind: str) -> str:
    """Keys or values (`kind` k, v) that each patch has for the decoder's cross-attention, (P, layers, k, D)."""
    parts = []
    for i in range(config.decoder.layers):
        p = f"model.local_decoder.cross_attn_layers.{i}"
        parts.append(g.op("Unsqueeze", [g.matmul(g.norm(latents, f"{p}.k_norm"), f"{p}.{kind}_proj"), g.integers(1)]))
    return g.op("Concat", parts, axis=1)


def decoder_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Graph:
    g, c, k = Graph(weights, formats["decoder"]), config.decoder, config.k
    head = c.width // c.heads
    x = g.op("Unsqueeze", [g.input("states", ["T", c.width]), g.integers(0)])
    sources = {n: g.input(f"cross_{n}", ["T", c.layers, k, c.width]) for n in "kv"}
    attention = Attention(g, c, "T")
    for i in range(c.layers):
        p = f"model.local_decoder.cross_attn_layers.{i}"
        q = g.reshape(g.matmul(g.norm(x, f"{p}.q_norm"), f"{p}.q_proj"), -1, c.heads, 1, head)
        # (T, layers, k, D) -> layer i as (T, H, k, head)
        kk, vv = (
            g.transpose(g.reshape(g.op("Gather", [sources[n], g.constant(f"layer_{i}", np.array(i, np.int64))], axis=1),
                                  -1, k, c.heads, head), 0, 2, 1, 3)
            for n in "kv")
        scores = g.op("FusedMatMul", [q, kk], domain=MICROSOFT, transB=1, alpha=1 / math.sqrt(head))  # (T, H, 1, k)
        out = g.reshape(g.op("MatMul", [g.op("Softmax", [scores], axis=-1), vv]), 1, -1, c.width)
        x = g.op("Add", [g.op("Mul", [x, g.number(2.0)]), g.matmul(out, f"{p}.o_proj")])
        x = attention.layer(i, x, "model.local_decoder")
    logits = g.matmul(g.norm(x, "model.local_decoder.norm"), "lm_head", format=formats["head"])
    g.output(g.reshape(logits, -1, VOCABULARY), "logits", ["T", VOCABULARY])
    return g


GRAPHS = {"entropy": entropy_graph, "encoder": encoder_graph, "latent": latent_graph, "decoder": decoder_graph}
