"""`python -m robot`: what the launcher starts."""

import os
import sys

# Threads of torch and llama.cpp that wait for each other must sleep, not spin: with two busy cores
# (load 7) a reply of 14 tokens took 25 s instead of 0.5 s. OpenMP reads this once, when the first
# of them is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from robot.command_line import main  # see above

if __name__ == "__main__":
    sys.exit(main())
