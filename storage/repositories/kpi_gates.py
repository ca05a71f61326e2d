"""KPIs of quality gates: what the newest results of the main branches in a window say."""

from typing import Any

from sqlalchemy import Float, cast, func, select, true

from bot.domain.kpi.scope import Scope
from storage.models import QualityGate
from storage.repositories.kpi_sql import Counted, Measure, of_scope, share, within

_COMPLIANCE = "api_compliance"
"""The name of the check in a result (`bot.domain.quality_gate.Check`)."""


def _newest(scope: Scope) -> Any:
    """Return state and checks of each repository's and service's newest result."""
    place = func.row_number().over(
        partition_by=(QualityGate.scope, QualityGate.service, QualityGate.repository),
        order_by=(QualityGate.at.desc(), QualityGate.id),
    )
    where = [within(scope, QualityGate, QualityGate.at), QualityGate.is_main.is_(True)]
    if scope.service:
        where.append(QualityGate.service == scope.service)
    ranked = (
        select(QualityGate.state, QualityGate.checks, place.label("place"))
        .where(*where, of_scope(scope, QualityGate))
        .subquery("ranked")
    )
    query = select(ranked.c.state, ranked.c.checks).where(ranked.c.place == 1)
    return query.subquery("newest")


def gates(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the results that measured something is met."""
    found = _newest(scope)
    return share(found.c.state == "met").where(found.c.state.in_(("met", "missed")))


def compliance(scope: Scope, dialect: str) -> Counted:
    """Return the mean of the compliance scores in the results."""
    found = _newest(scope)
    name: Any
    value: Any
    if dialect == "postgresql":
        each = func.jsonb_array_elements(found.c.checks).table_valued("value", name="each")
        name = each.c.value.op("->>")("check")
        value = cast(each.c.value.op("->>")("value"), Float)
    else:
        each = func.json_each(found.c.checks).table_valued("value", name="each")
        name = func.json_extract(each.c.value, "$.check")
        value = func.json_extract(each.c.value, "$.value")
    joined = found.join(each, true())
    query = select(func.avg(value), func.count(value)).select_from(joined)
    return query.where(name == _COMPLIANCE, value.is_not(None))


GATES: dict[str, Measure] = {"gates": gates, "compliance": compliance}
