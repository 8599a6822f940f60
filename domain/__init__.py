"""The nouns every room speaks: geometry, provenance, fields, forms, values, findings. Imports nothing of ours."""
