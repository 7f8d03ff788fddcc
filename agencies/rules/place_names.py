"""Names of places: how they are written, folded for comparison, and shown."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from agencies.rules.place_codes import PROVINCE, REGENCY

# Words that people shorten. Both what is stored and what is typed go through this table.
WHOLE_WORDS = {
    "adm": "administrasi",
    "gn": "gunung",
    "gng": "gunung",
    "kab": "kabupaten",
    "kb": "kebon",
    "kby": "kebayoran",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "kep": "kepulauan",
    "kp": "kampung",
    "kpg": "kampung",
    "pd": "pondok",
    "prov": "provinsi",
    "prop": "provinsi",
    "propinsi": "provinsi",
    "ps": "pasar",
    "psr": "pasar",
    "sei": "sungai",
    "tg": "tanjung",
    "tj": "tanjung",
    "tjg": "tanjung",
}

# Other names of provinces and regencies, by their folded name without `Kota` or `Kabupaten`.
ALIASES: dict[str, tuple[str, ...]] = {
    "aceh": ("nad", "nanggroeacehdarussalam"),
    "sumaterautara": ("sumut",),
    "sumaterabarat": ("sumbar",),
    "sumateraselatan": ("sumsel",),
    "kepulauanriau": ("kepri",),
    "kepulauanbangkabelitung": ("babel", "bangkabelitung"),
    "daerahkhususjakarta": ("dkijakarta", "dki", "dkj", "jakarta", "daerahkhususibukotajakarta"),
    "daerahkhususibukotajakarta": ("dkijakarta", "dki", "dkj", "jakarta", "daerahkhususjakarta"),
    "dkijakarta": ("dki", "dkj", "jakarta", "daerahkhususibukotajakarta", "daerahkhususjakarta"),
    "daerahistimewayogyakarta": ("diyogyakarta", "diy", "yogyakarta", "jogja", "yogya"),
    "diyogyakarta": ("diy", "yogyakarta", "jogja", "yogya", "daerahistimewayogyakarta"),
    "jawabarat": ("jabar",),
    "jawatengah": ("jateng",),
    "jawatimur": ("jatim",),
    "nusatenggarabarat": ("ntb",),
    "nusatenggaratimur": ("ntt",),
    "kalimantanbarat": ("kalbar",),
    "kalimantantengah": ("kalteng",),
    "kalimantanselatan": ("kalsel",),
    "kalimantantimur": ("kaltim",),
    "kalimantanutara": ("kaltara",),
    "sulawesiutara": ("sulut",),
    "sulawesitengah": ("sulteng",),
    "sulawesiselatan": ("sulsel",),
    "sulawesitenggara": ("sultra",),
    "sulawesibarat": ("sulbar",),
    "malukuutara": ("malut",),
    "jakartapusat": ("jakpus",),
    "jakartautara": ("jakut",),
    "jakartabarat": ("jakbar",),
    "jakartaselatan": ("jaksel",),
    "jakartatimur": ("jaktim",),
    "tangerangselatan": ("tangsel",),
    "kepulauanseribu": ("pulauseribu", "thousandislands"),
    "yogyakarta": ("jogja", "yogya", "jogjakarta"),
    "surakarta": ("solo",),
    "makassar": ("ujungpandang",),
}

_DIRECTIONS = {
    "utara": "north",
    "selatan": "south",
    "timur": "east",
    "barat": "west",
    "tengah": "central",
    "pusat": "central",
}
_ENGLISH = {"jawa": "java", "sumatera": "sumatra"}

# What is left away when an area is named in passing, and what stands for it.
_SHOWN = (
    (re.compile(r"^(Kota|Kabupaten) (Administrasi|Adm\.?) "), ""),
    (re.compile(r"^Daerah Khusus (Ibukota|Ibu Kota) "), "DKI "),
    (re.compile(r"^Daerah Istimewa "), "DI "),
)
# Old orthography (before 1972). A modern letter made here must not be changed a second time.
_OLD = (("oe", "u"), ("dj", "J"), ("tj", "c"))
_OLDER = (("nj", "ny"), ("sj", "sy"), ("j", "y"))
_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """The words of a text: lower case, without accents, shortened ones written out."""
    return [WHOLE_WORDS.get(word, word) for word in plain_words(text)]


def plain_words(text: str) -> list[str]:
    """The words of a text as they stand: lower case, without accents and apostrophes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _WORD.findall(text.lower().replace("'", ""))


def fold(text: str) -> str:
    """What two spellings of a name have in common: *Kramat Jati* and *Kramatjati* are one."""
    return "".join(words(text))


def spellings(name: str, level: str) -> frozenset[str]:
    """Every folded way to write the name of a place of a level, without `Kota` or `Kabupaten`."""
    if level not in (PROVINCE, REGENCY):
        return frozenset(map(fold, _ways(name)))
    spoken = bare_words(words(name))
    folded = "".join(spoken)
    return frozenset({folded, *ALIASES.get(folded, ()), *_in_english(spoken)})


def _ways(name: str) -> set[str]:
    """A name with a remark or with two forms: *Kurau (Timur)*, *Tiro/Truseb*."""
    if "(" not in name and "/" not in name:
        return {name}
    parts = {name, re.sub(r"\(.*?\)", " ", name), *name.split("/")}
    return {name} | {part for part in parts if len(fold(part)) > 2}


def bare_words(spoken: list[str]) -> list[str]:
    """The words of a province or regency without the word for what it is."""
    at = 0
    if spoken[:1] in (["kota"], ["kabupaten"], ["provinsi"]):
        at = 2 if spoken[1:2] == ["administrasi"] else 1
    return spoken[at:] or spoken


def _in_english(spoken: list[str]) -> set[str]:
    """*Jakarta Timur* is East Jakarta, *Kepulauan Riau* the Riau Islands."""
    names = [_ENGLISH.get(word, word) for word in spoken]
    if len(names) > 1 and names[-1] in _DIRECTIONS:
        return {"".join([_DIRECTIONS[names[-1]], *names[:-1]])}
    if len(names) > 1 and names[0] == "kepulauan":
        return {"".join([*names[1:], "islands"])}
    return set()


@lru_cache(maxsize=10_000)  # Indonesia has 7,837 places that are parents
def forms_of_parent(name: str, level: str) -> frozenset[str]:
    """The ways to name a place as the parent of another: also `Kec.`, `Kota`, `Kab.` before it."""
    bare = spellings(name, level)
    before = {
        PROVINCE: ("provinsi",),
        REGENCY: ("kabupaten",) if fold(name).startswith("kabupaten") else ("kota",),
    }.get(level, ("kecamatan", "distrik"))
    return bare | {f"{word}{form}" for word in before for form in bare} | {fold(name)}


def bare(folded: str) -> str:
    """A folded name without the word for what it is: *kabupatenbogor* → *bogor*."""
    for word in ("kabupaten", "kota", "kecamatan", "provinsi", "distrik"):
        if folded.startswith(word) and len(folded) > len(word):
            return folded.removeprefix(word).removeprefix("administrasi")
    return folded


def modern(folded: str) -> tuple[str, ...]:
    """What a name in old orthography may be today: *kramatdjati* → *kramatjati*."""
    half = _replace(folded, _OLD)
    ways = (half.lower(), _replace(half, _OLDER).lower())
    return tuple(dict.fromkeys(way for way in ways if way != folded))


def _replace(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def shown_name(name: str) -> str:
    """The name as people say it: *Jakarta Timur* for *Kota Administrasi Jakarta Timur*."""
    plain = " ".join(name.split())
    shown = plain.title() if plain.isupper() else plain
    for pattern, short in _SHOWN:
        shown = pattern.sub(short, shown)
    return shown
