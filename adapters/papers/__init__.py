"""Papers as PDF.

Decision. Context: letters are set in Urdu and Pashto, which takes a shaper (Pango); what is in them must reach neither the network nor a
disk, and drawing must not hold up who else is served. Choice: WeasyPrint in one process of its own, kept warm (its start costs a second, a
letter a tenth of one), fed over a pipe, killed when a paper takes too long, renewed after some papers. Its fetcher knows one kind of
address, the face that the paper itself carries. Price: some 100 MB beside each serving process once the first paper was printed. Where
Pango is missing the process does not start, and papers are pages for the browser to print.
"""
