"""WeCom's own end of the sealed envelope, from the algorithm's published description.

Written apart from `handlers.wecom.crypto` on purpose: the platform of the demo and of the
tests must notice when our end seals or signs wrongly, so the two share no code.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class BadReply(Exception):
    """What came back is not a correctly sealed reply; the message says how."""


class Seal:
    """Seals callbacks and opens passive replies for one app."""

    def __init__(self, token: str, aes_key: str, corp_id: str) -> None:
        self.token = token
        self.corp_id = corp_id
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """msg_signature."""
        return hashlib.sha1("".join(sorted([self.token, timestamp, nonce, encrypt])).encode()).hexdigest()

    def encrypt(self, message: str) -> str:
        """Base64 of the sealed message."""
        body = message.encode()
        plain = os.urandom(16) + struct.pack(">I", len(body)) + body + self.corp_id.encode()
        pad = 32 - len(plain) % 32
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def decrypt(self, encrypt: str) -> str:
        """The message; BadReply if padding, length or corp id are wrong."""
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(base64.b64decode(encrypt, validate=True)) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= 32 or plain[-pad:] != bytes([pad]) * pad or len(plain) % 32:
            raise BadReply("padding")
        (length,) = struct.unpack(">I", plain[16:20])
        rest = plain[20:-pad]
        if len(rest) < length or rest[length:] != self.corp_id.encode():
            raise BadReply("length or corp id")
        return rest[:length].decode()

    def open_reply(self, body: bytes) -> ElementTree.Element:
        """The inner XML of a passive reply, its signature checked."""
        try:
            outer = ElementTree.fromstring(body.decode())
            encrypt, signature, timestamp, nonce = (
                outer.findtext(tag) or "" for tag in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
            )
            if self.sign(timestamp, nonce, encrypt) != signature:
                raise BadReply("signature")
            return ElementTree.fromstring(self.decrypt(encrypt))
        except (ElementTree.ParseError, ValueError) as broken:
            raise BadReply(f"malformed: {broken}") from None
