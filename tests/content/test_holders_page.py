"""The session of the page on holders is a real one: its files are run, its commands are given, its outputs compared.

Python fences and their `#>` are the business of `test_fences.py`; here are the terminal and the log.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

PAGE = (Path(__file__).parents[2] / "docs/reference/holders.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TEXT = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CURLS = [(path, output) for text in TEXT for path, output in re.findall(r"\$ curl localhost:8000(\S+)\n([^$]*)", text)]
LOG = [line for text in TEXT for line in text.splitlines() if line.startswith("pool shop: ")]
[PYTEST] = [text for text in TEXT if text.startswith("$ pytest --fail-on-leak -q")]


def plain(text: str) -> str:
    """Leave out what differs from run to run: seconds and the time of day."""
    text = re.sub(r'"since": "[\d:T+-]+"', '"since": …', text)
    return re.sub(r"\b\d+(\.\d+)?(?= s\b|s\b|,$)", "…", text, flags=re.MULTILINE).strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Save the page's files as it says."""
    (tmp_path / "shop.py").write_text(PYTHON[0], encoding="utf-8")
    [test] = [fence for fence in PYTHON if "def test_order" in fence]
    (tmp_path / "test_shop.py").write_text(test.replace("# in test_shop.py: ", ""), encoding="utf-8")
    return tmp_path


@pytest.fixture
def shop(folder: Path) -> Iterator[str]:
    """Serve the shop as the page says, but for the port; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "shop:app", "--port", port]
    with (folder / "log").open("w") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server:
        try:
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


def fetch(address: str) -> str:
    """Ask as curl does: what is answered is printed, an error's text too."""
    give_up = time.monotonic() + 30
    while True:
        try:
            with urlopen(address, timeout=30) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return error.read().decode()
        except URLError:  # it is still starting
            assert time.monotonic() < give_up
            time.sleep(0.05)


def test_the_terminal_and_the_log(shop: str, folder: Path) -> None:
    """Each curl of the page answers what stands below it; the log warns of both connections, in the page's words."""
    assert [path for path, _ in CURLS] == ["/orders/7", "/orders/8", "/orders/9", "/pool/holders.json"]
    for path, output in CURLS:
        assert plain(fetch(shop + path)) == plain(output)
    give_up = time.monotonic() + 30
    while (log := (folder / "log").read_text(encoding="utf-8")).count("pool shop: ") < 2:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    assert {plain(line) for line in log.splitlines() if line.startswith("pool shop: ")} == {plain(LOG[0])}


AFTER_ALL = """import time
from fastapi.testclient import TestClient
import shop
shop.watched.warn_after = 0.01
TestClient(shop.app).get("/orders/7")
while not all(checkout.reported for _, checkout in shop.watched._in_use()):
    time.sleep(0.01)
time.sleep(0.3)  # the warning is written after it is noted
shop.sessions[7].close()
"""


def test_the_warning_of_a_return(folder: Path) -> None:
    """A connection that was late and is returned is told in the page's words."""
    done = subprocess.run([sys.executable, "-c", AFTER_ALL], cwd=folder, capture_output=True, text=True, check=True)
    assert [plain(line) for line in done.stderr.splitlines()] == [plain(line) for line in LOG]


def test_the_run_of_pytest(folder: Path) -> None:
    """The test of the page is an error under the flag, as the page shows it, and passes without."""
    command = [sys.executable, "-m", *PYTEST.splitlines()[0].split()[1:], "-p", "no:cacheprovider"]
    # Where CI or BUILD_NUMBER is set, pytest does not shorten its summary to the width of the screen.
    wide = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")} | {"COLUMNS": "80"}
    for flag, code in ((["--fail-on-leak"], 1), ([], 0)):
        asked = [word for word in command if word != "--fail-on-leak"] + flag
        done = subprocess.run(asked, cwd=folder, env=wide, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        if flag:
            assert plain(done.stdout) == plain(PYTEST.partition("\n")[2])
