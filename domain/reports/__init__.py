"""Reports: what can be counted and how it is split, a question that puts the two together, and the sheets that answers leave on."""
