"""Who somebody is: login inside WeCom and in a browser (path/91335, path/98177), and members' names."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from handlers.wecom.client import WeComClient
from handlers.wecom.errcodes import Reaction, WeComFailure
from handlers.wecom.text import sendable


class Login:
    """The two login addresses of an app, and what their codes say."""

    def __init__(self, client: WeComClient, oauth_base: str, login_base: str) -> None:
        """`oauth_base` is e.g. https://open.weixin.qq.com, `login_base` https://login.work.weixin.qq.com."""
        self._client = client
        self._oauth_base = oauth_base.rstrip("/")
        self._login_base = login_base.rstrip("/")

    def in_client_url(self, redirect_uri: str, state: str) -> str:
        """Where to send a member who reads the page inside WeCom. `state` is random and used once."""
        query = {
            "appid": self._client.corp_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self._client.agent_id),
        }
        return f"{self._oauth_base}/connect/oauth2/authorize?{_encode(query)}#wechat_redirect"

    def desktop_url(self, redirect_uri: str, state: str) -> str:
        """Where to send somebody who reads the page in a browser: scan or confirm in WeCom."""
        query = {
            "login_type": "CorpApp",
            "appid": self._client.corp_id,
            "agentid": str(self._client.agent_id),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{self._login_base}/wwlogin/sso/login?{_encode(query)}"

    async def user_of(self, code: str) -> str | None:
        """The member's userid; None for a used or expired code and for somebody who is no member."""
        try:
            answer = await self._client.get("auth/getuserinfo", {"code": code})
        except WeComFailure as failed:
            if failed.reaction is Reaction.LOGIN_AGAIN:
                return None
            raise
        return str(answer.get("userid") or answer.get("UserId") or "") or None


async def member_name(client: WeComClient, userid: str) -> str:
    """The member's name on one line, as it can be stored and sent; "" if WeCom does not tell."""
    try:
        answer = await client.get("user/get", {"userid": userid})
    except WeComFailure:
        return ""
    return " ".join(sendable(str(answer.get("name") or "")).split())


def _encode(query: dict[str, str]) -> str:
    return urlencode(query, quote_via=quote, safe="")
