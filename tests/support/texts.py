"""Tiny tokenizers and text models, real ones, for packs that read."""

from collections.abc import Sequence

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
LETTERS = tuple("abcdefghijklmnopqrstuvwxyz0123456789")
WORDS = ("love", "war", "horror", "night", "kiss")


def tokenizer(words: Sequence[str] = WORDS) -> Tokenizer:
    """A WordPiece tokenizer of some words, and of letters for all others.

    Its tokens are numbered: special ones, ``words``, letters, letters inside a word.
    """
    pieces = [*SPECIAL, *words, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    made = Tokenizer(WordPiece({piece: at for at, piece in enumerate(pieces)}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.add_special_tokens(list(SPECIAL))
    return made


def number(word: str, words: Sequence[str] = WORDS) -> int:
    """The token of one of the words."""
    return len(SPECIAL) + list(words).index(word)
