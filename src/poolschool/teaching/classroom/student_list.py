"""Read a list of students as office programs and LMSs write it: any encoding, any separator, rows with their lines."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from poolschool.course.faults import CourseFault, Fault, UserMistake

MOST_BYTES = 20_000_000
SEPARATORS = ",;\t|"
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What Windows, DOS and old Macs write in the west, the east and the south of Europe; the first of several that fit counts.
_CODE_PAGES = ("cp1252", "cp1251", "cp1250", "cp850", "cp866", "koi8-r", "cp1253", "cp852", "mac-roman", "mac-cyrillic")
# Whose letters cp1250 gives and no other code page: Polish, Czech and Slovak.
_CENTRAL = tuple(set(letters + letters.upper()) for letters in ("ąćęłńóśźż", "áäčďéěíĺľňóôŕřšťúůýž"))
_NOT_LATIN = ("cp1251", "cp866", "koi8-r", "cp1253", "mac-cyrillic")
# Whose texts every code page above can read, as letters without sense.
_EAST_ASIAN = ("gb18030", "cp932", "euc-jp", "big5", "cp949")
MOST_STRANGE = {True: 0.125, False: 0.85}  # per byte beyond ASCII, in another script and in Latin letters
_NO_SENSE = 1.5  # likewise, whatever it is
_UNKNOWN = (
    "The encoding of this list is not known.",
    "Save it as UTF-8: in Excel “Save As”, “CSV UTF-8”; in LibreOffice “Save As”, “Edit filter settings”, “Unicode (UTF-8)”.",
)
_MARKUP = ("<html", "<!doctype", "<?xml", "<table", "<head", "<body")
_NO_TEXT = (
    (b"PK\x03\x04", "a workbook (.xlsx or .ods)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)


@dataclass(frozen=True)
class Sheet:
    """Rows of a list with the lines on which they begin, blank ones left out. `guess` names the encoding if it was guessed."""

    rows: Sequence[tuple[int, list[str]]]
    guess: str = ""


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file; raise CourseFault or UserMistake if it is none, or a quotation mark swallows lines."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file has such a name"
        raise UserMistake(f"The list of students {path} cannot be read: {reason}.") from None
    if len(data) > MOST_BYTES:
        raise UserMistake(f"{path} is too large for a list of students.")
    if kind := next((kind for begin, kind in _NO_TEXT if data.startswith(begin)), ""):
        fault = Fault(path, 0, f"This is {kind}, and no CSV.", "Save it as CSV (UTF-8) and give that file.")
        raise CourseFault([fault])
    text, guess = _decoded(data, path)
    if text.lstrip("\ufeff \r\n\t").lower().startswith(_MARKUP):
        raise CourseFault([Fault(path, 0, "This is HTML or XML, and no CSV.", "Export the list as CSV once more.")])
    return Sheet(_rows(text, path), guess)


def _decoded(data: bytes, path: Path) -> tuple[str, str]:
    """Give the text, and the name of the encoding if nothing but the letters speaks for it."""
    try:
        for mark, encoding in _BOMS:
            if data.startswith(mark):
                return data.decode(encoding), ""
        if b"\0" in data:  # of every separator and digit in UTF-16 one byte is zero, and none in any other encoding
            even = data[0::2].count(0)
            text = data.decode("utf-16-be" if even > data.count(0) - even else "utf-16-le")
            if not {"\n", "\r"} & set(text) or "\0" in text:  # zeros in a text of another encoding
                raise CourseFault([Fault(path, 0, *_UNKNOWN)])
            return text, ""
    except UnicodeDecodeError:
        fault = Fault(
            path, 0, "The list is cut off or damaged: its text ends within a sign.", "Save it as CSV (UTF-8)."
        )
        raise CourseFault([fault]) from None
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:20_000]
        letters = {sign for sign in telling.decode("cp1250", errors="replace") if sign >= "\x80"}
        if any(letters <= alphabet for alphabet in _CENTRAL):
            return data.decode("cp1250", errors="replace"), "cp1250"
        encoding = min(_CODE_PAGES, key=lambda name: _strangeness(telling, name))
        if _is_doubtful(telling, encoding):
            raise CourseFault([Fault(path, 0, *_UNKNOWN)]) from None
        return data.decode(encoding, errors="replace"), encoding


def _is_doubtful(telling: bytes, encoding: str) -> bool:
    """Say whether even the likeliest code page gives no names, as for lists from East Asia."""
    strange = _strangeness(telling, encoding) / max(1, sum(byte >= 0x80 for byte in telling))
    if strange <= MOST_STRANGE[encoding in _NOT_LATIN]:
        return False
    return strange > _NO_SENSE or any(_is_text(telling, codec) for codec in _EAST_ASIAN)


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _strangeness(data: bytes, encoding: str) -> int:
    """Count what names do not have, if the bytes are read so: signs within words, capitals after small letters, two scripts."""
    text = data.decode(encoding, errors="replace")
    strange = 0
    for before, sign in zip(f" {text}", text, strict=False):
        if sign < "\x80" and before < "\x80":
            continue
        if not (_is_letter(sign) and _is_letter(before)):
            # A sign that is no letter, where all others of the list are; quotation marks and blanks are none of these.
            strange += 3 * (sign >= "\x80" and not _is_letter(sign) and sign not in "\xa0«»“”„–—’")
            strange += 3 * ("\u2500" <= sign <= "\u259f")  # lines and blocks, with which nobody's name is written
            continue
        strange += 2 * (before.islower() and sign.isupper())
        latin = ["LATIN" in unicodedata.name(letter, "") for letter in (before, sign)]
        if latin[0] != latin[1]:
            strange += 4
        elif latin[0] and min(before, sign) >= "\x80":
            strange += 2  # two accented letters side by side are rare in any language that uses Latin letters
    return strange


def _is_letter(sign: str) -> bool:
    """Say whether a sign is a letter, and no accent that stands by itself."""
    return sign.isalpha() and not "\u02b0" <= sign <= "\u02ff"


def _rows(text: str, path: Path) -> list[tuple[int, list[str]]]:
    lines = list(io.StringIO(text, newline=""))
    start = 0
    first = next((line for line in lines if line.strip()), "")
    separator, many = _separator([line for line in lines[:100] if line.strip()][:20])
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip().strip('"')) <= 5:
        start = lines.index(first) + 1  # Excel's own line, which names the separator
        separator = first.strip().strip('"')[4:] or "\t"
        many = lines[start].count(separator) if separator and len(lines) > start else 1
    if len(separator) != 1 or separator in '"\r\n ':
        separator = ","
    reader = csv.reader(io.StringIO("".join(lines[start:]), newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = start + 1
    try:
        for cells in reader:
            last = start + reader.line_num
            if last > line:
                _check_span(cells, lines[line - 1 : last], line, (separator, many), path)
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = last + 1
    except csv.Error as error:
        raise CourseFault([_fault_of_quotes(lines, line, str(error), path)]) from None
    return rows


def _separator(lines: list[str]) -> tuple[str, int]:
    """Give the sign that stands equally often in most lines, and how often: a title above the headings has none."""
    best = (0, 0, 0, SEPARATORS[0])
    for place, sign in enumerate(SEPARATORS):
        counts = Counter(count for line in lines if (count := line.count(sign)))
        for count, many in counts.items():
            best = max(best, (many, count, -place, sign))
    return best[3], best[1]


def _check_span(cells: list[str], lines: list[str], line: int, header: tuple[str, int], path: Path) -> None:
    """Refuse a cell of several lines that look like rows: its quotation mark is one too many, or was not closed."""
    separator, many = header
    within = [*lines[1:-1], lines[-1].partition('"')[0]]
    if len(cells) < 2 or any(text.count(separator) >= max(many, 1) for text in within):
        raise CourseFault([_unclosed(line, len(lines), path)])


def _fault_of_quotes(lines: list[str], line: int, error: str, path: Path) -> Fault:
    if "unexpected end" in error:
        return _unclosed(line, len(lines) - line + 1, path)
    way_out = "Remove the quotation marks in this line, or write each of them twice within a cell."
    if line <= len(lines) and lines[line - 1].count('"') % 2:
        return Fault(path, line, "A quotation mark in this line is not closed.", way_out)
    return Fault(path, line, f"This is not CSV: {error}.", way_out)


def _unclosed(line: int, many: int, path: Path) -> Fault:
    what = "A quotation mark in this line is not closed"
    more = f", and would swallow {many - 1} more line{'' if many == 2 else 's'}." if many > 1 else "."
    return Fault(path, line, what + more, "Close it or remove it.")
