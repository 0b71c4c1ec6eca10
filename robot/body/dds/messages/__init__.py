"""Messages as they go over DDS: one file a package, the layout of the ROS 2 definitions.

An octet is declared `byte`, never `uint8`: with cyclonedds 11 that one kills peers of 0.10.2, the
version in Unitree's robots.
"""
