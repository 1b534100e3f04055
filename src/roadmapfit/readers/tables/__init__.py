"""Tables of open data and of spreadsheets, known by their columns whatever holds them."""
