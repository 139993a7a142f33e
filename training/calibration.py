"""How often a suggestion is right that the model gives a probability: fits the entry `calibration` of a model package.

    npm run eval:places -- --model PACKAGE --out places.jsonl       (the dev files, through the engine of the product)
    python calibration.py --places places.jsonl --package PACKAGE
    npm run eval:places -- --data eval/data/held-out.jsonl.gz --every 3 --stride 9 --out held-out.jsonl
    python calibration.py --check held-out.jsonl --package PACKAGE --page ../docs/confidence.md

The formula is that of src/core/calibration.ts. Samples are the ends of words in what the engine said at each place: there a
suggestion may end. A sample is right if everything up to there is what stands in the file.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

# Never shown, not even to who asks by hand (`invokedGate` in src/core/suggestion.ts).
LOWEST = 0.01
# As in suggestions: shorter ones are not worth showing.
SHORTEST = 2
BINS = 10
# As in src/core/suggestion.ts.
GATES = {"eager": 0.2, "balanced": 0.35, "quiet": 0.65}

WORD = re.compile(r"\w")


def samples(places: list[dict]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Product of probabilities, whether right, and the file, each (samples,)."""
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


def features(believed: np.ndarray) -> np.ndarray:
    """ln p and −ln(1 − p), (samples, 2)."""
    p = np.clip(believed, 1e-9, 1 - 1e-9)
    return np.stack([np.log(p), -np.log1p(-p)], axis=1)


def fit(believed: np.ndarray, right: np.ndarray) -> LogisticRegression:
    # So weak a penalty changes nothing with thousands of samples, and keeps a fit to few of them finite.
    return LogisticRegression(C=1e3, max_iter=1000).fit(features(believed), right)


def expected_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error: |mean confidence − share that is right|, mean over samples, in bins of equal width."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(sum(abs((confidence - right)[bins == b].sum()) for b in range(BINS)) / len(right))


def measures(confidence: np.ndarray, right: np.ndarray) -> dict[str, float]:
    brier = float(np.mean((confidence - right) ** 2))
    return {"expectedError": round(expected_error(confidence, right), 4), "brier": round(brier, 4)}


def calibrate(places: list[dict]) -> dict:
    """The entry of a manifest."""
    model = fit(*samples(places)[:2])
    probability, doubt = (float(weight) for weight in model.coef_[0])
    if probability < 0 or doubt < 0:
        raise SystemExit("The fit would make confidence grow with doubt: there are too few places, or the model knows nothing.")
    values = {"intercept": float(model.intercept_[0]), "probability": probability, "doubt": doubt}
    return {name: round(value, 5) for name, value in values.items()}


def confidence_of(calibration: dict[str, float], believed: np.ndarray) -> np.ndarray:
    """What the product makes of a product of probabilities, (samples,)."""
    logit = calibration["intercept"] + features(believed) @ [calibration["probability"], calibration["doubt"]]
    return 1 / (1 + np.exp(-logit))


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


def shown(places: list[dict], calibration: dict, gate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the longest text at each place that is as sure as the gate: confidence, whether right, file."""
    out = []
    for place in places:
        believed, right, files = samples([place])
        if len(right) == 0:
            continue
        confidence = confidence_of(calibration, believed)
        sure = np.flatnonzero(confidence >= gate)
        if len(sure) > 0:
            out.append((confidence[sure[-1]], right[sure[-1]], files[0]))
    confidence, right, files = zip(*out)
    return np.array(confidence), np.array(right), np.array(files)


def table(head: list[str], rows: list[list[str]]) -> str:
    line = lambda cells: f"| {' | '.join(cells)} |"  # noqa: E731
    return "\n".join([line(head), line(["---"] + ["--:"] * (len(head) - 1)), *map(line, rows)])


def page(places: list[dict], manifest: dict) -> str:
    """What the confidence of a package is worth on files that it was not calibrated on."""
    calibration = manifest["calibration"]
    kinds = {"all": places, "cursors": [p for p in places if p["kind"] != "typed"], "typing": [p for p in places if p["kind"] == "typed"]}
    errors = []
    for name, some in kinds.items():
        believed, right, files = samples(some)
        confidence = confidence_of(calibration, believed)
        row = [name, f"{len(some):,}", f"{len(right):,}"]
        for value in (believed, confidence):
            row.append(interval(files, lambda i, v=value: expected_error(v[i], right[i])))
            row.append(f"{np.mean((value - right) ** 2):.3f}")
        for value in (believed, confidence):
            i = np.flatnonzero(value >= GATES["eager"])
            row.append(interval(files[i], lambda j, k=i, v=value: expected_error(v[k][j], right[k][j])))
        errors.append(row)
    believed, right, files = samples(places)
    bins = []
    for b in range(BINS):
        row = [f"{100 * b // BINS}–{100 * (b + 1) // BINS}"]
        for value in (believed, confidence_of(calibration, believed)):
            i = np.flatnonzero(np.minimum((value * BINS).astype(int), BINS - 1) == b)
            share = interval(files[i], lambda j, k=i: right[k][j].mean()) if len(i) else "–"
            row += [f"{len(i):,}", f"{100 * value[i].mean():.1f}" if len(i) else "–", share]
        bins.append(row)
    gates = []
    for word, gate in GATES.items():
        confidence, right_shown, files_shown = shown(places, calibration, gate)
        share = interval(files_shown, lambda i, r=right_shown: r[i].mean())
        gates.append([f"{word}, {100 * gate:.0f} %", f"{100 * len(right_shown) / len(places):.0f}", f"{100 * confidence.mean():.1f}", share])
    weights = ", ".join(f"{name} {value}" for name, value in calibration.items())
    return f"""# Confidence

Written by `training/calibration.py --check`; do not edit.

Is a suggestion right as often as its confidence says? Asked about {len(places):,} places in {len({p["file"] for p in places})} held-out files, as the extension asks: with all text before
the cursor and what follows. Places are the cursors of the evaluation, and places that somebody who types a segment comes by. A
sample is the end of a word in what the engine says: there a suggestion may end. It is right if everything up to there is what
stands in the file. "Before" is the product of the probabilities of the bytes, "after" is calibrated (`docs/architecture.md`), with
weights fitted on the dev files alone: {weights}. Intervals are 95 %, by 1,000 bootstrap draws over files.

Expected calibration error (ECE) in percentage points, ten bins, and Brier score; then the error of the samples that are at least as
sure as the lowest gate, since the others are never shown:

{table(["places", "n", "samples", "ECE before", "Brier", "ECE after", "Brier", "ECE before, 20 % or more", "ECE after, 20 % or more"], errors)}

Share of samples that are right, in %, by confidence in %:

{table(["confidence", "n before", "mean", "right", "n after", "mean", "right"], bins)}

Suggestions as they are shown, with the three words of `bytewise.confidence`: the longest text that is as sure as the gate.

{table(["gate", "shown at % of the places", "mean confidence %", "right %"], gates)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=Path)
    parser.add_argument("--check", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--package", type=Path, required=True)
    args = parser.parse_args()
    if args.check and args.page:
        places = [json.loads(line) for line in args.check.read_text().splitlines()]
        args.page.write_text(page(places, json.loads((args.package / "manifest.json").read_text())))
        return
    if not args.places:
        parser.error("--places, or --check and --page")
    places = [json.loads(line) for line in args.places.read_text().splitlines()]
    believed, right, files = samples(places)
    # Files apart from those that were fitted, so that the report is no self-praise.
    checked = np.zeros(len(right))
    for train, test in GroupKFold(8).split(believed, right, files):
        checked[test] = fit(believed[train], right[train]).predict_proba(features(believed[test]))[:, 1]
    manifest_file = args.package / "manifest.json"
    manifest = json.loads(manifest_file.read_text())
    manifest["calibration"] = calibrate(places)
    manifest_file.write_text(json.dumps(manifest, indent=2) + "\n")
    report = {"calibration": manifest["calibration"], "samples": len(right), "places": len(places), "files": len(set(files))}
    print(json.dumps({**report, "before": measures(believed, right), "after": measures(checked, right)}, indent=2))


if __name__ == "__main__":
    main()
