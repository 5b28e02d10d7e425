"""What the codes of the policy log are called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.policy.note import NoteState, NoteStep, SharedBy, Topic
from service.web.catalogue import mark

OF_POLICY: Mapping[type[StrEnum], Mapping[str, str]] = {
    Topic: {
        "data": mark("Data on migration"),
        "information": mark("Information for migrants"),
        "documents": mark("Identity and documents"),
        "pathways": mark("Regular ways abroad"),
        "recruitment": mark("Fair recruitment and decent work"),
        "vulnerability": mark("People in need of protection"),
        "smuggling": mark("Smuggling of migrants"),
        "trafficking": mark("Trafficking in persons"),
        "detention": mark("Detention"),
        "consular": mark("Help from consulates"),
        "services": mark("Access to basic services"),
        "inclusion": mark("Inclusion"),
        "skills": mark("Skills and their recognition"),
        "remittances": mark("Sending money home"),
        "return_reintegration": mark("Return and reintegration"),
    },
    NoteState: {
        "draft": mark("Draft"),
        "submitted": mark("Waits for a second person"),
        "approved": mark("Approved"),
        "shared": mark("Shared"),
        "answered": mark("Answered"),
        "adopted": mark("Adopted"),
        "not_adopted": mark("Not adopted"),
    },
    NoteStep: {
        "submit": mark("Submit the note"),
        "send_back": mark("Send back"),
        "approve": mark("Approve the note"),
        "share": mark("Write down the sharing"),
        "answer": mark("Write down the answer"),
        "adopt": mark("Write down the adoption"),
        "turn_down": mark("Write down that it was not adopted"),
    },
    SharedBy: {
        "letter": mark("By letter"),
        "mail": mark("By e-mail"),
        "meeting": mark("In a meeting"),
        "publication": mark("By publishing it"),
    },
}
NOTICES_OF_POLICY: Mapping[str, str] = {
    "policy_submit": mark("A policy note waits for a second person"),
    "policy_approve": mark("Your policy note is approved"),
    "policy_send_back": mark("Your policy note is sent back"),
}
FIELDS_OF_POLICY: Mapping[str, str] = {
    "heading": mark("Title"),
    "observed": mark("What was observed?"),
    "advised": mark("What is advised?"),
    "addressee": mark("Another office"),
    "questions": mark("Figures"),
    "figures": mark("Figures"),
    "said": mark("In words"),
}
