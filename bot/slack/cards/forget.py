"""What goes and what stays when a person or a channel is forgotten, before and afterwards."""

from collections.abc import Mapping
from datetime import datetime

from bot.slack.blocks import actions, button, message, sections
from bot.slack.payloads import ForgetAction
from bot.slack.post import Post
from bot.slack.text import count, moment

_WORDS = {
    "message": "message",
    "task": "task",
    "attachment": "attachment",
    "decision": "decision",
    "decision_vote": "vote",
    "feedback": "feedback",
    "setting": "setting",
    "escalation": "escalation",
    "outbox": "post",
    "assignment": "assignment",
    "plan": "plan",
}
_PLURALS = {"feedback": "feedback"}

_PERSON = (
    "*Goes:* what you wrote to me and in my threads, your files, feedback and settings, and our"
    " direct messages. Your open tasks stop. Elsewhere a pseudonym stands for you.\n"
    "*Stays:* plans, results and decisions of the team, without exact quotes of you; the audit log"
    " (who did what, no messages); settings that say who may do what; and what Slack itself shows:"
    " delete that there."
)
_CHANNEL = (
    "*Goes:* all that I keep of this channel: messages, files, plans, results, decisions, votes,"
    " escalations and settings. Open tasks stop.\n"
    "*Stays:* what it cost, as numbers; the audit log (who did what, no messages); and what Slack"
    " itself shows: delete that there."
)


def forget_person_card(rows: Mapping[str, int]) -> Post:
    """Return `/lead forget me`."""
    return _card("Forget you?", rows, _PERSON, "Forget me", "forget.person")


def forget_channel_card(rows: Mapping[str, int]) -> Post:
    """Return `/lead forget channel`."""
    return _card("Forget this channel?", rows, _CHANNEL, "Forget this channel", "forget.channel")


def begun_text(*, channel_id: str = "", since: datetime | None = None) -> str:
    """Return what is said at once; `since` is when the same was asked for before."""
    what = f"<#{channel_id}>" if channel_id else "you"
    if since is not None:
        began = moment(since, "{time}")
        return f"I am forgetting {what} already, since {began}. I say when it is done."
    goes = "what is said here" if channel_id else "what you write to me"
    return f"I am forgetting {what} now and say when it is done. Until then {goes} goes, too."


def forgotten_text(rows: Mapping[str, int], *, channel_id: str = "", left: int = 0) -> str:
    """Return what was done, of the person who reads it or of a channel.

    `left` rows came meanwhile, faster than they were forgotten.
    """
    where = f" in <#{channel_id}>" if channel_id else ""
    if not rows:
        return f"There was nothing left to forget{where}."
    done = f"Forgotten{where}: {counted(rows)}. It cannot be undone."
    if not left:
        return done
    came = f"{count(left, 'row')} that came meanwhile {'is' if left == 1 else 'are'} left."
    return f"{done} {came} `/lead forget me` once more, when you do not write, takes the rest."


def counted(rows: Mapping[str, int]) -> str:
    """Return e.g. "12 messages, 3 tasks and 7 other rows"."""
    named = [
        count(rows[table], word, _PLURALS.get(table, ""))
        for table, word in _WORDS.items()
        if rows.get(table)
    ]
    rest = sum(number for table, number in rows.items() if table not in _WORDS)
    if rest:
        named.append(count(rest, "other row" if named else "row"))
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def _card(title: str, rows: Mapping[str, int], text: str, label: str, action_id: str) -> Post:
    if not rows:
        return Post(text="Nothing to forget.", blocks=message(sections("I keep nothing of it.")))
    told = f"*{title}* It concerns {counted(rows)}. It cannot be undone.\n{text}"
    press = button(label, action_id, ForgetAction(), style="danger")
    return Post(text=title, blocks=message(sections(told), actions(press)))
