"""Load tests as k6's summary: `--summary-export`, handleSummary's data, and the newer results."""

from bot.domain.report import Gap, Measurement, Name, Report, ReportKind
from bot.reports.fields import Fields, percent

_LATENCIES = {"med": Name.LATENCY_P50, "p(95)": Name.LATENCY_P95, "p(99)": Name.LATENCY_P99}


def read_k6(document: Fields) -> Report:
    """Return latencies (ms), requests per second and failed requests (%); raises ReportInvalid."""
    metrics = _metrics(document)
    requests = metrics.get("http_reqs", Fields({}, "http_reqs"))
    if not requests.values or not requests.number("count"):
        gaps = tuple(Gap(one, "k6 made no HTTP request.") for one in ("latency", "error"))
        return Report(ReportKind.K6, (), (), gaps)
    measured = [Measurement(Name.THROUGHPUT, requests.number("rate"))]
    times = metrics.get("http_req_duration", Fields({}, "http_req_duration"))
    for key, name in _LATENCIES.items():
        value = times.number_or_none(key)
        if value is not None:
            measured.append(Measurement(name, value))
    failed = metrics.get("http_req_failed", Fields({}, "http_req_failed"))
    for key in ("rate", "value"):
        if key in failed.values:
            rate = percent(failed.number(key), 1.0, failed.field(key))
            measured.append(Measurement(Name.ERROR_RATE, rate))
            break
    return Report(ReportKind.K6, tuple(measured))


def _metrics(document: Fields) -> dict[str, Fields]:
    """Each metric's numbers by name, whichever way they are written."""
    if isinstance(document.values.get("results"), dict):
        listed = document.inner("results").each("metrics")
        return {one.words("name"): one.inner("values") for one in listed}
    metrics = document.inner("metrics")
    found = {}
    for name in ("http_reqs", "http_req_duration", "http_req_failed"):
        metric = metrics.inner(name)
        found[name] = metric.inner("values") if "values" in metric.values else metric
    return found
