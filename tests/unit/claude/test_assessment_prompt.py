"""What a model is told of an assessment and of a retrospective's cards: data, then the job."""

from dataclasses import replace

import pytest

from bot.domain.assessment import AssessmentReading
from bot.domain.retrospective import Topics
from bot.model.assessment_port import AssessmentRequest, RetroGroupRequest
from bot.model.claude.prompt.briefing import brief
from bot.model.claude.prompt.layout import Layout
from bot.model.offline.model import OfflineModel
from tests.support.small_team import small_team
from tests.unit.claude import requests
from tests.unit.claude.test_layout import CONFIG, LAYOUT, texts


@pytest.mark.parametrize("request_", [requests.assessment(), requests.retro_group()])
def test_the_same_request_gives_the_same_bytes(
    request_: AssessmentRequest | RetroGroupRequest,
) -> None:
    assert LAYOUT.ask(request_) == Layout(brief(small_team()), CONFIG).ask(request_)


def test_figures_and_topics_are_data() -> None:
    last = texts(LAYOUT.ask(requests.assessment()))[-1]
    assert "Delivery, Done: 9 (before: 4) (steps: 2, 3, 4)" in last
    assert 'source="topics of retrospectives">\nDeploys' in last
    assert 'source="what the rules found">\nLook.' in last
    bare = texts(LAYOUT.ask(replace(requests.assessment(), topics=(), known=())))[-1]
    assert "retrospectives" not in bare


def test_cards_are_data_with_numbers_and_no_names() -> None:
    last = texts(LAYOUT.ask(requests.retro_group()))[-1]
    assert 'source="cards">\n1. [Worked] Pairing helped\n2. [Failed] Deploys are slow' in last


async def test_without_a_model_the_rules_do_it() -> None:
    model = OfflineModel(small_team())
    read: AssessmentReading = (await model.call(requests.assessment())).value
    assert (read.headline, read.proposals) == ("Look.", ())
    nothing = (await model.call(replace(requests.assessment(), known=()))).value
    assert nothing.headline == "Nothing stands out."
    topics: Topics = (await model.call(requests.retro_group())).value
    assert [topic.cards for topic in topics.topics] == [(1,), (2,)]
