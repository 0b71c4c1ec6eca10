"""For tests of the language model's process: a robot that is killed.

`python -m tests.chat_program MODEL`
"""

import sys
from pathlib import Path

from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu import chat_process
from nlu.weights import Weights
from tests.programs import tell

if __name__ == "__main__":
    file = Path(sys.argv[1])
    model = chat_process.load(Weights(file, sha256_of(file)), ChatSettings(threads=1))
    tell(event="loaded", worker=model.supervisor.worker_pid)
    sys.stdin.read()
