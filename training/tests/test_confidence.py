"""Confidence against how often what a model believes comes true."""

import numpy as np
import pytest
from confidence import expected_error, page, samples


def place(text: str, probabilities: list[float], right: int, stop: str = "line-end", file: str = "a") -> dict:
    return {"file": file, "text": text, "probabilities": probabilities, "right": right, "stop": stop}


def test_samples_end_with_words_and_lines():
    believed, right, _ = samples([place("ab.cd", [0.5, 1, 0.5, 1, 1], 3)])
    assert believed.tolist() == [0.5, 0.25, 0.25]
    assert right.tolist() == [True, True, False]


def test_what_is_cut_off_by_doubt_is_no_end():
    assert samples([place("ab", [1, 1], 2, stop="unsure")])[0].tolist() == []
    assert samples([place("é)", [0.9, 0.9, 0.9], 3)])[0] == pytest.approx([0.81, 0.729])


def test_the_page_tells_what_was_shown():
    places = [{**place("ab", [0.9, 1], 2 if i % 10 else 0, file=str(i % 7)), "kind": "typed" if i % 2 else "comment"} for i in range(200)]
    text = page(places)
    assert "| balanced, 35 % | 100 | 90.0 | 90.0" in text


def test_expected_error():
    assert expected_error(np.array([0.95, 0.95]), np.array([1, 0])) == pytest.approx(0.45)
    assert expected_error(np.array([0.0, 1.0]), np.array([0, 1])) == 0
