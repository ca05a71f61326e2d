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


_AFTER_WORD = r"(?<![A-Za-z0-9])"

SECRETS = (
    _pattern("slack token", "xox", _AFTER_WORD + r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}+"),
    _pattern("slack token", "xapp-", _AFTER_WORD + r"xapp-[0-9]-[A-Za-z0-9-]{8,}+"),
    _pattern(
        "slack webhook",
        "hooks.slack.com",
        r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{8,}+",
    ),
    _pattern("github token", "gh", _AFTER_WORD + r"gh[pousr]_[A-Za-z0-9]{20,}+"),
    _pattern("github token", "github_pat_", _AFTER_WORD + r"github_pat_[A-Za-z0-9_]{20,}+"),
    _pattern("gitlab token", "glpat-", _AFTER_WORD + r"glpat-[A-Za-z0-9_-]{16,}+"),
    *(
        _pattern("aws key", start.lower(), _AFTER_WORD + start + r"[A-Z0-9]{16}(?![A-Za-z0-9])")
        for start in ("AKIA", "ASIA", "ABIA", "ACCA")
    ),
    _pattern("google key", "aiza", _AFTER_WORD + r"AIza[A-Za-z0-9_-]{35,}+"),
    _pattern("google key", "ya29.", _AFTER_WORD + r"ya29\.[A-Za-z0-9_-]{20,}+"),
    _pattern("google key", "gocspx-", _AFTER_WORD + r"GOCSPX-[A-Za-z0-9_-]{20,}+"),
    _pattern("stripe key", "k_", _AFTER_WORD + r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}+"),
    _pattern("stripe key", "whsec_", _AFTER_WORD + r"whsec_[A-Za-z0-9+/=]{16,}+"),
    _pattern("anthropic key", "sk-ant-", _AFTER_WORD + r"sk-ant-[A-Za-z0-9_-]{10,}+"),
    _pattern("openai key", "sk-", _AFTER_WORD + r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}+"),
    _pattern("npm token", "npm_", _AFTER_WORD + r"npm_[A-Za-z0-9]{30,}+"),
    _pattern("pypi token", "pypi-age", _AFTER_WORD + r"pypi-AgE[A-Za-z0-9_-]{30,}+"),
    _pattern("sendgrid key", "sg.", _AFTER_WORD + r"SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}+"),
    _pattern("vault token", "hv", _AFTER_WORD + r"hv[sbr]\.[A-Za-z0-9_-]{20,}+"),
    _pattern("docker token", "dckr_", _AFTER_WORD + r"dckr_[po]at_[A-Za-z0-9_-]{20,}+"),
    _pattern("digitalocean token", "do", _AFTER_WORD + r"do[opr]_v1_[a-f0-9]{40,}+"),
    _pattern("hugging face token", "hf_", _AFTER_WORD + r"hf_[A-Za-z0-9]{30,}+"),
    _pattern("databricks token", "dapi", _AFTER_WORD + r"dapi[a-f0-9]{32}(?![A-Za-z0-9])"),
    _pattern("atlassian token", "atatt3", _AFTER_WORD + r"ATATT3[A-Za-z0-9_=-]{60,}+"),
    _pattern("shopify token", "shp", _AFTER_WORD + r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,}+"),
    _pattern("grafana token", "gl", _AFTER_WORD + r"gl(?:sa|c)_[A-Za-z0-9_=+/]{30,}+"),
    _pattern("sentry token", "sntry", _AFTER_WORD + r"sntry[su]_[A-Za-z0-9_=+/.-]{30,}+"),
    _pattern("linear key", "lin_api_", _AFTER_WORD + r"lin_api_[A-Za-z0-9]{30,}+"),
    _pattern("twilio key", "sk", _AFTER_WORD + r"SK[a-f0-9]{32}(?![A-Za-z0-9])"),
    _pattern("age key", "age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}+"),
    _pattern("fernet token", "gaaaaa", _AFTER_WORD + r"gAAAAA[A-Za-z0-9_-]{60,}+={0,2}"),
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
    _pattern(
        "jwt",
        "eyj",
        _AFTER_WORD + r"eyJ[A-Za-z0-9_-]{6,}+\.[A-Za-z0-9_-]{6,}+(?:\.[A-Za-z0-9_-]*+)?",
    ),
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

CARD = re.compile(r"(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![\d-])", re.ASCII)
IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",
    re.ASCII,
)
PHONE = re.compile(r"(?<![\w+.])\+[1-9](?:[ ()./-]{0,2}\d){6,14}(?![\w.]?\d)", re.ASCII)
"""International numbers (ITU E.164: fifteen digits at most); without `+` they are any number."""

EMAIL = re.compile(
    r"(?<![A-Za-z0-9.!#$%&'*+/=?^_{|}~-])[A-Za-z0-9._%+-]{1,64}+@"
    r"[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}",
    re.ASCII,
)
