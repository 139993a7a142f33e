"""Copying: mixes the model's prediction with what followed typo-tolerant matches of the text's end in the source.

    python copying.py --checkpoint runs/small/blt.pt --out runs/small/copying.json
    python copying.py --golden ../test/fixtures/golden/copying.json       # what the extension's test compares with

Much of what people type stands elsewhere in the open file, and a small model hardly copies. So every earlier place j of the
source whose text ends like the typed text votes for the byte that followed there. How alike they are is two numbers:

- run: how many bytes in a row are equal, counted backwards, at most MOST;
- score: a local alignment (Smith and Waterman, 1981): one more for each equal byte, PENALTY less for a byte replaced, left
  out or put in, never below 0 nor above MOST. A typo costs it a little where it ends the run.

A byte that repeats the one before it adds to neither: else any two indentations of eight spaces would be much alike, each at
several places, and the text would go on with spaces for ever.

It also counts whether the run goes back over the beginning of the word that is being typed, and how far away the place is.
With votes v(b) = sum over places of weight(place), and trust c(H) in the model by the entropy H of its prediction:

    p(b) = (c p_model(b) + v(b)) / (c + sum of v)

as if the votes were observations added to a prior of c observations. A weight is a product of one number for the class of the
run, one for the score's and one for the distance's. These and c are fitted here by gradient descent on the bits per byte of
the dev split, whose model predictions are computed once. The extension does the same in `src/core/copying.ts`, and its tests compare the two.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from blt import OFFSET, Blt, BltConfig
from corpus import CACHE
from noise import noise
from stream import NOISE_SHARE, PREFIX, SUFFIX, Corpus, header, ids_of

RUNS = [0, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32]  # lower ends of the classes
SCORES = [0, 5, 8, 12, 16, 24]
DISTANCES = [0, 256, 1024, 4096]  # bytes from the place to the end of the source
ENTROPIES = [0.0, 0.15, 0.35, 0.7, 1.0, 1.4, 1.75, 2.1]  # nats
MOST, PENALTY = 32, 4
SHORTEST_RUN, LOWEST_SCORE = 2, 5  # a place votes if it has either
WARM_UP = 64  # bytes at the end of the text that are aligned before the first vote
BREAK = 256  # stands between two texts of a source and equals nothing

CLASSES = (len(RUNS), 2, len(SCORES), len(DISTANCES) + 1)  # the 2: not a whole word, a whole word; the 1: in another file
WORD = np.zeros(BREAK + 1, bool)  # bytes that words are made of
WORD[[*b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$", *range(0x80, BREAK)]] = True

RUN_CLASS = np.searchsorted(RUNS, np.arange(MOST + 1), "right") - 1
SCORE_CLASS = np.searchsorted(SCORES, np.arange(MOST + 1), "right") - 1


class Alignments:
    """How well each place of a source matches the text's end, which is the end of the source at first. `source` is int16, byte
    values or BREAK; its first `elsewhere` ones are of other files. `room` bytes may be pushed: typed ones, which belong to the
    source from then on."""

    def __init__(self, source: np.ndarray, room: int = 0, elsewhere: int = 0):
        self.elsewhere = elsewhere
        self.bytes = np.full(len(source) + room, BREAK, np.int16)
        self.last = BREAK
        self.word, self.told = 0, 0  # bytes of the word at the text's end, and how many of them do not repeat the one before
        self.length = max(0, len(source) - WARM_UP)
        self.bytes[: self.length] = source[: self.length]
        # Two entries before place 0, so that j - 2 exists.
        self.run, self.score = np.zeros(len(self.bytes) + 2, np.int16), np.zeros(len(self.bytes) + 2, np.int16)
        for byte in source[self.length :]:
            self.push(int(byte))

    def push(self, byte: int) -> None:
        """Aligns a byte that was typed."""
        self.follow(byte)
        self.bytes[self.length] = byte
        self.length += 1

    def follow(self, byte: int) -> None:
        """Aligns a byte that was generated: it can be matched, but not copied, or the text would soon copy itself."""
        t, run, score = self.length, self.run, self.score
        gain = 0 if byte == self.last else 1
        self.last = byte
        self.word, self.told = (self.word + 1, self.told + gain) if WORD[byte] else (0, 0)
        same = (self.bytes[:t] == byte) & (byte != BREAK)
        whole = np.minimum(run[1 : t + 1] + gain, MOST)
        hit = np.minimum(np.maximum(score[1 : t + 1], score[:t] - PENALTY) + gain, MOST)
        miss = np.maximum(np.maximum(score[1 : t + 1], score[2 : t + 2]) - PENALTY, 0)
        kept = self.bytes[:t] != BREAK
        run[2 : t + 2] = np.where(same, whole, 0)
        score[2 : t + 2] = np.where(same, hit, np.where(kept, miss, 0))

    def voters(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of every place that votes: its next byte, its class, an index into an array of shape CLASSES, and its number."""
        t = self.length - 1  # place j < t, so that byte j + 1 is known
        run, score = self.run[2 : t + 2], self.score[2 : t + 2]
        j = np.flatnonzero(((run >= SHORTEST_RUN) | (score >= LOWEST_SCORE)) & (self.bytes[1 : t + 1] != BREAK))
        start = j - self.word
        begins = np.where(start >= 0, ~WORD[self.bytes[np.maximum(start, 0)]], True)
        whole = (run[j] > self.told) | ((run[j] == self.told) & begins)
        distance = np.where(j < self.elsewhere, len(DISTANCES), np.searchsorted(DISTANCES, t - j, "right") - 1)
        return self.bytes[j + 1], np.ravel_multi_index((RUN_CLASS[run[j]], whole.astype(int), SCORE_CLASS[score[j]], distance), CLASSES), j

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Next byte and class of every place that votes."""
        return self.voters()[:2]


def source_of(suffix: bytes, before: bytes, others: list[bytes] = []) -> tuple[np.ndarray, int]:
    """What is copied from: other files, least similar first, the text after the cursor, then the text before it. And how many
    of these entries are of other files."""
    as_array = lambda text: np.frombuffer(text, np.uint8).astype(np.int16)  # noqa: E731
    elsewhere = [part for other in reversed(others) for part in (as_array(other), [BREAK])]
    own = [as_array(suffix), [BREAK], as_array(before)] if suffix else [as_array(before)]
    return np.concatenate([*elsewhere, *own]).astype(np.int16), sum(map(len, elsewhere))


def sample_at(corpus: Corpus, rng: np.random.Generator, language: str, length: int):
    """A held-out place: the document's number, ids of the prompt, text after and before the place, and the bytes that follow.
    Some text before it has typos."""
    while True:
        number = int(rng.choice(len(corpus.documents[language]), p=corpus.chances[language]))
        path, text = corpus.text(language, number)
        if len(text) > 600:
            break
    reach = int(rng.choice([1500, 4000, 16000]))
    at = int(rng.integers(300, len(text) - 200))
    end = min(len(text), at + 512)
    before = text[max(0, at - reach) : at]
    if rng.random() < NOISE_SHARE:
        before, _ = noise(before, rng)
    suffix = text[end : end + 256] if rng.random() < 0.5 else b""
    more = text[end : end + int(rng.choice([256, 2000]))] if suffix else b""
    head = ids_of(header(path) + (bytes([SUFFIX]) + suffix if suffix else b"") + bytes([PREFIX]))
    room = length - len(head) - 1 - (end - at)
    prompt = np.concatenate([[1], head, ids_of(before[-room:])])
    return number, prompt, more, before, text[at:end]


def sample(corpus: Corpus, rng: np.random.Generator, language: str, length: int):
    """A held-out place: ids of the prompt, the source at that point, and the bytes that follow."""
    _, prompt, more, before, target = sample_at(corpus, rng, language, length)
    return prompt, source_of(more, before)[0], target


@torch.no_grad()
def observations(blt: Blt, corpus: Corpus, rows: int, length: int, seed: int):
    """Per language: arrays over bytes of votes for the true byte and in all, (N, classes), ln p and entropy of the model."""
    out = {}
    for language in corpus.documents:
        rng = np.random.default_rng([seed, *language.encode()])
        parts = []
        for _ in tqdm(range(rows), desc=language, leave=False, mininterval=2 if sys.stderr.isatty() else 60):
            prompt, source, target = sample(corpus, rng, language, length)
            ids = torch.from_numpy(np.concatenate([prompt, ids_of(target)]))[None]
            logs = blt(ids[:, :-1]).float().log_softmax(-1)[0, len(prompt) - 1 :].numpy()
            alignments = Alignments(source, len(target))
            hits = np.zeros((len(target), math.prod(CLASSES)), np.float32)
            votes = np.zeros_like(hits)
            for i, byte in enumerate(target):
                following, classes = alignments.places()
                votes[i] = np.bincount(classes, minlength=votes.shape[1])
                hits[i] = np.bincount(classes[following == byte], minlength=votes.shape[1])
                alignments.push(byte)
            entropy = -(np.exp(logs) * logs).sum(-1)
            parts.append((hits, votes, logs[np.arange(len(target)), np.frombuffer(target, np.uint8).astype(int) + OFFSET], entropy))
        out[language] = tuple(torch.from_numpy(np.concatenate(p)) for p in zip(*parts))
    return out


class Mixture(torch.nn.Module):
    """The weights, as logarithms."""

    def __init__(self):
        super().__init__()
        self.run = torch.nn.Parameter(torch.linspace(-4.0, 1.0, len(RUNS))[:, None].repeat(1, 2))
        self.score = torch.nn.Parameter(torch.zeros(len(SCORES)))
        self.distance = torch.nn.Parameter(torch.zeros(len(DISTANCES)))  # that of another file: elsewhere.py
        self.trust = torch.nn.Parameter(torch.zeros(len(ENTROPIES)))

    def weights(self) -> torch.Tensor:
        """One weight per class, (classes,)."""
        distance = torch.cat([self.distance, self.distance[-1:]])
        return (self.run[:, :, None, None] + self.score[:, None] + distance).exp().flatten()

    def bits(self, hits, votes, log_p, entropy) -> torch.Tensor:
        """Bits of each byte, (N,)."""
        weights = self.weights()
        c = self.trust.exp()[torch.bucketize(entropy, torch.tensor(ENTROPIES[1:]), right=True)]
        return -((c * log_p.exp() + hits @ weights) / (c + votes @ weights)).clamp_min(1e-12).log2()


    def values(self) -> dict:
        """The entry `copying` of a manifest."""
        plain = lambda p: [round(x, 5) for x in p.exp().tolist()]  # noqa: E731
        return {
            "most": MOST, "penalty": PENALTY, "warmUpBytes": WARM_UP,
            "shortestRun": SHORTEST_RUN, "lowestScore": LOWEST_SCORE,
            "runs": RUNS, "runWeights": plain(self.run[:, 0]), "wholeWordRunWeights": plain(self.run[:, 1]),
            "scores": SCORES, "scoreWeights": plain(self.score), "distances": DISTANCES, "distanceWeights": plain(self.distance),
            "entropiesNats": ENTROPIES, "trust": plain(self.trust),
        }


def golden() -> dict:
    """Votes for texts with and without typos, byte by byte, under weights that tell all classes apart."""
    mixture = Mixture()
    with torch.no_grad():
        mixture.run[:, 1] += 0.3
        mixture.score.copy_(torch.linspace(-0.7, 0.9, len(SCORES)))
        mixture.distance.copy_(torch.linspace(0.1, -0.5, len(DISTANCES)))
        values = mixture.values()
        run = torch.tensor([values["runWeights"], values["wholeWordRunWeights"]]).T
        score, distance = torch.tensor(values["scoreWeights"]), torch.tensor(values["distanceWeights"])
        values["elsewhereRunWeights"] = [round(0.3 * w + 0.01, 5) for w in values["runWeights"]]
        values["elsewhereWholeWordRunWeights"] = [round(0.7 * w, 5) for w in values["wholeWordRunWeights"]]
        elsewhere = torch.tensor([values["elsewhereRunWeights"], values["elsewhereWholeWordRunWeights"]]).T
        weights = torch.cat([
            run[:, :, None, None] * score[:, None] * distance, elsewhere[:, :, None, None] * score[:, None],
        ], -1).flatten()  # rounded, as the manifest has them
    declarations = "const firstVisibleLine = editor.visibleRanges[0].start.line;\nconst lastVisibleLine = "
    cases = [
        ("", "", "abc"),
        ("aaaa", "", "aa"),
        (declarations, "", "edtior.visibleRanges[0].strat.line;\n"),
        ("total += größe * 2;\n" * 6 + "totl ", "}\nreturn total += größe;\n", "+= größe"),
        ("letter letters; better = " + " pad = 1;" * 40 + "let lett", "", "er"),
        ("x" * 40 + "y" + "x" * 40, "y" * 70, "yxx"),
        ("const last", "", "VisibleLine = e", [declarations]),
        ("let first = edtior.visi", "}\n", "bleRanges", [declarations, "first = second;\nlet firs", "visibleRanges" * 9]),
    ]
    out = []
    for before, after, typed, *more in cases:
        others = more[0] if more else []
        source, elsewhere = source_of(after.encode(), before.encode(), [other.encode() for other in others])
        alignments = Alignments(source, 0, elsewhere)
        steps = []
        for byte in [*typed.encode(), None]:
            votes = {}
            for b, index in zip(*(x.tolist() for x in alignments.places())):
                votes[b] = votes.get(b, 0.0) + float(weights[index])
            steps.append({str(b): round(votes[b], 6) for b in sorted(votes)})
            if byte is not None:
                alignments.follow(byte)
        out.append({"before": before, "after": after, "others": others, "typed": typed, "votes": steps})
    return {"weights": values, "cases": out}


def fit(data: dict, steps: int = 300) -> Mixture:
    """Every language counts the same."""
    mixture = Mixture()
    optimizer = torch.optim.Adam(mixture.parameters(), lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = sum(mixture.bits(*d).mean() for d in data.values()) / len(data)
        (loss + 1e-4 * sum(p.square().sum() for p in mixture.parameters())).backward()
        optimizer.step()
    return mixture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    parser.add_argument("--rows", type=int, default=60, help="held-out places per language, for fitting and for checking each")
    parser.add_argument("--length", type=int, default=2048, help="the model's context in bytes")
    args = parser.parse_args()
    if args.golden:
        args.golden.write_text(json.dumps(golden(), indent=1) + "\n")
        return
    if not (args.checkpoint and args.out):
        parser.error("--checkpoint and --out go together")
    state = torch.load(args.checkpoint, map_location="cpu")
    blt = Blt(BltConfig.from_dict(state["config"])).eval()
    blt.load_state_dict(state["model"])
    corpus = Corpus(args.corpus, "dev")
    mixture = fit(observations(blt, corpus, args.rows, args.length, seed=0))
    report = {}
    with torch.no_grad():
        for language, data in observations(blt, corpus, args.rows, args.length, seed=1).items():
            report[language] = {"model": float(-data[2].mean() / math.log(2)), "mixed": float(mixture.bits(*data).mean())}
    args.out.write_text(json.dumps({"copying": mixture.values(), "bitsPerByte": report}, indent=2) + "\n")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
