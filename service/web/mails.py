"""What mails to agencies say, in their language: that something waits and until when, never about whom or what."""

from collections.abc import Mapping
from datetime import datetime

from domain.partners.channels import Mail, Parcel
from domain.referrals.links import INVITED
from domain.referrals.waiting import DESK_MAILS
from domain.reports.built_in import REPORTS, ReportCode
from domain.values import Language
from service.web.catalogue import RIGHT_TO_LEFT, Words, mark
from service.web.times import when

SUBJECTS: Mapping[str, str] = {
    "referral.sent": mark("A request from the Migrant Resource Centre waits for your answer"),
    "referral.answered": mark("Your question to the Migrant Resource Centre is answered"),
    "referral.reminder": mark("Reminder: a request from the Migrant Resource Centre still waits"),
    "referral.withdrawn": mark("The Migrant Resource Centre has withdrawn a request"),
    "referral.recalled": mark("The Migrant Resource Centre has recalled a request: please delete what you hold"),
    "incoming.answered": mark("The Migrant Resource Centre has answered about somebody you sent"),
    "incoming.invited": mark("Here your office can send somebody to the Migrant Resource Centre"),
    "desk.waits": mark("A request from the Migrant Resource Centre waits at your desk"),
    "desk.reminder": mark("Reminder: a request from the Migrant Resource Centre waits at your desk, and half of the time is over"),
    "desk.late": mark("The time to answer a request at your desk is over"),
    "incoming.link": mark("Your new link to somebody you sent to the Migrant Resource Centre"),
}
STOPPED: Mapping[str, str] = {
    "referral.withdrawn": mark("Please stop working on it, and delete what you hold of it."),
    "referral.recalled": mark("The consent for it was withdrawn. Please stop working on it, and delete what you hold of it."),
}
ONE_PERSON = mark(
    "By the link below your office can send one person, who has to agree to it first. Ask for a new link for the next person."
)
OPEN = mark("Open it with this link. You will be asked for a code that goes to your registered contact:")
SIGN_IN = mark("Sign in here with your own name to see it:")
REFERENCE = mark("Reference: {ref}")
UNTIL = mark("Please answer by {time} (Pakistan time).")
GUARD = mark("Please forward this mail to nobody outside your office. It says nothing about the person on purpose.")
REPORT_READY = mark("A report that you asked for is made: {report}")
FETCH = mark("Sign in here with your own name to fetch it:")
SUBJECT_OF_CODE = mark("Your code for the Migrant Resource Centre")
CODE = mark("Your code: {code}")
CODE_LASTS = mark("It works for fifteen minutes, once, in the page that asked for it. If you did not ask for it, nothing needs to be done.")


class PageMailWriter:
    """`domain.partners.channels.MailWriter`."""

    def notice(self, parcel: Parcel) -> Mail:
        words, package = Words(parcel.language), parcel.package
        ref, until = str(package.data.get("referral") or package.data.get("incoming", "")), package.data.get("answer_by")
        lines = [words(SUBJECTS[package.kind]), *([words(REFERENCE, ref=ref)] if ref else [])]
        if package.kind == INVITED:
            lines.append(words(ONE_PERSON))
        if package.kind in STOPPED:
            lines.append(words(STOPPED[package.kind]))
        elif until:
            due = datetime.fromisoformat(str(until))
            lines.append(words(UNTIL, time=when(words, due, due).full))
        if package.kind in DESK_MAILS:
            lines += [words(SIGN_IN), package.url]
        elif package.url:
            lines += [words(OPEN), package.url]
        return Mail(parcel.to, words(SUBJECTS[package.kind]), _text(words, [*lines, words(GUARD)]), parcel.language, package.id)

    def code(self, to: str, code: str, language: Language, id: str) -> Mail:
        words = Words(language)
        return Mail(to, words(SUBJECT_OF_CODE), _text(words, [words(CODE, code=code), words(CODE_LASTS)]), language, id)

    def report_ready(self, to: str, report: ReportCode, language: Language, url: str, id: str) -> Mail:
        """`domain.reports.schedule.ReportMailWriter`."""
        words = Words(language)
        says = words(REPORT_READY, report=words(REPORTS[report].title))
        return Mail(to, says, _text(words, [says, words(FETCH), url]), language, id)


def _text(words: Words, lines: list[str]) -> str:
    """A mark at the head of each line says which way it runs: mail programs go by the first letter, and a link has Latin ones."""
    head = "\u200f" if words.language in RIGHT_TO_LEFT else ""
    return "\n\n".join(line if line.startswith("http") else head + line for line in lines) + "\n"
