"""The same four graphs of a BLT for GPU providers, and one more; docs/architecture.md, "The GPU form".

float16 throughout, keys and values as GroupQueryAttention keeps them: [1, heads, C, head width], one tensor per layer that comes in
and goes out, so that it can stay on the device. No shapes are computed in the graph, because those would run on the CPU. The
byte and hash embeddings are the fifth graph, `lookup`, which runs on the CPU: six rows of a table that may be larger than a GPU's
memory.

A weight that lies in the same numbers in the CPU form's file is not stored again: the graph points to it (external data).
"""

import math
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from blt import EPSILON, VOCABULARY, BltConfig, StackConfig
from graphs import FLOAT, INT64, MICROSOFT, Graph, decoder_side, feed_forward, hash_lookup, latent_layers, lookup
from weights import Format, block_of, pack, quantise

HALF, INT32 = TensorProto.FLOAT16, TensorProto.INT32
SHARED_BYTES = 256  # smaller constants are stored again
MASKED = -6e4  # what is added to a score that must not count; within float16


class Half(Graph):
    """A graph that computes in float16. Its inputs and outputs are float32, except keys and values."""

    def single(self, name: str, shape: list) -> str:
        """A float32 input as a float16 value."""
        return self.op("Cast", [self.input(name, shape)], to=HALF)

    def result(self, value: str, name: str, shape: list) -> None:
        self.output(self.op("Cast", [value], to=FLOAT), name, shape)

    def cached(self, name: str, shape: list) -> str:
        return self.input(name, shape, HALF)

    def half(self, name: str, values: np.ndarray) -> str:
        return self.constant(name, values.astype(np.float16))

    def norm(self, x: str, name: str) -> str:
        weight = self.half(name, self.weights[name + ".weight"])
        return self.op("SimplifiedLayerNormalization", [x, weight], axis=-1, epsilon=EPSILON)

    def matmul(self, x: str, *names: str, format: Format | None = None) -> str:
        """As in the CPU form; integers stay packed whatever the format says of the CPU."""
        joined = np.concatenate([self.weights[n + ".weight"] for n in names])  # (outputs, inputs)
        name, format, (outputs, inputs) = "+".join(names), format or self.format, joined.shape
        block = block_of(format, inputs)
        if format.bits > 8 or block < 16:
            self.weight_bytes += 2 * joined.size
            return self.op("MatMul", [x, self.half(name, joined.T)])
        self.weight_bytes += joined.size * format.bits // 8 + joined.size // block * 2
        integers, scales = quantise(joined, format.bits, block)
        packed = self.constant(f"{name}.int{format.bits}", pack(integers, format.bits))
        return self.op("MatMulNBits", [x, packed, self.half(f"{name}.scale", scales)], domain=MICROSOFT, K=inputs, N=outputs,
                       bits=format.bits, block_size=block, accuracy_level=1)

    def heads(self, x: str, *shape: int) -> str:
        """(A, B, D) -> (A, H, B, head), for `shape` = A, B, H, head; 0 keeps a size."""
        return self.transpose(self.reshape(x, *shape), 0, 2, 1, 3)

    def save(self, path: Path, donor: Path | None = None) -> None:
        """With a donor, an ONNX file in the same folder, constants that lie in it byte for byte are left there."""
        graph = helper.make_graph(self.nodes, path.stem, self.inputs, self.outputs, list(self.constants.values()))
        data = donor.read_bytes() if donor else b""
        for constant in graph.initializer:
            at = data.find(constant.raw_data) if len(constant.raw_data) >= SHARED_BYTES else -1
            if at < 0:
                continue
            where = {"location": donor.name, "offset": at, "length": len(constant.raw_data)}
            constant.ClearField("raw_data")
            constant.data_location = TensorProto.EXTERNAL
            constant.external_data.extend(onnx.StringStringEntryProto(key=k, value=str(v)) for k, v in where.items())
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
        path.write_bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="bytewise").SerializeToString())


class HalfAttention:
    """The attention inputs of one graph, shared by its layers."""

    def __init__(self, g: Half, config: StackConfig, rows: str):
        self.g, self.config, self.head = g, config, config.width // config.heads
        # The host computes the angles: the cosine of a large number is rough on a GPU.
        self.cos, self.sin = (g.single(n, [rows, self.head // 2]) for n in ("cos", "sin"))
        self.last = g.input("last", [1], INT32)  # number of the last new position
        self.total = g.input("total", [1], INT32)  # positions with the new ones
        self.from_first = g.integers(0)  # the tables hold exactly the rows of this run

    def rotate(self, x: str) -> str:
        return self.g.op("RotaryEmbedding", [x, self.from_first, self.cos, self.sin], domain=MICROSOFT,
                         interleaved=1, num_heads=self.config.heads)

    def layer(self, i: int, x: str, prefix: str) -> str:
        """One transformer layer on x (1, T, width)."""
        g, c, p = self.g, self.config, f"{prefix}.layers.{i}"
        shape = [1, c.heads, "C", self.head]
        past = [g.cached(f"past_{n}_{i}", shape) for n in "kv"]
        qkv = g.matmul(g.norm(x, f"{p}.input_layernorm"), *(f"{p}.self_attn.{n}_proj" for n in "qkv"))
        q, k, v = g.op("Split", [qkv, g.integers(c.width, c.width, c.width)], 3, axis=-1)
        # Other attributes than these would give up the fused kernels of one provider or another.
        window = {} if c.window is None else {"local_window_size": c.window}
        out, *_ = g.op("GroupQueryAttention", [self.rotate(q), self.rotate(k), v, *past, self.last, self.total],
                       outputs=[f"attended_{i}", f"k_{i}", f"v_{i}"], domain=MICROSOFT, num_heads=c.heads,
                       kv_num_heads=c.heads, scale=1 / math.sqrt(self.head), **window)
        g.outputs += [helper.make_tensor_value_info(f"{n}_{i}", HALF, shape) for n in "kv"]
        return feed_forward(g, c, g.op("Add", [x, g.matmul(out, f"{p}.self_attn.o_proj")]), p)


def entropy_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Half:
    g = Half(weights, formats["entropy"])
    ids = g.input("ids", ["T"], INT64)
    attention = HalfAttention(g, config.patcher, "T")
    name = "model.patcher.embed_tokens"
    x = g.op("Gather", [g.half(name, weights[name + ".weight"]), ids], axis=0)
    x = g.op("Unsqueeze", [x, g.integers(0)])
    for i in range(config.patcher.layers):
        x = attention.layer(i, x, "model.patcher")
    logits = g.matmul(g.norm(x, "model.patcher.norm"), "model.patcher.lm_head")
    g.result(g.reshape(logits, -1, VOCABULARY), "logits", ["T", VOCABULARY])
    return g


def lookup_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Graph:
    """Byte and hash embeddings, float32; for the CPU."""
    g = Half(weights, formats["encoder"])
    ids = g.input("ids", ["T"], INT64)
    rows = g.input("rows", ["T", len(config.hash_sizes)], INT64)
    x = g.op("Add", [lookup(g, "model.local_encoder.embed_tokens", ids), hash_lookup(g, rows, formats["table"])])
    g.output(x, "embedded", ["T", config.encoder.width])
    return g


def encoder_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Half:
    g, c = Half(weights, formats["encoder"]), config.encoder
    x = g.op("Unsqueeze", [g.single("embedded", ["T", c.width]), g.integers(0)])
    attention = HalfAttention(g, c, "T")
    for i in range(c.layers):
        x = attention.layer(i, x, "model.local_encoder")
    g.result(g.reshape(x, -1, c.width), "states", ["T", c.width])
    return g


def latent_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Half:
    g, c, k, d = Half(weights, formats["latent"]), config.encoder, config.k, config.decoder
    head = c.width // c.heads
    states = g.single("states", ["P", "L", c.width])
    # The mask of the CPU form is beyond float16.
    padding = g.op("Cast", [g.op("Clip", [g.input("padding", ["P", "L"]), g.number(MASKED)])], to=HALF)
    attention = HalfAttention(g, config.latent, "P")
    pooled = g.op("ReduceMax", [g.op("Add", [states, g.op("Unsqueeze", [padding, g.integers(2)])]), g.integers(1)], keepdims=0)
    queries = g.reshape(g.matmul(pooled, "model.local_encoder.patch_embedding_projection"), -1, k, c.width)  # (P, k, D)
    cross = "model.local_encoder.cross_attn_layers.0"
    normed = g.norm(states, f"{cross}.k_norm")
    q = g.heads(g.matmul(g.norm(queries, f"{cross}.q_norm"), f"{cross}.q_proj"), -1, k, c.heads, head)  # (P, H, k, head)
    q = g.op("Mul", [q, g.half("scale", np.array(1 / math.sqrt(head)))])
    keys = g.reshape(g.matmul(normed, f"{cross}.k_proj"), 0, 0, c.heads, head)
    values = g.heads(g.matmul(normed, f"{cross}.v_proj"), 0, 0, c.heads, head)
    scores = g.op("MatMul", [q, g.transpose(keys, 0, 2, 3, 1)])  # (P, H, k, L)
    chances = g.op("Softmax", [g.op("Add", [scores, g.op("Unsqueeze", [padding, g.integers(1, 2)])])], axis=-1)
    out = g.reshape(g.transpose(g.op("MatMul", [chances, values]), 0, 2, 1, 3), -1, k, c.width)
    out = g.op("Add", [g.op("Mul", [queries, g.half("two", np.array(2.0))]), g.matmul(out, f"{cross}.o_proj")])
    x = latent_layers(g, config, attention, g.reshape(out, 1, -1, k * c.width))
    for n in "kv":
        g.result(decoder_side(g, config, x, n), f"cross_{n}", ["P", d.layers, k, d.width])
    return g


def decoder_graph(config: BltConfig, weights: dict, formats: dict[str, Format]) -> Half:
    g, c, k = Half(weights, formats["decoder"]), config.decoder, config.k
    head = c.width // c.heads
    x = g.op("Unsqueeze", [g.single("states", ["T", c.width]), g.integers(0)])
    sources = {n: g.single(f"cross_{n}", ["T", c.layers, k, c.width]) for n in "kv"}
    layers = {n: g.op("Split", [s, g.integers(*[1] * c.layers)], c.layers, axis=1) if c.layers > 1 else [s]
              for n, s in sources.items()}  # (T, 1, k, D) each
    attention = HalfAttention(g, c, "T")
    scale = g.half("scale", np.array(1 / math.sqrt(head)))
    for i in range(c.layers):
        p = f"model.local_decoder.cross_attn_layers.{i}"
        q = g.op("Mul", [g.reshape(g.matmul(g.norm(x, f"{p}.q_norm"), f"{p}.q_proj"), -1, c.heads, 1, head), scale])
        keys, values = (g.reshape(layers[n][i], -1, k, c.heads, head) for n in "kv")
        scores = g.op("MatMul", [q, g.transpose(keys, 0, 2, 3, 1)])  # (T, H, 1, k)
        out = g.op("MatMul", [g.op("Softmax", [scores], axis=-1), g.transpose(values, 0, 2, 1, 3)])
        x = g.op("Add", [g.op("Mul", [x, g.half("two", np.array(2.0))]), g.matmul(g.reshape(out, 1, -1, c.width), f"{p}.o_proj")])
        x = attention.layer(i, x, "model.local_decoder")
    logits = g.matmul(g.norm(x, "model.local_decoder.norm"), "lm_head", format=formats["head"])
    g.result(g.reshape(logits, -1, VOCABULARY), "logits", ["T", VOCABULARY])
    return g


def unfit(config: BltConfig) -> str | None:
    """Why a model of this shape has no GPU form, if so: GroupQueryAttention takes heads of a multiple of 8."""
    widths = {s.width // s.heads for s in (config.patcher, config.encoder, config.latent, config.decoder)}
    odd = sorted(w for w in widths if w % 8)
    return f"head widths must be multiples of 8, and it has {odd[0]}" if odd else None


# The graph, and the CPU form's graph in whose file most of its weights lie.
GPU_GRAPHS = {"lookup": (lookup_graph, "encoder"), "entropy": (entropy_graph, "entropy"), "encoder": (encoder_graph, "encoder"),
              "latent": (latent_graph, "latent"), "decoder": (decoder_graph, "decoder")}
