"""Answers of the library, kept by build and text until they are asked for again.

Nothing here draws. Errors are not kept: the next run tries again.
"""
