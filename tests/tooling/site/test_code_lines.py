"""Lines of code in a page: text unchanged, long lines in elements of their own, what is printed folded."""

import html
import re

import pytest

from poolschool.site.code_lines import FITS, CodeLines, printed_lines

CODE = '''def shop(lamp):
    """
    Sell a lamp.
    """
    return lamp


print(shop("a desk lamp"), shop("a floor lamp"))
#> a desk lamp a floor lamp
for lamp in ("desk", "floor"):
    print({"lamp": lamp})
"""
{'lamp': 'desk'}
{'lamp': 'floor'}
"""
'''


def marked(code: str) -> str:
    """Put code through the postprocessor, as the highlighter leaves it."""
    return CodeLines().run(f"<pre><span></span><code>{html.escape(code)}</code></pre>")


def test_the_text_stays_as_it_is() -> None:
    """Without its tags a block is what it was, to the last sign."""
    text = re.sub(r"<[^>]+>", "", marked(CODE))
    assert html.unescape(text) == CODE


def test_what_is_printed_is_found() -> None:
    """Lines behind `#>`, and a string by itself below a print; a docstring is none."""
    lines = CODE.split("\n")
    assert sorted(printed_lines(lines)) == [8, 11, 12, 13, 14]
    assert marked(CODE).count('<span class="ps-out"') == 2
    assert '<span class="ps-out" style="--n:4" hidden="until-found">' in marked(CODE)


@pytest.mark.parametrize("code", ["#> 1\nx = (\n", 'print(1\n"""\n1\n"""\n'])
def test_code_that_is_none_is_shown(code: str) -> None:
    """What cannot be parsed keeps its text."""
    assert html.unescape(re.sub(r"<[^>]+>", "", marked(code))) == code


def test_only_long_lines_have_an_element() -> None:
    """A line that a phone shows whole needs none; a longer one knows how far it is indented."""
    assert "ln" not in marked("x" * FITS)
    assert '<span class="ln" style="--i:4">    ' in marked("    " + "x" * FITS)
