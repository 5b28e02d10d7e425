"""Reports: what is counted for others to read, and the sheets it leaves on."""
