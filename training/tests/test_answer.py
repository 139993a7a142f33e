"""Cached greedy decoding of the baselines equals decoding without a cache, and tokens are healed."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import answer
from answer import BpeAnswers, ByteAnswers, anchored_start, may_follow, prompt, whole_characters
from blt import BOS, LanguageModel, OFFSET
from bpe import Bpe, train
from decode import CachedLanguageModel, CachedMegabyte
from fixtures import random_ids
from megabyte import Megabyte
from stages import BPE, MEGABYTE, PLAIN
from stream import PATH, PREFIX, SUFFIX
from test_baselines import Texts


def shaken(model, seed: int):
    """Weights that make every part matter."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(torch.randn_like(p) * 0.1)
    return model.eval()


@pytest.fixture(scope="module")
def bpe() -> Bpe:
    return Bpe(train(Texts(), 320, 1).to_str())


@pytest.fixture
def models(bpe):
    torch.manual_seed(0)
    plain, tokens = shaken(LanguageModel(PLAIN["tiny"]), 0), shaken(LanguageModel(BPE["tiny"], bpe.size), 1)
    megabyte = shaken(Megabyte(MEGABYTE["tiny"]), 2)
    return {"plain": (plain, lambda: CachedLanguageModel(plain)), "bpe": (tokens, lambda: CachedLanguageModel(tokens)),
            "megabyte": (megabyte, lambda: CachedMegabyte(megabyte))}


class Recomputed:
    """A decoder without a cache."""

    def __init__(self, model):
        self.model, self.ids = model, []

    def feed(self, ids):
        self.ids += ids
        with torch.inference_mode():
            return self.model(torch.tensor([self.ids]))[0, -len(ids) :]

    def fork(self):
        other = Recomputed(self.model)
        other.ids = list(self.ids)
        return other


@pytest.mark.parametrize("name", ["plain", "megabyte", "bpe"])
@pytest.mark.parametrize("chunks", [[100], [1] * 100, [3, 40, 1, 56]])
def test_cached_logits_equal_recomputed_ones(models, name, chunks):
    model, start = models[name]
    ids, decoder, at = random_ids(100)[0].tolist(), start(), 0
    with torch.no_grad():
        expected = model(torch.tensor([ids]))[0]
    for length in chunks:
        assert (decoder.feed(ids[at : at + length]) - expected[at : at + length]).abs().max() < 1e-4
        at += length


@pytest.mark.parametrize("name", ["plain", "megabyte", "bpe"])
def test_cached_answers_equal_recomputed_ones(models, name, bpe):
    model, start = models[name]
    make = (lambda begin: BpeAnswers(bpe, begin)) if name == "bpe" else ByteAnswers
    head, before = prompt("src/a.ts", "const größe = compute(first);\n\tret" * 3, "\n}\n")
    cached, plain = make(start), make(lambda: Recomputed(model))
    text, probabilities = cached.complete(head, before, 40)
    assert (text, probabilities) == (plain.complete(head, before, 40)[0], pytest.approx(plain.complete(head, before, 40)[1], abs=1e-4))
    assert len(text) == len(probabilities)
    assert cached.score(head, before, b"urn 1;") == pytest.approx(plain.score(head, before, b"urn 1;"), abs=1e-3)


@pytest.mark.parametrize("name", ["plain", "megabyte"])
def test_bits_are_those_of_the_bytes_that_greedy_decoding_chose(models, name):
    answers = ByteAnswers(models[name][1])
    head, before = prompt("a.ts", "const x = ", "")
    text, probabilities = answers.complete(head, before, 12)
    assert [2**-b for b in answers.score(head, before, text)] == pytest.approx(probabilities, abs=1e-4)


class Scripted:
    """A decoder that wants tokens in a given order."""

    def __init__(self, bpe, wishes):
        self.size, self.wishes, self.fed = bpe.size, wishes, []

    def feed(self, ids):
        self.fed.append(list(ids))
        logits = torch.zeros(len(ids), self.size)
        for rank, token in enumerate(self.wishes.pop(0)):
            logits[-1, token] = 20 - 5 * rank
        return logits

    def fork(self):
        return self


def test_a_word_cut_in_two_is_healed(bpe):
    token = {t: i for i, t in enumerate(bpe.tokens) if t}
    assert len(bpe.encode(b" return")) == 1 and len(bpe.encode(b" value")) == 1
    # The prompt ends inside of " return"; what the model wants most does not agree with what was typed, the next best does.
    decoder = Scripted(bpe, [[token[b" value"], token[b" return"]], [token[b" value"]], [token[b"\n"]]])
    answers = BpeAnswers(bpe, lambda: decoder)
    head, before = prompt("a.ts", "const x;\nx ret", "")
    text, probabilities = answers.complete(head, before, 40)
    assert text == b"urn value"
    assert decoder.fed[0] == [bpe.bos, *bpe.encode(head), *bpe.encode(b"const x;\nx")]
    assert probabilities[1:3] == [1.0, 1.0] and 0.9 < probabilities[0] <= 1.0


def test_a_blank_before_the_cursor_is_healed(bpe):
    answers = BpeAnswers(bpe, None)
    assert answers.healed(b"x = ") == (b"x =", b" ")
    assert answers.healed(b"if (x") == (b"if (", b"x")
    assert answers.healed(b"") == (b"", b"")
    assert answers.healed("größ".encode()) == (b"", "größ".encode())


def test_a_healed_score_is_given_what_was_typed(bpe):
    uniform = BpeAnswers(bpe, lambda: Scripted(bpe, [[]]))
    head, before = prompt("a.ts", "x ret", "")
    agreeing = [t for t in bpe.tokens if t and (t.startswith(b" ret") or b" ret".startswith(t))]
    assert uniform.score(head, before, b"urn") == pytest.approx([math.log2(len(agreeing))], abs=1e-4)


def test_the_prompt_is_the_engines():
    head, before = prompt("src\\ui/größe.ts", "a\r\nb\u0000", "c\r\n" * 200)
    assert head == bytes([PATH]) + "größe.ts".encode() + bytes([SUFFIX]) + b"c\n" * 128 + bytes([PREFIX])
    assert before == b"a\nb\x00"
    text = b"".join(b"line %d\n" % i for i in range(900))
    starts = [anchored_start(text[:n]) for n in range(1500, 6000)]
    assert starts[0] == 0 and starts == sorted(starts) and len(set(starts)) < 12
    assert all(text[s - 1 : s] in (b"", b"\n") for s in set(starts))


def test_utf8_stays_whole():
    assert whole_characters("a€".encode()[:-1]) == b"a" and whole_characters("€".encode()) == "€".encode()
    assert len(may_follow("€".encode()[:2])) == 64
    assert 0xC0 + OFFSET not in may_follow(b"").tolist() and PREFIX + OFFSET not in may_follow(b"").tolist()
    assert BOS not in may_follow(b"").tolist()


def test_json_lines_in_json_lines_out(tmp_path):
    model = LanguageModel(PLAIN["tiny"])
    torch.save({"model": model.state_dict(), "config": PLAIN["tiny"].__dict__, "step": 0, "bytes": 0}, tmp_path / "plain.pt")
    requests = [
        {"id": 1, "op": "complete", "path": "a.ts", "prefix": "const a", "maxBytes": 5},
        {"id": 2, "op": "score", "path": "a.ts", "prefix": "const a", "suffix": "\n", "target": " = 1;"},
        {"id": 3, "op": "score", "path": "a.ts", "prefix": "const a"},
        {"id": 4, "op": "sing", "path": "a.ts", "prefix": ""},
        {"id": 5, "op": "score", "path": "a.ts", "prefix": "", "target": "x" * 3000},
    ]
    done = subprocess.run([sys.executable, "answer.py", "--checkpoint", str(tmp_path / "plain.pt")], cwd=Path(answer.__file__).parent,
                          input="\n".join(map(json.dumps, requests)) + "\nnonsense\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, second, third, fourth, fifth, last = map(json.loads, done.stdout.splitlines())
    assert first["id"] == 1 and len(first["probabilities"]) == len(first["text"].encode()) <= 5
    assert second["id"] == 2 and len(second["bits"]) == 5
    assert "target" in third["error"] and "sing" in fourth["error"] and "3000" in fifth["error"] and "JSON" in last["error"]
