"""Whether what a library says is a text of an error page."""

import re

NAMED = (
    "is not bound",
    "is bound",
    "attached to",
    "Connect call failed",
)  # what stands before is the name of an object


def is_text(text: str, said: str) -> bool:
    """Say whether it is this text of a page, whole, its variable parts apart."""
    whole = re.sub(r"\\\{\w+\\\}", ".+", re.escape(" ".join(text.split())))
    named = ".*" if text.startswith(NAMED) else ""
    return re.fullmatch(rf"{named}{whole}(?!\w).*", " ".join(core(said).split())) is not None


def core(message: str) -> str:
    """Leave out what the libraries put around a text: class, severity, the statement, the link."""
    message = re.split(r"\s*\n\[SQL|\s*\(Background on this error|\n\t|\nHINT|\nLINE| Was IO attempted", message)[0]
    message = re.sub(r"^(\([\w. ]*(?:\.[\w<>' ]+)*\)|<class '[^']+'>:) ", "", message).strip()
    message = re.sub(r"^(connection|consuming input) failed: ", "", message)
    message = re.sub(r"^SSL error: (?=decryption)", "", message)
    message = re.sub(r"^sending query failed: ", "", message)
    return re.sub(r"^(connection to server at .+? failed: (?=FATAL|ERROR))?(FATAL|ERROR):\s+", "", message)
