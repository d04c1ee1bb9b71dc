"""How a learner's file is saved, if Python cannot read it: named before Python says that it found null bytes."""

import codecs
import io
import tokenize
from typing import Any

HINT = "Save it as UTF-8: in VS Code click the encoding in the status bar, then “Save with Encoding”; in Notepad choose it beside “Save”."
# The longer marks come first: that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# Without a mark: where zeros stand in text that is mostly ASCII, as places within four bytes.
ZEROS = {
    (1, 2, 3): ("UTF-32", "utf-32-le"),
    (0, 1, 2): ("UTF-32", "utf-32-be"),
    (1, 3): ("UTF-16", "utf-16-le"),
    (0, 2): ("UTF-16", "utf-16-be"),
}
MOSTLY = 0.6


def encoding_fault(content: bytes) -> dict[str, Any] | None:
    """Return the fields of a failed Verdict for a file that is not saved as Python reads it; None if it is, or is no text."""
    name = next((name for mark, name in MARKS if content.startswith(mark)), "") or _by_zeros(content)
    if name:
        return {"got": f"your file is saved as {name}, and Python reads UTF-8", "hint": HINT}
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except (SyntaxError, UnicodeError):
        declared = "utf-8"
    if declared not in ("utf-8", "utf-8-sig"):  # Python says itself what is wrong with a declaration
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in content:  # no text at all
            return None
        lines = content.splitlines() or [b""]
        number = content.count(b"\n", 0, error.start)
        byte = content[error.start : error.start + 1]
        sign = byte.decode("cp1252", "replace")
        return {
            "got": f"your file is not saved as UTF-8, but as Windows-1252 or Latin-1, where {byte[0]:#x} is “{sign}”",
            "where": str(number + 1),
            "code": lines[min(number, len(lines) - 1)].decode("cp1252", "replace").strip(),
            "hint": HINT,
        }
    return None


def _by_zeros(content: bytes) -> str:
    """Return the name of an encoding of several bytes by where zeros stand in it, "" for another."""
    if b"\0" not in content:
        return ""
    quarters = [content[place::4] for place in range(4)]
    full = [bool(part) and part.count(0) / len(part) > MOSTLY for part in quarters]
    name, codec = ZEROS.get(tuple(place for place in range(4) if full[place]), ("", ""))
    try:
        return name if codec and "\0" not in content.decode(codec) else ""
    except UnicodeDecodeError:
        return ""
