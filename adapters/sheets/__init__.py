"""Tables as files.

Decision. Context: a table of 250,000 rows has to leave within 300 MB, and a spreadsheet runs what looks like a formula. Choice: XlsxWriter
in its mode of constant memory, which puts each row on disk as it comes, in a folder of its own that only this process may read and that is
gone before the first byte leaves; every cell is written by its kind, so no text becomes a formula, a number or a link. CSV is written
piece by piece, with the row of HXL tags under its headings. Price: rows wait unsealed in the temporary folder for as long as the file is
made (in memory under the compose file, whose /tmp is that), and columns cannot be fitted to what is in them.
"""
