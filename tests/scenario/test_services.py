"""Services by command, and an architecture that enters the graph only when somebody adds it."""

from bot.workspace.seed import BACKEND, MAYA, PAYMENTS, TOM
from tests.support.stage import Stage, action_ids, words


async def test_owners_and_dependencies_by_command(stage: Stage) -> None:
    assert "No service yet" in words(await stage.lead("services"))
    assert "is known now" in words(await stage.lead("services add orders"))
    await stage.lead("service add payments")
    assert f"belongs to <@{TOM}>" in words(await stage.lead(f"service orders owner <@{TOM}>"))
    asked = words(await stage.lead("service orders depends on payments"))
    assert "How does it depend on it?" in asked
    assert "(calls)" in words(await stage.lead("service orders depends on payments by calls"))
    assert "That was known" in words(await stage.lead("service Orders depends on payments by http"))
    await stage.lead("service payments depends on orders by grpc")

    listed = words(await stage.lead("services"))
    assert f"*orders* · <@{TOM}> · depends on 1, used by 1" in listed
    assert "wait for each other by calls" in listed

    await stage.lead("service payments no longer depends on orders")
    page = words(await stage.lead("service payments"))
    assert "*Depends on*\nNothing." in page
    assert "• orders · calls" in page
    history = words(await stage.lead("service payments history"))
    assert "no longer depends on orders" in history
    assert "(calls)" in history, "as it was typed"

    mistyped = words(await stage.lead("service ordres owner none"))
    assert "Did you mean `orders`?" in mistyped
    assert "`/lead services` lists them" in words(await stage.lead("service xyzzy"))

    await stage.lead(f"settings decide <@{MAYA}> here")
    refused = words(await stage.lead("service orders owner none", user=TOM))
    assert "Only" in refused

    await stage.lead("services map")
    picture = await stage.workspace.wait_for(
        lambda: next(
            (f for m in stage.workspace.history(BACKEND) for f in m.get("files", [])), None
        )
    )
    assert "orders uses payments (calls)" in picture["alt_txt"]


async def test_what_is_named_in_a_private_channel_stays_there(stage: Stage) -> None:
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    await stage.lead("service add vault", channel="#payments-private")
    await stage.lead("service add orders")
    assert "vault" in words(await stage.lead("services", channel="#payments-private"))
    assert "vault" not in words(await stage.lead("services"))
    assert "vault" not in words(await stage.lead("service valt"))


async def test_a_proposed_architecture_is_added_by_a_button_once(stage: Stage) -> None:
    said = words(await stage.lead("architecture a shop: catalogue, cart, orders and payments"))
    assert "T-1 proposes" in said
    root = await stage.workspace.wait_for(
        lambda: next(
            (m for m in stage.workspace.history(BACKEND) if "catalogue, cart" in words(m)), None
        )
    )
    card = await stage.wait_text(str(root["ts"]), "flowchart TD")
    text = words(card)
    assert "offline playbook" in text
    assert "orders → payments · calls" in text
    assert "No service yet" in words(await stage.lead("services"))

    await stage.lead(f"settings decide <@{MAYA}> here")
    await stage.workspace.click(TOM, BACKEND, str(card["ts"]), "architecture.accept")
    await stage.wait_whisper(TOM, "Only")
    for _ in range(2):
        await stage.workspace.click(MAYA, BACKEND, str(card["ts"]), "architecture.accept")
    await stage.wait_whisper(MAYA, "in the graph already")
    card = await stage.wait_text(str(root["ts"]), "added to the graph by")
    assert "architecture.accept" not in action_ids(card)
    page = words(await stage.lead("service orders"))
    assert "• payments · calls · from T-1" in page
    assert "D-1 Services for Shop · accepted" in page
    await stage.wait_text(str(root["ts"]), "as proposed")
    await stage.delivered()
    files = [f for m in stage.thread(str(root["ts"])) for f in m.get("files", [])]
    assert [file["name"] for file in files] == ["services.png"]


async def test_a_plan_that_splits_a_monolith_offers_to_propose_services(stage: Stage) -> None:
    """Two presses make one proposal."""
    root = await stage.mention(
        "split our shop monolith into microservices: catalogue, cart, orders and payments"
    )
    recommended = await stage.wait_text(root, "Recommendation")
    assert "architecture.propose" in action_ids(recommended)
    for _ in range(2):
        await stage.workspace.click(MAYA, BACKEND, str(recommended["ts"]), "architecture.propose")
    await stage.workspace.wait_for(
        lambda: next(
            (m for m in stage.workspace.history(BACKEND) if "asks: split our shop" in words(m)),
            None,
        )
    )
    await stage.workspace.settled()
    listed = words(await stage.lead("tasks"))
    assert "T-2" in listed
    assert "T-3" not in listed
