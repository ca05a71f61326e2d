"""Triggers that remove a vector when the words that it was made of change, whoever changes them.

A corrected, replaced or forgotten text so leaves nothing behind; the sweep makes the vector anew
where there is still something to make it of. Deleted observations take theirs along by their key.
"""

from alembic import op

_SQLITE = (
    """
    CREATE TRIGGER embedding_said AFTER UPDATE OF text, superseded_at ON memory_observation
    BEGIN DELETE FROM embedding WHERE observation_id = new.id; END
    """,
    """
    CREATE TRIGGER embedding_renamed AFTER UPDATE OF name ON memory_entity
    WHEN new.name <> old.name
    BEGIN
      DELETE FROM embedding
      WHERE observation_id IN (SELECT id FROM memory_observation WHERE entity_id = new.id);
    END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION embedding_said() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM embedding WHERE observation_id = NEW.id; RETURN NULL; END $$
    """,
    """
    CREATE FUNCTION embedding_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM embedding
      WHERE observation_id IN (SELECT id FROM memory_observation WHERE entity_id = NEW.id);
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER embedding_said AFTER UPDATE OF text, superseded_at ON memory_observation
    FOR EACH ROW EXECUTE FUNCTION embedding_said()
    """,
    """
    CREATE TRIGGER embedding_renamed AFTER UPDATE OF name ON memory_entity
    FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION embedding_renamed()
    """,
)


def create() -> None:
    """Make the triggers, for the migration that makes the table."""
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def drop() -> None:
    """Take them away again."""
    tables = {"embedding_renamed": "memory_entity", "embedding_said": "memory_observation"}
    for name, table in tables.items():
        op.execute(f"DROP TRIGGER {name}{f' ON {table}' if _on_postgresql() else ''}")
        if _on_postgresql():
            op.execute(f"DROP FUNCTION {name}()")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
