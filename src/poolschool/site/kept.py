"""HTML that is kept between builds: what neither its sources nor the tooling changed is rendered once.

.cache/poolschool/NAME-DIGEST     the digest covers the sources, our own code, and the versions of what renders
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from poolschool import FOLDER

# Whose code has a say in the HTML: our rooms, and the libraries by version.
ROOMS = ("course", "quiz", "site")
LIBRARIES = ("markdown", "pygments", "pydantic", "sqlalchemy", "pyyaml")


class Kept:
    """A folder of rendered texts, by name; of each name only the newest is kept. A folder that cannot be written keeps nothing."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".cache" / "poolschool"

    def text(self, name: str, sources: Iterable[bytes], render: Callable[[], str]) -> str:
        """Give the text that `render` makes of `sources`, from the folder if they are the same as when it was made."""
        path = self.folder / f"{name}-{_digest(sources)}"
        with suppress(OSError, UnicodeDecodeError):
            return path.read_bytes().decode()  # bytes: line ends stay as they were rendered
        text = render()
        with suppress(OSError):
            self._write(path, text, name)
        return text

    def _write(self, path: Path, text: str, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Two builds at once write the same text: each its own file, put in place as a whole.
        with tempfile.NamedTemporaryFile("wb", dir=self.folder, prefix=".", delete=False) as file:
            file.write(text.encode())
        os.replace(file.name, path)  # noqa: PTH105 - over a file that is there, on every system
        for old in self.folder.glob(f"{name}-{'?' * len(path.name.rpartition('-')[2])}"):
            if old != path:
                old.unlink(missing_ok=True)


def _digest(sources: Iterable[bytes]) -> str:
    digest = hashlib.sha256(_tooling())
    for source in sources:
        digest.update(len(source).to_bytes(8, "big") + source)
    return digest.hexdigest()[:32]


@lru_cache(maxsize=1)
def _tooling() -> bytes:
    """Digest our own code and the versions of Python and of the libraries."""
    digest = hashlib.sha256(sys.version.encode())
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            digest.update(f"{library} {version(library)}\n".encode())
    for room in ROOMS:
        for path in sorted((FOLDER / room).rglob("*")):
            if path.suffix in (".py", ".json"):
                digest.update(path.relative_to(FOLDER).as_posix().encode() + path.read_bytes())
    return digest.digest()
