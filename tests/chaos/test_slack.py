"""Slack on bad days: refusals, errors, lost answers, cut sockets, events twice and out of order."""

from collections.abc import Awaitable, Callable

import pytest

from bot.workspace.faults import FaultName
from tests.chaos.conftest import Open
from tests.chaos.world import World

pytestmark = pytest.mark.chaos

REFUSED = 5
"""Calls that a storm of 429 refuses before it is over."""
Fault = Callable[[World], Awaitable[None]]


async def storm(world: World) -> None:
    """Every call is refused with Retry-After for a while."""
    before = len(world.workspace.calls)
    world.workspace.faults.set(rate_limit=1.0)
    await world.busy()

    def refused() -> bool:
        calls = world.workspace.calls[before:]
        return sum(call.status == 429 for call in calls) >= REFUSED or world.idle()

    await world.until(refused)
    world.workspace.faults.set(rate_limit=0.0)


async def server_error(world: World) -> None:
    """Posts fail with 503 and are not made."""
    _strike(world, "chat.postMessage", "server_error")


async def answer_lost(world: World) -> None:
    """Posts are made, but the bot never hears of it."""
    _strike(world, "chat.postMessage", "drop")


async def edit_lost(world: World) -> None:
    """The same for an edit of a card."""
    _strike(world, "chat.update", "drop")


async def search_fails(world: World) -> None:
    """An answer is lost, and so is that of the search for the post."""
    _strike(world, "chat.postMessage", "drop")
    world.workspace.faults.next_calls("conversations.replies", "server_error", "drop")


async def socket_cut(world: World) -> None:
    """The connection breaks after an event was sent and before it is answered."""
    await world.wish()
    await world.workspace.hub.drop_connections()


async def socket_renewed(world: World) -> None:
    """Slack asks the bot to connect anew, in the middle of deliveries."""
    await world.wish()
    await world.workspace.hub.refresh()


async def event_lost(world: World) -> None:
    """An envelope never arrives and is sent again."""
    world.workspace.faults.next_calls("app_mention", "drop")
    world.workspace.faults.next_calls("message", "drop")
    await world.wish()


async def event_twice(world: World) -> None:
    """Both events of a mention come again at once, as after an answer that came too late."""
    world.workspace.faults.next_calls("app_mention", "duplicate")
    world.workspace.faults.next_calls("message", "duplicate")
    await world.wish()


async def event_late(world: World) -> None:
    """The events of some earlier mention come again, under new ids."""
    if not world.sent:
        await world.wish()
    room, ts = world.dice.choice(list(world.sent.values()))
    channel = world.workspace.state.channel(room)
    world.workspace.events.message(channel, world.workspace.state.message(channel.id, ts))


async def out_of_order(world: World) -> None:
    """A later mention overtakes an earlier one, and its own second event."""
    world.workspace.faults.set(delay_ms=world.dice.randint(100, 700))
    await world.wish()
    await world.moment()
    world.workspace.faults.set(delay_ms=0)
    await world.wish()


FAULTS: tuple[Fault, ...] = (
    storm,
    server_error,
    answer_lost,
    edit_lost,
    search_fails,
    socket_cut,
    socket_renewed,
    event_lost,
    event_twice,
    event_late,
    out_of_order,
)


def _strike(world: World, method: str, fault: FaultName) -> None:
    world.workspace.faults.next_calls(method, *[fault] * world.dice.randint(1, 3))


@pytest.mark.long
async def test_trouble_with_slack(open_world: Open, faults: int) -> None:
    """Each kind in turn, several tasks under way."""
    async with open_world("slack") as world:
        for number in range(max(len(FAULTS), faults // 3)):
            await world.busy()
            await world.moment()
            await FAULTS[number % len(FAULTS)](world)
            world.faults += 1
        world.workspace.faults.clear()
    assert world.bots.exits == [0]
