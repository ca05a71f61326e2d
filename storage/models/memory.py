"""What the lead remembers: things by name, what was observed of them, how they relate."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, SlackId, UtcDateTime


class MemoryEntity(Base):
    """A thing by its name; `scope` is the one channel whose thing it is, or empty."""

    __tablename__ = "memory_entity"
    __table_args__ = (
        UniqueConstraint("workspace_id", "scope", "key"),
        UniqueConstraint("workspace_id", "record_id"),
        Index(
            "ix_memory_entity_workspace_id_kind_updated_at", "workspace_id", "kind", "updated_at"
        ),
        Index("ix_memory_entity_thread_id", "thread_id"),
        Index("ix_memory_entity_workspace_id_ref", "workspace_id", "ref"),
        Index("ix_memory_entity_workspace_id_key", "workspace_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """A number, as the search index of SQLite knows rows by numbers."""
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    scope: Mapped[str] = mapped_column(SlackId, default="")
    """A note of a private channel, and whatever is made of a row of any channel, stays its own."""
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    """The name in lower case: how it is looked up."""
    name: Mapped[str] = mapped_column(String(200))
    ref: Mapped[str] = mapped_column(String(40), default="")
    """What it was made of, as people call it, e.g. `D-12`; empty: of what people said."""
    record_id: Mapped[str | None] = mapped_column(Id)
    """The row that it was made of: one for each."""
    thread_id: Mapped[str | None] = mapped_column(ForeignKey("thread.id"))
    """The row's thread: quotes of who is forgotten are looked for there."""
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The row's moment when it was read; a row that moved since is read again."""
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Somebody had it forgotten: an empty shell, so that its row is not read again."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MemoryObservation(Base):
    """One thing that somebody, or a record, said; a corrected one stays as history."""

    __tablename__ = "memory_observation"
    __table_args__ = (
        Index("ix_memory_observation_entity_id_superseded_at", "entity_id", "superseded_at"),
        Index("ix_memory_observation_thread_id", "thread_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    entity_id: Mapped[int] = mapped_column(ForeignKey("memory_entity.id"))
    channel_id: Mapped[str] = mapped_column(SlackId, default="")
    """Where it was said; empty: for the whole workspace."""
    thread_id: Mapped[str | None] = mapped_column(ForeignKey("thread.id"))
    """The thread that it was made of: quotes of who is forgotten are looked for there."""
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str | None] = mapped_column(SlackId)
    """The person who said so; None: a record."""
    source: Mapped[str] = mapped_column(String(64), default="")
    """What it comes from, as people call it, e.g. `D-12`; empty: somebody's own words."""
    ts: Mapped[str] = mapped_column(String(32), default="")
    """The message that says so, to link to it."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by: Mapped[str | None] = mapped_column(SlackId)


class MemoryRelation(Base):
    """`source_id` stands in relation `kind` to `target_id`; one that has ended is history."""

    __tablename__ = "memory_relation"
    __table_args__ = (
        UniqueConstraint("source_id", "target_id", "kind"),
        Index("ix_memory_relation_target_id", "target_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("memory_entity.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("memory_entity.id"))
    kind: Mapped[str] = mapped_column(String(40))
    added_by: Mapped[str | None] = mapped_column(SlackId)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
