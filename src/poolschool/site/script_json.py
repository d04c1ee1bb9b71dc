"""JSON that stands inside a script element of a page."""

import json
from typing import Any


def script_json(data: Any) -> str:
    """Write data as compact JSON; `<` is escaped, so that no text can end the script element or begin a comment in it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
