"""Every block type with its limits (design facts, section 2.1)."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.workspace.blocks.elements import (
    Accessory,
    ActionElement,
    Button,
    ContextAction,
    ContextElement,
    Image,
    InputElement,
)
from bot.workspace.blocks.objects import (
    Identifier,
    Loose,
    Part,
    Plain150,
    Plain2000,
    Text150,
    Text200,
    Text2000,
    Text3000,
    Url,
)


class Block(Part):
    block_id: Identifier | None = None


def _missing(*names: str) -> PydanticCustomError:
    return PydanticCustomError(
        "one_missing", "missing required field: {n}", {"n": " or ".join(names)}
    )


class Section(Block):
    type: Literal["section"]
    text: Text3000 | None = None
    fields: Annotated[list[Text2000], Field(min_length=1, max_length=10)] | None = None
    accessory: Accessory | None = None
    expand: bool | None = None

    @model_validator(mode="after")
    def _has_content(self) -> "Section":
        if self.text is None and self.fields is None:
            raise _missing("text", "fields")
        return self


class Header(Block):
    type: Literal["header"]
    text: Plain150
    level: int | None = None


class Divider(Block):
    type: Literal["divider"]


class Context(Block):
    type: Literal["context"]
    elements: Annotated[list[ContextElement], Field(min_length=1, max_length=10)]


class Actions(Block):
    type: Literal["actions"]
    elements: Annotated[list[ActionElement], Field(min_length=1, max_length=25)]


class ContextActions(Block):
    type: Literal["context_actions"]
    elements: Annotated[list[ContextAction], Field(min_length=1, max_length=5)]


class ImageBlock(Block):
    type: Literal["image"]
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]
    image_url: Url | None = None
    slack_file: Any = None
    title: Plain2000 | None = None


class Input(Block):
    type: Literal["input"]
    label: Plain2000
    element: InputElement
    hint: Plain2000 | None = None
    optional: bool | None = None
    dispatch_action: bool | None = None


class Markdown(Block):
    type: Literal["markdown"]
    text: Annotated[str, Field(min_length=1, max_length=12_000)]


class RichText(Block):
    type: Literal["rich_text"]
    elements: list[dict[str, Any]]


class Cell(Loose):
    type: Literal["raw_text", "rich_text", "raw_number"]
    text: Annotated[str, Field(max_length=2000)] | None = None


class Table(Block):
    type: Literal["table"]
    rows: Annotated[
        list[Annotated[list[Cell], Field(min_length=1, max_length=20)]],
        Field(min_length=1, max_length=100),
    ]
    column_settings: Annotated[list[Any], Field(max_length=20)] | None = None


class TaskCard(Block):
    type: Literal["task_card"]
    task_id: Identifier
    title: Annotated[str, Field(min_length=1)]
    details: RichText | None = None
    output: RichText | None = None
    sources: list[Any] | None = None
    status: Literal["pending", "in_progress", "complete", "error"]


class Plan(Block):
    type: Literal["plan"]
    title: Annotated[str, Field(min_length=1)]
    tasks: Annotated[list[TaskCard], Field(max_length=50)] | None = None


class Alert(Block):
    type: Literal["alert"]
    text: Text150
    level: Literal["default", "info", "warning", "error", "success"] | None = None


class Card(Block):
    type: Literal["card"]
    hero_image: Any = None
    icon: Any = None
    title: Text150 | None = None
    subtitle: Text150 | None = None
    body: Text200 | None = None
    actions: list[Button] | None = None

    @model_validator(mode="after")
    def _has_content(self) -> "Card":
        if not (self.hero_image or self.title or self.actions or self.body):
            raise _missing("hero_image", "title", "actions", "body")
        return self


class Carousel(Block):
    type: Literal["carousel"]
    elements: Annotated[list[Card], Field(min_length=1, max_length=10)]


class Other(Loose):
    """Types that are accepted as they are."""

    type: Literal["file", "video", "call", "auth_provider", "data_table", "data_visualization"]
    block_id: Identifier | None = None


_Flat = (
    Section
    | Header
    | Divider
    | Context
    | Actions
    | ContextActions
    | ImageBlock
    | Input
    | Markdown
    | RichText
    | Table
    | TaskCard
    | Plan
    | Alert
    | Card
    | Carousel
    | Other
)


class Container(Block):
    type: Literal["container"]
    child_blocks: Annotated[
        list[Annotated[_Flat, Field(discriminator="type")]], Field(min_length=1, max_length=10)
    ]
    title: Plain150 | None = None
    rich_text_title: RichText | None = None
    subtitle: Text150 | None = None
    width: Literal["narrow", "standard", "wide", "full"] | None = None
    icon: Image | None = None
    is_collapsible: bool | None = None
    default_collapsed: bool | None = None
    has_header_divider: bool | None = None

    @model_validator(mode="after")
    def _has_title(self) -> "Container":
        if self.title is None and self.rich_text_title is None:
            raise _missing("title", "rich_text_title")
        if self.is_collapsible and self.has_header_divider:
            raise PydanticCustomError(
                "divider", "has_header_divider cannot be set when is_collapsible is true"
            )
        return self


AnyBlock = Annotated[_Flat | Container, Field(discriminator="type")]
