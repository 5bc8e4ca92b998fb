"""A language model behind an OpenAI-compatible endpoint: one question, one text, or nothing.

Nothing it does or fails to do leaves here but a text or None. It is asked once, never again for the
same thing; after a few failures in a row it is left alone for a while.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from config.settings import Llm

CONNECT_SECONDS = 2.0
LARGEST = 64 * 1024  # bytes of an answer
FAILURES = 3  # in a row, after which it is left alone
REST_SECONDS = 60.0
_TOKENS = 800  # of its answer

log = logging.getLogger(__name__)


class LlmClient:
    """`bot.ports.LanguageModel` over HTTP. `now` gives monotonic seconds. Close it at the end."""

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None,
        session: ClientSession,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`base_url` is what comes before /chat/completions, e.g. http://127.0.0.1:8000/v1."""
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._session = session
        self._now = now
        self._failures = 0
        self._rests_until = 0.0

    async def complete(self, messages: Sequence[Mapping[str, str]], seconds: float) -> str | None:
        """The model's text, None for any trouble or after `seconds`."""
        if self._now() < self._rests_until:
            return None
        try:
            text = _content(await self._post(messages, seconds))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError) as trouble:
            log.warning("language model: no answer (%s)", type(trouble).__name__)
            self._fail()
            return None
        self._failures = 0
        return text

    def _fail(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            # one failure more, after the rest, and it rests again
            self._rests_until = self._now() + REST_SECONDS

    async def _post(self, messages: Sequence[Mapping[str, str]], seconds: float) -> Any:
        body = {
            "model": self._model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": _TOKENS,
            "stream": False,
        }
        async with self._session.post(
            self._url,
            json=body,
            headers=self._headers,
            timeout=ClientTimeout(total=seconds, connect=min(CONNECT_SECONDS, seconds)),
            allow_redirects=False,
        ) as response:
            if response.status != 200:
                raise ValueError(f"HTTP {response.status}")
            content = bytearray()
            async for piece in response.content.iter_any():
                content += piece
                if len(content) > LARGEST:
                    raise ValueError("the answer is too large")
        return json.loads(content)

    async def close(self) -> None:
        """Let its connections go."""
        await self._session.close()


def open_model(settings: Llm) -> LlmClient | None:
    """A client with a session of its own, without cookies or the environment's proxy; None where it is off."""
    if settings.base_url is None or settings.model is None:
        return None
    key = settings.api_key.get_secret_value() if settings.api_key else None
    session = ClientSession(cookie_jar=DummyCookieJar(), trust_env=False)
    return LlmClient(settings.base_url, settings.model, key, session)


def _content(answer: Any) -> str:
    match answer:
        case {"choices": [{"message": {"content": str(text)}}, *_]}:
            return text
    raise ValueError("the answer has no text")
