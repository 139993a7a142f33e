"""What each way of storing the weights costs: a table of held-out loss, agreement, size and speed.

    python quantise.py --checkpoint RUNS/small/blt.pt [--variants half int4-latent] [--rows 8]

Everything runs through ONNX Runtime on the very graphs that a package would contain. Bits per byte are those of the text of
held-out rows, whole rows at once; agreement and divergence (Kullback-Leibler, in bits) are those to float32 on the same
bytes; ms per byte is the time of the graphs for one byte with full caches, the latent step divided by the bytes of a patch.
"Unlike" counts, of one row per language, the bytes whose most likely successor, or whose patch decision, is another one when
they are fed one by one: rounded activations magnify the last digits in which the two ways differ.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from blt import OFFSET, Blt
from cached import Cache, CachedBlt
from corpus import CACHE
from export import from_checkpoint, manifest, write
from stream import PREFIX, Corpus, dev_rows
from weights import VARIANTS

SCRATCH = argparse.Namespace(name="quantise", version="0", licence="", description="", context=2048)


def log_chances(logits: np.ndarray) -> np.ndarray:
    logits = logits.astype(np.float64)
    logits -= logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def step_ms(model: CachedBlt, positions: int = 1024) -> float:
    """Time of the graphs for one byte with caches as after `positions` bytes: what the quickest tenth of the runs took."""
    c, patches = model.config, model.caches["latent"].length / max(1, len(model.ids))
    stacks = {"entropy": c.patcher, "encoder": c.encoder, "decoder": c.decoder, "latent": c.latent}
    feeds = {
        "entropy": {"ids": np.array([101])}, "encoder": {"ids": np.array([101]), "rows": np.zeros((1, len(c.hash_sizes)), np.int64)},
        "decoder": {"states": np.zeros((1, c.decoder.width), np.float32),
                    **{n: np.zeros((1, c.decoder.layers, c.k, c.decoder.width), np.float32) for n in ("cross_k", "cross_v")}},
        "latent": {"states": np.zeros((1, 4, c.encoder.width), np.float32), "padding": np.zeros((1, 4), np.float32)},
    }
    total = 0.0
    for part, stack in stacks.items():
        rows = min(stack.window or 1 << 30, int(positions * (patches if part == "latent" else 1)))
        inputs, session, times = {**feeds[part], **Cache(stack, rows).inputs(1)}, model.sessions[part], []
        for _ in range(200):
            started = time.perf_counter()
            session.run(None, inputs)
            times.append(time.perf_counter() - started)
        total += 1000 * float(np.percentile(times, 10)) * (patches if part == "latent" else 1)
    return total


def unlike(model: CachedBlt, row: np.ndarray, whole: np.ndarray, patches: int) -> int:
    """How many of the row's bytes have another likeliest successor than in `whole` (T, 260) when fed one by one; and how
    many patches there are more or less."""
    model.forget()
    single = np.concatenate([model.feed([int(i)]) for i in row])
    return int((single.argmax(1) != whole.argmax(1)).sum()) + abs(model.caches["latent"].length - patches)


def measure(blt: Blt, variant: str, rows: dict[str, np.ndarray], folder: Path) -> dict:
    """Log probabilities (float16) of all rows, bits per byte per language, MB, ms per byte."""
    write(blt, VARIANTS[variant], manifest(blt, SCRATCH, True, {}), folder)
    out = {"bits": {}, "chances": [], "unlike": 0, "mb": sum(f.stat().st_size for f in folder.iterdir()) / 1e6}
    model, patches, length = CachedBlt(blt.config, folder), 0, 0
    for language, data in rows.items():
        bits = count = 0.0
        for number, row in enumerate(data):
            model.forget()
            chances = log_chances(model.feed([int(i) for i in row[:-1]]))
            mask = (row[:-1] == PREFIX + OFFSET).cumsum() > 0  # the text stands after the sentinel
            bits -= chances[np.arange(len(mask)), row[1:]][mask].sum() / np.log(2)
            count += mask.sum()
            out["chances"].append(chances[mask].astype(np.float32))
            patches, length = patches + model.caches["latent"].length, length + len(model.ids)
            if number == 0:
                out["unlike"] += unlike(model, row[:-1], chances, model.caches["latent"].length)
        out["bits"][language] = bits / count
    out["ms"], out["patch"] = step_ms(model), length / patches
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--rows", type=int, default=8, help="held-out rows per language")
    parser.add_argument("--length", type=int, default=2048, help="ids per row")
    args = parser.parse_args()
    blt, _ = from_checkpoint(args.checkpoint)
    rows = dev_rows(Corpus(CACHE / "corpus", "dev"), args.length - 1, args.rows)
    print("| weights | MB | ms per byte | " + " | ".join(rows) + " | top-1 as float32 | divergence, bits | bytes per patch | unlike |")
    print("| --- |" + " --- |" * (len(rows) + 6), flush=True)
    reference = None
    for variant in ["float32", *(v for v in args.variants if v != "float32")]:
        with tempfile.TemporaryDirectory() as folder:
            m = measure(blt, variant, rows, Path(folder) / "package")
        reference = reference or m["chances"]
        same = np.concatenate([a.argmax(1) == b.argmax(1) for a, b in zip(reference, m["chances"])]).mean()
        kl = np.concatenate([(np.exp(a) * (a - b)).sum(1) for a, b in zip(reference, m["chances"])]).mean() / np.log(2)
        bits = " | ".join(f"{b:.4f}" for b in m["bits"].values())
        print(f"| {variant} | {m['mb']:.1f} | {m['ms']:.2f} | {bits} | {100 * same:.2f} % | {kl:.1e} | {m['patch']:.2f} | {m['unlike']} |", flush=True)


if __name__ == "__main__":
    main()
