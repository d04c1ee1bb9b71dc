"""The last changes to a page's HTML, after every extension: regions that scroll take the focus; fewer elements."""

import re

from markdown.postprocessors import Postprocessor

ROW = '<tr role="row">'


class ScrollsByKeyboard(Postprocessor):
    """Let code and tables take the focus: they scroll sideways where they are wide, and not every browser does it."""

    def run(self, text: str) -> str:
        """Change fences and tables of one page."""
        text = text.replace("<pre><span></span><code", '<pre tabindex="0"><span></span><code')
        text = text.replace("<table>", '<div class="ps-wide" role="group" aria-label="Table" tabindex="0"><table>')
        return text.replace("</table>", "</table></div>")


class CardsOnPhones(Postprocessor):
    """Say in each cell what its column is called: on a phone a row of a wide table becomes a card (course.css).

    The roles are written out, because a row that is laid out as a block is no row any more to a screen reader.
    """

    TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
    HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
    CELL = re.compile(r"<td\b")
    TAG = re.compile(r"<[^>]+>")

    def run(self, text: str) -> str:
        """Change the tables of one page that have three columns or more."""
        return self.TABLE.sub(self._cards, text)

    def _cards(self, table: re.Match[str]) -> str:
        head, body, rest = table[1].partition("<tbody>")
        names = [self.TAG.sub("", name).strip().replace('"', "&quot;") for name in self.HEAD.findall(head)]
        if len(names) < 3 or not body:
            return table[0]
        rows = rest.split("<tr>")
        labelled = [rows[0], *(self._labelled(row, names) for row in rows[1:])]
        head = head.replace("<tr>", '<tr role="row">').replace("<th", '<th role="columnheader"')
        head = head.replace('<th role="columnheader"ead', "<thead")
        return f'<table class="ps-cards" role="table">{head}<tbody>{ROW.join(labelled)}</table>'

    def _labelled(self, row: str, names: list[str]) -> str:
        columns = iter(names)
        return self.CELL.sub(lambda _: f'<td role="cell" data-label="{next(columns, "")}"', row)


class NamedHeadings(Postprocessor):
    """Name each heading by its own words: the link to it, a sign at its end, would be read out with every one."""

    HEADING = re.compile(r'<(h[1-6]) id="([^"]*)">((?:(?!</h[1-6]>).)*?)(<a class="headerlink")', re.DOTALL)
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
