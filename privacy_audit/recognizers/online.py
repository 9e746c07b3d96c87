"""Who somebody is on the net: pages of profiles, names of accounts."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._places import places
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_HOST_BEFORE = re.compile(r"(?:(?<![\w.@/-])|(?<=://))(?:[a-z0-9-]{1,30}\.){0,2}[a-z0-9-]{1,30}\Z", re.IGNORECASE)
_SCHEME_BEFORE = re.compile(r"https?://\Z", re.IGNORECASE)
_HOST_ENDS = (".com/", ".me/", ".net/", ".app/", ".tv/")
_SUBDOMAINS = frozenset(("www", "mobile", "old", "web", "business", "m"))
_PATH = re.compile(r"[^\s<>\"'`|\\^{}\[\]()«»,;]{1,200}")
_NAME = r"[\w.%~-]{2,60}"
# site -> the path of a page about one account. A person's page looks like a company's, except where `in/` tells.
_SITES = {
    "linkedin.com": (Confidence.HIGH, rf"(?:in|pub)/{_NAME}(?:/[a-z]{{2}})?"),
    "facebook.com": (
        Confidence.MEDIUM,
        rf"(?:profile\.php\?id=[0-9]{{5,20}}|people/[\w.%-]{{2,60}}/[0-9]{{5,20}}|(?!profile\.php){_NAME})",
    ),
    "fb.com": (Confidence.MEDIUM, _NAME),
    "instagram.com": (Confidence.MEDIUM, r"[\w.]{2,30}"),
    "twitter.com": (Confidence.MEDIUM, r"@?\w{2,15}(?:/status/[0-9]{5,20})?"),
    "x.com": (Confidence.MEDIUM, r"@?\w{2,15}(?:/status/[0-9]{5,20})?"),
    "github.com": (Confidence.MEDIUM, r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){1,38}"),
    "gitlab.com": (Confidence.MEDIUM, r"[A-Za-z0-9_][\w.-]{1,50}"),
    "tiktok.com": (Confidence.MEDIUM, r"@[\w.]{2,24}(?:/video/[0-9]{5,20})?"),
    "youtube.com": (Confidence.MEDIUM, r"(?:@[\w.-]{3,30}|user/[\w-]{3,30})"),
    "threads.net": (Confidence.MEDIUM, r"@[\w.]{2,30}"),
    "medium.com": (Confidence.MEDIUM, r"@[\w.]{2,30}"),
    "reddit.com": (Confidence.MEDIUM, r"(?:u|user)/[\w-]{3,20}"),
    "snapchat.com": (Confidence.MEDIUM, r"add/[\w.-]{3,15}"),
    "twitch.tv": (Confidence.MEDIUM, r"\w{4,25}"),
    "bsky.app": (Confidence.MEDIUM, r"profile/[\w.-]{4,80}"),
    "t.me": (Confidence.MEDIUM, r"[A-Za-z]\w{4,31}"),
    "vk.com": (Confidence.MEDIUM, r"(?:id[0-9]{1,12}|[A-Za-z][\w.]{3,31})"),
    "researchgate.net": (Confidence.HIGH, rf"profile/{_NAME}"),
}
_SITE_PATTERNS = {site: (sure, re.compile(path + r"/?(?=[?#]|$)")) for site, (sure, path) in _SITES.items()}
_SITE_PAGES = frozenset(
    """
    about accounts ads apps app blog business careers codespaces collections company contact customer-stories dashboard
    developer developers dialog directory direct discover download downloads enterprise events explore features fbml
    games group groups hashtag help home i images intent invite issues jobs join joinchat legal login login.php logout
    marketplace media messages new news nonprofit notifications orgs p page pages permalink.php photo photo.php photos
    plans platform plugins policies policy popular posts press pricing privacy public pulls readme reel
    reels resources search security sessions settings share sharer sharer.php shop signin signup site sitemap solutions
    sponsors stars static status stories story.php support team terms topics tos tr trending upload users videos watch
    video store subscriptions turbo api assets embed tag tags web feed index.php l.php people-search
    """.split()
)
# `@handle` as the first part of the path: Mastodon and its kin, on any host
_FEDIVERSE_URL = re.compile(
    r"https?://(?P<host>[\w-]{1,40}(?:\.[\w-]{1,40}){1,3})/@(?P<name>\w{2,30})(?:@[\w.-]{4,60}\w)?(?![\w/-]|\.\w)"
)
_PACKAGE_HOSTS = ("unpkg", "esm", "jsr", "skypack", "jspm", "npmjs", "jsdelivr", "deno")
_FEDIVERSE = re.compile(r"@[A-Za-z0-9_]{2,30}@(?:[a-z0-9-]{2,40}\.){1,3}[a-z]{2,12}(?![\w@.-]*[\w@])", re.IGNORECASE)
_ORCID = re.compile(r"(?<![\w-])(?:0000-000[1-3]|0009-00[0-9]{2})-[0-9]{4}-[0-9]{3}[0-9X](?![\w-])")
_ORCID_OF_NOBODY = "0000-0002-1825-0097"  # Josiah Carberry, a professor of cracked pots


def _profiles(text: str, start: int, end: int) -> Iterator[Hit]:
    for slash in places(text, ("/",), start, end):
        if not text.endswith(_HOST_ENDS, start, slash + 1):
            continue
        at = text.rindex(".", start, slash)
        host = _HOST_BEFORE.search(text, max(start, at - 60), at)
        if host is None:
            continue
        labels = f"{host.group()}{text[at:slash]}".lower().split(".")
        if not all(len(label) <= 2 or label in _SUBDOMAINS for label in labels[:-2]):
            continue
        sure, pattern = _SITE_PATTERNS.get(".".join(labels[-2:]), (None, None))
        path = _PATH.match(text, slash + 1, end)
        if sure is None or pattern is None or path is None or text[path.end() : path.end() + 1] in ("{", "<"):
            continue
        told = path.group().rstrip(".:!?*_")
        page = pattern.match(told)
        if page and re.split(r"[/?#]", told.lstrip("@"))[0].lower() not in _SITE_PAGES:
            scheme = _SCHEME_BEFORE.search(text, max(start, host.start() - 8), host.start())
            yield Hit(scheme.start() if scheme else host.start(), slash + 1 + page.end(), sure)


def _fediverse(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, ("/@",), start, end):
        first = max(text.rfind("http", max(start, at - 180), at), start)
        match = _FEDIVERSE_URL.match(text, first, end)
        if match and match.end() > at and not any(host in match["host"].split(".") for host in _PACKAGE_HOSTS):
            yield Hit(*match.span(), Confidence.MEDIUM)
    for at in places(text, ("@",), start, end):
        match = _FEDIVERSE.match(text, at, end)
        if match and not (text[at - 1 : at].isalnum() or text[at - 1 : at] in tuple("/._-+")):
            yield Hit(*match.span(), Confidence.HIGH)


def _orcids(text: str, start: int, end: int) -> Iterator[Hit]:
    for match in _ORCID.finditer(text, start, end):
        if match.group() == _ORCID_OF_NOBODY:
            yield Hit(*match.span(), Confidence.LOW, "placeholder")
        elif _is_orcid(match.group()):
            yield Hit(*match.span())


def _orcid_check(digits: str) -> str:
    """ISO/IEC 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def _is_orcid(written: str) -> bool:
    compact = written.replace("-", "")
    return _orcid_check(compact[:-1]) == compact[-1]


_HANDLE = re.compile(r"@(?P<name>[A-Za-z_][A-Za-z0-9_.]{0,28}[A-Za-z0-9_])(?![\w@/\-({]|\.\w)")
_HOST_TAIL = re.compile(r"\.(?:com|net|org|eu|io|co|[a-z]{2}\.uk|fr|de|be|ch|it|es|uk|us)$", re.IGNORECASE)
_KEY_AFTER = re.compile(r"[\"'] ?:| ?= ")  # `"@type": ` and `@readers = ` name settings
_LINE_END_AFTER = re.compile(r" *(?:\n|$|#)")  # a decorator, or one with a remark
_NO_HANDLES = frozenset(
    """
    media import keyframes font-face charset supports layer container page namespace property include mixin extend use
    forward apply tailwind if else for each while function return returns param params throws see since author version
    deprecated link override example type typedef private public protected readonly default class classmethod
    staticmethod dataclass abstractmethod cached_property wraps cache lru_cache overload final fixture pytest mock
    patch test before after autowired bean component controller service entity table column id inject nullable notnull
    interface suppresswarnings functionalinterface transactional requestmapping getmapping postmapping pathvariable
    everyone here channel all todo fixme latest next beta end begin implementation synthesize selector
    """.split()
)
_HANDLE_WORDS = (
    *("twitter", "tweet", "tweets", "tweeted", "retweet", "rt", "insta", "instagram", "tiktok", "snap", "snapchat"),
    *("telegram", "discord", "threads", "mastodon", "bluesky", "twitch", "youtube", "facebook", "linkedin", "github"),
    *("follow", "follows", "following", "followers", "suivre", "suivez", "suis", "abonne", "abonnez", "compte"),
    *("comptes", "account", "handle", "pseudo", "profil", "profile", "mention", "mentionne", "dm", "tag", "tague"),
    *("cc", "merci", "thanks", "ping", "contacter", "contactez", "joindre", "hello", "bonjour", "salut", "hey", "hi"),
)
_USERNAME_KEYS = (
    *("pseudo", "username", "user name", "user_name", "login", "identifiant", "nickname", "screen_name", "screen name"),
    *("d'utilisateur", "d’utilisateur", "benutzername", "gebruikersnaam", "user_login", "pseudonyme"),
)
_USERNAME = re.compile(
    r"(?P<sign>[:=]) ?(?P<quote>[\"'`«]?) ?(?P<name>@?[A-Za-z0-9À-ÿ][\w.\-]{1,38}\w)(?![\w@])"
    r"(?P<after>[\"'`»]?[^\w@]?|$)(?![@(\[{:/])"
)
_NO_USERNAMES = frozenset(
    """
    any array bool boolean bytes char config default email empty env false float int integer invalid list name none
    null object obligatoire optional optionnel password pseudo required requis self service str string success
    successful test text true undefined url user_name username utilisateur value valeur varchar vide account button
    failed form identifiant login mail nom page redirect
    """.split()
)
_ACCOUNTS_OF_NOBODY = frozenset(
    """
    admin administrator administrateur anonymous changeme example exemple foo guest nobody postgres root runner system
    tester ubuntu unknown user user1 www-data your-username your_username
    """.split()
)


def _handles(text: str, start: int, end: int) -> Iterator[Hit]:
    """Not the decorators, annotations, style rules and packages that code writes with the same sign."""
    for at in places(text, ("@",), start, end):
        before = text[at - 1 : at]
        if before and not (before.isspace() or before in "([,;:>«“\"'"):
            continue
        match = _HANDLE.match(text, at, end)
        if match is None or match["name"].lower() in _NO_HANDLES or _HOST_TAIL.search(match["name"]):
            continue
        if _KEY_AFTER.match(text, match.end()) or (_opens_line(text, at) and _LINE_END_AFTER.match(text, match.end())):
            continue
        yield Hit(*match.span())


def _opens_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", max(0, at - 200), at) + 1 : at].strip()


def _usernames(text: str, start: int, end: int) -> Iterator[Hit]:
    for at in places(text, (":", "="), start, end):
        if not text[max(start, at - 24) : at].rstrip(" \"'").lower().endswith(_USERNAME_KEYS):
            continue
        match = _USERNAME.match(text, at, end)
        if match is None:
            continue
        name = match["name"]
        if name.lower() in _NO_USERNAMES:
            continue
        if name.lower() in _ACCOUNTS_OF_NOBODY:
            yield Hit(*match.span("name"), Confidence.LOW, "placeholder")
            continue
        is_code = match["sign"] == "=" and not match["quote"] and re.fullmatch(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+", name)
        if not is_code:
            shaped = re.search(r"[0-9_]|[a-z][A-Z]|[.\-]", name) or match["quote"] or match["sign"] == "="
            ends = match["after"] in ("", "\n", ",", ";", ")", ".") or match["after"][-1:] == "\n"
            yield Hit(*match.span("name"), None if shaped or ends else Confidence.LOW)


def _letters(draw: random.Random, n_chars: int) -> str:
    return "".join(draw.choices(string.ascii_lowercase, k=n_chars))


def _example_handle(draw: random.Random) -> str:
    joint = draw.choice(("_", "", "."))
    return f"@{_letters(draw, draw.randint(3, 6))}{joint}{_letters(draw, draw.randint(3, 6))}{draw.choice(('', '75'))}"


def _example_username(draw: random.Random) -> str:
    return f"{_letters(draw, draw.randint(3, 8))}{draw.choice(('_', '.', ''))}{draw.randint(1, 999)}"


def _example_profile(draw: random.Random) -> str:
    name = _letters(draw, draw.randint(5, 12))
    return draw.choice(
        (
            f"https://www.linkedin.com/in/{name}-{_letters(draw, 6)}-{draw.randrange(10**6):06x}/",
            f"https://www.facebook.com/{name}.{_letters(draw, 5)}",
            f"https://facebook.com/profile.php?id=1000{draw.randrange(10**10):010d}",
            f"https://www.instagram.com/{name}_{draw.randrange(100)}/",
            f"https://x.com/{name}",
            f"twitter.com/{name}",
            f"https://github.com/{name}-{_letters(draw, 3)}",
            f"https://www.tiktok.com/@{name}",
            f"https://www.youtube.com/@{name}",
            f"https://t.me/{name}",
            f"https://vk.com/id{draw.randrange(10**8)}",
        )
    )


def _example_fediverse(draw: random.Random) -> str:
    host = f"{_letters(draw, 8)}.{draw.choice(('social', 'fr', 'online'))}"
    name = _letters(draw, 7)
    return f"@{name}@{host}" if draw.random() < 0.6 else f"https://{host}/@{name}"


def _example_orcid(draw: random.Random) -> str:
    digits = f"0000000{draw.choice('123')}{draw.randrange(10**7):07d}"
    whole = digits + _orcid_check(digits)
    return "-".join(whole[index : index + 4] for index in range(0, 16, 4))


_FRAMES = ("Mon profil : {} merci", "{}", "voir {}.", "[moi]({})", "find me at {}, or call")

RECOGNIZERS = (
    Recognizer(
        name="profile_url",
        entity_type="PROFILE_URL",
        summary="Pages of accounts on LinkedIn, Facebook, Instagram, X, GitHub, TikTok, YouTube, Telegram and others.",
        pattern="",
        search=_profiles,
        check=bool,
        alone=Confidence.MEDIUM,
        announced=None,
        trigger=Trigger(literals=("/",)),
        sources=("the sites' own help pages on the address of a profile",),
        example=_example_profile,
        frames=_FRAMES,
        detects=(
            "Profil : https://fr.linkedin.com/in/lucie-garnier-4b1a27/ (à jour)",
            "@lucie sur instagram.com/lucie.g75",
        ),
        ignores=(
            "https://www.linkedin.com/company/boite-inventee, https://www.linkedin.com/jobs/view/12",
            "https://www.facebook.com/sharer/sharer.php?u=x https://facebook.com/login https://facebook.com/groups/12",
            "https://twitter.com/intent/tweet?text=x https://x.com/i/flow/login https://x.com/search?q=a",
            "https://www.instagram.com/explore/tags/chat/ https://www.instagram.com/p/CxYz123/",
            "https://github.com/boite/projet https://github.com/features https://github.com/boite/projet/issues/3",
            "https://www.youtube.com/watch?v=abcdefghijk https://t.me/joinchat/abc https://netflix.com/lucie",
        ),
    ),
    Recognizer(
        name="fediverse",
        entity_type="PROFILE_URL",
        summary="Accounts of Mastodon and its kin: @name@host, or a page /@name.",
        pattern="",
        search=_fediverse,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("@",)),
        sources=("RFC 7565 (acct)", "Mastodon documentation, WebFinger"),
        example=_example_fediverse,
        frames=_FRAMES,
        detects=("Suivez @lucie_g@piaille-invente.fr !", "https://mastodon-invente.social/@lucie_g"),
        ignores=(
            "https://unpkg.com/@scope https://www.npmjs.com/package/@types/node",
            "npm i @types/node@18.0.1 @vue/cli@latest",
            "lucie@boite.fr",
        ),
    ),
    Recognizer(
        name="orcid",
        entity_type="PROFILE_URL",
        summary="Identifiers of researchers (ORCID), by their check character.",
        pattern="",
        search=_orcids,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("-00",)),
        sources=("ORCID, structure of the identifier", "ISO/IEC 7064 (MOD 11-2)"),
        example=_example_orcid,
        frames=("ORCID : {}", "{}", "https://orcid.org/{}", "iD {}.", "({})"),
        detects=(f"https://orcid.org/{_example_orcid(random.Random(1))}",),  # noqa: S311 - an example, no secret
        ignores=("0000-0001-2345-6780", "0000-0002-1825-0097", "série 0000-0000-0000-0000"),
    ),
    Recognizer(
        name="handle",
        entity_type="USERNAME",
        summary="Names of accounts behind @, surer where a word speaks of a network or addresses somebody.",
        pattern="",
        search=_handles,
        alone=Confidence.LOW,
        context=_HANDLE_WORDS,
        trigger=Trigger(literals=("@",)),
        sources=("the networks' own rules for names of accounts",),
        example=_example_handle,
        frames=("Suivez {} sur Instagram", "RT {} trop bien", "merci {} !", "my Twitter is {}", "contacter ({}) en DM"),
        detects=("Follow @lucie_g75 for more", "@lucie.garnier merci pour hier"),
        ignores=(
            "@property\n@functools.lru_cache(maxsize=None)\n@dataclass\ndef f(): ...",
            "@media screen, @import url(x); @keyframes a",
            "suivre npm install @types/node, a@b.fr, HEAD@{1}",
            "/** @param account le compte @return rien */",
        ),
    ),
    Recognizer(
        name="username",
        entity_type="USERNAME",
        summary="Names of accounts behind `pseudo :`, `username=`, `login :`.",
        pattern="",
        search=_usernames,
        alone=Confidence.MEDIUM,
        announced=None,
        trigger=Trigger(literals=(":", "=")),
        sources=("this project's own list of words",),
        example=_example_username,
        frames=("Pseudo : {}", "username={}", '"username": "{}",', "login : {} puis valider", "Identifiant: {}."),
        detects=("pseudo : lulu_du_75, inscrite en mai", "USERNAME=lgarnier", "Nom d'utilisateur : lucie.garnier"),
        ignores=(
            "def login(username: str, handle: int) -> None: ...",
            "username=self.username, login: admin, username: required",
            "Veuillez saisir votre identifiant : celui qui figure sur la carte.",
            "Login: please enter your name",
        ),
    ),
)
