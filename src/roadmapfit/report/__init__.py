"""Sheets and tables as files: HTML, DOCX, XLSX. Nothing is computed here.

``layout`` says what a sheet says, block by block and in which words; ``html_file`` and
``docx_file`` draw the same blocks; ``xlsx_file`` writes tables.
"""
