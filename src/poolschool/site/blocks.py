"""The interactive blocks of the pages, as one Python-Markdown extension that MkDocs and Zensical both read.

    /// NAME | ARGUMENT      the names: block_names.py
    ///

    pages ─ check (once per state of the files; every fault stops the build) ─> block ─> HTML ─> finish

HTML that takes long to make is kept between builds (kept.py), and so is the result of the check.
"""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

from poolschool.course.lessons import find_root
from poolschool.site.block_names import BLOCKS
from poolschool.site.code_lines import CodeLines
from poolschool.site.course_html import course_html
from poolschool.site.finish import CardsOnPhones, FewerElements, NamedHeadings, ScrollsByKeyboard
from poolschool.site.runs_in_page import PYTHON_MB
from poolschool.site.styles import block_style

# Disabled until the script that answers a press has arrived.
LIVE_BUTTONS = "".join(
    f'<button type="button" data-do="{word.lower()}" disabled>{word}</button>'
    for word in ("Run", "Stop", "Edit", "Reset")
)
# Said at the first cell of a page, where a reader decides; live.js takes it away where Python is kept already.
FETCHES = f'<span class="ps-note ps-fetches">The first Run fetches Python: {PYTHON_MB} MB, once.</span>'


class CourseBlock(Block):  # type: ignore[misc]
    """A block that becomes HTML of ours, kept as it is by both builders."""

    def on_create(self, parent: Element) -> Element:
        """Put the HTML where the block stands."""
        element = SubElement(parent, "div", {"class": f"ps-block ps-block-{self.NAME}"})
        course = self.md.course_html
        html = course.block(self.NAME, (self.argument or "").strip())
        style = block_style(self.NAME, html, course.root / "docs/assets", self.md.styles_present)
        element.text = self.md.htmlStash.store(style + html)
        return element


class LiveBlock(Block):  # type: ignore[misc]
    """`/// live` around a fence: readable as it is; docs/assets/live/live.js makes it run."""

    NAME = "live"
    ARGUMENT = BLOCKS[NAME]

    def on_create(self, parent: Element) -> Element:
        """Put the fence into a frame."""
        return SubElement(parent, "div", {"class": "ps-live"})

    def on_end(self, block: Element) -> None:
        """Put the buttons below the fence."""
        note = "" if self.md.says_what_it_fetches else FETCHES
        self.md.says_what_it_fetches = True
        bar = SubElement(block, "div")
        bar.text = self.md.htmlStash.store(f'<div class="ps-live-bar">{LIVE_BUTTONS}{note}</div>')


def block_class(name: str) -> type:
    """Give the class of a block: the library asks for one per name."""
    if name == LiveBlock.NAME:
        return LiveBlock
    return type(f"{name.title().replace('-', '')}Block", (CourseBlock,), {"NAME": name, "ARGUMENT": BLOCKS[name]})


class CourseExtension(BlocksExtension):  # type: ignore[misc]
    """Registers the blocks and checks the pages first."""

    def extendMarkdownBlocks(self, md: Any, block_mgr: Any) -> None:  # noqa: N802 - the library's name
        """Check the whole course, once per state of its files; then register."""
        md.course_html = course_html(find_root())
        md.styles_present = set()
        md.says_what_it_fetches = False
        md.postprocessors.register(ScrollsByKeyboard(md), "scrolls_by_keyboard", 0)
        md.postprocessors.register(CardsOnPhones(md), "cards_on_phones", -3)
        md.postprocessors.register(NamedHeadings(md), "named_headings", -2)
        md.postprocessors.register(FewerElements(md), "fewer_elements", -1)
        md.postprocessors.register(CodeLines(md), "code_lines", -4)
        for name in BLOCKS:
            block_mgr.register(block_class(name), self.getConfigs())


def makeExtension(**options: Any) -> CourseExtension:  # noqa: N802 - the name that Python-Markdown asks for
    """Make the extension."""
    return CourseExtension(**options)
