"""The channel of a partner on paper: a person prints the letter and hands it over, so all there is to do is to have them asked."""

from datetime import datetime

from domain.partners.channels import Parcel
from domain.partners.exchange import Receipt, ReceiptState


class LetterTray:
    """`domain.partners.channels.Channel`."""

    async def carry(self, parcel: Parcel, at: datetime) -> Receipt:
        return Receipt(state=ReceiptState.taken, detail="a letter is to be printed and handed over")
