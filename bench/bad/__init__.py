"""Bad and odd inputs, each made on the spot, and what a user must be told of each."""
