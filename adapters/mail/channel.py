"""The channel of an agency with a mailbox: a mail in its language with a link, and nothing about the person."""

from datetime import datetime

from domain.errors import Invalid, Unavailable
from domain.partners.channels import Mailer, MailWriter, Parcel
from domain.partners.exchange import Receipt, ReceiptState


class MailChannel:
    """`domain.partners.channels.Channel`."""

    def __init__(self, mailer: Mailer, writer: MailWriter) -> None:
        self._mailer, self._writer = mailer, writer

    async def carry(self, parcel: Parcel, at: datetime) -> Receipt:
        try:
            await self._mailer.send(self._writer.notice(parcel))
        except Unavailable as refusal:
            return Receipt(state=ReceiptState.again, detail=refusal.rule)
        except Invalid as refusal:
            return Receipt(state=ReceiptState.gone, detail=refusal.rule)
        return Receipt(state=ReceiptState.taken, detail="mailed")
