"""On several processes a run has some of each folder at any time."""

from dataclasses import dataclass
from pathlib import Path

from tests.support.spread import spread


@dataclass(frozen=True)
class One:
    """A test, as far as its place goes."""

    path: Path
    number: int


def of(folder: str, files: int, each: int) -> list[One]:
    """Return a folder's tests in the order in which pytest finds them."""
    return [One(Path(folder) / f"{n:02}.py", test) for n in range(files) for test in range(each)]


def test_every_quarter_has_its_share_of_each_folder() -> None:
    waiting, reckoning = of("scenario", 20, 2), of("unit", 40, 10)
    order = spread(waiting + reckoning)
    assert sorted(order, key=str) == sorted(waiting + reckoning, key=str)
    for start in range(0, 440, 110):
        part = order[start : start + 110]
        assert 8 <= sum(test in waiting for test in part) <= 12


def test_a_file_stays_whole_and_in_its_order() -> None:
    found = of("scenario", 3, 4) + of("unit", 5, 6)
    order = spread(found)
    for file in {test.path for test in found}:
        places = [n for n, test in enumerate(order) if test.path == file]
        assert places == list(range(places[0], places[0] + len(places)))
        assert [order[n].number for n in places] == list(range(len(places)))


def test_what_shares_a_browser_stays_together() -> None:
    found = of("tests/browser", 4, 3) + of("unit", 5, 6)
    order = spread(found)
    first = order.index(found[0])
    assert order[first : first + 12] == found[:12]
    assert 0 < first < len(order) - 12


def test_every_process_makes_the_same_order() -> None:
    found = of("a", 4, 3) + of("b", 4, 3) + of("c", 1, 12)
    assert spread(found) == spread(list(found))
    assert spread([]) == []
