"""What the grammar does not catch: a form that the language model fills in."""
