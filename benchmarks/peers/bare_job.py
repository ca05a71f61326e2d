"""The floor: the same calls in the same order by the bare SDK, and nothing else.

No graph library, no database, nothing remembered: what is above its times is what a contestant
adds, and what is below them no user of the SDK reaches on this machine.
"""

import asyncio
import json
import time
from typing import Any

from benchmarks import contest, job

SAID = contest.given()
_BEGAN = time.perf_counter()

from benchmarks.peers import calls  # noqa: E402  # imports are measured

IMPORT_S = time.perf_counter() - _BEGAN


async def main() -> None:
    """Measure."""
    bodies = json.loads(SAID.prompts.read_text())
    client = calls.client(SAID.url)

    async def ask(name: str, request: str, inputs: dict[str, Any]) -> Any:
        return await calls.ask(client, bodies[name], request=request, inputs=inputs)

    async def run_job(request: str) -> None:
        await ask("plan", request, {})
        works: dict[str, asyncio.Task[Any]] = {}

        async def work(key: str, needs: tuple[str, ...]) -> Any:
            return await ask(key, request, {need: await works[need] for need in needs})

        for key, needs in job.NEEDS.items():
            works[key] = asyncio.create_task(work(key, needs))
        await ask("synthesis", request, {key: await made for key, made in works.items()})

    await contest.measure(SAID, run_job, import_s=IMPORT_S)
    await client.close()


if __name__ == "__main__":
    asyncio.run(main())
