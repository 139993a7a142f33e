"""Noise alters what is read; what is learned stays the author's."""

import numpy as np
import pytest

from noise import FORMATS, WORD, alter, indent_unit, noise, tabs, typo, typos, width

CODE = """function first(value, other) {
    // Zähle die Wörter: "naïve" counting
    const total = value + other;
    if (total >= 10) {
        return [total, 'many'];
    }

    return first(total, 1);
}
""".encode() * 8


def is_subsequence(part: bytes, whole: bytes) -> bool:
    rest = iter(whole)
    return all(byte in rest for byte in part)


def kept(noisy: bytes, altered: np.ndarray) -> bytes:
    return np.frombuffer(noisy, np.uint8)[~altered].tobytes()


@pytest.mark.parametrize(("edits", "noisy", "marked"), [
    ([(2, 3, b"")], b"fuction", b"..^...."),  # missing: the author would have written it where the next byte is
    ([(3, 3, b"n")], b"funnction", b"...^....."),  # doubled
    ([(3, 5, b"tc")], b"funtcion", b"...^^..."),
    ([(0, 1, b"g")], b"gunction", b"^......."),
    ([(7, 8, b"")], b"function", b"........"),  # would mark what follows the text
    ([(1, 4, b"x"), (2, 3, b"y")], b"fxtion", b".^^..."),  # overlapping: the first stays
    ([(4, 4, b"--"), (4, 5, b"")], b"func--ion", b"....^^^.."),
])
def test_exactly_the_altered_bytes_are_marked(edits, noisy, marked):
    got, altered = alter(b"function", edits)
    assert got == noisy and bytes(b"^"[0] if a else b"."[0] for a in altered) == marked


def test_a_typo_is_one_edit_of_one_word():
    rng = np.random.default_rng(0)
    shares = {}
    for _ in range(4000):
        start, end, new = typo(b"Function", 100, rng)
        assert 100 <= start <= end <= 108 and end - start <= 2
        kinds = {(1, 0): "deletion", (0, 1): "insertion", (2, 2): "transposition", (1, 1): "substitution"}
        kind = kinds[end - start, len(new)]
        assert kind != "deletion" or start > 100
        shares[kind] = shares.get(kind, 0) + 1 / 4000
    expected = {"deletion": 0.30, "insertion": 0.27, "transposition": 0.22, "substitution": 0.21}
    assert shares == pytest.approx(expected, abs=0.03)


def test_typos_come_at_the_asked_rate_and_spare_keywords():
    text = b"counter " * 5000 + b"function " * 100
    edits = typos(text, np.random.default_rng(0), 0.03)
    assert len(edits) / 5000 == pytest.approx(1 - 0.97**7, abs=0.02)
    assert all(start < 40000 for start, _, _ in edits)


@pytest.mark.parametrize("operator", FORMATS, ids=lambda f: f.__name__)
def test_format_operators_leave_the_letters_alone(operator):
    changed = 0
    for seed in range(20):
        noisy, altered = alter(CODE, operator(CODE, np.random.default_rng(seed)))
        noisy.decode()
        letters = [b"".join(WORD.findall(t)) for t in (CODE, noisy)]
        assert letters[0] == letters[1] and is_subsequence(kept(noisy, altered), CODE)
        changed += noisy != CODE
    assert changed > 10


def test_indentation():
    assert indent_unit(CODE) == b"    " and indent_unit(b"a\n\tb\n") == b"\t"
    assert indent_unit(b"a\n  b\n    c\n") == b"  "
    noisy, _ = alter(CODE, width(CODE, np.random.default_rng(1)))
    assert indent_unit(noisy) != b"    "
    assert any(indent_unit(alter(CODE, tabs(CODE, np.random.default_rng(s)))[0]) == b"\t" for s in range(5))


def test_noise_repeats_with_the_seed_and_learns_only_the_clean_text():
    shares = []
    for seed in range(300):
        noisy, altered = noise(CODE, np.random.default_rng(seed))
        again, same = noise(CODE, np.random.default_rng(seed))
        assert noisy == again and (altered == same).all() and altered.shape == (len(noisy),)
        noisy.decode()  # no character is cut
        assert is_subsequence(kept(noisy, altered), CODE)
        shares.append(altered.mean())
    assert 0.01 < np.mean(shares) < 0.2 and np.max(shares) < 0.6


def test_any_text_can_be_noised():
    for text in (b"", b"\n", b"a", b"  \n\t\n", "日本語\n".encode(), b"}" * 50):
        for seed in range(50):
            noisy, altered = noise(text, np.random.default_rng(seed))
            assert len(noisy) == len(altered)
            noisy.decode()
