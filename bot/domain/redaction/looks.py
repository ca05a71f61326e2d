"""Whether a value looks like what it would have to be: random, a card number, an IBAN."""

import math
from collections import Counter
from itertools import pairwise

_PLACEHOLDERS = (
    *("example", "changeme", "placeholder", "redacted", "xxxx", "****", "....", "your"),
    *("none", "null", "true", "false", "todo", "secret:", "required", "optional", "rotat"),
    *("expire", "string"),
)
_RANDOM_BITS = 4.3
"""Per character; detect-secrets takes 4.5 for base64 at lengths of forty and more."""
_NAMED_BITS = 2.5
"""A value that is called a secret needs less: detect-secrets' keyword plugin asks for none."""


def entropy(text: str) -> float:
    """Return Shannon's entropy in bits per character."""
    length = len(text)
    return -sum(n / length * math.log2(n / length) for n in Counter(text).values())


def is_random(text: str) -> bool:
    """Return whether a run of characters is too even to be words, paths or names in a program."""
    kinds = sum(
        (
            any(c.islower() for c in text),
            any(c.isupper() for c in text),
            sum(c.isdigit() for c in text) >= 3,
        )
    )
    return (
        kinds == 3
        and _broken_up(text)
        and entropy(text) >= min(_RANDOM_BITS, math.log2(len(text)) - 0.5)
    )


def is_named_secret(text: str) -> bool:
    """Return whether a value that was called a secret is one: no placeholder, no plain word."""
    low = text.lower().rstrip(".:!?")
    if text.startswith(("$", "%", "&", "*")) or any(word in low for word in _PLACEHOLDERS):
        return False
    mixed = sum((any(c.isalpha() for c in low), any(c.isdigit() for c in low)))
    strange = any(not c.isalnum() and c not in "-_./:" for c in low)
    return (mixed == 2 or strange) and entropy(text) >= _NAMED_BITS


def is_card(text: str) -> bool:
    """Return whether the digits are a payment card's: an issuer's first digit, Luhn's sum."""
    digits = [int(c) for c in text if c.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Return whether the check digits are right (ISO 13616: the number modulo 97 is 1)."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def is_phone(text: str) -> bool:
    """Return whether it has as many digits as a phone number: 8 to 15 (ITU E.164)."""
    return 8 <= sum(c.isdigit() for c in text) <= 15


def _broken_up(text: str) -> bool:
    """Words and paths have long stretches of one kind; random text changes all the time."""
    kind = [
        "d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "s" for c in text
    ]
    changes = sum(a != b for a, b in pairwise(kind))
    return changes >= len(text) * 0.3
