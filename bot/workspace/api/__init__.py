"""The Web API: one module per family of methods, all of them listed in METHODS."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.workspace.api import (
    assistant,
    basics,
    chat,
    conversations,
    files,
    functions,
    oauth,
    reactions,
    streaming,
    views,
)
from bot.workspace.api.args import Args
from bot.workspace.shapes import Json

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

Handler = Callable[["Workspace", Args], Json]

METHODS: Mapping[str, Handler] = {
    **basics.METHODS,
    **chat.METHODS,
    **streaming.METHODS,
    **reactions.METHODS,
    **conversations.METHODS,
    **views.METHODS,
    **files.METHODS,
    **functions.METHODS,
    **assistant.METHODS,
    **oauth.METHODS,
}
