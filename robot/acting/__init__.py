"""From an understood command to a performed one and the words about it."""
