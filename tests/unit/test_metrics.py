"""What is counted: each fact once, with labels of closed sets only."""

from typing import cast

import pytest

from bot import metrics
from bot.domain.events import TaskAccepted, TaskEnded, TaskEvent, TaskPlanned
from bot.domain.task import TaskState
from bot.domain.usage import Usage
from bot.metrics import REGISTRY
from bot.services.counted_news import CountedNews
from storage.models import Task
from storage.uow import UnitOfWork

USAGE = Usage(tokens_in=100, tokens_out=20, tokens_cached=60, cost_micros=1_500, seconds=2.5)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_call_is_counted_with_what_it_used() -> None:
    """Tokens by direction, dollars from millionths, seconds into a bucket."""
    model = "a model of this test"
    metrics.call_ended(model=model, outcome="done", usage=USAGE)
    metrics.call_ended(model=model, outcome="failed")

    assert value("teamlead_model_calls_total", model=model, outcome="done") == 1
    assert value("teamlead_model_calls_total", model=model, outcome="failed") == 1
    tokens = {
        direction: value("teamlead_model_tokens_total", model=model, direction=direction)
        for direction in ("in", "out", "cached")
    }
    assert tokens == {"in": 100, "out": 20, "cached": 60}
    assert value("teamlead_model_cost_dollars_total", model=model) == pytest.approx(0.0015)
    assert value("teamlead_model_call_seconds_bucket", model=model, le="5.0") == 1
    assert value("teamlead_model_call_seconds_bucket", model=model, le="2.0") == 0


def test_an_unknown_price_costs_nothing() -> None:
    """It is unknown, and no number stands for that."""
    model = "a model without a price"
    metrics.call_ended(model=model, outcome="done", usage=Usage(cost_micros=None))
    assert value("teamlead_model_cost_dollars_total", model=model) == 0


@pytest.mark.parametrize(
    ("state", "outcome"), [("sent", "sent"), ("pending", "retried"), ("dead", "failed")]
)
def test_a_post_is_counted_by_what_became_of_it(state: str, outcome: str) -> None:
    """In words of people, not of rows."""
    method = f"a.method.{state}"
    metrics.post_tried(method=method, state=state)
    assert value("teamlead_posts_total", method=method, outcome=outcome) == 1


def test_a_tick_before_its_time_is_not_late() -> None:
    """Clocks may jump back; a histogram of waits takes no negative numbers."""
    before = value("teamlead_schedule_lag_seconds_sum")
    metrics.tick_started(late_seconds=-3)
    assert value("teamlead_schedule_lag_seconds_sum") == before


class Transaction:
    """A unit of work that keeps what waits for its commit."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.session = self
        self.afterwards: list[object] = []

    async def get(self, _table: type[Task], _task_id: str) -> Task:
        return self._task

    def after_commit(self, call: object) -> None:
        self.afterwards.append(call)

    def ends(self) -> None:
        for call in self.afterwards:
            assert callable(call)
            call()


class Silent:
    """An announcer that tells nobody."""

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Do nothing."""


async def test_tasks_are_counted_when_their_transaction_is_through() -> None:
    """A transaction that is rolled back counts nothing; other events never do."""
    news = CountedNews(Silent())
    transaction = Transaction(Task(id="t1", state=TaskState.FAILED))
    uow = cast(UnitOfWork, transaction)
    accepted = value("teamlead_tasks_accepted_total")
    failed = value("teamlead_tasks_ended_total", state="failed")

    await news.announce(uow, TaskAccepted("t1"))
    await news.announce(uow, TaskPlanned("t1"))
    await news.announce(uow, TaskEnded("t1"))
    assert value("teamlead_tasks_accepted_total") == accepted

    transaction.ends()
    assert value("teamlead_tasks_accepted_total") == accepted + 1
    assert value("teamlead_tasks_ended_total", state="failed") == failed + 1
    assert len(transaction.afterwards) == 2
