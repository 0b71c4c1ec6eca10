"""What the robot knows at this moment, told to the language model so that it makes nothing up.

Facts stand before what the person says, in the same turn: "(battery: eighty percent; time: ten
past three) how much battery do you have". The system text would be the usual place, but it is the
same at every turn and stays evaluated; facts change.
"""

from collections.abc import Sequence


def with_facts(facts: Sequence[str], text: str) -> str:
    """`text` after its facts, each written "kind: spoken words"; without any, `text` alone."""
    return f"({'; '.join(facts)}) {text}" if facts else text
