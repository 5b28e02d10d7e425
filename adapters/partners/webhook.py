"""The channel of a partner with a system: its translator writes the notice, the guarded transport signs and carries it."""

from collections.abc import Mapping
from datetime import datetime

from domain.errors import Invalid, Unavailable
from domain.partners.channels import Parcel
from domain.partners.exchange import Carrier, Receipt, ReceiptState, Translator


class WebhookChannel:
    """`domain.partners.channels.Channel`."""

    def __init__(self, carrier: Carrier, translators: Mapping[str, Translator]) -> None:
        self._carrier, self._translators = carrier, translators

    async def carry(self, parcel: Parcel, at: datetime) -> Receipt:
        translator = self._translators.get(parcel.adapter)
        if translator is None:
            return Receipt(state=ReceiptState.again, detail="the partner's adapter is not switched on")
        package = parcel.package
        try:
            reply = await self._carrier.carry(translator.write(package), message=package.id, at=at, secrets=parcel.secrets)
            return translator.read_reply(reply)
        except Unavailable as refusal:
            return Receipt(state=ReceiptState.again, detail=refusal.rule)
        except Invalid as refusal:
            return Receipt(state=ReceiptState.gone, detail=refusal.rule)
        except Exception as fault:
            return Receipt(state=ReceiptState.again, detail=f"the partner's adapter failed ({type(fault).__name__})")
