"""Settings: what is wrong is one line that names the variable and never shows its value."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, open_to_others

ROOT = Path(__file__).parents[2]
TOKEN = "MTQ1NjA3NDQ0Mzk4MDgwMDAxMw.GhostX.a-token-nobody-may-see"


def settings(tmp_path: Path, **values: str) -> Settings:
    return Settings.from_mapping({"FIRSTHAND_STATE": str(tmp_path / "state"), **values})


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot` as an operator runs it, in a folder of their own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DISCORD", "FIRSTHAND"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRSTHAND_DATABASE", "secret.db"),
        ("FIRSTHAND_DATABASE", "sqlite:secret.db"),
        ("FIRSTHAND_DATABASE", "sqlite:///"),
        ("FIRSTHAND_DATABASE", "mysql://me:secret@host/name"),
        ("FIRSTHAND_DATABASE", "postgresql://me:secret@host"),
        ("FIRSTHAND_DATABASE", "postgresql://me:secret@[host/name"),
        ("FIRSTHAND_KEYS_DATABASE", TOKEN),
        ("FIRSTHAND_KEYS_DATABASE", "   "),
        ("FIRSTHAND_MESSAGE_CONTENT", "secret"),
        ("FIRSTHAND_MESSAGE_CONTENT", "1"),
        ("FIRSTHAND_LOG_LEVEL", "secret"),
        ("FIRSTHAND_LOG_LEVEL", TOKEN),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        settings(tmp_path, DISCORD_TOKEN=TOKEN, **{name: value})
    assert str(error.value).startswith(f"{name}: ")
    assert "\n" not in str(error.value)
    for secret in ("secret", TOKEN):
        assert secret not in str(error.value)
        assert secret not in repr(error.value.__context__)


@pytest.mark.parametrize("place", ["a file", "a file/below"])
def test_a_state_folder_that_cannot_be_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(SettingsError, match=r"^FIRSTHAND_STATE: .*Name a folder"):
        Settings.from_mapping({"FIRSTHAND_STATE": str(tmp_path / place)})


def test_nothing_set_means_files_in_the_state_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = Settings.from_mapping({})
    assert found == Settings(
        token="",
        state=Path("state"),
        database="sqlite:///state/firsthand.db",
        keys_database="sqlite:///state/keys.db",
        key_file=Path("state/instance.key"),
        message_content=False,
        log_level="info",
    )


def test_an_empty_variable_is_like_none(tmp_path: Path) -> None:
    names = ("DATABASE", "KEYS_DATABASE", "KEY_FILE", "MESSAGE_CONTENT", "LOG_LEVEL")
    empty = {f"FIRSTHAND_{name}": "" for name in names}
    assert settings(tmp_path, **empty) == settings(tmp_path)


@pytest.mark.parametrize(("written", "meant"), [("on", True), ("ON", True), ("off", False)])
def test_a_switch_is_on_or_off(tmp_path: Path, written: str, meant: bool) -> None:
    assert settings(tmp_path, FIRSTHAND_MESSAGE_CONTENT=written).message_content is meant


@pytest.mark.parametrize("before", [None, 0o755, 0o777, 0o500])
def test_only_its_user_may_look_into_the_state_folder(tmp_path: Path, before: int | None) -> None:
    if before is not None:
        (tmp_path / "state").mkdir()
        (tmp_path / "state").chmod(before)
    state = settings(tmp_path).state
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_neither_token_nor_passwords_are_in_its_repr(tmp_path: Path) -> None:
    shown = repr(
        settings(
            tmp_path,
            DISCORD_TOKEN=TOKEN,
            FIRSTHAND_DATABASE="postgresql://me:hunter2@host/name",
            FIRSTHAND_KEYS_DATABASE="postgresql://me:hunter3@host/keys",
        )
    )
    for secret in (TOKEN, "hunter2", "hunter3"):
        assert secret not in shown


def test_the_env_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        f"# a comment\nDISCORD_TOKEN={TOKEN}\nFIRSTHAND_STATE=here\nFIRSTHAND_LOG_LEVEL=error\n"
    )
    monkeypatch.setenv("FIRSTHAND_LOG_LEVEL", "debug")
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    monkeypatch.delenv("FIRSTHAND_STATE", raising=False)
    found = Settings.from_environment()
    assert (found.token, found.state, found.log_level) == (TOKEN, Path("here"), "debug")


def test_an_env_file_that_is_not_text_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=\xff\xfe\xff")
    with pytest.raises(SettingsError, match=r"^\.env: it cannot be read"):
        Settings.from_environment()


@pytest.mark.parametrize(
    ("mine", "mode", "closed"),
    [
        *((True, mode, 0o600) for mode in (0o640, 0o620, 0o604, 0o666)),
        # Somebody else's is read through its group, as docs/operating.md has it for systemd.
        *((False, mode, 0o640) for mode in (0o660, 0o644, 0o642)),
    ],
)
def test_who_else_can_get_at_the_env_file_is_told_with_what_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: bool, mode: int, closed: int
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.mkdir(0o755)  # as Docker makes one of a file that is not there
    assert open_to_others() is None
    file.rmdir()
    assert open_to_others() is None
    file.touch()
    file.chmod(mode)
    owner = file.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: owner if mine else owner + 1)
    told = open_to_others()
    assert told is not None
    assert f"(mode {mode:04o})" in told
    assert f"`chmod {closed:o} .env`" in told
    file.chmod(closed)
    assert open_to_others() is None


def test_the_example_lists_exactly_the_variables_there_are() -> None:
    """`.env.example` is what people copy."""
    name = re.compile(r"(?:DISCORD|FIRSTHAND)_[A-Z_]+")
    example, source = ROOT / ".env.example", ROOT / "bot" / "settings.py"
    assert set(name.findall(example.read_text())) == set(name.findall(source.read_text()))


# -- the program itself -----------------------------------------------------------------------


def test_without_a_token_it_says_how_to_get_one_and_that_the_demo_needs_none(
    tmp_path: Path,
) -> None:
    done = run(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("DISCORD_TOKEN: ")
    assert "https://discord.com/developers" in line
    assert "`python -m bot demo` needs none" in line


def test_what_is_wrong_is_one_line_of_output_without_the_token(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\nFIRSTHAND_LOG_LEVEL={TOKEN}\n")
    done = run(tmp_path)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("FIRSTHAND_LOG_LEVEL: ")
    assert TOKEN not in done.stdout + done.stderr


def test_a_folder_with_other_things_in_it_is_not_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    tmp_path.chmod(0o755)
    with pytest.raises(SettingsError, match="FIRSTHAND_STATE"):
        Settings.from_mapping({"FIRSTHAND_STATE": str(tmp_path)})
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
