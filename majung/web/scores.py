"""How content customers were, in words."""

from typing import Final

from django.utils.translation import gettext_lazy

# From 1 to 5, as the widget words them.
WORDS: Final = (
    gettext_lazy("아쉬워요"),
    gettext_lazy("조금 아쉬워요"),
    gettext_lazy("무난해요"),
    gettext_lazy("좋아요"),
    gettext_lazy("아주 좋아요"),
)


def word(score: int) -> str:
    """Return the word for a score, 1 to 5."""
    return str(WORDS[score - 1]) if 1 <= score <= len(WORDS) else str(score)
