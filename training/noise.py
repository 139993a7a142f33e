"""Typos and odd formatting in what the model reads, never in what it learns to write.

A noised text comes with a mask of its altered bytes, which the loss skips; every other byte is what the author wrote,
so the model reads `fucnt` and learns `ion`. An edit replaces a span of the text. Where the replacement is shorter than
the span, the byte after it is marked too: there the author would have gone on with what is missing.

Shares of the typo operators are those of recorded single-edit misspellings: deletion 30 %, insertion 27 %,
transposition 22 %, substitution 21 %. Offsets are in bytes; only ASCII is edited, so no UTF-8 character is ever cut.
"""

import re

import numpy as np

NEIGHBOURS = {  # keys around each letter of a QWERTY keyboard
    "a": "qwsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc", "g": "ftyhbv", "h": "gyujnb",
    "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop", "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa",
    "r": "edft", "s": "awedxz", "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu",
    "z": "asx",
}
KEYS = {ord(k): n.encode() for k, n in NEIGHBOURS.items()}
KEYS |= {ord(k.upper()): n.upper().encode() for k, n in NEIGHBOURS.items()}
KEYWORDS = frozenset(
    b"and as async await bool break case catch char class const continue def default del delete do double elif else "
    b"enum except export extends extern false finally float fn for from func function global go if impl implements "
    b"import in instanceof int interface is lambda let long match mod mut namespace new nil None not null or package "
    b"pass private protected pub public raise range return self short signed static struct super switch template this "
    b"throw trait True False true try type typedef typename undefined union unsafe unsigned use using var virtual void "
    b"volatile where while with yield".split())
WORD = re.compile(rb"[A-Za-z]{2,}")
INDENT = re.compile(rb"(?m)^[ \t]+(?=[^\s])")
DEPTHS = re.compile(rb"(?m)^( *)[^\s]")
OPERATOR = re.compile(rb"(?<=[^\s]) ?(?:===|!==|==|!=|<=|>=|=>|->|:=|\+=|-=|\*=|/=|&&|\|\||[=+*<>,:]) ?(?=[^\s])")
QUOTE_OR_SPACE = re.compile(rb"(?<=[^\s])[ '\"]")
LOOK_ALIKE = {0x20: "\u00a0".encode(), 0x27: "\u2019".encode(), 0x22: "\u201d".encode()}
BRACE_END = re.compile(rb"(?<=[;{}])\n[ \t]*(?=[^\s])")

Edit = tuple[int, int, bytes]  # text[start:end] becomes the bytes


def alter(text: bytes, edits: list[Edit]) -> tuple[bytes, np.ndarray]:
    """Applies edits: the new bytes and, per byte, whether it is altered. Of overlapping edits the first in the text
    stays; one that would mark the byte after the text is left out."""
    parts, marks, place, length = [], [], 0, 0
    for start, end, new in sorted(edits):
        shorter = len(new) < end - start
        if start < place or (shorter and end >= len(text)) or text[start:end] == new:
            continue
        parts += (text[place:start], new)
        length += start - place
        marks.append((length, length + len(new) + shorter))
        length += len(new)
        place = end
    parts.append(text[place:])
    noisy = b"".join(parts)
    altered = np.zeros(len(noisy), bool)
    for first, last in marks:
        altered[first:last] = True
    return noisy, altered


def typo(word: bytes, start: int, rng: np.random.Generator) -> Edit:
    """One edit of a word of at least two letters that begins at `start`."""
    draw, k = rng.random(), int(rng.integers(len(word)))
    if draw < 0.30 and len(word) > 2:  # a missing letter, never the first
        k = max(1, k)
        return start + k, start + k + 1, b""
    if 0.57 <= draw < 0.79:  # two letters in the wrong order
        k = min(k, len(word) - 2)
        return start + k, start + k + 2, word[k + 1 : k + 2] + word[k : k + 1]
    near = KEYS[word[k]]
    key = near[int(rng.integers(len(near)))].to_bytes()
    if draw >= 0.79:  # one wrong letter
        return start + k, start + k + 1, key
    return start + k + 1, start + k + 1, word[k : k + 1] if rng.random() < 0.5 else key  # doubled, or one too many


def typos(text: bytes, rng: np.random.Generator, rate: float) -> list[Edit]:
    """Typos in identifiers, comments and strings, at most one a word; `rate` is the chance per letter."""
    words = [m.span() for m in WORD.finditer(text)]
    if not words:
        return []
    starts, ends = np.array(words).T
    hits = np.flatnonzero(rng.random(len(words)) < 1 - (1 - rate) ** (ends - starts))
    return [typo(text[a:b], a, rng) for a, b in (words[i] for i in hits) if text[a:b] not in KEYWORDS]


def single_typos(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """A few lone typos: what is left in code after most were corrected."""
    words = [m.span() for m in WORD.finditer(text) if m.group() not in KEYWORDS]
    picks = {int(rng.integers(len(words))) for _ in range(int(rng.integers(1, 4)))} if words else ()
    return [typo(text[a:b], a, rng) for a, b in (words[i] for i in sorted(picks))]


def indent_unit(text: bytes) -> bytes:
    if re.search(rb"(?m)^\t", text):
        return b"\t"
    steps = np.diff([len(d) for d in DEPTHS.findall(text)])
    steps = steps[(steps > 1) & (steps <= 8)]
    return b" " * (int(np.bincount(steps).argmax()) if len(steps) else 4)


def some(matches, rng: np.random.Generator, share: float) -> list[re.Match]:
    matches = list(matches)
    return [m for m, draw in zip(matches, rng.random(len(matches))) if draw < share]


def tabs(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """Tabs for the author's spaces or the other way round, on all lines or on some."""
    unit = indent_unit(text)
    old, new = (b"\t", b" " * int(rng.choice([2, 4, 4, 8]))) if unit == b"\t" else (unit, b"\t")
    lines = some(INDENT.finditer(text), rng, 1.0 if rng.random() < 0.5 else 0.5)
    return [(*m.span(), m.group().replace(old, new)) for m in lines]


def width(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """Another width of indentation."""
    unit = indent_unit(text)
    if unit == b"\t":
        return tabs(text, rng)
    new = b" " * int(rng.choice([w for w in (2, 3, 4, 8) if w != len(unit)]))
    return [(*m.span(), m.group().replace(unit, new)) for m in INDENT.finditer(text)]


def jitter(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """Indentation that is one or two spaces off."""
    edits = []
    for m in some(INDENT.finditer(text), rng, rng.choice([0.05, 0.15, 0.3])):
        off = int(rng.choice([-2, -1, 1, 2]))
        edits.append((m.end(), m.end(), b" " * off) if off > 0 else (max(m.start(), m.end() + off), m.end(), b""))
    return edits


def operator_spacing(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """Nothing, one or two spaces on either side of operators, commas and colons."""
    edits = []
    for m in some(OPERATOR.finditer(text), rng, rng.choice([0.2, 0.5, 1.0])):
        site, (a, b) = m.group(), m.span()
        left, right = len(site) - len(site.lstrip()), len(site) - len(site.rstrip())
        before, after = rng.integers(0, 4, 2)
        edits += [(a, a + left, b" " * max(0, before - 1)), (b - right, b, b" " * max(0, after - 1))]
    return edits


def trailing_space(text: bytes, rng: np.random.Generator) -> list[Edit]:
    blanks = (b" ", b"  ", b"    ", b"\t")
    return [(m.start(), m.start(), blanks[rng.integers(4)]) for m in some(re.finditer(rb"\n", text), rng, 0.3)]


def blank_lines(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """Blank lines too many, or the author's missing."""
    if rng.random() < 0.2:
        return [(*m.span(), b"") for m in re.finditer(rb"(?<=\n)(?:[ \t]*\n)+", text)]
    return [(m.end(), m.end(), b"\n") for m in some(re.finditer(rb"\n", text), rng, rng.choice([0.1, 0.5]))]


def look_alikes(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """Typographic quotes and no-break spaces, as pasted from a document."""
    return [(*m.span(), LOOK_ALIKE[m.group()[0]]) for m in some(QUOTE_OR_SPACE.finditer(text), rng, 0.1)]


def joined_lines(text: bytes, rng: np.random.Generator) -> list[Edit]:
    return [(*m.span(), b" ") for m in some(BRACE_END.finditer(text), rng, 0.1)]


def missing_bracket(text: bytes, rng: np.random.Generator) -> list[Edit]:
    """One closing bracket that the author forgot, near the end."""
    first = max(0, len(text) - 600)
    closing = [first + m.start() for m in re.finditer(rb"[)\]}]", text[first:])]
    return [(at := closing[rng.integers(len(closing))], at + 1, b"")] if closing else []


FORMATS = (
    tabs, width, jitter, operator_spacing, trailing_space, blank_lines, look_alikes, joined_lines, missing_bracket,
)
FORMAT_SHARES = (0.2, 0.2, 0.08, 0.2, 0.08, 0.08, 0.08, 0.04, 0.04)


def noise(text: bytes, rng: np.random.Generator) -> tuple[bytes, np.ndarray]:
    """A noised text and which of its bytes are altered, (length,) bool. Typos, odd formatting or both; the formatting
    covers the text up to the start of a random line, or all of it."""
    draw, edits = rng.random(), []
    if draw < 0.65:
        # Log-uniform: from a slip every few lines to every other word wrong.
        rate = float(np.exp(rng.uniform(np.log(0.005), np.log(0.08))))
        edits += single_typos(text, rng) if rng.random() < 0.2 else typos(text, rng, rate)
    if draw > 0.55:
        end = len(text) if rng.random() < 0.35 else text.rfind(b"\n", 0, int(rng.integers(len(text) + 1))) + 1
        operator = FORMATS[rng.choice(len(FORMATS), p=FORMAT_SHARES)]
        edits += operator(text[:end], rng)
    return alter(text, edits)
