"""Full-text search that finds Indonesian word forms, on both databases.

*rujukan*, *dirujuk* and *merujuk* should find each other. Snowball's Indonesian stemmer gets most
words right; the exceptions are words of this field that it tears apart. Words are stemmed on the
way in and on the way out, so one column serves FTS5 (SQLite) and tsvector 'simple' (PostgreSQL).
Rows are written by commands, not triggers.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer
from sqlalchemy import text

from core.db import db

TABLE = "directory_words"

# A form that Snowball stems wrongly, and the stem that its family shares.
EXCEPTIONS = {
    "rujuk": "rujuk",
    "rujukan": "rujuk",
    "dirujuk": "rujuk",
    "merujuk": "rujuk",
    "perujuk": "rujuk",
    "aduan": "adu",
    "pengaduan": "adu",
    "mengadu": "adu",
    "perempuan": "perempuan",
    "penampungan": "tampung",
    "menampung": "tampung",
    "perlindungan": "lindung",
    "melindungi": "lindung",
    "pelindungan": "lindung",
    "penyintas": "sintas",
    "pendampingan": "damping",
    "pendamping": "damping",
    "mendampingi": "damping",
    "pemulangan": "pulang",
    "dipulangkan": "pulang",
    "kesehatan": "sehat",
    "pelatihan": "latih",
    "penyelamatan": "selamat",
    "menyelamatkan": "selamat",
    "konseling": "konseling",
    "visum": "visum",
    "anak": "anak",
    "anaknya": "anak",
    "rumah": "rumah",
    "aman": "aman",
    "keamanan": "aman",
}

_stemmer = snowballstemmer.stemmer("indonesian")
_word = re.compile(r"[a-z0-9]+")


def stems(words: str) -> list[str]:
    """The stems of a text, in order: accents gone, lower case, word forms folded together."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return [_stem(word) for word in _word.findall(plain)]


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return EXCEPTIONS.get(word) or str(_stemmer.stemWord(word))


def replace_words(
    owner: uuid.UUID, about: uuid.UUID, tier: int, texts: Iterable[str | None]
) -> None:
    """Command: make `texts` the words by which `about` finds `owner`, for viewers of a tier."""
    forget_words(owner)
    words = " ".join(stems(" ".join(t for t in texts if t)))
    db.session.execute(
        text(
            f"insert into {TABLE} (owner, about, tier, words)"  # noqa: S608 (a constant)
            " values (:owner, :about, :tier, :words)"
        ),
        {"owner": owner.hex, "about": about.hex, "tier": tier, "words": words},
    )


def forget_words(owner: uuid.UUID) -> None:
    """Command: remove the words of an owner."""
    db.session.execute(
        text(f"delete from {TABLE} where owner = :owner"),  # noqa: S608
        {"owner": owner.hex},
    )


def about_matching(query: str, tier: int) -> list[uuid.UUID]:
    """What holds every word of the query (the last may be a beginning), best first."""
    wanted = stems(query)
    if not wanted:
        return []
    sqlite = db.engine.dialect.name == "sqlite"
    rows = db.session.execute(
        text(_SQLITE_SEARCH if sqlite else _POSTGRESQL_SEARCH),
        {"query": (_fts5 if sqlite else _tsquery)(wanted, query), "tier": tier},
    )
    seen: dict[uuid.UUID, None] = {}
    for row in rows:
        seen.setdefault(uuid.UUID(row[0]))
    return list(seen)


_SQLITE_SEARCH = (
    f"select about from {TABLE} where words match :query and tier <= :tier order by rank"  # noqa: S608
)
_POSTGRESQL_SEARCH = (
    f"select about from {TABLE}, to_tsquery('simple', :query) q"  # noqa: S608
    " where to_tsvector('simple', words) @@ q and tier <= :tier"
    " order by ts_rank(to_tsvector('simple', words), q) desc"
)


def _fts5(wanted: list[str], query: str) -> str:
    # The last word may be half typed: its stem or its letters, as a beginning.
    *whole, last = [f'"{word}"' for word in wanted]
    return " ".join([*whole, f'({last}* OR "{_last_letters(query)}"*)'])


def _tsquery(wanted: list[str], query: str) -> str:
    *whole, last = wanted
    return " & ".join([*whole, f"({last}:* | {_last_letters(query)}:*)"])


def _last_letters(query: str) -> str:
    plain = unicodedata.normalize("NFKD", query).encode("ascii", "ignore").decode().lower()
    return str(_word.findall(plain)[-1])
