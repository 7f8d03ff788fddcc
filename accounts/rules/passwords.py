"""Which passwords are refused: short ones and those that anybody would try first.

After NIST SP 800-63B §3.1.1.2: a length, a list of common ones, and nothing that is known of the
account; no rules about capitals and signs. Twelve letters or more cannot be listed one by one, so
what is common is taken out piece by piece and too little may not be left.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

SHORTEST = 12
LONGEST = 200
LEFT_AT_LEAST = 5  # different signs that are nobody's first thought


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"  # on the list, figures only, or a run of keys
    OWN = "own"  # the account's name or e-mail address


# The pieces of the commonest passwords, world-wide and in Indonesia (names, football, prayer,
# cities, what one loves), and rows of keys. Longest first, so that no piece hides a longer one.
_WORDS = """
password passw0rd passwort katasandi sandi rahasia kunci masuk login admin administrator root user
guest test tester default changeme welcome letmein secret master access server system computer
komputer laptop internet google facebook instagram whatsapp gmail yahoo hotmail windows android
iloveyou loveyou love lover forever princess sunshine dragon monkey football baseball superman
batman pokemon starwars shadow michael jordan hunter freedom whatever trustno hello flower lovely
qwertyuiop asdfghjkl zxcvbnm qwerty qwertz azerty asdfgh zxcvbn qazwsx qweasd asdf zxcv qwer
abcdefghijkl abcdef abcd abc
sayang sayangku sayangkamu kamu aku akucinta cintaku cinta rindu kangen manis cantik ganteng
bismillah alhamdulillah allahuakbar allah muhammad assalamualaikum insyaallah subhanallah amin
indonesia merdeka garuda pancasila nusantara jakarta bandung surabaya semarang yogyakarta jogja
medan makassar bogor depok bekasi tangerang bali denpasar palembang malang solo kupang aceh papua
persib persija persebaya arema bonek bobotoh juventus barcelona realmadrid manchester liverpool
arsenal chelsea milan doraemon naruto anjing kucing bunga mawar melati matahari bintang bulan
semangat sukses bahagia keluarga mama papa ibu bapak ayah anak adik kakak sekolah kampus kantor
rumah senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus
september oktober november desember budi agus dewi siti putri putra andi rizky dian eka sri nur
rujukan shelter polisi dinsos uptd ppa rumahaman peksos penyintas layanan
satu dua tiga empat lima enam tujuh delapan sembilan nol one two three four five six seven
"""
COMMON = tuple(sorted(set(_WORDS.split()), key=len, reverse=True))
_LOOK_ALIKE = str.maketrans("013457@$!", "oieastasi")
_YEAR = re.compile(r"(?:19|20)\d\d")


def weakness(password: str, *, email: str, name: str) -> Weakness | None:
    """Why this password is refused for this account; None for one that is taken."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    text = unicodedata.normalize("NFKC", password).casefold()
    if not _enough(text, ()):
        return Weakness.COMMON
    return None if _enough(text, _own_words(email, name)) else Weakness.OWN


def _enough(text: str, own: tuple[str, ...]) -> bool:
    """Whether enough is left, read as it stands and with 3 for e, 0 for o and so on."""
    plain = text.replace(" ", "")
    if plain.strip("0123456789-./+") == "":
        return False  # a telephone number, an NIK, a date
    rest = _without_runs(_YEAR.sub("", plain))
    return all(
        len(set(_left(version, own))) >= LEFT_AT_LEAST
        for version in (rest, rest.translate(_LOOK_ALIKE))
    )


def _left(text: str, own: tuple[str, ...]) -> str:
    for word in (*own, *COMMON):
        text = text.replace(word, " ")
    return "".join(letter for letter in text if letter.isalnum())


def _without_runs(text: str) -> str:
    """Without four or more signs that follow each other (aaaa, 1234, dcba)."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        end = max(_run(text, start, step) for step in (-1, 0, 1))
        if end - start < 4:
            end = start + 1
            kept.append(text[start])
        start = end
    return "".join(kept)


def _run(text: str, start: int, step: int) -> int:
    end = start + 1
    while end < len(text) and ord(text[end]) - ord(text[end - 1]) == step:
        end += 1
    return end


def _own_words(email: str, name: str) -> tuple[str, ...]:
    words = re.split(r"[\W_]+", f"{email} {name}".casefold())
    return tuple(sorted({word for word in words if len(word) >= 3}, key=len, reverse=True))
