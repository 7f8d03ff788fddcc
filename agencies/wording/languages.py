"""Languages that people here speak, each by its own name: the choices of every form."""

from __future__ import annotations

LANGUAGE_WORDS = {
    "id": "Bahasa Indonesia",
    "su": "Basa Sunda",
    "jv": "Basa Jawa",
    "mad": "Madura",
    "bug": "Bugis",
    "ban": "Bali",
    "tet": "Tetun",
    "en": "English",
    "ar": "العربية",
    "zh": "中文",
    "inl": "BISINDO",
}
