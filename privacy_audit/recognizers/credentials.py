"""Passwords, tokens and keys. The forms are those that the issuing services publish, written down here anew."""

from __future__ import annotations

import base64
import json
import random
import re
import string
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._places import places
from privacy_audit.recognizers.contact import is_example_domain
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_ALNUM = string.ascii_letters + string.digits
_BASE64URL = _ALNUM + "-_"
_END = r"(?![A-Za-z0-9_\-])"
# how a token begins -> what follows
_TOKENS = {
    **{start: "[A-Z0-9]{16}" for start in ("AKIA", "ASIA")},
    **{start: "[A-Za-z0-9]{36,251}" for start in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")},
    "github_pat_": "[A-Za-z0-9_]{82}",
    "glpat-": r"[\w\-]{20,300}(?:\.[0-9a-z]{2,9}){0,2}",
    **{f"xox{kind}-": r"[A-Za-z0-9\-]{20,250}" for kind in "abeoprs"},
    "hooks.slack.com/services/": "T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{20,28}",
    **{start: "[A-Za-z0-9]{16,250}" for start in ("sk_live_", "rk_live_", "sk_test_", "rk_test_")},
    "whsec_": "[A-Za-z0-9]{32,64}",
    "AIza": r"[\w\-]{35}",
    "sk-": r"[\w\-]{20,250}",  # OpenAI, and Anthropic's sk-ant-
    "hf_": "[A-Za-z0-9]{34,40}",
    "npm_": "[A-Za-z0-9]{36}",
    "pypi-AgE": r"[\w\-]{50,400}",  # an encoded token always begins like that
    "SG.": r"[\w\-]{22}\.[\w\-]{43}",
    "SK": "[0-9a-f]{32}",
    "dop_v1_": "[0-9a-f]{64}",
    "shpat_": "[0-9a-fA-F]{32}",
}
_TOKEN_PATTERNS = {start: re.compile(re.escape(start) + rest + _END) for start, rest in _TOKENS.items()}
# the underscore is rare in prose: one look instead of a dozen
_TOKEN_TRIGGERS = ("_", "xox", ":AA", *(start for start in _TOKENS if "_" not in start and start[:3] != "xox"))
_TELEGRAM = re.compile(r"(?<![\w:])[0-9]{8,10}:AA[\w\-]{33}" + _END)
_MADE_UP = re.compile(r"example|placeholder|changeme|your|x{5}|0{8}|1234567|abcdefg|\*{3}|\.{3}", re.IGNORECASE)
_MIN_DISTINCT_CHARS = 8

_AWS_SECRET = re.compile(r"[A-Za-z0-9/+](?<![A-Za-z0-9/+].)[A-Za-z0-9/+]{39}(?![A-Za-z0-9/+=])")
_JWT = re.compile(r"(?<![\w.\-])(?P<header>eyJ[\w\-]{10,2000})\.[\w\-]{4,8000}\.[\w\-]{16,2000}(?![\w\-])")
_PEM_START = re.compile(r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s\\]{0,20000}")
_MAX_PEM_CHARS = 20_000
_URL_LOGIN = re.compile(
    r"://(?P<value>[^\s:/@\"'<>\\]{0,64}:(?P<password>[^\s:/@\"'<>\\]{1,128}))@(?P<host>[\w.\-\[\]]+)"
)


def _is_made_up(secret: str) -> bool:
    """``xxxx``, ``EXAMPLE`` and the like; real ones are drawn at random."""
    return bool(_MADE_UP.search(secret)) or len(set(secret)) < min(_MIN_DISTINCT_CHARS, len(secret))


def _tokens(text: str, start: int, end: int) -> Iterator[Hit]:
    for prefix, pattern in _TOKEN_PATTERNS.items():
        for at in places(text, (prefix,), start, end):
            match = pattern.match(text, at, end)
            if match is None or (prefix[0].isalnum() and text[at - 1 : at].isalnum()):
                continue
            body = match.group()[len(prefix) :]
            if prefix == "sk-" and not (any(map(str.isdigit, body)) and any(map(str.isupper, body))):
                continue  # a name in a style sheet: sk-loading-wrapper
            if _is_made_up(body) or "_test_" in prefix:
                yield Hit(*match.span(), Confidence.LOW, "placeholder")
            else:
                yield Hit(*match.span())
    for at in places(text, (":AA",), start, end):
        match = _TELEGRAM.search(text, max(start, at - 10), min(end, at + 48))
        if match:
            yield Hit(*match.span())


def _aws_secrets(text: str, start: int, end: int) -> Iterator[Hit]:
    """Forty characters of base64 are also a SHA-1 in hexadecimal, or a path."""
    for match in _AWS_SECRET.finditer(text, start, end):
        value = match.group()
        if re.search(r"[G-Zg-z]", value) and re.search(r"[0-9]", value) and re.search(r"[A-Z]", value):
            yield Hit(*match.span(), *((Confidence.LOW, "placeholder") if _is_made_up(value) else ()))


def _jwts(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, ("eyJ",), start, end):
        match = _JWT.match(text, at, end)
        if match and _is_jwt_header(match["header"]):
            yield Hit(*match.span())


def _is_jwt_header(part: str) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header


def _private_keys(text: str, start: int, end: int) -> Iterator[Hit]:
    """The whole block, so that what hides the finding hides the key."""
    for at in places(text, ("-----BEGIN ",), start, end):
        head = _PEM_START.match(text, at, end)
        if head is None:
            continue
        limit = min(end, head.end() + _MAX_PEM_CHARS)
        foot = text.find("PRIVATE KEY", head.end(), limit)
        last = text.find("-----", foot, limit) if foot >= 0 else -1
        if last >= 0:
            yield Hit(at, last + 5)
        else:
            body = _PEM_BODY.match(text, head.end(), limit)
            yield Hit(at, head.end() + len(body.group().rstrip()) if body else head.end())


def _url_logins(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, ("://",), start, end):
        match = _URL_LOGIN.match(text, at, end)
        if match:
            reading = _reading(match["password"], quoted=True)
            if reading is None:
                continue
            if is_example_domain(match["host"].lower()):
                yield Hit(*match.span("value"), Confidence.LOW, "placeholder")
            elif reading[1] or (reading[0] < Confidence.MEDIUM and "." not in match["host"]):
                yield Hit(*match.span("value"), *reading)
            else:
                yield Hit(*match.span("value"))


_PASSWORD_KEYS = (
    *("password", "passwd", "pwd", "passphrase", "mot de passe", "mdp", "mot_de_passe", "motdepasse", "passwort"),
    *("contraseña", "wachtwoord"),
)
_TOKEN_KEYS = (
    *("api_key", "api-key", "apikey", "api key", "access_token", "accesstoken", "auth_token", "authtoken", "secret"),
    *("secret_key", "secretkey", "private_token", "clé d'api", "clé d’api", "clé api"),
)
_VALUE = (
    r"(?:(?P<quote>[\"'`«]) ?(?P<quoted>[^\s\"'`«»<>]{3,128}) ?[\"'`»]"
    r"|(?P<bare>[^\s\"'`«»<>(){}\[\],;|]{4,256})(?![^\s\"'`«»<>)}\],;|]))"
)
_AFTER_SIGN = re.compile(r"[:=]{1,2}>? {0,3}" + _VALUE)
_AFTER_VERB = re.compile(r"(?:asswor[dt]|ot de passe)(?: [a-zà-ÿ'’]{1,15}){0,3} (?:is|est|ist) ?:? " + _VALUE)
_AFTER_BEARER = re.compile("earer " + _VALUE)
_PLACEHOLDERS = frozenset(
    """
    change changeit changeme changethis default dummy example exemple foo foobar hunter2 mot_de_passe motdepasse mypass
    mypassword none null p@ssw0rd pass passw0rd passwd password password1 password123 placeholder pwd redacted required
    secret string test test123 token undefined value votre-mot-de-passe xxx your-password your_password yourpassword
    """.split()
)
# `password=password` hands a variable on
_NAMES_OF_THEMSELVES = frozenset("password passwd pwd secret token none null string undefined value true false".split())
_FILLER = frozenset("*•.●xX-_?#~·")
# a variable, a field, a constant, a call, a path, an address: something that stands for a password
_CODE = re.compile(
    r"[A-Za-z_][A-Za-z_]*(?:[.:\-_/][A-Za-z_]*)+[0-9]?|[A-Z][A-Z0-9_]*_[A-Z0-9_]*|[$%&@]\{?[A-Za-z_({].*|[{<\[(].*"
    r"|https?:.*|\.{0,2}/.*|[A-Za-z_]\w*\(.*|%[sd]"
)
_VARIABLE = re.compile(r"[a-z][a-z0-9]*(?:[_.][a-z0-9]+)+")
_STRONG = re.compile(r"[0-9@#$%&*+^~=]")
_MIN_PASSWORD_CHARS, _MIN_TOKEN_CHARS = 6, 12


def _reading(value: str, *, quoted: bool) -> tuple[Confidence, str | None] | None:
    """How sure a value that follows `password =` is one; None for what is code."""
    if not quoted and value.lower() in _NAMES_OF_THEMSELVES:
        return None
    if value.lower() in _PLACEHOLDERS or set(value) <= _FILLER or _MADE_UP.search(value):
        return Confidence.LOW, "placeholder"
    if _CODE.fullmatch(value):
        return None
    if len(value) >= _MIN_PASSWORD_CHARS and _STRONG.search(value):
        return Confidence.MEDIUM, None
    return (Confidence.LOW, None) if quoted or len(value) >= _MIN_PASSWORD_CHARS else None


def _assigned(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, (":", "="), start, end):
        key = text[max(start, at - 40) : at].rstrip(" \"'0123456789").lower()
        if key.endswith(_PASSWORD_KEYS) or "mot de passe" in key:
            yield from _value_hit(_AFTER_SIGN.match(text, at, end), is_token=False)
        elif key.endswith(_TOKEN_KEYS):
            yield from _value_hit(_AFTER_SIGN.match(text, at, end), is_token=True)
    for at in places(text, ("asswor", "ot de passe"), start, end):
        # `the password is required`
        yield from (
            hit
            for hit in _value_hit(_AFTER_VERB.match(text, at, end), is_token=False)
            if hit.confidence == Confidence.MEDIUM
        )
    for at in places(text, ("earer ",), start, end):
        yield from _value_hit(_AFTER_BEARER.match(text, at, end), is_token=True)


def _value_hit(match: re.Match[str] | None, *, is_token: bool) -> Iterator[Hit]:
    if match is None:
        return
    group = "bare" if match["quoted"] is None else "quoted"
    value = match[group].rstrip(".,:?!") if group == "bare" else match[group]
    reading = _reading(value, quoted=group == "quoted") if value else None
    if reading is None:
        return
    # short words stand behind `secret:` and `bearer` in any text
    doubtful = len(value) < _MIN_TOKEN_CHARS or reading[0] < Confidence.MEDIUM or bool(_VARIABLE.fullmatch(value))
    if not (is_token and reading[1] is None and doubtful):
        yield Hit(match.start(group), match.start(group) + len(value), *reading)


def _drawn(draw: random.Random, alphabet: str, n_chars: int) -> str:
    return "".join(draw.choices(alphabet, k=n_chars))


def _example_token(draw: random.Random) -> str:
    """Put together when it runs, so that no file holds what looks like a token."""
    return draw.choice(
        (
            lambda: "AK" + "IA" + _drawn(draw, string.ascii_uppercase + "234567", 16),
            lambda: "gh" + draw.choice("pousr") + "_" + _drawn(draw, _ALNUM, 36),
            lambda: "github" + "_pat_" + _drawn(draw, _ALNUM, 22) + "_" + _drawn(draw, _ALNUM, 59),
            lambda: "gl" + "pat-" + _drawn(draw, _BASE64URL, 20),
            lambda: "xo" + "xb-" + "-".join((_drawn(draw, string.digits, 12),) * 2 + (_drawn(draw, _ALNUM, 24),)),
            lambda: "sk" + "_live_" + _drawn(draw, _ALNUM, 24),
            lambda: "AI" + "za" + _drawn(draw, _BASE64URL, 35),
            lambda: "sk" + "-proj-" + _drawn(draw, _BASE64URL, 48),
            lambda: "sk" + "-ant-api03-" + _drawn(draw, _BASE64URL, 95),
            lambda: "h" + "f_" + _drawn(draw, string.ascii_letters, 34),
            lambda: "np" + "m_" + _drawn(draw, _ALNUM, 36),
            lambda: "pypi" + "-AgEIcHlwaS5vcmc" + _drawn(draw, _BASE64URL, 120),
            lambda: "S" + "G." + _drawn(draw, _BASE64URL, 22) + "." + _drawn(draw, _BASE64URL, 43),
            lambda: "S" + "K" + _drawn(draw, "0123456789abcdef", 32),
            lambda: _drawn(draw, "123456789", 9) + ":A" + "A" + _drawn(draw, _BASE64URL, 33),
        )
    )()


def _example_aws_secret(draw: random.Random) -> str:
    return _drawn(draw, _ALNUM + "/+", 40)


def _example_jwt(draw: random.Random) -> str:
    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    header = json.dumps({"alg": draw.choice(("HS256", "RS256")), "typ": "JWT"}, separators=(",", ":"))
    payload = json.dumps({"sub": str(draw.randrange(10**9)), "iat": draw.randrange(10**9)})
    return f"{encoded(header.encode())}.{encoded(payload.encode())}.{encoded(draw.randbytes(32))}"


def _example_private_key(draw: random.Random) -> str:
    kind = draw.choice(("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "))
    body = "\n".join(_drawn(draw, _ALNUM + "+/", 64) for _ in range(draw.randint(2, 12)))
    return f"-----BEGIN {kind}PRIVATE" + f" KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"


def _example_password(draw: random.Random) -> str:
    return _drawn(draw, _ALNUM, draw.randint(5, 11)) + draw.choice("23456789") + draw.choice("@+*=kL7")


def _example_login(draw: random.Random) -> str:
    return f"{_drawn(draw, string.ascii_lowercase, 6)}:{_example_password(draw).replace('@', '')}"


_DRAW = random.Random(1)  # noqa: S311 - examples, no secrets

RECOGNIZERS = (
    Recognizer(
        name="api_token",
        entity_type="CREDENTIAL",
        summary="Keys and tokens of known services: AWS, GitHub, Slack, Stripe, Google, OpenAI, PyPI and others.",
        pattern="",
        search=_tokens,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=_TOKEN_TRIGGERS),
        sources=(
            "detect-secrets and gitleaks: which services give out tokens with a form of their own",
            "GitHub, Behind GitHub's new authentication token formats",
            "AWS IAM identifiers, unique identifiers",
        ),
        example=_example_token,
        frames=("clé : {}", "{}", "export TOKEN={}", 'token = "{}"', "Authorization: Bearer {}"),
        detects=(f"export GITHUB={'gh' + 'p_'}{_drawn(_DRAW, _ALNUM, 36)}",),
        ignores=(
            "AK" + "IAIOSFODNN7EXAMPLE",
            "gh" + "p_" + "x" * 36,
            "<div class='sk-folding-cube-animation-wrapper'>",
            "sk" + "_test_" + _drawn(_DRAW, _ALNUM, 24),
            "hf_hub_download, npm_config_registry, SG.11, MASKED",
        ),
    ),
    Recognizer(
        name="aws_secret_key",
        entity_type="CREDENTIAL",
        summary="Secret keys of AWS, when a word announces them.",
        pattern="",
        search=_aws_secrets,
        check=bool,
        announced=Confidence.HIGH,
        context=("aws", "amazon", "secretaccesskey", "secret", "iam"),
        trigger=Trigger(literals=("aws", "AWS", "ecret")),
        sources=("AWS IAM, access keys",),
        example=_example_aws_secret,
        frames=(
            "aws_secret_access_key = {}",
            "AWS_SECRET_ACCESS_KEY={}",
            'SecretAccessKey: "{}"',
            "secret AWS : {}",
            "(AWS secret {})",
        ),
        detects=(f"aws_secret_access_key = {_example_aws_secret(random.Random(3))}",),  # noqa: S311 - an example
        ignores=(
            "secret 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "aws " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
        ),
    ),
    Recognizer(
        name="jwt",
        entity_type="CREDENTIAL",
        summary="JSON Web Tokens, whose first part decodes to a header.",
        pattern="",
        search=_jwts,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("eyJ",)),
        sources=("RFC 7519", "RFC 7515, 4.1"),
        example=_example_jwt,
        frames=("Authorization: Bearer {}", "{}", "jeton {}", '"token": "{}"', "cookie={}; path=/"),
        detects=(f"Bearer {_example_jwt(_DRAW)}",),
        ignores=("eyJabcdefghijkl.eyJabcdefghijkl.abcdefghijklmnopqrst", "eyJhbGciOiJIUzI1NiJ9"),
    ),
    Recognizer(
        name="private_key",
        entity_type="CREDENTIAL",
        summary="Private keys in PEM form, with what stands between their marks.",
        pattern="",
        search=_private_keys,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("-----BEGIN ",)),
        sources=("RFC 7468, 10 and 11", "RFC 4716"),
        example=_example_private_key,
        frames=("{}", "clé :\n{}\nfin", "cat key.pem\n{}", 'key = """{}"""', "{}\n"),
        detects=("-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEabc123",),
        ignores=("-----BEGIN CERTIFICATE-----\nMIIEabc123", "-----BEGIN PUBLIC KEY-----", "the private key is kept"),
    ),
    Recognizer(
        name="url_password",
        entity_type="CREDENTIAL",
        summary="User name and password inside the address of a service.",
        pattern="",
        search=_url_logins,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("://",)),
        sources=("RFC 3986, 3.2.1",),
        example=_example_login,
        frames=(
            "postgres://{}@db.boite-inventee.fr/base",
            "https://{}@depot.boite-inventee.fr/x.git",
            "redis://{}@10.0.0.4:6379",
            'url="mongodb://{}@m.boite-inventee.fr"',
            "ftp://{}@ftp.boite-inventee.fr.",
        ),
        detects=("postgres://lucie" + ":Soleil2024@db.boite-inventee.fr/base",),
        ignores=(
            "postgres://user:password@localhost/db",
            "https://boite-inventee.fr:8080/a@b",
            "https://user:12345@example.com => https://user@example.com",
            "https://${USER}:${PASS}@depot.boite-inventee.fr",
        ),
    ),
    Recognizer(
        name="password",
        entity_type="CREDENTIAL",
        summary="Passwords and tokens behind a word that announces them; what stands for one is told apart.",
        pattern="",
        search=_assigned,
        check=bool,
        alone=Confidence.MEDIUM,
        announced=None,
        trigger=Trigger(literals=(":", "=", "asswor"), words=("passe", "bearer")),
        sources=("detect-secrets, keyword detector: which words announce a secret",),
        example=_example_password,
        frames=(
            "mot de passe : {}",
            "password={}",
            '{"password": "{}"}',
            "Le mot de passe est {}.",
            "DB_PASSWORD='{}'",
        ),
        detects=(
            "Mot de passe wifi : Soleil2024!",
            'api_key = "q8Zt71Lm03Vx9s"',
            "mdp: azerty75",
            "Your password is Wint3rSun, keep it.",
        ),
        ignores=(
            "password=changeme, password: ****, password: <password>, mdp : XXXXXXXX",
            "def login(password: str, token=None): return check(password=self.password)",
            "password = os.environ['DB_PASSWORD']; password: ${DB_PASSWORD}",
            "Le mot de passe est obligatoire. Mot de passe oublié ? Votre mot de passe doit contenir 8 caractères.",
            'label: "Password", placeholder="Enter your password", type="password"',
            "password = get_password(user); token: string; api_key: config.api_key",
            "Password reset: https://boite-inventee.fr/reset?x=1",
        ),
    ),
)
