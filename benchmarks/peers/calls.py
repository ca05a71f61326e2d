"""A model call as peers make it: the SDK's own method, the bodies that the benchmark hands over."""

import json
from collections.abc import Mapping
from typing import Any

from anthropic import AsyncAnthropic, DefaultAioHttpClient

from benchmarks import job

TEMPLATE = job.request("template")
"""The request that stands in the bodies."""


def client(url: str) -> AsyncAnthropic:
    """Return a client of the Messages server; close it at the end."""
    return AsyncAnthropic(
        api_key="a key", base_url=url, max_retries=0, http_client=DefaultAioHttpClient()
    )


async def ask(
    client: AsyncAnthropic, body: dict[str, Any], *, request: str, inputs: Mapping[str, Any]
) -> Any:
    """Make one call for a request, with the outputs that it needs; return the JSON it answers."""
    content = [
        {**block, "text": block["text"].replace(TEMPLATE, request)}
        for block in body["messages"][0]["content"]
    ]
    if inputs:
        content.append({"type": "text", "text": f"<data>{json.dumps(inputs)}</data>"})
    answer = await client.messages.create(
        **{**body, "messages": [{"role": "user", "content": content}]}
    )
    return json.loads(next(block.text for block in answer.content if block.type == "text"))
