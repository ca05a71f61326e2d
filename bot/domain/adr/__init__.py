"""Architecture decision records as files: what they say of status, date and other records."""

from bot.domain.adr.dates import DateReading, read_date
from bot.domain.adr.references import Reference, read_references
from bot.domain.adr.status import StatusReading, read_status
from bot.domain.adr.values import AdrFile, AdrSection, SourceBody

__all__ = [
    "AdrFile",
    "AdrSection",
    "DateReading",
    "Reference",
    "SourceBody",
    "StatusReading",
    "read_date",
    "read_references",
    "read_status",
]
