"""`python -m tests.routing`: the table of routing scores; misses only of the development cases."""

from bot.team import load_team
from tests.routing.measure import FILES, measure


def main() -> None:
    """Print the aggregate scores of both files; the held-out cases stay unread."""
    team = load_team()
    print(f"{'cases':<18}{'n':>4}{'kind':>8}{'primary':>9}{'needless':>10}{'pattern':>9}")
    for file in FILES:
        result = measure(file, team)
        print(
            f"{file:<18}{result.n:>4}{result.kind_right:>8.1%}{result.primary_found:>9.1%}"
            f"{result.needless_per_request:>10.2f}{result.pattern_right:>9.1%}"
        )
        if file == "development.yaml":
            for miss in result.misses:
                print(f"  {miss.case_id}: {miss.problem}, wanted {miss.wanted}, got {miss.got}")


if __name__ == "__main__":
    main()
