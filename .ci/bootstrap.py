"""Set the course up in `.venv`: the locked parts, by hash, and the course itself. A second run returns at once.

Runs on a bare Python (standard library only). Every way it can fail is said in one sentence with what to do.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / ".ci" / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "setup.log"


def main() -> None:
    """Create or renew the environment if the lock, the metadata or the Python changed since the last time."""
    wanted = fingerprint()
    stamp = VENV / "poolschool.stamp"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted and PYTHON.exists():
        pages_python()
        return
    started = time.monotonic()
    make_venv()
    parts = len(re.findall(r"^[a-z0-9]", LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.IGNORECASE))
    say(f"Setting up the course in .venv, once: {parts} parts.")
    install(parts)
    pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(wanted, encoding="utf-8")
    pages_python()
    say(f"Set up in {time.monotonic() - started:.0f} s.")


def pages_python() -> None:
    """Fetch the Python that runs in the pages, unless it is there; the course works without it."""
    script = ROOT / "src" / "poolschool" / "browser" / "build.py"
    if script.is_file():
        subprocess.run([str(PYTHON), "-P", str(script)], cwd=ROOT, check=False)


def fingerprint() -> str:
    """Digest everything the environment depends on; the folder counts because an editable install names it."""
    digest = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for source in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Make the virtual environment anew when it is missing or belongs to another Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    configured = VENV / "pyvenv.cfg"
    if (
        configured.is_file()
        and PYTHON.exists()
        and re.search(rf"^version\s*=\s*{re.escape(version)}\.", configured.read_text(encoding="utf-8"), re.MULTILINE)
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        fail(
            f"Python {version} cannot make a virtual environment: its `venv` part is missing. "
            f"Install it (on Debian and Ubuntu: apt install python{version}-venv) and run the command again."
        )


def install(parts: int) -> None:
    """Install what is locked: with uv, one of the locked parts, in a third of pip's time; with pip where uv fails.

    uv knows nothing of pip's settings: who reaches an index only by those waits for pip, which also says best what is wrong.
    """
    entry = re.search(r"^uv==[^\n]*\n(?: [^\n]*\n)+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if entry:
        first = VENV / "uv.txt"
        first.write_text(entry[0], encoding="utf-8")
        pip("install", "--no-deps", "--require-hashes", "--requirement", str(first))
        uv = [str(PYTHON.with_name("uv")), "pip", "install", "--python", str(PYTHON), "--compile-bytecode"]
        with LOG.open("a", encoding="utf-8") as log, contextlib.suppress(OSError):
            command = [*uv, "--require-hashes", "--requirement", str(LOCK)]
            if subprocess.run(command, stdout=log, stderr=log, cwd=ROOT, check=False).returncode == 0:
                return
    pip("install", "--require-hashes", "--requirement", str(LOCK), parts=parts)


def pip(*arguments: str, parts: int = 0) -> None:
    """Run pip, show a count of the parts as they come, keep its words in .venv/setup.log."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    seen, words = 0, []
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=ROOT,
        ) as running,
    ):
        for line in running.stdout or ():
            log.write(line)
            words.append(line)
            if line.startswith("Collecting ") and parts:
                seen += 1
                progress(seen, parts)
    progress(0, 0)
    if running.returncode != 0:
        explain("".join(words))


def explain(words: str) -> None:
    """Turn pip's failure into one sentence."""
    shown = LOG.relative_to(ROOT).as_posix()
    if re.search(
        r"NewConnectionError|NameResolution|Temporary failure in name|Max retries|No matching distribution"
        r"|ConnectTimeout|ReadTimeout|ProxyError|ConnectionError|Network is unreachable",
        words,
    ):
        fail(
            "The course's parts could not be fetched: the package index does not answer. "
            f"Check the network and run the command again; it goes on where it stopped (details: {shown})."
        )
    if "No space left" in words:
        fail("The disk is full. Free about 1 GB and run the command again.")
    if "DO NOT MATCH THE HASHES" in words or "do not match" in words.lower():
        fail(
            "A fetched part is not the one the course was tested with (its hash differs), so nothing was installed. "
            f"Try another network, or report it (details: {shown})."
        )
    reason = next((line for line in reversed(words.splitlines()) if line.startswith("ERROR")), "pip failed")
    fail(f"The set-up stopped: {reason.removeprefix('ERROR: ')} (details: {shown}).")


def progress(done: int, parts: int) -> None:
    """Draw one moving line on a terminal; stay silent elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  part {done} of {parts} " if parts else "\r" + " " * 30 + "\r")
        sys.stderr.flush()


def say(sentence: str) -> None:
    """Tell the user what happens."""
    sys.stderr.write(sentence + "\n")


def fail(sentence: str) -> None:
    """Stop with one sentence."""
    say(sentence)
    sys.exit(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say("\nStopped. Run the command again: it goes on where it stopped.")
        sys.exit(130)
