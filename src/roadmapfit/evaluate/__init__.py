"""Measuring the aligner on real data with ground truth."""
