"""How often a suggestion is right that the model gives a probability: fits the entry `calibration` of a model package.

    npm run eval:places -- --model PACKAGE --out places.jsonl       (the dev files, through the engine of the product)
    python calibration.py --places places.jsonl --package PACKAGE

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=Path, required=True)
    parser.add_argument("--package", type=Path, required=True)
    args = parser.parse_args()
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
