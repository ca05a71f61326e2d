"""What secrets look like, by the marks that their issuers gave them.

Each expression begins with a fixed text and goes on with possessive or bounded repeats: whatever
is written, a text is read in time that grows with its length.
Sources: the issuers' pages on token formats (docs.slack.dev/authentication/tokens, GitHub's "About
authentication", AWS "IAM identifiers", Stripe "API keys", RFC 7519, RFC 7468), and detect-secrets.
"""

import re
from typing import NamedTuple


class Pattern(NamedTuple):
    """`found` matches the secret; a group named `secret` is the part to be hidden.

    A text without `hint`, in small letters, holds none: that is looked up a hundred times faster.
    """

    kind: str
    hint: str
    found: re.Pattern[str]


def _pattern(kind: str, hint: str, expression: str, *, flags: int = 0) -> Pattern:
    return Pattern(kind, hint, re.compile(expression, re.ASCII | flags))


def _issued(kind: str, start: str, rest: str) -> Pattern:
    """Return the pattern of a token that begins with `start`, not in the middle of a word.

    The fixed text comes first, what may not stand before it after it: so it is searched for, and
    not tried at each letter.
    """
    found = f"{re.escape(start)}(?<![A-Za-z0-9]{re.escape(start)}){rest}"
    return _pattern(kind, start.lower(), found)


SECRETS = (
    _issued("slack token", "xox", r"[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}+"),
    _issued("slack token", "xapp-", r"[0-9]-[A-Za-z0-9-]{8,}+"),
    _pattern(
        "slack webhook",
        "hooks.slack.com",
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{8,}+",
    ),
    _issued("github token", "gh", r"[pousr]_[A-Za-z0-9]{20,}+"),
    _issued("github token", "github_pat_", r"[A-Za-z0-9_]{20,}+"),
    _issued("gitlab token", "glpat-", r"[A-Za-z0-9_-]{16,}+"),
    *(
        _issued("aws key", start, r"[A-Z0-9]{16}(?![A-Za-z0-9])")
        for start in ("AKIA", "ASIA", "ABIA", "ACCA")
    ),
    _issued("google key", "AIza", r"[A-Za-z0-9_-]{35,}+"),
    _issued("google key", "ya29.", r"[A-Za-z0-9_-]{20,}+"),
    _issued("google key", "GOCSPX-", r"[A-Za-z0-9_-]{20,}+"),
    _pattern("stripe key", "k_", r"(?<![A-Za-z0-9])(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}+"),
    _issued("stripe key", "whsec_", r"[A-Za-z0-9+/=]{16,}+"),
    _issued("anthropic key", "sk-ant-", r"[A-Za-z0-9_-]{10,}+"),
    _issued("openai key", "sk-", r"(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}+"),
    _issued("npm token", "npm_", r"[A-Za-z0-9]{30,}+"),
    _issued("pypi token", "pypi-AgE", r"[A-Za-z0-9_-]{30,}+"),
    _issued("sendgrid key", "SG.", r"[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}+"),
    _issued("vault token", "hv", r"[sbr]\.[A-Za-z0-9_-]{20,}+"),
    _issued("docker token", "dckr_", r"[po]at_[A-Za-z0-9_-]{20,}+"),
    _issued("digitalocean token", "do", r"[opr]_v1_[a-f0-9]{40,}+"),
    _issued("hugging face token", "hf_", r"[A-Za-z0-9]{30,}+"),
    _issued("databricks token", "dapi", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    _issued("atlassian token", "ATATT3", r"[A-Za-z0-9_=-]{60,}+"),
    _issued("shopify token", "shp", r"(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,}+"),
    _issued("grafana token", "gl", r"(?:sa|c)_[A-Za-z0-9_=+/]{30,}+"),
    _issued("sentry token", "sntry", r"[su]_[A-Za-z0-9_=+/.-]{30,}+"),
    _issued("linear key", "lin_api_", r"[A-Za-z0-9]{30,}+"),
    _issued("twilio key", "SK", r"[a-f0-9]{32}(?![A-Za-z0-9])"),
    _pattern("age key", "age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}+"),
    _issued("fernet token", "gAAAAA", r"[A-Za-z0-9_-]{60,}+={0,2}"),
    _pattern(
        "azure key",
        "key=",
        r"(?:Account|SharedAccess|Shared)Key=(?P<secret>[A-Za-z0-9+/]{40,}+={0,2})",
        flags=re.IGNORECASE,
    ),
    _pattern("azure key", "8q~", r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,}+"),
    _pattern("azure signature", "sig=", r"[?&]sig=(?P<secret>[A-Za-z0-9%+/]{40,}+=*+)"),
    _pattern(
        "password in an address",
        "jdbc:oracle",
        r"jdbc:oracle:[a-z]{2,8}:[^\s/@\"']{1,64}/(?P<secret>[^\s/@\"'`]{1,200})@",
        flags=re.IGNORECASE,
    ),
    _issued("jwt", "eyJ", r"[A-Za-z0-9_-]{6,}+\.[A-Za-z0-9_-]{6,}+(?:\.[A-Za-z0-9_-]*+)?"),
    *(
        _pattern(
            "authorization header",
            scheme,
            rf"\b{scheme}\s{{1,8}}(?P<secret>[A-Za-z0-9._~+/-]{{16,}}+=*+)",
            flags=re.IGNORECASE,
        )
        for scheme in ("bearer", "basic")
    ),
    _pattern(
        "password in an address",
        "://",
        r"[a-z][a-z0-9+.]{1,20}://[^\s:/@<>\"']{0,64}:(?P<secret>[^\s/@<>\"'`]{1,200})@",
        flags=re.IGNORECASE,
    ),
)

PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
    r"(?P<body>[A-Za-z0-9+/=\s\\:,.]*+)(?:-----END [A-Z0-9 ]{0,60}-----)?",
    re.ASCII,
)

NAMED = re.compile(
    r"(?P<name>(?:pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|access[_-]?key|auth[_-]?key"
    r"|private[_-]?key|signing[_-]?key|encryption[_-]?key|token|credentials?)[a-z0-9_-]{0,24}+)"
    r"[\"'`\\]{0,3}\s{0,4}(?:=>|:=|=|:|\bis\b)\s{0,4}[\"'`\\]{0,3}"
    r"(?P<secret>[^\s\"'`,;<>(){}\[\]\\]{6,200}+)",
    re.ASCII | re.IGNORECASE,
)
"""A value that is named a secret; what is no secret by its looks is sorted out afterwards."""
STEMS = (
    *("pass", "pwd", "secret", "token", "credential"),
    *(
        f"{what}{between}key"
        for what in ("api", "access", "auth", "private", "signing", "encryption")
        for between in ("", "_", "-")
    ),
)
"""What every name in `NAMED` begins with, in small letters."""

LOOSE = re.compile(r"(?<![A-Za-z0-9+/_.-])[A-Za-z0-9+/_-]{24,256}+={0,2}(?![A-Za-z0-9+/_.-])")
"""A run of letters and digits that may be random."""

CARD = re.compile(r"\d(?<![\d.,-].)(?:[ -]?\d){12,18}(?![\d-])", re.ASCII)
IBAN = re.compile(
    r"[A-Z](?<![A-Za-z0-9].)[A-Z]\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",
    re.ASCII,
)
PHONE = re.compile(r"(?<![\w+.])\+[1-9](?:[ ()./-]{0,2}\d){6,14}(?![\w.]?\d)", re.ASCII)
"""International numbers (ITU E.164: fifteen digits at most); without `+` they are any number."""

EMAIL = re.compile(
    r"(?<![A-Za-z0-9.!#$%&'*+/=?^_{|}~-])[A-Za-z0-9._%+-]{1,64}+@"
    r"[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}",
    re.ASCII,
)
