"""How often a suggestion is right that the model gives a probability: writes `docs/confidence.md`.

    npm run eval:places -- --data eval/data/held-out.jsonl.gz --every 3 --stride 9 --out places.jsonl
    python confidence.py --places places.jsonl --page ../docs/confidence.md

Samples are the ends of words in what the engine said at each place: there a suggestion may end. A sample is right if everything
up to there is what stands in the file.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np

# Never shown, not even to who asks by hand (`invokedGate` in src/core/suggestion.ts).
LOWEST = 0.01
# As in suggestions: shorter ones are not worth showing.
SHORTEST = 2
BINS = 10
# As in src/core/suggestion.ts.
GATES = {"eager": 0.2, "balanced": 0.35, "quiet": 0.65}

WORD = re.compile(r"\w")


def samples(places: list[dict]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Confidence, whether right, and the file, each (samples,)."""
    believed, right, files = [], [], []
    for place in places:
        products = np.cumprod(place["probabilities"])
        text = place["text"]
        length = 0
        for i, character in enumerate(text):
            length += len(character.encode())
            if i + 1 == len(text):
                ends = place["stop"] in ("line-end", "end")
            else:
                ends = not (WORD.match(character) and WORD.match(text[i + 1])) and not character.isspace()
            if ends and SHORTEST <= length <= len(products) and products[length - 1] >= LOWEST:
                believed.append(products[length - 1])
                right.append(place["right"] >= length)
                files.append(place["file"])
    return np.array(believed), np.array(right), np.array(files)


def expected_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error: |mean confidence − share that is right|, mean over samples, in bins of equal width."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(sum(abs((confidence - right)[bins == b].sum()) for b in range(BINS)) / len(right))


def interval(files: np.ndarray, measure, draws: int = 1000) -> str:
    """A measure of the samples with these indices, and its 95 % interval: cursors of one file are no independent witnesses."""
    names = np.unique(files)
    samples_of = {name: np.flatnonzero(files == name) for name in names}
    generator = np.random.default_rng(0)
    drawn = [
        measure(np.concatenate([samples_of[name] for name in generator.choice(names, len(names))])) for _ in range(draws)
    ]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{100 * measure(np.arange(len(files))):.1f} ({100 * low:.1f} to {100 * high:.1f})"


def shown(places: list[dict], gate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the longest text at each place that is as sure as the gate: confidence, whether right, file."""
    out = []
    for place in places:
        confidence, right, files = samples([place])
        sure = np.flatnonzero(confidence >= gate)
        if len(sure) > 0:
            out.append((confidence[sure[-1]], right[sure[-1]], files[0]))
    confidence, right, files = zip(*out)
    return np.array(confidence), np.array(right), np.array(files)


def table(head: list[str], rows: list[list[str]]) -> str:
    line = lambda cells: f"| {' | '.join(cells)} |"  # noqa: E731
    return "\n".join([line(head), line(["---"] + ["--:"] * (len(head) - 1)), *map(line, rows)])


def page(places: list[dict]) -> str:
    """What confidence is worth on these files."""
    kinds = {"all": places, "cursors": [p for p in places if p["kind"] != "typed"], "typing": [p for p in places if p["kind"] == "typed"]}
    errors = []
    for name, some in kinds.items():
        confidence, right, files = samples(some)
        sure = np.flatnonzero(confidence >= GATES["eager"])
        errors.append([
            name, f"{len(some):,}", f"{len(right):,}",
            interval(files, lambda i, c=confidence, r=right: expected_error(c[i], r[i])),
            f"{np.mean((confidence - right) ** 2):.3f}",
            interval(files[sure], lambda i, c=confidence[sure], r=right[sure]: expected_error(c[i], r[i])),
        ])
    confidence, right, files = samples(places)
    bins = []
    for b in range(BINS):
        i = np.flatnonzero(np.minimum((confidence * BINS).astype(int), BINS - 1) == b)
        share = interval(files[i], lambda j, r=right[i]: r[j].mean()) if len(i) else "–"
        mean = f"{100 * confidence[i].mean():.1f}" if len(i) else "–"
        bins.append([f"{100 * b // BINS}–{100 * (b + 1) // BINS}", f"{len(i):,}", mean, share])
    gates = []
    for word, gate in GATES.items():
        sure, right_shown, files_shown = shown(places, gate)
        share = interval(files_shown, lambda i, r=right_shown: r[i].mean())
        gates.append([f"{word}, {100 * gate:.0f} %", f"{100 * len(right_shown) / len(places):.0f}", f"{100 * sure.mean():.1f}", share])
    return f"""# Confidence

Written by `training/confidence.py`; do not edit.

Is a suggestion right as often as its confidence says? Asked about {len(places):,} places in {len({p["file"] for p in places})} held-out files, as the extension asks: with all text before
the cursor and what follows. Places are the cursors of the evaluation, and places that somebody who types a segment comes by. A
sample is the end of a word in what the engine says: there a suggestion may end. It is right if everything up to there is what
stands in the file. Confidence is the product of the probabilities of the bytes (`docs/architecture.md`). Intervals are 95 %, by 1,000
bootstrap draws over files.

Expected calibration error (ECE) in percentage points, ten bins, and Brier score; then the error of the samples that are at least as
sure as the lowest gate, since the others are never shown:

{table(["places", "n", "samples", "ECE", "Brier", "ECE, 20 % or more"], errors)}

Share of samples that are right, in %, by confidence in %:

{table(["confidence", "n", "mean", "right"], bins)}

Suggestions as they are shown, with the three words of `bytewise.confidence`: the longest text that is as sure as the gate.

{table(["gate", "shown at % of the places", "mean confidence %", "right %"], gates)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=Path, required=True)
    parser.add_argument("--page", type=Path, required=True)
    args = parser.parse_args()
    places = [json.loads(line) for line in args.places.read_text().splitlines()]
    args.page.write_text(page(places))


if __name__ == "__main__":
    main()
