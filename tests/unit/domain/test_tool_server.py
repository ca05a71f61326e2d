"""Names, addresses and permissions of tool servers; tools by old and new names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.repository import check_repository_name, is_clone_url
from bot.domain.tool_call import bounded, fingerprint, storable_json
from bot.domain.tool_capability import adapted, capabilities, known, resolve
from bot.domain.tool_server import (
    check_name,
    check_url,
    chosen_permissions,
    default_permission,
    permission_of,
    wire_name,
)
from bot.errors import UserFacingError

SEED = {
    "mcp__memory__create_entities": "create_entities",
    "mcp__memory__search_nodes": "search_nodes",
    "mcp__context7__resolve-library-id": "resolve-library-id",
    "mcp__context7__get-library-docs": "query-docs",
    "mcp__sequential-thinking__sequentialthinking": "sequentialthinking",
    "mcp__serena__get_current_config": "get_current_config",
    "mcp__filesystem__read-file": "read_text_file",
    "mcp__filesystem__write-file": "write_file",
    "mcp__filesystem__create-directory": "create_directory",
    "mcp__filesystem__search-files": "search_files",
}


@pytest.mark.parametrize(("old", "new"), SEED.items())
def test_the_seeds_names_find_todays_tools(old: str, new: str) -> None:
    assert resolve(old, ["other", new]) == new


def test_a_tool_that_is_gone_is_found_nowhere() -> None:
    assert resolve("mcp__serena__think_about_task_adherence", ["find_symbol"]) is None


def test_what_a_server_can_do_shows_in_its_tools() -> None:
    assert capabilities(["search_nodes", "x"]) == {"memory"}
    assert capabilities(["get-library-docs"]) == {"library-docs"}
    assert capabilities(["find_symbol", "read_file_of_mine"]) == {"code"}
    assert capabilities(["search_files"]) == set()


def test_the_old_way_to_think_is_adapted() -> None:
    assert adapted("sequentialthinking", {"prompt": "why?"})["thought"] == "why?"
    given = {"thought": "a", "thoughtNumber": 2, "totalThoughts": 3, "nextThoughtNeeded": True}
    assert adapted("sequentialthinking", given) == given
    assert adapted("search_nodes", {"prompt": "x"}) == {"prompt": "x"}


@pytest.mark.parametrize("name", ["delete_everything", "write_file", "create_entities", "read"])
def test_only_tools_that_are_known_to_read_are_used_unasked(name: str) -> None:
    assert default_permission(name) == "ask"
    assert default_permission("search_nodes") == "read"


def test_a_choice_counts_under_either_name() -> None:
    assert permission_of({"get-library-docs": "off"}, "query-docs") == "off"
    assert permission_of({"query-docs": "nonsense"}, "query-docs") == "ask"
    assert chosen_permissions({"get-library-docs": "ask"}, ["query-docs"]) == {"query-docs": "ask"}
    with pytest.raises(UserFacingError, match="no tool"):
        chosen_permissions({"drop": "read"}, ["query-docs"])
    with pytest.raises(UserFacingError, match="no permission"):
        chosen_permissions({"query-docs": "maybe"}, ["query-docs"])


@pytest.mark.parametrize("name", ["", "Repository", "a b", "../x", "-a", "x" * 33, "ä", "mcp"])
def test_bad_names(name: str) -> None:
    with pytest.raises(UserFacingError, match="no name for a tool server"):
        check_name(name)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "http://a.example/mcp", "ftp://a.example", "https://", "https://u:p@a.example/",
        "https://a.example/?token=1", "https://a.example/#x", "https://[::1", "file:///etc/passwd",
        "https://a.example:99999/",
    ],
)  # fmt: skip
def test_bad_addresses(url: str) -> None:
    with pytest.raises(UserFacingError):
        check_url(url)


def test_good_ones() -> None:
    assert check_name(" Context7 ") == "context7"
    assert check_url("https://mcp.example.com/mcp") == "https://mcp.example.com/mcp"
    assert check_url("http://127.0.0.1:1/mcp", plain=True)
    assert check_repository_name("Billing.API-2") == "billing.api-2"


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", ".git", "a b", "x" * 41, "a..b"])
def test_bad_names_of_repositories(name: str) -> None:
    with pytest.raises(UserFacingError):
        check_repository_name(name)


def test_addresses_of_repositories_hold_no_secret() -> None:
    assert is_clone_url("https://git.example.com/a.git")
    assert is_clone_url("ssh://git@git.example.com/a.git")
    assert not is_clone_url("/srv/code/a")
    assert not is_clone_url("ext::sh -c id")
    for url in ("https://u:p@git.example.com/a.git", "https://token@git.example.com/a.git"):
        with pytest.raises(UserFacingError, match="no user or password"):
            is_clone_url(url)


@given(st.text(max_size=40), st.text(max_size=120))
def test_wire_names_are_what_the_api_takes(server: str, tool: str) -> None:
    name = wire_name(server, tool)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)
    assert wire_name(server, f"{tool}x") != name
    assert wire_name(server, f"{tool}é") != wire_name(server, f"{tool}è")


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner), max_leaves=5))
def test_whatever_a_model_says_can_be_stored(value: object) -> None:
    stored = storable_json(value)
    assert "\x00" not in str(stored)
    str(stored).encode()


def test_sizes_are_honest() -> None:
    assert bounded("abc", 3) == "abc"
    assert bounded("a" * 5_000, 10).endswith("[cut: 4,990 of 5,000 characters are not shown]")
    beginning = bounded("a" * 5, 10, size=5_000)
    assert beginning.endswith("[cut: 4,995 of 5,000 characters are not shown]")
    assert fingerprint({"b": 1, "a": "é"}) == fingerprint({"a": "é", "b": 1})
    assert fingerprint({"a": "é"})[1] == len('{"a": "é"}'.encode())


def test_old_and_new_names_of_one_tool_are_one() -> None:
    assert known("get-library-docs") is known("mcp__context7__query-docs")
