"""Damaged files, for fuzzing readers: a sound text, changed in ways that authors and editors change texts."""

import re

from hypothesis import strategies as st

# Values that a reader of YAML or TOML may meet where it expects another one.
ODD_VALUES = (
    *('""', "''", '" "', "[]", "{}", "null", "~", "true", "-1", "0", "1e999", "nan", "inf", "-0.0", "0x" + "f" * 40),
    *("9" * 30, "9" * 5000, "1_000", "2026-02-31", "2026-01-01", "1979-05-27T07:32:00Z", "25:61:00", "1:30"),
    *("[1, [2, [3]]]", "[" * 30 + "]" * 30, "[" * 600, "{a = {b = {c = 1}}}", "{a: {b: 1}}", "[[]]", '["", "x"]'),
    *(
        '"\\u0007"',
        '"\\x1b[31m"',
        '"\\U0000ffff"',
        '"unfinished',
        "'''",
        '"""',
        "&a [1]",
        "*a",
        "!!python/name:os.system x",
    ),
    *("!!binary x", "!!timestamp x", "!!int x", "<<: {a: 1}", "? [a]", "a.b.c = 1", "\u202e", "ü", "\U0001f600"),
)
ODD_LINES = (
    *("---", "...", "# ", "## ", "####### x", "/// quiz | lamps", "/// quizz", "/// pool |", "///", "```", "~~~", "> "),
    *("[a](b.md)", "![](x.png)", "[a](#nowhere)", "[a][b]", "[b]: ../..", '<a href="x">', "[a](<>)", "[a](%ff%00)"),
    *(
        '--8<-- "nothing"',
        '--8<-- "../../etc/passwd"',
        "--8<--",
        "{ #x }",
        "text. { #x }",
        "[x]",
        "[[x]]",
        "[[question]]",
    ),
    *(
        "[question.wrong]",
        "[a.b.c]",
        "[[a.b]]",
        "id = 1",
        "x.y.z = 1",
        '"" = 1',
        '"a\\nb" = 1',
        "= 1",
        "key",
        "\t",
        "\x0c",
    ),
    *("[" + "a." * 500 + "a]", "a = " + "[" * 500 + "]" * 500, "x: " + "[" * 500, "- " * 300 + "x", "title: a: b"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "utf-32")


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """Draw the bytes of a file that was `text`: up to four changes, mostly of whole lines, and another encoding at times."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("value", "value", "line", "delete", "double", "swap", "sign", "key"))):
            case "value":
                value = draw(st.sampled_from(ODD_VALUES))
                lines[place] = re.sub(r"(?<=[=:] ).*", lambda _: value, lines[place], count=1)  # noqa: B023
            case "line":
                lines.insert(place, draw(st.sampled_from(ODD_LINES)))
            case "delete":
                del lines[place]
            case "double":
                lines.insert(place, lines[place])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[place], lines[other] = lines[other], lines[place]
            case "sign":
                at = draw(st.integers(0, len(lines[place])))
                sign = draw(st.characters(codec="utf-8"))
                lines[place] = lines[place][:at] + sign + lines[place][at:]
            case "key":
                lines[place] = draw(st.sampled_from(("x", "id", "need", "title", "type"))) + lines[place]
        lines = lines or [""]
    changed = "\n".join(lines)
    encoding = draw(st.sampled_from(("utf-8",) * 12 + ENCODINGS))
    data = changed.encode(encoding, "replace")
    if draw(st.integers(0, 15)) == 0:
        data = data[: draw(st.integers(0, len(data)))] + draw(st.binary(max_size=4))
    return data
