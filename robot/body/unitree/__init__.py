"""A Unitree robot, or anything that speaks its services; `load` opens it."""
