"""The byte format of training rows."""

import json

import numpy as np
import pytest

from blt import BOS, OFFSET
from stream import END, PATH, PREFIX, SUFFIX, Corpus, at_character, dev_rows, header, ids_of


@pytest.fixture
def corpus(tmp_path):
    documents = [("typescript", "src/a.ts", "const grüße = 1;\n" * 90), ("python", "b.py", "def f(x):\n    return x\n" * 60)]
    data, rows = b"", []
    for language, path, text in documents:
        encoded = text.encode()
        rows.append([len(data), len(data) + len(encoded), language, path])
        data += encoded
    (tmp_path / "train.bin").write_bytes(data)
    (tmp_path / "train.json").write_text(json.dumps(rows))
    return Corpus(tmp_path, "train")


def test_rows_have_the_asked_length_and_repeat_with_the_seed(corpus):
    rows = [corpus.row(np.random.default_rng([0, 7]), 512) for _ in range(2)]
    assert rows[0].shape == (513,) and (rows[0] == rows[1]).all()
    assert rows[0][0] == BOS


def test_a_piece_joins_prefix_and_suffix_at_the_cursor(corpus):
    path, text = corpus.text("typescript", 0)
    seen = set()
    for seed in range(200):
        ids = corpus.piece(np.random.default_rng(seed), path, text, 600)
        assert ids[0] == BOS
        data = bytes((ids[1:] - OFFSET).tolist())
        head, _, body = data.partition(bytes([PREFIX]))
        if bytes([SUFFIX]) in head:
            suffix = head.partition(bytes([SUFFIX]))[2]
            assert body.endswith(bytes([END]))
            assert body[:-1] + suffix in text  # what stands around the cursor is what stood there
            body[:-1].decode(), suffix.decode()  # no character is cut
            seen.add("fim")
        else:
            assert body.rstrip(bytes([END])) in text
            seen.add("plain")
        assert head.startswith(header(path)) or not head.startswith(bytes([PATH]))
    assert seen == {"fim", "plain"}


def test_the_header_is_the_file_name(corpus):
    assert header("/home/me/project/src/main.ts") == header("main.ts") == bytes([PATH]) + b"main.ts"


def test_characters_are_never_cut():
    text = "aé€😀".encode()
    for position in range(len(text) + 1):
        text[: at_character(text, position)].decode()


def test_held_out_rows_are_fixed(corpus, tmp_path):
    (tmp_path / "dev.bin").write_bytes((tmp_path / "train.bin").read_bytes())
    (tmp_path / "dev.json").write_text((tmp_path / "train.json").read_text())
    rows = dev_rows(Corpus(tmp_path, "dev"), 256, 1)
    assert set(rows) == {"typescript", "python"} and rows["python"].shape == (1, 257)
    assert ids_of(b"\x00")[0] == OFFSET
