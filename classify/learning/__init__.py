"""Learning from labelled texts: examples, a linear reader, and how its voice joins that of the rules."""
