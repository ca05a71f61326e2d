"""What `@modelcontextprotocol/server-memory` 2026.8.31 offers, as its `tools/list` says, in short.

A shape is a type's name, a list of a shape, or fields by name; all of its fields are required.
"""

from typing import Any

ENTITY = {"name": "string", "entityType": "string", "observations": ["string"]}
RELATION = {"from": "string", "to": "string", "relationType": "string"}
GRAPH = {"entities": [ENTITY], "relations": [RELATION]}
DONE = {"success": "boolean", "message": "string"}
ADDED = {"entityName": "string", "addedObservations": ["string"]}

TOOLS: dict[str, dict[str, Any]] = {
    "create_entities": {
        "takes": {"entities": [ENTITY]},
        "gives": {"entities": [ENTITY]},
        "hints": {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": False},
    },
    "create_relations": {
        "takes": {"relations": [RELATION]},
        "gives": {"relations": [RELATION]},
        "hints": {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": False},
    },
    "add_observations": {
        "takes": {"observations": [{"entityName": "string", "contents": ["string"]}]},
        "gives": {"results": [ADDED]},
        "hints": {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": False},
    },
    "delete_entities": {
        "takes": {"entityNames": ["string"]},
        "gives": DONE,
        "hints": {"readOnlyHint": False, "destructiveHint": True, "openWorldHint": False},
    },
    "delete_observations": {
        "takes": {"deletions": [{"entityName": "string", "observations": ["string"]}]},
        "gives": DONE,
        "hints": {"readOnlyHint": False, "destructiveHint": True, "openWorldHint": False},
    },
    "delete_relations": {
        "takes": {"relations": [RELATION]},
        "gives": DONE,
        "hints": {"readOnlyHint": False, "destructiveHint": True, "openWorldHint": False},
    },
    "read_graph": {
        "takes": {},
        "gives": GRAPH,
        "hints": {"readOnlyHint": True, "destructiveHint": False, "openWorldHint": False},
    },
    "search_nodes": {
        "takes": {"query": "string"},
        "gives": GRAPH,
        "hints": {"readOnlyHint": True, "destructiveHint": False, "openWorldHint": False},
    },
    "open_nodes": {
        "takes": {"names": ["string"]},
        "gives": GRAPH,
        "hints": {"readOnlyHint": True, "destructiveHint": False, "openWorldHint": False},
    },
}
