"""Pages that are read by one question are read under one scope: right only while the acts of all that stands on them reach alike."""

import pytest

from domain.identity import POLICY, Act

PERSON = (Act.see_client, Act.see_cases, Act.see_consent)
CASE = (Act.see_case, Act.see_client, Act.see_consent, Act.see_referrals)
REFERRAL = (Act.see_referrals, Act.see_case, Act.see_client, Act.see_consent)


@pytest.mark.parametrize("acts", [PERSON, CASE, REFERRAL])
def test_one_scope_is_that_of_every_part(acts: tuple[Act, ...]) -> None:
    assert [POLICY[act] for act in acts[1:]] == [POLICY[acts[0]]] * (len(acts) - 1)


def test_acts_that_reach_apart_are_seen() -> None:
    """The control: a counsellor sees every case of the centre, and changes only her own."""
    assert POLICY[Act.see_case] != POLICY[Act.change_case]
