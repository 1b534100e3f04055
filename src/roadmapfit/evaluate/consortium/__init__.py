"""Consortium completion: hide a member of a real project, and see where it is ranked."""
