"""What people say about manner, feedback and memory becomes what Sori does about it."""
