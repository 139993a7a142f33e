"""Which files become training text."""

from corpus import GENERATED, long_lines, reason_to_drop

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


def test_long_lines_are_normalised_like_the_decontamination_list():
    text = b"\t  const   value = compute(first,\tsecond, third);  \nshort\n" + b"1234567890 " * 5 + b"\n"
    assert long_lines(text) == ["const value = compute(first, second, third);"]
