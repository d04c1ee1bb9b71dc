"""Turn the Markdown of quiz files into HTML: emphasis, code, links, lists and fences; anything else is plain text.

Raw HTML is shown as written, and a link leads to http(s), mail or a place within the site.
"""

import html
import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.treeprocessors import Treeprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

if TYPE_CHECKING:
    from pygments.formatter import Formatter
    from pygments.lexer import Lexer

_SCHEME = re.compile(r"\s*(?P<scheme>[a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ALLOWED = {"http", "https", "mailto"}
_LEFT_OUT = {
    "preprocessors": ("html_block",),
    "parser.blockprocessors": ("code", "hashheader", "setextheader", "hr", "quote", "reference"),
    "inlinePatterns": (
        *("html", "entity", "image_link", "image_reference", "short_image_ref"),
        *("reference", "short_reference"),
    ),
}
_PLAIN = re.compile(r"(?:[\w ,.:;?!()'’“”…=/%→−–·×≥≤+\"-]|`[^`\n\\]+`)+")
_PYTHON: "Lexer" = PythonLexer()
_FORMAT: "Formatter[str]" = HtmlFormatter(cssclass="highlight", wrapcode=True)


class _Links(Treeprocessor):
    """Take the address from every link that may not be followed, and remember it."""

    def run(self, root: Element) -> None:
        """Look at each link of one text."""
        for link in root.iter("a"):
            address = html.unescape(link.get("href", ""))
            scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", address))
            if scheme and scheme["scheme"].lower() not in _ALLOWED:
                del link.attrib["href"]
                _here.refused.append(address)


class _Restricted(Extension):
    """Leave out what a quiz does not need, raw HTML above all."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Remove the parts by name; a name that Python-Markdown drops one day fails loudly here."""
        for registry, names in _LEFT_OUT.items():
            found = md.parser.blockprocessors if registry.startswith("parser") else getattr(md, registry)
            for name in names:
                found.deregister(name)
        md.treeprocessors.register(_Links(md), "quiz_links", 0)


class _Here(threading.local):
    """One Markdown instance per thread: setting it up costs more than most texts."""

    def __init__(self) -> None:
        hilite = CodeHiliteExtension(css_class="highlight", guess_lang=False, wrapcode=True)
        self.markdown = Markdown(extensions=["fenced_code", hilite, "sane_lists", _Restricted()], output_format="html")
        self.refused: list[str] = []


_here = _Here()


@lru_cache(maxsize=4096)
def blocks(text: str) -> str:
    """Render paragraphs, lists and fences."""
    if _PLAIN.fullmatch(text) and not text[0].isdigit() and text[0] not in "-+":
        return f"<p>{_plain(text)}</p>"  # most texts: a sentence with inline code at most
    _here.markdown.reset()
    return _here.markdown.convert(text)


def phrase(text: str) -> str:
    """Render a text that stands inside a line: without the paragraph around it, if it is only one."""
    rendered = blocks(text)
    only = rendered.startswith("<p>") and rendered.count("<p>") == 1 and rendered.endswith("</p>")
    return rendered[3:-4] if only else rendered


def plain(text: str) -> str:
    """Give a text without its markup, for names that are read aloud."""
    return html.unescape(re.sub(r"<[^>]+>", "", phrase(text)))


@lru_cache(maxsize=1024)
def python(source: str) -> str:
    """Highlight Python as the pages do: in Material's `.highlight`. The region scrolls and so can take the focus."""
    return highlight(source, _PYTHON, _FORMAT).replace("<pre>", '<pre tabindex="0">', 1)


def refused_links(text: str) -> Iterator[str]:
    """Name the addresses in a text that no link may lead to."""
    if ":" in text:
        _here.refused.clear()
        _here.markdown.reset()
        _here.markdown.convert(text)
        yield from tuple(_here.refused)


def _plain(text: str) -> str:
    """Render inline code by hand; odd parts of a text split at its backticks are code."""
    parts = html.escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
