"""Dead links: what a page names within the site, and what is not there; other sites are not asked.

A link is found as Markdown reads it ([text](target), ![picture](target), [name]: target) and in raw HTML (href, src).
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from markdown.extensions.toc import slugify

from poolschool.course.faults import Fault
from poolschool.site.source import PageSource

_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->")
_INLINE = re.compile(r"(?<!\\)\]\((?P<target>[ \t]*(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))")
_DEFINITION = re.compile(r" {0,3}\[(?P<name>[^\]^][^\]]*)\]:[ \t]*(?P<target>\S+)")
_REFERENCE = re.compile(r"(?<![\\\]])\[(?P<text>[^\[\]]+)\]\[(?P<name>[^\[\]]*)\]")
_HTML = re.compile(r"<\w[^>]*?\s(?:href|src)\s*=\s*[\"'](?P<target>[^\"']*)[\"']", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_MARKUP = re.compile(r"[`*]|!?\[(?P<text>[^\]]*)\]\([^)]*\)|<[^>]+>")


def link_faults(root: Path, pages: Mapping[Path, PageSource]) -> Iterator[Fault]:
    """Find links to pages, files and anchors of the site that are not there."""
    docs = root / "docs"
    files = {path.relative_to(docs).as_posix() for path in docs.rglob("*") if path.is_file()}
    by_name = {path.relative_to(docs).as_posix(): page for path, page in pages.items()}
    targets = {name: page_targets(page) for name, page in by_name.items()}
    for name, page in by_name.items():
        for line, target in _links(page):
            if fault := _fault(name, target, files, targets):
                yield Fault(page.path, line, *fault)
        yield from _undefined(page)


def page_targets(page: PageSource) -> set[str]:
    """Give every id that a link may lead to on a page. An id that ends with `*` stands for all that begin so."""
    ids = set(page.anchors)
    slugs: set[str] = set()
    following = [*(text for _, text in page.lines), ""][1:]
    headings = {heading.line: heading.text for heading in page.headings}
    for (line, text), below in zip(page.lines, following, strict=True):
        title = headings.get(line) or (text if text.strip() and _SETEXT.fullmatch(below) else "")
        if title and not re.search(r"\{[^{}]*#[^{}]*\}", text):
            slugs.add(_unique(slugify(_MARKUP.sub(lambda match: match["text"] or "", title), "-"), slugs | ids))
    for block in page.blocks:
        ids |= {
            "quiz": {f"quiz-{block.argument}*"},
            "generated": {f"sample-{block.argument}*"},
            "assigned": {"assigned"},
        }.get(block.name, set())
    return ids | slugs


def _links(page: PageSource) -> Iterator[tuple[int, str]]:
    """Give the links of a page with their lines; a target of raw HTML begins with `html:`, for it is left as it is."""
    for line, text in page.lines:
        plain = _COMMENT.sub("", _CODE.sub("", text))
        for match in _INLINE.finditer(plain):
            yield line, match["target"].strip().strip("<>")
        if definition := _DEFINITION.match(plain):
            yield line, definition["target"].strip("<>")
        for match in _HTML.finditer(plain):
            yield line, f"html:{match['target']}"


def _fault(name: str, target: str, files: set[str], targets: Mapping[str, set[str]]) -> tuple[str, str] | None:
    """Tell what is wrong with a link on the page `name`, and what to do; None if nothing is."""
    raw = target.startswith("html:")
    target = target.removeprefix("html:")
    if _ELSEWHERE.match(target):
        return None
    if not target:
        return "A link leads nowhere.", "Write its target between the brackets."
    if target.startswith("/"):
        return f"The link {target} begins at the server's root.", "Write it relative to this page."
    place, _, anchor = target.partition("#")
    place = unquote(place.partition("?")[0])
    # Markdown's targets are seen from the file, those of raw HTML from the page's address: one folder deeper.
    base = posixpath.dirname(name) if not raw or posixpath.basename(name) == "index.md" else name.removesuffix(".md")
    path = posixpath.normpath(posixpath.join(base, place)) if place else name
    if raw and place and path not in files:
        pages = (f"{path}.md", posixpath.normpath(f"{path}/index.md"))
        path = next((page for page in pages if page in files), path)
    if path not in files:
        near = get_close_matches(path, files, n=1, cutoff=0.8)
        way_out = f"Did you mean {posixpath.relpath(near[0], base or '.')}?" if near else "Correct or remove the link."
        return f"The link {target} leads to no file of docs.", way_out
    if anchor and path in targets and not _is_target(unquote(anchor), targets[path]):
        near = get_close_matches(anchor, targets[path], n=1)
        way_out = f"Did you mean #{near[0]}?" if near else f"Write {{ #{anchor} }} where it shall lead."
        return f"The link {target} leads to no anchor of docs/{path}.", way_out
    return None


def _is_target(anchor: str, targets: set[str]) -> bool:
    return anchor in targets or any(anchor.startswith(some[:-1]) for some in targets if some.endswith("*"))


def _undefined(page: PageSource) -> Iterator[Fault]:
    """Find [text][name] whose name is defined nowhere on the page: it would be shown as it is written."""
    names = {match["name"].lower() for _, text in page.lines if (match := _DEFINITION.match(text))}
    for line, text in page.lines:
        for match in _REFERENCE.finditer(_CODE.sub("", text)):
            name = match["name"] or match["text"]
            if name.lower() not in names:
                yield Fault(
                    page.path,
                    line,
                    f"The link [{name}] is defined nowhere on this page.",
                    f"Write `[{name}]: TARGET` in a line of its own.",
                )


def _unique(slug: str, used: set[str]) -> str:
    """Give a slug a number if it is taken, as Python-Markdown does: `name`, `name_1`, …."""
    number, unique = 0, slug
    while unique in used or not unique:
        number += 1
        unique = f"{slug}_{number}"
    return unique
