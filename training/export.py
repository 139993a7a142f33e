"""Stage 4: a checkpoint -> a model package (ONNX graphs and manifest.json).

    python export.py --checkpoint RUNS/small/blt.pt --name bytewise-small --out ../models/bytewise-small
    python export.py --huggingface DIR --name oracle-tiny --out DIR       # any Hugging Face BLT directory

Before the package is written its graphs are compared with PyTorch, which gets the numbers that the package stores: a text
fed whole, in chunks and byte by byte, tolerance 1e-3. The graphs of the GPU form compute in float16: there the tolerance is 2 %
of the greatest logit, and PyTorch says where patches end.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from blt import BOS, OFFSET, VOCABULARY, Blt, BltConfig, StackConfig, patch_starts
from cached import CachedBlt
from cached_gpu import CachedGpuBlt
from gpu_graphs import GPU_GRAPHS, unfit
from graphs import GRAPHS, Graph
from package import blt_of
from stream import END, MAX_PATH, MAX_SUFFIX, PATH, PREFIX, SUFFIX
from weights import VARIANTS, Format

TOLERANCE = 1e-3
HALF_TOLERANCE = 0.02  # of the greatest logit
DEFAULT = "int4-latent"  # by the table in LOG.md: the smallest whose arithmetic stays float32 and that costs no bits


def from_checkpoint(path: Path) -> tuple[Blt, dict]:
    state = torch.load(path, map_location="cpu")
    blt = Blt(BltConfig.from_dict(state["config"]))
    blt.load_state_dict(state["model"])
    return blt.eval(), {"steps": state["step"], "megabytesSeen": round(state["bytes"] / 1e6, 1)}


def from_hugging_face(folder: Path) -> tuple[Blt, dict]:
    """Reads config.json and *.safetensors; sizes come from the tensors, since the configuration's defaults mislead."""
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text())
    weights = {}
    for file in sorted(folder.glob("*.safetensors")):
        weights.update(load_file(file))
    weights = {name: tensor.float() for name, tensor in weights.items() if "rotary_emb" not in name}

    def stack(part: str, prefix: str) -> StackConfig:
        c = config[part]
        hidden = weights[f"model.{prefix}.layers.0.mlp.gate_proj.weight"].shape[0]
        theta = (c.get("rope_parameters") or {}).get("rope_theta", 10000.0 if prefix == "patcher" else 500000.0)
        return StackConfig(c["hidden_size"], c["num_hidden_layers"], c["num_attention_heads"], hidden, float(theta))

    if config["encoder_config"].get("cross_attn_all_layers") or not config["decoder_config"].get("cross_attn_all_layers"):
        raise SystemExit("Only BLTs with one encoder cross-attention and one per decoder layer can be exported.")
    blt = Blt(BltConfig(
        patcher=stack("patcher_config", "patcher"),
        encoder=stack("encoder_config", "local_encoder"),
        latent=stack("global_config", "global_transformer"),
        decoder=stack("decoder_config", "local_decoder"),
        hash_sizes=config["encoder_hash_byte_group_size"],
        hash_rows=config["encoder_hash_byte_group_vocab"],
        k=config["cross_attn_k"],
        threshold=config["patching_threshold"],
    ))
    blt.load_state_dict(weights)
    return blt.eval(), {"source": "Hugging Face BLT directory"}


def parity_ids(sentinels: bool) -> list[int]:
    text = b"export function add(left: number, right: number) {\n  return left + right;\n}\n" * 6
    return [BOS] + [b + OFFSET for b in [*([PREFIX] if sentinels else []), *text]]


def greatest_difference(blt: Blt, ids: list[int], decoder: CachedBlt) -> float:
    """To PyTorch's logits, over the ids fed whole, in chunks and byte by byte."""
    with torch.no_grad():
        expected = blt(torch.tensor([ids]))[0].numpy()
    worst = 0.0
    for chunks in ([len(ids)], [1, 7, 300], [1] * 40):
        decoder.forget()
        got, at = [], 0
        for length in [*chunks, len(ids) - sum(chunks)]:
            if length:
                got.append(decoder.feed(ids[at : at + length]))
                at += length
        worst = max(worst, float(np.abs(np.concatenate(got) - expected).max()))
    return worst


def check_parity(blt: Blt, folder: Path, sentinels: bool) -> float:
    worst = greatest_difference(blt, parity_ids(sentinels), CachedBlt(blt.config, folder))
    if not worst <= TOLERANCE:
        raise SystemExit(f"The exported graphs differ from PyTorch by {worst:.2g}, more than {TOLERANCE}.")
    return worst


def check_half_parity(blt: Blt, folder: Path, sentinels: bool) -> float:
    """The same of the GPU form, as a share of the greatest logit."""
    ids = parity_ids(sentinels)
    batch = torch.tensor([ids])
    starts = patch_starts(batch, blt.entropies(batch), blt.config.threshold)[0]
    decoder = CachedGpuBlt(blt.config, folder, ends={t for t in range(len(ids)) if starts[t + 1]})
    with torch.no_grad():
        greatest = float(blt(batch).abs().max())
    share = greatest_difference(blt, ids, decoder) / greatest
    if not share <= HALF_TOLERANCE:
        raise SystemExit(f"The GPU form differs from PyTorch by {share:.2g} of the greatest logit, more than {HALF_TOLERANCE}.")
    return share


def write(blt: Blt, formats: dict[str, Format], description: dict, folder: Path, threads: int = 1) -> None:
    """The graphs of both forms, if it fits the GPU's, and the manifest into a new folder. `threads` of a latent step on an idle CPU."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    weights = {name: p.detach().numpy() for name, p in blt.named_parameters()}

    def entry(file: Path, graph: Graph) -> dict:
        data = file.read_bytes()
        return {"file": file.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "weightBytes": graph.weight_bytes}

    for name, build in GRAPHS.items():
        graph, file = build(blt.config, weights, formats), folder / f"{name}.onnx"
        graph.save(file)
        description["graphs"][name] = entry(file, graph) | ({"threads": threads} if name == "latent" else {})
    description.pop("gpu", None)
    if not unfit(blt.config):
        stacks = {"entropy": blt.config.patcher, "encoder": blt.config.encoder, "latent": blt.config.latent, "decoder": blt.config.decoder}
        # The host computes the angles of this form, so it has to know the base of their frequencies.
        description["gpu"] = {"rotaryBases": {name: stack.theta for name, stack in stacks.items()}, "graphs": {}}
    for name, (build, donor) in GPU_GRAPHS.items() if "gpu" in description else ():
        graph, file = build(blt.config, weights, formats), folder / f"{name}-gpu.onnx"
        graph.save(file, folder / f"{donor}.onnx")
        # Other bytes there would be other weights here, so it says which ones it means.
        weights_in = {"weightsIn": f"{donor}.onnx", "weightsSha256": description["graphs"][donor]["sha256"]}
        description["gpu"]["graphs"][name] = entry(file, graph) | weights_in
    (folder / "manifest.json").write_text(json.dumps(description, indent=2) + "\n")


def manifest(blt: Blt, args: argparse.Namespace, sentinels: bool, training: dict) -> dict:
    c = blt.config
    stacks = {"entropy": c.patcher, "encoder": c.encoder, "latent": c.latent, "decoder": c.decoder}
    return {
        "format": 1,
        "name": args.name,
        "version": args.version,
        "architecture": "blt",
        "licence": args.licence,
        "description": args.description,
        "vocabulary": VOCABULARY,
        "idOffset": OFFSET,
        "bos": BOS,
        "sentinels": {"path": PATH, "suffix": SUFFIX, "prefix": PREFIX, "end": END} if sentinels else None,
        "patching": {"rule": "entropy-threshold", "thresholdNats": c.threshold},
        "context": {"maxBytes": args.context, "maxSuffixBytes": MAX_SUFFIX, "maxPathBytes": MAX_PATH},
        "hash": {"sizes": c.hash_sizes, "rows": c.hash_rows, "prime": 1000000007},
        "crossAttentionVectors": c.k,
        "stacks": {n: {"width": s.width, "layers": s.layers, "heads": s.heads, "hidden": s.hidden, "window": s.window}
                   for n, s in stacks.items()},
        "graphs": {},
        "training": training,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path)
    source.add_argument("--huggingface", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--licence", default="MIT")
    parser.add_argument("--description", default="")
    parser.add_argument("--context", type=int, default=2048, help="ids that the model sees at once")
    parser.add_argument("--weights", choices=list(VARIANTS), default=DEFAULT, help="how the weights are stored; see weights.py")
    parser.add_argument("--threads", type=int, default=1, help="of a latent step on an idle CPU, as measured; see docs/performance.md")
    parser.add_argument("--summary", type=Path, help="JSON file that goes into the manifest's `training`")
    parser.add_argument("--copying", type=Path, help="what copying.py wrote; its weights go into the manifest")
    args = parser.parse_args()

    blt, training = from_checkpoint(args.checkpoint) if args.checkpoint else from_hugging_face(args.huggingface)
    sentinels = args.checkpoint is not None
    if args.summary:
        training |= json.loads(args.summary.read_text())
    training |= {"parameters": sum(p.numel() for p in blt.parameters()), "weights": args.weights}
    scratch = args.out.with_name(args.out.name + ".part")
    description = manifest(blt, args, sentinels, training)
    if args.copying:
        description["copying"] = json.loads(args.copying.read_text())["copying"]
    write(blt, VARIANTS[args.weights], description, scratch, args.threads)
    worst = check_parity(blt_of(scratch), scratch, sentinels)
    training["greatestDifferenceToPyTorch"] = float(f"{worst:.2g}")
    gpu = f"no form for GPUs: {unfit(blt.config)}"
    if "gpu" in description:
        half = check_half_parity(blt_of(scratch), scratch, sentinels)
        training["gpuDifferenceToPyTorch"] = float(f"{half:.2g}")
        gpu = f"on a GPU by {100 * half:.1f} % of the greatest logit"
    (scratch / "manifest.json").write_text(json.dumps(description, indent=2) + "\n")
    shutil.rmtree(args.out, ignore_errors=True)
    scratch.rename(args.out)
    size = sum(f.stat().st_size for f in args.out.iterdir())
    print(f"{args.out}: {size / 1e6:.1f} MB, {training['parameters'] / 1e6:.1f} M parameters, differs from PyTorch by {worst:.2g}, {gpu}")


if __name__ == "__main__":
    main()
