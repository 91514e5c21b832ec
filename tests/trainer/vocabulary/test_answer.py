"""What the graph of the photos pack never does."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import trainer.vocabulary
from trainer.vocabulary.answer import Mixture, VocabularyAnswer, kind_places
from trainer.vocabulary.material import KINDS
from trainer.vocabulary.table import PEOPLE_GROUP, read_vocabulary


@pytest.mark.parametrize("seed", range(8))
def test_what_hurts_is_at_most_as_likely_as_that_nobody_is_there(seed: int) -> None:
    vocabulary = read_vocabulary(Path(trainer.vocabulary.__file__).parent / "photos.csv")
    words = vocabulary.words
    random = np.random.default_rng(seed)
    mixture = Mixture(
        heads=np.arange(len(words)),
        slopes=np.ones((len(words), 2)),
        biases=np.zeros(len(words)),
        ancestors=np.full(len(words), -1),
        sharpness=1.0,
        kinds=kind_places(vocabulary, KINDS),
    )
    answer = VocabularyAnswer(
        nn.Linear(1, 1), nn.ModuleList(), nn.Identity(), vocabulary, mixture
    ).eval()
    with torch.inference_mode():
        likely = answer.combine(
            torch.from_numpy(random.uniform(0, 1, (32, len(words))).astype(np.float32)),
            torch.from_numpy(random.normal(0, 4, (32, len(words))).astype(np.float32)),
            torch.zeros(32, len(KINDS) + 1),
        ).numpy()
    people = likely[:, [word.group == PEOPLE_GROUP for word in words]].max(axis=1, keepdims=True)
    hurtful = likely[:, [word.people_hurt for word in words]]
    assert np.all(hurtful <= 1 - people + 1e-6)
