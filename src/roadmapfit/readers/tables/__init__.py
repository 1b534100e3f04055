"""Tables of open data and of spreadsheets: opened whatever their container, known by their columns."""
