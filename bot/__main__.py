"""The command line: run (default) · demo · check · invite · backup · restore · rekey · erase ·
notice."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
from pathlib import Path

from bot.settings import Settings, SettingsError, open_to_others

_NO_TOKEN = (
    "DISCORD_TOKEN: there is none. Make an application at https://discord.com/developers, copy "
    "its bot token into .env (README, “Real use”). `python -m bot demo` needs none."
)
_NO_DEMO = (
    "The demo needs one more package: .venv/bin/pip install --require-hashes -r "
    "requirements/demo.txt"
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. What is wrong is one line on standard error."""
    given = _parser().parse_args(arguments)
    try:
        return _COMMANDS[given.command](given)
    except Exception as error:
        # Imported here: reading `--help` should not load cryptography.
        from bot.seal import KeyFileError
        from bot.store.database import StoreError

        if isinstance(error, SettingsError | KeyFileError | StoreError):
            print(error, file=sys.stderr)
            return 1
        raise
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    parser.set_defaults(command="run")
    commands.add_parser("run", help="connect to Discord (the default)")
    demo = commands.add_parser("demo", help="a simulated server in your browser, no token needed")
    demo.add_argument("--port", type=int, help="the port on this computer (default 8765)")
    commands.add_parser(
        "check", help="check texts, settings, databases and key; connects to nothing"
    )
    invite = commands.add_parser("invite", help="print the link that invites the bot")
    invite.add_argument("client_id", type=int, help="the application's id")
    for name, what in (("backup", "copy both databases into a new folder"), ("restore", "undo it")):
        command = commands.add_parser(name, help=what)
        command.add_argument("folder", type=Path)
    commands.add_parser("rekey", help="replace the instance's key")
    erase = commands.add_parser("erase", help="erase everything about one person, for good")
    erase.add_argument("user_id", type=_user_id, help="their Discord id, a number")
    commands.add_parser("notice", help="judge JSON Lines with a `text`: who speaks for whom")
    return parser


def _user_id(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 20 and 0 < int(typed) < 2**63):
        raise argparse.ArgumentTypeError("a Discord id is a number, such as 80351110224678912")
    return int(typed)


def _run(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    if not settings.token:
        raise SettingsError(_NO_TOKEN)
    if warning := open_to_others():
        print(warning, file=sys.stderr)
    # Nothing is garbage while modules load, and nothing of theirs will be: looking for some would
    # take a tenth of the start.
    gc.disable()
    import aiohttp
    import discord

    from bot import logs
    from bot.app import create_bot

    gc.freeze()
    gc.enable()
    logs.set_up(settings.log_level)

    async def start() -> None:
        task = asyncio.current_task()
        if task is not None:
            # systemd and Docker end a program this way: close the databases, as with Ctrl+C.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with create_bot(settings) as bot:
            await bot.start(settings.token)

    try:
        _runner(start())
    except discord.LoginFailure:
        raise SettingsError(
            "DISCORD_TOKEN: Discord does not accept it. Copy it again, whole, from the "
            "application's Bot page, or reset it there."
        ) from None
    except asyncio.CancelledError:
        return 0
    except (aiohttp.ClientError, OSError) as error:
        raise SettingsError(
            f"Discord cannot be reached ({type(error).__name__}). Check this machine's connection."
        ) from None
    except discord.PrivilegedIntentsRequired:
        raise SettingsError(
            "FIRSTHAND_MESSAGE_CONTENT: it is on, but the application may not read message "
            "content. Switch that intent on at its Bot page, or set this to off."
        ) from None
    return 0


def _runner(work: object) -> None:
    """Run on uvloop where it exists."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)  # type: ignore[arg-type]
    else:
        uvloop.run(work)  # type: ignore[arg-type]


def _texts_are_whole() -> bool:
    """Whether what people edit in `data/` can be used; what is wrong goes to standard error."""
    from bot import catalogues
    from bot.journal import prompts
    from bot.journal import proofreading as prompts_proof
    from bot.reading import library
    from bot.reading import proofreading as reading_proof

    faults = [
        *prompts_proof.faults(prompts.SOURCE),
        *reading_proof.faults(library.SOURCE),
        *catalogues.all_faults(),
    ]
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
    return not faults


def _demo(given: argparse.Namespace) -> int:
    try:
        from bot import demo
    except ImportError as error:
        if error.name is None or not error.name.startswith("simcord"):
            raise
        raise SettingsError(_NO_DEMO) from None
    # Somebody who edits these looks at them here; a fault would show as an answer that fails.
    return demo.run(given.port) if _texts_are_whole() else 1


def _check(_: argparse.Namespace) -> int:
    from bot import keeping
    from bot.app import now

    if not _texts_are_whole():
        return 1
    settings = Settings.from_environment()
    asyncio.run(keeping.check(settings, now))
    print("Settings, databases and key fit together.")
    if warning := open_to_others():
        print(warning)
    if not settings.token:
        print(_NO_TOKEN)
    return 0


def _invite(given: argparse.Namespace) -> int:
    from bot.app import invite_link

    print(invite_link(given.client_id))
    return 0


def _backup(given: argparse.Namespace) -> int:
    from bot import keeping
    from bot.app import now

    asyncio.run(keeping.backup(Settings.from_environment(), given.folder, now))
    print(f"Both databases are in {given.folder}. Keep the key file elsewhere: it is not in there.")
    return 0


def _restore(given: argparse.Namespace) -> int:
    from bot import keeping
    from bot.app import now

    keeping.restore(Settings.from_environment(), given.folder, now)
    print(
        "Restored, with every request and every yes ended: somebody may have taken theirs back "
        "since. Start the bot again; it checks that the key fits."
    )
    return 0


def _rekey(_: argparse.Namespace) -> int:
    from bot import keeping
    from bot.app import now

    count = asyncio.run(keeping.rekey(Settings.from_environment(), now))
    print(f"A new key wraps {count} personal keys. Replace the copy of the key file you keep.")
    return 0


def _erase(given: argparse.Namespace) -> int:
    from bot import keeping
    from bot.app import now

    settings = Settings.from_environment()
    print(
        f"This erases everything about {given.user_id}, as /privacy erase does, for good. Make "
        "sure that it is they who ask. To go on, type the id again:"
    )
    if sys.stdin.readline().strip() != str(given.user_id):
        print("That is not the same. Nothing was changed.", file=sys.stderr)
        return 1
    left = asyncio.run(keeping.erase(settings, given.user_id, now))
    print(
        "Erased: nothing about them is left in the databases but what others decided about them."
        if not left
        else "Erased, as far as it lies in the databases. In Discord the bot has yet to take away "
        f"words, lines or access ({left} in all), and does it while it runs."
    )
    return 0


def _notice(_: argparse.Namespace) -> int:
    from bot.noticing.judging import judge

    return judge(sys.stdin.buffer, sys.stdout.buffer, sys.stderr)


_COMMANDS = {
    "run": _run,
    "demo": _demo,
    "check": _check,
    "invite": _invite,
    "backup": _backup,
    "restore": _restore,
    "rekey": _rekey,
    "erase": _erase,
    "notice": _notice,
}

if __name__ == "__main__":
    sys.exit(main())
