"""What every translator shares: the thin post we write, how a reply is read, and news read through a partner's tables of words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

import orjson

from domain.errors import Invalid
from domain.partners.declining import DeclineCode, code_in
from domain.partners.exchange import AnswerStep, News, NotUnderstood, Package, Post, Receipt, ReceiptState, Reply

Known = TypeVar("Known")

MAY_LEAVE = ("referral", "incoming", "state", "sequence", "urgency", "answer_by", "href", "sandbox")
"""All that a notice may say (CONTRACT, webhooks out). The person's data is fetched by an authenticated call, never pushed."""

_CODES: Mapping[str, DeclineCode] = {code.value: code for code in DeclineCode}
MOST_NEWS = 100
LONGEST_WAIT = 86_400
"""Seconds. A partner may slow us down for a day; a longer wait is a mistake or an attack on our clocks."""


class TooMuch(Invalid):
    """This notice holds more than may leave."""

    next = "Send the reference only; the partner fetches the packet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Under which names a partner writes what we need; dots lead into nested objects, an empty name says there is no such field."""

    reference: str = "referral"
    step: str = "step"
    note: str = "note"
    reason: str = "reason"
    outcome: str = "outcome"
    appointment_at: str = "appointment_at"
    decline_code: str = ""
    """A field for the code of a decline beside a reason in text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """One partner's words and ours beside them. Other fields are dropped unread (least data in), other words are refused."""

    steps: Mapping[str, AnswerStep]
    fields: Fields = Fields()
    listed_under: str = ""
    """Where a message carries its news as a list: the list's name. Empty: the message is one piece of news, or a plain list of them."""
    reasons: Mapping[str, str] | None = None
    """The partner's reason codes in our words. None: the partner writes reasons as text, which is kept as it came. A word of ours that is a
    DeclineCode is the code of a decline too."""
    outcomes: Mapping[str, str] | None = None
    local_time: tzinfo | None = None
    """The zone meant by times written without an offset. None: such a time is not understood."""


OURS = Vocabulary(steps={step.value: step for step in AnswerStep}, fields=Fields(decline_code="decline_code"))
"""Partners who took over our own words."""


def write(package: Package) -> Post:
    """The post of Standard Webhooks 1.0: `{type, timestamp, data}`. Raises TooMuch rather than drop what should never have come here."""
    if not package.data.keys() <= set(MAY_LEAVE):
        raise TooMuch()
    data = {name: package.data[name] for name in MAY_LEAVE if name in package.data}
    body = orjson.dumps({"type": package.kind, "timestamp": package.at.astimezone(UTC), "data": data}, option=orjson.OPT_UTC_Z)
    return Post(url=package.url, body=body, headers={"content-type": "application/json"})


def read_reply(reply: Reply) -> Receipt:
    """Standard Webhooks' reading of the status: 2xx taken, 410 gone for good, all else is tried again. The body is not looked at."""
    after = None if reply.retry_after is None else min(max(reply.retry_after, 0), LONGEST_WAIT)
    if 200 <= reply.status < 300:
        return Receipt(state=ReceiptState.taken, detail=f"The partner took it ({reply.status}).")
    if reply.status == 410:
        return Receipt(state=ReceiptState.gone, detail="The partner closed this address (410).")
    if reply.status == 429:
        return Receipt(state=ReceiptState.again, detail="The partner asked us to slow down (429).", after=after)
    if 300 <= reply.status < 400:
        return Receipt(state=ReceiptState.again, detail=f"The partner pointed elsewhere ({reply.status}); redirects are not followed.")
    if 400 <= reply.status < 500:
        return Receipt(state=ReceiptState.again, detail=f"The partner refused it ({reply.status}).", after=after)
    return Receipt(state=ReceiptState.again, detail=f"The partner's system failed ({reply.status}).", after=after)


def read_news(body: bytes, words: Vocabulary = OURS) -> list[News]:
    """All the news of one message, or none of it: raises NotUnderstood when any word is unknown, without repeating the word."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotUnderstood("The message is not JSON.") from None
    return [_one(item, words) for item in _items(message, words.listed_under)]


def _items(message: object, listed_under: str) -> list[object]:
    if listed_under:
        message = message.get(listed_under) if isinstance(message, dict) else None
    elif isinstance(message, dict):
        message = [message]
    if not isinstance(message, list) or not 0 < len(message) <= MOST_NEWS:
        raise NotUnderstood(f"A message carries 1 to {MOST_NEWS} pieces of news.", field=listed_under)
    return message


def _one(item: object, words: Vocabulary) -> News:
    names = words.fields
    if not (reference := _text(item, names.reference)):
        raise NotUnderstood("The referral's reference is missing.", field=names.reference)
    step = _word(_text(item, names.step), words.steps, names.step)
    reason = _coded(item, names.reason, words.reasons)
    return News(
        reference=reference,
        step=step,
        note=_text(item, names.note),
        reason=str(reason),
        outcome=_coded(item, names.outcome, words.outcomes),
        appointment_at=_time(item, names.appointment_at, words.local_time),
        decline_code=_code(item, names.decline_code) or (code_in(reason) if step is AnswerStep.decline else None),
    )


def _code(item: object, path: str) -> DeclineCode | None:
    word = _text(item, path)
    return _word(word, _CODES, path) if word else None


def _text(item: object, path: str) -> str:
    """The text at a dotted path; an absent field or null is empty, anything that is not text is not understood."""
    if not path:
        return ""
    for name in path.split("."):
        if item is None:
            return ""
        if not isinstance(item, dict):
            raise NotUnderstood("The message has another shape than agreed.", field=path)
        item = item.get(name)
    if item is None:
        return ""
    if not isinstance(item, str):
        raise NotUnderstood("This should be text.", field=path)
    return item.strip()


def _word(word: str, table: Mapping[str, Known], path: str) -> Known:
    if word not in table:
        raise NotUnderstood("This word is not in the partner's table.", field=path)
    return table[word]


def _coded(item: object, path: str, table: Mapping[str, str] | None) -> str:
    word = _text(item, path)
    return word if table is None or not word else _word(word, table, path)


def _time(item: object, path: str, local_time: tzinfo | None) -> datetime | None:
    if not (text := _text(item, path)):
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None and local_time is None:
            raise NotUnderstood("This time lacks its offset from UTC.", field=path)
        return (at if at.tzinfo else at.replace(tzinfo=local_time)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotUnderstood("This is not a time we can read.", field=path) from None
