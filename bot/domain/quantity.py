"""Numbers for people: short, with a unit, the same everywhere."""

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SIZES = ((1e6, "PB"), (1e3, "TB"), (1.0, "GB"), (1e-3, "MB"), (1e-6, "kB"))
_SPANS = ((365 * 86400.0, "years"), (86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def amount(value: float) -> str:
    """Return a number with at most three significant digits: 57.9, 43,200, 1.3 million."""
    for factor, name in _SCALES:
        if abs(value) >= factor:
            return f"{_short(value / factor)} {name}"
    if abs(value) >= 100:
        return f"{_round(value):,.0f}"
    return _short(value)


def exact(value: float) -> str:
    """Return a number that a person gave, unrounded but grouped: 1,200 or 99.95."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"


def size(gigabytes: float) -> str:
    """Return a size from gigabytes (decimal): 23 GB, 1.2 TB, 4 kB."""
    for factor, unit in _SIZES:
        if gigabytes >= factor:
            return f"{_short(gigabytes / factor)} {unit}"
    return f"{_short(gigabytes * 1e9)} bytes"


def span(seconds: float) -> str:
    """Return a duration from seconds: 33 ms, 40 min, 16.7 h, 3 days."""
    if seconds < 1:
        return f"{_short(seconds * 1000)} ms"
    for factor, unit in _SPANS:
        if seconds >= factor * (2 if factor in (86400.0, _SPANS[0][0]) else 1):
            return f"{_short(seconds / factor)} {unit}"
    return f"{_short(seconds)} s"


def _short(value: float) -> str:
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{float(text):g}" if "e" in text else text


def _round(value: float) -> float:
    """Keep three digits of big numbers: 1,296,774 is a false precision."""
    digits = max(0, len(str(int(abs(value)))) - 3)
    scale = float(10**digits)
    return round(value / scale) * scale
