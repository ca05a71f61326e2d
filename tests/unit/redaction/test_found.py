"""Each kind of secret is found by its looks, and ordinary engineers' text is left alone."""

from pathlib import Path

import pytest

from bot.domain.redaction import Options, kinds, redact

EVERYTHING = Options(secrets=True, numbers=True, emails=True)
# Written in two parts, so that no scanner takes this file for a leak.
SAMPLES = {
    "slack token": [
        "xox" + "b-123456789012-abcdefGHIJ",
        "xap" + "p-1-A0123-456-abcdef",
        "xox" + "e-1-My0xLTEyMzQ1Njc4OTAx",
        "xox" + "e.xox" + "p-1-Mi0yLTEyMzQ1Njc4OTAx",
        "xox" + "d-abcdefghijklmnop",
    ],
    "vault token": ["hv" + "s.CAESIJ3kq9wVt1a2b3c4d5e6f7"],
    "docker token": ["dckr" + "_pat_a1B2c3D4e5F6g7H8i9J0k1L2"],
    "digitalocean token": ["dop" + "_v1_" + "a1b2c3d4" * 8],
    "hugging face token": ["hf" + "_" + "aBcDeFgH" * 4],
    "databricks token": ["dap" + "i" + "0123456789abcdef" * 2],
    "atlassian token": ["ATATT" + "3xFfGF0" + "a1B2c3D4" * 8],
    "shopify token": ["shp" + "at_" + "0123456789abcdef" * 2],
    "grafana token": ["gls" + "a_" + "a1B2c3D4" * 4 + "_0a1b2c3d"],
    "sentry token": ["sntry" + "s_" + "eyJpYXQiOjE2" * 4],
    "linear key": ["lin" + "_api_" + "a1B2c3D4" * 5],
    "twilio key": ["S" + "K" + "0123456789abcdef" * 2],
    "age key": ["AGE-SECRET" + "-KEY-1" + "QPZRY9X8GF2TVDW0S3JN" * 3],
    "fernet token": ["gAAA" + "AABl" + "a1-B2_c3" * 40 + "=="],
    "azure key": [
        "DefaultEndpointsProtocol=https;Account" + "Key=" + "a1B2c3+/" * 10 + "a1B2c3==",
        "Endpoint=sb://x.example/;SharedAccess" + "Key=" + "a1B2c3D4" * 5 + "abc=",
        "abc8" + "Q~" + "a1.B2~c3-" * 4,
    ],
    "azure signature": ["https://x.example/c?sv=2024&s" + "ig=" + "a1B2c3%2B" * 5 + "%3D"],
    "slack webhook": ["https://hooks.slack" + ".com/services/T0/B0/abcdefghijk"],
    "github token": ["gh" + "p_" + "a1B2c3" * 6, "github" + "_pat_" + "a1B2c3" * 5],
    "gitlab token": ["glpat" + "-a1B2c3d4e5f6g7h8i9"],
    "aws key": ["AKI" + "AIOSFODNN7ABCDEFG"],
    "google key": ["AIz" + "a" + "b" * 35, "ya29" + ".a0AfH6SMBxxxxxxxxxxxxxxxx"],
    "stripe key": ["sk" + "_live_4eC39HqLyjWDarjtT1zdp7dc"],
    "anthropic key": ["sk-" + "ant-api03-abcdefghijklmnop"],
    "openai key": ["sk-" + "proj-" + "a1B2" * 10],
    "jwt": ["eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"],
    "authorization header": ["Authorization: Bearer " + "abcdef1234567890ghij"],
    "password in an address": [
        "postgresql://app:hunter2" + "@db.internal/app",
        "mongodb+srv://app:hunter2" + "@db.internal/app",
        "redis://:hunter2" + "@cache.internal:6379/0",
        "amqp://guest:guest" + "@mq.internal//",
        "jdbc:oracle:thin:scott/tiger" + "@//db.internal:1521/app",
    ],
    "private key": [
        "-----BEGIN RSA PRIVATE " + "KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE " + "KEY-----\nb3BlbnNz\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE " + "KEY-----\nMIIFDj\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN PGP PRIVATE " + "KEY BLOCK-----\n\nlQdG\n-----END PGP PRIVATE KEY BLOCK-----",
    ],
    "password or key": [
        "db_password=hunter2x!",
        "the password is hunter2x",
        '"api_key": "ab12cd34ef"',
        "Server=db;User Id=app;Password=" + "hunter2x;Encrypt=yes",
        "jdbc:postgresql://db/app?user=app&password=" + "hunter2x",
        "TEAMLEAD_SECRETS_KEY=" + "r4Ql9_xT2-mZp0Kc7Vd1Yh8Bn3Wf6Js5Ug4Ea2Ox1Iw=",
    ],
    "random value": [
        "dG9rZW4gQb7xZ2k9Lm4Rt8Vw3Ya6",
        "r4Ql9_xT2-mZp0Kc7Vd1Yh8Bn3Wf6Js5Ug4Ea2Ox1Iw=",
    ],
}


@pytest.mark.parametrize(
    ("kind", "secret"), [(kind, secret) for kind, found in SAMPLES.items() for secret in found]
)
@pytest.mark.parametrize("around", ["{}", "see {} please", "a\n{}\nb", "`{}`", "key={}"])
def test_a_secret_is_found(kind: str, secret: str, around: str) -> None:
    text = around.format(secret)
    assert kinds(text)
    assert secret not in redact(text)
    assert kind in kinds(text) or around == "key={}"


def test_the_rest_of_the_text_stays() -> None:
    text = "use postgresql://app:hunter2" + "@db/app and go"
    assert redact(text) == "use postgresql://app:[secret: password in an address]@db/app and go"


def test_personal_numbers() -> None:
    text = "card 4111 1111 1111 1111, account DE89 3704 0044 0532 0130 00"
    assert redact(text) == "card [personal: card number], account [personal: iban]"
    assert kinds(text) == ()  # nothing that could be rotated
    wrong = "4111 1111 1111 1112 and DE88 3704 0044 0532 0130 00"
    assert redact(wrong) == wrong


def test_addresses_only_when_asked() -> None:
    text = "write to someone@example.com"
    assert redact(text) == text
    assert redact(text, EVERYTHING) == "write to [personal: e mail address]"


@pytest.mark.parametrize(
    "number", ["+4917012345678", "+49 (0)170 1234-567", "+1 555-010-9999", "+44.20.7946.0958"]
)
def test_phone_numbers_only_when_asked(number: str) -> None:
    text = f"call {number}, please"
    assert redact(text) == text
    assert redact(text, Options(phones=True)) == "call [personal: phone number], please"


@pytest.mark.parametrize("text", ["+100 rps", "x+12345678901", "UTC+02:00", "+1.5%", "+10,000,000"])
def test_other_numbers_with_a_plus_stay(text: str) -> None:
    assert redact(text, Options(phones=True)) == text


def test_nothing_when_switched_off() -> None:
    text = SAMPLES["github token"][0]
    assert redact(text, Options(secrets=False)) == text


@pytest.mark.parametrize(
    "text",
    [
        "commit 5be18da and image sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b",
        "id 123e4567-e89b-12d3-a456-426614174000 at 1700000001.000100",
        "tests/unit/redaction/test_found.py::test_a_secret_is_found",
        "com.example.billing.InvoiceRepositoryImpl2024",
        "tokens expire after 15 minutes; the password is required",
        "password: ${DB_PASSWORD} and token: <your token>",
        "rate limit key = tenant_id, secret: vault/path/to-it",
        "https://example.com/a/b?page=2#section",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


def test_our_own_texts_stay() -> None:
    """The team's own charters and cards must reach the model as they are."""
    for path in Path("bot/team").rglob("*.md"):
        text = path.read_text("utf-8")
        assert redact(text) == text, path
