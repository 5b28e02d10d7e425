"""Who may do what, to whose records: roles, acts, the policy table, and the scope that every list and every look-up takes first."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID

from domain.errors import Invalid, NotAllowed
from domain.values import CentreCode, Language, PartnerId, StaffId


class Role(StrEnum):
    counsellor = "counsellor"
    supervisor = "supervisor"
    centre_manager = "centre_manager"
    analyst = "analyst"
    dpo = "dpo"
    admin = "admin"
    partner = "partner"
    partner_lead = "partner_lead"
    partner_worker = "partner_worker"


class Act(StrEnum):
    """Every act a person or a partner's system can ask for. A route names one; a route that names none does not start (tests/trust)."""

    see_self = "see_self"
    keep_account = "keep_account"
    set_password = "set_password"
    set_language = "set_language"
    sign_out = "sign_out"
    see_colleagues = "see_colleagues"
    add_contact = "add_contact"
    see_outreach = "see_outreach"
    hold_outreach = "hold_outreach"
    find_client = "find_client"
    register_client = "register_client"
    see_client = "see_client"
    change_client = "change_client"
    see_consent = "see_consent"
    record_consent = "record_consent"
    withdraw_consent = "withdraw_consent"
    see_cases = "see_cases"
    open_case = "open_case"
    see_case = "see_case"
    change_case = "change_case"
    write_in_case = "write_in_case"
    assign_case = "assign_case"
    screen = "screen"
    decide_screening = "decide_screening"
    write_plan = "write_plan"
    approve_plan = "approve_plan"
    see_referrals = "see_referrals"
    make_referral = "make_referral"
    move_referral = "move_referral"
    approve_referral = "approve_referral"
    see_disclosures = "see_disclosures"
    ask_disclosure = "ask_disclosure"
    decide_disclosure = "decide_disclosure"
    see_partners = "see_partners"
    run_partners = "run_partners"
    see_hidden_address = "see_hidden_address"
    see_dashboards = "see_dashboards"
    build_report = "build_report"
    see_trail = "see_trail"
    break_glass = "break_glass"
    review_break_glass = "review_break_glass"
    run_staff = "run_staff"
    import_register = "import_register"
    answer_referral = "answer_referral"
    send_incoming = "send_incoming"
    see_incoming = "see_incoming"
    answer_incoming = "answer_incoming"
    see_transfers = "see_transfers"
    ask_transfer = "ask_transfer"
    answer_transfer = "answer_transfer"
    invite_agency = "invite_agency"
    run_endpoint = "run_endpoint"
    see_partner_queue = "see_partner_queue"
    hold_referral = "hold_referral"
    share_out_referral = "share_out_referral"
    run_partner_staff = "run_partner_staff"
    see_evidence = "see_evidence"
    ask_evidence = "ask_evidence"
    decide_evidence = "decide_evidence"
    make_extract = "make_extract"
    see_policy = "see_policy"
    write_policy = "write_policy"
    move_policy = "move_policy"
    see_exports = "see_exports"
    ask_export = "ask_export"
    move_export = "move_export"
    decide_export = "decide_export"
    fetch_export = "fetch_export"
    see_projects = "see_projects"
    run_projects = "run_projects"
    set_default_project = "set_default_project"


class Reach(IntEnum):
    """How far an act goes: the records one is assigned to, those of one's centre, or all."""

    own = 1
    centre = 2
    all = 3


_O, _C, _A = Reach.own, Reach.centre, Reach.all
_K, _S, _M = Role.counsellor, Role.supervisor, Role.centre_manager
_L, _W = Role.partner_lead, Role.partner_worker
PARTNER_PEOPLE = (_L, _W)
"""People of a partner who sign in here. They are nobody's colleagues at a centre."""
PARTNER_SIDE = (Role.partner, *PARTNER_PEOPLE)
"""Whoever answers from the partner's side: its system, and its people."""
STAFF_ROLES = tuple(role for role in Role if role not in PARTNER_SIDE)
PEOPLE = (*STAFF_ROLES, *PARTNER_PEOPLE)
"""Whoever has an account of their own, with a password."""

POLICY: dict[Act, dict[Role, Reach]] = {
    Act.see_self: dict.fromkeys(Role, _A),
    Act.keep_account: dict.fromkeys(PEOPLE, _A),
    Act.set_password: dict.fromkeys(PEOPLE, _A),
    Act.set_language: dict.fromkeys(PEOPLE, _A),
    Act.sign_out: dict.fromkeys(Role, _A),
    Act.see_colleagues: dict.fromkeys(STAFF_ROLES, _A),
    Act.add_contact: {_K: _C, _S: _C, _M: _C},
    Act.see_outreach: {_K: _C, _S: _C, _M: _C, Role.analyst: _A, Role.dpo: _A},
    Act.hold_outreach: {_K: _C, _S: _C, _M: _C},
    Act.find_client: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.register_client: {_K: _C, _S: _C, _M: _C},
    Act.see_client: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.change_client: {_K: _C, _S: _C, _M: _C},
    Act.see_consent: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.record_consent: {_K: _C, _S: _C, _M: _C},
    Act.withdraw_consent: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.see_cases: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.open_case: {_K: _C, _S: _C, _M: _C},
    Act.see_case: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.change_case: {_K: _O, _S: _C, _M: _C},
    Act.write_in_case: {_K: _C, _S: _C, _M: _C},
    Act.assign_case: {_S: _C, _M: _C},
    Act.screen: {_K: _C, _S: _C, _M: _C},
    Act.decide_screening: {_K: _O, _S: _C, _M: _C},
    Act.write_plan: {_K: _O, _S: _C, _M: _C},
    Act.approve_plan: {_S: _C, _M: _C},
    Act.see_referrals: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.make_referral: {_K: _O, _S: _C, _M: _C},
    Act.move_referral: {_K: _O, _S: _C, _M: _C},
    Act.approve_referral: {_S: _C, _M: _C},
    Act.see_disclosures: {_S: _C, _M: _C, Role.dpo: _A},
    Act.ask_disclosure: {_S: _C, _M: _C},
    Act.decide_disclosure: {_S: _C, _M: _C},
    Act.see_partners: {_K: _A, _S: _A, _M: _A, Role.analyst: _A, Role.dpo: _A, Role.admin: _A},
    Act.run_partners: {Role.admin: _A},
    # Those who see or make referrals, and nobody else: why is written in domain/partners/places.
    Act.see_hidden_address: {_K: _A, _S: _A, _M: _A, Role.dpo: _A},
    Act.see_dashboards: {_S: _C, _M: _C, Role.analyst: _A},
    Act.build_report: {_S: _C, _M: _C, Role.analyst: _A},
    Act.see_trail: {Role.dpo: _A},
    Act.break_glass: {_K: _C, _S: _C, _M: _C},
    Act.review_break_glass: {Role.dpo: _A},
    Act.run_staff: {Role.admin: _A},
    Act.import_register: {_M: _C, Role.admin: _A},
    Act.answer_referral: dict.fromkeys(PARTNER_SIDE, _O),
    Act.send_incoming: {Role.partner: _O},
    Act.see_incoming: {_K: _C, _S: _C, _M: _C, Role.dpo: _A},
    Act.answer_incoming: {_K: _C, _S: _C, _M: _C},
    Act.see_transfers: {_K: _O, _S: _C, _M: _C, Role.dpo: _A},
    Act.ask_transfer: {_K: _O, _S: _C, _M: _C},
    Act.answer_transfer: {_S: _C, _M: _C},
    Act.invite_agency: {_S: _C, _M: _C},
    Act.run_endpoint: {Role.partner: _O},
    Act.see_partner_queue: dict.fromkeys(PARTNER_PEOPLE, _O),
    Act.hold_referral: dict.fromkeys(PARTNER_PEOPLE, _O),
    Act.share_out_referral: {_L: _O},
    Act.run_partner_staff: {_L: _O, Role.admin: _A},
    Act.see_evidence: {Role.analyst: _A, Role.dpo: _A},
    Act.ask_evidence: {Role.analyst: _A},
    Act.decide_evidence: {Role.dpo: _A},
    Act.make_extract: {Role.analyst: _A},
    Act.see_policy: {_S: _C, _M: _C, Role.analyst: _A, Role.dpo: _A},
    Act.write_policy: {_S: _C, _M: _C, Role.analyst: _A},
    Act.move_policy: {_S: _C, _M: _C, Role.analyst: _A, Role.dpo: _A},
    Act.see_exports: {_S: _C, _M: _C, Role.analyst: _A, Role.dpo: _A},
    Act.ask_export: {_S: _C, _M: _C, Role.analyst: _A},
    Act.move_export: {_S: _C, _M: _C, Role.analyst: _A, Role.dpo: _A},
    Act.decide_export: {_S: _C, _M: _C, Role.dpo: _A},
    Act.fetch_export: {_S: _C, _M: _C, Role.analyst: _A},
    Act.see_projects: {_K: _C, _S: _C, _M: _C, Role.analyst: _A, Role.dpo: _A, Role.admin: _A},
    Act.run_projects: {_S: _A, _M: _A, Role.admin: _A},
    Act.set_default_project: {_S: _C, _M: _C},
}


FIRST = frozenset({Act.set_password, Act.set_language, Act.sign_out})
"""All that somebody may do who came in by a password that another person knows."""
OWN = FIRST | {Act.see_self, Act.keep_account}
"""What belongs to one's own account: all that somebody may do whose role needs a second factor, until they have one."""


class Sensitivity(StrEnum):
    normal = "normal"
    restricted = "restricted"
    gbv_child = "gbv_child"


class TwoPeople(NotAllowed):
    """A second person has to do this: whoever asked cannot also approve."""

    next = "Ask another supervisor of the centre."


class PasswordToChange(NotAllowed):
    """This password was handed to you: choose one of your own first."""

    next = "Choose a password that nobody else knows; everything else opens after that."


class SecondFactorToTake(NotAllowed):
    """Your role needs a second factor: set one up first."""

    next = "Set up a code or a passkey on your account page (/me/second-factor); everything else opens after that."


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose records a question may touch. Stores turn it into the where-clause of every statement; there is no list without one.

    `centres` are the codes in reach. `staff` is the asker: records assigned to them are always in reach inside those centres.
    `assigned_only` narrows to those; `clears` are the sensitivities visible without assignment. A live break-glass grant adds one client.
    """

    centres: tuple[CentreCode, ...]
    staff: StaffId
    assigned_only: bool = False
    clears: tuple[Sensitivity, ...] = (Sensitivity.normal,)

    def at(self, centre: CentreCode | None) -> "Scope":
        """The same within one centre; as it is where none is said. Raises NotAllowed for one out of reach."""
        if centre is None:
            return self
        if centre not in self.centres:
            raise NotAllowed("This centre is not one of yours.")
        return replace(self, centres=(centre,))


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in: a member of staff, a partner's system or one of its people, or the house itself (the worker, a command). `until`
    is when their session ends, however much they do in it. `partner` is whom they answer for, on the partner's side."""

    id: UUID
    role: Role
    centres: tuple[CentreCode, ...]
    session: UUID | None = None
    partner: PartnerId | None = None
    name: str = ""
    language: Language = Language.english
    must_change_password: bool = False
    must_take_factor: bool = False
    until: datetime | None = None

    @property
    def held_up(self) -> bool:
        """Whether something has to be done first, whatever is asked for."""
        return self.must_change_password or self.must_take_factor

    def may(self, act: Act) -> bool:
        return self.role in POLICY[act] and self._first(act) is None

    def _first(self, act: Act) -> NotAllowed | None:
        """What has to be done before this."""
        if self.must_change_password and act not in FIRST:
            return PasswordToChange()
        if self.must_take_factor and act not in OWN:
            return SecondFactorToTake()
        return None

    def scope(self, act: Act) -> Scope:
        """The reach this actor has for this act. Raises what `check` raises; NotAllowed when there is none."""
        self.check(act)
        reach = POLICY[act][self.role]
        sees_all = self.role in (Role.supervisor, Role.centre_manager, Role.dpo)
        return Scope(
            centres=self.centres,
            staff=StaffId(self.id),
            assigned_only=reach is Reach.own,
            clears=tuple(Sensitivity) if sees_all else (Sensitivity.normal,),
        )

    def check(self, act: Act) -> None:
        """Raises PasswordToChange, SecondFactorToTake, NotAllowed."""
        if first := self._first(act):
            raise first
        if self.role not in POLICY[act]:
            raise NotAllowed(f"The role {self.role} may not do this.")

    def own_centre(self, asked: CentreCode | None) -> CentreCode:
        """The centre a new record belongs to. Raises NotAllowed for one out of reach, Invalid when it has to be said."""
        if asked is not None:
            if asked not in self.centres:
                raise NotAllowed("This centre is not one of yours.")
            return asked
        if len(self.centres) != 1:
            raise Invalid("Say at which centre.", field="centre", next=f"One of {', '.join(self.centres)}.")
        return self.centres[0]


ONE_TIME = timedelta(hours=72)
"""How long a password works that another person handed over: a slip of paper found next week opens nothing."""


@dataclass(slots=True)
class Staff:
    """A member of staff, or of a partner: then `partner_id` says of which, and there are no centres. `centres` are those whose records the
    role reaches; `epoch` grows when every open session must end.

    `totp_step` is the last step of time whose one-time code was taken: a code seen over a shoulder is worth nothing any more.
    `must_change_password` holds while the password is one that another person handed over, which works until `password_until`.
    """

    id: StaffId
    username: str
    name: str
    role: Role
    centres: tuple[CentreCode, ...]
    password: str
    language: Language = Language.english
    totp: str | None = None
    totp_step: int = 0
    active: bool = True
    must_change_password: bool = False
    password_until: datetime | None = None
    epoch: int = 1
    sample: bool = False
    version: int = 1
    partner_id: PartnerId | None = None
    placed_at: datetime | None = None
    """Since when they have their role and centres, and work here or not; not known of everybody."""

    def hand(self, hashed: str, at: datetime) -> None:
        """A password that somebody else made and knows."""
        self.password, self.must_change_password, self.password_until = hashed, True, at + ONE_TIME

    def choose(self, hashed: str) -> None:
        """A password of their own."""
        self.password, self.must_change_password, self.password_until = hashed, False, None

    def password_over(self, at: datetime) -> bool:
        return self.password_until is not None and at >= self.password_until
