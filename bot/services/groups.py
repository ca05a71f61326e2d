"""Callers that come at the same moment: the first of them does the work of all in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Close = Callable[[], list[Item]]
"""Lets nobody else in and returns the items of all who are."""


class _Place(Generic[Item, Result]):
    """Somebody who joined: what is wanted, and the result; none when it must be worked alone."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.given: asyncio.Future[list[Result]] = asyncio.get_running_loop().create_future()


class Groups(Generic[Item, Result]):
    """Work that is cheaper for several at once; whoever finds a group of their key open joins."""

    def __init__(self) -> None:
        self._open: dict[Hashable, list[_Place[Item, Result]]] = {}

    async def work(
        self,
        key: Hashable,
        item: Item,
        work: Callable[[Close[Item]], Awaitable[list[Result]]],
    ) -> Result:
        """Return `work`'s result for `item`.

        `work` closes the group as late as it can and returns a result for each item, in order. It
        leaves nothing behind when it raises: each item is then worked alone, by whoever brought it,
        as another's may have been the reason.
        """
        group = self._open.get(key)
        if group is None:
            return await self._lead(key, item, work)
        place: _Place[Item, Result] = _Place(item)
        group.append(place)
        given = await place.given or await work(lambda: [item])
        return given[0]

    async def _lead(
        self,
        key: Hashable,
        item: Item,
        work: Callable[[Close[Item]], Awaitable[list[Result]]],
    ) -> Result:
        group = self._open[key] = []
        joined: list[_Place[Item, Result]] = []

        def close() -> list[Item]:
            if self._open.get(key) is group:  # once: the results come in the order of then
                del self._open[key]
                joined[:] = (place for place in group if not place.given.done())  # done: cancelled
            return [item, *(place.item for place in joined)]

        results: list[Result] = []
        try:
            results = await work(close)
        except Exception:
            if not joined:
                raise
        finally:
            close()
            for number, place in enumerate(joined, start=1):
                if not place.given.done():  # cancelled since
                    place.given.set_result(results[number : number + 1])
        return (results or await work(lambda: [item]))[0]
