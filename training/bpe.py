"""The tokens of the BPE baseline: a byte-level vocabulary over the same byte format, trained with `tokenizers`.

    python bpe.py --vocabulary 4096      # -> ~/.cache/bytewise/runs/small/tokenizer.json

Bytes stand as characters U+0000 to U+00FF (Latin-1), so that any bytes have tokens, also half a character at the end of a row,
and tokens turn back into exactly the bytes they came from. BOS and the sentinels are tokens of their own; text between them is
tokenised piece by piece.
"""

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from blt import BOS, OFFSET
from corpus import CACHE
from stream import END, LANGUAGE_SHARES, PATH, PREFIX, SUFFIX, Corpus

# Words (with the blank before them, bytes above ASCII count as letters), up to three digits, signs, line ends, indentation.
PIECES = r" ?[A-Za-z_\x{80}-\x{ff}]+| ?[0-9]{1,3}| ?[^\sA-Za-z0-9_\x{80}-\x{ff}]+|[^\S\n]*\n+|[^\S\n]+(?=[^\S\n])|[^\S\n]+"
SPECIALS = {"<bos>": None, "<path>": PATH, "<suffix>": SUFFIX, "<prefix>": PREFIX, "<end>": END}


class Bpe:
    """`tokens[id]` is the bytes of a token; the first ids are the specials, in the order of SPECIALS."""

    def __init__(self, text: str):
        """`text`: the JSON of a tokenizer."""
        self.text, self.tokenizer = text, Tokenizer.from_str(text)
        self.size = self.tokenizer.get_vocab_size()
        self.tokens = [self.tokenizer.id_to_token(i).encode("latin-1") if i >= len(SPECIALS) else b"" for i in range(self.size)]
        self.lengths = np.array([len(t) for t in self.tokens])
        self.bos, self.end = 0, list(SPECIALS).index("<end>")
        self.specials = {chr(value): i for i, value in enumerate(SPECIALS.values()) if value is not None}
        self.cut = re.compile(f"([{''.join(self.specials)}])")

    def encode(self, text: bytes) -> list[int]:
        """Tokens of bytes of the byte format, sentinels included, without BOS."""
        out = []
        for piece in self.cut.split(text.decode("latin-1")):
            if piece in self.specials:
                out.append(self.specials[piece])
            elif piece:
                out += self.tokenizer.encode(piece).ids
        return out

    def decode(self, ids: list[int]) -> bytes:
        return b"".join(self.tokens[i] for i in ids)

    def encode_row(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A row of byte ids -> its tokens, and the number of bytes each stands for, BOS and sentinels 1: they add up."""
        tokens = []
        for piece in np.split(ids, np.flatnonzero(ids == BOS)):
            if len(piece) and piece[0] == BOS:
                tokens.append(self.bos)
                piece = piece[1:]
            tokens += self.encode(bytes((piece - OFFSET).tolist()))
        tokens = np.array(tokens, np.int64)
        return tokens, np.maximum(self.lengths[tokens], 1)


def learn(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Learns the merges on texts whose characters are bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(PIECES), "isolated")
    alphabet = [chr(i) for i in range(256)]
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIALS), initial_alphabet=alphabet, max_token_length=32, show_progress=False))
    return tokenizer


def train(corpus: Corpus, vocabulary: int, megabytes: float) -> Tokenizer:
    """Learns the merges on documents drawn as training draws them: each byte of a language is equally likely."""
    rng = np.random.default_rng(0)

    def texts():
        for language, share in LANGUAGE_SHARES.items():
            room = share / sum(LANGUAGE_SHARES.values()) * megabytes * 1e6
            for number in rng.permutation(len(corpus.documents.get(language, []))):
                text = corpus.text(language, number)[1]
                yield text.decode("latin-1")
                room -= len(text)
                if room < 0:
                    break

    return learn(texts(), vocabulary)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabulary", type=int, default=4096)
    parser.add_argument("--megabytes", type=float, default=40.0, help="of text that the merges are learnt from")
    parser.add_argument("--corpus", type=Path, default=CACHE / "corpus")
    parser.add_argument("--out", type=Path, default=CACHE / "runs" / "small" / "tokenizer.json")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    train(Corpus(args.corpus, "train"), args.vocabulary, args.megabytes).save(str(args.out))
    bpe, dev = Bpe(args.out.read_text()), Corpus(args.corpus, "dev")
    for language, documents in dev.documents.items():
        texts = [dev.text(language, i)[1] for i in range(0, len(documents), max(1, len(documents) // 50))]
        print(f"{language}: {sum(map(len, texts)) / sum(len(bpe.encode(t)) for t in texts):.2f} bytes per token")


if __name__ == "__main__":
    main()
