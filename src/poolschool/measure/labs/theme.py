"""Matplotlib's SVG made the page's own: its colours are the site's variables, its texts the page's, its ids unique.

Each colour is drawn as the light scheme's value and written as `var(--ps-NAME, VALUE)`: on the site a figure follows dark
mode, forced colours and print (theme/styles/labs.css); in JupyterLab, where the variables are not known, it is dark on white.
"""

import hashlib
import io
import re
from typing import Any
from xml.etree import ElementTree

from matplotlib.figure import Figure

INK, SOFT, HAIR, PAPER = "#10242e", "#44575f", "#cddde2", "#fbfdfd"
SERIES = ("#075c7c", "#c23a22", "#0f6a5b", "#9a5b00")
VARIABLES = {
    INK: "ink", SOFT: "soft", HAIR: "hair", PAPER: "paper",
    **dict(zip(SERIES, ("link", "coral", "lent", "wait"), strict=True)),
}  # fmt: skip

LOOKS: Any = {
    "svg.fonttype": "none",  # texts stay texts
    "font.size": 11, "axes.titlesize": 11, "axes.titleweight": "bold", "legend.fontsize": 10,
    "xtick.labelsize": 10, "ytick.labelsize": 10,
    "text.color": INK, "axes.labelcolor": SOFT, "axes.titlecolor": INK, "axes.edgecolor": SOFT,
    "xtick.color": SOFT, "ytick.color": SOFT, "hatch.color": PAPER, "hatch.linewidth": 1.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "grid.linewidth": 0.8, "lines.linewidth": 2,
    "legend.frameon": False, "legend.handlelength": 2.6, "legend.borderaxespad": 0.2,
    "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
}  # fmt: skip

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_KEPT_STYLES = re.compile(r"(?:^|;)\s*font:\s*(?:[a-z]+\s+)?(?:(?P<weight>\d+|bold)\s+)?(?P<size>[\d.]+)px[^;]*")


def themed_svg(figure: Figure, text: str) -> str:
    """Give a figure as SVG that stands in a page; `text` says what it shows to who does not see it."""
    import matplotlib as mpl

    raw = io.StringIO()
    with mpl.rc_context(LOOKS | {"svg.hashsalt": "poolschool"}):
        figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(raw.getvalue())  # noqa: S314 - matplotlib's own
    _leave_out(root)
    _rename(root, hashlib.sha256(raw.getvalue().encode()).hexdigest()[:6])
    for element in root.iter():
        _colour(element)
    del root.attrib["width"], root.attrib["height"], root.attrib["version"]
    root.attrib |= {
        "role": "img",
        "aria-label": text,
        "style": "background:var(--ps-lab-ground,#fff);font-family:sans-serif",
    }
    ElementTree.register_namespace("", _SVG[1:-1])
    ElementTree.register_namespace("xlink", _LINK[1:].partition("}")[0])
    svg = (
        ElementTree.tostring(root, encoding="unicode")
        .replace('xmlns:xlink="http://www.w3.org/1999/xlink" ', "")
        .replace("xlink:href", "href")
    )
    return re.sub(r">\s+<", "><", svg)


def _leave_out(parent: ElementTree.Element) -> None:
    """Drop what says nothing: metadata, matplotlib's general style."""
    for child in list(parent):
        if (
            child.tag.endswith("metadata")
            or (child.tag == f"{_SVG}style")
            or (child.tag == f"{_SVG}defs" and any(one.tag == f"{_SVG}style" for one in child))
        ):
            parent.remove(child)
        else:
            _leave_out(child)


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Keep the ids that something refers to, and make them unique on a page of several figures."""
    texts = [value for element in root.iter() for value in element.attrib.values()]
    wanted = {name for text in texts for name in re.findall(r"#([\w-]+)", text) if name}
    for element in root.iter():
        if (name := element.attrib.get("id")) is not None:
            if name in wanted:
                element.attrib["id"] = f"{prefix}{name}"
            else:
                del element.attrib["id"]
        for key, value in element.attrib.items():
            if key == _LINK or "url(#" in value:
                element.attrib[key] = re.sub(
                    r"#([\w-]+)", lambda match: f"#{prefix}{match[1]}" if match[1] in wanted else match[0], value
                )


def _colour(element: ElementTree.Element) -> None:
    style = element.attrib.get("style", "")
    for key in ("fill", "stroke"):  # of hatches, as attributes
        if element.attrib.get(key) in VARIABLES:
            style += f";{key}:{element.attrib.pop(key)}"
    style = style.strip("; ")
    if element.tag == f"{_SVG}text":
        style = _KEPT_STYLES.sub(
            lambda font: (
                f";font-size:{font['size']}px" + (";font-weight:700" if font["weight"] in ("bold", "700") else "")
            ),
            style,
        )
        style = style.strip("; ")
    for value, name in VARIABLES.items():
        style = style.replace(value, f"var(--ps-{name},{value})")
    style = re.sub(r"\s*([:;])\s*", r"\1", style)
    if style:
        element.attrib["style"] = style
    elif "style" in element.attrib:
        del element.attrib["style"]
    for key in ("d", "x", "y", "transform", "width", "height", "points"):
        if key in element.attrib:
            element.attrib[key] = " ".join(
                _NUMBER.sub(lambda number: f"{float(number[0]):.1f}", element.attrib[key]).split()
            )
