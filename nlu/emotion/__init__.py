"""How the words of a sentence sound: a reading of text, never of a person."""
