"""What the dashboards say beyond the caseload: of which facts a figure is made, and what a reader makes of the counts."""
