"""The last changes to a page's HTML, after every extension: regions that scroll take the focus; fewer elements."""

import re

from markdown.postprocessors import Postprocessor


class ScrollsByKeyboard(Postprocessor):
    """Let code and tables take the focus: they scroll sideways where they are wide, and not every browser does it."""

    def run(self, text: str) -> str:
        """Change fences and tables of one page."""
        text = text.replace("<pre><span></span><code", '<pre tabindex="0"><span></span><code')
        text = text.replace("<table>", '<div class="ps-wide" role="group" aria-label="Table" tabindex="0"><table>')
        return text.replace("</table>", "</table></div>")


class FewerElements(Postprocessor):
    """Most tokens of a program have no colour of their own here; without an element each, a page is laid out faster."""

    UNCOLOURED = re.compile(r'<span class="(?:n|o|p|w|nn|nv|vm)">([^<]*)</span>')

    def run(self, text: str) -> str:
        """Leave such tokens as plain text."""
        return self.UNCOLOURED.sub(r"\1", text)
