"""Runs Streamlit and loads ahead: ``python -m roadmapfit.app.serve SCRIPT [OPTION]...``."""

from __future__ import annotations

import os
import sys
import threading
import time

from roadmapfit.memory import keep_little

# Often enough to begin at once, rarely enough to cost nothing.
POLL_S = 0.05
# Threads of one product of matrices. Readers share the cores already: with two threads each
# waits for the other, and an answer takes nearly twice the processor time and no less time.
BLAS_VARIABLE, N_BLAS_THREADS = "OPENBLAS_NUM_THREADS", "1"


def main() -> None:
    """Become the server; what follows the command is what ``streamlit run`` takes."""
    # Read when numpy is imported, which nothing has done yet.
    os.environ.setdefault(BLAS_VARIABLE, N_BLAS_THREADS)
    keep_little()
    threading.Thread(target=_load_ahead, name="roadmapfit-ahead", daemon=True).start()
    from streamlit.web.cli import main as streamlit

    streamlit(["run", *sys.argv[1:]], prog_name="streamlit")


def _load_ahead() -> None:
    from streamlit import runtime

    # Caches belong to the server: before there is one, they would be another's.
    while not runtime.exists():
        time.sleep(POLL_S)
    from roadmapfit.app.ahead import load_ahead, wait_for_page

    wait_for_page()
    load_ahead()


if __name__ == "__main__":
    main()
