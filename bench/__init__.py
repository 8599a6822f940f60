"""Measures: invented forms, the printers and flatteners that maul them, and scores against the truth."""
