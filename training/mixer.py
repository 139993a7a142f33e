"""The mixer: a small network that corrects the mixture of copying with what is known of each byte that may come next.

    python mixer.py --checkpoint runs/small/blt.pt --copying elsewhere.json --out mixer.json
    python mixer.py --golden ../test/fixtures/golden/mixer.json       # what the extension's test compares with

`copying.py` counts votes as if they were observations, whatever the model thinks of the byte that they are for. But a vote for
a byte that the model finds likely too is worth more than one for a byte that it does not expect; many alike votes are worth
less than their number; and words, line ends and blanks are not copied equally often. So each candidate, a byte that has votes
or is one of the model's LIKELIEST, gets a number s from a network of one hidden layer (as compressors mix their predictions:
Mahoney, "Adaptive weighing of context models for lossless data compression", 2005, with a hidden layer and fixed weights):

    p(b) = p_mixed(b) e^s(b) / Z,  s(b) = 0 for all other ids

The network is fitted here by gradient descent on the bits per byte of the dev split, some of it with other files in the source.
All other weights stay. The report is on packages that a first fit has not seen; what is written is fitted on all. The extension
does the same in `src/core/mixer.ts`, and its tests compare the two.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from blt import OFFSET, Blt, BltConfig
from copying import CLASSES, ENTROPIES, WORD, Alignments, sample_at, source_of
from corpus import CACHE
from elsewhere import ELSEWHERE, FILES, class_weights, most_similar, packages
from stream import Corpus, ids_of

LIKELIEST = 3  # bytes that are candidates without votes
FEATURES = 23
HIDDEN = 32
FAR = 1e5  # the distance of a byte that has no votes
TARGET = 256  # bytes of each place that are learnt from
WITH_OTHERS = 0.4  # share of the places that have other files in their source
HELD_OUT = 3  # one in so many packages is for the report


def all_weights(copying: dict) -> np.ndarray:
    """One weight per class of `copying.CLASSES`, those of places in other files included."""
    weights = class_weights(copying).reshape(CLASSES).copy()
    runs = np.array([copying["elsewhereRunWeights"], copying["elsewhereWholeWordRunWeights"]]).T
    weights[..., ELSEWHERE] *= runs[:, :, None]
    return weights.ravel()


def kind(byte: int) -> list[float]:
    """Whether a byte ends a line, is blank, a digit, or another part of a word."""
    is_digit = 0x30 <= byte <= 0x39
    return [float(byte == 0x0A), float(byte in (0x20, 0x09)), float(is_digit), float(bool(WORD[byte]) and not is_digit)]


def candidates(alignments: Alignments, weights: np.ndarray, copying: dict, logs: np.ndarray, entropy: float):
    """After the text of `alignments`, with the model's ln p of all byte values, (256,), and its entropy in nats: the bytes that may come next, (n,), their
    features, (n, FEATURES), and their probabilities in the mixture of copying, (n,). And those of all bytes, (256,)."""
    following, classes, places = alignments.voters()
    weight = weights[classes]
    votes = np.bincount(following, weight, 256)
    whole = np.unravel_index(classes, CLASSES)[1]
    run, score = alignments.run[places + 2], alignments.score[places + 2]
    distance = alignments.length - 1 - places
    trust = copying["trust"][np.searchsorted(ENTROPIES, entropy, "right") - 1]
    total = weight.sum()
    mixed = (trust * np.exp(logs) + votes) / (trust + total)
    order = np.argsort(-logs, kind="stable")
    last = alignments.last
    rows, bytes_ = [], sorted({*following.tolist(), *order[:LIKELIEST].tolist()})
    for byte in bytes_:
        for_it = following == byte
        count = int(for_it.sum())
        most = lambda x: float(x[for_it].max()) if count else 0.0  # noqa: E731
        rows.append([
            logs[byte] / 3,
            math.log(votes[byte] + 1e-4) / 3,
            math.log(mixed[byte] + 1e-6) / 3,
            entropy,
            math.log(total + 1e-3) / 3,
            math.log(1 + count) / 2,
            most(run) / 16,
            most(score) / 16,
            most(whole),
            math.log(1 + (float(distance[for_it].min()) if count else FAR)) / 5,
            (float(run.max()) if len(run) else 0.0) / 16,
            float(byte == order[0]),
            min(alignments.word, 8) / 8,
            min(alignments.told, 16) / 8,
            float(count == 0),
            *kind(byte),
            *kind(last),
        ])
    return np.array(bytes_), np.array(rows), mixed[bytes_], mixed


class Mixer(torch.nn.Module):
    def __init__(self, hidden: int = HIDDEN):
        super().__init__()
        self.hidden = torch.nn.Linear(FEATURES, hidden)
        self.output = torch.nn.Linear(hidden, 1)
        torch.nn.init.zeros_(self.output.weight)
        torch.nn.init.zeros_(self.output.bias)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(n, FEATURES) -> (n,)"""
        return self.output(F.silu(self.hidden(features)))[:, 0]

    def values(self) -> dict:
        """The entry `copying.mixer` of a manifest."""
        plain = lambda p: [round(x, 4) for x in p.flatten().tolist()]  # noqa: E731
        return {
            "likeliest": LIKELIEST,
            "hiddenWeights": [plain(row) for row in self.hidden.weight], "hiddenBiases": plain(self.hidden.bias),
            "outputWeights": plain(self.output.weight), "outputBias": plain(self.output.bias)[0],
        }


class Observations:
    """Candidates of all bytes, one after the other, and per byte: its language and package, ln p of it in the mixture."""

    def __init__(self, parts: list[tuple]):
        counts, features, mixed, right, true, model, self.language, self.package = (np.concatenate(x) for x in zip(*parts))
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.features, self.mixed = torch.from_numpy(features).float(), torch.from_numpy(mixed).float()
        self.right = torch.from_numpy(right)
        self.true, self.model = torch.from_numpy(true).float(), torch.from_numpy(model).float()
        self.of = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))

    def nats(self, mixer: Mixer, chosen: np.ndarray) -> torch.Tensor:
        """−ln p of the chosen bytes, whose numbers are given, (n,)."""
        rows = torch.from_numpy(np.concatenate([np.arange(self.first[i], self.first[i + 1]) for i in chosen]))
        of = torch.from_numpy(np.repeat(np.arange(len(chosen)), self.first[chosen + 1] - self.first[chosen]))
        s, mixed, right = mixer(self.features[rows]), self.mixed[rows], self.right[rows]
        zeros = torch.zeros(len(chosen))
        z = 1 - zeros.index_add(0, of, mixed) + zeros.index_add(0, of, mixed * s.exp())
        return z.clamp_min(1e-9).log() - self.true[chosen] - zeros.index_add(0, of[right], s[right])


@torch.no_grad()
def observations(blt, corpus, copying: dict, args, seed: int) -> Observations:
    weights, groups, parts = all_weights(copying), packages(corpus), []
    for number_of_language, language in enumerate(corpus.documents):
        rng = np.random.default_rng([seed, *language.encode()])
        for _ in tqdm(range(args.rows), desc=language, leave=False, mininterval=2 if sys.stderr.isatty() else 60):
            number, prompt, suffix, before, target = sample_at(corpus, rng, language, args.length)
            package, group = next((i, g) for i, g in enumerate(groups[language]) if number in g)
            others = []
            if rng.random() < WITH_OTHERS:
                near = sorted((i for i in group if i != number), key=lambda i: abs(i - number))[:FILES]
                others = most_similar(before, [corpus.text(language, i)[1] for i in near], args.room)
            source, elsewhere = source_of(suffix, before, others)
            target = target[:TARGET]
            ids = torch.from_numpy(np.concatenate([prompt, ids_of(target)]))[None]
            logs = blt(ids[:, :-1]).double().log_softmax(-1)[0, len(prompt) - 1 :].numpy()
            alignments = Alignments(source, len(target), elsewhere)
            for log_p, byte in zip(logs, target):
                entropy = -(np.exp(log_p) * log_p).sum()
                log_p = log_p[OFFSET : OFFSET + 256]
                bytes_, features, mixed, all_mixed = candidates(alignments, weights, copying, log_p, entropy)
                one = lambda x: np.array([x])  # noqa: E731
                parts.append((
                    one(len(bytes_)), features.astype(np.float32), mixed, bytes_ == byte,
                    one(math.log(max(all_mixed[byte], 1e-9))), one(log_p[byte]), one(number_of_language), one(package),
                ))
                alignments.push(byte)
    return Observations(parts)


def fit(data: Observations, known: np.ndarray, steps: int, seed: int = 0) -> Mixer:
    """On the bytes that are `known`, a mask. Every language counts the same."""
    torch.manual_seed(seed)
    rng, mixer = np.random.default_rng(seed), Mixer()
    optimizer = torch.optim.AdamW(mixer.parameters(), lr=0.01, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    numbers = np.flatnonzero(known)
    counts = np.bincount(data.language[numbers])
    chances = 1 / counts[data.language[numbers]]
    chances /= chances.sum()
    for _ in tqdm(range(steps), desc="mixer", leave=False, mininterval=2 if sys.stderr.isatty() else 60):
        loss = data.nats(mixer, rng.choice(numbers, 8192, p=chances)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return mixer


def golden() -> dict:
    """ln p of some ids after texts, under weights and logits that anybody can make again."""
    from copying import golden as copying_golden

    copying = copying_golden()["weights"]
    mixer = Mixer(8)
    with torch.no_grad():
        for at, p in enumerate(mixer.parameters()):
            p.copy_(torch.sin(torch.arange(p.numel()) * (at + 1.7)).view(p.shape) * 0.4)
    values = mixer.values()
    with torch.no_grad():  # rounded, as the manifest has them
        mixer.hidden.weight.copy_(torch.tensor(values["hiddenWeights"]))
        mixer.hidden.bias.copy_(torch.tensor(values["hiddenBiases"]))
        mixer.output.weight.copy_(torch.tensor([values["outputWeights"]]))
        mixer.output.bias.copy_(torch.tensor([values["outputBias"]]))
    weights = all_weights(copying)
    cases = [
        ("", "", "abc", []),
        ("const first = editor.visibleRanges[0];\nconst last = edi", "}\n", "tor.vi", []),
        ("total += 12 * größe;\n" * 4 + "totl ", "}\nreturn total += 2;\n", "+= 1", []),
        ("let first = edtior.visi", "}\n", "bleRa", ["const last = editor.visibleRanges[0].end;\n", "visibleRanges" * 9]),
    ]
    out = []
    for before, after, typed, others in cases:
        source, elsewhere = source_of(after.encode(), before.encode(), [other.encode() for other in others])
        alignments = Alignments(source, 0, elsewhere)
        steps = []
        for step, byte in enumerate([*typed.encode(), None]):
            # The logit of id i is 3 sin(i (step + 1)), that of e 2 more.
            logits = 3 * np.sin(np.arange(256 + OFFSET) * (step + 1.0))
            logits[OFFSET + ord("e")] += 2
            logs = logits - np.log(np.exp(logits).sum())
            entropy = -(np.exp(logs) * logs).sum()
            bytes_, features, mixed, all_mixed = candidates(alignments, weights, copying, logs[OFFSET:], entropy)
            with torch.no_grad():
                s = mixer(torch.from_numpy(features).float()).double().numpy()
            z = 1 - mixed.sum() + (mixed * np.exp(s)).sum()
            corrected = np.log(all_mixed) - math.log(z)
            corrected[bytes_] += s
            steps.append({str(b): round(float(corrected[b]), 5) for b in sorted({*bytes_.tolist(), 0x7A, 0x00})})
            if byte is not None:
                alignments.follow(byte)
        out.append({"before": before, "after": after, "others": others, "typed": typed, "logLikelihoods": steps})
    return {"weights": copying | {"mixer": values}, "cases": out}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--copying", type=Path, help="what elsewhere.py wrote, or a manifest; its `copying` stays")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    parser.add_argument("--rows", type=int, default=80, help="held-out places per language")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--length", type=int, default=2048, help="the model's context in bytes")
    parser.add_argument("--room", type=int, default=32768, help="bytes of other files")
    args = parser.parse_args()
    if args.golden:
        args.golden.write_text(json.dumps(golden(), indent=1) + "\n")
        return
    if not (args.checkpoint and args.copying and args.out):
        parser.error("--checkpoint, --copying and --out go together")
    state = torch.load(args.checkpoint, map_location="cpu")
    blt = Blt(BltConfig.from_dict(state["config"])).eval()
    blt.load_state_dict(state["model"])
    copying = json.loads(args.copying.read_text())["copying"]
    corpus = Corpus(args.corpus, "dev")
    data = observations(blt, corpus, copying, args, seed=2)
    is_held_out = (data.package * 5 + data.language) % HELD_OUT == 1
    first = fit(data, ~is_held_out, args.steps)
    report = {}
    with torch.no_grad():
        for number, language in enumerate(corpus.documents):
            chosen = np.flatnonzero(is_held_out & (data.language == number))
            if len(chosen) == 0:
                continue
            in_bits = lambda x: float(x.mean() / math.log(2))  # noqa: E731
            report[language] = {
                "model": in_bits(-data.model[chosen]), "copying": in_bits(-data.true[chosen]),
                "mixer": in_bits(data.nats(first, chosen)),
            }
    mixer = fit(data, np.ones_like(is_held_out), args.steps)
    entry = {**copying, "mixer": mixer.values()}
    args.out.write_text(json.dumps({"copying": entry, "bitsPerByte": report}, indent=2) + "\n")
    print(json.dumps(report, indent=1))
    for key in ("model", "copying", "mixer"):
        print(key, sum(r[key] for r in report.values()) / len(report))


if __name__ == "__main__":
    main()
