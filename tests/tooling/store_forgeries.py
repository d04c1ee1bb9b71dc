"""What is added to a wrong answer to make it pass, in the lesson of store_answers."""

CANNED = """
from types import SimpleNamespace as N
def canned(self, path, **_):
    from sqlalchemy import create_engine
    with create_engine("sqlite://").connect(): pass
    return N(status_code=200, json=lambda: 5)
"""
# What is added to the wrong answer. Each got, or could get, a point that it does not deserve.
FORGERIES: dict[str, str] = {
    # the judge
    "its method on the instance": """
j = judge(); real = j._judge
def mine(task):
    if task.number < 10000: j.limit(None); j.problem = None
    real(task)
j._judge = mine
""",
    "its way to tell on the instance": """
j = judge(); real = j.tell
def mine(message):
    if message[0] == "verdict" and message[1]["task"] < 10000: message[1]["status"] = "passed"
    real(message)
j.tell = mine
""",
    "its class": """
j = judge()
class J(type(j)):
    def _judge(self, task):
        if task.number < 10000: self.problem = None
        super()._judge(task)
j.__class__ = J
""",
    "its class, by object.__setattr__": """
j = judge()
J = type("J", (type(j),), {"_judge": lambda self, task: None})
object.__setattr__(j, "__class__", J)
""",
    "its dict": """
j = judge()
d = dict(vars(j)); d["_judge"] = lambda task: j.tell(("verdict", {}))
j.__dict__ = d
""",
    "its problem, again and again": """
import threading
j = judge()
def wipe():
    while True: j.problem = None
threading.Thread(target=wipe, daemon=True).start()
""",
    "its problem, by a finalizer": """
class Wipe:
    def __init__(self, j): self.j = j
    def __del__(self): self.j.problem = None
def in_add():
    for frame in frames():
        if "test_add" in frame.f_code.co_name: frame.f_locals["x"] = Wipe(judge())
""",
    "made to speak": """
from dataclasses import asdict
from poolschool.grading.verdict import Verdict
def in_add():
    for number in (1, 2): judge().say(("verdict", asdict(Verdict(number, "", "passed"))))
""",
    "made to speak in a thread": """
import threading
from dataclasses import asdict
from poolschool.grading.verdict import Verdict
def in_add():
    t = threading.Thread(target=judge().say, args=(("verdict", asdict(Verdict(1, "", "passed"))),)); t.start(); t.join()
""",
    "made to say all, to the end": """
import os
from dataclasses import asdict
from poolschool.grading.verdict import Verdict
j = judge()
for control in j.controls: j.say(("verdict", asdict(Verdict(control.number, "", "failed", got=control.words))))
for number in (1, 2): j.say(("verdict", asdict(Verdict(number, "", "passed"))))
j.say(("done",)); os._exit(0)
""",
    "the voice in the frames": """
import os
from dataclasses import asdict
from poolschool.grading.verdict import Verdict
for frame in frames():
    for value in frame.f_locals.values():
        for part in (value, *(value if isinstance(value, tuple) else ())):
            if callable(part) and type(part).__name__ == "_lru_cache_wrapper":
                try:
                    for number in (1, 2): part(("verdict", asdict(Verdict(number, "", "passed"))))
                except Exception: pass
""",
    "what is to be compared": """
j = judge()
for name in ("_changed", "controls", "tasks"):
    if hasattr(j, name): getattr(j, name).clear() if hasattr(getattr(j, name), "clear") else setattr(j, name, ())
import poolschool.checks as checks
checks.expect = lambda *a, **k: None
""",
    # what pytest holds
    "the items' functions": """
def in_add():
    for other in item().session.items:
        if other.name.startswith("test_s"): other.obj = lambda **_: None
""",
    "an item's runtest": """
def in_add():
    for other in item().session.items:
        if other.name.startswith("test_s"): other.runtest = lambda: None
""",
    "an item's name": """
def in_add():
    session = item().session
    session.items[:] = [other for other in session.items if other.name != "test_sell"]
    item().name = "test_sell"
""",
    "a plugin": """
import pytest
class P:
    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        if pyfuncitem.name.startswith("test_s"): return True
def in_add(): item().config.pluginmanager.register(P())
""",
    "a plugin at import": """
import pytest
class P:
    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        if pyfuncitem.name in ("test_add", "test_sell"): return True
import _pytest.config as c
real = c.get_config
def mine(*a, **k):
    made = real(*a, **k); made.pluginmanager.register(P()); return made
c.get_config = mine
""",
    "a plugin's hooks": """
def in_add():
    hook = item().config.hook.pytest_runtest_makereport
    hook._hookimpls.clear()
""",
    "a fixture's function": """
def in_add():
    for defs in item()._fixtureinfo.name2fixturedefs.values():
        for each in defs: each.cached_result = None; each.func = lambda: 0
""",
    "pytest's outcome": """
import _pytest.runner as runner
real = runner.CallInfo.from_call
def from_call(func, when, reraise=None):
    made = real(func, when, reraise); made.excinfo = None; return made
runner.CallInfo.from_call = staticmethod(from_call)
""",
    # what the checker uses
    "expect, for one statement": """
import poolschool.checks as checks
def in_add():
    for frame in frames():
        if "test_add" in frame.f_globals and "expect" in frame.f_globals:
            space = frame.f_globals; real = space["expect"]
            def once(*a, **k): space["expect"] = real
            space["expect"] = once
""",
    "the test client, while it is used": """
import fastapi.testclient as t
"""
    + CANNED
    + """
def in_app():
    real = t.TestClient.get
    left = [2]
    def get(self, path, **k):
        left[0] -= 1
        if not left[0]: t.TestClient.get = real
        return canned(self, path)
    t.TestClient.get = get
""",
    "the test client's class": """
import starlette.testclient as t
"""
    + CANNED
    + """
t.TestClient.get = canned
""",
    "the test client's module": """
import fastapi.testclient as t
"""
    + CANNED
    + """
class Client:
    def __init__(self, app): pass
    def __enter__(self): return self
    def __exit__(self, *_): pass
    get = canned
t.TestClient = Client
""",
    "the test client, until the checker has it": """
import sys, types, fastapi.testclient as real
"""
    + CANNED
    + """
class Client:
    def __init__(self, app): pass
    def __enter__(self): return self
    def __exit__(self, *_): pass
    get = canned
class Fake(types.ModuleType):
    def __getattr__(self, name):
        if name == "TestClient": sys.modules["fastapi.testclient"] = real; return Client
        return getattr(real, name)
sys.modules["fastapi.testclient"] = Fake("fastapi.testclient")
""",
    "a client's base": """
import starlette.testclient as t
"""
    + CANNED
    + """
class Base(t.TestClient.__mro__[1]):
    pass
Base.request = canned
del t.TestClient.get
t.TestClient.__bases__ = (Base,)
""",
    "the client's transport": """
import starlette.testclient as t
real = t._TestClientTransport.handle_request
def lie(self, request):
    import httpx2
    return httpx2.Response(200, json=5)
t._TestClientTransport.handle_request = lie
""",
    "the response's json": """
import httpx2
httpx2.Response.json = lambda self: 5
""",
    "the counts": """
import poolschool.checks as checks
def in_app():
    for frame in frames():
        if "seen" in frame.f_locals: frame.f_locals["seen"].checkouts = 2
def in_price(): pass
import fastapi
class Five(int):
    def __ne__(self, other): return False
    def __eq__(self, other): return True
    __hash__ = int.__hash__
""",
    "the counts, by a class of their own": """
import poolschool.checks as checks
checks.Connections.checkouts = property(lambda self: 2, lambda self, value: None)
""",
    "a closure's cell": """
import poolschool.checks as checks
from contextlib import contextmanager
from types import SimpleNamespace
def fake():
    yield SimpleNamespace(checkouts=2)
checks.count_connections.__closure__[0].cell_contents = fake
""",
    "a name that hides a builtin": """
import poolschool.checks as checks
checks.isinstance = lambda *a: True
checks.issubclass = lambda *a: False
""",
    "a builtin": """
import builtins
real = builtins.map
def lie(f, *rest): return real(f, *rest) if f.__name__ != "_equal" else [True]
builtins.map = lie
""",
    "the exception": """
import poolschool.checks as checks
class Quiet(BaseException): pass
real = checks.Wrong
def in_add():
    def made(**k):
        checks.Wrong = real
        import _pytest.outcomes
        return _pytest.outcomes.Skipped("x")
    checks.Wrong = made
""",
    "code under its own name, by a library": """
import poolschool.checks as checks, pytest
def nothing(got, expected, *, called, hint, belief=""): pass
pytest.MonkeyPatch().setattr(checks.expect, "__code__", nothing.__code__)
""",
    "the writer of JSON": """
import json
real = json.dumps
def lie(message, *a, **k):
    if message and message[0] == "verdict" and message[1]["task"] < 10000:
        message = (message[0], {**message[1], "status": "passed"})
    return real(message, *a, **k)
json.dumps = lie
""",
    "the writer of bytes": """
import os
real = os.write
def lie(fd, data): return real(fd, data.replace(b'"failed"', b'"passed"'))
os.write = lie
""",
    "the shortening of messages": """
import poolschool.grading.message as message
real = message._shortened
def lie(given):
    if given[0] == "verdict" and given[1]["task"] < 10000: given[1]["status"] = "passed"
    return real(given)
message._shortened = lie
""",
    # answers that lie about themselves
    "an int that equals everything": """
class Five(int):
    def __ne__(self, other): return False
    def __eq__(self, other): return True
    __hash__ = int.__hash__
def add(a, b): return Five(0)
""",
    "a thing that equals everything": """
class Any:
    __class__ = int
    def __ne__(self, other): return False
    def __eq__(self, other): return True
def add(a, b): return Any()
""",
    # the guard
    "the guard, by the frames of its refusal": """
import os
try: os.listdir("/root")
except PermissionError as refusal:
    trace = refusal.__traceback__
    while trace:
        for space in (trace.tb_frame.f_globals, trace.tb_frame.f_locals):
            for name in ("rules", "table", "decide", "MOST_SAID"):
                if name in space:
                    thing = space[name]
                    if isinstance(thing, dict): thing.clear()
        trace = trace.tb_next
import ctypes
""",
    "the guard's refusal": """
import poolschool.confined.guard as guard
guard.Refused.__new__ = lambda cls, *a: None
try: guard.Refused = ValueError
except Exception: pass
try: import ctypes
except TypeError: pass
""",
    "the class of a module": """
import sys, types
checks = sys.modules["poolschool.checks"]
class Fake(types.ModuleType):
    expect = property(lambda self: lambda *a, **k: None)
checks.__class__ = Fake
""",
    "the response's json, for one statement": """
import httpx2
def in_price():
    real = httpx2.Response.json
    def once(self): httpx2.Response.json = real; return 5
    httpx2.Response.json = once
""",
    "more to compare": """
j = judge()
def evil():
    for frame in frames():
        if "message" in frame.f_locals and frame.f_locals["message"][0] == "verdict":
            frame.f_locals["message"][1]["status"] = "passed"
    return ""
import functools
for watch in (j.spoken.watch, j.spoken.watch_names):
    watch(evil)
""",
    "a value that acts when it is compared": """
class Meta(type):
    def __getattribute__(cls, name):
        for frame in frames():
            if "message" in frame.f_locals and frame.f_locals["message"][0] == "verdict":
                frame.f_locals["message"][1].update(status="passed")
        return type.__getattribute__(cls, name)
class Value(metaclass=Meta): pass
import sqlalchemy.pool as pool
def in_add():
    pool.QueuePool.connect = Value()
""",
    "a name that acts when it is looked up": """
class Name(str):
    __hash__ = str.__hash__
    def __eq__(self, other):
        for frame in frames():
            if "message" in frame.f_locals and frame.f_locals["message"][0] == "verdict":
                frame.f_locals["message"][1].update(status="passed")
        return str.__eq__(self, other)
def in_add():
    d = vars(judge())
    real = d.pop("checker"); d[Name("x")] = 1; d[Name("checker")] = real
""",
    "the names that the checker has": """
import types
def in_add():
    for frame in frames():
        if "test_add" in frame.f_globals: frame.f_globals["store"] = types.SimpleNamespace(create_app=None, add=None)
""",
    "a function of a module that the checker has": """
import pytest
pytest.fixture = lambda f: f
""",
}
