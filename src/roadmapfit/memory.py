"""Memory that was let go of, given back to the system."""

from __future__ import annotations

import ctypes
import gc


def give_back_memory() -> None:
    """Return what was freed, after loading something large.

    The C library keeps freed memory for later, and loading a tokenizer frees as much as
    it keeps: 285 MB for the default model. Where the library is not glibc nothing is done.
    """
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
