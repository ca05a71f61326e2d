"""Reads a PDF from standard input and writes its text: a process of its own, with little to eat.

PDFs come from anybody; one that is made to hang or to swell takes this process and nothing else.
"""

import io
import resource
import sys

CPU_SECONDS = 20
MEMORY_BYTES = 1_000_000_000
MOST_PAGES = 100
"""Ours: far more than a model is given of one file."""


def main() -> int:
    """Return 0, or 1 for a file that cannot be read."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    # Imported under the limits, and not by the bot itself.
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        pages = [page.extract_text() for page in reader.pages[:MOST_PAGES]]
    except Exception:  # whatever a broken file can provoke
        return 1
    sys.stdout.buffer.write("\n\n".join(pages).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
