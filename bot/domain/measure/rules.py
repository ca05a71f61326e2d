"""What a team calls production, a fix, a defect: rules that settings give to the readers."""

from collections.abc import Iterable
from dataclasses import dataclass

Words = frozenset[str]


@dataclass(frozen=True)
class Rules:
    """Names in lower case."""

    production: Words = frozenset({"production", "prod", "live"})
    """Environments."""
    deploy_workflows: Words = frozenset()
    """Workflows each run of which is a deployment to production."""
    releases: bool = False
    """Whether a published release is a deployment to production."""
    fix_branches: tuple[str, ...] = ("hotfix/", "hotfix-", "revert-")
    """How the name of a branch or tag begins that mends production."""
    fix_labels: Words = frozenset({"hotfix", "revert", "incident"})
    defect_labels: Words = frozenset({"bug", "defect"})
    escape_labels: Words = frozenset({"production", "escaped", "customer"})
    """Labels of a defect that was found in production."""
    bots: Words = frozenset({"dependabot", "renovate", "renovate-bot", "github-actions"})
    bot_branches: tuple[str, ...] = ("dependabot/", "renovate/")

    def is_production(self, environment: str) -> bool:
        """Whether a deployment there counts."""
        return environment.casefold() in self.production

    def is_fix(self, branch: str, labels: Iterable[str] = (), title: str = "") -> bool:
        """Whether a change mends production; GitHub and GitLab title a revert `Revert "…"`."""
        return (
            branch.casefold().removeprefix("refs/heads/").startswith(self.fix_branches)
            or any(label.casefold() in self.fix_labels for label in labels)
            or title.startswith('Revert "')
        )

    def is_bot(self, login: str, kind: str = "") -> bool:
        """Whether an account is a machine's: GitHub says so, GitLab names them `…_bot_…`."""
        name = login.casefold()
        told = kind == "Bot" or name.endswith("[bot]")
        access_token = name.startswith(("project_", "group_")) and "_bot" in name
        return told or access_token or name.removesuffix("[bot]") in self.bots

    def is_defect(self, labels: Iterable[str]) -> bool:
        """Whether an issue with these labels is a defect."""
        return any(label.casefold() in self.defect_labels for label in labels)

    def is_escaped(self, labels: Iterable[str]) -> bool:
        """Whether labels say that it was found in production."""
        return any(label.casefold() in self.escape_labels for label in labels)
