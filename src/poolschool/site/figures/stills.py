"""The stills of the drawn figures: what the scripts draw at one moment, kept as text so that a page needs no script.

Written by `make stills` from the same modules that draw in the page; a test holds the two together.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("stills")


@cache
def still(name: str) -> dict[str, Any]:
    """Read a figure's still: what its module's `stills()` gives."""
    still: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return still
