"""The worked example of another distribution has a test of its own, which runs where it is installed (test_distribution.py)."""

collect_ignore = ["distribution"]
