"""Kept answers: each is its header and the definitions that replace those of the same name in the worked solution.

    # task 3: failed
    # says: 1 connection not returned
    # passes in the page, …                 only for what no page can refuse, having no threads
    docstring                               the belief behind it, in a sentence

    import gc                               imports that the solution does not have

    # in create_app                         what follows stands inside this function or class (`Outer.inner` works too)

    @app.post("/orders/{product}")
    def order(product): ...                 replaces create_app's `order`, decorators included

A definition of a new name is added before the first one that is replaced there, and something must use it (a decorator does).
The header of a right answer is its docstring alone. `# whole: why` marks a file that replaces the whole solution.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Import = ast.Import | ast.ImportFrom


class Misfit(ValueError):
    """A kept answer that does not fit its solution (any more); its text names place, fault and way out."""


@dataclass(frozen=True)
class Foretold:
    """How a wrong answer ends: its first task that is not passed, that task's status, and words of its message."""

    task: int
    status: str
    says: str


def read_foretold(kept: Path) -> Foretold:
    """Read the header of a wrong answer."""
    header = re.match(r"# task (\d+): (\w+)\n# says: (.+)\n", kept.read_text(encoding="utf-8"))
    if not header:
        raise Misfit(f"{kept}:1: There is no header. Begin with `# task N: failed` and `# says: …`.")
    return Foretold(int(header[1]), header[2], header[3])


def compose(kept: Path, solution: Path) -> str:
    """Give the whole program that a kept answer stands for; raise Misfit if it does not fit the solution."""
    text = kept.read_text(encoding="utf-8")
    if re.search(r"^# whole: .+$", text, re.MULTILINE):
        return text
    program = ast.parse(solution.read_text(encoding="utf-8"))
    marks = re.finditer(r"^# in (\S+)$", text, re.MULTILINE)
    scopes = [(0, ""), *((text.count("\n", 0, mark.start()) + 1, mark[1]) for mark in marks)]
    new: list[ast.stmt] = []
    statements = [one for one in ast.parse(text).body if not _is_docstring(one)]
    if not statements:
        raise Misfit(f"{kept}:1: There is no definition. Write what differs from the solution.")
    replaced = 0
    for scope in dict.fromkeys(name for _, name in scopes):
        here = [one for one in statements if scope == next(s for line, s in reversed(scopes) if line < one.lineno)]
        added, count = _put(here, _find(program, scope, kept).body, kept)
        new, replaced = new + added, replaced + count
    if not replaced and new:
        raise Misfit(f"{kept}:{new[0].lineno}: Nothing here replaces anything. Name what the solution has.")
    _refuse_unused(new, program, kept)
    return ast.unparse(ast.fix_missing_locations(program)) + "\n"


def names(statement: ast.stmt) -> list[str]:
    """Name what a statement defines: a function, a class or variables."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def same(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements do the same: docstrings, comments and layout aside."""
    return _bare(one) == _bare(other)


def _bare(statement: ast.stmt) -> str:
    copy = ast.parse(ast.unparse(statement))
    for node in ast.walk(copy):
        if isinstance(node, Definition):
            node.body = [one for one in node.body if not _is_docstring(one)] or [ast.Pass()]
    return ast.dump(copy)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _find(program: ast.Module, scope: str, kept: Path) -> ast.Module | Definition:
    """Find a function or class by its qualified name; the empty name is the module."""
    place: ast.Module | Definition = program
    for name in filter(None, scope.split(".")):
        inner = [one for one in place.body if isinstance(one, Definition) and one.name == name]
        if not inner:
            raise Misfit(f"{kept}:1: The solution has no `{scope}`. Name what it has, or keep the whole file.")
        place = inner[-1]
    return place


def _put(statements: list[ast.stmt], body: list[ast.stmt], kept: Path) -> tuple[list[ast.stmt], int]:
    """Put statements into a body in place of those of the same name; give those of a new name, and how many were replaced."""
    known = {name: one for one in body for name in names(one)}
    new: list[ast.stmt] = []
    replacing: list[ast.stmt] = []
    for one in statements:
        at = f"{kept}:{one.lineno}"
        old = next((known[name] for name in names(one) if name in known), None)
        if isinstance(one, ast.Import | ast.ImportFrom):
            if any(same(one, other) for other in body):
                raise Misfit(f"{at}: The solution has this import. Leave it out.")
            body.insert(1 if body and _is_docstring(body[0]) else 0, one)
        elif not names(one):
            raise Misfit(f"{at}: This defines nothing. Keep the whole file, with `# whole: why`.")
        elif old is None:
            new.append(one)
        elif same(one, old):
            raise Misfit(f"{at}: `{names(one)[0]}` is what the solution has. Leave it out.")
        else:
            body[body.index(old)] = one
            replacing.append(one)
    # New names stand before what uses them.
    first = min((body.index(one) for one in replacing), default=_after_imports(body))
    body[first:first] = new
    return new, len(replacing)


def _after_imports(body: list[ast.stmt]) -> int:
    return next((place for place, one in enumerate(body) if names(one)), 0)


def _refuse_unused(new: list[ast.stmt], program: ast.Module, kept: Path) -> None:
    """Refuse a new name that nothing uses: most likely the solution once had it."""
    used = {node.id for node in ast.walk(program) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    used |= {node.attr for node in ast.walk(program) if isinstance(node, ast.Attribute)}
    for one in new:
        if not used.intersection(names(one)) and not getattr(one, "decorator_list", ()):
            raise Misfit(f"{kept}:{one.lineno}: The solution has no `{names(one)[0]}`, and nothing uses it. Rename it.")
