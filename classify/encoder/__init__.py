"""The compact Chinese encoder."""
