"""The hand-written dialogue topics which both pocket models learn from."""
