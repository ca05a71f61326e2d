"""Reads a PDF from standard input and writes its text: a process of its own, with little to eat.

PDFs come from anybody; one that is made to hang or to swell takes this process and nothing else.
"""

import io
import resource
import sys

CPU_SECONDS = 20
MEMORY_BYTES = 1_000_000_000
MOST_PAGES = 100
MOST_CHARACTERS = 2_000_000
"""Ours: far more than a model is given of one file; a small one may unfold to gigabytes."""


def main() -> int:
    """Return 0, or 1 for a file that cannot be read."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        text = text_of(sys.stdin.buffer.read())
    except Exception:  # whatever a broken file can provoke
        return 1
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def text_of(body: bytes, *, most: int = MOST_CHARACTERS) -> str:
    """Return a PDF's text, at most so many characters; raises whatever a broken file provokes."""
    from pypdf import PdfReader  # under the limits, and not by the bot itself

    pages: list[str] = []
    for page in PdfReader(io.BytesIO(body)).pages[:MOST_PAGES]:
        pages.append(page.extract_text())
        if sum(map(len, pages)) > most:
            break
    return "\n\n".join(pages)[:most]


if __name__ == "__main__":
    sys.exit(main())
