"""One skeleton for a name in Latin, Urdu or Pashto letters, and how like two people are: the heart of finding somebody again."""

import re
import unicodedata
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

# Letters that Urdu and Pashto speakers write for one another's sounds fold to one Latin consonant; vowels are mostly unwritten, so
# they go. Digraphs come first because "kh" is one letter in one script and two in the other.
_DIGRAPHS = (
    ("sch", "S"), ("tsh", "C"), ("ch", "C"), ("sh", "S"), ("kh", "K"), ("gh", "G"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("zh", "z"), ("ck", "k"), ("qu", "k"), ("bh", "b"), ("jh", "j"), ("rh", "r"), ("x", "ks"),
)  # fmt: skip
_LATIN = str.maketrans({"q": "k", "c": "k", "w": "v", "z": "z", "p": "p", "f": "f"})
_ARABIC = {
    "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ټ": "t", "ث": "s", "ج": "j", "چ": "C", "ح": "h", "خ": "K", "څ": "C", "ځ": "z",
    "د": "d", "ڈ": "d", "ډ": "d", "ذ": "z", "ر": "r", "ڑ": "r", "ړ": "r", "ز": "z", "ژ": "z", "ږ": "z", "س": "s", "ش": "S",
    "ښ": "S", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "غ": "G", "ف": "f", "ق": "k", "ک": "k", "ك": "k", "گ": "g", "ګ": "g",
    "ل": "l", "م": "m", "ن": "n", "ں": "n", "ڼ": "n", "و": "v", "ہ": "h", "ه": "h", "ھ": "", "ۂ": "h", "ۃ": "", "ة": "",
}  # fmt: skip
# Short forms that people write for the commonest name of all (reference/names_pk.json: abbreviations).
_SHORT = {"mohd": "muhammad", "md": "muhammad", "m": "muhammad", "mhd": "muhammad"}
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "haji", "s", "d", "w", "o", "bin", "son", "of"})


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """The consonants of one name part, alike for `Yousaf`, `Yusuf` and `یوسف`. Empty when nothing of it is a letter.

    `v` and `h` inside a word go too: و and ہ stand for vowels as often as for sounds, and Roman spellings follow neither.
    """
    word = _SHORT.get(word, word)
    letters = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    if any(c in _ARABIC for c in letters):
        sounds = "".join(_ARABIC.get(c, "") for c in letters)
        opens_soft = letters[0] in "اآأعویيۍېئ"
    else:
        letters = re.sub(r"[^a-z]", "", letters)
        opens_soft = letters[:1] in "aeiouyw"
        for pair, sound in _DIGRAPHS:
            letters = letters.replace(pair, sound)
        sounds = re.sub(r"[aeiouy]", "", letters.translate(_LATIN))
    if not sounds:
        return "A" if letters else ""
    head, tail = sounds[0], re.sub(r"[vh]", "", sounds[1:])
    if opens_soft:
        head, tail = "A", re.sub(r"[vh]", "", sounds)
    return re.sub(r"(.)\1+", r"\1", head + tail)


def parts(name: str) -> list[str]:
    """The skeletons of a name's parts, in order, without titles."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    found = [skeleton(word) for word in words if word not in _TITLES]
    return [part for part in found if part]


def name_keys(*names: str) -> frozenset[str]:
    """What a person can be found by: each name part, and each pair of parts in any order (a pair is rare where a part is common)."""
    found = sorted({part for name in names for part in parts(name)})
    return frozenset(found) | frozenset(f"{one}+{other}" for one, other in combinations(found, 2))


def likeness(asked: str, *names: str) -> float:
    """0 to 1: how well the parts of `asked` are met by the best of `names`, skeletons compared so that scripts mix."""
    return closeness(parts(asked), *map(parts, names))


def wholeness(wanted: list[str], *found: list[str]) -> float:
    """From 0 to 1, how far a name is the question and no more: of names that all hold the words asked for, the shortest is the nearest."""
    asked = " ".join(wanted)
    return max((fuzz.token_sort_ratio(asked, " ".join(one)) / 100 for one in found if one), default=0.0)


def closeness(wanted: list[str], *found: list[str]) -> float:
    """`likeness` for names taken apart already: a search compares one question with many people."""
    if not wanted:
        return 0.0
    asked = " ".join(wanted)
    return max((fuzz.token_set_ratio(asked, " ".join(one)) / 100 for one in found if one), default=0.0)
