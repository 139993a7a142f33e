"""The baselines: nobody sees the future, tokens are bytes, compute is counted alike."""

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import flops
from blt import BOS, CONFIGS, LanguageModel, StackConfig
from bpe import Bpe, train
from fixtures import random_ids, random_megabyte
from stages import BPE, MEGABYTE, PLAIN
from stream import END, PATH, PREFIX, SUFFIX, ids_of


class Texts:
    """A corpus of one document."""

    documents = {"typescript": [0]}

    def text(self, language: str, number: int) -> tuple[str, bytes]:
        return "a.ts", "const größe = compute(first, second);\n  return value;\n".encode() * 20


@pytest.fixture(scope="module")
def bpe() -> Bpe:
    return Bpe(train(Texts(), 320, 1).to_str())


@pytest.mark.parametrize("length", [1, 3, 4, 5, 8, 41])
def test_megabyte_predicts_the_same_whatever_follows(length):
    model, ids = random_megabyte(0), random_ids(60)
    with torch.no_grad():
        assert torch.allclose(model(ids[:, :length]), model(ids)[:, :length], atol=1e-5)
        changed = ids.clone()
        changed[0, length:] = (changed[0, length:] + 17) % 256 + 4
        assert torch.allclose(model(changed)[:, :length], model(ids)[:, :length], atol=1e-5)
        # Every earlier id counts, in its own patch and in those before it.
        changed = ids.clone()
        changed[0, length - 1] = (changed[0, length - 1] + 17) % 256 + 4
        assert not torch.allclose(model(changed)[:, length:], model(ids)[:, length:], atol=1e-3)


def test_tokens_give_the_bytes_back(bpe):
    text = "const größe = compute(x);\r\n\tÿ 12345 __name__\n\n  end".encode() + b"\xff\xc3"
    assert bpe.decode(bpe.encode(text)) == text
    assert len(bpe.encode(b"const")) == 1


def test_a_row_of_bytes_becomes_tokens_that_stand_for_all_of_it(bpe):
    text = bytes([PATH]) + b"a.ts" + bytes([SUFFIX]) + b"second" + bytes([PREFIX]) + b"const first" + bytes([END])
    row = np.concatenate([[BOS], ids_of(text), [BOS], ids_of(text[:-9])])
    tokens, lengths = bpe.encode_row(row)
    assert lengths.sum() == len(row)
    assert list(tokens[:2]) == [bpe.bos, bpe.specials[chr(PATH)]] and (tokens == bpe.bos).sum() == 2
    assert bpe.decode(tokens.tolist()) == b"a.tssecondconst firsta.tssecondcon"


@pytest.mark.parametrize("config", [StackConfig(32, 2, 2, 64), StackConfig(48, 1, 4, 80)])
def test_matrix_products_are_counted_as_pytorch_counts_them(config):
    length = 32
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        LanguageModel(config)(random_ids(length))
    # PyTorch counts what is computed and then masked, too.
    masked = config.layers * length * 4 * config.width * (length - flops.seen(length, None))
    assert flops.language_model(config, length).trained + masked == counter.get_total_flops()


def test_keys_seen():
    for length, window in [(7, None), (7, 3), (7, 7), (7, 90)]:
        assert flops.seen(length, window) == pytest.approx(np.mean([min(i + 1, window or length) for i in range(length)]))


@pytest.mark.parametrize("size, vocabulary, token", [("small", 4096, 3.0), ("base", 8192, 3.3)])
def test_models_of_one_size_cost_the_same_to_train(size, vocabulary, token):
    length = 2048
    blt = flops.blt(CONFIGS[size], length, length / 3.5)
    others = [flops.language_model(PLAIN[size], length), flops.megabyte(MEGABYTE[size], length),
              flops.language_model(BPE[size], length / token, vocabulary)]
    for other in others:
        assert other.training == pytest.approx(blt.training, rel=0.02)


def test_the_larger_plain_transformer_needs_twice_the_inference_of_blt():
    length = 2048
    blt = flops.blt(CONFIGS["small"], length, length / 3.5)
    assert flops.language_model(PLAIN["twice"], length).inference == pytest.approx(2 * blt.inference, rel=0.02)
