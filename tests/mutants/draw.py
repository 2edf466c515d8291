"""Which small changes are possible: one for each place where Python or SQL decides something.

Each changes a few characters and leaves the rest of the file as it stands. What could not make a
difference to anybody is left out: comments, docstrings, types, what is logged.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """One change: the bytes from `start` to `end` of a file become `text`."""

    file: Path
    start: int
    end: int
    text: str

    def applied(self) -> bytes:
        """The whole file with the change in it."""
        found = self.file.read_bytes()
        return found[: self.start] + self.text.encode() + found[self.end :]

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return self.file.read_bytes().count(b"\n", 0, self.start) + 1

    @property
    def query(self) -> str:
        """The named query it is in; nothing in Python."""
        names = re.findall(rb"(?m)^-- name: *(\w+)", self.file.read_bytes()[: self.start])
        return names[-1].decode() if names else ""

    def __str__(self) -> str:
        found = self.file.read_bytes()
        begin = found.rfind(b"\n", 0, self.start) + 1
        end = found.find(b"\n", self.end)
        before, after = found[begin:end], found[begin : self.start] + self.text.encode()
        after += found[self.end : end]
        lines = [f"{self.file}:{self.line} {self.query}".rstrip()]
        lines += [f"  - {line.strip()}" for line in before.decode().splitlines()]
        lines += [f"  + {line.strip()}" for line in after.decode().splitlines()]
        return "\n".join(lines)


def draw(paths: Iterable[Path], most: int, seed: int) -> list[Mutant]:
    """Some of what is possible in these files and folders, the same for the same seed."""
    files = sorted(
        file
        for path in paths
        for file in (path.rglob("*") if path.is_dir() else [path])
        if file.suffix in (".py", ".sql") and "migrations" not in file.parent.name
    )
    possible = [mutant for file in files for mutant in mutants(file)]
    return random.Random(seed).sample(possible, min(most, len(possible)))


def mutants(file: Path) -> list[Mutant]:
    """Everything possible in one file, each change once."""
    walk = _Sql(file) if file.suffix == ".sql" else _Python(file)
    return list(dict.fromkeys(walk.found))


# -- Python -----------------------------------------------------------------------------------

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "//",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}


class _Python(ast.NodeVisitor):
    def __init__(self, file: Path) -> None:
        self.found: list[Mutant] = []
        self._file = file
        self._source = file.read_bytes()
        self._lines = [0]
        for line in self._source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.visit(ast.parse(self._source))

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._lines[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def _change(self, node: ast.expr | ast.stmt, text: str) -> None:
        self.found.append(Mutant(self._file, self._start(node), self._end(node), text))

    def _between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        """Another operator between two operands; brackets around them stay."""
        start, end = self._end(left), self._start(right)
        gap = self._source[start:end].decode()
        changed = re.sub(old, new, gap, count=1)
        if changed != gap:
            self.found.append(Mutant(self._file, start, end, changed))

    def _condition(self, test: ast.expr) -> None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self._change(test, f"({ast.unparse(test.operand)})")
        elif not isinstance(test, ast.Compare):
            self._change(test, f"(not ({ast.unparse(test)}))")

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            new = _COMPARE[type(operator)]
            self._between(left, right, r"not\s+in|is\s+not|in|is|[<>=!]+", new)
            left = right
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        both = isinstance(node.op, ast.And)
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between(left, right, r"\b(and|or)\b", "or" if both else "and")
        for value in node.values:
            self._change(value, str(both))
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self._condition(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self._condition(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._condition(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for each in node.ifs:
            self._condition(each)
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is None:
            self._change(node, "pass")
        elif not isinstance(node.value, ast.Constant):
            self._change(node.value, "None")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._change(node, str(not node.value))
        elif isinstance(node.value, int | float):
            self._change(node, repr(node.value + 1))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if (new := _OPERATORS.get(type(node.op))) is not None:
            self._between(node.left, node.right, r"//|[-+*%&|]", new)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
            self._change(node.func, "max" if node.func.id == "min" else "min")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant) or ast.unparse(node).startswith("log."):
            return
        self._change(node, "pass")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._change(node, "pass")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.targets[0], ast.Subscript):
            self._change(node, "pass")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self._change(node, "pass")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self._change(node, "continue")

    def visit_Continue(self, node: ast.Continue) -> None:
        self._change(node, "pass")

    # Types change nothing at run time.

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        defaults = [each for each in node.args.kw_defaults if each is not None]
        for part in (*node.args.defaults, *defaults, *node.body):
            self.visit(part)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in node.body:
            self.visit(part)


# -- SQL --------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"--[^\n]*|'(?:[^']|'')*'|:\w+|[A-Za-z_][\w.]*|\d+|<>|<=|>=|\|\||[^\s]", re.IGNORECASE
)
_SWAPS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "<>",
    "<>": "=",
    "+": "-",
    "AND": "OR",
    "OR": "AND",
    "DESC": "ASC",
    "DISTINCT": "",
    "MIN": "MAX",
    "MAX": "MIN",
    "IN": "NOT IN",
    "EXISTS": "NOT EXISTS",
}
#: What a condition begins after, and what ends it.
_OPENS = {"WHERE", "ON", "HAVING", "WHEN", "AND", "OR"}
_CLOSES = {
    "ORDER",
    "GROUP",
    "LIMIT",
    "RETURNING",
    "THEN",
    "ELSE",
    "UNION",
    "DO",
    "JOIN",
    "LEFT",
    "SET",
    ";",
}


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class _Frame:
    """What is known of one pair of brackets, or of the query itself."""

    def __init__(self, *, condition: int | None = None) -> None:
        self.condition = condition  # where it begins, where we are in one
        self.between = False  # whether the next AND belongs to it
        self.assigns: int | None = None  # where an assignment begins, after SET
        self.conflict = False  # in ON CONFLICT (…) WHERE …, which names an index


class _Sql:
    """Walks over the words of a file: operators, numbers, whole conditions and assignments."""

    def __init__(self, file: Path) -> None:
        self.found: list[Mutant] = []
        self._file = file
        self._text = file.read_text(encoding="utf-8")
        assert self._text.isascii(), f"{file}: places are counted in characters here"
        self._frames = [_Frame()]
        tokens = [
            _Token(found[0].upper(), found.start(), found.end())
            for found in _TOKEN.finditer(self._text)
            if not found[0].startswith("--")
        ]
        nothing = _Token(";", len(self._text), len(self._text))
        for before, token, after in zip(
            [nothing, *tokens], tokens, [*tokens[1:], nothing], strict=False
        ):
            self._operator(before, token, after)
            self._clause(before, token, after)
        assert len(self._frames) == 1, f"{file}: brackets"

    def _change(self, start: int, end: int, text: str) -> None:
        self.found.append(Mutant(self._file, start, end, text))

    def _operator(self, before: _Token, token: _Token, after: _Token) -> None:
        word, start, end = token
        assigns = self._frames[-1].assigns
        if self._frames[-1].conflict:
            return
        if word in ("IN", "EXISTS") and before.word == "NOT":
            self._change(before.start, end, word)
        elif word == "IS":
            negated = after.word == "NOT"
            self._change(start, after.end if negated else end, "IS" if negated else "IS NOT")
        elif word == "=" and assigns is not None and "=" not in self._text[assigns:start]:
            return  # gives a value, and compares nothing
        elif word == "AND" and self._frames[-1].between:
            return
        elif word in _SWAPS:
            self._change(start, end, _SWAPS[word])
        elif word.isdecimal() and before.word != "SELECT":
            self._change(start, end, str(int(word) + 1))

    def _clause(self, before: _Token, token: _Token, after: _Token) -> None:
        word, frame = token.word, self._frames[-1]
        if word == "BETWEEN":
            frame.between = True
        elif word == "AND" and frame.between:
            frame.between = False
        elif word == "ON" and after.word == "CONFLICT":
            self._condition_ends(before.end)
            frame.conflict = True
        elif word in _OPENS and not frame.conflict:
            self._condition_ends(before.end)
            if word == "WHERE":
                self._assignment_ends(before.end)
            frame.condition = after.start
        elif word in _CLOSES:
            self._condition_ends(before.end)
            self._assignment_ends(before.end)
            frame.conflict = frame.conflict and word != "DO"
            if word == "SET":
                frame.assigns = after.start
        elif word == "," and frame.assigns is not None:
            self._assignment_ends(before.end)
            frame.assigns = after.start
        elif word in ("(", "CASE"):
            nested = word == "(" and frame.condition == token.start
            self._frames.append(_Frame(condition=after.start if nested else None))
        elif word in (")", "END"):
            self._condition_ends(before.end)
            self._frames.pop()

    def _condition_ends(self, at: int) -> None:
        """A condition that holds always. What a query is given has to stand in it still."""
        frame = self._frames[-1]
        if frame.condition is not None and frame.condition < at:
            self._change(frame.condition, at, f"({self._text[frame.condition : at]} OR TRUE)")
        frame.condition = None

    def _assignment_ends(self, at: int) -> None:
        """A column of an UPDATE that keeps what it held."""
        frame = self._frames[-1]
        if frame.assigns is not None:
            column, _, value = self._text[frame.assigns : at].partition(" = ")
            if column != value:
                kept = f"{column} = CASE WHEN TRUE THEN {column} ELSE {value} END"
                self._change(frame.assigns, at, kept)
        frame.assigns = None
