"""What a pack's network takes and gives, and what is wrong with one that does not."""

from typing import Any

from app.labeling.pack import Pack

IMAGES = "images"
WORDS = "words"
PROBABILITIES = "probabilities"
EMBEDDING = "embedding"
FEATURES = "features"
UINT8 = "tensor(uint8)"
FLOAT32 = "tensor(float)"
CHANNELS = 3


def words_length(session: Any) -> int:
    """Length of the words' vectors that a checked network takes; 0 if it takes none."""
    return next((int(each.shape[1]) for each in session.get_inputs() if each.name == WORDS), 0)


def takes_many_words(session: Any) -> bool:
    """Whether a checked network may be given one picture with many words.

    It says so by naming the number of words otherwise than the number of pictures.
    """
    counts = {each.name: each.shape[0] for each in session.get_inputs()}
    named = [counts.get(name) for name in (IMAGES, WORDS)]
    return all(isinstance(name, str) for name in named) and named[0] != named[1]


def signature_problem(pack: Pack, session: Any) -> str | None:
    """What is wrong with the graph's inputs and outputs; None if nothing is."""
    inputs = {each.name: each for each in session.get_inputs()}
    outputs = {each.name: each for each in session.get_outputs()}
    names = (IMAGES,) if pack.reads is None else (IMAGES, WORDS)
    if set(inputs) != set(names):
        asked = "" if pack.reads is None else ' and "words", as the pack reads'
        return f'the inputs are {_listed(inputs)}, not "{IMAGES}"{asked}'
    for name in names:
        if isinstance(inputs[name].shape[0], int):
            return f"{name} has a fixed number of pictures"
    if problem := _words_problem(inputs.get(WORDS)):
        return problem
    wanted = [
        (inputs[IMAGES], UINT8, (pack.input.height, pack.input.width, CHANNELS)),
        (outputs.get(PROBABILITIES), FLOAT32, (len(pack.labels),)),
    ]
    if pack.embedding:
        wanted.append((outputs.get(EMBEDDING), FLOAT32, (pack.embedding,)))
    for (found, dtype, shape), name in zip(
        wanted, (IMAGES, PROBABILITIES, EMBEDDING), strict=False
    ):
        if found is None:
            return f'the outputs are {_listed(outputs)}, without "{name}"'
        if found.type != dtype:
            return f"{name} has the type {found.type}, not {dtype}"
        if not _fits(found.shape, shape):
            sizes = ", ".join(map(str, shape))
            return f"{name} has the shape {found.shape}, not [N, {sizes}] as pack.json says"
    return None


def features_problem(session: Any) -> str | None:
    """What is wrong with the graph's features; None if nothing is."""
    outputs = {each.name: each for each in session.get_outputs()}
    found = outputs.get(FEATURES)
    if found is None:
        return f'the outputs are {_listed(outputs)}, without "{FEATURES}"'
    if found.type != FLOAT32:
        return f"{FEATURES} have the type {found.type}, not {FLOAT32}"
    if len(found.shape) != 4:  # [N,C,h,w]
        return f"{FEATURES} have the shape {found.shape}, not [N, C, h, w]"
    return None


def _words_problem(found: Any) -> str | None:
    """What is wrong with the input of words' vectors, if there is one."""
    if found is None:
        return None
    if found.type != FLOAT32:
        return f"{WORDS} has the type {found.type}, not {FLOAT32}"
    if len(found.shape) != 2 or not isinstance(found.shape[1], int):  # [N,E]
        return f"{WORDS} has the shape {found.shape}, not [N, E] with a number for E"
    return None


def _fits(found: list[int | str | None], wanted: tuple[int, ...]) -> bool:
    """Whether the sizes after N agree; one that the graph leaves open is seen when it runs."""
    return len(found) == 1 + len(wanted) and all(
        have == want or not isinstance(have, int)
        for have, want in zip(found[1:], wanted, strict=True)
    )


def _listed(names: dict[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "none"
