"""Reports: what can be counted, by what it can be split, and a question that puts the two together."""
