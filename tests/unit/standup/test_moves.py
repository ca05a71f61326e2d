"""Which pieces a standup proposes to give to somebody else."""

from bot.domain.standup.moves import Move, Waiting, moves

FIELDS = {"schema": ("database-architect", "backend-architect"), "queue": ("golang-expert",)}


def fits(text: str) -> tuple[str, ...]:
    return FIELDS.get(text, ())


def pieces(who: str, *about: str) -> list[Waiting]:
    return [Waiting(f"{who}-{n}", who, text) for n, text in enumerate(about)]


def test_a_queue_gives_its_last_fitting_piece_to_who_is_free() -> None:
    waiting = pieces("database-architect", "schema", "schema", "?")
    load = {"database-architect": 3, "backend-architect": 0}
    assert moves(waiting, load, fits) == [
        Move("database-architect-1", "database-architect", "backend-architect", 3)
    ]


def test_no_queue_nobody_free_or_nobody_fit_is_no_proposal() -> None:
    waiting = pieces("database-architect", "schema", "schema", "schema")
    assert moves(waiting[:2], {}, fits) == []
    assert moves(waiting, {"backend-architect": 1}, fits) == []
    assert moves(pieces("api-architect", "?", "?", "?"), {}, fits) == []


def test_nobody_gets_two() -> None:
    waiting = pieces("a", "queue", "queue", "queue") + pieces("b", "queue", "queue", "queue")
    assert [move.target for move in moves(waiting, {}, fits)] == ["golang-expert"]
