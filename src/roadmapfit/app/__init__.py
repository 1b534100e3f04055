"""The Streamlit app: pages read state, ask ``analysis`` and draw; nothing is computed here."""
