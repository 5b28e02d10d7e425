"""Parts of pages that are drawn once: filled in anew for each reader, and unable to keep a person's words."""

from uuid import UUID

import pytest
from jinja2 import DictLoader
from jinja2.exceptions import UndefinedError

from domain.values import Language
from service.web.forms import NOTHING, Again, Fault
from service.web.speaking import templates
from service.web.still import Proof, parts_for

ENGLISH, URDU = Language.english, Language.urdu
ONE, OTHER = Proof("token-of-one", "fresh-of-one"), Proof("token-of-another", "fresh-of-another")
CASE, TASK = UUID(int=1), UUID(int=2)


def test_each_reader_gets_their_own_proof_and_record() -> None:
    mine = parts_for(ENGLISH, ONE, NOTHING)("case_parts.note", {"case": CASE})
    theirs = parts_for(ENGLISH, OTHER, NOTHING)("case_parts.note", {"case": TASK})
    assert 'value="token-of-one"' in mine
    assert 'value="fresh-of-one-note"' in mine
    assert f"/cases/{CASE}/notes" in mine
    assert 'value="token-of-another"' in theirs
    assert f"/cases/{TASK}/notes" in theirs
    assert "of-one" not in theirs
    assert "\x00" not in mine + theirs


def test_each_language_has_its_own() -> None:
    said = [parts_for(language, ONE, NOTHING)("case_parts.note", {"case": CASE}) for language in (ENGLISH, URDU)]
    assert "Save the note" in said[0]
    assert "Save the note" not in said[1]


def test_what_is_filled_in_is_escaped_and_never_filled_in_again() -> None:
    title = 'Ring <b>"home"</b> \x00form_token\x00'
    drawn = parts_for(ENGLISH, ONE, NOTHING)("case_parts.finish", {"case": CASE, "task": TASK, "title": title})
    assert "Done: Ring &lt;b&gt;&#34;home&#34;&lt;/b&gt; \x00form_token\x00" in drawn
    assert drawn.count("token-of-one") == 1


def test_a_form_shown_again_has_what_was_typed() -> None:
    again = Again("note", {"text": ("What she said",)}, (Fault("text", "This cannot be empty."),))
    drawn = parts_for(ENGLISH, ONE, again)("case_parts.note", {"case": CASE})
    assert "What she said" in drawn
    assert "This cannot be empty." in drawn
    assert '<details class="fold" open>' in drawn
    assert "What she said" not in parts_for(ENGLISH, ONE, NOTHING)("case_parts.note", {"case": CASE})


def test_of_forms_that_are_alike_the_one_shown_again_has_it() -> None:
    draw = parts_for(ENGLISH, ONE, Again(f"decision-{TASK}", {"why": ("She told me so",)}))
    drawn = [
        draw("case_parts.decision", {"case": CASE, "screening": id}, form=f"decision-{id}", findings=(), open=False) for id in (CASE, TASK)
    ]
    assert ["She told me so" in one for one in drawn] == [False, True]


@pytest.mark.parametrize("reaches_for", ["view.client.name", "page.actor.name", "moment(at)"])
def test_a_part_cannot_reach_for_a_person(reaches_for: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = DictLoader({"_leaky.html": f"{{% macro name() %}}{{{{ {reaches_for} }}}}{{% endmacro %}}", "_forms.html": ""})
    monkeypatch.setattr(templates()[ENGLISH], "loader", leaky)
    with pytest.raises(UndefinedError):
        parts_for(ENGLISH, ONE, NOTHING)("leaky.name")
