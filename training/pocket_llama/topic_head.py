"""The lesson beside the lesson: what does the user want?"""

from torch import Tensor, nn
from torch.nn import functional

from training.pocket_llama.batches import UNLEARNT


class TopicHead(nn.Module):
    """Names the topic from the state in the middle of the network, where a prompt ends.

    Only for the training: the words of an answer follow from one another, so the answer loss
    alone hardly rewards looking at the question, and a small network is slow to find out. The
    head asks for the topic directly, half-way up, where the later layers can still use it.
    """

    def __init__(self, width: int, topics: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, topics)

    def loss(self, middle: Tensor, topics: Tensor) -> Tensor:
        """Mean cross entropy, in nats, of states (B, T, width) where topics (B, T) are known."""
        ends = topics != UNLEARNT
        if not bool(ends.any()):
            return middle.new_zeros(())
        states = functional.rms_norm(middle[ends], middle.shape[-1:])
        return functional.cross_entropy(self.score(states), topics[ends])
