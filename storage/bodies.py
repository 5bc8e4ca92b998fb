"""Bodies of messages as JSON text and back. The type is a word, not a class name: rows outlive code."""

from __future__ import annotations

import json
from typing import Any, assert_never

from bot.model.message import (
    Body,
    Card,
    CardUpdate,
    Choice,
    ConsoleLinkOrder,
    File,
    FormOrder,
    Mail,
    OpinionOrder,
    Order,
    PageOrder,
    Recall,
    SelfCheckOrder,
    Text,
    VisitOrder,
)
from storage.part import dumps


def to_json(body: Body) -> str:
    return dumps(_data(body))


def _data(body: Body) -> dict[str, Any]:
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
        case Recall(remote_ids):
            data = {"type": "recall", "remote_ids": list(remote_ids)}
        case FormOrder(application):
            data = {"type": "form_order", "application": application}
        case PageOrder(application, person):
            data = {"type": "page_order", "application": application, "person": person}
        case SelfCheckOrder(application, person):
            data = {"type": "self_check_order", "application": application, "person": person}
        case OpinionOrder(application, rank, count):
            data = {"type": "opinion_order", "application": application, "rank": rank, "count": count}
        case ConsoleLinkOrder(person):
            data = {"type": "console_link_order", "person": person}
        case VisitOrder(visit, version):
            data = {"type": "visit_order", "visit": visit, "version": version}
        case Mail():
            data = {
                "type": "mail",
                "subject": body.subject,
                "text": body.text,
                "message_id": body.message_id,
                "in_reply_to": body.in_reply_to,
                "references": list(body.references),
                "orders": [_data(order) for order in body.orders],
                "files": [[file.sha256, file.name] for file in body.files],
            }
        case _:
            assert_never(body)
    return data


def from_json(text: str) -> Body:
    """The inverse of `to_json`; ValueError for a type it does not know."""
    return _body(json.loads(text))


def _body(data: dict[str, Any]) -> Body:
    match data:
        case {"type": "text", "text": said}:
            return Text(said)
        case {"type": "card", "task": task, "title": title, "text": said, "choices": choices}:
            return Card(task, title, said, tuple(Choice(label, says) for label, says in choices))
        case {"type": "card_update", "response_code": code, "label": label}:
            return CardUpdate(code, label)
        case {"type": "file", "sha256": sha256, "name": name}:
            return File(sha256, name)
        case {"type": "recall", "remote_ids": remote_ids}:
            return Recall(tuple(remote_ids))
        case {"type": "form_order", "application": application}:
            return FormOrder(application)
        case {"type": "page_order", "application": application, "person": person}:
            return PageOrder(application, person)
        case {"type": "self_check_order", "application": application, "person": person}:
            return SelfCheckOrder(application, person)
        case {"type": "opinion_order", "application": application, "rank": rank, "count": count}:
            return OpinionOrder(application, rank, count)
        case {"type": "console_link_order", "person": person}:
            return ConsoleLinkOrder(person)
        case {"type": "visit_order", "visit": visit, "version": version}:
            return VisitOrder(visit, version)
        case {"type": "mail", "orders": orders, "files": files}:
            return Mail(
                data["subject"],
                data["text"],
                data["message_id"],
                data["in_reply_to"],
                tuple(data["references"]),
                tuple(order for each in orders if isinstance(order := _body(each), Order)),
                tuple(File(sha256, name) for sha256, name in files),
            )
        case other:
            raise ValueError(f"unknown kind of body: {other.get('type')}")


def files_of(text: str) -> tuple[str, ...]:
    """The SHA-256 of every file that a body hands over."""
    match from_json(text):
        case File(sha256):
            return (sha256,)
        case Mail(files=files):
            return tuple(file.sha256 for file in files)
        case _:
            return ()
