"""Arguments and results of the memory tools: the reference server's, with a few more fields."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.domain.cursor import number_of_cursor
from bot.domain.memory import MOST_SHOWN
from bot.domain.memory.graph import Edge, Graph
from bot.domain.memory.graph import Entity as Known
from bot.mcp.tool import Placed, Shape
from bot.services.memory_graph import MOST_ENTITIES, MOST_NAMES

MOST_AT_ONCE = 100
"""Ours: what one call changes is one transaction."""
Many = Field(max_length=MOST_AT_ONCE)
Text = Annotated[str, Field(max_length=8_000)]
"""Longer than what is kept: that is said in words."""
Name = Annotated[str, Field(min_length=1, max_length=400)]


class Entity(Shape):
    """A thing, by its name."""

    name: str = Field(description="The name of the entity")
    entity_type: str = Field(
        description="The type of the entity, e.g. service, lesson, decision, baseline, pattern"
    )
    observations: list[str] = Field(
        description="An array of observation contents associated with the entity"
    )


class NewEntity(Entity):
    """A thing to be made or added to."""

    name: Name = Field(description="The name of the entity")
    entity_type: Annotated[str, Field(max_length=80)] = Field(
        description="The type of the entity, e.g. service, lesson, decision, baseline, pattern"
    )
    observations: Annotated[list[Text], Many] = Field(
        description="An array of observation contents associated with the entity"
    )


class Relation(Shape):
    """How one thing stands to another, in active voice."""

    source: Name = Field(
        alias="from", description="The name of the entity where the relation starts"
    )
    target: Name = Field(alias="to", description="The name of the entity where the relation ends")
    relation_type: Annotated[str, Field(max_length=200)] = Field(
        description="The type of the relation, e.g. depends_on, affects_service"
    )

    @property
    def edge(self) -> Edge:
        """As the use cases know it."""
        return Edge(self.source, self.target, self.relation_type)


def relation_of(edge: Edge) -> Relation:
    """Return an edge's shape."""
    return Relation(source=edge.source, target=edge.target, relation_type=edge.kind)


def entity_of(known: Known) -> Entity:
    """Return an entity's shape."""
    return Entity(name=known.name, entity_type=known.kind, observations=list(known.observations))


class GraphPart(Shape):
    """Entities and the relations that begin or end at them."""

    entities: list[Entity]
    relations: list[Relation]
    next_cursor: str | None = Field(
        None, description="Where the next part begins; null where this is the last"
    )
    left_out: str = Field("", description="What was cut, in a sentence; empty for nothing")


def part_of(graph: Graph) -> GraphPart:
    """Return a graph's shape."""
    return GraphPart(
        entities=[entity_of(one) for one in graph.entities],
        relations=[relation_of(edge) for edge in graph.edges],
        next_cursor=graph.following or None,
        left_out=graph.left_out,
    )


class CreateEntities(Placed):
    """Arguments of create_entities."""

    entities: Annotated[list[NewEntity], Many]


class Entities(Shape):
    """What is new of each entity."""

    entities: list[Entity]


class Relations(Placed):
    """Arguments of create_relations and delete_relations."""

    relations: Annotated[list[Relation], Many]


class MadeRelations(Shape):
    """Relations that hold now and did not before."""

    relations: list[Relation]


class Contents(Shape):
    """What to add to one entity."""

    entity_name: Name = Field(description="The name of the entity to add the observations to")
    contents: Annotated[list[Text], Many] = Field(
        description="An array of observation contents to add"
    )


class AddObservations(Placed):
    """Arguments of add_observations."""

    observations: Annotated[list[Contents], Many]


class Added(Shape):
    """What was new of one entity."""

    entity_name: str
    added_observations: list[str]


class AddedObservations(Shape):
    """Result of add_observations."""

    results: list[Added]


class DeleteEntities(Placed):
    """Arguments of delete_entities."""

    entity_names: Annotated[list[Name], Many] = Field(
        description="An array of entity names to delete"
    )


class Deletion(Shape):
    """What to delete of one entity."""

    entity_name: Name = Field(description="The name of the entity containing the observations")
    observations: Annotated[list[Text], Many] = Field(
        description="An array of observations to delete, word for word"
    )


class DeleteObservations(Placed):
    """Arguments of delete_observations."""

    deletions: Annotated[list[Deletion], Many]


class Done(Shape):
    """Result of what deletes."""

    success: bool
    message: str


class ReadGraph(Placed):
    """Arguments of read_graph."""

    cursor: str = Field("", max_length=40, description="nextCursor of the part before")
    limit: int = Field(50, ge=1, le=MOST_ENTITIES, description="Most entities in the answer")


class SearchNodes(Placed):
    """Arguments of search_nodes."""

    query: str = Field(
        max_length=2_000,
        description="Words to look for in names and observations: any of them counts, rare ones"
        " more, and exact names and records (D-12) come first",
    )
    entity_type: str = Field("", max_length=80, description="Only entities of this type")
    service: str = Field(
        "", max_length=200, description="Only this service and what is related to it"
    )
    cursor: str = Field("", max_length=10, description="nextCursor of the part before")
    limit: int = Field(10, ge=1, le=MOST_SHOWN, description="Most entities in the answer")

    @property
    def offset(self) -> int:
        """How many results were shown before; raises UserFacingError."""
        return number_of_cursor(self.cursor) or 0


class Said(Shape):
    """One observation with what it rests on."""

    entity_name: str
    observation: str
    at: datetime
    by: str = Field(description="A person's Slack id; empty: a record or a program")
    source: str = Field(description="A record, e.g. D-12, a program, or a note by its number")


class OpenedNodes(GraphPart):
    """Result of open_nodes."""

    details: list[Said] = Field(description="Empty unless asked for")


class OpenNodes(Placed):
    """Arguments of open_nodes."""

    details: bool = Field(
        False, description="Whether to tell of each observation who said it, when and from what"
    )

    names: Annotated[list[Name], Field(max_length=MOST_NAMES)] = Field(
        description="An array of entity names to retrieve, or of records such as D-12"
    )
