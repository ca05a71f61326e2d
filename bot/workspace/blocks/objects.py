"""Block Kit's composition objects with their limits, as models that refuse what Slack refuses."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """Anything inside a block; unknown properties are refused as Slack does."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Loose(BaseModel):
    """A part whose inner form is not checked."""

    model_config = ConfigDict(extra="allow", frozen=True)


class PlainText(Part):
    type: Literal["plain_text"]
    text: Annotated[str, Field(min_length=1)]
    emoji: bool | None = None


class Mrkdwn(Part):
    type: Literal["mrkdwn"]
    text: Annotated[str, Field(min_length=1)]
    verbatim: bool | None = None


def _at_most(limit: int) -> AfterValidator:
    def check(value: Any) -> Any:
        if len(value.text) > limit:
            raise PydanticCustomError(
                "text_limit", "must be less than {n} characters", {"n": limit + 1}
            )
        return value

    return AfterValidator(check)


Text = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]
Plain24 = Annotated[PlainText, _at_most(24)]
Plain30 = Annotated[PlainText, _at_most(30)]
Plain75 = Annotated[PlainText, _at_most(75)]
Plain100 = Annotated[PlainText, _at_most(100)]
Plain150 = Annotated[PlainText, _at_most(150)]
Plain2000 = Annotated[PlainText, _at_most(2000)]
Text75 = Annotated[Text, _at_most(75)]
Text150 = Annotated[Text, _at_most(150)]
Text200 = Annotated[Text, _at_most(200)]
Text300 = Annotated[Text, _at_most(300)]
Text2000 = Annotated[Text, _at_most(2000)]
Text3000 = Annotated[Text, _at_most(3000)]
Identifier = Annotated[str, Field(max_length=255)]
Url = Annotated[str, Field(max_length=3000)]


class Confirm(Part):
    title: Plain100
    text: Text300
    confirm: Plain30
    deny: Plain30
    style: Literal["primary", "danger"] | None = None


class Option(Part):
    text: Text75
    value: Annotated[str, Field(max_length=150)]
    description: Text75 | None = None
    url: Url | None = None


Options = Annotated[list[Option], Field(min_length=1, max_length=100)]


class OptionGroup(Part):
    label: Plain75
    options: Options


class DispatchConfig(Part):
    trigger_actions_on: list[Literal["on_enter_pressed", "on_character_entered"]]
