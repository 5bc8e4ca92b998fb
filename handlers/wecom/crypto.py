"""The sealed envelope around every callback of WeCom (加解密方案, path/91144 of its documentation).

The primitives are wechatpy's: the SHA-1 signer, AES-256-CBC with the fixed IV, and the
padding to 32 bytes. Its `WeChatCrypto` class is not used, because it compares signatures
in variable time, believes the padding and the length it finds, lets a dozen kinds of
exception out, and parses the outer XML at half the speed of the standard library. This
module makes those steps strict: whatever is malformed ends as `WeComRefused`.

Policy, in order:
1. a body over `BODY_LIMIT` bytes is refused with 413;
2. the outer XML is UTF-8, begins with its `<xml>` root (so no DTD and no entity)
   and has one Encrypt: else 400;
3. the signature is compared in constant time: else 403;
4. base64, block size, padding 1..32 (every byte), the length field: else 400;
5. the receive id is compared in constant time: else 403.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from hmac import compare_digest
from xml.etree import ElementTree

from wechatpy.crypto.cryptography import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.utils import WeChatSigner

BODY_LIMIT = 64 * 1024
BLOCK = 32
_HEAD = 20  # 16 random bytes, then the length in 4

_ROOT = re.compile(r"\ufeff?\s*(?:<\?xml[^<>]*\?>\s*)?<xml[\s>]")
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_SIGNATURE = re.compile(r"[0-9a-f]{40}")
_TIMESTAMP = re.compile(r"[0-9]{1,20}")
_NONCE = re.compile(r"[!-~]{1,128}")


class WeComRefused(Exception):
    """A request that is not a well-formed, authentic call of WeCom.

    `status` is the HTTP status to answer with (400, 403 or 413); `reason` is fixed
    wording for the log and holds nothing of the request.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def parse_xml(document: bytes) -> ElementTree.Element:
    """The root element of one of WeCom's two small XMLs; WeComRefused(400) if it is anything else."""
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        raise WeComRefused(400, "XML is not UTF-8") from None
    if _ROOT.match(text) is None:
        raise WeComRefused(400, "XML does not begin with its root")
    try:
        return ElementTree.fromstring(text.lstrip("\ufeff \t\r\n"))
    except (ElementTree.ParseError, ValueError):
        raise WeComRefused(400, "XML is malformed") from None


class Envelope:
    """Opens and seals the messages of one app. `receive_id` is the corp id for a self-built app."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        """ValueError if `aes_key` (EncodingAESKey) is not 43 letters and digits."""
        if _AES_KEY.fullmatch(aes_key) is None:
            raise ValueError("EncodingAESKey must be 43 letters and digits")
        self._token = token
        self._cipher = WeChatCipher(base64.b64decode(aes_key + "="))
        self.receive_id = receive_id
        self._receive_id = receive_id.encode("utf-8")

    def verify_url(self, signature: str, timestamp: str, nonce: str, echostr: str) -> bytes:
        """The exact bytes to answer the URL verification with."""
        self._check_signature(signature, timestamp, nonce, echostr)
        return self._decrypt(echostr)

    def open(self, signature: str, timestamp: str, nonce: str, body: bytes) -> bytes:
        """The inner XML of a callback's body."""
        if len(body) > BODY_LIMIT:
            raise WeComRefused(413, "body is too large")
        sealed = parse_xml(body).findall("Encrypt")
        if len(sealed) != 1 or not sealed[0].text or len(sealed[0]):
            raise WeComRefused(400, "no single Encrypt element")
        encrypt = sealed[0].text.strip()
        self._check_signature(signature, timestamp, nonce, encrypt)
        return self._decrypt(encrypt)

    def seal(self, inner: str, timestamp: str, nonce: str, random16: bytes | None = None) -> bytes:
        """The outer XML of a passive reply. `random16` is fresh chance unless a test fixes it."""
        encrypt = self.encrypt(inner.encode("utf-8"), random16)
        signature = self._sign(timestamp, nonce, encrypt)
        return (
            f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()

    def encrypt(self, message: bytes, random16: bytes | None = None) -> str:
        """The message as the platform carries it: random, length, message, receive id; base64."""
        random16 = secrets.token_bytes(16) if random16 is None else random16
        if len(random16) != 16:
            raise ValueError("random16 must be 16 bytes")
        plain = random16 + len(message).to_bytes(4, "big") + message + self._receive_id
        return base64.b64encode(self._cipher.encrypt(PKCS7Encoder.encode(plain))).decode("ascii")

    def _sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        signer = WeChatSigner()
        signer.add_data(self._token, timestamp, nonce, encrypt)
        signature: str = signer.signature
        return signature

    def _check_signature(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> None:
        shapes = _SIGNATURE.fullmatch(signature), _TIMESTAMP.fullmatch(timestamp), _NONCE.fullmatch(nonce)
        if None in shapes:
            raise WeComRefused(400, "msg_signature, timestamp or nonce is missing or malformed")
        if not encrypt.isascii():
            raise WeComRefused(400, "ciphertext is not base64")
        if not compare_digest(self._sign(timestamp, nonce, encrypt), signature):
            raise WeComRefused(403, "signature does not match")

    def _decrypt(self, encrypt: str) -> bytes:
        try:
            sealed = binascii.a2b_base64(encrypt, strict_mode=True)
        except ValueError:
            raise WeComRefused(400, "ciphertext is not base64") from None
        if not sealed or len(sealed) % BLOCK:
            raise WeComRefused(400, "ciphertext is not whole blocks")
        plain: bytes = self._cipher.decrypt(sealed)
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or not compare_digest(plain[-pad:], bytes([pad]) * pad):
            raise WeComRefused(400, "padding is wrong")
        end = len(plain) - pad
        stop = _HEAD + int.from_bytes(plain[16:_HEAD], "big")
        if end < _HEAD or stop > end:
            raise WeComRefused(400, "length is out of bounds")
        if not compare_digest(plain[stop:end], self._receive_id):
            raise WeComRefused(403, "receive id is another one")
        return plain[_HEAD:stop]
