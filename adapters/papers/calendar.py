"""Appointments as iCalendar objects (RFC 5545), for the calendar of a counsellor."""

from zoneinfo import ZoneInfo

import icalendar

from domain.referrals.appointments import Appointment

ZONE = ZoneInfo("Asia/Karachi")


class ICalendar:
    def event(self, appointment: Appointment) -> bytes:
        """How long it takes nobody told, so it has no end."""
        event = icalendar.Event()
        event.add("uid", appointment.uid)
        event.add("sequence", appointment.sequence)
        event.add("dtstamp", appointment.made_at)
        event.add("dtstart", appointment.starts.astimezone(ZONE))
        event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
        event.add("class", "PRIVATE")
        event.add("summary", f"{appointment.word}: {appointment.partner or appointment.centre}")
        event.add("description", f"{appointment.centre}\n{appointment.ref}")
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//MRC Casework//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "CANCEL" if appointment.cancelled else "PUBLISH")
        calendar.add_component(event)
        calendar.add_missing_timezones()
        made: bytes = calendar.to_ical()
        return made
