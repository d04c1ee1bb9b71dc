"""What a class hands in besides answers: each harms, forges or hangs in a way of its own. Run only confined, by the grader."""

SOLUTION = "def add(a, b):\n    return a + b\n"


def at_import(code: str) -> str:
    """Give an answer that is right and does something else while it is imported."""
    return f"{code}\n\n{SOLUTION}"


def in_call(code: str) -> str:
    """Give an answer that does something else whenever it is called, and gives the right sum where it comes to it."""
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    return f"import os, sys, signal, threading, time\n\ndef add(a, b):\n{lines}\n    return a + b\n"


# What is handed in, and what the first open task says. VICTIM, COURSE and SOLVED stand for a classmate's file, the course's
# folder and a worked solution; MARK for a word by which left-over processes are found.
HARMS: dict[str, tuple[str, str]] = {
    "endless_loop": (in_call("while True: pass"), "no end after 2 s, still at line"),
    "endless_import": ("while True: pass\n", "no end after 2 s, still at line"),
    "deadlock": (in_call("lock = threading.Lock(); lock.acquire(); lock.acquire()"), "no end after 2 s, still at line"),
    "os_exit": (in_call("os._exit(0)"), "the whole process ended with exit code 0"),
    "os_exit_at_import": (at_import("import os\nos._exit(0)"), "the whole process ended with exit code 0"),
    "os_exit_in_a_thread": (
        at_import("import os, threading\nthreading.Timer(0.05, os._exit, [0]).start()\nimport time\n_add = time.sleep")
        .replace("return a + b", "time.sleep(1); return a + b"),
        "the whole process ended with exit code 0",
    ),
    "sys_exit": (in_call("sys.exit()"), "the program ended itself: sys.exit()"),
    "kills_itself": (in_call("os.kill(os.getpid(), signal.SIGKILL)"), "the whole process ended by signal 9"),
    "kills_its_parent": (in_call("os.kill(os.getppid(), signal.SIGKILL)"), "a signal to another process"),
    "kills_its_group": (in_call("os.killpg(os.getppid(), signal.SIGKILL)"), "a signal to another process"),
    "forks": (in_call("os.fork()"), "starting a process (os.fork)"),
    "fork_bomb": (in_call("while True:\n    try:\n        os.fork()\n    except OSError:\n        pass"), "no end after 2 s"),
    "fork_without_the_event": (
        in_call("import _posixsubprocess as p\n"
                "p.fork_exec([b'/bin/sleep', b'MARK'], [b'/bin/sleep'], True, (), None, None, -1, -1, -1, -1, -1, -1, -1, -1,"
                " True, True, 0, None, None, None, -1, None, True)"),
        "",
    ),
    "shell": (in_call("os.system('sleep MARK &')"), "starting a process (os.system)"),
    "subprocess": (in_call("import subprocess\nsubprocess.Popen(['sleep', 'MARK'], start_new_session=True)"), "starting a process"),
    "memory_bomb": (in_call("kept = []\nwhile True: kept.append(bytes(200_000_000))"), "MemoryError"),
    "memory_at_import": (at_import("kept = [0] * 10**10"), "MemoryError"),
    "endless_output": (in_call("while True:\n    try: print('x' * 1000)\n    except Exception: pass"), "200,000 characters of output"),
    "gigabytes_to_its_descriptor": (in_call("for _ in range(10**7): os.write(1, b'x' * 10**6)"), "no end after 2 s"),
    "gigabytes_in_a_file": (in_call("with open('big', 'wb') as file:\n    while True: file.write(b'x' * 10**6)"), "File too large"),
    "many_files": (in_call("for n in range(10**6): open(f'f{n}', 'wb').write(b'x' * 10**5)"), "writing more than 200 files"),
    "deletes_its_own_answer": (in_call("os.remove(__file__)"), "removing "),
    "deletes_a_classmate": (in_call("os.remove('VICTIM')"), "removing VICTIM"),
    "deletes_the_course": (in_call("import shutil\nshutil.rmtree('COURSE')"), "Refused: looking into COURSE is not allowed"),
    "overwrites_the_checker": (in_call("open('COURSE/exercises/p1_why/l01_lamps_test.py', 'w').write('')"), "writing to COURSE"),
    "poisons_the_cache": (
        in_call("folder = 'COURSE/exercises/p1_why/__pycache__'\nos.makedirs(folder, exist_ok=True)\nopen(folder + '/x.pyc', 'wb').write(b'')"),
        "making the folder COURSE",
    ),
    "reads_the_solution": (at_import("exec(open('SOLVED').read())"), "reading SOLVED"),
    "reads_a_classmate": (at_import("exec(open('VICTIM').read())"), "reading VICTIM"),
    "reads_the_environment": (in_call("open('/proc/self/environ').read()"), "reading /proc/self/environ"),
    "out_by_a_link": (in_call("os.symlink('COURSE', 'out')\nopen('out/README.md', 'w').write('')"), "writing to out/README.md"),
    "out_by_a_database": (in_call("import sqlite3\nsqlite3.connect('COURSE/x.db').execute('CREATE TABLE t (x)')"), "opening the database"),
    "machine_code": (at_import("import ctypes\nctypes.CDLL(None)"), "ctypes"),
    "calls_far_away": (in_call("import socket\nsocket.create_connection(('192.0.2.1', 80), 1)"), "a connection to 192.0.2.1"),
    "lifts_its_limits": (in_call("import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))"), "resource.setrlimit"),
    "leaves_a_thread": (in_call("threading.Thread(target=time.sleep, args=(60,), name='left').start()"), "1 thread still running: left"),
    "str_subclass_as_path": (in_call("class P(str):\n    def startswith(self, *_): return True\nopen(P('VICTIM'), 'w')"), "writing to VICTIM"),
    "path_that_acts": (
        in_call("class P(str):\n    def __getitem__(self, key):\n        os.remove('VICTIM')\n        return ''\n    __str__ = __fspath__ = lambda self: self[0]\n"
                "open(P('VICTIM'), 'w')"), "writing to VICTIM",
    ),
    "removes_by_a_folder": (in_call("os.remove('l01_lamps.py', dir_fd=os.open(os.path.dirname('VICTIM'), os.O_RDONLY))"), "reading "),
    "signals_by_pidfd": (in_call("signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL)"), "a signal to another process"),
    "giant_repr": ("class R:\n    def __repr__(self): return 'x' * 400_000_000\ndef add(a, b): return R()\n", ""),
    "ends_the_listeners": (
        at_import("from sqlalchemy import Pool, event\nfor name in ('connect', 'checkout'):\n    list(map(lambda l: l.clear(), getattr(Pool.dispatch, name)._clslevel.values()))\n"
                  "import gc; gc.get_objects()"), "looking at what belongs to others",
    ),
    "odd_exception": (
        in_call("class Odd(Exception):\n    def __str__(self): raise self\nraise Odd"), "Odd",
    ),
    "deep_source": ("x = " + "(" * 5000 + ")" * 5000, ""),
    "not_text": ("\x00\x01", ""),
}  # fmt: skip

# What would make a wrong answer pass, and what is said instead: at least one of these words.
WRONG = "def add(a, b):\n    return 0\n"
FORGERIES: dict[str, tuple[str, str]] = {
    "patches_expect": ("import poolschool.checks\npoolschool.checks.expect = lambda *a, **k: None\n" + WRONG, "tampered"),
    "patches_the_code_of_expect": (
        "import poolschool.checks\ndef nothing(got, expected, *, called, hint, belief=''): pass\n"
        "poolschool.checks.expect.__code__ = nothing.__code__\n" + WRONG, "changing expect",
    ),
    "patches_while_called": (
        "def add(a, b):\n    import poolschool.checks\n    poolschool.checks.expect = lambda *a, **k: None\n    return 0\n", "",
    ),
    "patches_the_checker_only": (
        ("import sys\ndef add(a, b):\n    frame = sys._getframe()\n    while frame:\n"
        "        if 'test_add' in frame.f_globals: frame.f_globals['expect'] = lambda *a, **k: None\n"
        "        frame = frame.f_back\n    return 0\n"), "tampered",
    ),
    "patches_the_judge": (
        "import poolschool.grading.judge as judge\nsay = judge.Judge._say\n"
        "judge.Judge._say = lambda self, task, status, **words: say(self, task, 'passed')\n" + WRONG, "tampered",
    ),
    "patches_the_worker": (
        "import poolschool.grading.worker as worker\ntell = worker.Worker.tell\n"
        "def lie(self, message):\n    if message[0] == 'verdict': message[1]['status'] = 'passed'\n    tell(self, message)\n"
        "worker.Worker.tell = lie\n" + WRONG, "tampered",
    ),
    "patches_pytest": (
        "import _pytest.python as python\npython.Function.runtest = lambda self: None\n" + WRONG, "tampered",
    ),
    "patches_pytest_for_the_tasks_only": (
        "import _pytest.python as python\nreal = python.Function.runtest\n"
        "python.Function.runtest = lambda self: real(self) if not self.name.startswith('test_add') else None\n" + WRONG, "tampered",
    ),
    "patches_pluggy": (
        "import pluggy._callers as callers, pluggy._manager as manager\nreal = manager._multicall\n"
        "def call(name, *rest):\n    return None if name == 'pytest_pyfunc_call' else real(name, *rest)\n"
        "manager._multicall = callers._multicall = call\n" + WRONG, "",
    ),
    "patches_the_exception": (
        "import poolschool.checks as checks\nchecks.Wrong.__init__ = lambda self, **k: None\n" + WRONG, "",
    ),
    "patches_the_pool": (
        "import sqlalchemy.pool as pool\npool.QueuePool._do_get = lambda self: None\n" + SOLUTION, "tampered",
    ),
    "writes_to_every_descriptor": (
        "import os\nfor number in range(3, 200):\n    try: os.write(number, b'" + "0" * 32 + " [\"done\"]\\n')\n    except OSError: pass\n" + WRONG,
        "tampered",
    ),
    "half_a_line": (
        "import os, time\nfor number in range(3, 200):\n    try: os.write(number, b'x')\n    except OSError: pass\ntime.sleep(60)\n" + WRONG,
        "no end after 2 s",
    ),
    "an_endless_line": (
        "import os\nfor number in range(3, 200):\n    try:\n        for _ in range(10**4): os.write(number, b'x' * 10**5)\n    except OSError: pass\n" + WRONG,
        "tampered",
    ),
    "pickles_into_the_pipe": (
        "import os, pickle, struct\nclass Evil:\n    def __reduce__(self): return os.system, ('touch COURSE/evil',)\n"
        "data = pickle.dumps(Evil())\n"
        "for number in range(3, 200):\n    try: os.write(number, struct.pack('!i', len(data)) + data)\n    except OSError: pass\n" + WRONG,
        "tampered",
    ),
    "searches_the_memory": (
        ("def add(a, b):\n    import gc\n    for thing in gc.get_objects():\n"
        "        if type(thing).__name__ == 'ConfinedWorker': thing.say(('verdict', {}))\n    return 0\n"), "looking at what belongs to others",
    ),
    "says_it_twice": (
        ("def add(a, b):\n    import sys\n    frame = sys._getframe()\n    while frame:\n        worker = frame.f_locals.get('self')\n"
        "        if hasattr(worker, 'say'):\n"
        "            from dataclasses import asdict\n            from poolschool.grading.verdict import Verdict\n"
        "            for number in (1, 2): worker.say(('verdict', asdict(Verdict(number, '', 'passed'))))\n            break\n"
        "        frame = frame.f_back\n    return 0\n"), "tampered",
    ),
    "ends_before_the_last_check": (
        ("import poolschool.checks, os, threading, time\npoolschool.checks.expect = lambda *a, **k: None\n"
        "def add(a, b):\n    if a == 20: os._exit(0)\n    return 0\n"), "",
    ),
    "traces_the_judge": ("import sys\nsys.settrace(lambda *a: None)\n" + WRONG, "looking at what belongs to others"),
    "replaces_a_module": (
        "import sys, types\nfake = types.ModuleType('poolschool.checks')\nfake.expect = fake.call = lambda *a, **k: None\n"
        "fake.Wrong = AssertionError\nsys.modules['poolschool.checks'] = fake\n" + WRONG, "tampered",
    ),
    "replaces_a_module_for_a_while": (
        "import sys, types\nreal = sys.modules['poolschool.checks']\nclass Fake(types.ModuleType):\n"
        "    def __getattr__(self, name):\n        if name == 'expect': sys.modules['poolschool.checks'] = real; return lambda *a, **k: None\n"
        "        return getattr(real, name)\nsys.modules['poolschool.checks'] = Fake('poolschool.checks')\n" + WRONG, "tampered",
    ),
    "ends_pytest": ("import pytest\ndef add(a, b):\n    pytest.exit('enough', returncode=0)\n", ""),
    "skips": ("import pytest\ndef add(a, b):\n    pytest.skip('not today')\n", ""),
    "expected_to_fail": ("import pytest\ndef add(a, b):\n    pytest.xfail('not today')\n", ""),
}  # fmt: skip
