"""Built-in reports: made when asked for, and made by the worker for whoever wants one after each period."""

from service.usecases.reports.making import ProjectChoice, ReportLine, Reports
from service.usecases.reports.schedule import ScheduledReports

__all__ = ["ProjectChoice", "ReportLine", "Reports", "ScheduledReports"]
