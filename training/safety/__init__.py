"""Training of the linear safety classifiers; see README.md."""
