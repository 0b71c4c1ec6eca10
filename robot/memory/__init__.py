"""What is kept over restarts: turns for a while, preferences, and what people reported."""
