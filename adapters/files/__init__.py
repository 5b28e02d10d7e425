"""Files that clients' papers come in: made anew without what they tell beside what they show.

Decision. Context: pictures carry the place where they were taken, PDFs carry scripts and further files, and the libraries that read
either are where the next hole will be. Choice: Pillow draws pictures anew, pypdf builds PDFs anew from their pages by lists of what may
stay, and both run in a process of their own with bounded memory and time, which is killed when it takes too long. Price: about a third of
a second of CPU a file, and some 60 MB while it runs; two at once, a short queue, then "try again". What is lost with the rest: colour
profiles, the structure tags and outlines of a PDF, form logic, layers' switches. What stays: metadata in JPEG 2000 images inside a PDF.
"""
