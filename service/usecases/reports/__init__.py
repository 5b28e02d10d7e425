"""Built-in reports: made when asked for, and made by the worker for whoever wants one after each period."""

from service.usecases.reports.making import COUNTS_ONLY, ProjectChoice, ReportLine, Reports
from service.usecases.reports.schedule import ScheduledReports

__all__ = ["COUNTS_ONLY", "ProjectChoice", "ReportLine", "Reports", "ScheduledReports"]
