"""Measurements on real data; each module runs by itself."""
