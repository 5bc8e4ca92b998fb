"""Bodies of messages as JSON text and back. The type is a word, not a class name: rows outlive code."""

from __future__ import annotations

import json
from typing import Any, assert_never

from bot.model.message import Body, Card, CardUpdate, Choice, File, FormOrder, PageOrder, SelfCheckOrder, Text
from storage.part import dumps


def to_json(body: Body) -> str:
    match body:
        case Text(text):
            data: dict[str, Any] = {"type": "text", "text": text}
        case Card(task, title, text, choices):
            said = [[choice.label, choice.says] for choice in choices]
            data = {"type": "card", "task": task, "title": title, "text": text, "choices": said}
        case CardUpdate(response_code, label):
            data = {"type": "card_update", "response_code": response_code, "label": label}
        case File(sha256, name):
            data = {"type": "file", "sha256": sha256, "name": name}
        case FormOrder(application):
            data = {"type": "form_order", "application": application}
        case PageOrder(application, person):
            data = {"type": "page_order", "application": application, "person": person}
        case SelfCheckOrder(application, person):
            data = {"type": "self_check_order", "application": application, "person": person}
        case _:
            assert_never(body)
    return dumps(data)


def from_json(text: str) -> Body:
    """The inverse of `to_json`; ValueError for a type it does not know."""
    match json.loads(text):
        case {"type": "text", "text": said}:
            return Text(said)
        case {"type": "card", "task": task, "title": title, "text": said, "choices": choices}:
            return Card(task, title, said, tuple(Choice(label, says) for label, says in choices))
        case {"type": "card_update", "response_code": code, "label": label}:
            return CardUpdate(code, label)
        case {"type": "file", "sha256": sha256, "name": name}:
            return File(sha256, name)
        case {"type": "form_order", "application": application}:
            return FormOrder(application)
        case {"type": "page_order", "application": application, "person": person}:
            return PageOrder(application, person)
        case {"type": "self_check_order", "application": application, "person": person}:
            return SelfCheckOrder(application, person)
        case other:
            raise ValueError(f"unknown kind of body: {other.get('type')}")


def file_of(text: str) -> str | None:
    """The SHA-256 of the file that a body hands over, if it does."""
    body = from_json(text)
    return body.sha256 if isinstance(body, File) else None
