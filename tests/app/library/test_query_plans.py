"""No question that is asked often reads a whole table: SQLite says how it would go about it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.library.library import Library
from app.library.records import Folder, NewReading, Verdict
from app.library.sought import Reach, Sought
from tests.support.libraries import closed, content_of, predicted, stored_file

LARGE = ("photo", "file", "prediction", "embedding", "decision", "operation_item", "reading")
BESIDE = ("thumbnail", "checked", "lacking")  # the tables of the thumbnails' own file

QUESTIONS: dict[str, Callable[[Library], object]] = {
    "cards": lambda library: library.photos.cards([1, 2]),
    "details": lambda library: library.photos.details([1, 2]),
    "find": lambda library: library.photos.find([content_of("1")]),
    "known": lambda library: library.files.known(1),
    "known under": lambda library: library.files.known(1, "sub"),
    "known in": lambda library: library.files.known(1, "sub", recursive=False),
    "thumbnails lost": lambda library: library.photos.without_thumbnail(),
    "failures": lambda library: library.files.failures(),
    "tree": lambda library: library.files.tree(),
    "photos of a folder": lambda library: library.files.photo_ids(folder="sub"),
    "predictions of": lambda library: library.predictions.of([1, 2]),
    "embeddings": lambda library: library.predictions.embeddings("photos", [1, 2]),
    "decisions of": lambda library: library.decisions.of([1, 2]),
    "tally": lambda library: library.decisions.tally([1, 2]),
    "facts since": lambda library: library.facts.facts_since(3),
    "predictions since": lambda library: list(library.facts.predictions_since(3)),
    "decisions since": lambda library: library.facts.decisions_since(3),
    "thumbnails": lambda library: library.thumbnails.many([content_of("1")]),
    "remove": lambda library: library.files.remove([2]),
    "forget": lambda library: library.files.forget_failures([1]),
    "decide": lambda library: library.decisions.decide([1], "photos/cat", Verdict.ACCEPTED),
    "undo": lambda library: library.decisions.undo(),
    "redo": lambda library: library.decisions.redo(),
    "store": lambda library: library.photos.store(
        [
            stored_file(1, "sub/1.jpg", "edited", predictions=[predicted("photos", 0.5)]),
            stored_file(1, "new.jpg", "1", predictions=[closed("genres")]),
        ]
    ),
    "words of": lambda library: library.words.of([1, 2]),
    "words matching": lambda library: library.words.matching(Sought(("title",))),
    "part of words": lambda library: library.words.matching(Sought(("itl",), Reach.PART)),
    "read": lambda library: library.words.store({1: NewReading("1", b"", "title")}),
    "ask": lambda library: library.words.ask([1]),
    "predict": lambda library: library.predictions.store({1: [predicted("photos", 0.5)]}),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_frequent_question_reads_a_whole_table(
    library: Library, folder: Folder, question: str
) -> None:
    library.packs.register("photos", "1", "[]")
    library.packs.register("genres", "1", "[]")
    library.photos.store(
        [stored_file(folder.id, f"sub/{at}.jpg", f"{at}", predictions=[predicted("photos", 0.5)])
         for at in range(5)]
    )  # fmt: skip
    library.decisions.decide([1], "photos/dog", Verdict.ACCEPTED)
    library.decisions.undo()
    if question == "undo":
        library.decisions.redo()

    asked: list[str] = []
    for engine in (library._database._engine, library.thumbnails._database._engine):
        engine.dispose()
        sa.event.listen(engine, "connect", lambda one, _: one.set_trace_callback(asked.append))
    QUESTIONS[question](library)

    plans: list[str] = []
    for statement in asked:
        if statement.split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            continue
        beside = any(table in statement for table in BESIDE)
        database = library.thumbnails._database if beside else library._database
        with database.outside_transactions() as connection:
            plans += [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert plans
    whole = [plan for plan in plans if plan.split()[:1] == ["SCAN"] and plan.split()[1] in LARGE]
    assert [plan for plan in whole if "ix_file_failed" not in plan] == []
