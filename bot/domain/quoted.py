"""A message of somebody else inside a wish: lines that begin with `> `, as Slack shows quotes."""

_MARK = "> "

FRAME = "Take up the message quoted here: what it describes is the subject of the work."


def quote(text: str, *, frame: str = FRAME) -> str:
    """Return a wish about `text`: our sentence first, then each line of it marked as quoted."""
    lines = [f"{_MARK}{line}".rstrip() for line in text.strip().splitlines()]
    return "\n".join([frame, *lines])


def own_words(text: str) -> tuple[str, str]:
    """Return (what the person says, what they quote) of a wish; either may be empty.

    What is quoted was written by somebody who need not have the right to ask: it is data.
    """
    own: list[str] = []
    quoted: list[str] = []
    for line in text.splitlines():
        if line.startswith(">"):
            quoted.append(line[1:].removeprefix(" "))
        else:
            own.append(line)
    return "\n".join(own).strip(), "\n".join(quoted).strip()


def subject(text: str) -> str:
    """Return what a wish is about, for reading by rules: quotes without our frame and marks."""
    own, quoted = own_words(text)
    if not quoted:
        return text
    return quoted if own == FRAME else f"{own}\n{quoted}"
