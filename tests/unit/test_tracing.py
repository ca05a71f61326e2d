"""Spans: ids as attributes, nobody's words, and nothing at all when tracing is off."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import tracing
from bot.cli.process.http_server import HttpServer


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    end = tracing.use(SimpleSpanProcessor(exporter), worker="bot-0", version="1")
    yield exporter
    end()


def test_a_span_carries_ids(spans: InMemorySpanExporter) -> None:
    """Those given at its start and those noted on the way; None is left out."""
    with tracing.span("task.run", task_id="t1", decision_id=None):
        tracing.note(team_id="T1", user_id=None)
    (span,) = spans.get_finished_spans()
    assert span.name == "task.run"
    assert dict(span.attributes or {}) == {"task_id": "t1", "team_id": "T1"}
    assert span.resource.attributes["service.instance.id"] == "bot-0"


def test_spans_nest(spans: InMemorySpanExporter) -> None:
    """A call within a run belongs to it."""
    with tracing.span("task.run"), tracing.span("model.call"):
        pass
    call, run = spans.get_finished_spans()
    assert call.parent is not None
    assert run.context is not None
    assert call.parent.span_id == run.context.span_id


def test_an_error_leaves_its_class_and_no_words(spans: InMemorySpanExporter) -> None:
    """What an exception says may be what somebody wrote."""
    with pytest.raises(ValueError, match="secret"), tracing.span("model.call"):
        raise ValueError("secret words")
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert "secret" not in span.to_json()


async def test_spans_go_to_the_collector() -> None:
    """By OTLP over HTTP, to the address that OpenTelemetry's own setting names."""
    bodies: list[bytes] = []

    async def collect(request: Request) -> Response:
        bodies.append(await request.body())
        return Response()

    server = HttpServer([Route("/v1/traces", collect, methods=["POST"])], host="127.0.0.1", port=0)
    await server.start()
    try:
        end = tracing.set_up(server.url, worker="bot-0", version="1")
        with tracing.span("task.run", task_id="t1"):
            pass
        await asyncio.to_thread(end)
    finally:
        await server.stop()
    sent = b"".join(bodies)
    assert b"task.run" in sent
    assert b"bot-0" in sent


def test_off_it_does_nothing() -> None:
    """The same block for every span, and notes go nowhere."""
    with tracing.span("task.run", task_id="t1"):
        tracing.note(team_id="T1")
    assert tracing.span("a") is tracing.span("b")


def test_without_the_extra_an_endpoint_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exporter is missing: no import is tried, nothing breaks."""
    monkeypatch.setattr(tracing, "is_installed", lambda: False)
    tracing.set_up("http://127.0.0.1:4318", worker="bot-0", version="1")()
    assert tracing.span("a") is tracing.span("b")


def test_off_it_imports_nothing() -> None:
    """A process without an endpoint does not pay for the library."""
    program = (
        "import sys; from bot import tracing; tracing.set_up('', worker='w', version='1')\n"
        "with tracing.span('a'): tracing.note(b='c')\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
