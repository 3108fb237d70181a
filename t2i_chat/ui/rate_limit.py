"""Rate limit: how many messages that paint a conversation and an address may send in a minute."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from t2i_chat.core.errors import BadMessage

HOUSEHOLD = 4
"""How many people may share one address before the limit for one person is felt."""


class RateLimit:
    """At most `per_minute` messages in any minute for each conversation, by a moving window."""

    def __init__(self, per_minute: int) -> None:
        self._of_one = RateLimitItemPerMinute(per_minute)
        self._of_all = RateLimitItemPerMinute(per_minute * HOUSEHOLD)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, conversation: str, address: str) -> None:
        """Counts a message. Raises BadMessage when it is one too many."""
        if not (
            self._limiter.hit(self._of_one, "conversation", conversation)
            and self._limiter.hit(self._of_all, "address", address)
        ):
            raise BadMessage("That was a lot at once. Please wait a minute, then send it again.")
