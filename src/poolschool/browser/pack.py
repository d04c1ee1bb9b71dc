"""Compile Python ahead for the page: standard library, libraries and our own modules, as zips that Pyodide imports from.

Runs in Pyodide itself, under Node, at set-up (pack.mjs): only the same Python writes bytecode that it can read.
"""

import importlib._bootstrap_external as external
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# A page fetches a pack when its code needs it. Wheels by pack; what is left out of them is not imported anywhere in the course.
PACKS = {
    "sqlalchemy": ("sqlalchemy", "typing_extensions"),
    "fastapi": (
        *("fastapi", "starlette", "pydantic", "annotated_types", "annotated_doc", "typing_inspection"),
        *("anyio", "idna", "httpx2", "httpx2_jsfetch", "opentelemetry_api"),
    ),
    "pydantic_core": (
        "pydantic_core",
    ),  # has an extension module, which can only be loaded from a file: unpacked there
    "pytest": ("pytest", "pluggy", "iniconfig", "packaging", "pygments"),
}
LEFT_OUT = (
    *("sqlalchemy/testing/", "sqlalchemy/dialects/mysql/", "sqlalchemy/dialects/oracle/", "sqlalchemy/dialects/mssql/"),
    *("pygments/styles/", "pygments/lexers/", "pygments/formatters/", "pydantic/v1/", "pydoc_data/", "idlelib/"),
)
KEPT = ("pygments/lexers/__init__.py", "pygments/lexers/_mapping.py", "pygments/lexers/python.py", "pygments/lexers/diff.py",
        "pygments/formatters/__init__.py", "pygments/formatters/_mapping.py", "pygments/formatters/terminal.py",
        "pygments/styles/__init__.py", "pygments/styles/_mapping.py", "pygments/styles/default.py")  # fmt: skip
# There are no threads in the page: what anyio asks of them is done by our own loop, see poolschool.browser.loop.
ADDED = {
    "anyio/to_thread.py": "\nfrom poolschool.browser.loop import run_here as run_sync\n",
    "anyio/from_thread.py": "\nfrom poolschool.browser.loop import portal_here as start_blocking_portal\n",
}
REPLACED = {"anyio/to_interpreter.py": '"""A page has only one interpreter."""\n'}
SOURCE, OUTPUT = Path("/in"), Path("/out")


def main() -> None:
    """Write one zip per pack, the standard library and our own modules, and their sizes in bytes to manifest.json."""
    write("python", entries(SOURCE / "python_stdlib.zip"), "/lib/python314.zip")
    wheels = sorted((SOURCE / "wheels").glob("*.whl"))
    for pack, names in PACKS.items():
        chosen = [wheel for wheel in wheels if wheel.name.split("-")[0] in names]
        missing = set(names) - {wheel.name.split("-")[0] for wheel in chosen}
        if missing:
            raise FileNotFoundError(f"no wheel for {', '.join(sorted(missing))}")
        write(pack, (entry for wheel in chosen for entry in entries(wheel)), f"/lib/{pack}.zip")
    own = [
        (file.relative_to(SOURCE).as_posix(), file.read_bytes())
        for file in sorted((SOURCE / "poolschool").rglob("*.py"))
    ]
    write("poolschool", iter(own), "/lib/poolschool.zip")
    sizes = {path.name: path.stat().st_size for path in sorted(OUTPUT.iterdir())}
    versions = dict(wheel.name.split("-")[:2] for wheel in wheels)
    manifest = {"files": sizes, "versions": versions}
    (OUTPUT / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def entries(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Give name and content of what is worth taking from a wheel or the standard library."""
    with ZipFile(archive) as opened:
        for name in opened.namelist():
            wanted = name.endswith((".py", ".so", "METADATA", "entry_points.txt")) and not name.startswith(LEFT_OUT)
            if wanted or name in KEPT:
                content = REPLACED[name].encode() if name in REPLACED else opened.read(name)
                yield name, content + ADDED.get(name, "").encode()


def write(name: str, files: Iterator[tuple[str, bytes]], place: str) -> None:
    """Write a zip with bytecode in place of sources; tracebacks name files as lying in `place`."""
    with ZipFile(OUTPUT / f"{name}.zip", "w") as zipped:
        for path, content in files:
            if path.endswith(".py"):
                code = compile(content, f"{place}/{path}", "exec", dont_inherit=True)
                bytecode = external._code_to_hash_pyc(code, bytes(8), checked=False)  # type: ignore[attr-defined]
                zipped.writestr(ZipInfo(f"{path}c"), bytecode, ZIP_DEFLATED, 9)
            else:
                zipped.writestr(ZipInfo(path), content, ZIP_DEFLATED, 9)


main()
