"""XML of unknown hands, read as it comes: no entities, bounded depth and size, little memory."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from bot.domain.report import ReportInvalid

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEPEST = 60
MOST_ELEMENTS = 1_500_000
LONGEST_TAG = 4 * 1024 * 1024
"""Bytes. Two million attributes fit into 20 MB, and take 1 GB before anybody hears of them."""
_CHUNK = 1024 * 1024
_TAG = re.compile(rb"""<[^!?/<>\s](?:[^<>"']++|"[^"]*+"|'[^']*+')*+""")


class _Chunks(io.BytesIO):
    """Gives out more at a time than is asked for.

    Expat looks again at an unfinished tag or comment with each chunk: one of 30 MB takes minutes
    in the 16 kB that `iterparse` asks for, and a second in these.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(_CHUNK)


def walk(content: bytes) -> Iterator[tuple[Literal["start", "end"], "Element"]]:
    """Yield the start and the end of each element; raises ReportInvalid.

    A document type without entities is fine (Cobertura's files have one); nothing of it is fetched.
    """
    from xml.etree.ElementTree import ParseError  # the parsers are loaded with the first report

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    _check_tags(content)
    depth = seen = 0
    try:
        for event, element in iterparse(
            _Chunks(content), events=("start", "end"), forbid_dtd=False
        ):
            if event == "start":
                depth, seen = depth + 1, seen + 1
                if depth > DEEPEST:
                    raise ReportInvalid(f"It is nested more than {DEEPEST} levels deep.")
                if seen > MOST_ELEMENTS:
                    raise ReportInvalid(f"It has more than {MOST_ELEMENTS:,} elements.")
                yield "start", element
            else:
                depth -= 1
                yield "end", element
    except ParseError as error:
        raise ReportInvalid(f"This is no valid XML (line {error.position[0]}).") from None
    except DefusedXmlException:
        raise ReportInvalid("It defines XML entities, which I do not read.") from None
    except (LookupError, ValueError):
        raise ReportInvalid("It is in an encoding that I do not know.") from None


def _check_tags(content: bytes) -> None:
    if len(content) > LONGEST_TAG and any(
        len(found[0]) > LONGEST_TAG for found in _TAG.finditer(content)
    ):
        raise ReportInvalid(f"It has a tag of more than {LONGEST_TAG // 1024 // 1024} MB.")


def root_of(content: bytes) -> tuple[str, dict[str, str]]:
    """Return the first element's name and attributes; raises ReportInvalid."""
    for _, element in walk(content):
        return local(element.tag), dict(element.attrib)
    raise ReportInvalid("This is no valid XML (it is empty).")


def local(tag: object) -> str:
    """Return an element's name without its namespace."""
    return str(tag).rpartition("}")[2]
