"""Stage 1: packages named in corpus.toml -> train/dev/test documents.

    python corpus.py --decontaminate LINE_HASHES.txt.gz [--out DIR]

Deterministic and resumable: archives are fetched by name and exact version, once, and kept in the cache. The result is
three pairs of files in DIR: `<split>.bin`, the bytes of all documents one after another, and `<split>.json`, one
`[start, end, language, path]` per document, plus `manifest.json` with counts per language and licence and what was
dropped and why.
"""

import argparse
import gzip
import hashlib
import io
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

from minhash import NearDuplicates, signature

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("BYTEWISE_CACHE", Path.home() / ".cache" / "bytewise"))

EXTENSIONS = {
    "typescript": "ts mts cts tsx", "javascript": "js mjs cjs jsx", "python": "py", "go": "go", "rust": "rs",
    "java": "java", "c_cpp": "c h cc cpp cxx hh hpp hxx inl ipp", "html": "html htm", "css": "css scss less",
    "json": "json", "yaml": "yaml yml", "markdown": "md markdown", "shell": "sh bash zsh",
}
LANGUAGES = {f".{e}": language for language, extensions in EXTENSIONS.items() for e in extensions.split()}
# What a package of code carries besides its code: taken in small amounts, only files that a person may have written.
SIDE = {"html", "css", "json", "yaml", "markdown", "shell"}
MAX_SIDE = 1_000_000  # bytes of one side language per package
MAX_SIDE_FILE = 50_000
SPLITS = ("dev", "test", "train")
ARCHIVES = (".tgz", ".whl", ".deb")
THREE_LETTERS = re.compile(r"[A-Za-z]{3}")
MAX_FILE = 200_000  # bytes; larger sources are nearly always data or generated
MIN_FILE = 200
GENERATED = re.compile(
    rb"@generated|do not edit|auto-?generated|automatically generated|sourceMappingURL=data", re.I)
COPYLEFT = re.compile(
    rb"GNU (Lesser |Library |Affero )?General Public|Mozilla Public License|SPDX-License-Identifier:[^\n]*(GPL|MPL)",
    re.I)
HEAD_COMMENT = re.compile(rb"\s*(?:/\*(?!\*/).*?\*/|(?:(?://(?!!)|#(?=[ \n#]))[^\n]*\n)+)\s*", re.S)
BUILT = re.compile(
    r"(^|/)(node_modules|vendor|vendors|third_party|umd|iife|min|bundles?)(/|$)|\.min\.|\.bundle\.|\.test-d\.")
LOCK = re.compile(r"(^|/)(package-lock|npm-shrinkwrap|pnpm-lock|\.cargo-checksum|\.cargo_vcs_info)\.")
CHANGES = re.compile(r"(^|/)(changelog|changes|history|releases?([-_]notes)?|news)[^/]*$", re.I)
DIST = re.compile(r"(^|/)(dist|build|cjs|_cjs|_esm|commonjs|lib-commonjs|lib-amd|dist-cjs)(/|$)")


def fetch(package: dict, archives: Path) -> Path:
    """Downloads one archive by name and exact version, once."""
    name, version = package["name"], package["version"]
    stem = re.sub(r"[^\w.-]+", "_", f"{package['registry']}-{name}-{version}")
    if kept := [p for p in archives.glob(stem + ".*") if p.suffix in ARCHIVES]:
        return kept[0]
    scratch = archives / f"{stem}.part"
    scratch.mkdir(exist_ok=True)
    command = {
        "npm": ["npm", "pack", f"{name}@{version}", "--silent"],
        "pip": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--retries", "0",
                f"{name}=={version}"],
        "deb": ["apt-get", "download", "-q", f"{name}={version}"],
    }[package["registry"]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=scratch)
    found = [p for p in scratch.iterdir() if p.suffix in ARCHIVES]
    if done.returncode or not found:
        raise SystemExit(f"{name}@{version} could not be fetched; correct its entry in corpus.toml, or try again: "
                         f"{done.stderr.strip()[-300:]}")
    target = archives / (stem + found[0].suffix)
    found[0].rename(target)
    scratch.rmdir()
    return target


def members(archive: Path):
    """(path, bytes) of every file of an archive in one of the languages, in name order."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            for info in sorted(z.infolist(), key=lambda i: i.filename):
                if not info.is_dir() and Path(info.filename).suffix in LANGUAGES:
                    yield info.filename, z.read(info)
        return
    if archive.suffix == ".deb":
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=True).stdout
        tar = tarfile.open(fileobj=io.BytesIO(unpacked))
    else:
        tar = tarfile.open(archive)
    # Read in the archive's own order: going back in a gzip stream would decompress it anew each time.
    with tar as t:
        wanted = (m for m in t if m.isfile() and Path(m.name).suffix in LANGUAGES)
        yield from sorted((m.name.partition("/")[2], t.extractfile(m).read()) for m in wanted)


def reason_to_drop(path: str, text: bytes) -> str | None:
    """Why a file is no training text, or None."""
    language = LANGUAGES[Path(path).suffix]
    if BUILT.search(path):
        return "built or vendored"
    if LOCK.search(path):
        return "lock file"
    if language == "markdown" and CHANGES.search(path):
        return "change log"
    if not MIN_FILE <= len(text) <= (MAX_SIDE_FILE if language in SIDE else MAX_FILE):
        return "size"
    lines = text.split(b"\n")
    prose = language in ("markdown", "html")  # a paragraph may be one line
    if len(text) / len(lines) > (400 if prose else 90) or max(map(len, lines)) > (3000 if prose else 1000):
        return "minified"
    if GENERATED.search(text[:3000]):
        return "generated"
    if COPYLEFT.search(text[:3000]):
        return "licence"
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    return None


def without_licence(text: bytes) -> bytes:
    """The text without the comments at its head that speak of a licence or of copyright. Thousands of files share them:
    they teach nothing, and they would make short files look like duplicates and like evaluation material."""
    while (head := HEAD_COMMENT.match(text)) and re.search(rb"licen[cs]e|copyright", head[0], re.I):
        text = text[head.end() :]
    return text


def source_files(package: dict, archive: Path):
    """(language, path, bytes) of one package. Where TypeScript sources ship, their compiled JavaScript is left out."""
    files = [(LANGUAGES[Path(p).suffix], p, t) for p, t in members(archive) if not re.search(r"\.d\.[mc]?ts$", p)]
    files = [f for f in files if f[0] in package.get("languages", EXTENSIONS)]
    has_sources = sum(len(t) for language, _, t in files if language == "typescript") > 20_000
    compiled = {"javascript", "css", "html", "json"}
    files = [f for f in files if f[0] not in compiled or not DIST.search(f[1])]
    if has_sources:
        files = [f for f in files if f[0] != "javascript"]
    budget = package.get("max_megabytes", 12) * 1_000_000
    if sum(len(t) for _, _, t in files) > budget:  # then a fair sample of the package
        files.sort(key=lambda f: hashlib.sha1(f[1].encode()).digest())
    taken = Counter()
    for language, path, text in files:
        size = min(len(text), MAX_FILE)
        if taken.total() >= budget or (language in SIDE and taken[language] + size > MAX_SIDE):
            continue
        taken[language] += size
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
                        help="gzip of hashes (see line_key) of the evaluation lines that training must not contain")
    args = parser.parse_args()
    packages = tomllib.loads((HERE / "corpus.toml").read_text())["package"]
    archives = CACHE / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    args.out.mkdir(parents=True, exist_ok=True)
    forbidden = set(gzip.open(args.decontaminate, "rt").read().split())

    # Held-out packages go first: a training file that repeats one of theirs is the duplicate, not the other way round.
    packages.sort(key=lambda p: SPLITS.index(p.get("split", "train")))
    with ThreadPoolExecutor(4) as pool:
        fetching = pool.map(lambda p: fetch(p, archives), packages)
        fetched = list(tqdm(fetching, total=len(packages), unit="package", desc="fetch"))
    outputs = {s: (args.out / f"{s}.bin.part").open("wb") for s in SPLITS}
    index = {s: [] for s in SPLITS}
    dropped, kept, licences = Counter(), Counter(), Counter()
    seen_files, seen_lines, near = set(), set(), NearDuplicates()
    for package, archive in tqdm(zip(packages, fetched), total=len(packages), unit="package", desc="read"):
        split = package.get("split", "train")
        for language, path, text in source_files(package, archive):
            text = text.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
            if why := reason_to_drop(path, text):
                dropped[why, language] += 1
                continue
            if split == "train" and language not in SIDE:
                text = without_licence(text)
            if len(text) < MIN_FILE:
                dropped["size", language] += 1
                continue
            digest = hashlib.sha1(b"".join(text.split())).digest()
            keys = [line_key(line) for line in long_lines(text)]
            hits = sum(k in forbidden for k in keys)
            repeated = sum(k in seen_lines for k in keys)
            sketch = None
            if digest in seen_files:
                why = "exact duplicate"
            elif hits >= 5 or (keys and hits >= 0.1 * len(keys)):
                why = "contains evaluation lines"
            elif keys and repeated >= 0.6 * len(keys):
                why = "near duplicate (60 % of long lines seen)"
            elif (sketch := signature(text)) is not None and split == "train" and near.has(sketch):
                why = "near duplicate (MinHash, Jaccard 0.7)"
            if why:
                dropped[why, language] += 1
                continue
            seen_files.add(digest)
            seen_lines.update(keys)
            if sketch is not None:
                near.add(sketch)
            start = outputs[split].tell()
            outputs[split].write(text)
            index[split].append([start, start + len(text), language, path])
            kept[split, language] += len(text)
            licences[package["licence"]] += len(text)
    for split, rows in index.items():
        outputs[split].close()
        os.replace(args.out / f"{split}.bin.part", args.out / f"{split}.bin")
        (args.out / f"{split}.json").write_text(json.dumps(rows))
    reasons = sorted({why for why, _ in dropped})
    manifest = {
        "packages": len(packages),
        "documents": {s: len(rows) for s, rows in index.items()},
        "bytes": {s: {l: n for (kept_split, l), n in sorted(kept.items()) if kept_split == s} for s in SPLITS},
        "bytesByLicence": dict(licences.most_common()),
        "dropped": {why: {l: n for (w, l), n in sorted(dropped.items()) if w == why} for why in reasons},
    }
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=1))
    print(json.dumps(manifest, indent=1))


if __name__ == "__main__":
    main()
