"""The schema's history. `versions/NNNN_what.py`, numbered without gaps; the number is the revision."""
