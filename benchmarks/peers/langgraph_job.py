"""LangGraph with SQLite checkpoints as a contestant; runs in a venv of its own.

The same graph with the same edges, prompts of the same bytes (the benchmark hands them over) with
the needed outputs appended, one thread id a job, the checkpointer's and the graph's defaults.
Where the two differ the peer has the lighter work: its graph is fixed instead of read from the
plan, its calls are not streamed, its answers are parsed but not checked.
"""

import asyncio
import json
import operator
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypedDict

from benchmarks import contest, job

SAID = contest.given()
_BEGAN = time.perf_counter()

from anthropic import AsyncAnthropic  # noqa: E402  # imports are measured
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # noqa: E402
from langgraph.graph import END, START, StateGraph  # noqa: E402

from benchmarks.peers import calls  # noqa: E402  # the SDK is loaded with it

IMPORT_S = time.perf_counter() - _BEGAN


class State(TypedDict):
    """What flows through the graph."""

    request: str
    outputs: Annotated[dict[str, Any], operator.or_]


Node = Callable[[State], Awaitable[dict[str, Any]]]


def node(client: AsyncAnthropic, name: str, body: dict[str, Any], needs: tuple[str, ...]) -> Node:
    """Return a graph node that makes one call and keeps the JSON it answers with."""

    async def call(state: State) -> dict[str, Any]:
        inputs = {need: state["outputs"][need] for need in needs}
        made = await calls.ask(client, body, request=state["request"], inputs=inputs)
        return {"outputs": {name: made}}

    return call


def graph(client: AsyncAnthropic, bodies: dict[str, Any]) -> StateGraph:
    """Return the job's graph, not compiled."""
    built = StateGraph(State)
    built.add_node("plan", node(client, "plan", bodies["plan"], ()))
    built.add_edge(START, "plan")
    for key, needs in job.NEEDS.items():
        built.add_node(key, node(client, key, bodies[key], needs))
        built.add_edge(list(needs) or "plan", key)
    everything = tuple(job.NEEDS)
    built.add_node("synthesis", node(client, "synthesis", bodies["synthesis"], everything))
    built.add_edge(list(everything), "synthesis")
    built.add_edge("synthesis", END)
    return built


async def main() -> None:
    """Compile the graph once, then measure."""
    bodies = json.loads(SAID.prompts.read_text())
    client = calls.client(SAID.url)
    async with AsyncSqliteSaver.from_conn_string(str(SAID.home / "checkpoints.db")) as saver:
        compiled = graph(client, bodies).compile(checkpointer=saver)

        async def run_job(text: str) -> None:
            config = {"configurable": {"thread_id": text}}
            state = await compiled.ainvoke({"request": text, "outputs": {}}, config)
            if len(state["outputs"]) != job.CALLS:
                raise RuntimeError(f"{len(state['outputs'])} outputs of {job.CALLS}")

        await contest.measure(SAID, run_job, import_s=IMPORT_S)
    await client.close()


if __name__ == "__main__":
    asyncio.run(main())
