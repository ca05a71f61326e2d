"""One bare model call through the ledger, for tests of the ledger itself."""

from typing import TypeVar

from pydantic import BaseModel

from bot.model.port import Model, Reply, Request
from bot.services.context import Context
from bot.services.model_step import ModelStep, perform
from storage.models import Task
from storage.uow import UnitOfWork

R = TypeVar("R", bound=BaseModel)


class Asking(ModelStep[R, Reply[R]]):
    """A step that changes nothing of its own."""

    def __init__(self, key: str, model: Model, request: Request[R]) -> None:
        self.name = key
        self._model = model
        self._request = request

    def key(self, task: Task) -> str:
        """The key as it was given."""
        return self.name

    def model(self, ctx: Context, task: Task) -> Model:
        """The model as it was given."""
        return self._model

    async def begin(self, uow: UnitOfWork, task: Task) -> Request[R]:
        """Ask."""
        return self._request

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[R]) -> Reply[R]:
        """Return the whole reply."""
        return reply


async def ask(
    ctx: Context, task_id: str, key: str, *, model: Model, request: Request[R]
) -> Reply[R]:
    """Make one call of a task and return its reply."""
    return await perform(ctx, task_id, Asking(key, model, request))
