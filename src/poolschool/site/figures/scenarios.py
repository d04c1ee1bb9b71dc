"""The things to touch: the figure that `/// pool | NAME` puts on a page.

    scenario_html(name) ─> <figure data-pool="name">     a still picture with its story in words, for reading and print
                                └─ docs/assets/pool/view.js mounts on it and makes it move

The still and the moving figure are the same elements in the same places, so that nothing on the page shifts when the
script arrives. Everything a script fills in is marked with `data-part`; every control with `data-do` or `data-set`.
"""

from collections.abc import Callable
from difflib import get_close_matches

from poolschool.course.faults import UserMistake
from poolschool.site.figures.booths import booths_html
from poolschool.site.figures.borrowers import borrowers_html
from poolschool.site.figures.cliff import cliff_html
from poolschool.site.figures.connecting import connecting_html
from poolschool.site.figures.forks import forks_html
from poolschool.site.figures.frozen_loop import frozen_loop_html
from poolschool.site.figures.holders import holders_html
from poolschool.site.figures.hour import hour_html
from poolschool.site.figures.knee import knee_html
from poolschool.site.figures.leak import leak_html
from poolschool.site.figures.lock import lock_html
from poolschool.site.figures.poolers import poolers_html
from poolschool.site.figures.request import request_html
from poolschool.site.figures.settings import settings_html
from poolschool.site.figures.simulator import ALL, goals, simulator_html
from poolschool.site.figures.slow_readers import slow_readers_html
from poolschool.site.figures.stale import stale_html
from poolschool.site.figures.tests import tests_html
from poolschool.site.figures.watching import watching_html

_SCENARIOS: dict[str, Callable[[], str]] = {
    "phone_booths": booths_html,
    "connecting": connecting_html,
    "two_borrowers": borrowers_html,
    "engine_settings": settings_html,
    "request_life": request_html,
    "cliff": cliff_html,
    "frozen_loop": frozen_loop_html,
    "pools_in_tests": tests_html,
    "leak": leak_html,
    "who_holds": holders_html,
    "lock": lock_html,
    "slow_readers": slow_readers_html,
    "stale": stale_html,
    "forks": forks_html,
    "knee": knee_html,
    "watching": watching_html,
    "pooler": poolers_html,
    "hour": hour_html,
}


def scenario_names() -> tuple[str, ...]:
    """Tell which names `scenario_html` knows."""
    return (*_SCENARIOS, ALL, *goals())


def scenario_html(name: str) -> str:
    """Draw one scenario as an HTML figure without blank lines; raise UserMistake naming the nearest names."""
    if name == ALL or name in goals():
        return simulator_html(name)
    if name not in _SCENARIOS:
        near = get_close_matches(name, scenario_names(), n=3, cutoff=0.5) or scenario_names()
        raise UserMistake(f"There is no pool scenario {name!r}. Did you mean: {', '.join(near)}?")
    return _SCENARIOS[name]()
