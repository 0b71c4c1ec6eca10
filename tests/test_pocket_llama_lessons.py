"""The lessons of the pocket Llama: copying can be learnt from them, and a network can grow."""

import copy
import random

import pytest
import torch

from training.muon import Muon, orthogonal
from training.pocket_llama.batches import UNLEARNT
from training.pocket_llama.copying import with_copying_layers
from training.pocket_llama.dialogues import DialogueOptions, Dialogues
from training.pocket_llama.growth import with_layers, with_pieces
from training.pocket_llama.lessons import COURSE, FURTHER, due
from training.pocket_llama.model import ModelOptions, PocketLlama
from training.pocket_llama.recall import Recall
from training.pocket_llama.topic_head import TopicHead

SMALL = ModelOptions(
    vocabulary=40, width=32, layers=2, copying_layers=0, heads=2, hidden=64, context=16
)


@pytest.fixture(scope="module")
def talk() -> Dialogues:
    return Dialogues(DialogueOptions())


def test_a_made_up_answer_can_only_be_copied_from_the_prompt(talk: Dialogues) -> None:
    recall, rng = Recall(talk), random.Random(1)
    turns = [turn for _ in range(200) for turn in recall.conversation(rng) if turn.topic < 0]
    assert len(turns) > 50
    for turn in turns:
        told = turn.prompt.split("(", 1)[1].split(")", 1)[0]
        values = [fact.split(": ")[1] for fact in told.split("; ")]
        assert any(value.casefold() in turn.answer.casefold() for value in values), turn


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_skill_with_invented_values_repeats_them(talk: Dialogues, language: str) -> None:
    skills, rng = talk.skills[language], random.Random(2)
    found = [skills.invented(skill, rng, lambda: "qqq www") for skill in skills.skills]
    turns = [turn for turn in found if turn]
    assert len(turns) > 40
    assert all("qqq www" in turn.prompt for turn in turns)
    assert all("qqq www" in turn.answer.lower() for turn in turns)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_facts_of_a_skill_are_never_told_twice_or_where_they_are_missing(
    talk: Dialogues, language: str
) -> None:
    rng = random.Random(3)
    for skill in talk.skills[language].skills:
        for _ in range(10):
            turn = talk.skills[language].turn(skill, rng)
            kinds = [fact.split(":")[0] for fact in turn.facts]
            assert len(set(kinds)) == len(kinds)
            assert not set(skill.without) & set(kinds)


def test_the_course_goes_from_topics_to_whole_talks() -> None:
    assert COURSE[-1].until == FURTHER[-1].until == 1.0
    stages = (*COURSE, *FURTHER)
    assert all(sum(stage.shares.values()) == pytest.approx(1.0) for stage in stages)
    assert "full" not in due(0.0)
    assert due(1.5) == due(0.999) == COURSE[-1].shares


def test_new_layers_change_nothing_yet_and_can_learn() -> None:
    small = PocketLlama(SMALL)
    grown = with_layers(small, 5)
    ids = torch.randint(0, 40, (2, 9))
    assert torch.allclose(small(ids), grown(ids), atol=1e-6)
    torch.autograd.backward(grown(ids).square().mean())
    added = {name: weight.grad for name, weight in grown.named_parameters() if "feed.down" in name}
    assert len(added) == 5
    assert all(grad is not None and grad.abs().max() > 0 for grad in added.values())


def test_a_network_does_not_shrink() -> None:
    with pytest.raises(ValueError, match="2 layers do not grow into 1"):
        with_layers(PocketLlama(SMALL), 1)


def test_the_copying_layers_hint_at_what_followed_before() -> None:
    torch.manual_seed(3)
    model = with_copying_layers(
        PocketLlama(ModelOptions(vocabulary=900, layers=0, copying_layers=0))
    )
    silent = copy.deepcopy(model)
    silent.layers[1].get_parameter("attention.output.weight").data.zero_()

    def hints(ids: torch.Tensor) -> torch.Tensor:
        return model.lower(ids) - silent.lower(ids)

    pieces = torch.randperm(900)[:40]
    said = torch.cat([pieces[:20], pieces[:20]])[None]
    hinted = hints(said)[0, 20:39]
    wanted = torch.cat([hints(piece.view(1, 1))[0] for piece in pieces[1:20]])  # looks at itself
    alike = torch.nn.functional.cosine_similarity(hinted, wanted)
    assert (alike > 0.8).float().mean() > 0.8
    assert torch.nn.functional.cosine_similarity(hinted[1:], wanted[:-1]).mean() < 0.3


def test_another_vocabulary_keeps_known_pieces_and_puts_new_ones_together() -> None:
    small = PocketLlama(SMALL)
    old = [f"<{number}>" for number in range(38)] + ["ba", "t"]
    new = with_pieces(small, old, ["t", "bat", "ba", "?"])
    before, after = small.embedding.weight, new.embedding.weight
    assert after.shape == (4, 32)
    assert torch.equal(after[0], before[39])
    assert torch.equal(after[2], before[38])
    assert torch.allclose(after[1], (before[38] + before[39]) / 2)


def test_prompts_without_a_topic_cost_nothing() -> None:
    unknown = torch.full((2, 3), UNLEARNT)
    assert TopicHead(32, 7).loss(torch.randn(2, 3, 32), unknown).item() == 0.0


@pytest.mark.parametrize("shape", [(8, 8), (24, 8), (8, 24)])
def test_a_step_of_muon_is_nearly_orthogonal(shape: tuple[int, int]) -> None:
    torch.manual_seed(3)
    found = torch.linalg.svdvals(orthogonal(torch.randn(2, *shape)))
    assert bool(((found > 0.5) & (found < 1.4)).all())


def test_muon_finds_the_matrix_that_made_the_data_and_leaves_others_alone() -> None:
    torch.manual_seed(3)
    wanted, inputs = torch.randn(8, 8), torch.randn(64, 8)
    found, untouched = torch.nn.Parameter(torch.zeros(8, 8)), torch.nn.Parameter(torch.ones(8, 8))
    muon = Muon([found, untouched], momentum=0.9, weight_decay=0.0)
    for step in range(400):
        muon.param_groups[0]["lr"] = 0.1 * (1 - step / 400)
        muon.zero_grad()
        torch.autograd.backward(((inputs @ (found - wanted).T) ** 2).mean())
        muon.step()
    assert torch.allclose(found, wanted, atol=0.1)
    assert torch.equal(untouched, torch.ones(8, 8))
