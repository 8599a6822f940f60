"""The character vocabulary: ``python -m classify.encoder.vocabulary --corpus laws.txt.xz --texts FILE... --out DIR``.

Characters of the corpus, of the labelled texts and of everyday Chinese, as folded texts spell them, written as a
``vocab.txt`` that ``BertTokenizer`` reads. Characters that can stand inside a word (digits, letters, signs such as ≥)
have a second piece ``##x``.
"""

from __future__ import annotations

import argparse
import lzma
import string
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from classify.encoder.tokens import CONTINUED, SPECIAL, CharTokenizer
from classify.fold import fold

SELDOM = 5  # occurrences; a rarer character of the corpus is met too seldom to be learnt
# Signs that forms print and laws do not; each costs one row of the embedding.
_SIGNS = string.punctuation + string.digits + string.ascii_lowercase + "≥≤≠±×÷≈‰℃°㎡√□■●○△▲★→、。“”‘’《》【】〔〕…—·"
_EVERYDAY = range(16, 56)  # rows of GB 2312 level 1: the 3,755 signs of everyday writing
_CELLS = range(1, 95)  # of such a row


def read_corpus(path: Path) -> str:
    """The corpus as text; ``.xz`` is unpacked."""
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8") as packed:
            return packed.read()
    return path.read_text(encoding="utf-8")


def everyday_characters() -> str:
    """The signs of GB 2312 level 1; the row that the standard leaves short has fewer."""
    pairs = (bytes((row + 0xA0, cell + 0xA0)) for row in _EVERYDAY for cell in _CELLS)
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def texts_to_vocabulary(corpus: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Special pieces, then characters by code point, then the ``##`` twins of those that can continue a word."""
    counts = Counter(_spelled(corpus))
    wanted = {character for character, count in counts.items() if count >= SELDOM}
    for text in (*texts, everyday_characters(), _SIGNS):
        wanted.update(_spelled(text))
    characters = sorted(character for character in wanted if _is_seen(character))
    inside = [CONTINUED + character for character in characters if _continues(character)]
    return (*SPECIAL, *characters, *inside)


def _spelled(text: str) -> str:
    return "".join(fold(line).text.lower() for line in text.splitlines())


def _is_seen(character: str) -> bool:
    """False for blanks and for what the tokenizer drops (private use, controls)."""
    return bool(CharTokenizer((*SPECIAL, character)).encode(character).ids)


def _continues(character: str) -> bool:
    """True where the tokenizer would keep ``character`` in one word with what stands before it."""
    tokens = CharTokenizer((*SPECIAL, "0", character, CONTINUED + character)).encode("0" + character)
    return len(tokens.ids) > 0 and tokens.ids[-1] == len(SPECIAL) + 2


def main(arguments: Sequence[str]) -> int:
    """Write ``vocab.txt`` into the folder named."""
    parser = argparse.ArgumentParser(prog="python -m classify.encoder.vocabulary")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    pieces = texts_to_vocabulary(read_corpus(options.corpus), [path.read_text("utf-8") for path in options.texts])
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    print(f"{len(pieces)} pieces")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
