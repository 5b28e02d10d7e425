"""Passkeys, and the only file that imports `webauthn`: which options we ask for, and that every answer is verified against all of them.

Discoverable, so that nobody types a name; verified by the device, so that one passkey counts as both factors; no attestation, because
which make of telephone a counsellor has is nobody's business.
"""

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.passkeys import Holder, NewKey, PasskeyRefused, Site

NAME = "MRC Casework"
WITHIN = 120_000
"""Milliseconds a browser waits for the person."""
LONGEST = 16_384
_REQUIRED = UserVerificationRequirement.REQUIRED
# What the library lets through as other errors when bytes are cut or of another shape.
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class WebAuthnCeremony:
    """`domain.passkeys.Ceremony`."""

    def to_register(self, site: Site, challenge: bytes, holder: Holder, known: tuple[bytes, ...]) -> str:
        return options_to_json(
            generate_registration_options(
                rp_id=site.host,
                rp_name=NAME,
                user_id=holder.handle,
                user_name=holder.username,
                user_display_name=holder.name,
                challenge=challenge,
                timeout=WITHIN,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED, require_resident_key=True, user_verification=_REQUIRED
                ),
                exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            )
        )

    def registered(self, site: Site, challenge: bytes, answer: str) -> NewKey:
        try:
            made = verify_registration_response(
                credential=_short(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except _UNREADABLE:
            raise PasskeyRefused() from None
        return NewKey(made.credential_id, made.credential_public_key, made.sign_count)

    def to_sign_in(self, site: Site, challenge: bytes) -> str:
        return options_to_json(
            generate_authentication_options(rp_id=site.host, challenge=challenge, timeout=WITHIN, user_verification=_REQUIRED)
        )

    def named(self, answer: str) -> tuple[bytes, bytes]:
        try:
            said = parse_authentication_credential_json(_short(answer))
        except _UNREADABLE:
            raise PasskeyRefused() from None
        return said.raw_id, said.response.user_handle or b""

    def signed(self, site: Site, challenge: bytes, answer: str, public_key: bytes, counter: int) -> int:
        try:
            return verify_authentication_response(
                credential=_short(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=public_key,
                credential_current_sign_count=counter,
                require_user_verification=True,
            ).new_sign_count
        except _UNREADABLE:
            raise PasskeyRefused() from None


def _short(answer: str) -> str:
    if len(answer) > LONGEST:
        raise PasskeyRefused()
    return answer
