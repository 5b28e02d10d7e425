"""The kit every partner adapter is held to, ours and other people's: it ships, runs in their tests, and looks once more at each start.

In a test of your own:

    @pytest.mark.parametrize("fault", faults(Translator(), samples(Path("samples"))) or [None])
    def test_conforms(fault: str | None) -> None:
        assert fault is None

or, in one line: `assert faults(Translator(), samples(folder)) == []`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import orjson

from adapters.partners.words import MAY_LEAVE
from domain.errors import Refusal
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, Lapse, News, NotUnderstood, Package, Post, ReceiptState, Reply, Translator

Given = TypeVar("Given")
Answer = TypeVar("Answer")

UNKNOWN = "q7-not-a-word"
CANARIES = ("Canary Zainab Khan", "زینب خان", "35202-1234567-1", "+923001234567")
"""Made-up personal data in both scripts; wherever one of them comes out, real ones would."""

_URL = "https://partner.example/hooks/mrc"
_AT = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=5)))
_DATA: Mapping[str, object] = {
    "referral": "r-7Qm2",
    "sequence": 1,
    "urgency": "high",
    "answer_by": "2026-11-21T07:30:00Z",
    "href": "/partner/v1/referrals/r-7Qm2",
}
KINDS = ("referral.sent", "referral.answered", "referral.withdrawn", "referral.recalled", "referral.reminder", "endpoint.test")
_OURS_ALONE = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie", "authorization"})
_REPLIES: tuple[tuple[Reply, ReceiptState, int | None], ...] = (
    *((Reply(status=status), ReceiptState.taken, None) for status in (200, 201, 202, 204)),
    (Reply(status=410), ReceiptState.gone, None),
    (Reply(status=429, retry_after=120), ReceiptState.again, 120),
    *((Reply(status=status), ReceiptState.again, None) for status in (301, 302, 307, 308)),
    *((Reply(status=status), ReceiptState.again, None) for status in (400, 401, 403, 404, 422, 429)),
    *((Reply(status=status), ReceiptState.again, None) for status in (500, 502, 503, 504)),
)
# What a step must bring along, or the rules of the referral refuse it (domain.referrals.steps; the two are held together by a test).
NEEDS = {
    AnswerStep.decline: "reason",
    AnswerStep.not_complete: "reason",
    AnswerStep.complete: "outcome",
    AnswerStep.need_information: "note",
    AnswerStep.set_appointment: "appointment_at",
}
_NOT_NEWS = (b"", b"\xff\xfe", b"null", b"42", b"[]", b"{}", b"[null]", b'"accept"', b"[" * 2_000, b'{"step": "accept"}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message of the partner's, and the news in it. `news` is None where the message must be refused."""

    name: str
    body: bytes
    news: tuple[News, ...] | None
    headers: Mapping[str, str] = field(default_factory=dict)


def samples(folder: Path) -> list[Sample]:
    """The samples of an adapter: each file is `{"says": why it is here, "body": the message, "news": [...] or null}`."""
    return [_sample(path) for path in sorted(folder.glob("*.json"))]


def faults(translator: Translator, known: Sequence[Sample] = (), *, never_says: Collection[AnswerStep] = ()) -> list[str]:
    """All that is wrong with an adapter, in words for its author; empty when it conforms.

    Without samples only what holds for every partner is looked at. `never_says` declares the steps this partner has no word for.
    """
    if missing := [name for name in ("write", "read_reply", "read_news") if not callable(getattr(translator, name, None))]:
        return [f"a translator has the functions write, read_reply and read_news; this one lacks {', '.join(missing)}"]
    found = [*_lapsing(translator), *_writing(translator), *_thinness(translator), *_replies(translator), *_nonsense(translator)]
    for sample in known:
        found += [*_reading(translator, sample), *_strangers(translator, sample)]
    if known:
        found += _reach(known, never_says)
    return found


def _sample(path: Path) -> Sample:
    told = orjson.loads(path.read_bytes())
    news = None if told["news"] is None else tuple(_news(**item) for item in told["news"])
    return Sample(name=path.stem, body=orjson.dumps(told["body"]), news=news, headers=told.get("headers", {}))


def _news(*, step: str, appointment_at: str | None = None, decline_code: str | None = None, **texts: str) -> News:
    at = datetime.fromisoformat(appointment_at) if appointment_at else None
    return News(step=AnswerStep(step), appointment_at=at, decline_code=DeclineCode(decline_code) if decline_code else None, **texts)


def _package(kind: str = "referral.sent", data: Mapping[str, object] = _DATA) -> Package:
    return Package(id="msg_2Yh", kind=kind, at=_AT, url=_URL, data=MappingProxyType(dict(data)))


def _lapsing(translator: Translator) -> Iterator[str]:
    """Only where an adapter says so; a wrong one would refuse people in the partner's name."""
    lapse = getattr(translator, "lapse", None)
    if lapse is None:
        return
    if not isinstance(lapse, Lapse):
        yield "lapse: it is a Lapse with a time and a reason"
    elif not timedelta(hours=1) <= lapse.after <= timedelta(days=365) or not 0 < len(lapse.reason) <= 200:
        yield "lapse: the time is an hour to a year, the reason 1 to 200 characters"


def _writing(translator: Translator) -> Iterator[str]:
    for kind in KINDS:
        first = _outcome(translator.write, _package(kind))
        _outcome(translator.write, _package("endpoint.test", {}))
        if _outcome(translator.write, _package(kind)) != first:
            yield f"write: the same {kind} gave two different posts; it must not keep anything or look at the clock"
        if not isinstance(first, Post):
            yield f"write: {kind} was not written ({first})"
            continue
        yield from _post(first, kind)


def _post(post: Post, kind: str) -> Iterator[str]:
    if post.url != _URL:
        yield "write: the post goes to another address than the partner's record names"
    if wrong := [name for name in map(str.lower, post.headers) if name in _OURS_ALONE or name.startswith("webhook-")]:
        yield f"write: the headers {wrong} belong to the transport"
    if not all(text.isascii() and text.isprintable() for pair in post.headers.items() for text in pair):
        yield "write: headers are printable ASCII"
    body = _json(post.body)
    if not isinstance(body, dict) or body.keys() != {"type", "timestamp", "data"} or not isinstance(body["data"], dict):
        yield "write: the body is not {type, timestamp, data}"
    elif body["type"] != kind:
        yield f"write: {kind} went out as another type"
    elif not _same_moment(body["timestamp"]):
        yield "write: the timestamp is not the package's, in RFC 3339 with its offset"
    elif body["data"] != _DATA:
        yield f"write: data must hold {', '.join(MAY_LEAVE)} as they were given, and nothing else"


def _same_moment(text: object) -> bool:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return False
    return at.tzinfo is not None and at.astimezone(UTC) == _AT.astimezone(UTC)


def _thinness(translator: Translator) -> Iterator[str]:
    for canary in CANARIES:
        for extra in ({"name": canary}, {"client": {"name": [canary]}}):
            post = _outcome(translator.write, _package(data={**_DATA, **extra}))
            if isinstance(post, Post) and _holds(canary, post):
                yield "write: personal data in the package came out in the post"
            elif isinstance(post, str) and canary in post:
                yield "write: the refusal repeats personal data"


def _holds(canary: str, post: Post) -> bool:
    spelt = repr(_json(post.body)) + post.body.decode(errors="replace") + repr(dict(post.headers)) + post.url
    return canary in spelt


def _replies(translator: Translator) -> Iterator[str]:
    for reply, state, after in _REPLIES:
        echo = Reply(status=reply.status, retry_after=reply.retry_after, body=CANARIES[0].encode())
        plain, echoed = (_outcome(translator.read_reply, said) for said in (reply, echo))
        if isinstance(plain, str) or isinstance(echoed, str):
            yield f"read_reply: {reply.status} was not read"
            continue
        if plain.state is not state:
            yield f"read_reply: {reply.status} must be read as {state}, not {plain.state}"
        if after is not None and plain.after != after:
            yield f"read_reply: {reply.status} with Retry-After {after} must wait {after} seconds"
        if CANARIES[0] in echoed.detail:
            yield "read_reply: the partner's body is repeated in the detail"


def _nonsense(translator: Translator) -> Iterator[str]:
    for body in _NOT_NEWS:
        if (heard := _hear(translator, body)) is not None:
            yield f"read_news: {body[:20]!r} must raise NotUnderstood, not give {heard}"


def _reading(translator: Translator, sample: Sample) -> Iterator[str]:
    heard = _hear(translator, sample.body, sample.headers)
    if heard != (None if sample.news is None else list(sample.news)):
        yield f"read_news: sample {sample.name} gave {heard}"
    if _hear(translator, sample.body, sample.headers) != heard:
        yield f"read_news: sample {sample.name} read twice gave two answers"
    if lacking := [news.step for news in sample.news or () if news.step in NEEDS and not getattr(news, NEEDS[news.step])]:
        yield f"samples: {sample.name} holds {lacking} without the {NEEDS[lacking[0]]} that such a step needs"
    if isinstance(heard, list) and any(news.decline_code is not None and news.step is not AnswerStep.decline for news in heard):
        yield f"read_news: sample {sample.name} gave a decline_code with a step that declines nothing"
    if isinstance(heard, list) and any(news.appointment_at and news.appointment_at.utcoffset() is None for news in heard):
        yield f"read_news: sample {sample.name} gave a time without offset"


def _strangers(translator: Translator, sample: Sample) -> Iterator[str]:
    """Each word of a good message, replaced by an unknown one in turn, is either free text or refused: it never becomes another step."""
    if sample.news is None:
        return
    steps, refused = [news.step for news in sample.news], 0
    for body in _with_a_stranger(orjson.loads(sample.body)):
        heard = _hear(translator, orjson.dumps(body), sample.headers)
        refused += heard is None
        if isinstance(heard, str):
            yield f"read_news: sample {sample.name} with an unknown word: {heard}"
        elif heard is not None and [news.step for news in heard] != steps:
            yield f"read_news: sample {sample.name}: an unknown word was guessed to be a step"
    if refused < len(sample.news):
        yield f"read_news: sample {sample.name}: an unknown step was not refused"


def _with_a_stranger(message: object) -> Iterator[object]:
    for path in _words(message):
        changed = deepcopy(message)
        inner = changed
        for name in path[:-1]:
            inner = inner[name]  # type: ignore[index]
        inner[path[-1]] = UNKNOWN  # type: ignore[index]
        yield changed


def _words(message: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(message, str) and path:
        yield path
    entries = message.items() if isinstance(message, dict) else enumerate(message) if isinstance(message, list) else ()
    for name, inner in entries:
        yield from _words(inner, (*path, name))


def _reach(known: Sequence[Sample], never_says: Collection[AnswerStep]) -> Iterator[str]:
    said = {news.step for sample in known for news in sample.news or ()}
    for step in AnswerStep:
        if step not in said and step not in never_says:
            yield f"samples: no sample reaches {step}; add one, or declare that this partner never says so"
        if step in said and step in never_says:
            yield f"samples: {step} is declared as never said, and a sample says it"


def _hear(translator: Translator, body: bytes, headers: Mapping[str, str] | None = None) -> list[News] | str | None:
    """The news, None where it was refused as it should be, or a sentence on what else happened."""
    try:
        return translator.read_news(MappingProxyType(dict(headers or {})), body)
    except NotUnderstood as refusal:
        return f"a refusal that repeats the word {UNKNOWN}" if UNKNOWN in f"{refusal}{refusal.next}{refusal.field}" else None
    except Exception as other:  # whatever an author's code raises is the finding
        return f"{type(other).__name__} instead of NotUnderstood"


def _outcome(call: Callable[[Given], Answer], given: Given) -> Answer | str:
    try:
        return call(given)
    except Refusal as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    except Exception as other:  # whatever an author's code raises is the finding
        return type(other).__name__


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
