"""Slack Connect at the front door: what the company knows stays out of a channel others read."""

from dataclasses import replace

import pytest

from bot.workspace.seed import LI, MAYA, TOM
from bot.workspace.shapes import Channel, Json
from tests.support.stage import PATIENCE, Stage, action_ids, words

BILLING = (
    "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms"
)
POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"
LOOKS = (
    "tasks", "task T-1", "decisions", "decisions billing", "decisions open", "decision D-1",
    "why T-1", "why D-1", "why billing", "memory", "memory ledger", "memory open kvault",
    "services", "service kvault", "radar", "targets", "gates", "conflicts", "escalations all",
    "escalation X-1", "handoffs", "metrics", "cost", "cost tasks", "debt", "sprint list",
    "review history", "tools",
)  # fmt: skip
"""What only shows something."""
CANARIES = ("Stripe", "multi-tenant", "ledger", "kvault", "Nomad", "217 ms", "rotate")


@pytest.fixture
async def room(stage: Stage) -> "Room":
    """#ops, with the bot in it, beside a #backend where much was said."""
    people = stage.workspace.people
    channel = people.create_channel(MAYA, "ops", is_private=False)
    for one in (TOM, LI, stage.workspace.identity.bot_user_id):
        people.invite(MAYA, channel.id, one)
    return Room(stage, channel)


class Room:
    """A channel that may be shared, and the company's own one."""

    def __init__(self, stage: Stage, channel: Channel) -> None:
        self.stage = stage
        self.id = channel.id

    async def fill(self) -> None:
        """Say much in #backend."""
        lead = self.stage.lead
        await lead("remember kvault: its ledger keys rotate monthly")
        await lead("service add kvault")
        await lead("radar move Nomad to trial because of replay")
        await lead("targets set kvault p95 under 217 ms")
        root = await self.stage.mention(BILLING)
        await self.stage.wait_text(root, "Decision proposed")

    async def lead(self, text: str, user: str = MAYA) -> str:
        return words(await self.stage.lead(text, user=user, channel="#ops"))

    def share(self, name: str = "nora") -> str:
        """Let another company in; returns its person."""
        return self.stage.workspace.people.connect(MAYA, self.id, "globex", name).id

    async def leaks(self) -> list[str]:
        """Return which views tell something of #backend."""
        found = []
        for look in LOOKS:
            said = await self.lead(look)
            # What was typed is repeated where it is not known.
            told = [word for word in CANARIES if word not in look and word in said]
            found += [f"{look}: {word}" for word in told]
        return found

    async def known(self, what: str = "memory ledger") -> bool:
        return "rotate monthly" in await self.lead(what)

    async def wait_known(self, known: bool) -> None:
        """Wait until an event has been heard."""
        for _ in range(200):
            if await self.known() is known:
                return
            await self.stage.workspace.settled()
        raise AssertionError(f"known is not {known}")


async def test_nothing_of_elsewhere_is_told_where_others_read(room: Room) -> None:
    await room.fill()
    assert await room.known(), "while it is the company's own"
    assert "D-1" in await room.lead("decisions")

    room.share()
    await room.wait_known(False)
    assert await room.leaks() == []
    assert "People of other companies read here" in await room.lead("decisions")

    root = await room.stage.mention("what do we know about the kvault's ledger?", channel="#ops")
    answer = await room.stage.wait_text(root, "Nothing is recorded", channel="#ops")
    assert "monthly" not in words(answer)

    # What is said there is known there, and to the company as before.
    await room.lead("remember gate: opens at noon")
    await room.lead("service add turnstile")
    assert "opens at noon" in await room.lead("memory open gate")
    assert "turnstile" in await room.lead("services")
    assert "opens at noon" in words(await room.stage.lead("memory noon"))


async def test_what_was_said_there_before_is_still_known_there(room: Room) -> None:
    await room.lead("remember gate: opens at noon")
    await room.fill()
    await room.stage.lead("remember gate: a secret of ours")
    room.share()
    await room.wait_known(False)
    page = await room.lead("memory open gate")
    assert "opens at noon" in page
    assert "secret" not in page


async def test_it_is_told_again_when_the_others_have_left(room: Room) -> None:
    await room.fill()
    room.share()
    await room.wait_known(False)
    room.stage.workspace.people.disconnect(MAYA, room.id, "globex")
    await room.wait_known(True)


async def test_an_invitation_that_waits_counts(room: Room) -> None:
    """Who comes reads all that was said until then."""
    await room.fill()
    state = room.stage.workspace.state
    state.put_channel(replace(state.channel(room.id), is_pending_ext_shared=True))
    assert not await room.known()


async def test_where_slack_does_not_say_nothing_is_told(room: Room) -> None:
    await room.fill()
    faults = room.stage.workspace.faults
    for _ in range(5):
        faults.next_calls("conversations.info", "rate_limit")
    said = await room.lead("memory ledger")
    faults.clear()
    assert "rotate monthly" not in said
    assert "I could not ask Slack who reads here" in said
    assert await room.known()


async def test_an_outsider_talks_and_binds_nobody(room: Room) -> None:
    """By default not even asks; with `external` asks, and says yes only where named."""
    stage, nora = room.stage, room.share()
    root = await stage.mention(POOL, channel="#ops", user=nora)
    await stage.wait_whisper(nora, "People of other companies cannot ask me for work here.")
    root_of = root = await stage.mention(BILLING, channel="#ops")
    card = await stage.wait_text(root, "Decision proposed", channel="#ops")
    await stage.reply(root, "and make it cheap", channel="#ops", user=nora)
    await stage.workspace.settled()
    async with stage.bot.runtime.context.database.read() as uow:
        (task,) = await uow.tasks.newest(stage.workspace.identity.team_id, limit=1)
        said = await uow.threads.messages(task.thread_id)
    assert (task.round, [m.trusted for m in said if m.user_id == nora]) == (1, [False])

    await room.lead("settings external on here")
    await _click(stage, nora, card, "decision.accept")
    await stage.wait_whisper(nora, "People of other companies cannot decide here.")
    posts = stage.thread(root_of, "#ops")
    output = next(post for post in posts if "output.details" in action_ids(post))
    await _click(stage, nora, output, "output.details")
    await stage.wait_whisper(nora, "People of other companies cannot look things up here.")
    assert stage.workspace.open_view(nora) is None
    refused = await room.lead("settings task_budget 9", user=nora)
    assert "Only people of this workspace can change my settings" in refused
    root = await stage.mention(POOL, channel="#ops", user=nora)
    await stage.wait_text(root, "T-2", channel="#ops")

    await room.lead(f"settings decide <@{nora}> here")
    await _click(stage, nora, card, "decision.accept")
    await stage.wait_text(root_of, "Accepted", channel="#ops")


async def _click(stage: Stage, user: str, card: Json, action: str) -> None:
    await stage.workspace.click(user, "#ops", str(card["ts"]), action)


async def test_a_private_channel_goes_on_under_the_id_that_sharing_gives_it(stage: Stage) -> None:
    """Its thread, decision, notes and settings go along; of elsewhere nothing is told any more."""
    members = (MAYA, TOM, stage.workspace.identity.bot_user_id)
    old, new = "G0SECRET01", "C0SECRET01"
    room = Channel(old, "secret", 1, MAYA, members, is_private=True)
    stage.workspace.state.put_channel(room)
    root = await stage.mention(BILLING, channel="#secret")
    card = await stage.wait_text(root, "Decision proposed", channel="#secret")
    await stage.lead("remember vault: its keys rotate monthly", channel="#secret")
    await stage.lead("settings task_budget 9", channel="#secret")
    await stage.lead("remember kvault: a ledger of ours")
    await stage.delivered()

    stage.workspace.people.connect(MAYA, old, "globex", "nora")
    await stage.workspace.settled()
    assert "D-1" in words(await stage.lead("decisions", channel=new))
    assert "rotate monthly" in words(await stage.lead("memory vault", channel=new))
    assert "ledger of ours" not in words(await stage.lead("memory open kvault", channel=new))
    assert "9" in words(await stage.lead("settings task_budget", channel=new))
    await stage.workspace.click(MAYA, new, str(card["ts"]), "decision.accept")
    await stage.wait_text(root, "Accepted", channel=new)
    await stage.reply(root, "what does HTTP 410 mean?", channel=new)
    await stage.wait_text(root, "410 Gone", channel=new)
    for look in ("memory vault", "decisions", "tasks"):
        assert "rotate monthly" not in words(await stage.lead(look))
        assert "D-1" not in words(await stage.lead(look))


async def test_a_group_message_works_and_stays_there(stage: Stage) -> None:
    group = stage.workspace.people.group_message(MAYA, [TOM])
    root = await stage.mention(BILLING, channel=group.id)
    await stage.wait_text(root, "Decision proposed", channel=group.id)
    await stage.reply(root, "what does HTTP 410 mean?", channel=group.id, user=TOM)
    await stage.wait_text(root, "410 Gone", channel=group.id)
    noted = words(await stage.lead("remember vault: its keys rotate monthly", channel=group.id))
    assert "for this channel only" in noted
    inside = words(await stage.lead("memory keys", channel=group.id))
    assert "rotate monthly" in inside
    for look in ("memory keys", "decisions", "tasks", "task T-1", "decision D-1"):
        said = words(await stage.lead(look)).lower()
        assert "rotate monthly" not in said
        assert "billing" not in said


async def test_the_home_of_a_guest_shows_what_is_theirs(stage: Stage) -> None:
    users = stage.workspace.state.users
    users[TOM] = replace(users[TOM], is_restricted=True)
    root = await stage.mention(BILLING)
    await stage.wait_text(root, "Decision proposed")

    async def home(user: str) -> str:
        stage.workspace.people.open_home(user)

        def shown() -> Json | None:
            return stage.workspace.modals.home(user)

        return words((await stage.workspace.wait_for(shown, PATIENCE))["blocks"])

    assert "D-1" in await home(MAYA)
    theirs = await home(TOM)
    assert "Your open tasks" in theirs
    assert "D-1" not in theirs
    assert "Left today" not in theirs
