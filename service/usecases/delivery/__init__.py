"""The post room: carrying what waits for partners, and what follows from it."""

from service.usecases.delivery.carrying import Delivery

__all__ = ["Delivery"]
