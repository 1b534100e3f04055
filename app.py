"""Starts the app: ``streamlit run app.py``."""

from roadmapfit.app.main import main

main()
