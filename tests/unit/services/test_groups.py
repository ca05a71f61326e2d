"""Work done in one go for callers of the same moment, and each alone where that fails."""

import asyncio
from collections.abc import Callable

import pytest

from bot.services.groups import Groups


class Work:
    """Doubles numbers once the test lets it; keeps what each go was asked for."""

    def __init__(self, *, refuses: int | None = None) -> None:
        self.groups: Groups[int, int] = Groups()
        self.goes: list[list[int]] = []
        self.may = asyncio.Event()
        self._refuses = refuses

    def ask(self, number: int, *, key: str = "k") -> "asyncio.Task[int]":
        """Come with a number."""
        return asyncio.create_task(self.groups.work(key, number, self._double))

    async def _double(self, close: Callable[[], list[int]]) -> list[int]:
        await self.may.wait()
        numbers = close()
        self.goes.append(numbers)
        await asyncio.sleep(0)  # who comes now is too late
        if self._refuses in numbers:
            raise ValueError(self._refuses)
        return [2 * number for number in numbers]


async def _come(*tasks: "asyncio.Task[int]") -> None:
    """Let tasks get as far as they do."""
    for _ in range(5):
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)


async def test_who_comes_while_the_first_waits_is_done_with_it() -> None:
    work = Work()
    tasks = [work.ask(number) for number in (1, 2, 3)]
    other = work.ask(4, key="another")
    await _come(*tasks, other)
    work.may.set()
    assert await asyncio.gather(*tasks, other) == [2, 4, 6, 8]
    assert work.goes == [[1, 2, 3], [4]]


async def test_who_comes_after_it_was_closed_begins_another_group() -> None:
    work = Work()
    first = work.ask(1)
    await _come(first)
    work.may.set()
    await asyncio.sleep(0)
    assert work.goes == [[1]]
    assert await work.ask(2) == 4
    assert await first == 2
    assert work.goes == [[1], [2]]


async def test_when_it_fails_each_is_worked_alone() -> None:
    work = Work(refuses=2)
    tasks = [work.ask(number) for number in (1, 2, 3)]
    await _come(*tasks)
    work.may.set()
    assert [await tasks[0], await tasks[2]] == [2, 6]
    with pytest.raises(ValueError, match="2"):
        await tasks[1]
    assert sorted(work.goes) == [[1], [1, 2, 3], [2], [3]]


async def test_what_fails_alone_is_not_tried_again() -> None:
    work = Work(refuses=1)
    work.may.set()
    with pytest.raises(ValueError, match="1"):
        await work.ask(1)
    assert work.goes == [[1]]


async def test_who_was_cancelled_is_left_out() -> None:
    work = Work()
    tasks = [work.ask(number) for number in (1, 2, 3)]
    await _come(*tasks)
    tasks[1].cancel()
    await asyncio.sleep(0)
    work.may.set()
    assert [await tasks[0], await tasks[2]] == [2, 6]
    assert work.goes == [[1, 3]]


async def test_who_is_cancelled_too_late_to_be_left_out_shifts_nobodys_result() -> None:
    work = Work()
    tasks = [work.ask(number) for number in (1, 2, 3)]
    await _come(*tasks)
    work.may.set()
    await asyncio.sleep(0)
    assert work.goes == [[1, 2, 3]]
    tasks[1].cancel()
    assert list(await asyncio.gather(tasks[0], tasks[2])) == [2, 6]
    assert work.goes == [[1, 2, 3]]


async def test_the_others_go_on_when_the_first_is_cancelled() -> None:
    work = Work()
    tasks = [work.ask(number) for number in (1, 2, 3)]
    await _come(*tasks)
    tasks[0].cancel()
    await asyncio.sleep(0)
    work.may.set()
    assert await asyncio.gather(*tasks[1:]) == [4, 6]
    assert sorted(work.goes) == [[2], [3]]
    assert await work.ask(4) == 8
