"""A learner's pool and the truth about it, for runs in a chosen order.

    scene(size, ("take", 1, "return"), …)   threads A, B … and what each does     ┐
    alone(size, story)                      one thread that does what it is told  ┴─> Make, for explore()

A pool is a class with `checkout()` and `checkin(connection)`, made from `open_connection`, `size` and `timeout`. The kinds of
failure are words of this module: "two", "bound", "forgotten" …; a checker says what each means.
"""

from collections.abc import Callable
from typing import Any

from poolschool.schedules.run import Actor, Run
from poolschool.schedules.stage import Make

Script = tuple[str | float, ...]  # "take", "return", or seconds of work


class Connection:
    """What the pool keeps; it knows its number and nothing else."""

    def __init__(self, number: int | str) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"connection {self.number}"


class Down(Exception):
    """The database cannot be reached."""


class Shop:
    """A pool and the truth about it: what is open, who has what, who asks since when. Ends a run when a rule is broken."""

    def __init__(
        self, run: Run, names: dict[str, Any], size: int, timeout: float, opening: dict[int, float], fails: set[int]
    ) -> None:
        self.run, self.size, self.timeout, self.opening, self.fails = run, size, timeout, opening, fails
        self.tried, self.now_opening, self.failed = 0, dict[str, int](), set[str]()
        self.had_waited, self.any_failed = dict[str, int](), False
        self.open, self.idle, self.in_use = list[Connection](), list[Connection](), dict[Connection, str]()
        self.asking, self.returning = dict[str, float](), set[str]()
        run.stalled = self.check_waiting
        run.about = f"Pool(open_connection, size={size}, timeout={timeout:g})"
        self.pool = names["Pool"](self.open_connection, size=size, timeout=timeout)
        if self.tried:
            run.fail("eager", f"{self.tried} opened by {run.about}")

    @property
    def me(self) -> str:
        return self.run.current.name if self.run.current else ""

    def open_connection(self) -> Connection:
        """Open the next connection, or fail, after as many seconds as this one takes."""
        self.tried += 1
        number, me = self.tried, self.me
        self.now_opening[me] = number
        self.run.tell(f"opens connection {number}")
        if len(self.open) + len(self.now_opening) > self.size:
            self.run.fail(
                self.why_too_many(), f"{len(self.open) + len(self.now_opening)} are open, and `size` is {self.size}"
            )
        self.run.sleep(self.opening.get(number, 0), f"opening takes {self.opening.get(number, 0):g} s")
        del self.now_opening[me]
        if number in self.fails:
            self.run.tell("opening fails")
            self.failed.add(me)
            self.any_failed = True
            raise Down("the database is down")
        self.open.append(Connection(number))
        return self.open[-1]

    def take(self) -> Connection | None:
        """Check a connection out; None if the pool said TimeoutError, or if opening failed."""
        run, me, tried, error = self.run, self.me, self.tried, ""
        self.asking[me] = began = run.now
        self.had_waited[me] = run.current.waited if run.current else 0
        idle = [*self.idle] if len(run.actors) == 1 else []
        run.tell("checkout()")
        connection = None
        try:
            connection = self.pool.checkout()
        except (TimeoutError, Down) as expected:
            error = type(expected).__name__
        except Exception as problem:
            error = repr(problem)
            if me not in self.failed:
                run.fail(
                    f"raised {type(problem).__name__}", f"{me}'s checkout() raises {type(problem).__name__}: {problem}"
                )
        if me in self.failed and error != "Down":
            run.fail("swallowed", f"opening failed, and {me}'s checkout() ends with {error or connection}")
        self.failed.discard(me)
        del self.asking[me]
        waited = run.now - began
        if error == "TimeoutError" and waited < self.timeout - 1e-6:
            kind = "at once" if waited == 0 else "milliseconds" if abs(waited * 1000 - self.timeout) < 1e-6 else "early"
            run.fail(kind, f"{me} gets TimeoutError after {waited:g} s; `timeout` is {self.timeout:g}")
        slowest = 0 if error == "TimeoutError" else max(self.opening.values(), default=0)
        if waited > self.timeout + slowest + 1e-6:
            run.fail("late", f"{me}'s checkout() ends after {waited:g} s; `timeout` is {self.timeout:g}")
        if error:
            run.tell(f"{error} after {waited:g} s")
            return None
        if not isinstance(connection, Connection):
            made = type(connection)
            shown = "None" if connection is None else f"a {made.__name__}"
            run.fail(
                "library" if made.__module__.startswith("sqlalchemy") else "answer", f"checkout() returned {shown}"
            )
        if not any(known is connection for known in self.open):
            run.fail("kept", f"checkout() returned {connection}")
        if (holder := self.in_use.get(connection)) == me:
            run.fail("two", f"{me} gets {connection} a second time")
        if holder is not None:
            run.fail("two", f"{me} and {holder} have {connection} at the same time")
        if idle and self.tried > tried:
            run.fail("new", f"{connection} was opened while {idle[0]} was idle")
        run.tell(f"gets {connection}")
        self.in_use[connection] = me
        if connection in self.idle:
            self.idle.remove(connection)
        return connection

    def give(self, connection: Connection, refuse: str = "") -> bool:
        """Return a connection; say whether the pool took it. `refuse` says why it must not."""
        run, me = self.run, self.me
        called = f"checkin({connection})"
        run.tell(called)
        self.in_use.pop(connection, None)
        self.returning.add(me)
        try:
            self.pool.checkin(connection)
        except ValueError as problem:
            if not refuse:
                run.fail("raised ValueError", f"{me}'s {called} raises ValueError: {problem}")
            run.tell("ValueError")
        except Exception as problem:
            run.fail(f"raised {type(problem).__name__}", f"{me}'s {called} raises {type(problem).__name__}: {problem}")
        else:
            if refuse and refuse != "maybe":
                run.fail("accepted", f"{called} is accepted, {refuse}")
            if connection not in self.idle and connection in self.open and connection not in self.in_use:
                self.idle.append(connection)
            return True
        finally:
            self.returning.discard(me)
        return False

    def check_waiting(self) -> None:
        """Look, when only the clock could help, for a waiter who should not need it."""
        for actor in self.run.actors:
            if actor.ended or actor.name in self.now_opening:
                continue
            if actor.name in self.returning:
                self.run.fail("opens" if self.now_opening else "held", f"{actor.name} waits in checkin()")
            if actor.name not in self.asking:
                continue
            if self.idle:
                self.run.fail(self.why_waiting(actor, "forgotten"), f"{actor.name} waits, and {self.idle[0]} is idle")
            if (used := len(self.open) + len(self.now_opening)) < self.size:
                with_failures, without = ("lost", "deadlock") if len(self.run.actors) == 1 else ("place", "unused")
                kind = self.why_waiting(actor, with_failures if self.fails else without)
                self.run.fail(kind, f"{actor.name} waits, and only {used} of {self.size} are open")

    def why_waiting(self, actor: Actor, otherwise: str) -> str:
        """Say why somebody waits who need not."""
        return "polls" if actor.waits == "time" else "opens" if self.now_opening else otherwise

    def why_too_many(self) -> str:
        """Say what let somebody open one too many."""
        me = self.run.current
        if self.any_failed:
            return "dropped" if self.idle else "freed"
        if self.returning and len(self.now_opening) == 1:
            return "half returned"
        return "woken" if me and me.waited > self.had_waited.get(me.name, 0) else "bound"

    def act(self, script: Script) -> Callable[[], None]:
        """Make the work of one thread from its script."""

        def work() -> None:
            mine: list[Connection] = []
            for step in script:
                if isinstance(step, int | float):
                    self.run.sleep(step, f"works for {step:g} s")
                elif step == "take":
                    mine += filter(None, [self.take()])
                elif mine:
                    self.run.step()
                    self.give(mine.pop(0))

        return work


def scene(
    size: int,
    *scripts: Script,
    timeout: float = 30,
    opening: dict[int, float] | None = None,
    fails: tuple[int, ...] = (),
) -> Make:
    """Make the threads A, B, C … of one pool from their scripts. `opening` and `fails` go by the number of the connection."""

    def make(run: Run, names: dict[str, Any]) -> dict[str, Callable[[], None]]:
        shop = Shop(run, names, size, timeout, opening or {}, set(fails))
        return {name: shop.act(script) for name, script in zip("ABCDE", scripts, strict=False)}

    return make


def alone(size: int, story: Callable[[Shop], None], **settings: Any) -> Make:
    """Make one thread that does what a function says."""

    def make(run: Run, names: dict[str, Any]) -> dict[str, Callable[[], None]]:
        shop = Shop(run, names, size, settings.get("timeout", 30), {}, set(settings.get("fails", ())))
        return {"A": lambda: story(shop)}

    return make
