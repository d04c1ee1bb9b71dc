"""A paper to print and its key: two HTML files that open anywhere, made for A4 and Letter."""

from functools import cache
from html import escape
from string import ascii_lowercase

from jinja2 import Environment, Template
from markupsafe import Markup

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import arrange, parts
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import blocks, phrase
from poolschool.teaching.exports.question_html import Export, key_of

_ASKED = {
    "choice": "Tick one.",
    "choose_all": "Tick all that apply.",
    "number": "Write the number.",
    "output": "Write what it prints, line by line.",
    "order": "Number the steps in their order.",
}


def export_print(paper: Paper) -> Export:
    """Write paper.html and key.html; of a generated question stands the version that belongs to the seed."""
    several = [item.name for item in paper.items if len(item.versions) > 1]
    losses = (
        [f"On paper stands one version of each, that of seed {paper.seed}: {', '.join(several)}."] if several else []
    )
    items = [_shown(paper, item) for item in paper.items]
    facts = {"paper": paper, "items": items, "points": f"{paper.points:g}", "style": Markup(_STYLE)}  # noqa: S704 - ours
    return Export(
        {
            "paper.html": _template("paper").render(facts).encode(),
            "key.html": _template("key").render(facts).encode(),
        },
        tuple(losses),
    )


def _shown(paper: Paper, item: Item) -> dict[str, object]:
    """Give what the templates need of a question; what is HTML already is marked as such."""
    question = item.question
    source = question.program if isinstance(question, Output) else question.code
    kind = {"choice": "○", "choose_all": "□", "order": "__"}.get(question.type, "")
    options = [
        (letter, kind, _markup(phrase(parts(question)[part])))
        for letter, part in zip(ascii_lowercase, arrange(question, paper.seed), strict=False)
    ]
    return {
        "points": f"{item.points:g} point{'' if item.points == 1 else 's'}",
        "asked": _ASKED[question.type]
        + (f" ({question.unit})" if isinstance(question, Number) and question.unit else ""),
        "prompt": _markup(blocks(question.prompt)),
        "code": source,
        "options": options,
        "lines": len(question.prints.splitlines()) + 1
        if isinstance(question, Output)
        else int(isinstance(question, Number)),
        "uid": question.uid,
        "key": key_of(question, paper.seed),
        "prints": isinstance(question, Output),
        "answer": _markup(phrase(question.answer)),
        "solution": [_markup(phrase(step)) for step in question.solution],
        "check": _markup(phrase(question.check)),
        "mistakes": [_markup(phrase(mistake)) for mistake in question.mistakes],
        "reasons": _reasons(paper, question),
    }


def _reasons(paper: Paper, question: Question) -> list[tuple[Markup, Markup, Markup]]:
    """Say of each answer why it is right or wrong, and what is so; letters are those of the paper."""
    rows: list[tuple[str, str, str]] = []
    match question:
        case Choice() | ChooseAll():
            letters = dict(zip(arrange(question, paper.seed), ascii_lowercase, strict=False))
            for part, option in sorted(enumerate(question.options), key=lambda pair: letters[pair[0]]):
                rows.append((f"{letters[part]}) {'right' if option.right else 'wrong'}", option.why, option.belief))
        case Number():
            rows = [(f"{wrong.value:g}", wrong.why, wrong.belief) for wrong in question.wrong]
        case Output():
            rows = [(" / ".join(wrong.prints.splitlines()), wrong.why, wrong.belief) for wrong in question.wrong]
        case Order():
            rows = [(f"{number}. {step.text}", step.why, "") for number, step in enumerate(question.steps, start=1)]
    return [
        (
            _markup(phrase(about) if isinstance(question, Order) else escape(about)),
            _markup(phrase(why)),
            _markup(phrase(truth) if truth else ""),
        )
        for about, why, belief in rows
        for truth in [paper.explain_belief(belief)[0]]
    ]


def _markup(html: str) -> Markup:
    """Mark HTML that quiz_text made, which escapes whatever an author wrote."""
    return Markup(html)  # noqa: S704 - see above


@cache
def _template(name: str) -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_HEAD + (_PAPER if name == "paper" else _KEY))


_STYLE = """\
@page { margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
* { box-sizing: border-box; }
body { color: #000; background: #fff; font: 11pt/1.45 "Liberation Serif", Georgia, serif; margin: 0 auto; max-width: 46rem; padding: 1rem; }
h1 { font-size: 17pt; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 11.5pt; margin: 0; }
.head { display: flex; gap: 1.5rem; margin: .6rem 0 1rem; }
.head span { border-bottom: 1px solid #000; flex: 1; padding-top: 1.1rem; }
.head span.short { flex: 0 0 8rem; }
.foot { border-top: 1px solid #999; color: #333; font-size: 8.5pt; margin-top: 2rem; padding-top: .3rem; }
section { break-inside: avoid; margin: 0 0 1.4rem; }
.top { align-items: baseline; display: flex; justify-content: space-between; }
.top span, .asked { color: #333; font-size: 9.5pt; }
p { margin: .35rem 0; orphans: 3; widows: 3; }
pre { background: #f5f5f5; border: 1px solid #ccc; font: 9pt/1.4 "DejaVu Sans Mono", monospace; margin: .5rem 0; padding: .4rem .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: "DejaVu Sans Mono", monospace; font-size: .88em; overflow-wrap: anywhere; }
ol.options { list-style: none; margin: .4rem 0; padding: 0; }
ol.options li { break-inside: avoid; display: flex; gap: .6rem; margin: .3rem 0; }
.line { border-bottom: 1px solid #000; height: 1.7rem; }
.line.number { width: 12rem; }
table { border-collapse: collapse; font-size: 9.5pt; margin: .4rem 0; width: 100%; }
th, td { border: 1px solid #999; padding: .2rem .4rem; text-align: left; vertical-align: top; }
.key { font-weight: bold; }
@media print { body { max-width: none; padding: 0; } pre { background: none; } }
"""
_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
"""
_PAPER = """\
<title>{{ paper.title }}</title>
<style>{{ style }}</style>
</head>
<body>
<main>
<h1>{{ paper.title }}</h1>
<div class="head"><span>Name</span><span class="short">Date</span><span class="short">Points of {{ points }}</span></div>
{% for item in items %}
<section>
<div class="top"><h2>Question {{ loop.index }}</h2><span>{{ item.points }}</span></div>
{{ item.prompt }}
{% if item.code %}<pre><code>{{ item.code }}</code></pre>
{% endif %}
<p class="asked">{{ item.asked }}</p>
{% if item.options %}<ol class="options">
{% for letter, box, text in item.options %}<li><span aria-hidden="true">{{ box }}</span><span>{{ letter }})</span><span>{{ text }}</span></li>
{% endfor %}</ol>
{% endif %}
{% for _ in range(item.lines) %}<div class="line{{ '' if item.prints else ' number' }}"></div>
{% endfor %}
</section>
{% endfor %}
</main>
<p class="foot">Pool School · {{ paper.id }} · seed {{ paper.seed }} · {{ items | length }} questions · {{ points }} points</p>
</body>
</html>
"""
_KEY = """\
<title>{{ paper.title }}: key</title>
<style>{{ style }}</style>
</head>
<body>
<main>
<h1>{{ paper.title }}: key</h1>
<p class="foot">{{ paper.id }} · seed {{ paper.seed }} · {{ points }} points. Letters are those of the paper with this seed.</p>
<table>
<thead><tr><th scope="col">No.</th><th scope="col">Key</th><th scope="col">Points</th><th scope="col">Id</th></tr></thead>
<tbody>
{% for item in items %}<tr><td>{{ loop.index }}</td><td class="key">{% if item.prints %}<code>{{ item.key.split('\n') | join(' / ') }}</code>{% else %}{{ item.key }}{% endif %}</td><td>{{ item.points }}</td><td>{{ item.uid }}</td></tr>
{% endfor %}</tbody>
</table>
{% for item in items %}
<section>
<div class="top"><h2>Question {{ loop.index }}: {% if item.prints %}see below{% else %}{{ item.key }}{% endif %}</h2><span>{{ item.points }}</span></div>
{{ item.prompt }}
{% if item.code %}<pre><code>{{ item.code }}</code></pre>
{% endif %}
{% if item.options %}<ol class="options">
{% for letter, box, text in item.options %}<li><span>{{ letter }})</span><span>{{ text }}</span></li>
{% endfor %}</ol>
{% endif %}
<p><strong>Final answer:</strong> {{ item.answer }}</p>
{% if item.prints %}<pre><code>{{ item.key }}</code></pre>
{% endif %}
<ol>{% for step in item.solution %}<li>{{ step }}</li>{% endfor %}</ol>
<p><strong>Quick check:</strong> {{ item.check }}</p>
<p><strong>Common mistakes:</strong></p>
<ul>{% for mistake in item.mistakes %}<li>{{ mistake }}</li>{% endfor %}</ul>
{% if item.reasons %}<table>
<thead><tr><th scope="col">Answer</th><th scope="col">Why</th><th scope="col">So it is</th></tr></thead>
<tbody>
{% for about, why, truth in item.reasons %}<tr><td>{{ about }}</td><td>{{ why }}</td><td>{{ truth }}</td></tr>
{% endfor %}</tbody>
</table>
{% endif %}
</section>
{% endfor %}
</main>
</body>
</html>
"""
