"""The inbox and the answers, the ledger and taking back."""

from __future__ import annotations

import pytest

from tests.world import DAY, WEEK, World


async def test_the_words_are_shown_only_after_read_it(world: World) -> None:
    """Law 2, freely given: nobody is made to read what somebody wants of them."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, "Sharp words")
    inbox = await ana.slash("consent inbox")
    assert beto.mention in inbox.text
    assert "Sharp words" not in inbox.text
    assert inbox.labels == ["Read it", "Don't let them ask again"]
    assert "Sharp words" in (await ana.reads()).text


async def test_leaving_it_tells_the_asker_nothing(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    before = await beto.slash("consent ledger")
    await ana.click(await ana.reads(), "Leave it")
    assert "Nothing waits" in (await ana.slash("consent inbox")).text
    assert "Nothing waits" in (await beto.slash("consent inbox")).text
    assert (await beto.slash("consent ledger")).text == before.text
    await world.later(WEEK)
    assert (await world.only_consent())["state"] == "lapsed"


async def test_a_no_is_told_to_the_asker_alone(world: World) -> None:
    """Law 7: a refusal is never announced."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await beto.asks(ana)
    await ana.click(await ana.reads(), "No")
    assert "said no" in (await beto.slash("consent inbox")).text
    assert "Nothing waits" in (await cass.slash("consent inbox")).text
    assert "no" not in world.said(world.general).replace("something waits for you", "").split()


async def test_news_goes_once_it_is_read(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.says_yes()
    inbox = await beto.slash("consent inbox")
    assert "said yes" in inbox.text
    assert "Nothing waits" in (await beto.click(inbox, "Got it")).text


async def test_a_yes_in_my_words_holds_only_once_the_asker_agrees(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, "She will host every meeting.")
    form = await ana.click(await ana.reads(), "Yes, in my words")
    thanks = await ana.fill(form, words="I can host on Thursday.")
    assert "nothing holds before they agree" in thanks.text
    consent = await world.only_consent()
    assert consent["state"] == "edited"
    assert "no longer in force" in (await beto.speaks(consent["id"])).text
    read = await beto.reads()
    assert "I can host on Thursday." in read.text
    await beto.click(read, "Agree to these words")
    assert (await world.only_consent())["state"] == "live"
    await beto.speaks(consent["id"])
    assert "I can host on Thursday." in world.said(world.general)
    assert "every meeting" not in world.said(world.general)


async def test_a_yes_in_my_words_keeps_where_and_to_whom(world: World) -> None:
    """Law 2, specific: both see the same place and channel, at every step."""
    ana, beto = world.person("Ana"), world.person("Beto")
    where = f"The assembly\n**I may post them in:** <#{world.assembly.id}>"
    assert where in (await beto.asks(ana, place="The assembly", channel=[world.assembly])).text
    read = await ana.reads()
    assert where in read.text
    await ana.fill(await ana.click(read, "Yes, in my words"), words="I can host on Thursday.")
    read = await beto.reads()
    assert where in read.text
    await beto.click(read, "Agree to these words")
    for person in (ana, beto):
        entry = await person.opens_first_entry()
        assert "I can host on Thursday." in entry.text
        assert where in entry.text
    consent_id = (await world.only_consent())["id"]
    assert "not to this channel" in (await beto.speaks(consent_id)).text
    assert "Said, with a receipt" in (await beto.speaks(consent_id, at=world.assembly)).text


async def test_the_asker_may_not_take_other_words(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    form = await ana.click(await ana.reads(), "Yes, in my words")
    await ana.fill(form, words="Something else")
    await beto.click(await beto.reads(), "Don't agree")
    assert (await world.only_consent())["state"] == "unaccepted"
    assert "did not agree to the words" in (await ana.slash("consent inbox")).text


async def test_dont_let_them_ask_again_is_one_tap(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    inbox = await ana.slash("consent inbox")
    stopped = await ana.click(inbox, "Don't let them ask again")
    assert "not told" in stopped.text
    assert "Nothing waits" in (await ana.slash("consent inbox")).text
    assert "waiting for an answer" in (await beto.slash("consent ledger")).text


async def test_answers_that_come_too_late_change_nothing(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    read = await ana.reads()
    await world.later(WEEK)
    late = await ana.click(read, "Yes, these words")
    assert "Nothing was changed" in late.text
    assert "lapsed" in late.text
    assert (await world.only_consent())["state"] == "lapsed"


async def test_a_cancelled_request_cannot_be_answered(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    read = await ana.reads()
    assert "Cancelled" in (await beto.click(await beto.opens_first_entry(), "Cancel it")).text
    assert "Nothing was changed" in (await ana.click(read, "Yes, these words")).text


async def test_the_ledger_shows_both_sides_what_holds(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await beto.asks(ana, "I can host.")
    await ana.says_yes()
    assert "for you: in force until" in (await ana.slash("consent ledger")).text
    assert "You for" in (await beto.slash("consent ledger")).text
    assert "ledger is empty" in (await cass.slash("consent ledger")).text
    entry = await beto.opens_first_entry()
    assert "I can host." in entry.text
    assert entry.labels == ["Give it up", "Back to the ledger"]


async def test_a_long_ledger_has_pages(world: World) -> None:
    beto = world.person("Beto")
    for number in range(10):
        await world.person(f"P{number}").gives(beto, f"Words {number}")
        await beto.says_yes()
    first = await beto.slash("consent ledger")
    assert "8." in first.text
    second = await beto.click(first, "More")
    assert second.text.count("in force") == 2
    assert (await beto.click(second, "Back")).text == first.text


async def test_giving_up_is_the_holders_and_is_told(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.says_yes()
    await beto.click(await beto.opens_first_entry(), "Give it up")
    assert (await world.only_consent())["state"] == "given_up"
    assert "gave up your yes" in (await ana.slash("consent inbox")).text


async def test_an_expired_yes_is_a_no_and_loses_its_words(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, days=["1"])
    await ana.says_yes()
    consent = await world.only_consent()
    world.env.backend.advance_clock(DAY)
    assert "no longer in force" in (await beto.speaks(consent["id"])).text
    await world.later(1)
    expired = await world.only_consent()
    assert (expired["state"], expired["words"], expired["place"]) == ("expired", None, None)


async def test_what_is_over_is_forgotten_after_thirty_days(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.click(await ana.reads(), "No")
    await world.later(30 * DAY)
    assert await world.consents() == []


async def test_setting_the_flag_to_never_offers_to_take_everything_back(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    for other in (beto, cass):
        await other.asks(ana, f"Words of {other.user.name}")
        await ana.says_yes()
    set_ = await ana.slash("consent flag", choice="never")
    assert {row["state"] for row in await world.consents()} == {"live"}
    await ana.click(set_, "Take everything back")
    assert {row["state"] for row in await world.consents()} == {"withdrawn"}


async def test_the_flag_and_its_note_are_seen_by_all(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    assert "Ask me first" in (await beto.slash("consent check", member=ana)).text
    await ana.slash("consent flag", choice="never", note="I *always* speak for myself")
    seen = await beto.slash("consent check", member=ana)
    assert "Don't speak for me" in seen.text
    assert r"I \*always\* speak for myself" in seen.text
    assert "have no yes" in seen.text


async def test_a_note_is_seen_while_whoever_wrote_it_is_here_and_the_flag_always(
    world: World,
) -> None:
    """Nobody else can take a note away, so it does not stay behind."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("consent flag", choice="never", note="Cass is awful")
    world.env.backend.remove_member(world.guild.id, ana.id)
    seen = await beto.slash("consent check", member=ana.user)
    assert "Don't speak for me" in seen.text
    assert "Cass" not in seen.text
    world.guild.add_member(ana.user)
    assert "Cass" in (await beto.slash("consent check", member=ana)).text


async def test_check_shows_what_i_hold_and_never_what_others_hold(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await beto.asks(ana, "For Beto only")
    await ana.says_yes()
    assert "For Beto only" in (await beto.slash("consent check", member=ana)).text
    assert "For Beto only" not in (await cass.slash("consent check", member=ana)).text


@pytest.mark.parametrize("note", ["@everyone look", "see https://example.org", "x" * 201])
async def test_a_note_that_cannot_be_shown_is_refused(world: World, note: str) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    refused = await ana.slash("consent flag", choice="never", note=note)
    assert refused.private
    assert "Ask me first" in (await beto.slash("consent check", member=ana)).text


async def test_the_inbox_in_a_dm_gathers_all_servers(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    inbox = await ana.dm("consent inbox")
    assert "(Riverside)" in inbox.text
    read = await ana.click(inbox, "Read it")
    await ana.click(read, "Yes, these words")
    assert (await world.only_consent())["state"] == "live"


async def test_a_form_opened_before_a_restart_can_still_be_sent(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.slash("consent ask", member=ana)
    await world.restart()
    assert "Asked" in (await beto.fill(form, words="I can host.", place="Here")).text
    read = await ana.reads()
    await world.restart()
    assert "Yes." in (await ana.click(read, "Yes, these words")).text
