"""The lines of code on a page: long ones wrap with a hanging indent, and what a program prints is folded until asked for.

    <span class="ln" style="--i:4">…</span>                              a line that may be too wide for a phone
    <span class="ps-out" style="--n:2" hidden="until-found">…</span>     lines that show what is printed

The text of the code stays as it is, to the last sign. Without a script, and on paper, everything is shown (course.css);
a search in the page finds what is folded, and opens it.
"""

import ast
import html
import re
from itertools import groupby

from markdown.postprocessors import Postprocessor

FITS = 28  # columns that a phone of 360 pixels shows without wrapping, inside of a card too
OUTPUT = "#>"  # what stands behind it is printed: tests/content/test_fences.py runs and compares it
_BLOCK = re.compile(r"(<pre[^>]*>(?:<span></span>)?<code[^>]*>)(.*?)(</code></pre>)", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_OPTION = re.compile(r"(?<=\s)--?[a-z][\w-]*")  # of a command; a browser would break it after its first dash


class CodeLines(Postprocessor):
    """Marks the lines of every block of code of one page."""

    def run(self, text: str) -> str:
        """Change the blocks; each token of the highlighter ends on its own line."""
        return _BLOCK.sub(lambda block: block[1] + _lines(block[2]) + block[3], text)


def _lines(code: str) -> str:
    lines = code.split("\n")
    texts = [html.unescape(_TAG.sub("", line)) for line in lines]
    printed = printed_lines(texts)
    marked = [_line(line, text) for line, text in zip(lines, texts, strict=True)]
    ends = ["\n"] * (len(lines) - 1) + [""]
    parts = []
    for is_output, group in groupby(range(len(lines)), key=lambda number: number in printed):
        numbers = list(group)
        part = "".join(_closed(marked[number], ends[number]) for number in numbers)
        parts.append(
            f'<span class="ps-out" style="--n:{len(numbers)}" hidden="until-found">{part}</span>' if is_output else part
        )
    return "".join(parts)


def _line(line: str, text: str) -> str:
    if len(text) <= FITS:
        return line
    indent = len(text) - len(text.lstrip())
    style = f' style="--i:{indent}"' if indent else ""
    if "<" not in line:
        line = _OPTION.sub(r'<span class="ps-option">\g<0></span>', line)
    return f'<span class="ln"{style}>{line}</span>'


def _closed(line: str, end: str) -> str:
    """Put the line's end into its element: behind a block of its own it would be an empty line."""
    return f"{line.removesuffix('</span>')}{end}</span>" if line.startswith('<span class="ln"') else line + end


def printed_lines(texts: list[str]) -> set[int]:
    """Give the numbers of the lines that show what is printed: `#>`, and a string that stands by itself below a print."""
    printed = {number for number, text in enumerate(texts) if text.lstrip().startswith(OUTPUT)}
    if not any(text.strip() == '"""' for text in texts):
        return printed
    try:
        tree = ast.parse("\n".join(texts))
    except SyntaxError:
        return printed
    for node in ast.walk(tree):
        for before, after in zip(*_statements(node), strict=True):
            if _is_print(before) and isinstance(after, ast.Expr) and _is_text(after.value):
                printed.update(range(after.lineno - 1, after.end_lineno or after.lineno))
    return printed


def _statements(node: ast.AST) -> tuple[list[ast.stmt], list[ast.stmt]]:
    body = getattr(node, "body", [])
    return (body[:-1], body[1:]) if isinstance(body, list) else ([], [])


def _is_print(statement: ast.stmt) -> bool:
    """Tell whether something is printed by it, or inside of it."""
    return any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(statement))


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
