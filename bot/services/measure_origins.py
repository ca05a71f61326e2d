"""The places that reports come from, and which service each is, as people say."""

import re
from dataclasses import dataclass

from bot.domain.service import close_to, key_of
from bot.errors import NotFound, UserFacingError
from bot.services.context import Context
from bot.services.service_graph import Place

_IS = re.compile(r"(?P<name>\S.*?)\s+is\s+(?P<service>.+)", re.IGNORECASE)
_NONE = frozenset({"none", "nothing", "no service", "nobody's"})
_HINT = "E.g. `/lead measures acme/orders is orders`; `… is none` takes it back."
MOST = 200


@dataclass(frozen=True)
class Named:
    """A place, and the service that it is; an empty one is none."""

    name: str
    service: str


def read_naming(words: str) -> Named:
    """Return what `acme/orders is orders` says; raises UserFacingError."""
    found = _IS.fullmatch(words.strip())
    if found is None:
        raise UserFacingError("Say which service a repository or project is.", hint=_HINT)
    service = found["service"].strip()
    return Named(found["name"], "" if service.casefold() in _NONE else service)


async def name_once(ctx: Context, place: Place, said: Named, *, receipt: str) -> str | None:
    """Say which service a place is; returns the service's name, None for a second delivery.

    Facts are everybody's, so a service that only a private channel knows cannot be named.
    Raises NotFound for a place of which nothing was heard, and for a service.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(place.workspace_id, now=now)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return None
        name = ""
        if said.service:
            found = await uow.services.find(place.workspace_id, said.service, seen_from="")
            if found is None:
                known = await uow.services.known_in(place.workspace_id, seen_from="")
                meant = close_to(said.service, [service.name for service in known])
                hint = f"Did you mean {meant}?" if meant else "`/lead services` lists them."
                raise NotFound("service", said.service[:60], hint=hint)
            name = found.name
        key = key_of(name)
        if not await uow.facts.name_service(place.workspace_id, said.name, key):
            raise NotFound(
                "repository or project", said.name[:60], hint="`/lead measures` lists them."
            )
        await uow.audit.add(
            place.workspace_id,
            place.user_id,
            action="measure.named",
            noun="measure",
            noun_id=key or "none",
            at=now,
            details={"origin": said.name},
        )
    return name
