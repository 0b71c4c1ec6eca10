"""DDS, the transport under ROS 2 and under Unitree's services, by Cyclone DDS.

`library` says whether it is installed and imports nothing of it; everything else does, and is
imported only once such a body is configured.
"""
