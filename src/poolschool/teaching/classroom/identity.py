"""Which texts mean the same person: whatever their case, their Unicode form, and the signs in them that nobody sees."""

import re
import unicodedata

# What a reader does not see: format signs (zero width, bidi, soft hyphen, byte order mark) and others without a shape.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ALIKE = str.maketrans(dict.fromkeys("‘’ʼ`´′", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


def visible(text: str) -> str:
    """Give a text as it is seen: composed (NFC), without invisible and control signs, with single blanks."""
    return " ".join(_CONTROL.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).split())


def fold(text: str) -> str:
    """Give what is compared of an identifier or a name."""
    compatible = unicodedata.normalize("NFKC", visible(text)).casefold().translate(_ALIKE)
    # The small letter of the Turkish İ is an i with a second dot.
    return " ".join(unicodedata.normalize("NFKC", compatible).replace("i\u0307", "i").split())


def name_words(name: str) -> tuple[str, ...]:
    """Give the words of a name in an order that does not depend on which of them comes first."""
    return tuple(sorted(re.split(r"[\s,_.]+", fold(name).strip(" ,_."))))


def compact_forms(name: str) -> set[str]:
    """Give the ways in which a name is written without blanks: `adalovelace`, and `lovelaceada` as Canvas does."""
    words = [word for word in re.split(r"[^\w]+|_", fold(name)) if word]
    return {"".join(words[turn:] + words[:turn]) for turn in range(len(words))}


def text_of_name(name: str) -> str:
    """Give the text of a file's name; bytes that are not UTF-8 are read as Windows writes them."""
    if not any("\udc80" <= sign <= "\udcff" for sign in name):
        return name
    data = name.encode("utf-8", "surrogateescape")
    return data.decode("cp1252", errors="replace")
