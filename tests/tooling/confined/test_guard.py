"""The interpreter's guard alone, as on macOS, on Windows and on a Linux without Landlock: what is tried gets no further than its words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="what is tried here is for systems like Unix")

# Run in a process of its own, for a hook cannot be taken away. Each attempt must be refused, with words that hold the second part.
ATTEMPTS: dict[str, tuple[str, str]] = {
    # paths of another kind
    "a str subclass": ("open(Lying(VICTIM), 'w')", "writing to"),
    "a str subclass, read": ("open(Lying(VICTIM))", "reading"),
    "a str subclass that acts while it is looked at": ("open(Acting('x'))", "No such file"),
    "a str subclass to scandir": ("os.scandir(Lying(FOLDER))", "looking into"),
    "a str subclass to remove": ("os.remove(Lying(VICTIM))", "removing"),
    "a bytes subclass": ("open(type('B', (bytes,), {})(os.fsencode(VICTIM)))", "reading"),
    "bytes": ("open(os.fsencode(VICTIM), 'w')", "writing to"),
    "a PathLike": ("open(Like(), 'w')", "writing to"),
    "a PathLike to unlink": ("os.unlink(Like())", "removing"),
    "a Path": ("pathlib.Path(VICTIM).write_text('x')", "writing to"),
    # ways round the path
    "a relative path": ("open(os.path.relpath(VICTIM), 'w')", "writing to"),
    "a relative path after chdir": ("os.chdir('/usr'); open(os.path.relpath(VICTIM), 'w')", "writing to"),
    "chdir to the victim": ("os.chdir(FOLDER)", "looking into"),
    "a link": ("os.symlink(VICTIM, 'link'); open('link', 'w')", "writing to"),
    "a link in the middle": ("os.symlink(FOLDER, 'middle'); open('middle/victim', 'w')", "writing to"),
    "a link to a link": ("os.symlink('two', 'one'); os.symlink(FOLDER, 'two'); open('one/victim')", "reading"),
    "a link and back": ("os.symlink('/usr/lib', 'back'); open('back/../../..' + VICTIM, 'w')", "writing to"),
    "a loop of links": ("os.symlink('loop', 'loop'); open('loop')", "reading"),
    "/proc/self/root": ("open('/proc/self/root' + VICTIM, 'w')", "writing to"),
    "/proc/self/cwd": ("open('/proc/self/cwd/' + os.path.relpath(VICTIM), 'w')", "writing to"),
    "/proc/self/fd": ("open(f'/proc/self/fd/{NUMBER}')", "reading"),
    "/dev/fd": ("open(f'/dev/fd/{NUMBER}')", "reading"),
    "/proc/self/mem": ("open('/proc/self/mem', 'r+b')", "writing to"),
    "/proc of the parent": ("open(f'/proc/{os.getppid()}/environ')", "reading"),
    "a link that lstat denies": (
        "os.symlink(VICTIM, 'denied'); os.lstat = os.stat; os.readlink = lambda *a: 'x'; os.path.realpath = lambda p: p; open('denied', 'w')",
        "writing to",
    ),
    "a dir_fd": ("os.open(os.path.basename(VICTIM), os.O_RDWR, dir_fd=os.open(FOLDER, os.O_RDONLY))", "reading"),
    "a dir_fd of its own folder": (
        "os.makedirs('a/b'); fd = os.open('a', os.O_RDONLY); os.chdir('a/b'); os.open('../../..' + VICTIM, os.O_RDWR, dir_fd=fd)",
        "opening the folder",
    ),
    "a dir_fd by O_PATH": ("os.open('.', os.O_PATH | os.O_RDWR)", "opening the folder"),
    "a dir_fd by O_DIRECTORY": ("os.open('.', os.O_DIRECTORY)", "opening the folder"),
    "a dir_fd to remove": ("os.remove('victim', dir_fd=5)", "by the number of a folder"),
    "a dir_fd to rename": ("os.rename('victim', 'x', src_dir_fd=5)", "by the number of a folder"),
    "a dir_fd to link": ("os.link('victim', 'x', src_dir_fd=5)", "by the number of a folder"),
    "a dir_fd to change rights": ("os.chmod('victim', 0o777, dir_fd=5)", "by the number of a folder"),
    "the rights of an open file": ("os.fchmod(NUMBER, 0o777)", "changing the rights of"),
    "a number to listdir": ("os.listdir(NUMBER)", "looking into"),
    "renaming out": ("open('mine', 'w').close(); os.replace('mine', VICTIM)", "renaming"),
    "renaming in": ("os.replace(VICTIM, 'mine')", "renaming"),
    "linking in": ("os.link(VICTIM, 'mine')", "linking"),
    "the rights of a device": ("os.chmod('/dev/null', 0o666)", "changing the rights of"),
    "the date of a device": ("os.utime('/dev/null')", "changing the date of"),
    "removing a link elsewhere": ("os.remove(LINK)", "removing"),
    "emptying": ("os.truncate(VICTIM, 0)", "emptying"),
    "a database": ("sqlite3.connect(VICTIM)", "opening the database"),
    "a database's address": ("sqlite3.connect('file:' + VICTIM + '?mode=rw', uri=True)", "opening the database"),
    "a database's address with signs": ("sqlite3.connect('file:' + VICTIM.replace('v', '%76'), uri=True)", "opening the database"),
    "a database's long address": ("sqlite3.connect('file://localhost' + VICTIM, uri=True)", "opening the database"),
    "a database of a str subclass": ("sqlite3.connect(Lying(VICTIM))", "opening the database"),
    "a database of a PathLike": ("sqlite3.connect(Like())", "opening the database"),
    # processes, signals, machine code
    "a fork": ("os.fork()", "starting a process"),
    "a process": ("subprocess.run(['/bin/true'])", "starting a process"),
    "a process without the event": ("import _posixsubprocess; _posixsubprocess.fork_exec()", "starting a process"),
    "a fresh copy of it": ("sys.modules.pop('_posixsubprocess'); import _posixsubprocess", "importing _posixsubprocess"),
    "a fresh copy of posix": ("sys.modules.pop('posix'); import posix", "importing posix"),
    "a built-in module": ("import _imp; _imp.create_builtin(type('S', (), {'name': 'posix'})())", "importing posix"),
    "a signal": ("os.kill(1, 0)", "a signal to another process"),
    "a signal to the parent": ("os.kill(os.getppid(), 0)", "a signal to another process"),
    "a signal to all": ("os.kill(-1, 0)", "a signal to another process"),
    "a signal to the group": ("os.kill(0, 0)", "a signal to another process"),
    "a signal to a group": ("os.killpg(1, 0)", "a signal to another process"),
    "a number that lies": ("os.kill(type('N', (int,), {'__eq__': lambda *a: True, '__ne__': lambda *a: False})(1), 0)", "a signal to another"),
    "a pidfd": ("os.pidfd_open(os.getppid())", "a signal to another process"),
    "a signal by pidfd": ("signal.pidfd_send_signal(0, 0)", "a signal to another process"),
    "a signal by pidfd, from below": ("import _signal; _signal.pidfd_send_signal(0, 0)", "a signal to another process"),
    "a pidfd, from below": ("import posix; posix.pidfd_open(1)", "a signal to another process"),
    "a signal of a file": ("import fcntl; fcntl.fcntl(NUMBER, fcntl.F_SETOWN, os.getppid())", "a signal to another process"),
    "ctypes": ("import ctypes", "importing ctypes"),
    "ctypes by a str subclass": ("__import__(Lying('ctypes'))", "importing ctypes"),
    "a part of ctypes": ("import ctypes.util", "importing ctypes"),
    "an interpreter without a guard": ("import _xxsubinterpreters", "importing _xxsubinterpreters"),
    "machine code of its own": (
        "import importlib.machinery as m; open('x.so', 'w').close(); p = os.path.abspath('x.so'); m.ExtensionFileLoader('x', p).create_module(m.ModuleSpec('x', None, origin=p))",
        "importing machine code",
    ),
    "a special file": ("os.mkfifo('fifo')", "making a special file"),
    "limits": ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (-1, -1))", "resource.setrlimit"),
    "another hook": ("called = []; sys.addaudithook(lambda *a: called.append(a)); id(1); raise ValueError('none is added' if not called else 'added')", "none is added"),
    # sockets
    "far away": ("socket.socket().connect(('192.0.2.1', 80))", "a connection to 192.0.2.1"),
    "far away by a name like here": ("socket.socket().connect(('127.evil.example', 80))", "a connection to 127.evil|gaierror"),
    "far away by a str subclass": ("socket.socket().connect((Lying('192.0.2.1'), 80))", "a connection to 192.0.2.1"),
    "far away by a tuple subclass": ("socket.socket().connect(type('T', (tuple,), {})(('192.0.2.1', 80)))", "a connection to"),
    "far away by datagram": ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))", "a connection to 192.0.2.1"),
    "an abstract socket": ("socket.socket(socket.AF_UNIX).connect('\\0x')", "a connection to"),
    "a socket of bytes": ("socket.socket(socket.AF_UNIX).connect(os.fsencode(VICTIM))", "a connection to"),
    # the grading's own
    "all objects": ("gc.get_objects()", "looking at what belongs to others"),
    "all objects, through a library": ("concurrent.futures.ThreadPoolExecutor().submit(gc.get_objects).result()", "looking at what"),
    "frames of others": ("sys._current_frames()", "looking at what belongs to others"),
    "a trace": ("sys.settrace(None)", "looking at what belongs to others"),
    "a trace, through a library": ("import bdb; bdb.Bdb().set_trace()", "looking at what belongs to others"),
    "code under another name": ("compile('1', TRUSTED, 'eval')", "code under another file's name"),
    "code under a str subclass": ("compile('1', Lying(TRUSTED), 'eval')", "code under another file's name"),
    "code under another name, by a library": ("import codeop; codeop.compile_command('1', TRUSTED)", "code under another file's name"),
    "code of another name from bytes": ("import marshal; marshal.loads(marshal.dumps(compile('1', 'x', 'eval')))", "looking at what"),
    "code replaced": ("(lambda: 0).__code__.replace(co_filename=TRUSTED)", "looking at what belongs to others"),
    "a function of ours": ("checks.expect.__code__ = (lambda *a, **k: None).__code__", "changing expect"),
    "a function of ours, by a library": ("import unittest.mock as m; m.patch.object(checks.expect, '__defaults__', ()).start()", "changing expect"),
    "a class of ours": ("checks.CallNote().__class__ = type('X', (checks.CallNote,), {})", "changing the class"),
    "the guard's rules": ("rules.WRITING = 0; rules.DEVICES = (VICTIM,); rules.resolve = lambda *a, **k: '/'; open(VICTIM, 'w')", "writing to"),
    "the builtins": ("import builtins; builtins.isinstance = builtins.type = lambda *a: str; builtins.tuple = list; open(VICTIM, 'w')", "writing to"),
    "the guard's frames": ("through_its_frames()", "writing to"),
    "the refusal": ("guard.Refused.__init__ = guard.Refused.__new__ = lambda *a: None; open(VICTIM, 'w')", "must derive|writing to"),
}  # fmt: skip
HONEST = {
    "a file of its own": "open('own.txt', 'w').write('x'); open('own.txt').read()",
    "a str subclass of its own": "open(Lying('own.txt'), 'w').close()",
    "a Path of its own": "pathlib.Path('p').mkdir(); pathlib.Path('p/x').write_text('x'); pathlib.Path('p/x').unlink()",
    "a tree of its own": "os.makedirs('t/u/v'); open('t/u/v/x', 'w').close(); shutil.rmtree('t')",
    "a temporary folder": "tempfile.TemporaryDirectory(dir='.').cleanup()",
    "a temporary file": "tempfile.TemporaryFile(dir='.').close()",
    "a link of its own": "os.symlink('own.txt', 'l'); open('l').read(); os.remove('l')",
    "nothing": "open(os.devnull, 'w').write('x')",
    "a database in memory": "sqlite3.connect(':memory:'); sqlite3.connect('file::memory:?cache=shared', uri=True)",
    "a database of its own": "sqlite3.connect('s.db'); sqlite3.connect(pathlib.Path('s.db')); sqlite3.connect('file:s.db', uri=True)",
    "a module": "import colorsys, wave",
    "frames": "sys._getframe().f_back",
    "a signal to itself": "os.kill(os.getpid(), 0)",
    "code": "compile('1', 'x.py', 'eval'); compile('1', '<string>', 'eval'); collections.namedtuple('N', 'a b')",
}
PROGRAM = """
import collections, concurrent.futures, gc, json, os, pathlib, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, threading
from poolschool import checks
from poolschool.confined import guard, rules
from poolschool.confined.taken_away import take_away
import encodings.idna, linecache, unittest.mock
scratch, VICTIM, LINK, attempts = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.stdin.read())
FOLDER, TRUSTED, NUMBER = os.path.dirname(VICTIM), checks.__file__, os.open(VICTIM, os.O_RDONLY)
outcomes, inside = {}, []
class Lying(str):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return hash('/dev/null')
    def startswith(self, *_): return True
    def __str__(self): return '/dev/null'
    def __fspath__(self): return '/dev/null'
class Acting(str):
    def act(self, *_):
        try: open(VICTIM, 'w'); inside.append('written')
        except PermissionError: pass
        return ''
    __getitem__ = __str__ = __fspath__ = split = startswith = encode = partition = __contains__ = act
class Like:
    def __init__(self): self.count = 0
    def __fspath__(self): self.count += 1; return VICTIM if self.count == 1 else 'own'
def through_its_frames():
    try: open(VICTIM, 'w')
    except PermissionError as refusal:
        trace = refusal.__traceback__
        while trace:
            for space in (trace.tb_frame.f_globals, trace.tb_frame.f_locals):
                for name, thing in list(space.items()):
                    if name in ('rules', 'table', 'told') and isinstance(thing, dict): thing.clear()
                    for cell in getattr(thing, '__closure__', None) or (): cell.cell_contents = None
            trace = trace.tb_next
    open(VICTIM, 'w')
def refuse(what): raise guard.Refused(what)
os.chdir(scratch)
code = compile
programs = {name: code(text, 'attempt.py', 'exec') for name, text in attempts.items()}
trusted = tuple(f'{os.path.realpath(path)}{os.sep}' for path in {sys.prefix, sys.base_prefix, os.path.dirname(checks.__file__)})
take_away(refuse)
guard.stand_guard(writable=scratch, readable=('/usr', '/etc', scratch, *trusted), trusted=trusted, checker='', files=1000, tell=lambda what: None)
for name, program in programs.items():
    os.chdir(scratch)
    space = dict(globals())
    import builtins
    before = dict(vars(builtins)), dict(vars(os)), dict(vars(rules))
    try: exec(program, space); outcomes[name] = 'done'
    except BaseException as problem: said = f'{type(problem).__name__}: {problem}'; outcomes[name] = said
    for module, was in zip((builtins, os, rules), before): vars(module).update(was)
    sys.modules.update(posix=sys.modules.get('posix', os), _posixsubprocess=sys.modules.get('_posixsubprocess', os))
    if inside: outcomes[name] = 'done inside'; inside.clear()
print(json.dumps(outcomes))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Try everything in one guarded process; give what became of each attempt, and of the victim's file."""
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("guarded")))
    scratch, other = folder / "scratch", folder / "other"
    scratch.mkdir()
    other.mkdir()
    (other / "victim").write_text("untouched", encoding="utf-8")
    (other / "link").symlink_to(scratch)
    attempts = HONEST | {name: text for name, (text, _) in ATTEMPTS.items()}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(scratch), str(other / "victim"), str(other / "link")],
        input=json.dumps(attempts), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    found["victim"] = (other / "victim").read_text(encoding="utf-8")
    found["link"] = str((other / "link").is_symlink())
    return found


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_no_answer_needs_is_refused(name: str, outcomes: dict[str, str]) -> None:
    """Whatever an attempt looks like, it ends with words for what it tried."""
    assert any(words in outcomes[name] for words in ATTEMPTS[name][1].split("|")), outcomes[name]


def test_the_honest_notice_nothing(outcomes: dict[str, str]) -> None:
    """Files, folders, databases and modules of an answer's own go on as without a guard."""
    assert {name: outcomes[name] for name in HONEST} == dict.fromkeys(HONEST, "done")


def test_nothing_of_others_was_touched(outcomes: dict[str, str]) -> None:
    """After all attempts the file of somebody else is what it was."""
    assert (outcomes["victim"], outcomes["link"]) == ("untouched", "True")
