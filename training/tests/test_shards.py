"""A corpus folder survives being cut into shards."""

import numpy as np
import pytest

from shards import pack, unpack


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    source = tmp_path / "corpus"
    source.mkdir()
    (source / "train.bin").write_bytes(rng.integers(0, 256, 300_000, np.uint8).tobytes())  # does not compress
    (source / "dev.bin").write_bytes(b"const a = 1;\n" * 20_000)
    (source / "train.json").write_text("[]")
    (source / "empty.bin").write_bytes(b"")
    (source / "test.bin.part").write_bytes(b"unfinished")
    return source


def test_unpacking_restores_every_byte(folder, tmp_path):
    shards = pack(folder, tmp_path / "shards", 100_000)
    assert len(shards) >= 4 and all(s.stat().st_size <= 100_000 for s in shards)
    unpack(tmp_path / "shards", tmp_path / "restored")
    restored = {p.name: p.read_bytes() for p in (tmp_path / "restored").iterdir()}
    assert restored == {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".part"}


def test_packing_repeats(folder, tmp_path):
    first, second = (pack(folder, tmp_path / name, 100_000) for name in ("a", "b"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_a_missing_shard_is_told(folder, tmp_path):
    shards = pack(folder, tmp_path / "shards", 100_000)
    shards[1].unlink()
    with pytest.raises(SystemExit, match="corpus-002-of"):
        unpack(tmp_path / "shards", tmp_path / "restored")
    with pytest.raises(SystemExit, match="lacks its shards"):
        unpack(tmp_path / "corpus", tmp_path / "restored")
