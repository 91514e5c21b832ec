"""What can be wrong with labelled pictures, and what the recipe wants done about it."""

import sys
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.data.inspection import Inspected
from trainer.data.listing import Listing, is_there
from trainer.errors import DataError
from trainer.settings import OnProblem

Tell = Callable[[str], None]
"""Is given one line for people at a time."""

_NAMED_AT_MOST: Final = 3


def tell_on_stderr(line: str) -> None:
    """Write a line where people read it and programs do not."""
    sys.stderr.write(f"{line}\n")


def join_repeated(listing: Listing, on_problem: OnProblem, tell: Tell) -> Listing:
    """Return a listing in which every id stands once, with the labels of all its rows.

    Raises:
        DataError: Ids are repeated and ``on_problem`` is ``stop``.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(listing.ids):
        places.setdefault(name, []).append(place)
    repeated = {name: rows for name, rows in places.items() if len(rows) > 1}
    if not repeated:
        return listing
    contradicting = sum(
        bool((listing.targets[rows] != listing.targets[rows[0]]).any())
        for rows in repeated.values()
    )
    first = [
        f"{name} (rows {', '.join(str(listing.rows[row]) for row in rows)})"
        for name, rows in repeated.items()
    ]
    _report(
        f"{listing.table}: {len(repeated)} {_ids(len(repeated))} stand in more than one row, "
        f"{contradicting} of them with other labels: {_first(first)}",
        on_problem,
        tell,
        done="each is one picture with the labels of all its rows",
        cure="Keep one row each",
    )
    return listing.joined()


def drop_missing(listing: Listing, on_problem: OnProblem, tell: Tell) -> Listing:
    """Return the listing without the rows whose picture is not there.

    Raises:
        DataError: Pictures are missing and ``on_problem`` is ``stop``, or all are.
    """
    there = np.array([is_there(path) for path in listing.paths], dtype=bool)
    missing = [str(listing.paths[place]) for place in np.flatnonzero(~there)]
    if not missing:
        return listing
    _report(
        f"{len(missing)} of {len(there)} pictures listed in {listing.table} are missing: "
        f"{_first(missing)}",
        on_problem if there.any() else "stop",
        tell,
        done="their rows are left out",
        cure="Copy them there or take their rows out",
    )
    return listing.take(there)


def drop_broken(
    listing: Listing, inspected: Sequence[Inspected], on_problem: OnProblem, tell: Tell
) -> tuple[Listing, tuple[str, ...]]:
    """Return the listing without broken pictures, and what bytes [N] the rest have.

    Args:
        listing: The rows; every picture is there.
        inspected: What was found in each picture.
        on_problem: What the recipe wants done.
        tell: Is given what goes on.

    Raises:
        DataError: Pictures are broken and ``on_problem`` is ``stop``, or all are.
    """
    whole = np.array([not found.trouble for found in inspected], dtype=bool)
    broken = [
        f"{path} ({found.trouble.rstrip('.')})"
        for path, found in zip(listing.paths, inspected, strict=True)
        if found.trouble
    ]
    if broken:
        _report(
            f"{len(broken)} of {len(whole)} pictures listed in {listing.table} cannot be used: "
            f"{_first(broken)}",
            on_problem if whole.any() else "stop",
            tell,
            done="their rows are left out",
            cure="Replace them or take their rows out",
        )
        listing = listing.take(whole)
    return listing, tuple(found.content for found in inspected if not found.trouble)


def check_unlabelled(listing: Listing, on_problem: OnProblem, tell: Tell) -> None:
    """Look for pictures without any label.

    Raises:
        DataError: There are some and ``on_problem`` is ``stop``.
    """
    without = np.flatnonzero(~listing.targets.any(axis=1))
    if len(without):
        _report(
            f"{listing.table}: {len(without)} of {len(listing.ids)} pictures have no label: "
            f"{_first([f'{listing.ids[place]} (row {listing.rows[place]})' for place in without])}",
            on_problem,
            tell,
            done="they are kept, as pictures without any",
            cure="Label them or take their rows out",
        )


def check_labels(listing: Listing) -> None:
    """Make sure that every label has a picture.

    Raises:
        DataError: Some have none; they are named.
    """
    counts = listing.targets.sum(axis=0)
    empty = [label for label, count in zip(listing.labels, counts, strict=True) if not count]
    if empty:
        raise DataError(
            f"{listing.table}: no picture has the label {', '.join(empty)}; take it out of the "
            f"recipe or give it pictures."
        )


def check_unlisted(listing: Listing, tell: Tell) -> None:
    """Tell of picture files that no row names; they are not used."""
    if listing.unlisted:
        names = [path.name for path in listing.unlisted]
        count = len(names)
        tell(
            f"{count} picture {'file is' if count == 1 else 'files are'} named by no row of "
            f"{listing.table} and not used: {_first(names)}."
        )


def check_leaking(
    listing: Listing, leaking: NDArray[np.bool_], on_problem: OnProblem, tell: Tell
) -> None:
    """Look at pictures of the test whose very bytes stand on the other side too.

    Args:
        listing: The N pictures.
        leaking: bool [N], those of the test.
        on_problem: What the recipe wants done.
        tell: Is given what goes on.

    Raises:
        DataError: There are some and ``on_problem`` is ``stop``.
    """
    if leaking.any():
        names = [listing.ids[place] for place in np.flatnonzero(leaking)]
        _report(
            f"{listing.table}: {len(names)} test pictures have the same bytes as one outside the "
            f"test: {_first(names)}",
            on_problem,
            tell,
            done="they go to training",
            cure="Keep one of each",
        )


def drop_leaking_helpers(
    helper: Listing, leaking: NDArray[np.bool_], on_problem: OnProblem, tell: Tell
) -> Listing:
    """Return a helping collection without the pictures that stand in the main one's test.

    The test stays as it is: a picture more to learn from is worth less than a test that others
    have too.

    Raises:
        DataError: There are some and ``on_problem`` is ``stop``.
    """
    if not leaking.any():
        return helper
    names = [helper.ids[place] for place in np.flatnonzero(leaking)]
    _report(
        f"{helper.table}: {len(names)} pictures have the same bytes as one of the test: "
        f"{_first(names)}",
        on_problem,
        tell,
        done="they are left out here",
        cure="Take their rows out",
    )
    return helper.take(~leaking)


def _report(sentence: str, on_problem: OnProblem, tell: Tell, *, done: str, cure: str) -> None:
    if on_problem == "stop":
        raise DataError(f"{sentence}. {cure}.")
    tell(f"{sentence}; {done}.")


def _first(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _ids(count: int) -> str:
    return "id" if count == 1 else "ids"
