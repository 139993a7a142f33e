"""Weights in files small enough to carry: float16, each file at most 16 MB, and back into a checkpoint.

    python train.py blt ... --shards OUT          # writes OUT/blt-00.safetensors, ...
    python weight_shards.py OUT/blt-*.safetensors --out runs/base/blt.pt

A checkpoint made of shards has no state of the optimizers: it can be exported and scored, and training starts anew from it.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

SHARD_BYTES = 15_000_000


def write_shards(checkpoint: Path, folder: Path) -> list[Path]:
    """Tensors fill one file after another; one that does not fit is cut between its rows. The rest of the checkpoint (its
    configuration and counters) goes into the metadata of each file."""
    state = torch.load(checkpoint, map_location="cpu")
    about = json.dumps({key: value for key, value in state.items() if key not in ("model", "optimizers")})
    files, room = [{}], SHARD_BYTES
    for name, tensor in state["model"].items():
        tensor = tensor.half()
        row = max(2, tensor[0].numel() * 2) if tensor.dim() else 2
        at, rows = 0, len(tensor) if tensor.dim() else 1
        while at < rows:
            if room < row:
                files.append({})
                room = SHARD_BYTES
            count = min(rows - at, room // row)
            files[-1][f"{name}@{at}"] = tensor[at : at + count].contiguous() if tensor.dim() else tensor
            room -= count * row
            at += count
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{checkpoint.stem}-{i:02}.safetensors" for i in range(len(files))]
    for path, tensors in zip(paths, files):
        save_file(tensors, path, {"checkpoint": about, "files": str(len(files))})
    return paths


def read_shards(paths: list[Path]) -> dict:
    """A checkpoint (model, configuration, counters) of all shards of one model, in any order."""
    parts, about, files = {}, {}, 0
    for path in paths:
        with safe_open(path, "pt") as shard:
            about, files = json.loads(shard.metadata()["checkpoint"]), int(shard.metadata()["files"])
            for key in shard.keys():
                name, _, at = key.rpartition("@")
                parts.setdefault(name, {})[int(at)] = shard.get_tensor(key).float()
    if len(paths) != files:
        raise SystemExit(f"The model has {files} shards, and {len(paths)} were given. Name all of them.")
    model = {name: torch.cat([pieces[at] for at in sorted(pieces)]) for name, pieces in parts.items()}
    return {**about, "model": model}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    state = read_shards(args.shards)
    torch.save(state, args.out)
    print(f"{args.out}: {sum(t.numel() for t in state['model'].values()) / 1e6:.1f} M parameters, {state['bytes'] / 1e6:.1f} MB seen")


if __name__ == "__main__":
    main()
