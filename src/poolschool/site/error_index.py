"""The error finder on its page: a box that takes a pasted text, above all errors grouped by where one meets them."""

import re
from collections.abc import Sequence
from html import escape

from poolschool.errors.entry import GROUPS, Entry
from poolschool.errors.finder import CLASS, FEWEST, LIKE, NEAR, NOISE, OTHERS, OURS, QUOTED
from poolschool.errors.log import TIME
from poolschool.site.script_json import script_json

BOX = (
    '<form class="ps-errors-form"><label for="ps-errors-text">Paste an error, a traceback or a piece of a log</label>'
    '<textarea id="ps-errors-text" rows="6" spellcheck="false" autocomplete="off" autocapitalize="off"></textarea>'
    '<p class="ps-note">Nothing leaves this page. A whole log: <code>poolschool explain app.log</code></p>'
    '<div class="ps-errors-found" role="status"></div></form>'
)


def error_index_html(entries: Sequence[Entry]) -> str:
    """Give the box and the index; without a script the index alone is shown."""
    data = {
        "noise": [list(one) for one in NOISE],
        "near": NEAR, "ours": OURS, "others": OTHERS, "classes": CLASS, "quoted": QUOTED, "time": TIME.pattern.decode(),
        "like": LIKE, "fewest": FEWEST,
        "entries": [
            {"id": one.id, "title": one.title, "patterns": one.patterns, "texts": one.texts, "leads": one.leads_to,
             "shared": sorted(one.shared), "names": one.name_patterns,
             "cause": one.causes[0].title, "tell": one.causes[0].tell}
            for one in entries
        ],
    }  # fmt: skip
    groups = "".join(_group(name, [one for one in entries if one.group == key]) for key, name in GROUPS.items())
    return f'{BOX}<script type="application/json" class="ps-errors-data">{script_json(data)}</script>{groups}'


def _group(name: str, entries: Sequence[Entry]) -> str:
    items = "".join(
        f'<li><a href="{one.id}/">{escape(one.title)}</a>'
        + "".join(f"<br><code>{escape(_shown(text))}</code>" for text in one.texts[:2])
        + "</li>"
        for one in entries
    )
    return (
        f'<h2 id="{name.lower().replace(" ", "-")}">{escape(name)}</h2><ul class="ps-errors">{items}</ul>'
        if items
        else ""
    )


def _shown(text: str) -> str:
    """Give a text as short as an index wants it, its variable parts as an ellipsis."""
    text = re.sub(r"\{\w+\}", "…", text)
    return text if len(text) < 80 else text[:78].rsplit(" ", 1)[0] + " …"
