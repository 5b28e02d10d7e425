"""What counsellors of the demonstration write: made-up sentences, put together anew each time."""

from dataclasses import dataclass

from domain.cases import CaseKind
from domain.demo.dice import Dice, pick
from domain.partners.declining import DeclineCode
from domain.topics import SessionTopic

_CAME = (
    "Came with an offer for {place}; the recruiter's licence was looked up together.",
    "Called about work in {place} and the papers that are needed.",
    "Back from {place} since last month; talked about what to do now.",
    "The agent asks for money in advance for {place}; the legal fee was explained.",
    "Family asks whether the way to {place} through an acquaintance is safe.",
    "{place} کے ویزے اور ایجنٹ کی فیس کے بارے میں بات ہوئی۔",
    "Wages in {place} were not paid for three months; the documents were sorted.",
)
_DONE = (
    "Next steps agreed; a copy of the contract is to be brought.",
    "Explained the rights at work and how to reach the embassy.",
    "Will think it over with the family and ring again.",
    "Skills certificate to be applied for; the form was filled in together.",
    "اگلی ملاقات پر کاغذات ساتھ لائیں گے۔",
    "Warned of the risks of the route; the legal ways were compared.",
    "The protector's office was named, and what it costs there.",
    "A follow-up call is promised for next week.",
)
_TASKS = (
    "Ring back about the contract", "Look up the recruiter's licence", "Ask the partner for an answer", "Bring copies of the passport",
    "Prepare the next talk", "Send the list of training places", "Check the consent form", "فون پر پیش رفت پوچھیں",
)  # fmt: skip
_REASONS = (
    "Needs advice that we cannot give here.", "Asks for help with a complaint about a recruiter.", "Wants to start a small business.",
    "Needs a place to stay for a while.", "Wages withheld abroad; documents at hand.", "Skills training before leaving.",
)  # fmt: skip
_SUMMARIES = {
    CaseKind.pre_departure: ("Wants to work in {place}.", "Checks a job offer for {place}.", "Asks for safe ways to {place}."),
    CaseKind.return_reintegration: ("Returned from {place}; looks for a living.", "Deported from {place}; needs a start."),
    CaseKind.protection: ("Was deceived by an agent on the way to {place}.", "Papers were taken away in {place}."),
}
_QUESTIONS = ("Please send a telephone number that is safe.", "Which documents are at hand?", "When can the client come?")
_ANSWERS = ("It is on its way.", "The client can come on any weekday.", "A copy is with us.")
_OUTCOMES = ("Advice given and a complaint filed.", "Training place found.", "Business grant approved.", "Sheltered for two weeks.")
_REFUSED: tuple[tuple[str, DeclineCode | None], ...] = (
    ("Not in our area.", DeclineCode.outside_area),
    ("No place free this quarter.", DeclineCode.no_capacity),
    ("Does not meet the conditions.", DeclineCode.not_eligible),
    ("Could not be reached.", DeclineCode.not_reached),
    ("We cannot say yet; please ask elsewhere.", None),
)


@dataclass(frozen=True, slots=True)
class NeedWords:
    """A need as it is written down: its kind, the client's words, the goal, and who does what."""

    kind: str
    said: str
    goal: str
    actions: tuple[tuple[str, str], ...]


_WORK = NeedWords(
    "work",
    "I must know that this job is real before I sell the land.",
    "An offer that was checked, or another one",
    (
        ("staff", "Look up the recruiter's licence"),
        ("client", "Bring the contract and the receipts"),
        ("staff", "Compare the fee with the legal one"),
    ),
)
_SKILLS = NeedWords(
    "skills",
    "میرے پاس ہنر ہے مگر کوئی سند نہیں۔",
    "A certificate of the trade",
    (
        ("client", "Fill in the form of the testing board"),
        ("partner", "A place in the next test"),
        ("staff", "Ask for the date of the test"),
    ),
)
_LIVING = NeedWords(
    "livelihood",
    "I want to stand on my own feet here.",
    "A living for the household",
    (("client", "Ask for the rent of two shops"), ("partner", "Business plan and a grant"), ("staff", "Go through the budget together")),
)
_PAPERS = NeedWords(
    "documents",
    "My papers stayed with the employer.",
    "Valid papers in the client's own hands",
    (("client", "Photographs and old copies"), ("staff", "Write to the passport office with the client")),
)
_SAFE = NeedWords(
    "safety",
    "They know where we live.",
    "A safe place until the case is heard",
    (("partner", "A room for the first weeks"), ("staff", "Agree on a safe way to call"), ("client", "Tell nobody the new address")),
)
_LAW = NeedWords(
    "legal",
    "مجھے نہیں معلوم کہ شکایت کہاں کروں۔",
    "A complaint with a lawyer beside it",
    (("staff", "Write down what happened, with dates"), ("partner", "First talk with a lawyer")),
)
NEEDS = {
    CaseKind.pre_departure: (_WORK, _SKILLS, _PAPERS),
    CaseKind.return_reintegration: (_LIVING, _SKILLS, _PAPERS),
    CaseKind.protection: (_SAFE, _LAW, _PAPERS),
}
BUDGET = (
    ("Goods to begin with", "Reintegration package"),
    ("Rent of the first three months", "Reintegration package"),
    ("Course fee", "Family"),
)
DROPPED = "Found another way."
TOPICS = tuple(topic.value for topic in SessionTopic)


def note(dice: Dice, place: str) -> str:
    return f"{pick(dice, _CAME).format(place=place)} {pick(dice, _DONE)}"


def summary(dice: Dice, kind: CaseKind, place: str) -> str:
    return pick(dice, _SUMMARIES[kind]).format(place=place)


def task(dice: Dice) -> str:
    return pick(dice, _TASKS)


def reason(dice: Dice) -> str:
    return pick(dice, _REASONS)


def question(dice: Dice) -> str:
    return pick(dice, _QUESTIONS)


def reply(dice: Dice) -> str:
    return pick(dice, _ANSWERS)


def outcome(dice: Dice) -> str:
    return pick(dice, _OUTCOMES)


def refusal(dice: Dice) -> tuple[str, DeclineCode | None]:
    """With the code that a partner gives beside it, if it gives one."""
    return pick(dice, _REFUSED)
