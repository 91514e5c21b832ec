"""The colours, dark and light: every one has a name that says what it is for.

Those of high contrast are for desktops that ask for it: words at 7:1 (WCAG 2.1, 1.4.6), lines of
fields and buttons at 3:1 (1.4.11).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours by meaning, as ``#rrggbb``."""

    bg: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    ok: str
    no: str
    warn: str
    chip: str
    dark: bool


DARK: Final = Tokens(
    bg="#14161a",
    panel="#1b1e24",
    raised="#252931",
    line="#2e333d",
    text="#e8eaee",
    dim="#9aa3b0",
    accent="#7aa7ff",
    on_accent="#14161a",
    ok="#58c08a",
    no="#e8737d",
    warn="#e6b450",
    chip="#26324a",
    dark=True,
)
LIGHT: Final = Tokens(
    bg="#ffffff",
    panel="#f5f6f8",
    raised="#ffffff",
    line="#dfe3e8",
    text="#1a1e24",
    dim="#5a6473",
    accent="#2a63d4",
    on_accent="#ffffff",
    ok="#157a49",
    no="#c43d4b",
    warn="#8a5f00",
    chip="#e3ecfc",
    dark=False,
)
HIGH_DARK: Final = Tokens(
    bg="#000000",
    panel="#000000",
    raised="#101318",
    line="#6b7380",
    text="#ffffff",
    dim="#d5dae2",
    accent="#b4ceff",
    on_accent="#000000",
    ok="#7fe3ab",
    no="#ffa3ab",
    warn="#ffd479",
    chip="#24406e",
    dark=True,
)
HIGH_LIGHT: Final = Tokens(
    bg="#ffffff",
    panel="#ffffff",
    raised="#ffffff",
    line="#7f8691",
    text="#000000",
    dim="#30363f",
    accent="#06308a",
    on_accent="#ffffff",
    ok="#08441f",
    no="#8f1826",
    warn="#5f3e00",
    chip="#cfdfff",
    dark=False,
)
