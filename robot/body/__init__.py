"""The body: what it can do, what it is asked to do, and what it really did."""
