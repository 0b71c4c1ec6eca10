"""The conversation and the command line: the only room that knows the others."""
