"""Which files become training text."""

import io
import tarfile

from corpus import GENERATED, long_lines, reason_to_drop, source_files, without_licence
from minhash import NearDuplicates, signature

LINE = b"const value = compute(first, second);\n"


def test_ordinary_source_is_kept():
    assert reason_to_drop("src/a.ts", LINE * 20) is None


def test_built_minified_generated_and_binary_files_are_dropped():
    assert reason_to_drop("node_modules/x/a.js", LINE * 20) == "built or vendored"
    assert reason_to_drop("a.min.js", LINE * 20) == "built or vendored"
    assert reason_to_drop("a.js", b"x" * 5000) == "minified"
    assert reason_to_drop("a.js", b"// Code generated. DO NOT EDIT\n" + LINE * 20) == "generated"
    assert reason_to_drop("a.js", LINE * 20 + b"\xff\n") == "not UTF-8"
    assert reason_to_drop("a.js", b"short\n") == "size"
    assert GENERATED.search(b"/* auto-generated */")


def test_locks_change_logs_and_copyleft_files_are_dropped():
    text = b'    "name": "value",\n' * 20
    assert reason_to_drop("package-lock.json", text) == "lock file"
    assert reason_to_drop("CHANGELOG.md", text) == "change log"
    assert reason_to_drop("a.c", b"/* under the GNU General Public License */\n" + LINE * 20) == "licence"
    assert reason_to_drop("a.rs", b"// SPDX-License-Identifier: MPL-2.0\n" + LINE * 20) == "licence"
    assert reason_to_drop("a.json", b'"k": "v",\n' * 6000) == "size"
    assert reason_to_drop("a.go", b"x := 1\n" * 8000) is None
    assert reason_to_drop("README.md", b"A paragraph is one long line. " * 20 + b"\n") is None


def test_licence_comments_at_the_head_go():
    code = b"#include <a>\n" + LINE
    assert without_licence(b"/*\n * Copyright 2020\n */\n\n// Licensed under X\n// See LICENSE\n\n" + code) == code
    assert without_licence(b"# Copyright 2020\n# All rights reserved\nimport os\n") == b"import os\n"
    for kept in (b"// What this is.\n" + LINE, b"//! Crate docs, licence MIT\n" + LINE, LINE + b"// Copyright\n", b""):
        assert without_licence(kept) == kept


def archive_of(files: dict[str, bytes], path):
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo("package/" + name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
    return path


def test_compiled_javascript_stays_out_where_the_source_ships(tmp_path):
    files = {"src/a.ts": LINE * 600, "lib/a.js": LINE, "lib/a.d.ts": LINE, "style.css": LINE}
    archive = archive_of(files, tmp_path / "x.tgz")
    assert [(l, p) for l, p, _ in source_files({}, archive)] == [("typescript", "src/a.ts"), ("css", "style.css")]
    assert [l for l, _, _ in source_files({"languages": ["css"]}, archive)] == ["css"]


def test_what_is_taken_of_a_package_is_limited(tmp_path):
    files = {f"{n}.ts": LINE * 1000 for n in range(60)} | {f"{n}.json": LINE * 1000 for n in range(60)}
    taken = [(l, len(t)) for l, _, t in source_files({"max_megabytes": 2}, archive_of(files, tmp_path / "x.tgz"))]
    assert sum(n for _, n in taken) < 2_100_000 and sum(n for l, n in taken if l == "json") <= 1_000_000


def test_near_duplicates_are_found_by_their_words():
    text = b" ".join(b"word%d" % (n * n * n % 977) for n in range(900))
    near = NearDuplicates()
    near.add(signature(text))
    assert near.has(signature(text.replace(b" ", b"\n  "))) and near.has(signature(text + b" and a few words more"))
    assert near.has(signature(text.replace(b"word100", b"renamed")))
    assert not near.has(signature(text[: len(text) // 2])) and not near.has(signature(b" ".join(text.split()[::-1])))
    assert signature(b"too short") is None


def test_long_lines_are_normalised_like_the_decontamination_list():
    text = b"\t  const   value = compute(first,\tsecond, third);  \nshort\n" + b"1234567890 " * 5 + b"\n"
    assert long_lines(text) == ["const value = compute(first, second, third);"]
