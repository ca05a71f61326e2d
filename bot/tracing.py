"""Spans for those who look at traces; without endpoint and extra `otel` they cost nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import Any

_NOTHING: AbstractContextManager[Any] = nullcontext()

_tracer: Any = None


def set_up(endpoint: str, *, worker: str, version: str) -> Callable[[], None]:
    """Send spans to `endpoint` (OTLP over HTTP) from now on; returns what ends that.

    Does nothing without an endpoint or where the extra is not installed (`is_installed`).
    """
    if not endpoint or not is_installed():
        return lambda: None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return use(BatchSpanProcessor(exporter), worker=worker, version=version)


def is_installed() -> bool:
    """Whether the extra `otel` is there."""
    # The API alone comes with the engine's library; the exporter only with the extra.
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:
        return False


def use(processor: Any, *, worker: str, version: str) -> Callable[[], None]:
    """Hand spans to an OpenTelemetry span processor; returns what ends that."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    global _tracer
    resource = Resource.create(
        {
            "service.name": "teamlead",
            "service.version": version,
            "service.instance.id": worker,
        }
    )
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("teamlead")

    def end() -> None:
        global _tracer
        _tracer = None
        provider.shutdown()

    return end


def span(name: str, **ids: str | int | None) -> AbstractContextManager[Any]:
    """Return a span around a block; `ids` become its attributes, never put a text in there."""
    if _tracer is None:
        return _NOTHING
    # An exception's text may quote what somebody wrote: its class is enough.
    given = {key: value for key, value in ids.items() if value is not None}
    return _Span(_tracer, name, given)


def note(**ids: str | int | None) -> None:
    """Add ids to the span that is open here, if any."""
    if _tracer is None:
        return
    from opentelemetry.trace import get_current_span

    for key, value in ids.items():
        if value is not None:
            get_current_span().set_attribute(key, value)


class _Span:
    """A span that notes the class of the error that ended it, and nothing of its text."""

    def __init__(self, tracer: Any, name: str, ids: dict[str, str | int]) -> None:
        self._inner = tracer.start_as_current_span(
            name, attributes=ids, record_exception=False, set_status_on_exception=False
        )
        self._span: Any = None

    def __enter__(self) -> Any:
        self._span = self._inner.__enter__()
        return self._span

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is not None:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR)
            self._span.set_attribute("error.type", kind.__name__)
        self._inner.__exit__(kind, error, trace)
