"""Copying and its mixer: what the extension's tests compare with is current, and a fit finds what there is to find."""

import json
import math
from pathlib import Path

import numpy as np

from copying import golden as copying_golden
from mixer import FEATURES, Observations, fit
from mixer import golden as mixer_golden

FIXTURES = Path(__file__).parents[2] / "test" / "fixtures" / "golden"


def close(a, b) -> bool:
    """Equal but for rounding."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(close, a, b))
    return math.isclose(a, b, abs_tol=2e-4) if isinstance(a, float) else a == b


def test_golden_votes_are_current():
    assert close(json.loads(json.dumps(copying_golden())), json.loads((FIXTURES / "copying.json").read_text()))


def test_golden_corrections_are_current():
    assert close(json.loads(json.dumps(mixer_golden())), json.loads((FIXTURES / "mixer.json").read_text()))


def test_a_fit_trusts_the_candidates_that_are_right():
    """Two candidates of equal probability, told apart by one feature: the first is right nine times in ten."""
    rng = np.random.default_rng(0)
    n = 4000
    first = rng.random(n) < 0.9
    features = np.zeros((2 * n, FEATURES))
    features[::2, 6] = 1
    right = np.stack([first, ~first], 1).ravel()
    part = (np.full(n, 2), features, np.full(2 * n, 0.5), right, np.full(n, math.log(0.5)), np.full(n, math.log(0.5)))
    data = Observations([(*part, np.arange(n) % 2, np.zeros(n, int))])
    mixer = fit(data, np.ones(n, bool), steps=200)
    nats = data.nats(mixer, np.arange(n)).mean().item()
    assert math.isclose(nats, -(0.9 * math.log(0.9) + 0.1 * math.log(0.1)), abs_tol=0.02)
