"""Which text a record keeps: what people type in any script, and nothing that hides, turns or overdraws other text."""

from __future__ import annotations

import re
import unicodedata

#: Characters that turn the direction of the text around them: one name could pass for another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: More marks on one letter than any script needs: they would draw over the lines above and below.
_STACKED_MARKS = re.compile(r"(?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){5}")
#: Spaces, invisible joiners, marks without a letter, tabs and line breaks.
_UNSEEN = frozenset(("Zs", "Cf", "Mn", "Me", "Cc"))
_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029")

#: Letters that no decomposition turns into plain ones.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})


class UnfitText(ValueError):
    """The text has a character that no record can keep."""


def kept(text: str, *, multiline: bool = True) -> str:
    """``text`` as records keep it: letters composed (NFC), line breaks as "\\n", no space around it.

    "" when nothing in it can be seen. Raises ``UnfitText`` for control characters (line breaks too unless
    ``multiline``), for what turns the reading direction, for bytes that were no text, and for stacked marks.
    """
    text = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", text)).strip()
    allowed = "\n\t" if multiline else "\t"
    if any(_is_unfit(c) and c not in allowed for c in text) or _STACKED_MARKS.search(text):
        raise UnfitText
    return "" if all(unicodedata.category(c) in _UNSEEN for c in text) else text


def _is_unfit(c: str) -> bool:
    """Control characters, halves of a surrogate pair, turning characters, U+FFFD and code points that are none."""
    code = ord(c)
    return (
        unicodedata.category(c) in ("Cc", "Cs")
        or c in _TURNING
        or code == 0xFFFD
        or (code & 0xFFFE) == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
    )


def plain(text: str) -> str:
    """``text`` for searching: lower case, no accents, only letters and digits, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(re.sub(r"[^\w]+", " ", letters.replace("_", " ")).split())
