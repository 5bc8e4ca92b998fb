"""What happens in one member's chat, as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from handlers.demo.platform_shapes import Message


class Feed(asyncio.Queue[Message]):
    """New and changed messages of one member, as they happen. Iterate over it, or `get()`; then `close()`."""

    def __init__(self, leave: Callable[[Feed], None]) -> None:
        super().__init__()
        self._leave = leave

    def __aiter__(self) -> Feed:
        return self

    async def __anext__(self) -> Message:
        return await self.get()

    def close(self) -> None:
        """Stop following."""
        self._leave(self)

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
