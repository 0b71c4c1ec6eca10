"""Training of the pocket models: programs that write the files under models/."""
