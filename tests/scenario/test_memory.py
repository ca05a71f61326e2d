"""What the lead remembers, from the front door: noted, found, cited, corrected, kept private."""

from bot.workspace.seed import LI, MAYA, PAYMENTS, TOM
from tests.support.stage import Stage, words


async def test_a_note_is_found_cited_corrected_and_forgotten(stage: Stage) -> None:
    assert "Remembered of *orders*" in words(
        await stage.lead("remember service orders: its tables are cut by month", user=TOM)
    )
    assert "I knew that" in words(
        await stage.lead("remember Orders: its tables are cut by month", user=TOM)
    )
    said = "remember baseline orders throughput 1200 rps p95 180 ms cpu 43%"
    assert "the first one I know" in words(await stage.lead(said))
    again = words(await stage.lead("remember baseline orders p95 212 ms cpu 43%"))
    assert "p95 +18 % (180 → 212 ms)" in again
    assert "CPU as before (43 → 43 %)" in again

    found = words(await stage.lead("memory tables by month"))
    assert "its tables are cut by month" in found
    assert f"<@{TOM}>" in found
    number = found.partition("`#")[2].partition("`")[0]

    root = await stage.mention("what do we know about orders tables by month?")
    answer = await stage.wait_text(root, "From the records")
    assert f"note #{number}" in words(answer)

    await stage.lead(f"memory correct #{number} its tables are cut by week")
    page = words(await stage.lead("memory open orders"))
    assert "cut by week" in page
    assert "~its tables are cut by month~" in page
    assert "baseline of it" in page
    assert "is forgotten" in words(await stage.lead(f"memory forget #{int(number) + 1}"))
    await stage.lead(f"settings decide <@{MAYA}> workspace")
    others = f"#{int(number) + 2}"
    for typed in ("orders", others, f"correct {others} p95: 1 ms"):
        typed = typed if typed.startswith("correct") else f"forget {typed}"
        assert "Only" in words(await stage.lead(f"memory {typed}", user=LI))
    gone = words(await stage.lead("memory forget orders"))
    assert "is forgotten" in gone
    assert "by week" not in words(await stage.lead("memory tables week"))


async def test_what_is_noted_in_a_private_channel_stays_there(stage: Stage) -> None:
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    await stage.lead("remember orders: said in public", user=TOM)
    refused = await stage.lead("memory correct #1 private words", channel="#payments-private")
    assert "this channel is private" in words(refused)
    noted = await stage.lead("remember vault: the keys rotate monthly", channel="#payments-private")
    assert "for this channel only" in words(noted)
    inside = words(await stage.lead("memory keys rotate", channel="#payments-private"))
    assert "rotate monthly" in inside
    number = inside.partition("`#")[2].partition("`")[0]
    for typed in ("memory keys rotate", "memory", "memory open vault", f"memory forget #{number}"):
        outside = words(await stage.lead(typed))
        assert "rotate monthly" not in outside
    root = await stage.mention("what do we know about how the vault keys rotate?")
    answer = await stage.wait_text(root, "Nothing is recorded")
    assert "monthly" not in words(answer)
    assert "rotate monthly" in words(
        await stage.lead("memory keys rotate", channel="#payments-private")
    )
