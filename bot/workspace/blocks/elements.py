"""Block Kit's elements: buttons, selects, pickers and inputs."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.workspace.blocks.objects import (
    Confirm,
    DispatchConfig,
    Identifier,
    Loose,
    Mrkdwn,
    Option,
    OptionGroup,
    Options,
    Part,
    Plain75,
    Plain150,
    PlainText,
    Url,
)


class Interactive(Part):
    action_id: Identifier | None = None
    confirm: Confirm | None = None
    focus_on_load: bool | None = None


class Button(Interactive):
    type: Literal["button"]
    text: Plain75
    url: Url | None = None
    value: Annotated[str, Field(max_length=2000)] | None = None
    style: Literal["primary", "danger"] | None = None
    accessibility_label: Annotated[str, Field(max_length=75)] | None = None
    visible_to_user_ids: Annotated[list[str], Field(max_length=10)] | None = None
    agent_prompt: Annotated[str, Field(max_length=4000)] | None = None
    agent_prompt_display: Any = None


class WorkflowButton(Loose):
    type: Literal["workflow_button"]


class Select(Interactive):
    type: Literal["static_select", "multi_static_select"]
    placeholder: Plain150 | None = None
    options: Options | None = None
    option_groups: Annotated[list[OptionGroup], Field(max_length=100)] | None = None
    initial_option: Option | None = None
    initial_options: list[Option] | None = None
    max_selected_items: int | None = None

    @model_validator(mode="after")
    def _has_options(self) -> "Select":
        if not self.options and not self.option_groups:
            raise PydanticCustomError("options_missing", "missing required field: options")
        return self


class DynamicSelect(Interactive):
    type: Literal[
        "external_select",
        "multi_external_select",
        "users_select",
        "multi_users_select",
        "conversations_select",
        "multi_conversations_select",
        "channels_select",
        "multi_channels_select",
    ]
    placeholder: Plain150 | None = None
    min_query_length: int | None = None
    initial_option: Option | None = None
    initial_options: list[Option] | None = None
    initial_user: str | None = None
    initial_users: list[str] | None = None
    initial_conversation: str | None = None
    initial_conversations: list[str] | None = None
    initial_channel: str | None = None
    initial_channels: list[str] | None = None
    default_to_current_conversation: bool | None = None
    response_url_enabled: bool | None = None
    filter: Any = None
    max_selected_items: int | None = None


class Overflow(Interactive):
    type: Literal["overflow"]
    options: Annotated[list[Option], Field(min_length=1, max_length=5)]


class Picker(Interactive):
    type: Literal["datepicker", "timepicker", "datetimepicker"]
    placeholder: Plain150 | None = None
    initial_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    initial_time: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")] | None = None
    initial_date_time: int | None = None
    timezone: str | None = None


class Choices(Interactive):
    type: Literal["checkboxes", "radio_buttons"]
    options: Annotated[list[Option], Field(min_length=1, max_length=10)]
    initial_options: list[Option] | None = None
    initial_option: Option | None = None


class TextInput(Interactive):
    type: Literal["plain_text_input", "email_text_input", "url_text_input", "number_input"]
    placeholder: Plain150 | None = None
    initial_value: Annotated[str, Field(max_length=3000)] | None = None
    multiline: bool | None = None
    min_length: Annotated[int, Field(ge=0, le=3000)] | None = None
    max_length: Annotated[int, Field(ge=1, le=3000)] | None = None
    is_decimal_allowed: bool | None = None
    min_value: str | None = None
    max_value: str | None = None
    dispatch_action_config: DispatchConfig | None = None


class OtherInput(Loose):
    type: Literal["rich_text_input", "file_input"]


class Image(Part):
    type: Literal["image"]
    alt_text: Annotated[str, Field(min_length=1, max_length=2000)]
    image_url: Url | None = None
    slack_file: Any = None


class FeedbackButton(Part):
    text: Plain75
    value: Annotated[str, Field(max_length=2000)]
    accessibility_label: Annotated[str, Field(max_length=75)] | None = None


class FeedbackButtons(Part):
    type: Literal["feedback_buttons"]
    action_id: Identifier | None = None
    positive_button: FeedbackButton
    negative_button: FeedbackButton


class IconButton(Interactive):
    type: Literal["icon_button"]
    icon: str
    text: PlainText
    value: Annotated[str, Field(max_length=2000)] | None = None
    accessibility_label: Annotated[str, Field(max_length=75)] | None = None
    visible_to_user_ids: Annotated[list[str], Field(max_length=10)] | None = None


_Choosers = Select | DynamicSelect | Picker | Choices
ActionElement = Annotated[
    Button | WorkflowButton | _Choosers | Overflow | OtherInput, Field(discriminator="type")
]
Accessory = Annotated[
    Button | WorkflowButton | _Choosers | Overflow | Image, Field(discriminator="type")
]
InputElement = Annotated[_Choosers | TextInput | OtherInput, Field(discriminator="type")]
ContextElement = Annotated[Image | PlainText | Mrkdwn, Field(discriminator="type")]
ContextAction = Annotated[FeedbackButtons | IconButton, Field(discriminator="type")]
