"""Two companies and their channels in one database, each with rows that hold a word of its own."""

from typing import Any

from bot.domain.matrix import Criterion
from bot.domain.memory import Note, Relation
from bot.domain.performance_target import Named, Wanted
from bot.domain.technology import Move, Ring
from bot.services import debts, performance_targets, service_graph, technologies
from bot.services.debts import Owed
from bot.services.escalations import Report, open_escalation
from bot.services.matrices import NewMatrix, open_matrix
from bot.services.memory import remember
from bot.services.service_graph import Place
from storage.models import (
    ArchitectureReview,
    ArchitectureReviewPoint,
    Assessment,
    Conflict,
    Decision,
    HandOff,
    LearningItem,
    QualityGate,
    RetroAction,
    RetroCard,
    RetroGroup,
    RetroLesson,
    Retrospective,
    Schedule,
    Sprint,
    SprintItem,
    SprintRisk,
    SprintVote,
    Standup,
    StandupAnswer,
    StandupBlocker,
    StandupQuestion,
    Waiver,
)
from tests.support.desk import Desk

Where = tuple[str, str]
PLACES: dict[Where, bool] = {
    ("T1", "C1"): False,
    ("T1", "C2"): False,
    ("T1", "CP"): True,
    ("T1", "D1"): True,
    ("T1", "CS"): False,
    ("T2", "C1"): False,
    ("T2", "CX"): False,
}
"""Workspace and channel -> whether it is private; one channel id exists in both workspaces."""


SHARED: Where = ("T1", "CS")
"""People of another company read there."""


def mark(workspace: str, channel: str) -> str:
    """Return a word that stands only in one channel's rows."""
    return f"canary{workspace}{channel}".lower()


def hidden_from(place: Where) -> list[Where]:
    """Return the places of which nothing may be seen in `place`."""
    return [
        other
        for other, private in PLACES.items()
        if other != place and (other[0] != place[0] or private or place == SHARED)
    ]


async def seed(at: Desk) -> None:
    """Put a task, a decision, an escalation, a matrix and a service into every place."""
    for number, ((workspace, channel), private) in enumerate(PLACES.items()):
        word = mark(workspace, channel)
        place: dict[str, Any] = {"workspace_id": workspace, "channel_id": channel}
        async with at.ctx.database.begin() as uow:
            shared = (workspace, channel) == SHARED
            await uow.channels.ensure(
                workspace, channel, now=at.clock.now(), is_private=private, is_shared=shared
            )
        task = await at.take_in(
            f"invoices {word}", **place, is_private=private, ts=f"170000000{number}.000100"
        )
        await _decide(at, task.thread_id, task.id, place, word)
        if not channel.startswith("D"):  # there is nobody to escalate to
            report = Report(
                **place, title=f"invoices {word}", level=1, key=f"x{number}", user_id="U1",
                owner_id="U1", impact=word, tried=word, is_private=private,
            )  # fmt: skip
            assert await open_escalation(at.ctx, None, report)
        wanted = NewMatrix(
            **place, owner_id="U1", question=f"Which invoices {word}?", options=(word, "other"),
            criteria=(Criterion(name=word[:40], weight=100),), invited=(), specialists=(),
            key=f"m{number}", is_private=private,
        )  # fmt: skip
        assert await open_matrix(at.ctx, wanted)
        await _contend(at, number, place, word)
        await _stand_up(at, number, place, word)
        await _look_back(at, number, place, word)
        await _sprint(at, number, place, word)
        await _register(at, number, place, word)
        async with at.ctx.database.begin() as uow:
            where = Place(workspace, channel, "U1", is_private=private)
            await service_graph.ensure(at.ctx, uow, where, f"{word}-svc", surely=True)
            relation = (Relation("affects_service", f"{word}-svc", "service"),)
            await remember(
                uow,
                Note(
                    workspace, channel, "lesson", f"invoices {word}", f"invoices were {word}",
                    author="U1", source="", at=at.clock.now(), relations=relation,
                ),
            )  # fmt: skip


async def _contend(at: Desk, number: int, place: dict[str, Any], word: str) -> None:
    """Store a conflict, a hand-off and a schedule; they are told apart by their numbers."""
    now = at.clock.now()
    moments = {"created_at": now, "updated_at": now}
    async with at.ctx.database.begin() as uow:
        uow.session.add(
            Conflict(
                **place,
                **moments,
                number=number + 1,
                kind="slot",
                subject=word,
                capacity=40,
                starts_on=now.date(),
                opened_by="U1",
            )
        )
        uow.session.add(
            Schedule(
                **place,
                **moments,
                number=number + 1,
                kind="standup",
                name=word,
                words=word,
                rule={"times": ["09:00:00"]},
                zones=["UTC"],
                regions=[],
                work_days=[0],
                days_off=[],
                window_minutes=60,
                missed_hours=0,
                created_by="U1",
            )
        )
        uow.session.add(
            HandOff(
                **place,
                **moments,
                number=number + 1,
                direction="out",
                team="frontend",
                text=word,
                requested_by="U1",
            )
        )


async def _stand_up(at: Desk, number: int, place: dict[str, Any], word: str) -> None:
    """Store a closed standup of the place's schedule, with an answer and a blocker."""
    now, workspace = at.clock.now(), {"workspace_id": place["workspace_id"]}
    async with at.ctx.database.begin() as uow:
        (schedule,) = await uow.schedules.of_channel(place["workspace_id"], place["channel_id"])
        run = Standup(
            **place, id=f"standup{number}", schedule_id=schedule.id, name=word, state="closed",
            slot_key=f"{now:%Y-%m-%d} 09:00", since=now, opens_at=now, closes_at=now,
            closed_at=now, created_at=now,
        )  # fmt: skip
        uow.session.add(run)
        await uow.session.flush()
        uow.session.add_all(
            [
                StandupQuestion(
                    **place, standup_id=run.id, position=0, kind="text", text="What is next?"
                ),
                StandupAnswer(
                    **workspace, standup_id=run.id, user_id="U1", position=0, text=word,
                    history={}, answered_at=now,
                ),
                StandupBlocker(
                    **place, standup_id=run.id, number=number + 1, user_id="U1", text=word,
                    times=1, created_at=now, updated_at=now,
                ),
            ]
        )  # fmt: skip


async def _sprint(at: Desk, number: int, place: dict[str, Any], word: str) -> None:
    """Store a running sprint with an item, a vote that was revealed and a risk."""
    now, workspace = at.clock.now(), {"workspace_id": place["workspace_id"]}
    moments = {"created_at": now, "updated_at": now}
    async with at.ctx.database.begin() as uow:
        thread = await uow.threads.ensure(
            place["workspace_id"], place["channel_id"], f"{number}.77", now=now
        )
        run = Sprint(
            **place, **moments, id=f"sprint{number}", thread_id=thread.id, number=number + 1,
            source="form", goal=word, limits=word, unit="points", starts_on=now.date(),
            ends_on=now.date(), owner_id="U1", state="running", accepted_at=now,
        )  # fmt: skip
        uow.session.add(run)
        await uow.session.flush()
        belongs = {**workspace, "sprint_id": run.id}
        item = SprintItem(
            **belongs, **moments, id=f"item{number}", position=1, title=word, service=word,
            estimate=3, revealed_at=now,
        )  # fmt: skip
        uow.session.add(item)
        await uow.session.flush()
        uow.session.add_all(
            [
                SprintVote(
                    **belongs, item_id=item.id, round=1, voter="U1", kind="person", value=3,
                    reason=word, voted_at=now,
                ),
                SprintRisk(**belongs, position=1, text=word, mitigation=word),
            ]
        )  # fmt: skip


async def _look_back(at: Desk, number: int, place: dict[str, Any], word: str) -> None:
    """Store a retrospective whose topics are discussed, with an action, and a learning item."""
    now, workspace = at.clock.now(), {"workspace_id": place["workspace_id"]}
    async with at.ctx.database.begin() as uow:
        run = Retrospective(
            **place, id=f"retro{number}", slot_key=f"r{number}", number=number + 1, name=word,
            state="discuss", columns=[word], votes=3, minutes=60, secret=None, since=now,
            opens_at=now, ends_at=now, created_at=now,
        )  # fmt: skip
        uow.session.add(run)
        await uow.session.flush()
        belongs = {**workspace, "retrospective_id": run.id}
        topic = RetroGroup(**belongs, id=f"topic{number}", position=0, title=word)
        uow.session.add(topic)
        await uow.session.flush()
        uow.session.add_all(
            [
                RetroCard(**belongs, position=0, text=word, author="", group_id=topic.id),
                RetroAction(
                    **place, retrospective_id=run.id, number=number + 1, text=word, state="open",
                    created_by="U1", created_at=now,
                ),
                RetroLesson(
                    **place, retrospective_id=run.id, kind="what worked", text=word,
                    confirmed_by="U1", created_at=now,
                ),
                Assessment(
                    **place, slot_key=f"a{number}", number=number + 1, kind="weekly", since=now,
                    until=now, body={"headline": word, "topics": [word]}, created_at=now,
                ),
                LearningItem(
                    **place, number=number + 1, kind="talk", title=word, state="planned",
                    created_by="U1", created_at=now, updated_at=now,
                ),
            ]
        )  # fmt: skip


async def _decide(at: Desk, thread_id: str, task_id: str, place: dict[str, Any], word: str) -> None:
    now = at.clock.now()
    async with at.ctx.database.begin() as uow:
        await uow.decisions.add(
            Decision(
                **place,
                thread_id=thread_id,
                task_id=task_id,
                number=await uow.channels.next_decision_number(place["workspace_id"]),
                title=f"invoices {word}",
                body={"title": word, "context": word, "outcome": word},
                created_at=now,
                updated_at=now,
            )
        )


async def _register(at: Desk, number: int, place: dict[str, Any], word: str) -> None:
    """Store a review with what it found, a debt, a technology and a target."""
    now = at.clock.now()
    where = Place(place["workspace_id"], place["channel_id"], "U1", is_private=PLACES[_key(place)])
    async with at.ctx.database.begin() as uow:
        await debts.register(at.ctx, uow, where, Owed(word, plan=word))
        move = Move(f"{word}-tech"[:60], Ring.HOLD, word)
        await technologies.move(at.ctx, uow, where, move)
        wanted = Wanted(Named(word, "p95"), "most", 200, "ms")
        await performance_targets.set_target(at.ctx, uow, where, wanted, initiative=word)
        thread = await uow.threads.ensure(**place, root_ts=f"ask:review{number}", now=now)
        review = await uow.architecture_reviews.add(
            ArchitectureReview(
                **place, thread_id=thread.id, number=number + 1, slot_key=f"r{number}",
                state="closed", window_minutes=60, since=now, opens_at=now, closes_at=now,
                left_out=[], summary={"headline": word, "findings": [word]}, created_at=now,
            )
        )  # fmt: skip
        agenda = {"kind": "debt", "items": [{"ref": word, "title": word, "sign": "open"}]}
        point = ArchitectureReviewPoint(
            workspace_id=where.workspace_id, review_id=review.id, position=0, kind="debt",
            specialist="api-architect", agenda=agenda, worked_at=now,
        )  # fmt: skip
        await uow.architecture_reviews.add_points([point])
        scope = await service_graph.scope_for(uow, where)
        gate = {"workspace_id": where.workspace_id, "scope": scope, "repository": word}
        uow.session.add_all(
            [
                QualityGate(
                    **gate, is_main=True, state="missed", checks=[], digest=word, at=now
                ),
                Waiver(
                    **gate, number=number + 1, check_name="coverage", owner_id="U1", reason=word,
                    until=now.date(), created_by="U1", created_at=now,
                ),
            ]
        )  # fmt: skip


def _key(place: dict[str, Any]) -> Where:
    return place["workspace_id"], place["channel_id"]
