"""The byte format of training rows."""

import json

import numpy as np
import pytest

from blt import BOS, OFFSET
from stream import END, PATH, PREFIX, SUFFIX, Corpus, at_character, block_end, dev_rows, header, ids_of, insertion_end


@pytest.fixture
def corpus(tmp_path):
    documents = [("typescript", "src/a.ts", "const grüße = 1;\n" * 90),
                 ("python", "b.py", "def f(x):\n    return x\n" * 60)]
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
        ids, learned = corpus.piece(np.random.default_rng(seed), path, text, 600)
        assert ids[0] == BOS and learned.shape == ids.shape and learned.all()
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


def test_a_noised_piece_learns_only_the_bytes_of_the_author(corpus):
    path, text = corpus.text("python", 0)
    altered = 0
    for seed in range(300):
        clean, _ = corpus.piece(np.random.default_rng(seed), path, text, 600)
        ids, learned = corpus.piece(np.random.default_rng(seed), path, text, 600, noisy=True)
        head, body = (bytes((i[1:] - OFFSET).tolist()).partition(bytes([PREFIX])) for i in (clean, ids))
        assert head[0] == body[0]  # the header and the suffix stay clean
        assert len(ids) == len(learned) and learned[: len(body[0]) + 2].all()
        rest = iter(text + bytes([END]))
        kept = np.frombuffer(body[2], np.uint8)[learned[len(body[0]) + 2 :]]
        assert all(byte in rest for byte in kept.tolist())  # what is learned stands in the file, in that order
        altered += int((~learned).sum())
    assert altered > 300


def test_rows_with_a_mask(corpus):
    rows = [corpus.row_with_mask(np.random.default_rng([1, 2]), 512, 1.0) for _ in range(2)]
    ids, learned = rows[0]
    assert ids.shape == (513,) and learned.shape == (512,) and learned.dtype == bool
    assert (ids == rows[1][0]).all() and (learned == rows[1][1]).all()
    noised = np.mean([corpus.row_with_mask(np.random.default_rng(s), 512, 1.0)[1].mean() for s in range(20)])
    assert 0.8 < noised < 0.99
    clean, all_learned = corpus.row_with_mask(np.random.default_rng(3), 512, 0.0)
    assert all_learned.all() and (clean == corpus.row(np.random.default_rng(3), 512)).all()


def test_suffixes_begin_where_a_cursor_would_stand():
    text = "class A {\n  one(värde) {\n    first();\n    second();\n  }\n\n  two() {}\n}\n".encode() * 3
    seen = set()
    for seed in range(400):
        position = insertion_end(np.random.default_rng(seed), text)
        before, after = text[:position].decode(), text[position:].decode()  # no character is cut
        seen.add("line end" if after[:1] == "\n" and before[-1:] not in "\n" else
                 "empty line" if after[:1] == "\n" and before[-1:] == "\n" else
                 "closing" if after[:1] in ")}" else
                 "word" if before[-1:].isalpha() and after[:1].isalpha() else "else")
    assert {"line end", "empty line", "closing", "word"} <= seen
    inside = text.index(b"first")
    assert text[block_end(text, inside) :].startswith(b"\n  }\n\n  two")


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
