"""The API rules: a document that keeps them all, and each miss named with its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.api_rule import RULES, check_api, observe_apis
from bot.domain.quality_gate import Check
from bot.errors import UserFacingError
from bot.reports.yaml_text import load_yaml

GOOD = load_yaml(b"""
openapi: 3.1.0
info: {title: Orders, version: 1.2.0}
servers: [{url: https://api.example.com/v1}]
security: [{token: []}]
paths:
  /orders:
    parameters: [{$ref: '#/components/parameters/limit'}]
    get:
      operationId: listOrders
      summary: Lists orders
      responses:
        200:
          content: {application/json: {schema: {$ref: '#/components/schemas/Orders'}}}
        default:
          content: {application/problem+json: {schema: {type: object}}}
  /orders/{id}:
    get:
      operationId: getOrder
      summary: One order
      security: []
      responses:
        200:
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
        404:
          content: {application/problem+json: {schema: {type: object}}}
components:
  parameters:
    limit: {name: limit, in: query, schema: {type: integer}}
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    Order: {type: object, properties: {createdAt: {type: string}, lineItems: {type: array}}}
    Orders: {type: array, items: {$ref: '#/components/schemas/Order'}}
""")


def _misses(change: Callable[[Any], Any]) -> list[str]:
    document = copy.deepcopy(GOOD)
    change(document)
    return [one.text for one in check_api(document).misses]


def test_a_document_that_keeps_the_rules_has_all_of_them() -> None:
    score = check_api(GOOD)
    assert (score.percent, score.misses, score.operations) == (100, (), 2)
    seen = observe_apis([score])
    assert (seen[Check.API_VERSIONING].value, seen[Check.API_COMPLIANCE].value) == (1, 100)


def _get(document: Any) -> Any:
    return document["paths"]["/orders"]["get"]


def _moved(document: Any, path: str) -> None:
    document["paths"][path] = document["paths"].pop("/orders")


_JSON_ERROR = {"content": {"application/json": {"schema": {"type": "string"}}}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.update(servers=[{"url": "https://api.example.com"}]),
         "API-01 GET /orders: no version in path, server, header or query"),
        (lambda d: _get(d)["responses"].pop("default"),
         "API-02 GET /orders: no error response is described"),
        (lambda d: _get(d)["responses"].update({"400": _JSON_ERROR}),
         "API-03 GET /orders 400: application/json is neither problem+json nor shared"),
        (lambda d: d["paths"]["/orders"].pop("parameters"),
         "API-04 GET /orders: a list without pagination"),
        (lambda d: d.pop("security"), "API-05 GET /orders: nothing says who may call it"),
        (lambda d: _get(d).update(security=[{"cookie": []}]),
         "API-05 GET /orders: security scheme cookie is not defined"),
        (lambda d: _moved(d, "/getOrders"),
         "API-06 /getOrders: `getOrders` is a verb; the method is one already"),
        (lambda d: _moved(d, "/Orders"), "API-06 /Orders: `Orders` is not in lower case"),
        (lambda d: _get(d).update(operationId="getOrder"),
         "API-07 GET /orders: operationId getOrder is used twice"),
        (lambda d: d["components"]["schemas"]["Order"]["properties"].update(paid_at={}),
         "API-08 Order.paid_at: not in camelCase as most are"),
        (lambda d: _get(d).pop("summary"), "API-09 GET /orders: neither summary nor description"),
        (lambda d: d["components"]["schemas"].pop("Order"),
         "API-10 #/components/schemas/Order: leads nowhere"),
        (lambda d: d["info"].pop("version"), "API-11 info.version: missing"),
    ],
)  # fmt: skip
def test_each_miss_is_named(change: Callable[[Any], Any], said: str) -> None:
    assert said in _misses(change)


def test_a_version_of_a_thing_is_none_of_the_api() -> None:
    def change(document: Any) -> None:
        document.pop("servers")
        for path in document["paths"].values():
            path["parameters"] = [{"name": "version", "in": "path"}]
        _get(document)["parameters"] = [{"name": "api-version", "in": "query"}]

    assert "API-01 GET /orders/{id}: no version in path, server, header or query" in _misses(change)
    assert not any(said.startswith("API-01 GET /orders:") for said in _misses(change))


def test_many_properties_hide_no_rule_that_nobody_keeps() -> None:
    def change(document: Any) -> None:
        properties: Any = {f"lineItem{n}": {} for n in range(1_000)}
        document["components"]["schemas"]["Order"]["properties"] = properties
        document["servers"] = []

    document = copy.deepcopy(GOOD)
    change(document)
    score = check_api(document)
    assert len(score.misses) == 2, "both operations have no version"
    assert score.percent == pytest.approx(100 * 10 / 11)


def test_references_lead_where_tools_let_them_lead() -> None:
    """Generics come percent-encoded, bundlers point into lists."""

    def change(document: Any) -> None:
        document["components"]["schemas"]["Page<Order>"] = {"type": "object"}
        responses = _get(document)["responses"]
        responses[400] = {"description": "Bad", "content": {"application/problem+json": {"schema":
                          {"$ref": "#/components/schemas/Page%3COrder%3E"}}}}  # fmt: skip
        shared = "#/paths/~1orders~1%7Bid%7D/get/responses/404"
        responses[404] = {"$ref": shared}
        _get(document)["parameters"] = [{"$ref": "#/paths/~1orders/parameters/0"}]

    assert _misses(change) == []

    def astray(document: Any) -> None:
        _get(document)["parameters"] = [{"$ref": "#/paths/~1orders/parameters/1"}]

    assert _misses(astray) == ["API-10 #/paths/~1orders/parameters/1: leads nowhere"]


def test_what_is_in_other_documents_is_not_measured() -> None:
    document = copy.deepcopy(GOOD)
    document["paths"]["/hidden"] = {"$ref": "paths/hidden.yaml"}
    seen = observe_apis([check_api(document)])
    compliance = seen[Check.API_COMPLIANCE]
    assert (compliance.value, len(compliance.gaps)) == (100, 1)
    assert "refers to paths/hidden.yaml, which I do not open" in compliance.gaps[0]
    assert seen[Check.API_VERSIONING].gaps


def test_every_rule_has_a_case_above() -> None:
    told = {rule.id for rule in RULES}
    assert told == {f"API-{n:02}" for n in range(1, 12)}


def test_shared_error_schemas_are_as_good_as_problem_json() -> None:
    def change(document: Any) -> None:
        document["components"]["schemas"]["Error"] = {"type": "object"}
        shared = {"$ref": "#/components/schemas/Error"}
        for path in document["paths"].values():
            for status in ("default", "404"):
                path["get"]["responses"].pop(status, None)
            error = {"content": {"application/json": {"schema": shared}}}
            path["get"]["responses"]["400"] = error

    assert _misses(change) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "This is no OpenAPI document."),
        ({"swagger": "2.0"}, "This is Swagger 2."),
        ({"openapi": "2.1"}, "This is no OpenAPI 3 document."),
        ({}, "This is no OpenAPI 3 document."),
    ],
)
def test_what_is_no_openapi_3_is_refused(document: object, said: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        check_api(document)
    assert refused.value.text == said


def test_a_document_without_operations_is_not_measured() -> None:
    seen = observe_apis([check_api({"openapi": 3.1, "info": {"title": "a", "version": "1"}})])
    assert seen[Check.API_COMPLIANCE].value is None
    assert seen[Check.API_VERSIONING].gaps == ("The OpenAPI document has no operations.",)


def test_a_reference_to_itself_ends() -> None:
    def change(document: Any) -> None:
        document["components"]["schemas"]["Orders"] = {"$ref": "#/components/schemas/Orders"}

    assert _misses(change) == []


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else ()
    return [path, *(place for key, one in inside for place in _places(one, (*path, key)))]


@given(st.data(), _ANY)
def test_any_value_in_any_place_is_judged_or_refused(data: st.DataObject, value: object) -> None:
    document = copy.deepcopy(GOOD)
    place = data.draw(st.sampled_from([one for one in _places(document) if one]))
    at = document
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    try:
        score = check_api(document)
    except UserFacingError:
        return
    assert 0 <= score.percent <= 100
