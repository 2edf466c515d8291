"""What needs no browser: who is let in, what the page is made of, what the guide points at."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest

from bot.affinity.rules import channel_name
from bot.demo import cast, clock, guide
from bot.demo.server import PAGE

from .conftest import Demo, Program


def ask(
    demo: Demo, path: str, *, method: str = "GET", body: object = None, **headers: str
) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", demo.port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, None if body is None else json.dumps(body), named)
    return connection.getresponse()


@pytest.fixture(scope="module")
def running(program: Program) -> Iterator[Demo]:
    demo = Demo(program)
    yield demo
    demo.stop()


def test_it_says_where_it_is_and_what_it_is(running: Demo) -> None:
    assert running.greeting.startswith("http://127.0.0.1:")
    assert "Nothing leaves this computer" in running.greeting


def test_it_listens_on_this_computer_only(running: Demo) -> None:
    with socket.socket() as other:
        # 127.0.0.2 is this computer too, but not the address the demo listens on.
        assert other.connect_ex(("127.0.0.2", running.port)) != 0


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "localhost:1", "127.0.0.1:80", ""])
@pytest.mark.parametrize("path", ["/", "/demo/state", "/demo/frame", "/app.js", "/api/state"])
def test_another_name_is_turned_away(running: Demo, host: str, path: str) -> None:
    answer = ask(running, path, Host=host)
    assert answer.status == 421
    assert "only to its own address" in answer.read().decode()


def test_both_names_of_this_computer_are_answered(running: Demo) -> None:
    for name in ("127.0.0.1", "localhost"):
        assert ask(running, "/", Host=f"{name}:{running.port}").status == 200


@pytest.mark.parametrize("origin", ["http://example.org", "null", None])
@pytest.mark.parametrize("path", ["/demo/act", "/demo/open", "/api/pages", "/api/action"])
def test_acts_are_taken_from_the_page_only(running: Demo, origin: str | None, path: str) -> None:
    headers = {"Origin": origin} if origin else {}
    body = {"act": "push", "step": "week"}
    assert ask(running, path, method="POST", body=body, **headers).status == 403


def test_another_site_may_link_to_the_page_and_no_more(running: Demo) -> None:
    assert ask(running, "/", Sec_Fetch_Site="cross-site").status == 200
    for path in ("/demo/state", "/demo/frame", "/demo/app.js"):
        assert ask(running, path, Sec_Fetch_Site="cross-site").status == 403


def test_a_stranger_to_the_frame_gets_nothing(running: Demo) -> None:
    assert ask(running, "/api/state", X_Simcord_Capability="guessed").status == 401


def test_the_page_may_load_nothing_from_elsewhere(running: Demo) -> None:
    for path in ("/", "/demo/frame"):
        policy = ask(running, path).getheader("Content-Security-Policy") or ""
        assert "http" not in policy
        assert "default-src 'none'" in policy or "default-src 'self'" in policy


def test_our_files_name_no_other_address() -> None:
    found = {
        file.name: re.findall(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[\w.-]+\.\w+", text)
        for file in PAGE.iterdir()
        if file.suffix != ".js" and (text := file.read_text(encoding="utf-8")) is not None
    }
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.fixture
def another() -> Iterator[Program]:
    """A program of its own, for what happens at its beginning and end."""
    running = Program()
    yield running
    running.process.kill()
    running.end()


def test_a_taken_port_is_one_clear_line(another: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RuntimeError, match=rf"Port {port} is in use\. .*--port"):
            Demo(another, port)


def test_ctrl_c_ends_it_quietly(another: Program) -> None:
    demo = Demo(another)
    assert demo.stop() == 0
    assert demo.complaint() == ""


# --------------------------------------------------------------------- the data


def test_the_guide_speaks_of_people_and_places_that_exist() -> None:
    people = {someone.key: someone.name for someone in cast.PEOPLE}
    places = {place.key for place in cast.PLACES} | {cast.DM}
    # The channels that come to be on the way.
    places |= {
        channel_name(step["with"]["name"])
        for chapter in guide.chapters()
        for step in chapter["steps"]
        if step.get("type") == "/affinity start"
    }
    faults: list[str] = []
    for chapter in guide.chapters():
        assert {"key", "title", "intro", "steps"} <= chapter.keys()
        for step in chapter["steps"]:
            name = f"{chapter['key']}: {step.get('title')}"
            known = {"title", "look", "be", "go", "do", "type", "with", "then"}
            faults += [f"{name}: unknown {key}" for key in step.keys() - known]
            faults += [f"{name}: no {key}" for key in ("title", "look") if not step.get(key)]
            if step.get("be") not in {None, *people}:
                faults.append(f"{name}: nobody is called {step['be']}")
            if step.get("go") not in {None, *places}:
                faults.append(f"{name}: there is no {step['go']}")
            member = step.get("with", {}).get("member")
            if member not in {None, *people.values()}:
                faults.append(f"{name}: nobody is named {member}")
            if not step.get("type", "/").startswith("/"):
                faults.append(f"{name}: {step['type']} is no command")
    assert faults == []


def test_everything_said_before_is_said_by_somebody_somewhere() -> None:
    people = {someone.key for someone in cast.PEOPLE}
    places = {place.key for place in cast.PLACES}
    assert {said.person for said in cast.SAID} <= people
    assert {said.place for said in cast.SAID} <= places


@pytest.mark.parametrize("name", list(clock.PUSHES))
def test_strides_add_up_to_the_push(name: str) -> None:
    strides = clock.strides(clock.PUSHES[name])
    assert sum(strides) == clock.PUSHES[name]
    assert max(strides) <= clock.HOUR
    assert clock.strides(5400) == [3600, 1800]
