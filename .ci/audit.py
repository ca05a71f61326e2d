"""Says whether a pinned dependency has a known vulnerability: found, none, or not measured.

Reads what `pip-audit --format json` wrote, on standard input. Offline pip-audit says that there are
none while it skipped every package: a check has three outcomes, and only a finding ends with 1.
"""

import json
import sys
from typing import Any

SHOWN = 5


def verdict(text: str) -> tuple[int, str]:
    """Return the exit code and what to say: 1 for a finding, 0 for none and for not measured."""
    try:
        packages: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, "Not measured: pip-audit gave no report; is the network there?"
    found = [_finding(each) for each in packages if each.get("vulns")]
    skipped = [str(each["name"]) for each in packages if "skip_reason" in each]
    if found:
        return 1, "\n".join(["Known vulnerabilities:", *found, "Raise the pin in constraints.txt."])
    if not packages or len(skipped) == len(packages):
        return 0, "Not measured: the advisory service did not answer. Run `make audit` online."
    checked = f"No known vulnerability in {len(packages) - len(skipped)} packages"
    if not skipped:
        return 0, f"{checked}."
    more = ", …" if len(skipped) > SHOWN else ""
    return 0, f"{checked}; {len(skipped)} not measured: {', '.join(skipped[:SHOWN])}{more}."


def _finding(package: dict[str, Any]) -> str:
    ids = ", ".join(
        f"{each['id']} (fixed in {', '.join(each.get('fix_versions') or ['no version yet'])})"
        for each in package["vulns"]
    )
    return f"  {package['name']} {package.get('version', '')}: {ids}"


if __name__ == "__main__":
    code, said = verdict(sys.stdin.read())
    sys.stdout.write(f"{said}\n")
    sys.exit(code)
