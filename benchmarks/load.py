"""Loads a running bot: at a fixed rate however slow the acks, or as fast as they come."""

import asyncio
import random
import time
from dataclasses import dataclass

from benchmarks.slack_end import Acks, SlackEnd


@dataclass
class Load:
    """What a load did: `late` is how far behind its own plan the generator was, in seconds."""

    acks: Acks
    mentions: int
    messages: int
    seconds: float
    late: Acks


async def at_rate(slack: SlackEnd, *, rate: float, seconds: float, mentions: float) -> Load:
    """Send `rate` envelopes a second for `seconds`; a share `mentions` of messages becomes tasks.

    Nothing waits for an ack before the next envelope goes, as with Slack.
    """
    acks, late, dice = Acks(), Acks(), random.Random(1)
    sending: set[asyncio.Task[None]] = set()
    mentioned = messages = envelopes = 0
    began = time.perf_counter()
    while envelopes < rate * seconds:
        mentioning = dice.random() < mentions
        mentioned, messages = mentioned + mentioning, messages + 1
        for event in slack.message(mentions=mentioning):
            due = began + envelopes / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            late.seconds.append(time.perf_counter() - due)
            task = asyncio.create_task(slack.send(event, acks))
            sending.add(task)
            task.add_done_callback(sending.discard)
            envelopes += 1
    await asyncio.gather(*sending)
    return Load(acks, mentioned, messages, time.perf_counter() - began, late)


async def as_taken(slack: SlackEnd, *, seconds: float, in_flight: int) -> Load:
    """Keep `in_flight` mentions under way for `seconds`: each sender waits for both its acks."""
    acks = Acks()
    began = time.perf_counter()

    async def sender() -> int:
        sent = 0
        while time.perf_counter() - began < seconds:
            for event in slack.message(mentions=True):
                await slack.send(event, acks)
            sent += 1
        return sent

    sent = sum(await asyncio.gather(*(sender() for _ in range(in_flight))))
    return Load(acks, sent, sent, time.perf_counter() - began, Acks())
