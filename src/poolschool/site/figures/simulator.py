"""The simulator's figure: every setting as a labelled control, the scenario's question, and a still picture.

    simulator_html(name) ─> <figure data-pool="name" data-simulator>   docs/assets/simulator/view.js makes it run

Scenarios are data (simulator_goals.json): a question, the settings it is issued with, the goal and what to notice.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from poolschool.site.figures.parts import button, check, choice, counts, figure, more, row
from poolschool.site.script_json import script_json

MOST_SLOTS = 80  # as in simulator/view.js
ALL = "simulator"  # the name of the figure that offers every scenario


@dataclass(frozen=True)
class Control:
    """One number that the reader may set. `scale` times what is typed is what the engine takes."""

    name: str
    label: str
    low: float
    high: float
    value: float
    step: float = 1
    scale: float = 1


MAIN = (
    Control("pool_size", "<code>pool_size</code>", 0, 60, 5),
    Control("max_overflow", "<code>max_overflow</code>", -1, 60, 10),
    Control("pool_timeout", "<code>pool_timeout</code>, s", 0, 60, 30, 0.05),
    Control("rate", "requests per second", 0, 2000, 100),
    Control("hold", "hold time, average, ms", 0.1, 10000, 20, 0.1, 0.001),
)
MORE = (
    Control("spread", "variability of that (CV)", 0, 5, 1, 0.1),
    Control("open", "opening a connection, ms", 0, 1000, 6, 0.1, 0.001),
    Control("burst", "burst: requests at once", 1, 1000, 50),
    Control("every", "burst: every, s", 0.1, 60, 1, 0.1),
    Control("shoppers", "closed loop: shoppers", 1, 200, 50),
    Control("think", "closed loop: think time, ms", 0, 10000, 100, 1, 0.001),
    Control("processes", "processes", 1, 16, 1),
    Control("threads", "threads of each (0: unbounded)", 0, 400, 0),
    Control("max_connections", "<code>max_connections</code> (0: no limit)", 0, 1000, 0),
    Control("pool_recycle", "<code>pool_recycle</code>, s (-1: never)", -1, 3600, -1),
    Control("ping", "a pre-ping, ms", 0, 100, 0.3, 0.1, 0.001),
    Control("wake", "waking a thread, ms", 0, 100, 0, 0.1, 0.001),
    Control("leak", "leak: % of requests", 0, 100, 0, 0.1, 0.01),
    Control("slow", "slow query: % of requests", 0, 100, 0, 0.1, 0.01),
    Control("slow_hold", "slow query: holds for, ms", 1, 60000, 2000, 1, 0.001),
    Control("restart", "database restarts after, s (0: never)", 0, 600, 0),
    Control("downtime", "and is away for, s", 0, 60, 0, 0.1),
    Control("seed", "random seed", 1, 999999, 1),
)
SWITCHES = {
    "pooled": "keep connections (a pool)",
    "pool_use_lifo": "<code>pool_use_lifo</code>",
    "pool_pre_ping": "<code>pool_pre_ping</code>",
    "fair": "fair queue, as in psycopg_pool",
}
TROUBLE = {"leak_on": "a leak", "slow_on": "a slow query", "restart_on": "a restart of the database"}
PATTERNS = {
    "steady": "Poisson",
    "even": "at constant intervals",
    "burst": "in bursts",
    "closed": "closed loop: shoppers who come back",
}
SPEEDS = {"0.002": "500× slow motion", "0.01": "100× slow motion", "0.05": "20× slow motion", "0.2": "5× slow motion", "1": "real time", "10": "10× fast forward"}  # fmt: skip


@lru_cache(maxsize=1)
def goals() -> dict[str, dict[str, Any]]:
    """Read the scenarios: title, question, settings, goal and notice, by id."""
    text = Path(__file__).with_name("simulator_goals.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def simulator_html(name: str) -> str:
    """Draw the figure of one scenario, or of `simulator`: all of them, to choose from."""
    known = goals()
    offered = known if name == ALL else {name: known[name]}
    first = next(iter(offered.values()))
    chooser = choice("scenario", "Scenario", {key: one["title"] for key, one in offered.items()}, next(iter(offered)))
    listed = "".join(
        f"<li><strong>{escape(one['title'])}.</strong> {escape(one['question'])} {escape(one['notice'])}</li>"
        for one in offered.values()
    )
    drawing = figure(
        name,
        title=f"Simulator: {'requests, a pool and a database' if name == ALL else first['title']}",
        task=f'<span data-part="question">{escape(first["question"])}</span>',
        controls=row(
            button("play", "Run", main=True),
            button("goal", "Check goal"),
            *([chooser] if len(offered) > 1 else []),
            more(
                row(button("step", "Step"), button("skip", "Run 60 s instantly"), button("reset", "Restart"))
                + row(
                    choice("speed", "Shown in", SPEEDS, "0.05"),
                    button("share", "Copy a link to these settings"),
                    button("issued", "Original settings"),
                )
            ),
        ),
        stage=f'<div class="sim-layout"><div class="sim-settings">{_settings()}</div><div class="sim-show">'
        '<p class="sim-progress" data-part="progress"></p><ul class="sim-verdict" data-part="verdict"></ul>'
        f'<div class="sim-sides">{_side("a", "Pool A", _slots(first["settings"]))}{_side("b", "Pool B", 1)}</div></div></div>'
        f'<script type="application/json" class="sim-goals">{script_json(offered)}</script>',
        longest=max((f"Goal reached. {one['notice']}" for one in offered.values()), key=len),
        caption="A model with the rules of SQLAlchemy’s <code>QueuePool</code>: the tests hold it to the real one step by "
        "step, and to queueing theory. It leaves out that a busy database gets slower.",
        story=f"<p>Requests arrive, check out a connection, work and return it; a request that finds none waits, and gives up after "
        f"<code>pool_timeout</code>. Below {'is the scenario' if len(offered) == 1 else 'are the scenarios'}, with what there is to notice. "
        f"Guess first: how many connections are busy on average? Requests per second times seconds held.</p><ol>{listed}</ol>",
    )
    return drawing.replace(f'data-pool="{name}"', f'data-pool="{name}" data-simulator', 1)


def _settings() -> str:
    """Draw the settings: those of the pool first, then the work, which is locked while a goal is asked for."""
    second = "".join(_number(control, "_b") for control in MAIN[:3])
    return (
        f"<fieldset><legend>Pool A</legend>{''.join(map(_number, MAIN[:3]))}{''.join(map(_check, SWITCHES.items()))}</fieldset>"
        + check("compare", "Compare with pool B, same requests")
        + f'<fieldset data-part="other" hidden><legend>Pool B</legend>{second}'
        f"{check('pooled_b', SWITCHES['pooled'])}{check('fair_b', SWITCHES['fair'])}</fieldset>"
        + '<fieldset class="sim-work"><legend>The work</legend>'
        + check("free", "Free play: unlock the work")
        + choice("pattern", "Requests arrive", PATTERNS, "steady")
        + "".join(map(_number, MAIN[3:]))
        + "".join(map(_check, TROUBLE.items()))
        + "</fieldset>"
        + f'<details class="sim-more"><summary>All settings</summary>{"".join(map(_number, MORE))}</details>'
        + '<p class="sim-faults" data-part="faults" role="alert"></p>'
    )


def _slots(settings: dict[str, Any]) -> int:
    """Give how many places the script will draw at first, so that nothing shifts when it arrives."""
    if not settings.get("pooled", True):
        return 1
    return int(min(MOST_SLOTS, settings.get("processes", 1) * (settings["pool_size"] + settings["max_overflow"])))


def _side(key: str, title: str, slots: int) -> str:
    hidden = " hidden" if key == "b" else ""
    return (
        f'<div class="sim-side" data-part="side-{key}" role="group" aria-label="{title}"{hidden}>'
        f'<p class="ps-title" data-part="title-{key}">{title}</p>'
        f'<p class="ps-bench sim-bench"><span data-part="{key}-wait">Nobody waits</span>'
        f'<span class="ps-dots sim-dots" data-part="{key}-wait-dots" aria-hidden="true"></span></p>'
        f'<ol class="sim-slots" data-part="{key}-slots" aria-label="Connections" tabindex="0">'
        + '<li class="sim-slot" data-state="none">not open</li>' * slots
        + "</ol>"
        + counts(
            key,
            served=("served", "0"),
            p50=("p50 latency", "–"),
            p95=("p95 latency", "–"),
            p99=("p99 latency", "–"),
            waited=("p95 wait", "–"),
            failed=("failed", "0"),
            opened=("opened", "0"),
        )
        + f'<svg class="sim-line" data-part="{key}-line" viewBox="0 0 240 60" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="sim-lent"></path><path class="sim-waiting"></path></svg>'
        '<p class="sim-legend"><span class="sim-lent">busy</span> and <span class="sim-waiting">waiting</span> over time</p>'
        f'<svg class="sim-bars" data-part="{key}-bars" viewBox="0 0 240 60" preserveAspectRatio="none" aria-hidden="true"></svg>'
        f'<p class="sim-legend" data-part="{key}-bars-words">How long requests waited: nothing yet</p></div>'
    )


def _number(control: Control, suffix: str = "") -> str:
    scale = f' data-scale="{control.scale:g}"' if control.scale != 1 else ""
    return (
        f'<label class="sim-number"><span>{control.label}</span><input type="number" data-set="{control.name}{suffix}" '
        f'min="{control.low:g}" max="{control.high:g}" step="{control.step:g}" value="{control.value:g}"{scale} disabled></label>'
    )


def _check(switch: tuple[str, str]) -> str:
    return check(*switch)
