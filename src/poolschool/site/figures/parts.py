"""The parts a pool figure is made of: lanes, who waits, numbers, controls. Each is a piece of HTML.

Controls are born `disabled`; pool/view.js enables them when it has something for them to do.
"""

import re
from collections.abc import Iterable
from html import escape

# A lane as it stands in the still: its state, which the style draws, and the word that says it.
Lane = tuple[str, str]
SAID = "Nothing has happened yet: press the dark button."


def figure(
    name: str,
    title: str,
    task: str,
    stage: str,
    controls: str,
    longest: str,
    caption: str,
    story: str,
    said: str = SAID,
) -> str:
    """Put the parts of a scenario in order, without blank lines; all texts but `title` are HTML.

    What happens is shown at once and read out at leisure: hence two paragraphs, of which each reader meets one.
    `longest` is the longest sentence that says what happened, in plain text: see room().
    """
    html = f"""
    <figure class="ps-pool" data-pool="{name}" aria-label="{escape(title)}">
    <p class="ps-task">{task}</p>
    <div class="ps-controls">{controls}</div>
    <div class="ps-stage">{stage}</div>
    <p class="ps-said"{room(longest)} aria-hidden="true"><span data-part="said">{escape(said)}</span></p>
    <p class="ps-heard" data-part="heard" role="status"></p>
    <figcaption>{caption}</figcaption>
    <div class="ps-story">{story}</div>
    </figure>"""
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


def room(longest: str) -> str:
    """Mark an element whose only child changes: it has the place of its longest text from the start, at any width.

    Without this, the page below would move whenever a text takes one line more. The style sets `longest` unseen.
    """
    return f' data-longest="{escape(longest)}"'


def lanes(part: str, states: Iterable[Lane], label: str, places: int) -> str:
    """Draw lanes as an ordered list of `places`; those without one of the `states` are closed."""
    rows = [
        f'<li class="ps-lane" data-state="{state}"><i></i><span>{escape(word)}</span></li>' for state, word in states
    ]
    rows += ['<li class="ps-lane" data-state="off" aria-hidden="true"><i></i><span></span></li>'] * (places - len(rows))
    return f'<ol class="ps-lanes" data-part="{part}" aria-label="{escape(label)}">{"".join(rows)}</ol>'


def bench(part: str, waiting: int, words: str) -> str:
    """Draw who waits: the number in words, and a dot for each."""
    dots = f'<span class="ps-dots" data-part="{part}-dots" aria-hidden="true">{"<i></i>" * waiting}</span>'
    return f'<p class="ps-bench"><span data-part="{part}">{escape(words)}</span>{dots}</p>'


def counts(part: str, **numbers: tuple[str, str] | tuple[str, str, str]) -> str:
    """Draw numbers with their names; `done=("calls done", "5")` becomes the part `PART-done`.

    A third text is the longest that the number can become: see room(). Without it there is room for two digits,
    and for all of `5 of 20`.
    """
    rows = "".join(_count(f"{part}-{key}", *number) for key, number in numbers.items())
    return f'<dl class="ps-counts">{rows}</dl>'


def _count(part: str, name: str, value: str, longest: str = "") -> str:
    longest = longest or re.sub(r"^\d+ of (\d+)$", r"\1 of \1", value).rjust(2, "0")
    return f'<div><dt>{escape(name)}</dt><dd{room(longest)}><span data-part="{part}">{escape(value)}</span></dd></div>'


def code(text: str, part: str = "", label: str = "", longest: str = "") -> str:
    """Draw a line of code, with a label before it; if the script changes it, with a part's name and its room()."""
    before = f"<span>{escape(label)}</span>" if label else ""
    inside = f'{room(longest)}><span data-part="{part}">{escape(text)}</span>' if part else f">{escape(text)}"
    return f'<p class="ps-code">{before}<code{inside}</code></p>'


def track(start: float, length: float, part: str = "") -> str:
    """Draw a bar on an axis; start and length are shares of the axis, from 0 to 1."""
    marked = f' data-part="{part}"' if part else ""
    return f'<span class="ps-track"><i{marked} style="--from:{start};--long:{length}"></i></span>'


def button(do: str, text: str, *, main: bool = False) -> str:
    """Draw a button; `text` is HTML."""
    kind = ' class="ps-main"' if main else ""
    return f'<button type="button" data-do="{do}"{kind} disabled>{text}</button>'


def slider(name: str, label: str, low: int, high: int, value: int, reading: str = "") -> str:
    """Draw a slider whose label ends in its value; `label` is HTML."""
    output = f'<output data-part="{name}">{escape(reading or str(value))}</output>'
    spoken = escape(re.sub(r"<[^>]+>", "", label))  # an <output> before it would take the label for itself
    control = f'<input type="range" data-set="{name}" aria-label="{spoken}" min="{low}" max="{high}" value="{value}" disabled>'
    return f'<label class="ps-slider"><span>{label} {output}</span>{control}</label>'


def choice(name: str, label: str, options: dict[str, str], chosen: str) -> str:
    """Draw a drop-down list of `options`, from value to text."""
    items = "".join(
        f'<option value="{value}"{" selected" * (value == chosen)}>{escape(text)}</option>'
        for value, text in options.items()
    )
    return f'<label class="ps-choice"><span>{label}</span><select data-set="{name}" disabled>{items}</select></label>'


def check(name: str, label: str, *, checked: bool = False) -> str:
    """Draw a check box; `label` is HTML."""
    box = f'<input type="checkbox" data-set="{name}"{" checked" * checked} disabled>'
    return f'<label class="ps-check">{box}<span>{label}</span></label>'


def row(*controls: str) -> str:
    """Put controls side by side."""
    return f'<div class="ps-row">{"".join(controls)}</div>'


def steps() -> str:
    """Draw the two buttons that move time by hand, for readers who want no motion or a closer look."""
    return button("step", "Step") + button("skip", "Skip ahead")


def more(controls: str) -> str:
    """Fold controls away that only some readers want."""
    return f'<details class="ps-more"><summary>More</summary>{controls}</details>'


def scene(part: str, words: str, drawing: str, width: int, height: int, top: int = 0, narrow: int = 0) -> str:
    """Place a drawn scene, `drawing` being the text that docs/assets/pool/drawing.js gives; `words` say what is seen.

    On a phone only the middle `narrow` of its width is shown, and is larger for it.
    """
    box = f'viewBox="0 {top} {width} {height}"'
    if narrow:
        box += f' preserveAspectRatio="xMidYMid slice" style="--narrow: {narrow} / {height}"'
    return f'<svg class="ps-scene" data-part="{part}" role="img" aria-label="{escape(words)}" {box}>{drawing}</svg>'
