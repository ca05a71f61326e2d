"""The settings of escalations: levels, who is asked, work hours."""

from bot.domain.escalation import wording
from bot.domain.setting.kinds import People, Phrase, Switch, Whole
from bot.domain.setting.setting import OWN, Setting

ESCALATION = (
    Setting(
        "escalate",
        "Who may escalate, acknowledge, hand over and resolve.",
        People(),
        "escalation",
        "escalate",
    ),
    Setting(
        "escalation_level1",
        "Level 1: hours until the owner is reminded, and until level 2 is asked.",
        Phrase(wording.SPAN_EXPECTS, wording.read_span),
        "escalation",
        "level1",
    ),
    Setting(
        "escalation_level2",
        "Level 2: hours until its person is reminded, and until level 3 is asked.",
        Phrase(wording.SPAN_EXPECTS, wording.read_span),
        "escalation",
        "level2",
    ),
    Setting(
        "escalation_level3",
        "Level 3: how long until level 4 is called.",
        Whole(1, wording.MOST_HOURS, unit="hours"),
        "escalation",
        "level3",
    ),
    Setting(
        "escalation_level2_people",
        "Who leads the team: asked at level 2, the first who works within a day.",
        Phrase(wording.PEOPLE_EXPECT, wording.read_people),
        "escalation",
        "level2_people",
    ),
    Setting(
        "escalation_level3_people",
        "Who coordinates the teams: asked at level 3.",
        Phrase(wording.PEOPLE_EXPECT, wording.read_people),
        "escalation",
        "level3_people",
    ),
    Setting(
        "escalation_status_hours",
        "Level 3: how often I ask how it stands.",
        Whole(1, 72, unit="hours"),
        "escalation",
        "status_hours",
    ),
    Setting(
        "escalation_page_minutes",
        "Level 4: how often I call until somebody acknowledges.",
        Whole(1, 240, unit="minutes"),
        "escalation",
        "page_minutes",
    ),
    Setting(
        "escalation_channel",
        "Level 4: where I call, besides the case's own thread.",
        Phrase(wording.CHANNEL_EXPECTS, wording.read_channel),
        "escalation",
        "channel",
    ),
    Setting(
        "escalation_group",
        "Level 4: the user group that I mention.",
        Phrase(wording.GROUP_EXPECTS, wording.read_group),
        "escalation",
        "group",
    ),
    Setting(
        "escalation_offer_days",
        "After how many days I offer to escalate an unanswered decision; 0: never.",
        Whole(0, 60, unit="days"),
        "escalation",
        "offer_days",
    ),
    Setting(
        "escalation_failed",
        "Whether a task that fails opens an escalation by itself.",
        Switch(),
        "escalation",
        "failed",
    ),
    Setting(
        "work_hours",
        "When people here work, each in their own time zone; escalations wait for it.",
        Phrase(wording.HOURS_EXPECT, wording.read_work_hours),
        "escalation",
        "work_hours",
        scopes=OWN,
    ),
    Setting(
        "holidays",
        "Whose public holidays people here have.",
        Phrase(wording.REGION_EXPECTS, wording.read_region),
        "escalation",
        "holidays",
        scopes=OWN,
    ),
)
