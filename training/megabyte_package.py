"""A MEGABYTE checkpoint -> a model package that the engine runs, as export.py does for a BLT.

    python megabyte_package.py --checkpoint RUNS/small/megabyte.pt --name megabyte-small --out DIR

Two graphs. `wide` takes the ids of whole patches and has a key/value cache over patches; `local` runs over the running patch anew
for each byte, as it has few ids, and needs no cache. Both pads are extra rows of the embedding tables: ids 260 and up.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from blt import BOS, OFFSET, VOCABULARY
from cached import MASKED, Cache
from export import DEFAULT, TOLERANCE
from graphs import INT64, MICROSOFT, Attention, Graph, lookup
from megabyte import Megabyte, MegabyteConfig
from package import weights_of
from stream import END, MAX_PATH, MAX_SUFFIX, PATH, PREFIX, SUFFIX
from weights import VARIANTS, Format


def named(model: Megabyte) -> dict[str, np.ndarray]:
    """The parameters under the names that a package gives them, pads in the rows behind their tables."""
    weights = {name if name.startswith("lm_head") else f"model.{name}": p.detach().numpy() for name, p in model.named_parameters()}
    for part in ("wide", "local"):
        table = f"model.{part}.embed_tokens.weight"
        pad = weights.pop(f"model.{part}.pad").reshape(-1, weights[table].shape[1])
        weights[table] = np.concatenate([weights[table], pad])
    return weights


def wide_graph(config: MegabyteConfig, weights: dict, format: Format) -> Graph:
    """ids (P, patch) -> known (P, width): what is known to the patch after each."""
    g, c = Graph(weights, format), config.wide
    ids = g.input("ids", ["P", config.patch], INT64)
    attention = Attention(g, c, "P")
    x = g.reshape(lookup(g, "model.wide.embed_tokens", ids), 1, -1, c.width)
    for i in range(c.layers):
        x = attention.layer(i, x, "model.wide")
    g.output(g.reshape(g.norm(x, "model.wide.norm"), -1, c.width), "known", ["P", c.width])
    return g


def local_graph(config: MegabyteConfig, weights: dict, format: Format) -> Graph:
    """ids (P, L): at each place the id before it, the pad at the first; parts (P, L, part) -> logits (P, L, 260)."""
    g, c = Graph(weights, format), config.local
    head, part = c.width // c.heads, config.wide.width // config.patch
    ids = g.input("ids", ["P", "L"], INT64)
    parts = g.input("parts", ["P", "L", part])
    x = g.op("Add", [lookup(g, "model.local.embed_tokens", ids), g.matmul(parts, "model.local.part_projection")])
    places = np.arange(config.patch)
    angles = places[:, None] * c.theta ** (-np.arange(0, head, 2, dtype=np.float32) / head)
    tables = [g.constant(name, values.astype(np.float32)) for name, values in (("cos", np.cos(angles)), ("sin", np.sin(angles)))]
    length = g.op("Shape", [ids], start=1, end=2)
    mask = g.constant("mask", np.where(places <= places[:, None], 0, MASKED).astype(np.float32))
    for axis in (0, 1):
        mask = g.op("Slice", [mask, g.integers(0), length, g.integers(axis)])
    rows = g.op("Concat", [g.op("Shape", [ids]), g.integers(c.heads, head)], axis=0)  # P, L, heads, head
    for i in range(c.layers):
        p = f"model.local.layers.{i}"
        normed = g.norm(x, f"{p}.input_layernorm")
        q, k, v = (g.matmul(normed, f"{p}.self_attn.{n}_proj") for n in "qkv")
        q, k = (g.op("RotaryEmbedding", [t, g.integers(0), *tables], domain=MICROSOFT, interleaved=1, num_heads=c.heads) for t in (q, k))
        q, k, v = (g.transpose(g.op("Reshape", [t, rows]), 0, 2, 1, 3) for t in (q, k, v))  # (P, heads, L, head)
        scores = g.op("FusedMatMul", [q, k], domain=MICROSOFT, transB=1, alpha=head**-0.5)
        out = g.op("MatMul", [g.op("Softmax", [g.op("Add", [scores, mask])], axis=-1), v])
        flat = g.op("Concat", [g.op("Shape", [ids]), g.integers(c.width)], axis=0)
        x = g.op("Add", [x, g.matmul(g.op("Reshape", [g.transpose(out, 0, 2, 1, 3), flat]), f"{p}.self_attn.o_proj")])
        normed = g.norm(x, f"{p}.post_attention_layernorm")
        gate, up = (g.matmul(normed, f"{p}.mlp.{n}_proj") for n in ("gate", "up"))
        x = g.op("Add", [x, g.matmul(g.op("Mul", [g.op("Mul", [gate, g.op("Sigmoid", [gate])]), up]), f"{p}.mlp.down_proj")])
    g.output(g.matmul(g.norm(x, "model.local.norm"), "lm_head"), "logits", ["P", "L", VOCABULARY])
    return g


class CachedGraphs:
    """The package as the engine runs it: `feed` new ids, get logits (ids, 260)."""

    def __init__(self, config: MegabyteConfig, folder: Path):
        self.config, self.ids = config, []
        self.sessions = {n: ort.InferenceSession(folder / f"{n}.onnx", providers=["CPUExecutionProvider"]) for n in ("wide", "local")}
        self.cache, self.known = Cache(config.wide), np.zeros((0, config.wide.width), np.float32)
        self.read(np.arange(VOCABULARY, VOCABULARY + config.patch)[None])

    def read(self, patches: np.ndarray) -> None:
        """Whole patches (P, patch) go through the wide transformer."""
        names = [o.name for o in self.sessions["wide"].get_outputs()]
        inputs = {"ids": patches.astype(np.int64), **self.cache.inputs(len(patches))}
        outputs = dict(zip(names, self.sessions["wide"].run(names, inputs)))
        self.cache.append(outputs)
        self.known = np.concatenate([self.known, outputs["known"]])

    def feed(self, ids: list[int]) -> np.ndarray:
        P, start = self.config.patch, len(self.ids)
        self.ids += ids
        end, old = len(self.ids), len(self.known) - 1
        if end // P > old:
            self.read(np.array(self.ids[old * P : end // P * P]).reshape(-1, P))
        first = (start + 1) // P
        count = end // P - first + 1
        length = end % P + 1 if count == 1 else P
        before = np.array(([VOCABULARY] + self.ids)[first * P : first * P + count * P] + [0] * (count * P))[: count * P].reshape(count, P)
        before[:, 0] = VOCABULARY
        parts = self.known[first:].reshape(count, P, -1)[:, :length]
        logits = self.sessions["local"].run(["logits"], {"ids": before[:, :length].astype(np.int64), "parts": parts})[0]
        at = start + 1 - first * P
        return logits.reshape(-1, VOCABULARY)[at : at + end - start]


def stored(config: MegabyteConfig, package: Path) -> Megabyte:
    """The model of a package, with the numbers that the package computes with."""
    weights = weights_of(package)
    for part in ("wide", "local"):
        table = f"model.{part}.embed_tokens.weight"
        weights[f"model.{part}.pad"] = weights[table][VOCABULARY:].flatten()
        weights[table] = weights[table][:VOCABULARY]
    model = Megabyte(config)
    model.load_state_dict({name.removeprefix("model."): value for name, value in weights.items()})
    return model.eval()


def check_parity(config: MegabyteConfig, package: Path) -> float:
    """Greatest difference to PyTorch over a text, fed whole, in chunks and byte by byte."""
    text = b"export function add(left: number, right: number) {\n  return left + right;\n}\n" * 6
    ids = [BOS] + [b + OFFSET for b in bytes([PREFIX]) + text]
    with torch.no_grad():
        expected = stored(config, package)(torch.tensor([ids]))[0].numpy()
    worst = 0.0
    for chunks in ([len(ids)], [1, 7, 300], [1] * 40):
        cached, got, at = CachedGraphs(config, package), [], 0
        for length in [*chunks, len(ids) - sum(chunks)]:
            if length:
                got.append(cached.feed(ids[at : at + length]))
                at += length
        worst = max(worst, float(np.abs(np.concatenate(got) - expected).max()))
    if worst > TOLERANCE:
        raise SystemExit(f"The exported graphs differ from PyTorch by {worst:.2g}, more than {TOLERANCE}.")
    return worst


def write(model: Megabyte, formats: dict[str, Format], description: dict, folder: Path) -> None:
    """The graphs and the manifest into a new folder. The wide transformer is stored as a BLT's latent one, the local one as
    its decoder."""
    c = model.config
    description |= {
        "format": 1, "architecture": "megabyte", "vocabulary": VOCABULARY, "idOffset": OFFSET, "bos": BOS,
        "sentinels": {"path": PATH, "suffix": SUFFIX, "prefix": PREFIX, "end": END},
        "patching": {"rule": "fixed", "bytes": c.patch},
        "stacks": {n: {"width": s.width, "layers": s.layers, "heads": s.heads, "hidden": s.hidden, "window": None}
                   for n, s in {"wide": c.wide, "local": c.local}.items()},
        "graphs": {},
    }
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    weights = named(model)
    for name, build, part in (("wide", wide_graph, "latent"), ("local", local_graph, "decoder")):
        graph = build(c, weights, formats[part])
        graph.save(folder / f"{name}.onnx")
        data = (folder / f"{name}.onnx").read_bytes()
        description["graphs"][name] = {"file": f"{name}.onnx", "bytes": len(data), "weightBytes": graph.weight_bytes,
                                       "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(description, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--licence", default="MIT")
    parser.add_argument("--description", default="")
    parser.add_argument("--context", type=int, default=2048, help="ids that the model sees at once")
    parser.add_argument("--weights", choices=list(VARIANTS), default=DEFAULT, help="how the weights are stored; see weights.py")
    args = parser.parse_args()
    state = torch.load(args.checkpoint, map_location="cpu")
    if "wide" not in state["config"]:
        raise SystemExit(f"{args.checkpoint} is no MEGABYTE. A BLT is exported by export.py.")
    model = Megabyte(MegabyteConfig.from_dict(state["config"]))
    model.load_state_dict(state["model"])
    training = {"steps": state["step"], "megabytesSeen": round(state["bytes"] / 1e6, 1),
                "parameters": sum(p.numel() for p in model.parameters()), "weights": args.weights}
    description = {
        "name": args.name, "version": args.version, "licence": args.licence, "description": args.description,
        "context": {"maxBytes": args.context, "maxSuffixBytes": MAX_SUFFIX, "maxPathBytes": MAX_PATH}, "training": training,
    }
    scratch = args.out.with_name(args.out.name + ".part")
    write(model, VARIANTS[args.weights], description, scratch)
    worst = check_parity(model.config, scratch)
    training["greatestDifferenceToPyTorch"] = float(f"{worst:.2g}")
    (scratch / "manifest.json").write_text(json.dumps(description, indent=2) + "\n")
    shutil.rmtree(args.out, ignore_errors=True)
    scratch.rename(args.out)
    size = sum(f.stat().st_size for f in args.out.iterdir())
    print(f"{args.out}: {size / 1e6:.1f} MB, {training['parameters'] / 1e6:.1f} M parameters, differs from PyTorch by {worst:.2g}")


if __name__ == "__main__":
    main()
