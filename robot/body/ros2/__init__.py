"""A robot that listens to ROS 2 topics; `load` opens it."""
