"""Calls of WeCom's server API, over one aiohttp session.

Every host comes from the settings (政务微信 has its own), redirects are not followed, every
call has a time limit for connecting and one for the whole, and nothing that WeCom
answers or fails to answer leaves as anything but `WeComFailure`.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from bot.model.message import Outcome
from bot.ports import SharedCache
from handlers.wecom.errcodes import PAUSE, Reaction, WeComFailure, failure, reaction
from handlers.wecom.token import Tokens

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
TRANSFER_SECONDS = 120.0  # a file of 20 MB over a slow line
_LARGE = 64 * 1024
_BUSY_PAUSES = (0.5, 1.0, 2.0)
_LONGEST_PAUSE = 3600.0
_CODELESS = frozenset({"gettoken", "getcallbackip", "media/upload"})
"""Calls that older installations answer without `errcode` when all is well."""
_JSON = "application/json; charset=utf-8"

Answer = dict[str, Any]


def open_session() -> ClientSession:
    """A session for the client: no cookies, no proxy but the one in the settings. The caller closes it."""
    return ClientSession(cookie_jar=DummyCookieJar(), trust_env=False)


class WeComClient:
    """One app's access to the API."""

    def __init__(
        self,
        *,
        api_base: str,
        corp_id: str,
        agent_id: int,
        secret: str,
        cache: SharedCache,
        session: ClientSession,
        ca_file: str | None = None,
        proxy: str | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """`api_base` is e.g. https://qyapi.weixin.qq.com; `ca_file` a PEM of further authorities."""
        self.corp_id = corp_id
        self.agent_id = agent_id
        self._base = api_base.rstrip("/")
        self._secret = secret
        self._session = session
        self._ssl = ssl.create_default_context(cafile=ca_file) if ca_file else True
        self._proxy = proxy or None
        self._now = now
        self._sleep = sleep
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._pauses: dict[str, tuple[float, float]] = {}  # path → (until, length)
        # The secret is part of the scope: a corrected one must not meet the old one's stop.
        identity = "\n".join((self._base, corp_id, str(agent_id), secret))
        self.scope = f"wecom:{hashlib.sha256(identity.encode()).hexdigest()[:24]}"
        self._tokens = Tokens(self._fetch_token, cache, f"{self.scope}:token", now, sleep)

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """GET /cgi-bin/{path}; the answer with errcode 0, or WeComFailure."""
        return await self._call("GET", path, query or {}, None, _JSON, repeatable=True)

    async def post(
        self, path: str, body: Any, query: Mapping[str, str] | None = None, *, repeatable: bool = False
    ) -> Answer:
        """POST the body as JSON. Carried out or not, but unheard: UNSURE, or RETRY if `repeatable`."""
        return await self._call("POST", path, query or {}, dump(body), _JSON, repeatable=repeatable)

    async def upload(self, path: str, query: Mapping[str, str], body: bytes, content_type: str) -> Answer:
        """POST a file."""
        return await self._call("POST", path, query, body, content_type, repeatable=True)

    async def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        content_type: str,
        *,
        repeatable: bool,
    ) -> Answer:
        token = await self._tokens.get()
        refreshed = False
        pauses = iter(_BUSY_PAUSES)
        while True:
            params = {**query, "access_token": token}
            answer = await self._request(method, path, params, body, content_type, repeatable)
            code = answer["errcode"]
            match reaction(code):
                case Reaction.DONE:
                    self._pauses.pop(path, None)
                    return answer
                case Reaction.RETRY_SOON if (pause := next(pauses, None)) is not None:
                    await self._sleep(pause)
                case Reaction.REFRESH_TOKEN if not refreshed:
                    refreshed = True
                    token = await self._tokens.get(stale=token)
                case _:
                    failed = self._failure(path, answer)
                    if failed.reaction is Reaction.STOP:
                        await self._tokens.stop(failed)
                    raise failed

    async def _fetch_token(self) -> tuple[str, float]:
        query = {"corpid": self.corp_id, "corpsecret": self._secret}
        for pause in (*_BUSY_PAUSES, None):
            answer = await self._request("GET", "gettoken", query, None, _JSON, True)
            if answer["errcode"] == 0:
                return _token_in(answer)
            if reaction(answer["errcode"]) is not Reaction.RETRY_SOON or pause is None:
                break
            await self._sleep(pause)
        raise self._failure("gettoken", answer)

    def _failure(self, path: str, answer: Answer) -> WeComFailure:
        failed = failure(answer["errcode"], str(answer.get("errmsg", "")), answer)
        if failed.reaction is Reaction.WAIT:
            _, length = self._pauses.get(path, (0.0, PAUSE / 2))
            length = min(length * 2, _LONGEST_PAUSE)
            self._pauses[path] = (self._now() + length, length)
            failed.retry_after = length
        return failed

    async def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | None,
        content_type: str,
        repeatable: bool,
    ) -> Answer:
        """One exchange: WeCom's JSON with an integer `errcode`, whatever it says."""
        until, _ = self._pauses.get(path, (0.0, 0.0))
        if until > self._now():
            waiting = failure(45009)
            waiting.retry_after = until - self._now()
            raise waiting
        total = self._total_seconds if body is None or len(body) <= _LARGE else TRANSFER_SECONDS
        try:
            async with self._session.request(
                method,
                f"{self._base}/cgi-bin/{path}",
                params=params,
                data=_streamed(body),
                headers={"Content-Type": content_type} if body is not None else None,
                ssl=self._ssl,
                proxy=self._proxy,
                timeout=ClientTimeout(total=total, connect=self._connect_seconds),
                allow_redirects=False,
            ) as response:
                content = await response.read()
                return _read_answer(response.status, content, repeatable, codeless=path in _CODELESS)
        except aiohttp.ClientSSLError as refused:
            raise _unreached(
                refused, "接口的证书不受信任", "请核对 BOT_WECOM__CA_FILE 和服务器时间。"
            ) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as refused:
            raise _unreached(refused, "连不上接口", "请检查网络、域名解析和 BOT_WECOM__PROXY。") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            raise _unheard(type(lost).__name__, repeatable) from None


def dump(body: Any) -> bytes:
    """The body as JSON, the same bytes for the same message: WeCom's duplicate check compares them.

    Not a single \\uxxxx, which WeCom refuses (40033).
    """
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _streamed(body: bytes | None) -> bytes | io.BytesIO | None:
    """A large body goes out in pieces, so that the loop can breathe."""
    return io.BytesIO(body) if body is not None and len(body) > _LARGE else body


def _read_answer(status: int, content: bytes, repeatable: bool, *, codeless: bool) -> Answer:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        # Elsewhere a missing code is no success: a proxy's `{}` must not make a message "sent".
        code = answer.setdefault("errcode", 0 if codeless and status == 200 else None)
        if isinstance(code, int):
            return answer
    if status in (429, 503):
        raise WeComFailure(Outcome.RETRY, f"企业微信接口暂不可用（HTTP {status}）", retry_after=30)
    if status >= 500:
        raise _unheard(f"HTTP {status}", repeatable)
    raise _not_wecoms(f"HTTP {status}")


def _token_in(answer: Answer) -> tuple[str, float]:
    """The token and its lifetime in seconds."""
    token, lifetime = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(lifetime, int | float):
        raise _not_wecoms("没有 access_token")
    return token, float(lifetime)


def _not_wecoms(why: str) -> WeComFailure:
    """Something else answered in WeCom's place: a proxy, a login page, a wrong address."""
    error = f"接口的应答不是企业微信的（{why}）"
    advice = "请核对 BOT_WECOM__API_BASE 和 BOT_WECOM__PROXY。"
    return WeComFailure(Outcome.RETRY, error, retry_after=600, alarm=f"{error}，消息保留待发。{advice}")


def _unreached(cause: Exception, what: str, advice: str) -> WeComFailure:
    """Nothing was handed over."""
    error = f"企业微信{what}（{type(cause).__name__}）"
    return WeComFailure(Outcome.RETRY, error, retry_after=30, alarm=f"{error}，消息保留待发。{advice}")


def _unheard(cause: str, repeatable: bool) -> WeComFailure:
    """The request was handed over, but no answer came."""
    outcome = Outcome.RETRY if repeatable else Outcome.UNSURE
    return WeComFailure(outcome, f"企业微信没有答复（{cause}），不知是否送达", retry_after=30)
