"""The plan of a case: what it says (content), how it is agreed version by version (record), and the tasks it gives to staff (tasks)."""
