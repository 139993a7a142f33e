"""Asks a baseline: JSON lines in, JSON lines out. The prompt is the one that the engine makes of the same request.

    python answer.py --checkpoint ~/.cache/bytewise/runs/small/bpe.pt

    {"id": 1, "op": "complete", "path": "a.ts", "prefix": "const a", "suffix": "", "maxBytes": 64}
    -> {"id": 1, "text": " = 1;", "probabilities": [0.4, ...]}       greedy, to the first line end, the end, or maxBytes
    {"id": 2, "op": "score", "path": "a.ts", "prefix": "const a", "target": " = 1;"}
    -> {"id": 2, "bits": [1.2, ...]}                                 -log2 p of each byte of the target

A request that cannot be answered gets {"id", "error"}. Probabilities are one per byte. A model of tokens gives the probability
of a token to its first byte and 1 to the others, and one sum of bits for the whole target.

Token healing: a prompt seldom ends where a token would. So the tokens of the last piece of the prompt (a word, a run of signs, a
run of blanks: nothing is ever merged across pieces) are taken back, and the model starts before them, but may only choose tokens
that agree with the bytes that were taken back, its probabilities scaled to a sum of 1 over these. What is generated before the
cursor counts as given; scores take the same way, along the tokens of the bytes taken back and the target.
"""

import argparse
import codecs
import json
import math
import sys
from functools import lru_cache
from pathlib import Path
from typing import Callable

import torch
from tokenizers import Regex, pre_tokenizers

from blt import BOS, OFFSET, LanguageModel, StackConfig
from bpe import PIECES, Bpe
from decode import CachedLanguageModel, CachedMegabyte
from megabyte import Megabyte, MegabyteConfig
from stream import END, MAX_PATH, MAX_SUFFIX, PATH, PREFIX, SUFFIX

CONTEXT = 2048  # ids of a prompt and of what is generated after it, as in the packages
LINE_ENDS = b"\n\r"


class Refused(Exception):
    """The request cannot be answered; the message says why."""


def cleaned(text: bytes) -> bytes:
    """LF line ends, and '?' for sentinel values."""
    return text.replace(b"\r\n", b"\n").translate(bytes(0x3F if b in (PATH, SUFFIX, PREFIX, END) else b for b in range(256)))


def open_bytes(text: bytes) -> int:
    """Bytes of the character that is not finished at the end of the text."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(text[-4:].lstrip(bytes(range(0x80, 0xC0))))
    return len(decoder.getstate()[0])


def whole_characters(text: bytes) -> bytes:
    """Without the unfinished character at the end."""
    return text[: len(text) - open_bytes(text)]


def anchored_start(prefix: bytes) -> int:
    """Where the part of the prefix that the model sees starts: `anchoredStart` of src/core/prompt.ts."""
    room = CONTEXT - (4 + MAX_PATH + MAX_SUFFIX) - CONTEXT // 16
    if len(prefix) <= room:
        return 0
    step = min(CONTEXT // 4, room // 2)
    earliest = -(-(len(prefix) - room) // step) * step
    line = prefix.find(b"\n", earliest - 1, earliest + step // 2)
    if line >= 0:
        return line + 1
    while earliest < len(prefix) and prefix[earliest] & 0xC0 == 0x80:
        earliest += 1
    return earliest


def prompt(path: str, prefix: str, suffix: str) -> tuple[bytes, bytes]:
    """The prompt without BOS: what stands before the prefix, its sentinel included, and the part of the prefix that fits."""
    name = path.replace("\\", "/").rpartition("/")[2].encode()[-MAX_PATH:].lstrip(bytes(range(0x80, 0xC0)))
    near = cleaned(suffix.encode()[: 2 * MAX_SUFFIX])
    near = whole_characters(near[:MAX_SUFFIX]) if len(near) > MAX_SUFFIX else near
    before = cleaned(prefix.encode())
    head = bytes([PATH]) + name + (bytes([SUFFIX]) + near if near else b"") + bytes([PREFIX])
    return head, before[anchored_start(before) :]


@lru_cache(maxsize=None)
def may_follow(unfinished: bytes) -> torch.Tensor:
    """Ids that valid UTF-8 can go on with after the bytes of an unfinished character; between characters END too."""
    out = [] if unfinished else [END + OFFSET]
    for byte in range(256):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(unfinished + bytes([byte]))
            out.append(byte + OFFSET)
        except UnicodeDecodeError:
            pass
    return torch.tensor(out)


class Reader:
    """Reads prompts, and remembers the last one: a completion and a score of the same prompt read it once.

    `start` gives a decoder with empty caches.
    """

    def __init__(self, start: Callable):
        self.start, self.ids, self.decoder, self.logits = start, None, None, None

    def read(self, ids: list[int]) -> tuple:
        """A decoder that has read the ids, and the logits (vocabulary) of what follows them."""
        if ids != self.ids:
            self.decoder = self.start()
            self.logits = self.decoder.feed(ids)[-1]
            self.ids = ids
        return self.decoder.fork(), self.logits

    def follow(self, ids: list[int], more: list[int]) -> torch.Tensor:
        """Logits (len(more), vocabulary) of what follows `ids` and each prefix of `more` but the whole."""
        decoder, logits = self.read(ids)
        return torch.cat([logits[None], decoder.feed(more[:-1])]) if len(more) > 1 else logits[None]


class ByteAnswers:
    def __init__(self, start: Callable):
        self.reader = Reader(start)

    def complete(self, head: bytes, before: bytes, most: int) -> tuple[bytes, list[float]]:
        ids = [BOS, *(b + OFFSET for b in head + before)]
        out, probabilities = bytearray(), []
        unfinished = before[len(before) - open_bytes(before) :]
        decoder, logits = self.reader.read(ids)
        while len(out) < min(most, CONTEXT - len(ids)):
            p, allowed = logits.softmax(0), may_follow(unfinished)
            chosen = int(allowed[p[allowed].argmax()])
            if chosen == END + OFFSET or chosen - OFFSET in LINE_ENDS:
                break
            out.append(chosen - OFFSET)
            probabilities.append(float(p[chosen]))
            unfinished = bytes(out[len(out) - open_bytes(bytes(before + out)) :]) if chosen >= 0x80 + OFFSET else b""
            logits = decoder.feed([chosen])[-1]
        text = whole_characters(bytes(out))
        return text, probabilities[: len(text)]

    def score(self, head: bytes, before: bytes, target: bytes) -> list[float]:
        ids = [BOS, *(b + OFFSET for b in head + before)]
        if len(target) > CONTEXT - len(ids):
            raise Refused(f"The target has {len(target)} bytes, but after this prompt only {CONTEXT - len(ids)} fit.")
        if not target:
            return []
        wanted = [b + OFFSET for b in target]
        logits = self.reader.follow(ids, wanted)
        nats = -logits.log_softmax(1)[torch.arange(len(wanted)), torch.tensor(wanted)]
        return (nats / math.log(2)).tolist()


class BpeAnswers:
    def __init__(self, bpe: Bpe, start: Callable):
        self.bpe, self.reader = bpe, Reader(start)
        self.pieces = pre_tokenizers.Split(Regex(PIECES), "isolated")
        self.text_ids = torch.tensor([i for i in range(bpe.size) if bpe.tokens[i]])
        self.agreeing = lru_cache(maxsize=10_000)(self._agreeing)

    def healed(self, before: bytes) -> tuple[bytes, bytes]:
        """The prefix without its last piece, and that piece."""
        pieces = self.pieces.pre_tokenize_str(before.decode("latin-1"))
        start = pieces[-1][1][0] if pieces else 0
        return before[:start], before[start:]

    def _agreeing(self, rest: bytes) -> torch.Tensor:
        """Tokens that agree with bytes that must come: they begin with them, or are a beginning of them."""
        tokens = self.bpe.tokens
        return torch.tensor([i for i, t in enumerate(tokens) if t and (t.startswith(rest) or rest.startswith(t))])

    def tokens(self, head: bytes, before: bytes) -> list[int]:
        return [self.bpe.bos, *self.bpe.encode(head), *self.bpe.encode(before)]

    def complete(self, head: bytes, before: bytes, most: int) -> tuple[bytes, list[float]]:
        kept, rest = self.healed(before)
        out, probabilities = bytearray(), []
        decoder, logits = self.reader.read(self.tokens(head, kept))
        while len(out) < most:
            if rest:
                allowed = self.agreeing(rest)
                p = torch.zeros_like(logits)
                p[allowed] = logits[allowed].softmax(0)
            else:
                p = logits.softmax(0)
            likeliest = torch.cat([self.text_ids, torch.tensor([self.bpe.end])])
            chosen = int(likeliest[p[likeliest].argmax()])
            if chosen == self.bpe.end:
                break
            token = self.bpe.tokens[chosen]
            new, rest = token[len(rest) :], rest[len(token) :]
            line = next((i for i, b in enumerate(new) if b in LINE_ENDS), len(new))
            out += new[:line]
            probabilities += ([float(p[chosen])] + [1.0] * (line - 1))[:line]
            if line < len(new):
                break
            logits = decoder.feed([chosen])[-1]
        text = bytes(out[:most])
        # Valid UTF-8 after the prefix, whose last character the first bytes may finish.
        unfinished = open_bytes(bytes(before + text))
        text = text[: len(text) - unfinished] if unfinished else text
        return text, probabilities[: len(text)]

    def score(self, head: bytes, before: bytes, target: bytes) -> list[float]:
        if len(target) > CONTEXT - 1 - len(head) - len(before):
            raise Refused(f"The target has {len(target)} bytes, but after this prompt only {CONTEXT - 1 - len(head) - len(before)} fit.")
        if not target:
            return []
        kept, rest = self.healed(before)
        known, new = self.tokens(head, kept), self.bpe.encode(rest + target)
        logits = self.reader.follow(known, new)
        nats = 0.0
        for row, token in zip(logits, new):
            allowed = self.agreeing(rest) if rest else slice(None)
            nats += float(row[allowed].logsumexp(0) - row[token])
            rest = rest[len(self.bpe.tokens[token]) :]
        return [nats / math.log(2)]


def load(path: Path) -> ByteAnswers | BpeAnswers:
    state = torch.load(path, map_location="cpu")
    config, weights = state["config"], state["model"]
    if "patch" in config:
        model = Megabyte(MegabyteConfig.from_dict(config))
    elif "tokenizer" in config:
        bpe = Bpe(config["tokenizer"])
        model = LanguageModel(StackConfig(**{k: v for k, v in config.items() if k != "tokenizer"}), bpe.size)
    elif "layers" in config:
        model = LanguageModel(StackConfig(**config))
    else:
        raise SystemExit(f"{path} is no baseline. Name a checkpoint of the stages plain, megabyte or bpe.")
    model.load_state_dict(weights)
    model.eval()
    if isinstance(model, Megabyte):
        return ByteAnswers(lambda: CachedMegabyte(model))
    start = lambda: CachedLanguageModel(model)  # noqa: E731
    return BpeAnswers(bpe, start) if "tokenizer" in config else ByteAnswers(start)


def answer(model: ByteAnswers | BpeAnswers, request: dict) -> dict:
    try:
        head, before = prompt(request["path"], request["prefix"], request.get("suffix") or "")
        if request["op"] == "complete":
            text, probabilities = model.complete(head, before, int(request["maxBytes"]))
            return {"text": text.decode("utf-8", "replace"), "probabilities": probabilities}
        if request["op"] == "score":
            return {"bits": model.score(head, before, request["target"].encode())}
        raise Refused(f'"op" is {request["op"]!r}, but only "complete" and "score" are answered.')
    except Refused as error:
        return {"error": str(error)}
    except KeyError as error:
        return {"error": f"The request has no {error}."}
    except (TypeError, ValueError, AttributeError) as error:
        return {"error": f"The request cannot be read: {error}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = load(args.checkpoint)
    for line in sys.stdin:
        if line.strip():
            try:
                request = json.loads(line)
                reply = {"id": request.get("id"), **answer(model, request)}
            except (ValueError, AttributeError) as error:
                reply = {"id": None, "error": f"The line is no JSON object: {error}"}
            print(json.dumps(reply, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
