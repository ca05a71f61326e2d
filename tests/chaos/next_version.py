"""The program as its next version might be: another number, one more step in a task's run.

Run as `python -m tests.chaos.next_version WORDS`, like `python -m bot WORDS`.
"""

import structlog

import bot

VERSION = "99.0.0"
STEP_TAKEN = "next_version.one_more_step"
"""Log event of the step that only this version has."""


def main() -> None:
    """Change the program, then run it."""
    bot.__version__ = VERSION
    from dbos import DBOS, StepOptions

    from bot.__main__ import main as start
    from bot.workflows import task

    before = task._run

    async def after(task_id: str, run: str) -> str:
        # As the documentation asks for a changed order of steps: old runs go on as they began.
        if await DBOS.patch_async("one-more-step"):
            await DBOS.run_step_async(StepOptions(name="one-more-step"), _one_more)
        return await before(task_id, run)

    task._run = after
    start()


async def _one_more() -> str:
    structlog.get_logger(__name__).info(STEP_TAKEN)
    return VERSION


if __name__ == "__main__":
    main()
