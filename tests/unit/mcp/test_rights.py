"""Tokens x scopes x private channels x workspaces: who sees and changes what through a tool."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.access import Person
from bot.domain.mcp_token import SCOPES, Agent
from bot.domain.memory import Note
from bot.services import mcp_rights
from bot.services.memory import remember
from bot.settings import AccessSettings, DecisionSettings
from storage.models import Decision, Service
from tests.support.agents import KnownPeople, Told, agent, calling, with_people
from tests.support.desk import MORNING, Desk, desk, proposal

MEMBER = agent("hers", user_id="U1")
OTHER = agent("his", user_id="U2")
GUEST = agent("guests", user_id="U3")
NOBODYS = agent("orchestrator")
OPERATOR = agent("stdio", is_operator=True)
FOREIGN = agent("foreign", workspace_id="T2", user_id="U1")
SECRET, OPEN = "hush-hush", "well-known"


@pytest.fixture
async def told(office: Desk) -> Desk:
    """Of everything one in the public channel and one in the private one."""
    people = KnownPeople(
        people={"U3": Person("U3", is_guest=True)}, channels={"G1": frozenset({"U1", "U3"})}
    )
    office = with_people(office, people)
    for number, (channel, word) in enumerate((("C1", OPEN), ("G1", SECRET)), 1):
        task = await office.take_in(f"{word} task", channel_id=channel, ts=f"17.{number}")
        async with office.ctx.database.begin() as uow:
            note = Note("T1", channel, "note", f"{word} thing", f"{word} fact", "U1", "", MORNING)
            await remember(uow, note)
            uow.session.add(
                Decision(
                    workspace_id="T1",
                    channel_id=channel,
                    thread_id=task.thread_id,
                    number=number,
                    title=f"{word} decision",
                    body=proposal(f"{word} outcome").model_dump(mode="json"),
                    approvers=[],
                    created_at=MORNING,
                    updated_at=MORNING,
                )
            )
            uow.session.add(
                Service(
                    workspace_id="T1",
                    scope="" if channel == "C1" else channel,
                    key=f"{word} service",
                    name=f"{word} service",
                    created_by="U1",
                    created_at=MORNING,
                    updated_at=MORNING,
                )
            )
    return office


READING: dict[str, list[dict[str, Any]]] = {
    "read_graph": [{}],
    "search_nodes": [{"query": "fact"}, {"query": f"{SECRET} thing"}],
    "open_nodes": [{"names": [f"{SECRET} thing", f"{OPEN} thing"]}],
    "list_tasks": [{}],
    "get_task": [{"id": "T-1"}, {"id": "T-2"}],
    "search_decisions": [{}, {"query": "outcome"}, {"query": "D-2"}],
    "get_decision": [{"id": "D-1"}, {"id": "D-2"}],
    "why_decision": [{"id": "D-1"}, {"id": "D-2"}],
    "list_services": [{}],
    "get_service": [{"name": f"{OPEN} service"}, {"name": f"{SECRET} service"}],
}


async def seen(office: Desk, who: Agent, channel: str, *, tools: str = "") -> str:
    """Return all that a program is told by the tools that read, from a channel."""
    said = []
    async with calling(office, who) as call:
        for tool, asked in READING.items():
            if tools and tool not in tools:
                continue
            for arguments in asked:
                try:
                    said.append(str(await call(tool, **arguments, channel=channel)))
                except Told as refused:
                    # What was asked for is named again, by its name.
                    said.append(str(refused).replace(f"'{arguments.get('name')}'", ""))
    return "\n".join(said)


async def test_who_sees_what_from_where(told: Desk) -> None:
    both = {OPEN, SECRET}
    rows: list[tuple[Agent, str, set[str]]] = [
        (MEMBER, "", {OPEN}),
        (MEMBER, "G1", both),
        (OTHER, "", {OPEN}),
        (OTHER, "G1", set()),
        (GUEST, "G1", set()),
        (NOBODYS, "", {OPEN}),
        (NOBODYS, "G1", set()),
        (OPERATOR, "", {OPEN}),
        (OPERATOR, "G1", set()),
        (replace(OPERATOR, channel_id="G1"), "", both),
        (replace(OPERATOR, channel_id="G1"), "G1", both),
        (replace(OPERATOR, channel_id="C1"), "G1", set()),
        (FOREIGN, "C1", set()),
        (FOREIGN, "G1", set()),
    ]
    for who, channel, sees in rows:
        whole = await seen(told, who, channel)
        assert {word for word in both if word in whole} == sees, (who.name, channel)
        for word in sees:  # of each kind, and not of one alone
            kinds = ("task", "thing", "fact", "decision", "outcome", "service")
            assert [kind for kind in kinds if f"{word} {kind}" not in whole] == []


async def test_every_tool_that_reads_is_asked(told: Desk) -> None:
    async with calling(told) as call:
        tools = (await call.client.list_tools()).tools
    reading = {t.name for t in tools if t.annotations and t.annotations.read_only_hint}
    assert reading == {*READING, "list_standups", "get_standup"}


async def test_a_tool_takes_its_scope(office: Desk) -> None:
    async with calling(office, agent(user_id="U1")) as everything:
        tools = {tool.name for tool in (await everything.client.list_tools()).tools}
    for scope in SCOPES:
        async with calling(office, agent(scopes=(scope,), user_id="U1")) as call:
            offered = {tool.name for tool in (await call.client.list_tools()).tools}
            assert offered
            for name in tools - offered:
                with pytest.raises(Told, match="This token lacks the scope"):
                    await call(name)


async def test_what_a_program_writes_from_a_private_channel_stays_there(told: Desk) -> None:
    secret = [{"name": "vault", "entityType": "service", "observations": [SECRET]}]
    said = [{"entityName": f"{OPEN} thing", "contents": [SECRET]}]
    edge = {"from": f"{OPEN} thing", "to": "vault", "relationType": "leads_to"}
    async with calling(told, MEMBER) as call:
        await call("create_entities", entities=secret, channel="G1")
        await call("add_observations", observations=said, channel="G1")
        await call("create_relations", relations=[edge], channel="G1")
        inside = str(await call("open_nodes", names=["vault", f"{OPEN} thing"], channel="G1"))
        assert inside.count(SECRET) == 2
        assert "leads_to" in inside
    for who in (MEMBER, OTHER, NOBODYS, OPERATOR):
        whole = await seen(told, who, "", tools="read_graph search_nodes open_nodes")
        assert [word for word in (SECRET, "vault", "leads_to") if word in whole] == []


async def test_words_of_others_take_the_right_to_decide(told: Desk) -> None:
    """U1 said it; who may decide may have it forgotten, as in Slack."""
    strict = desk(
        told.ctx.database, told.ctx.settings.app.home, decision=DecisionSettings(approvers="U1")
    )
    office = with_people(strict, KnownPeople())
    deletion = [{"entityName": f"{OPEN} thing", "observations": [f"{OPEN} fact"]}]
    for who, why in ((OTHER, "can decide here"), (NOBODYS, "this token belongs to nobody")):
        async with calling(office, who) as call:
            with pytest.raises(Told, match=why):
                await call("delete_observations", deletions=deletion)
            with pytest.raises(Told, match=why):
                await call("delete_entities", entityNames=[f"{OPEN} thing"])
    async with calling(office, MEMBER) as call:
        await call("delete_observations", deletions=deletion)
        (thing,) = (await call("open_nodes", names=[f"{OPEN} thing"]))["entities"]
        assert thing["observations"] == []


async def test_who_may_not_ask_notes_nothing(told: Desk) -> None:
    """As with `/lead remember`."""
    home = told.ctx.settings.app.home
    strict = with_people(
        desk(told.ctx.database, home, access=AccessSettings(ask="U1")), KnownPeople()
    )
    thing = {"name": "x", "entityType": "note", "observations": ["y"]}
    calls: dict[str, Any] = {
        "create_entities": {"entities": [thing]},
        "create_relations": {"relations": []},
        "add_observations": {"observations": []},
        "delete_entities": {"entityNames": ["x"]},
        "delete_observations": {"deletions": []},
        "delete_relations": {"relations": []},
    }
    async with calling(strict, MEMBER) as call:
        await call("create_entities", entities=[thing])
    async with calling(strict, OTHER) as call:
        for tool, arguments in calls.items():
            with pytest.raises(Told, match="can ask me for work here"):
                await call(tool, **arguments)
        assert (await call("open_nodes", names=["x"]))["entities"]


async def test_a_program_of_nobody_changes_what_programs_said_and_no_more(told: Desk) -> None:
    notes = [{"name": "mine", "entityType": "note", "observations": ["a", "b"]}]
    edge = {"from": "mine", "to": f"{OPEN} thing", "relationType": "about"}
    async with calling(told, NOBODYS) as call:
        await call("create_entities", entities=notes)
        await call("create_relations", relations=[edge])
        deletion = [{"entityName": "mine", "observations": ["a"]}]
        await call("delete_observations", deletions=deletion)
        await call("delete_relations", relations=[edge])
        assert (await call("open_nodes", names=["mine"]))["relations"] == []
    async with calling(told, MEMBER) as call:
        said = [{"entityName": "mine", "contents": ["hers"]}]
        await call("add_observations", observations=said)
        await call("create_relations", relations=[edge])
    async with calling(told, NOBODYS) as call:
        with pytest.raises(Told, match="belongs to nobody"):
            await call("delete_entities", entityNames=["mine"])
        with pytest.raises(Told, match="belongs to nobody"):
            await call("delete_relations", relations=[edge])
    async with calling(told, OPERATOR) as call:
        await call("delete_entities", entityNames=["mine"])
        assert (await call("open_nodes", names=["mine"]))["entities"] == []
    async with told.ctx.database.read() as uow:
        log = await uow.audit.newest("T1", limit=20)
    acts = [(entry.actor_id, entry.action) for entry in reversed(log)]
    assert acts == [
        ("agent:orchestrator", "memory.observation_forgotten"),
        ("agent:orchestrator", "memory.relation_ended"),
        ("operator", "memory.forgotten"),
    ]


async def test_a_person_who_adds_while_a_program_deletes_loses_nothing(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = mcp_rights.require_entity

    async def then_she_adds(*given: Any) -> None:
        await asked(*given)
        async with told.ctx.database.begin() as uow:
            await remember(uow, Note("T1", "C1", "note", "mine", "hers", "U1", "", MORNING))

    notes = [{"name": "mine", "entityType": "note", "observations": ["a"]}]
    async with calling(told, NOBODYS) as call:
        await call("create_entities", entities=notes)
        monkeypatch.setattr(mcp_rights, "require_entity", then_she_adds)
        with pytest.raises(Told, match="said by a person"):
            await call("delete_entities", entityNames=["mine"])
        (left,) = (await call("open_nodes", names=["mine"]))["entities"]
    assert set(left["observations"]) == {"a", "hers"}


async def test_a_list_of_decisions_comes_in_parts_and_says_how_many_there_are(told: Desk) -> None:
    async with calling(told, MEMBER) as call:
        assert (await call("search_decisions"))["total"] == 1
        for words in ({}, {"query": "outcome"}, {"query": "D-2 outcome"}):
            given = {"channel": "G1", "limit": 1, **words}
            first = await call("search_decisions", **given)
            assert first["total"] == 2
            second = await call("search_decisions", cursor=first["nextCursor"], **given)
            assert (second["total"], second["nextCursor"]) == (2, None)
            ids = [one["id"] for part in (first, second) for one in part["decisions"]]
            assert sorted(ids) == ["D-1", "D-2"]


async def test_what_a_record_says_is_changed_at_the_record(told: Desk) -> None:
    async with told.ctx.database.begin() as uow:
        note = Note("T1", "C1", "decision", "Kafka", "we take it", None, "D-1", MORNING)
        made = await remember(uow, note)
        made.entity.ref, made.entity.record_id = "D-1", "d1"
        other = await remember(uow, Note("T1", "C1", "note", "x", "", None, "", MORNING))
        await uow.memory.relate(made.entity, other.entity, "about", by=None, now=MORNING)
    async with calling(told, OPERATOR) as call:
        deletion = [{"entityName": "D-1", "observations": ["we take it"]}]
        with pytest.raises(Told, match="is what D-1 says"):
            await call("delete_observations", deletions=deletion)
        edge = {"from": "Kafka", "to": "x", "relationType": "about"}
        with pytest.raises(Told, match="what a record says"):
            await call("delete_relations", relations=[edge])


async def test_who_left_the_company_or_is_not_known_has_nothing(told: Desk) -> None:
    gone = with_people(told, KnownPeople(people={"U1": Person("U1", is_gone=True)}))
    async with calling(gone, MEMBER) as call:
        with pytest.raises(Told, match="was deactivated"):
            await call("read_graph")
    async with calling(with_people(told, KnownPeople(away=True)), MEMBER) as call:
        with pytest.raises(Told, match="could not ask Slack who you are"):
            await call("read_graph")
