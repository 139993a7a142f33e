"""A corpus folder in pieces that are small enough to carry to another machine, and back.

    python shards.py pack FOLDER OUT [--megabytes 48]
    python shards.py unpack OUT FOLDER

The files of the folder become one tar stream, cut into blocks that are compressed one by one, so that every shard is an
.xz file of known size and `cat OUT/*.xz | xz -d | tar x` restores the folder as well.
"""

import argparse
import io
import lzma
import re
import tarfile
from pathlib import Path

from tqdm import tqdm

BLOCK = 16 << 20  # bytes of tar per compressed block; twice the window of xz, so cutting costs next to nothing
NAME = "corpus-{:03}-of-{:03}.xz"


class Blocks(io.RawIOBase):
    """Hands what is written to it on in blocks of one size."""

    def __init__(self, size: int, take):
        self.size, self.take, self.pending = size, take, bytearray()

    def write(self, data) -> int:
        self.pending += data
        while len(self.pending) >= self.size:
            self.take(bytes(self.pending[: self.size]))
            del self.pending[: self.size]
        return len(data)

    def finish(self) -> None:
        if self.pending:
            self.take(bytes(self.pending))


class Joined(io.RawIOBase):
    """The decompressed shards, one after another."""

    def __init__(self, paths: list[Path]):
        self.files = (lzma.open(path) for path in paths)
        self.current = next(self.files)

    def read(self, size: int = -1) -> bytes:
        while not (data := self.current.read(size)) and (following := next(self.files, None)):
            self.current = following
        return data


def pack(folder: Path, out: Path, limit: int) -> list[Path]:
    """Writes the files directly in `folder` as shards of at most `limit` bytes; the same files give the same shards."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix != ".part")
    if not files:
        raise SystemExit(f"{folder} holds no files; give the folder that corpus.py wrote")
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise SystemExit(f"{out} is not empty; give a new folder")
    written: list[Path] = []

    def take(block: bytes) -> None:
        compressed = lzma.compress(block, preset=6)
        if not written or written[-1].stat().st_size + len(compressed) > limit:
            written.append(out / f"{len(written)}.part")
        with written[-1].open("ab") as f:
            f.write(compressed)

    blocks = Blocks(min(BLOCK, limit // 2), take)
    with tarfile.open(mode="w|", fileobj=blocks, format=tarfile.PAX_FORMAT) as tar:
        for path in tqdm(files, unit="file", desc="pack"):
            info = tarfile.TarInfo(path.name)
            info.size = path.stat().st_size
            with path.open("rb") as f:
                tar.addfile(info, f)
    blocks.finish()
    return [p.rename(out / NAME.format(n + 1, len(written))) for n, p in enumerate(written)]


def unpack(shards: Path, folder: Path) -> None:
    """Restores what `pack` read, byte for byte."""
    found = sorted(shards.glob("corpus-*-of-*.xz"))
    count = int(re.search(r"of-(\d+)", found[0].name)[1]) if found else 0
    missing = [name for n in range(count) if not (shards / (name := NAME.format(n + 1, count))).exists()]
    if not found or missing or len(found) != count:
        lacking = ", ".join(missing) or "its shards"
        raise SystemExit(f"{shards} lacks {lacking}; bring the shards of one `pack` and nothing else")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(mode="r|", fileobj=Joined(found)) as tar:
        tar.extractall(folder, filter="data")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["pack", "unpack"])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--megabytes", type=int, default=48, help="size limit of a shard, MiB")
    args = parser.parse_args()
    if args.command == "unpack":
        unpack(args.source, args.target)
    else:
        for shard in pack(args.source, args.target, args.megabytes << 20):
            print(f"{shard}  {shard.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
