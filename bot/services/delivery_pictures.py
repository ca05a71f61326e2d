"""Draws the chart of an upload when it is sent, beside the event loop and outside transactions."""

import asyncio
import base64
import re
from typing import Any

from bot.slack.charts import SKETCH, draw


async def with_picture(call: dict[str, Any]) -> dict[str, Any]:
    """Return an upload's arguments with its picture; as they are when it is drawn already.

    Raises Bug for what cannot be drawn.
    """
    if SKETCH not in call:
        return call
    chart = await asyncio.to_thread(draw, call[SKETCH])
    return {
        "filename": f"{_slug(chart.title)}.png",
        "title": chart.title,
        "alt_txt": chart.alt,
        "content_base64": base64.b64encode(chart.png).decode("ascii"),
        **{name: value for name, value in call.items() if name != SKETCH},
    }


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "chart"
