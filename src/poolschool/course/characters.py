"""Characters that no text of the course may hold: a terminal obeys them, and an XML file with one is read by nobody."""

import re

# Control characters but tab and line feed, halves of surrogate pairs, and what Unicode keeps for no character at all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def forbidden_character(text: str) -> str:
    """Name the first character that may not stand in a text, as U+001B; "" if there is none."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""
