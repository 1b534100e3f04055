"""What a long-lived process does about memory that was let go of, and about what stays."""

from __future__ import annotations

import ctypes
import gc

# glibc's M_ARENA_MAX. Each thread takes an arena of its own while there are few, and
# what is freed in one serves no other; a server has a new thread at every click.
_ARENA_MAX, _N_ARENAS = -8, 2
# glibc's M_MMAP_THRESHOLD. Arrays from a megabyte on go back to the system when they are
# freed; left to itself the library raises this to 32 and keeps them.
_MMAP_THRESHOLD, _N_BYTES = -3, 2**20


def keep_little() -> None:
    """Let the C library keep little of what is freed; to be called before there are threads.

    Where the library is not glibc nothing is done.
    """
    _call("mallopt", _ARENA_MAX, _N_ARENAS)
    _call("mallopt", _MMAP_THRESHOLD, _N_BYTES)


def settle_memory() -> None:
    """Return what was freed to the system, and let the collector pass over what stays.

    To be called after something large was loaded. Loading a tokenizer frees as much as it
    keeps (285 MB for the default model), which the C library would hold for later. And to
    look through the records of 18,000 projects for garbage takes half a second.
    """
    gc.unfreeze()  # what was let go of since the last time can be collected now
    gc.collect()
    gc.freeze()
    # Python looks through everything once a quarter as much has come as there was at its last
    # look: so little that what a page leaves behind goes within some clicks.
    gc.collect()
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return
    function(*arguments)
