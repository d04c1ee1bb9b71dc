"""HTML as several tests look at it."""

from collections.abc import Set
from html.parser import HTMLParser


class Outline(HTMLParser):
    """Reads HTML: all elements with their attributes, their texts, and what is still open; closing out of order fails.

    `void` are the elements that are never closed.
    """

    def __init__(self, html: str, void: Set[str]) -> None:
        super().__init__()
        self.void = void
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)

    def all(self, attribute: str) -> list[str | None]:
        """Give the values of an attribute in the order of the elements that have it."""
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]
