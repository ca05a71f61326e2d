"""Vectors of what is remembered, by which it is found whatever words it is said in."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Embedding(Base):
    """One observation's vector; triggers remove it when the words that it was made of change."""

    __tablename__ = "embedding"
    __table_args__ = (
        Index("ix_embedding_workspace_id_made_by_id", "workspace_id", "made_by", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """A number that is never given again: what was added since is what has a higher one."""
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    observation_id: Mapped[int] = mapped_column(
        ForeignKey("memory_observation.id", ondelete="CASCADE"), unique=True
    )
    made_by: Mapped[str] = mapped_column(String(80))
    """The model with its version; vectors of several cannot be compared."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """Numbers of two bytes each (IEEE half), of length one."""
