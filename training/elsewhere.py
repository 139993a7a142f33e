"""Copying from other files: what a vote of another open file weighs beside those of the file itself.

    python elsewhere.py --checkpoint runs/small/blt.pt --manifest ../models/bytewise-small/manifest.json --out elsewhere.json

All weights of `copying.py` stay as the manifest has them, so that without other files no answer changes. A place of another
file has, instead of the weight of its distance, one by the class of its run; these are fitted here on the bits per byte of
the dev split. Other files are those of the same package and language that lie next to the file, as tabs would; of them, the
snippets that have most identifiers in common with the text before the cursor, as `src/core/neighbours.ts` chooses them.

The report compares, on places that were not fitted on, bits per byte and the share of lines whose every byte is the
likeliest one (what greedy completion gets right from the start of the line), without and with other files.
"""

import argparse
import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from blt import OFFSET, Blt, BltConfig
from copying import BREAK, CLASSES, DISTANCES, ENTROPIES, RUNS, SCORES, Alignments, sample_at, source_of
from corpus import CACHE
from stream import Corpus, ids_of

FILES = 8  # open beside the file
SNIPPET_LINES = 40
NEAR = 2048  # bytes before the cursor that snippets are compared with
IDENTIFIER = re.compile(rb"[A-Za-z_$][\w$]{2,}")
ELSEWHERE = len(DISTANCES)  # the class of distance of places in other files


def packages(corpus: Corpus) -> dict[str, list[range]]:
    """Documents of each language by package. A package's files come in the order of their paths, so a path that is not
    above the one before it begins another package."""
    order = sorted((s, path, language, i) for language, rows in corpus.documents.items() for i, (s, _, path) in enumerate(rows))
    out, last = {}, ""
    count = 0
    for _, path, language, i in order:
        count += path < last
        last = path
        out.setdefault(language, {}).setdefault(count, []).append(i)
    return {language: [range(min(p), max(p) + 1) for p in of.values()] for language, of in out.items()}


def snippets(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    return [b"\n".join(lines[i : i + SNIPPET_LINES]) + b"\n" for i in range(0, len(lines), SNIPPET_LINES)]


def identifiers(text: bytes) -> set[bytes]:
    return set(IDENTIFIER.findall(text))


def similarity(a: set, b: set) -> float:
    """Jaccard index of two sets of identifiers."""
    return len(a & b) / len(a | b) if a or b else 0.0


def most_similar(near: bytes, others: list[bytes], room: int) -> list[bytes]:
    """Snippets of other texts, most similar first, at most `room` bytes together; none that shares nothing."""
    wanted = identifiers(near[-NEAR:])
    rated = [(similarity(wanted, identifiers(s)), s) for text in others for s in snippets(text)]
    out, left = [], room
    for rating, snippet in sorted(rated, key=lambda r: -r[0]):
        if rating == 0 or len(snippet) > left:
            continue
        out.append(snippet)
        left -= len(snippet)
    return out


class Elsewhere(torch.nn.Module):
    """Logarithms of the weights of runs in other files, (runs, 2): of a part of a word, of a whole one."""

    def __init__(self, copying: dict):
        super().__init__()
        own = torch.tensor([copying["runWeights"], copying["wholeWordRunWeights"]]).T
        self.run = torch.nn.Parameter((own * copying["distanceWeights"][-1]).log())

    def bits(self, hit, votes, log_p, trust, other_hits, other_votes) -> torch.Tensor:
        """Bits of each byte, (N,)."""
        weights = self.run.exp().flatten()
        return -((trust * log_p.exp() + hit + other_hits @ weights) / (trust + votes + other_votes @ weights)).clamp_min(1e-12).log2()

    def values(self) -> dict:
        plain = lambda p: [round(x, 5) for x in p.exp().tolist()]  # noqa: E731
        return {"elsewhereRunWeights": plain(self.run[:, 0]), "elsewhereWholeWordRunWeights": plain(self.run[:, 1])}


def class_weights(copying: dict) -> np.ndarray:
    """One weight per class of `copying.CLASSES`; of a place in another file without that of its run."""
    run = np.array([copying["runWeights"], copying["wholeWordRunWeights"]]).T[:, :, None, None]
    out = run * np.array(copying["scoreWeights"])[:, None] * np.array([*copying["distanceWeights"], 1.0])
    out[..., ELSEWHERE] = np.array(copying["scoreWeights"])
    return out.ravel()


@torch.no_grad()
def observations(blt, corpus, copying, args, seed: int, fitted: Elsewhere | None = None):
    """Per language: arrays over bytes, see `Elsewhere.bits`; with fitted weights, also whether each byte is the likeliest,
    without and with other files, and where lines begin."""
    weights, groups, out = class_weights(copying), packages(corpus), {}
    kinds = np.unravel_index(np.arange(math.prod(CLASSES)), CLASSES)
    is_other, kind = kinds[3] == ELSEWHERE, kinds[0] * 2 + kinds[1]
    trusts = np.array(copying["trust"])
    for language in corpus.documents:
        rng, parts = np.random.default_rng([seed, *language.encode()]), []
        for _ in tqdm(range(args.rows), desc=language, leave=False, mininterval=2 if sys.stderr.isatty() else 60):
            number, prompt, suffix, before, target = sample_at(corpus, rng, language, args.length)
            group = next(g for g in groups[language] if number in g)
            near = sorted((i for i in group if i != number), key=lambda i: abs(i - number))[:FILES]
            others = most_similar(before, [corpus.text(language, i)[1] for i in near], args.room)
            source, elsewhere = source_of(suffix, before, others)
            ids = torch.from_numpy(np.concatenate([prompt, ids_of(target)]))[None]
            logs = blt(ids[:, :-1]).float().log_softmax(-1)[0, len(prompt) - 1 :].numpy()
            entropy = -(np.exp(logs) * logs).sum(-1)
            trust = trusts[np.searchsorted(ENTROPIES, entropy, "right") - 1]
            alignments = Alignments(source, len(target), elsewhere)
            rows = []
            for i, byte in enumerate(target):
                following, classes = alignments.places()
                other, hit, weight = is_other[classes], following == byte, weights[classes]
                own = ~other
                row = [weight[own & hit].sum(), weight[own].sum(), logs[i, byte + OFFSET], trust[i]]
                row += [np.bincount(kind[classes[w]], weight[w], 2 * len(RUNS)) for w in (other & hit, other)]
                if fitted is not None:
                    model = trust[i] * np.exp(logs[i, OFFSET : OFFSET + 256])
                    more = weight * np.where(other, fitted.run.exp().numpy().ravel()[kind[classes]], 1.0)
                    best = [np.argmax(model + np.bincount(following[w], more[w], 256)) for w in (own, own | other)]
                    row += [best[0] == byte, best[1] == byte, byte == 10]
                rows.append(np.concatenate([np.atleast_1d(x) for x in row]))
                alignments.push(byte)
            parts.append(np.stack(rows))
        n, data = 2 * len(RUNS), torch.from_numpy(np.concatenate(parts)).float()
        out[language] = (*data[:, :4].T, data[:, 4 : 4 + n], data[:, 4 + n : 4 + 2 * n], *data[:, 4 + 2 * n :].T)
    return out


def fit(data: dict, copying: dict, steps: int = 300) -> Elsewhere:
    """Every language counts the same."""
    mixture = Elsewhere(copying)
    optimizer = torch.optim.Adam(mixture.parameters(), lr=0.05)
    start = mixture.run.detach().clone()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = sum(mixture.bits(*d[:6]).mean() for d in data.values()) / len(data)
        (loss + 1e-4 * (mixture.run - start).square().sum()).backward()
        optimizer.step()
    return mixture


def right_lines(right: torch.Tensor, line_end: torch.Tensor) -> list[bool]:
    """Of every line that begins and ends among the bytes: whether all of it was the likeliest."""
    ends = line_end.nonzero().flatten().tolist()
    return [bool(right[a + 1 : b + 1].all()) for a, b in zip(ends, ends[1:]) if b > a + 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--manifest", type=Path, required=True, help="of the package; its `copying` stays")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    parser.add_argument("--rows", type=int, default=16, help="held-out places per language, for fitting and for checking each")
    parser.add_argument("--length", type=int, default=2048, help="the model's context in bytes")
    parser.add_argument("--room", type=int, default=32768, help="bytes of other files")
    args = parser.parse_args()
    state = torch.load(args.checkpoint, map_location="cpu")
    blt = Blt(BltConfig.from_dict(state["config"])).eval()
    blt.load_state_dict(state["model"])
    copying = json.loads(args.manifest.read_text())["copying"]
    if copying["runs"] != RUNS or copying["scores"] != SCORES or copying["distances"] != DISTANCES or copying["entropiesNats"] != ENTROPIES:
        raise SystemExit("The manifest has other classes than copying.py.")
    corpus = Corpus(args.corpus, "dev")
    mixture = fit(observations(blt, corpus, copying, args, seed=0), copying)
    report = {}
    with torch.no_grad():
        nothing = torch.zeros(1, 2 * len(RUNS))
        for language, d in observations(blt, corpus, copying, args, seed=1, fitted=mixture).items():
            alone, joined = mixture.bits(*d[:4], nothing, nothing), mixture.bits(*d[:6])
            lines = [right_lines(d[i].bool(), d[8].bool()) for i in (6, 7)]
            report[language] = {
                "model": float(-d[2].mean() / math.log(2)), "copying": float(alone.mean()), "elsewhere": float(joined.mean()),
                "lines": len(lines[0]), "rightLines": sum(lines[0]), "rightLinesElsewhere": sum(lines[1]),
            }
    args.out.write_text(json.dumps({"copying": copying | mixture.values(), "report": report}, indent=2) + "\n")
    print(json.dumps(report, indent=1))
    for key in ("model", "copying", "elsewhere"):
        print(key, sum(r[key] for r in report.values()) / len(report))
    for key in ("lines", "rightLines", "rightLinesElsewhere"):
        print(key, sum(r[key] for r in report.values()))


if __name__ == "__main__":
    main()
