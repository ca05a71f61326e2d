"""What people set for a service counts for that one, not for one of the same name elsewhere."""

from storage.models import QualityRule, Waiver
from storage.repositories.quality_gates import Whose
from storage.uow import Database
from tests.storage.rows import NOW


async def test_a_service_of_the_same_name_elsewhere_is_another_one(database: Database) -> None:
    """Neither the public one's limits and waivers count for the private one, nor the other way."""
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        everybodys, ours = Whose("T1", "pay"), Whose("T1", "pay", "", "G1")
        for value, whose in ((1.0, Whose("T1")), (2.0, everybodys), (3.0, ours)):
            uow.session.add(
                QualityRule(**whose.columns, check_name="coverage", value=value, set_by="U1",
                            set_at=NOW)
            )  # fmt: skip
        for number, whose in ((1, everybodys), (2, ours)):
            uow.session.add(
                Waiver(**whose.columns, number=number, check_name="coverage", owner_id="U1",
                       reason="r", until=NOW.date(), created_by="U1",
                       created_at=NOW)
            )  # fmt: skip
    async with database.read() as uow:
        found = {
            whose.scope: (
                [row.value for row in await uow.quality_gates.rules(whose)],
                [row.number for row in await uow.quality_gates.waivers(whose)],
            )
            for whose in (everybodys, ours)
        }
    assert found == {"": ([1.0, 2.0], [1]), "G1": ([1.0, 3.0], [2])}
