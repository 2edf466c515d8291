"""The main job: asking, answering, speaking, taking back."""

from tests.world import World, receipt_in


async def test_a_yes_is_spoken_and_taken_back(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    asked = await beto.asks(ana, "I can host the meeting.")
    print(asked)
    assert "Asked" in asked.text
    assert asked.private
    print(world.said(world.general))
    read = await ana.reads()
    print(read)
    yes = await ana.click(read, "Yes, these words")
    print(yes)
    consent = await world.only_consent()
    assert consent["state"] == "live"
    said = await beto.speaks(consent["id"])
    print(said)
    print(world.said(world.general))
    assert "I can host the meeting." in world.said(world.general)
    verified = await ana.slash("consent verify", code=receipt_in(said.text))
    print(verified)
    assert "In force" in verified.text
    back = await ana.takes_back()
    print(back)
    print(world.said(world.general))
    assert "I can host the meeting." not in world.said(world.general)
