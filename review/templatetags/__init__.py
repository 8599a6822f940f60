"""Words and figures as pages show them."""
