"""`teamlead gate`: reads reports, judges them by a policy, and says so to people and to CI."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import typer

from bot.cli.gate_text import annotations, as_dict, no_commands, print_table
from bot.clock import SystemClock
from bot.domain.api_rule import ApiScore, check_api, observe_apis
from bot.domain.quality_gate import (
    CHECKS,
    Check,
    GateState,
    Observed,
    Policy,
    Verdict,
    find_check,
    judge,
    observe,
    read_policy,
)
from bot.domain.quality_gate.observe import merged
from bot.domain.report import Report, ReportInvalid, ReportKind
from bot.errors import UserFacingError
from bot.reports import MOST_BYTES, read_report
from bot.reports.fields import number, percent
from bot.reports.json_text import load_json
from bot.reports.measuring import measure, relative
from bot.reports.yaml_text import load_yaml
from bot.services.quality_gate_policy import default_policy
from bot.settings import load_group
from bot.settings_gate import GateSettings

_SECURITY = frozenset(
    {ReportKind.SARIF, ReportKind.CYCLONEDX, ReportKind.BANDIT, ReportKind.PIP_AUDIT}
)
_TAKES: dict[str, frozenset[ReportKind]] = {
    "coverage": frozenset({ReportKind.COBERTURA, ReportKind.LCOV}),
    "junit": frozenset({ReportKind.JUNIT}),
    "complexity": frozenset({ReportKind.LIZARD, ReportKind.RADON, ReportKind.RUFF}),
    "duplication": frozenset({ReportKind.JSCPD, ReportKind.LIZARD_DUPLICATES}),
    "sarif": frozenset({ReportKind.SARIF}),
    "security": _SECURITY,
    "perf": frozenset({ReportKind.K6}),
}


@dataclass(frozen=True)
class Asked:
    """What was typed after `teamlead gate`."""

    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    openapi: tuple[Path, ...] = ()
    values: tuple[str, ...] = ()
    measure: tuple[Path, ...] = ()
    seconds: float = 300
    policy: Path | None = None
    baseline: Path | None = None
    require: tuple[str, ...] = ()
    strict: bool = False
    repository: str = ""
    service: str = ""
    commit: str = ""
    branch: str = ""
    keep: bool = False
    workspace: str | None = None


async def run(asked: Asked, *, as_json: bool, github: bool) -> int:
    """Judge and print; returns 0 for met, 1 for missed. Raises UserFacingError for bad input."""
    settings = load_group(GateSettings)
    policy = policy_of(asked, settings)
    reports = _reports(asked)
    for path in asked.measure:
        reports += await measure(path, seconds=asked.seconds)
    apis = observe_apis([_api(path) for path in asked.openapi])
    observed = merged(observe(reports), apis, _by_hand(asked.values))
    if not reports and not asked.openapi and not asked.values:
        raise UserFacingError(
            "There is nothing to judge.",
            hint="Name a report, e.g. `--coverage coverage.xml`, or a folder with `--measure`.",
        )
    if asked.keep or settings.keep:
        # All that a database needs takes a second to import; CI seldom has one.
        from bot.cli.gate_keeping import kept

        verdict = await kept(asked, reports, observed, policy)
    else:
        today = SystemClock().now().date()
        verdict = judge(policy, observed, today=today, main=_main(asked.baseline))
    show(verdict, asked, as_json=as_json, github=github)
    return 1 if verdict.state is GateState.MISSED else 0


def show(verdict: Verdict, asked: Asked, *, as_json: bool, github: bool) -> None:
    """Print the verdict: one JSON object, or a table and what GitHub shows beside the code."""
    if as_json:
        typer.echo(json.dumps(as_dict(verdict, asked), indent=2, ensure_ascii=False))
    else:
        with no_commands() if github else nullcontext():
            print_table(verdict, asked.service or asked.repository)
    if github:
        for line in annotations(verdict):
            typer.echo(line, err=as_json)


def policy_of(asked: Asked, settings: GateSettings) -> Policy:
    """Return the limits that count without a database; raises UserFacingError."""
    policy = default_policy(settings)
    if asked.policy is not None:
        try:
            policy = read_policy(load_yaml(_content(asked.policy)), policy)
        except UserFacingError as error:
            raise UserFacingError(f"{asked.policy}: {error.text}", hint=error.hint) from None
    required = {find_check(name) for name in asked.require}
    if asked.strict:
        required |= set(policy.limits)
    missing = sorted(check for check in required if check not in policy.limits)
    if missing:
        raise UserFacingError(
            f"`{missing[0]}` has no limit.", hint="Set one in a policy file, e.g. `memory: 512`."
        )
    return policy.require(frozenset(required))


def _reports(asked: Asked) -> list[Report]:
    found = []
    for option, paths in asked.files.items():
        for path in paths:
            report = relative(read_report(_content(path), name=str(path)))
            if report.kind not in _TAKES[option]:
                takes = ", ".join(sorted(_TAKES[option]))
                raise ReportInvalid(
                    f"{path}: This is {report.kind}.", hint=f"--{option} takes {takes}."
                )
            found.append(report)
    return found


def _api(path: Path) -> ApiScore:
    try:
        return check_api(load_yaml(_content(path)), file=str(path))
    except UserFacingError as error:
        raise UserFacingError(f"{path}: {error.text}", hint=error.hint) from None


def _content(path: Path) -> bytes:
    """Return what a file holds, one byte more than may be at most; raises UserFacingError."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UserFacingError(f"I cannot read {path}: {error.strerror}.") from None


def _by_hand(values: tuple[str, ...]) -> dict[Check, Observed]:
    """What was measured elsewhere, as `memory=410`; raises UserFacingError."""
    found = {}
    for text in values:
        name, sign, value = text.partition("=")
        if not sign:
            raise UserFacingError(f"`{text[:60]}` is no value.", hint="E.g. `--value memory=410`.")
        check = find_check(name)
        read = number(value, name)
        if CHECKS[check].unit == "%":
            percent(read, 100.0, name)  # raises when it is more
        found[check] = Observed(read)
    return found


def _main(path: Path | None) -> dict[Check, float]:
    """The values of a `--json` of the main branch; raises UserFacingError."""
    if path is None:
        return {}
    document = load_json(_content(path).decode("utf-8", "replace"))
    checks = document.get("checks") if isinstance(document, dict) else None
    if not isinstance(checks, list):
        raise UserFacingError(
            f"{path} is no result of a gate.", hint="Write it with `teamlead gate --json`."
        )
    return {
        find_check(str(one["check"])): number(one["value"], "value")
        for one in checks
        if isinstance(one, dict) and one.get("value") is not None and "check" in one
    }
