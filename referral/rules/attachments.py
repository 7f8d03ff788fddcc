"""Attached papers: what their bytes say they are, and a name that can do no harm."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 80
SOURCES_OF_HARM = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%&;$`\']')


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of file that is taken: its media type, ending, and how its bytes begin and end."""

    media_type: str
    ending: str
    begins: bytes
    ends: bytes  # must stand among the last bytes: what is cut off is refused too


PAPERS = (
    Paper("application/pdf", "pdf", b"%PDF-", b"%%EOF"),
    Paper("image/jpeg", "jpg", b"\xff\xd8\xff", b"\xff\xd9"),
    Paper("image/png", "png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
)
_TAIL = 1024  # bytes after which the end must come; programs add a little behind it
ENDING_OF = {paper.media_type: paper.ending for paper in PAPERS}


def media_type_of(content: bytes) -> str | None:
    """The media type that the bytes show; None for what is not taken or is not whole.

    The name of a file and what a browser says of it are not asked: both are the sender's word.
    """
    for paper in PAPERS:
        if content.startswith(paper.begins) and paper.ends in content[-_TAIL:]:
            return paper.media_type
    return None


def harmless_name(typed: str, media_type: str) -> str:
    """A file's name for showing: no path, no sign that means something, the ending of its bytes.

    Letters that turn the direction of writing are left out (`harmless‮fdp.exe`).
    """
    last = typed.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = SOURCES_OF_HARM.sub("", shown).strip(" .")
    ending = ENDING_OF[media_type]
    stem = re.sub(rf"\.(?:{ending}|jpeg|pdf|png|jpg)$", "", stem, flags=re.IGNORECASE)
    stem = stem.replace(".", " ").strip()[:LONGEST_NAME].strip()
    return f"{stem or 'file'}.{ending}"


def download_name(code: str, number: int, media_type: str) -> str:
    """What a downloaded file is called: nothing that tells whose it is."""
    return f"{code}-{number}.{ENDING_OF[media_type]}"
