"""Who may import whom (design, section 5), and that importing does nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: `demo` is a package of its own, and imports discord throughout.
MAY_IMPORT_DISCORD = {
    "bot.app",
    "bot.inbox",
    "bot.parcels",
    "bot.places",
    "bot.replies",
    "bot.suggestions",
    "bot.work.doorbell",
    "bot.work.posting",
}
SQL = re.compile(
    r"\b(?:SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b", re.S
)


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def module(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file: Path) -> set[str]:
    """Every module that a file imports, also inside functions; not for type checkers only."""
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    package = module(file) if file.name == "__init__.py" else module(file).rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(parts if node.level else []), *([node.module or ""])]).strip(".")
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


DISCORD_FREE = [
    name
    for name in map(module, sources("bot"))
    if name not in MAY_IMPORT_DISCORD and not name.startswith("bot.demo")
]


@pytest.mark.parametrize(
    "file",
    sorted((ROOT / "bot").glob("*/*rules.py")),
    ids=lambda file: f"{file.parent.name}-{file.stem}",
)
def test_rules_import_the_standard_library_only(file: Path) -> None:
    tops = {name.partition(".")[0] for name in imported(file)}
    assert tops <= set(sys.stdlib_module_names)


def test_text_is_checked_with_the_standard_library_only() -> None:
    tops = {name.partition(".")[0] for name in imported(ROOT / "bot" / "text.py")}
    assert tops <= set(sys.stdlib_module_names)


def test_discord_is_imported_where_the_design_says_and_nowhere_else() -> None:
    """In one fresh process, module after module: the first that brings it in is named."""
    assert len(DISCORD_FREE) > 20
    program = (
        "import importlib, sys\n"
        f"for name in {DISCORD_FREE!r}:\n"
        "    importlib.import_module(name)\n"
        "    if 'discord' in sys.modules: sys.exit(name)\n"
    )
    done = fresh(program)
    assert done.returncode == 0, done.stderr


def test_cogs_never_import_another_cog() -> None:
    faults = []
    for file in sources("cogs"):
        own = module(file).split(".")[:2]
        for name in imported(file):
            parts = name.split(".")
            if parts[0] == "cogs" and len(parts) > 1 and parts[:2] != own:
                faults.append(f"{module(file)} imports {name}")
    assert faults == []


def test_nothing_below_imports_the_cogs() -> None:
    faults = [
        f"{module(file)} imports {name}"
        for file in sources("bot")
        for name in imported(file)
        if name.split(".")[0] == "cogs"
    ]
    assert faults == []


def test_cogs_leave_databases_to_the_services() -> None:
    below = ("aiosql", "aiosqlite", "asyncpg", "sqlite3", "bot.store.migrate", "bot.store.queries")
    faults = []
    for file in sources("cogs"):
        faults += [f"{module(file)} imports {n}" for n in imported(file) if n.startswith(below)]
        for node in ast.walk(ast.parse(file.read_text())):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and SQL.search(text):
                faults.append(f"{module(file)}:{node.lineno} holds SQL")
    assert faults == []


def test_importing_opens_nothing() -> None:
    """No file but code is opened, no socket, no thread, no program; nothing is scheduled."""
    names = [module(file) for folder in ("bot", "cogs") for file in sources(folder)]
    ours = [name for name in names if name != "bot.__main__" and not name.startswith("bot.demo")]
    program = (
        "import asyncio, importlib, os, sys, threading\n"
        # What libraries do at import is theirs.
        "import discord, discord.ext.commands, aiosqlite, aiosql, babel, cryptography, dotenv\n"
        "from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV\n"
        "from babel.messages import mofile, pofile\n"
        "seen = []\n"
        f"root = {str(ROOT)!r}\n"
        "def watch(event, arguments):\n"
        "    if event == 'open':\n"
        "        path, flags = str(arguments[0]), arguments[2]\n"
        "        code = path.endswith(('.py', '.pyc'))\n"
        "        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)\n"
        "        if writes or (path.startswith(root) and not code):\n"
        "            seen.append((event, path))\n"
        "    elif event.startswith(('socket.', 'sqlite3.connect', 'subprocess.', 'os.mkdir')):\n"
        "        seen.append((event, str(arguments)))\n"
        "sys.addaudithook(watch)\n"
        f"for name in {ours!r}:\n"
        "    importlib.import_module(name)\n"
        "    if seen or threading.active_count() > 1:\n"
        "        sys.exit(f'{name}: {seen} {threading.enumerate()}')\n"
    )
    done = fresh(program)
    assert done.returncode == 0, done.stderr


def fresh(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a new interpreter that leaves no compiled files."""
    return subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_only_what_people_send_is_read_from_a_messages_attachments() -> None:
    """A file that a component shows is not among them: the bot's own are read from the card."""
    own = [file for file in (*sources("bot"), *sources("cogs")) if "demo" not in file.parts]
    readers = {module(file) for file in own if ".attachments" in file.read_text()}
    assert readers == {"cogs.journal.letter"}
