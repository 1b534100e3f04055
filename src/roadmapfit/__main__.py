"""``python -m roadmapfit`` is ``roadmapfit``."""

from roadmapfit.cli import main

main()
