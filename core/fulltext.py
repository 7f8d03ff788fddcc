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
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, db

FTS5 = "directory_words_fts"

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
    return [_stem(word) for word in _letters(words)]


def _letters(words: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return _word.findall(plain)


def _both(words: str) -> str:
    """Every stem, and every word as it is written: a name half typed is no word form."""
    written = _letters(words)
    return " ".join(dict.fromkeys([*(_stem(word) for word in written), *written]))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return EXCEPTIONS.get(word) or str(_stemmer.stemWord(word))


class Words(Base):
    """The stemmed words by which `about` is found, as its part `owner` says them.

    On PostgreSQL an index covers `words`; on SQLite an FTS5 table beside it, under the same id.
    """

    __tablename__ = "directory_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[uuid.UUID] = mapped_column(unique=True)
    about: Mapped[uuid.UUID]
    tier: Mapped[int]
    words: Mapped[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What an owner says of something: the words by which viewers of a tier find it."""

    owner: uuid.UUID
    about: uuid.UUID
    tier: int
    texts: tuple[str | None, ...]


def replace_words(said: Sequence[Said]) -> None:
    """Command: make these the words of their owners; what they said before is forgotten."""
    forget_words([one.owner for one in said])
    rows = [
        {
            "owner": one.owner,
            "about": one.about,
            "tier": one.tier,
            "words": _both(" ".join(text for text in one.texts if text)),
        }
        for one in said
    ]
    if not rows:
        return
    made = db.session.execute(insert(Words).returning(Words.id, Words.words), rows).all()
    if _on_sqlite():
        add = text(f"insert into {FTS5} (rowid, words) values (:id, :words)")  # noqa: S608 (constant)
        db.session.execute(add, [{"id": own_id, "words": words} for own_id, words in made])


def forget_words(owners: Sequence[uuid.UUID]) -> None:
    """Command: remove the words of some owners."""
    of_them = Words.owner.in_(owners)
    if _on_sqlite():
        known = db.session.scalars(select(Words.id).where(of_them)).all()
        if known:
            remove = text(f"delete from {FTS5} where rowid = :id")  # noqa: S608 (constant)
            db.session.execute(remove, [{"id": own_id} for own_id in known])
    db.session.execute(delete(Words).where(of_them))


def about_matching(query: str, tier: int) -> list[uuid.UUID]:
    """What holds every word of the query (the last may be a beginning), best first."""
    wanted = [(_stem(word), word) for word in _letters(query)]
    if not wanted:
        return []
    if _on_sqlite():
        statement, said = _SQLITE_SEARCH, _fts5(wanted)
    else:
        statement, said = _POSTGRESQL_SEARCH, _tsquery(wanted)
    rows = db.session.execute(text(statement), {"query": said, "tier": tier})
    found = [row[0] if isinstance(row[0], uuid.UUID) else uuid.UUID(row[0]) for row in rows]
    return list(dict.fromkeys(found))


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


_SQLITE_SEARCH = (
    f"select w.about from {FTS5} f join directory_words w on w.id = f.rowid"  # noqa: S608
    " where f.words match :query and w.tier <= :tier order by f.rank"
)
_POSTGRESQL_SEARCH = (
    "select about from directory_words, to_tsquery('simple', :query) q"
    " where to_tsvector('simple', words) @@ q and tier <= :tier"
    " order by ts_rank(to_tsvector('simple', words), q) desc"
)


def _fts5(wanted: list[tuple[str, str]]) -> str:
    # The last word may be half typed: its stem or its letters, as a beginning.
    *whole, (stem, word) = wanted
    parts = [f'("{s}" OR "{w}")' for s, w in whole]
    return " AND ".join([*parts, f'("{stem}"* OR "{word}"*)'])


def _tsquery(wanted: list[tuple[str, str]]) -> str:
    *whole, (stem, word) = wanted
    return " & ".join([*(f"({s} | {w})" for s, w in whole), f"({stem}:* | {word}:*)"])
