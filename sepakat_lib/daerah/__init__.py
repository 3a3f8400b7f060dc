"""Data Daerah: an office's own table, from a template to official figures.

`templates` writes the workbook, `reading` checks it row by row, `marking` gives it back
with its errors marked, `kept` holds every version with who handed it in and who approved
it, `submitting` is the way through them.
"""
