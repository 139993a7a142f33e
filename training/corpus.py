"""Stage 1: packages named in corpus.toml -> train/dev/test documents.

    python corpus.py --decontaminate LINE_HASHES.txt.gz [--out DIR]

Deterministic and resumable: archives are fetched by name and exact version, once, and kept. The result is three pairs of
files in DIR: `<split>.bin`, the bytes of all documents one after another, and `<split>.json`, one `[start, end, language,
path]` per document, plus `manifest.json` with counts per language and licence and what was dropped and why.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("BYTEWISE_CACHE", Path.home() / ".cache" / "bytewise"))

LANGUAGES = {
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "typescript",
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".py": "python",
}
THREE_LETTERS = re.compile(r"[A-Za-z]{3}")
MAX_FILE = 200_000  # bytes; larger sources are nearly always data or generated
MIN_FILE = 200
GENERATED = re.compile(rb"@generated|do not edit|auto-?generated|automatically generated|sourceMappingURL=data", re.I)
BUILT = re.compile(r"(^|/)(node_modules|vendor|vendors|third_party|umd|iife|min|bundles?)(/|$)|\.min\.|\.bundle\.|\.test-d\.")
DIST = re.compile(r"(^|/)(dist|build|cjs|_cjs|_esm|commonjs|lib-commonjs|lib-amd|dist-cjs)(/|$)")


def fetch(package: dict, archives: Path) -> Path:
    """Downloads one archive by name and exact version, once."""
    stem = re.sub(r"[^\w.-]+", "_", f"{package['registry']}-{package['name']}-{package['version']}")
    if kept := [p for p in archives.glob(stem + ".*") if p.suffix in (".tgz", ".whl")]:
        return kept[0]
    scratch = archives / f"{stem}.part"
    scratch.mkdir(exist_ok=True)
    if package["registry"] == "npm":
        command = ["npm", "pack", f"{package['name']}@{package['version']}", "--silent", "--pack-destination", str(scratch)]
    else:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--retries", "0", "-d", str(scratch),
                   f"{package['name']}=={package['version']}"]
    done = subprocess.run(command, capture_output=True, text=True)
    found = [p for p in scratch.iterdir() if p.suffix in (".tgz", ".whl")]
    if done.returncode or not found:
        raise SystemExit(f"{package['name']}@{package['version']} could not be fetched: {done.stderr.strip()[-300:]}")
    target = archives / (stem + found[0].suffix)
    found[0].rename(target)
    scratch.rmdir()
    return target


def members(archive: Path):
    """(path, bytes) of every regular file of an archive, in name order."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            for info in sorted(z.infolist(), key=lambda i: i.filename):
                if not info.is_dir():
                    yield info.filename, z.read(info)
    else:
        # Read in the archive's own order: going back in a gzip stream would decompress it anew each time.
        with tarfile.open(archive) as t:
            yield from sorted((m.name.partition("/")[2], t.extractfile(m).read()) for m in t if m.isfile())


def reason_to_drop(path: str, text: bytes) -> str | None:
    """Why a file is no training text, or None."""
    if BUILT.search(path):
        return "built or vendored"
    if not MIN_FILE <= len(text) <= MAX_FILE:
        return "size"
    lines = text.split(b"\n")
    if len(text) / len(lines) > 90 or max(map(len, lines)) > 1000:
        return "minified"
    if GENERATED.search(text[:3000]):
        return "generated"
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    return None


def source_files(package: dict, archive: Path):
    """(language, path, bytes) of one package. Where TypeScript sources ship, their compiled JavaScript is left out."""
    files = [(p, t) for p, t in members(archive) if Path(p).suffix in LANGUAGES and not re.search(r"\.d\.[mc]?ts$", p)]
    has_sources = sum(len(t) for p, t in files if LANGUAGES[Path(p).suffix] == "typescript") > 20_000
    budget = package.get("max_megabytes", 12) * 1_000_000
    for path, text in files:
        language = LANGUAGES[Path(path).suffix]
        if language == "javascript" and (has_sources or DIST.search(path)):
            continue
        if budget <= 0:
            return
        budget -= min(len(text), MAX_FILE)
        yield language, path, text


def long_lines(text: bytes) -> list[str]:
    """Normalised lines of at least 40 characters with three letters in a row (the key of the decontamination list)."""
    lines = (" ".join(line.split()) for line in text.decode("utf-8").split("\n") if len(line) >= 40)
    return [line for line in lines if len(line) >= 40 and THREE_LETTERS.search(line)]


def line_key(line: str) -> str:
    return hashlib.sha1(line.encode()).hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=CACHE / "corpus")
    parser.add_argument("--decontaminate", type=Path, required=True,
                        help="gzip of hashes (see line_key) of the evaluation lines that training data must not contain")
    args = parser.parse_args()
    packages = tomllib.loads((HERE / "corpus.toml").read_text())["package"]
    archives = args.out / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    forbidden = set(gzip.open(args.decontaminate, "rt").read().split())

    # Held-out packages go first: a training file that repeats one of theirs is the duplicate, not the other way round.
    packages.sort(key=lambda p: ("dev", "test", "train").index(p.get("split", "train")))
    with ThreadPoolExecutor(8) as pool:
        fetched = list(tqdm(pool.map(lambda p: fetch(p, archives), packages), total=len(packages), unit="package", desc="fetch"))
    outputs = {s: (args.out / f"{s}.bin").open("wb") for s in ("train", "dev", "test")}
    index = {s: [] for s in outputs}
    dropped, bytes_by_language, bytes_by_licence = Counter(), Counter(), Counter()
    seen_files, seen_lines = set(), set()
    for package, archive in tqdm(zip(packages, fetched), total=len(packages), unit="package", desc="read"):
        split = package.get("split", "train")
        for language, path, text in source_files(package, archive):
            text = text.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
            if why := reason_to_drop(path, text):
                dropped[why] += 1
                continue
            digest = hashlib.sha1(b"".join(text.split())).digest()
            keys = [line_key(line) for line in long_lines(text)]
            hits = sum(k in forbidden for k in keys)
            repeated = sum(k in seen_lines for k in keys)
            if digest in seen_files:
                dropped["exact duplicate"] += 1
            elif hits >= 5 or (keys and hits >= 0.1 * len(keys)):
                dropped["contains evaluation lines"] += 1
            elif keys and repeated >= 0.6 * len(keys):
                dropped["near duplicate (60 % of long lines seen)"] += 1
            else:
                seen_files.add(digest)
                seen_lines.update(keys)
                start = outputs[split].tell()
                outputs[split].write(text)
                index[split].append([start, start + len(text), language, path])
                bytes_by_language[f"{split} {language}"] += len(text)
                bytes_by_licence[package["licence"]] += len(text)
    for split, rows in index.items():
        outputs[split].close()
        (args.out / f"{split}.json").write_text(json.dumps(rows))
    manifest = {
        "packages": len(packages),
        "documents": {s: len(rows) for s, rows in index.items()},
        "bytes": dict(sorted(bytes_by_language.items())),
        "bytesByLicence": dict(bytes_by_licence.most_common()),
        "dropped": dict(dropped.most_common()),
    }
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=1))
    print(json.dumps(manifest, indent=1))


if __name__ == "__main__":
    main()
