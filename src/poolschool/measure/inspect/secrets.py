"""Passwords are left out of all that is printed."""

import re

_IN_ADDRESS = re.compile(r"(://[^:/@\s]*:)\S+(?=@)")
_AS_WORD = re.compile(r"(?i)(password\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,)]+)")


def without_passwords(words: str, *known: object) -> str:
    """Put *** for the passwords of addresses and settings in a text, and for those that are known."""
    for secret in filter(None, known):
        words = words.replace(str(secret), "***")
    return _AS_WORD.sub(r"\1***", _IN_ADDRESS.sub(r"\1***", words))
