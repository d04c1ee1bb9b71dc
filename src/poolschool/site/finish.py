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


class NamedHeadings(Postprocessor):
    """Name each heading by its own words: the link to it, a sign at its end, would be read out with every one."""

    HEADING = re.compile(r'<(h[1-6]) id="([^"]*)">(.*?)(<a class="headerlink")', re.DOTALL)
    TAG = re.compile(r"<[^>]+>")

    def run(self, text: str) -> str:
        """Change the headings of one page."""
        return self.HEADING.sub(self._named, text)

    def _named(self, heading: re.Match[str]) -> str:
        tag, anchor, words, link = heading.groups()
        name = self.TAG.sub("", words).strip().replace('"', "&quot;")
        return f'<{tag} id="{anchor}" aria-label="{name}">{words}{link}'


class FewerElements(Postprocessor):
    """Most tokens of a program have no colour of their own here; without an element each, a page is laid out faster."""

    UNCOLOURED = re.compile(r'<span class="(?:n|o|p|w|nn|nv|vm)">([^<]*)</span>')

    def run(self, text: str) -> str:
        """Leave such tokens as plain text."""
        return self.UNCOLOURED.sub(r"\1", text)
