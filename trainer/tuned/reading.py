"""Trains what a tuned pack reads with: a text network a fold, and n-grams beside it."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.labeling.tokens import Tokens
from app.reading import Line, ordered_text
from trainer.data import Columns, Labelled
from trainer.data.words import WORDS_FILE, read_words
from trainer.errors import DataError, RecipeError
from trainer.export import TEXT_MODEL, TOKENIZER, PackReads
from trainer.packing import Workplace
from trainer.precision import quick_cpu
from trainer.reading_settings import ReadingSettings
from trainer.recipe import Recipe
from trainer.training.checkpoint import Position
from trainer.training.kept import kept_states
from trainer.training.loop import predict
from trainer.training.run import RunOptions, carry_out
from trainer.training.safely import replace_file
from trainer.words.encoder import keep_tokens, load_minilm, load_tokenizer
from trainer.words.export import encoded_by, export_text_encoder
from trainer.words.material import ReadPictures, TextMaterial
from trainer.words.network import TextNetwork, TextVoices
from trainer.words.ngrams import NGrams, TextSet, fit_ngrams, logits_of, spelling_of, weigh_ngrams
from trainer.words.vocabulary import prune

_NGRAMS: Final = "ngrams.safetensors"
_DIGEST: Final = "digest"
_CHECKED: Final = 64
"""Texts on which the exported encoder is compared with the trained one."""
_BATCH: Final = 64
_CPU: Final = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class _Reader:
    """What one fold's training made.

    Attributes:
        network: The text network.
        ngrams: The n-grams.
        position: How far the network came.
        places: int64 [M], the main pictures with words that neither ever saw.
        voices: float32 [M,L,2], what they say of those.
    """

    network: TextNetwork
    ngrams: NGrams
    position: Position
    places: NDArray[np.int64]
    voices: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Readers:
    """What a pack reads with.

    Attributes:
        encoder: Tokens in, voices out.
        tokenizer: Gives the tokens.
        texts: What was read on each of the main pictures [N], largest first; empty where nothing.
        places: int64 [M], the main pictures with words that some fold's training never saw.
        voices: float32 [M,L,2], what that fold's network and n-grams say of those.
        states: float16 [A,K*E], the K networks' states of all pictures' texts, those of the main
            collection first; zeros where nothing was read.
        positions: How far each network came.
    """

    encoder: TextVoices
    tokenizer: Tokenizer
    texts: Sequence[str]
    places: NDArray[np.int64]
    voices: NDArray[np.float32]
    states: NDArray[np.float16]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text encoder in a pack's folder.

    Attributes:
        reads: What ``pack.json`` says of it.
        vectors: float32 [K,E], what it gives the texts that were asked for; zeros: no words.
    """

    reads: PackReads
    vectors: NDArray[np.float32]


def write_text(
    readers: Readers, place: Workplace, recipe: Recipe, places: NDArray[np.int64]
) -> WrittenText:
    """Write the readers into a pack's folder, and read pictures' texts with what is there.

    Args:
        readers: As trained.
        place: ``out`` is the folder.
        recipe: With settings of reading.
        places: int64 [K], the main pictures whose texts are read; those of some check the graph.

    Raises:
        ExportError: The graph differs from the network, or is too large.
    """
    if recipe.reading is None:
        raise RecipeError(f"The recipe {recipe.pack.id} has no settings of reading.")
    place.out.mkdir(parents=True, exist_ok=True)
    texts = [readers.texts[place] for place in places.tolist()]
    found = [text for text in texts if text]
    written = export_text_encoder(
        readers.encoder,
        readers.tokenizer,
        place.out,
        max_tokens=recipe.reading.max_tokens,
        texts=found[:: max(1, len(found) // _CHECKED)],
    )
    tokens = Tokens((place.out / TOKENIZER).read_bytes(), recipe.reading.max_tokens)
    vectors = np.zeros((len(texts), written.size), np.float32)
    some = [row for row, text in enumerate(texts) if text]
    vectors[some] = encoded_by(place.out / TEXT_MODEL, tokens, found)
    return WrittenText(written.reads, vectors)


def train_readers(columns: Columns, data: Path, run: Path, options: RunOptions) -> Readers:
    """Train a reader for each of the first folds, which it never sees.

    Args:
        columns: The pictures, divided; their recipe has settings of reading.
        data: The data directory; each collection's folder holds its words.
        run: Folder of the runs: one below it for each fold.
        options: How the runs are carried out.

    Raises:
        KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
        TrainerError: Recipe, data or disk keep it from its work.
    """
    recipe = columns.recipe
    settings = recipe.reading
    if settings is None:
        raise RecipeError(f"The recipe {recipe.pack.id} has no settings of reading.")
    parts = [(recipe.data[0].folder, columns.main)]
    parts += [(helper.settings.folder, helper.data) for helper in columns.helpers]
    lines = [line for folder, part in parts for line in _lines(data / folder / WORDS_FILE, part)]
    texts = list(map(ordered_text, lines))
    known = np.concatenate([~columns.test, np.ones(len(lines) - len(columns.test), dtype=bool)])
    learned = [texts[place] for place in np.flatnonzero(known).tolist()]
    tokenizer, kept = prune(load_tokenizer(), learned, frequent=settings.frequent)
    tokens = Tokens(tokenizer.to_str().encode(), settings.max_tokens)
    pictures = ReadPictures(
        settings=settings,
        tokens=tokens,
        lines=lines,
        rows=[tokens.of(text) for text in texts],
        collection=np.repeat(np.arange(len(parts)), [len(part.ids) for _, part in parts]),
        targets=np.concatenate([part.targets for _, part in parts]),
        weights=np.concatenate(
            [
                part.weights * np.float32(weight)
                for (_, part), weight in zip(parts, _weights(columns), strict=True)
            ]
        ),
    )
    ngrams = NGrams(spelling_of(tokenizer), settings.ngrams, outputs=columns.main.targets.shape[1])
    places = np.flatnonzero(known & pictures.has_words).tolist()
    weigh_ngrams(ngrams, [pictures.rows[place] for place in places])
    priors = columns.main.targets[~columns.test].mean(axis=0)
    maker = _Maker(recipe, settings, pictures, ngrams, kept, priors, len(parts), run, options)
    readers = [
        maker.reader(number, ~columns.test, columns.folds == number)
        for number in range(settings.networks)
    ]
    encoder = maker.encoder(readers)
    return Readers(
        encoder=encoder,
        tokenizer=tokenizer,
        texts=texts[: len(columns.main.ids)],
        places=np.concatenate([reader.places for reader in readers]),
        voices=np.concatenate([reader.voices for reader in readers]),
        states=_states(encoder, pictures),
        positions=[reader.position for reader in readers],
    )


@torch.inference_mode()
def _states(encoder: TextVoices, pictures: ReadPictures) -> NDArray[np.float16]:
    """Return the encoder's states of all texts, float16 [A,K*E]; zeros where there is none."""
    some = np.flatnonzero(pictures.has_words)
    some = some[np.argsort([len(pictures.rows[place]) for place in some.tolist()], kind="stable")]
    width = encoder.shared.size.width * len(encoder.tails)
    found = np.zeros((len(pictures.rows), width), np.float16)
    with quick_cpu():
        for start in range(0, len(some), _BATCH):
            places = some[start : start + _BATCH]
            given = map(torch.from_numpy, pictures.padded(places))
            found[places] = torch.cat(encoder.states(*given), dim=1).float().numpy()
    return found


def _lines(path: Path, part: Labelled) -> list[tuple[Line, ...]]:
    """Return what was read on each picture of a collection."""
    words = read_words(path)
    missing = [one for one in part.ids if one not in words]
    if missing:
        raise DataError(
            f"{path} says nothing of {len(missing)} pictures, {missing[0]} for one; run "
            "python -m trainer read on that folder: it reads what is missing."
        )
    return [words[one] for one in part.ids]


def _weights(columns: Columns) -> list[float]:
    return [columns.recipe.data[0].weight, *(one.settings.weight for one in columns.helpers)]


@dataclass(frozen=True, slots=True)
class _Maker:
    """What all readers are trained with.

    Attributes:
        recipe: The pack's.
        settings: Of reading.
        pictures: What was read on them.
        ngrams: Weighed, and not yet fitted.
        kept: The tokens that are left, by their old numbers.
        priors: [L], the labels' shares in the main pictures that are learned from.
        collections: How many the pictures come from.
        run: Folder of the runs.
        options: How they are carried out.
    """

    recipe: Recipe
    settings: ReadingSettings
    pictures: ReadPictures
    ngrams: NGrams
    kept: NDArray[np.int64]
    priors: NDArray[np.floating]
    collections: int
    run: Path
    options: RunOptions

    def reader(self, number: int, known: NDArray[np.bool_], fold: NDArray[np.bool_]) -> _Reader:
        """Train the reader that never sees one fold of the ``known`` pictures."""
        material = self.pictures.material(training=known & ~fold, validation=known & fold)
        folder = self.run / f"words-{number}"
        recipe = msgspec.structs.replace(self.recipe, training=self.settings.training)
        self.options.tell(f"Text network {number + 1}.")
        position = carry_out(recipe, material, self._network, folder, self.options)
        states, _ = kept_states(recipe, folder)
        network = self._network()
        network.load_state_dict(states)
        network.eval().requires_grad_(False)
        ngrams = self._ngrams(material, folder / _NGRAMS)
        places = material.validation
        said = [
            predict(network, material, places, device=_CPU),
            logits_of(ngrams, [self.pictures.rows[place] for place in places.tolist()]),
        ]
        return _Reader(network, ngrams, position, places, np.stack(said, axis=2))

    def encoder(self, readers: Sequence[_Reader]) -> TextVoices:
        """Join the readers. N-grams are linear: the mean of their weights says the mean."""
        ngrams = deepcopy(self.ngrams)
        ngrams.weights.copy_(torch.stack([one.ngrams.weights for one in readers]).mean(dim=0))
        ngrams.biases.copy_(torch.stack([one.ngrams.biases for one in readers]).mean(dim=0))
        networks = [reader.network for reader in readers]
        return TextVoices(networks, self.settings, ngrams).eval()

    def _network(self) -> TextNetwork:
        encoder = load_minilm(dropout=self.settings.inner_dropout)
        keep_tokens(encoder, self.kept)
        return TextNetwork(encoder, self.settings, priors=self.priors, collections=self.collections)

    def _ngrams(self, material: TextMaterial, path: Path) -> NGrams:
        """Return the n-grams of one fold, from their file if that is of the same material."""
        ngrams, digest = deepcopy(self.ngrams), f"{material.digest} {self.settings.ngrams}"
        if path.exists():
            with safetensors.safe_open(path, "pt") as file:
                if (file.metadata() or {}).get(_DIGEST) == digest:
                    ngrams.load_state_dict(safetensors.torch.load_file(path))
                    return ngrams
        self.options.tell("N-grams: a regression a label.")
        places = material.training
        texts = TextSet(
            tokens=[self.pictures.rows[place] for place in places.tolist()],
            targets=material.targets[places],
            weights=material.weights[places].max(axis=1),
            origin=material.collection[places],
        )
        fit_ngrams(ngrams, texts)
        told = safetensors.torch.save(dict(ngrams.state_dict()), {_DIGEST: digest})
        replace_file(path, lambda file: file.write(told))
        return ngrams
