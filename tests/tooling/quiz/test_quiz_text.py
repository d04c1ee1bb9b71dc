"""The Markdown of quiz files: what is rendered, and what stays text."""

import pytest

from poolschool.quiz.text import blocks, phrase, plain, python, refused_links


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain.", "<p>Plain.</p>"),
        ("Keep `pool_size` & more", "<p>Keep <code>pool_size</code> &amp; more</p>"),
        ("`x<y`, 5 > 4", "<p><code>x&lt;y</code>, 5 &gt; 4</p>"),
        ("*one* **two**", "<p><em>one</em> <strong>two</strong></p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("2 + 2", "<p>2 + 2</p>"),
        ("[here](../l02/)", '<p><a href="../l02/">here</a></p>'),
        ("[a](https://example.org/?a=1&b=2)", '<p><a href="https://example.org/?a=1&amp;b=2">a</a></p>'),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<!-- gone? -->", "<p>&lt;!-- gone? --&gt;</p>"),
        ('<div onclick="x()">\nhi\n</div>', '<p>&lt;div onclick="x()"&gt;\nhi\n&lt;/div&gt;</p>'),
        ("# no heading", "<p># no heading</p>"),
        ("![no image](x.png)", "<p>![no image](x.png)</p>"),
        ("[x](javascript:alert(1))", "<p><a>x</a></p>"),
        ("[x](java&#115;cript:alert(1))", "<p><a>x</a></p>"),
        ("[x](JaVaScRiPt:alert(1))", "<p><a>x</a></p>"),
        ("[x](data:text/html,hi)", "<p><a>x</a></p>"),
    ],
)
def test_markdown_is_restricted(text: str, html: str) -> None:
    """Emphasis, code, links and lists are rendered; HTML, headings and images are text; odd links lead nowhere."""
    assert blocks(text) == html


def test_a_fence_is_highlighted_as_on_the_pages() -> None:
    """A Python fence comes out as the `.highlight` that Material styles."""
    assert blocks("```python\nx = 1\n```").startswith(
        '<div class="highlight"><pre><span></span><code><span class="n">x'
    )


def test_a_phrase_has_no_paragraph() -> None:
    """A single paragraph loses its tags, several keep them."""
    assert phrase("*one*") == "<em>one</em>"
    assert phrase("one\n\ntwo") == "<p>one</p>\n<p>two</p>"


def test_a_plain_text_has_no_markup() -> None:
    """What is read aloud is neither Markdown nor HTML."""
    assert plain("Keep `x < y` **now**") == "Keep x < y now"


def test_refused_links_are_named() -> None:
    """A link with a scheme that nobody may follow is named, an ordinary one is not."""
    assert list(refused_links("[a](javascript:b) [c](https://d.e) [f](mailto:g@h.i) [j](#k)")) == ["javascript:b"]


def test_code_can_be_scrolled_with_the_keyboard() -> None:
    """Highlighted Python is a region that takes the focus."""
    assert '<pre tabindex="0">' in python("x = 1\n")
