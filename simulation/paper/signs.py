"""Signs that look alike on paper, each under a name, and the words that mark a file handed in again."""

from __future__ import annotations

FULL_COLON, FULL_COMMA, FULL_LEFT, FULL_RIGHT = "\uff1a", "\uff0c", "\uff08", "\uff09"
LEFT_BRACKET, RIGHT_BRACKET = "\u3014", "\u3015"
DASH = "\u2014"
CORRECTED = f"更正{FULL_LEFT}重报{FULL_RIGHT}"
