"""The search index of the memory, as each database keeps it: a table that triggers fill.

It is no model: SQLite's is a virtual table, PostgreSQL's has a column type that SQLite lacks. As
triggers fill it, whatever changes a text (forgetting, retention, a purge) changes what is found.
Both read words alike: small letters, cut at everything that is neither letter nor digit, without
English endings.
"""

from alembic import op

INDEX = "memory_text"
"""The index's table; SQLite puts four of its own beside it, whose names begin the same."""
MOST_INDEXED = 200
"""Ours: the newest so many observations of a thing are searched, so that adding one stays quick."""

_CURRENT = f"""
    SELECT text FROM memory_observation
    WHERE entity_id = {{entity}} AND superseded_at IS NULL ORDER BY id DESC LIMIT {MOST_INDEXED}
"""


def _refill(name: str, when: str, entity: str) -> str:
    current = _CURRENT.format(entity=entity)
    return f"""
    CREATE TRIGGER memory_observation_{name} AFTER {when} ON memory_observation
    BEGIN
      UPDATE memory_text SET body = coalesce((SELECT group_concat(text, ' ') FROM ({current})), '')
      WHERE rowid = {entity};
    END
    """


_SQLITE = (
    # Diacritics stay, as PostgreSQL keeps them.
    """
    CREATE VIRTUAL TABLE memory_text
    USING fts5(name, body, tokenize = 'porter unicode61 remove_diacritics 0')
    """,
    """
    CREATE TRIGGER memory_entity_added AFTER INSERT ON memory_entity
    BEGIN INSERT INTO memory_text (rowid, name, body) VALUES (new.id, new.name, ''); END
    """,
    """
    CREATE TRIGGER memory_entity_renamed AFTER UPDATE OF name ON memory_entity
    BEGIN UPDATE memory_text SET name = new.name WHERE rowid = new.id; END
    """,
    """
    CREATE TRIGGER memory_entity_gone AFTER DELETE ON memory_entity
    BEGIN DELETE FROM memory_text WHERE rowid = old.id; END
    """,
    _refill("added", "INSERT", "new.entity_id"),
    _refill("changed", "UPDATE OF text, superseded_at", "new.entity_id"),
    _refill("gone", "DELETE", "old.entity_id"),
)
_SQLITE_TRIGGERS = (
    "memory_observation_gone",
    "memory_observation_changed",
    "memory_observation_added",
    "memory_entity_gone",
    "memory_entity_renamed",
    "memory_entity_added",
)
_MARKS = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~"
"""Of ASCII, as a literal of SQL. PostgreSQL's parser would read `db.orders` as a host's name."""
_BLANKS = " " * (len(_MARKS) - 1)
_POSTGRESQL = (
    """
    CREATE TABLE memory_text (
      entity_id integer PRIMARY KEY REFERENCES memory_entity (id) ON DELETE CASCADE,
      words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_memory_text_words ON memory_text USING gin (words)",
    f"""
    CREATE FUNCTION memory_words(said text) RETURNS tsvector IMMUTABLE LANGUAGE sql AS $$
      SELECT to_tsvector('pg_catalog.english', translate(said, '{_MARKS}', '{_BLANKS}'))
    $$
    """,
    # The row is locked before its texts are read: two that add at once both see both.
    f"""
    CREATE FUNCTION memory_refill(entity integer) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      called text;
      said text;
    BEGIN
      SELECT name INTO called FROM memory_entity WHERE id = entity FOR NO KEY UPDATE;
      IF NOT FOUND THEN RETURN; END IF;
      SELECT coalesce(string_agg(text, ' '), '') INTO said
      FROM ({_CURRENT.format(entity="entity")}) AS newest;
      INSERT INTO memory_text (entity_id, words)
      VALUES (
        entity,
        setweight(memory_words(called), 'A') || setweight(memory_words(left(said, 200000)), 'D')
      )
      ON CONFLICT (entity_id) DO UPDATE SET words = excluded.words;
    END $$
    """,
    """
    CREATE FUNCTION memory_entity_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM memory_refill(NEW.id); RETURN NULL; END $$
    """,
    """
    CREATE FUNCTION memory_observation_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN PERFORM memory_refill(OLD.entity_id);
      ELSE PERFORM memory_refill(NEW.entity_id);
      END IF;
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER memory_entity_moved AFTER INSERT OR UPDATE OF name ON memory_entity
    FOR EACH ROW EXECUTE FUNCTION memory_entity_moved()
    """,
    """
    CREATE TRIGGER memory_observation_moved
    AFTER INSERT OR DELETE OR UPDATE OF text, superseded_at ON memory_observation
    FOR EACH ROW EXECUTE FUNCTION memory_observation_moved()
    """,
)


def create() -> None:
    """Make the index, empty, and what fills it; for the migration that makes the tables."""
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def drop() -> None:
    """Take it away again."""
    if not _on_postgresql():
        for name in _SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE memory_text")
        return
    op.execute("DROP TRIGGER memory_observation_moved ON memory_observation")
    op.execute("DROP TRIGGER memory_entity_moved ON memory_entity")
    for name in (
        "memory_observation_moved()",
        "memory_entity_moved()",
        "memory_refill(integer)",
        "memory_words(text)",
    ):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TABLE memory_text")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
