"""`/lead` and its subcommands, as a person types them."""

from pathlib import Path

from bot.workspace.seed import MAYA, PAYMENTS, TOM
from bot.workspace.shapes import Json
from tests.support.desk import scripted
from tests.support.stage import Stage, on_stage, words

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"


MISTAKES = (
    ("taks", "Did you mean `/lead task"),
    ("xyzzy", "Try `/lead help`"),
    ("t-12", "Did you mean `/lead task T-12`?"),
    ("D3", "Did you mean `/lead decision D-3`?"),
    ("please design an API", "To ask for work: `/lead ask please …`"),
    ("task", "I need the task's number"),
    ("task T-abc", "I need the task's number"),
    ("stop", "I need the task's number. E.g. `/lead stop T-12`."),
    ("audit exprt", "Did you mean `/lead audit export`?"),
    ("settings taskbudget", "Did you mean `task_budget`?"),
    ("help setings", "Did you mean `/lead help settings`?"),
    ("settings help", "/lead settings task_budget 1.50 here"),
    ("task T-99", "I know no task 'T-99'"),
    ("decision D-99", "I know no decision 'D-99'"),
    ("stop 99", "I know no task 'T-99'"),
    ("ask", "Say what you need"),
    ("decisions open", "No decision waits for a vote."),
    ("decisions due", "No decision is due for a review."),
    ("matrices", "`/lead matrix &lt;question&gt;` opens one."),
    ("survey team", "4 people are here, and I show nothing of fewer than 5 answers."),
    ("metrics team sprint here", "`/lead sprint plan` plans one"),
    ("ask :tada: :tada:", "I see no words in that"),
    ("decide x because", "Say why. E.g. `/lead decide one ledger because of audits`."),
    ("memory", "Nothing is remembered yet."),
    ("memory open", "Say of what. E.g. `/lead memory open orders`."),
    ("handoffs foo", "I know no `/lead handoffs foo`."),
    ("standup export 3 days", "No standup was held here: "),
    ("review", "`/lead review now` begins one."),
    ("cost", "No model was called yet."),
)


async def test_what_starts_no_work(stage: Stage) -> None:
    """Help, also for `/lead` alone, the team, the status; mistakes, said to the person only."""
    for text in ("", "help"):
        shown = words(await stage.lead(text))
        for name in ("ask", "tasks", "task", "stop", "decisions", "status", "help meetings"):
            assert f"/lead {name}" in shown
    assert "/lead retro" in words(await stage.lead("help meetings"))
    assert "/lead retry" in words(await stage.lead("help all"))
    assert "Database Architect" in words(await stage.lead("team"))
    assert "offline playbook" in words(await stage.lead("status"))
    for typed, said in MISTAKES:
        answer = await stage.lead(typed)
        assert said in words(answer), typed
        assert answer.get("response_type", "ephemeral") == "ephemeral"
    assert "Invite me" in words(await stage.lead(f"ask {POOL}", channel="#general"))
    assert "T-1" not in words(await stage.lead("tasks"))


async def test_ask_opens_a_thread_that_all_can_see(stage: Stage) -> None:
    """The wish is posted, then worked in its thread."""
    await stage.lead(f"ask {POOL}")

    def posted() -> Json | None:
        history = stage.workspace.history("#backend")
        return next((m for m in history if "HikariCP" in words(m)), None)

    root = await stage.workspace.wait_for(posted)
    assert f"<@{MAYA}>" in words(root)
    await stage.wait_text(str(root["ts"]), "maximumPoolSize")
    shown = words(await stage.lead("task T-1"))  # what ran, by the ledger
    assert "Java Backend Expert" in shown or "java-backend-expert" in shown
    assert "offline" in shown

    def seen() -> bool:
        (again,) = [m for m in stage.workspace.history("#backend") if m["ts"] == root["ts"]]
        names = [r["name"] for r in again.get("reactions", [])]
        return names == ["eyes", "white_check_mark"]

    await stage.workspace.wait_for(seen)
    before = len(stage.thread(str(root["ts"])))
    await stage.reply(str(root["ts"]), "and for 600 rps?")
    await stage.workspace.wait_for(lambda: len(stage.thread(str(root["ts"]))) > before)


async def test_what_is_asked_in_private_stays_there(stage: Stage) -> None:
    """By mention and by command; the number alone opens nothing, nor does an empty mention."""
    workspace = stage.workspace
    workspace.people.invite(MAYA, PAYMENTS, workspace.identity.bot_user_id)
    await stage.mention("", channel="#payments-private")
    await stage.wait_whisper(MAYA, "no words")
    await stage.lead(f"ask {POOL}", channel="#payments-private")
    assert "T-1" in words(await stage.lead("task T-1", channel="#payments-private"))
    root = await stage.mention(POOL, channel="#payments-private")
    await stage.wait_text(root, "maximumPoolSize", channel="#payments-private")

    for number in ("T-1", "T-2"):
        assert "I know no task" in words(await stage.lead(f"task {number}", user=TOM))
        assert number in words(await stage.lead(f"task {number}", channel="#payments-private"))


async def test_the_teams_load_as_a_picture(tmp_path: Path) -> None:
    """Posted where all see it, with words for who cannot; once for each command."""
    async with on_stage(tmp_path / "home", offline=scripted()) as stage:
        root = await stage.mention("design an API for invoices")
        await stage.wait_text(root, "Decision proposed")

        assert "Did you mean `/lead team chart`?" in words(await stage.lead("team charts"))
        assert "I am not in this channel" in words(
            await stage.lead("team chart", channel="#general")
        )
        assert "posting" in words(await stage.lead("team chart"))

        def posted() -> Json | None:
            history = stage.workspace.history("#backend")
            return next((m["files"][0] for m in history if m.get("files")), None)

        file = await stage.workspace.wait_for(posted)
        assert "API Architect 1" in file["alt_txt"]
        assert "Database Architect 3" in file["alt_txt"]
        assert stage.workspace.uploads.content(file["id"]).startswith(b"\x89PNG")
