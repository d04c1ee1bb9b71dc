"""Styles that stand in the page with the first block that needs them: nothing that is painted first waits for them."""

import re
from pathlib import Path

# By block; a figure of the simulator needs its own as well.
STYLES = {
    "pool": "pool/pool.css",
    "sizing": "sizing/sizing.css",
    "assigned": "assigned/assigned.css",
    "errors": "errors/errors.css",
}
SIMULATOR = "simulator/sim.css"


def block_style(block: str, html: str, assets: Path, present: set[str]) -> str:
    """Give the style elements for a block's HTML; `present` are those that the page has, and takes the new ones."""
    names = [*([STYLES[block]] if block in STYLES else []), *([SIMULATOR] if "data-simulator" in html else [])]
    wanted = [name for name in names if name not in present and (assets / name).is_file()]
    present.update(wanted)
    return "".join(f"<style>\n{_tight((assets / name).read_text(encoding='utf-8'))}</style>\n" for name in wanted)


def _tight(css: str) -> str:
    """Leave out comments and blank lines: Python-Markdown ends raw HTML at a blank line."""
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).splitlines())
    return "".join(f"{line}\n" for line in lines if line)
