"""What was read in pictures is kept with its photo, found, and erased without a trace."""

import random
import sqlite3
import string
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.folding import folded, placed, words_of
from app.library.library import Library
from app.library.records import Folder, NewReading, Verdict, WordsCount
from app.library.sought import Reach, Sought
from tests.support.libraries import predicted, stored_file

ENGINE = "reader 1"
KINDS_JSON = (
    '[{"id": "photo", "name": "photo"}, {"id": "poster", "name": "poster"},'
    ' {"id": "page", "name": "page"}]'
)
POSTERS = {"photos/poster": 26, "photos/page": 26}


def read(text: str, engine: str = ENGINE) -> NewReading:
    return NewReading(engine, text.encode("utf-8", "surrogatepass"), text)


def looked_for(text: str) -> Sought:
    sought = Sought.read(text)
    assert sought is not None
    return sought


def found(library: Library, text: str) -> list[int]:
    return [int(photo) for photo in library.words.matching(looked_for(text))]


def to_label_again(library: Library) -> list[int]:
    """The photos that a pack that reads has to look at."""
    return library.predictions.needing("photos", "1", words=True)


@pytest.fixture
def photos(library: Library, folder: Folder) -> list[int]:
    """Five photos; by the codes the second is a poster, the third perhaps one."""
    library.packs.register("photos", "1", KINDS_JSON)
    kinds = [(0.9, 0.01, 0.0), (0.1, 0.9, 0.0), (0.8, 0.12, 0.0), (0.9, 0.0, 0.05), (0.2, 0.0, 0.7)]
    items = [
        stored_file(folder.id, f"{at}.jpg", f"{at}", predictions=[predicted("photos", *shares)])
        for at, shares in enumerate(kinds)
    ]
    return list(library.photos.store(items).photo_ids)


def test_what_was_read_is_kept_and_found_by_words_phrases_and_beginnings(
    library: Library, photos: list[int]
) -> None:
    one, two, three, *_ = photos
    library.words.store(
        {one: read("The Black\nSTALLION"), two: read("black, and a stallion"), three: read("")}
    )
    assert found(library, "black") == [one, two]
    assert found(library, "BLACK stallion") == [one]
    assert found(library, "stall*") == [one, two]
    assert found(library, "black st*") == [one]
    assert found(library, "stall") == [one, two]  # five letters are found inside words, too
    assert found(library, "lion") == []
    assert found(library, "*lion") == [one, two]
    assert found(library, "st") == []
    kept = library.words.of([three, one, 99])
    assert kept.keys() == {one, three}
    assert kept[one].lines == b"The Black\nSTALLION"
    assert (kept[three].engine, kept[three].lines) == (ENGINE, b"")
    assert kept[one].read_at is not None
    assert not kept[one].wanted
    assert library.words.with_words().tolist() == [one, two]
    assert library.words.count() == WordsCount(read=3, with_words=2, waiting=0)


def test_words_that_were_read_without_the_space_between_are_found(
    library: Library, photos: list[int]
) -> None:
    one, two, three, *_ = photos
    library.words.store(
        {
            one: read("ACADEMYAWARD WINNER"),
            two: read("Academy\nAward"),
            three: read("aca demy award"),
        }
    )
    assert found(library, "academy award") == [one, two, three]
    assert found(library, "award") == [one, two, three]
    assert found(library, "academy") == [one, two, three]
    assert found(library, "*emyaw*") == [one, three]


def test_accents_case_and_forms_of_letters_do_not_matter(
    library: Library, photos: list[int]
) -> None:
    one, two, three, four, _ = photos
    library.words.store(
        {
            one: read("CRÈME BRÛLÉE"),
            two: read("cre\u0300me bru\u0302le\u0301e, ﬁne"),
            three: read("Ｃｒｅｍｅ Straße"),
            four: read("电影《黑骏马》"),
        }
    )
    assert found(library, "creme") == [one, two, three]
    assert found(library, "crème brulée") == [one, two]
    assert found(library, "fine") == [two]
    assert found(library, "STRASSE") == [three]
    assert found(library, "骏马") == [four]
    assert found(library, "马骏") == []


def test_a_second_reading_takes_the_place_of_the_first(library: Library, photos: list[int]) -> None:
    one = photos[0]
    library.words.store({one: read("first words")})
    library.words.store({one: read("other signs", "reader 2")})
    assert found(library, "first") == found(library, "words") == found(library, "*irst*") == []
    assert found(library, "signs") == [one]
    assert library.words.of([one])[one].engine == "reader 2"


def test_a_moved_or_copied_photo_keeps_what_was_read(
    library: Library, folder: Folder, photos: list[int]
) -> None:
    library.words.store({photos[0]: read("hello")})
    library.files.remove([library.photos.details(photos[:1])[0].paths[0].file_id])
    library.photos.store([stored_file(folder.id, "moved.jpg", "0")])
    library.photos.store([stored_file(folder.id, "copy.jpg", "0")])
    assert found(library, "hello") == [photos[0]]
    # Another content at the same path is another photo, with other words.
    library.photos.store([stored_file(folder.id, "moved.jpg", "edited")])
    assert found(library, "hello") == [photos[0]]


def test_pictures_of_the_kinds_that_are_read_need_reading_once(
    library: Library, photos: list[int]
) -> None:
    needing = library.words.needing
    assert needing(ENGINE, kinds=POSTERS) == [photos[1], photos[2], photos[4]]
    assert library.words.count_needing(ENGINE, kinds=POSTERS) == 3
    assert needing(ENGINE, kinds=POSTERS, limit=1, after_id=photos[1]) == [photos[2]]
    assert needing(ENGINE, kinds={"photos/poster": 128}) == [photos[1]]
    assert needing(ENGINE, kinds={"nobody/knows": 0}) == []
    assert needing(ENGINE, kinds={}, everything=True) == photos
    library.words.store({photos[1]: read("title"), photos[2]: read("")})
    assert needing(ENGINE, kinds=POSTERS) == [photos[4]]
    assert needing("reader 2", kinds=POSTERS) == [photos[1], photos[2], photos[4]]


def test_the_users_word_on_a_kind_decides_what_is_read(library: Library, photos: list[int]) -> None:
    library.decisions.decide([photos[1]], "photos/poster", Verdict.REJECTED)
    library.decisions.decide([photos[0]], "photos/page", Verdict.ACCEPTED)
    library.decisions.decide([photos[4]], "photos/poster", Verdict.REJECTED)  # still a page
    assert library.words.needing(ENGINE, kinds=POSTERS) == [photos[0], photos[2], photos[4]]


def test_a_picture_that_the_user_asks_for_is_read_and_read_again(
    library: Library, photos: list[int]
) -> None:
    one = photos[0]
    library.words.ask([one, 999])
    asked = library.words.of([one])[one]
    assert (asked.engine, asked.read_at, asked.wanted, asked.waiting) == (None, None, True, True)
    assert library.words.count() == WordsCount(read=0, with_words=0, waiting=1)
    assert library.words.needing(ENGINE, kinds={}) == [one]
    library.words.store({one: read("ticket")})
    assert library.words.needing(ENGINE, kinds={}) == []
    assert library.words.needing("reader 2", kinds={}) == [one]
    library.words.ask([one])
    assert library.words.needing(ENGINE, kinds={}) == [one]
    assert found(library, "ticket") == [one]


def test_pictures_that_are_away_or_gone_are_not_read(library: Library, photos: list[int]) -> None:
    library.words.ask(photos)
    details = library.photos.details(photos[:1])[0]
    library.files.remove([details.paths[0].file_id])
    assert library.words.needing(ENGINE, kinds={}) == photos[1:]
    library.folders.set_offline(details.paths[0].folder_id, True)
    assert library.words.needing(ENGINE, kinds={}, everything=True) == []


def test_a_pack_that_reads_looks_again_when_words_arrive_or_change(
    library: Library, photos: list[int]
) -> None:
    assert to_label_again(library) == []
    library.words.store({photos[0]: read("Drama"), photos[1]: read("")})
    assert to_label_again(library) == [photos[0]]
    assert library.predictions.needing("photos", "1") == []
    said = library.predictions.of(photos[:1])[photos[0]][0]
    assert said.words is None
    new = predicted("photos", 0.5, 0.5, 0.5, words=ENGINE)
    library.predictions.store({photos[0]: [new]})
    assert library.predictions.of(photos[:1])[photos[0]][0].words == ENGINE
    assert to_label_again(library) == []
    library.words.store({photos[0]: read("", "reader 2")})
    assert to_label_again(library) == [
        photos[0]
    ]  # it took words into account that are no longer read
    library.words.ask([photos[1]])
    assert to_label_again(library) == [photos[0]]


@pytest.mark.parametrize("erase", ["erase", "forget"])
def test_a_pack_that_read_words_looks_again_when_they_are_erased(
    library: Library, photos: list[int], erase: str
) -> None:
    one, two, *_ = photos
    library.words.store({one: read("Drama"), two: read("Love")})
    library.predictions.store({one: [predicted("photos", 0.5, 0.5, 0.5, words=ENGINE)]})
    assert to_label_again(library) == [two]  # the words of the second came too late
    library.words.erase() if erase == "erase" else library.words.forget([one, two])
    assert to_label_again(library) == [one]
    library.words.ask([one])
    assert to_label_again(library) == [one]  # whether it is to be read again, or not
    assert library.predictions.needing("photos", "1") == []
    library.predictions.store({one: [predicted("photos", 0.5, 0.5, 0.5)]})
    assert to_label_again(library) == []


def test_readings_change_the_revision_and_touch_their_photos(
    library: Library, photos: list[int]
) -> None:
    before, words = library.revision, library.words.revision()
    library.words.store({})
    assert (library.revision, library.words.revision()) == (before, words)
    library.words.store({photos[2]: read("new")})
    assert library.words.revision() == library.revision == before + 1
    assert library.facts.facts_since(before).ids.tolist() == [photos[2]]


def test_whole_words_rank_by_how_much_of_the_text_they_are(
    library: Library, photos: list[int]
) -> None:
    one, two, three, four, five = photos
    library.words.store(
        {
            one: read("award and many, many other words that stand beside it on the page"),
            two: read("award award"),
            three: read("ACADEMYAWARD"),
            four: read("nothing"),
            five: read("award winner"),
        }
    )
    ids, ranks = library.words.ranks([looked_for("award"), looked_for("winner")])
    assert ids.tolist() == [one, two, five]
    best = ids[np.argsort(-ranks, kind="stable")].tolist()
    assert best == [five, two, one]
    assert (ranks > 0).all()
    ids, ranks = library.words.ranks([looked_for("nobody wrote this")])
    assert (len(ids), len(ranks)) == (0, 0)


def traces(place: Path, secrets: set[str]) -> set[str]:
    """Return the secrets of which any six letters in a row lie in a file of the library."""
    raw = b"".join(
        path.read_bytes() for path in sorted(place.parent.glob(f"{place.name}*"))
    ).lower()
    return {
        secret
        for secret in secrets
        if any(secret[at : at + 6].encode() in raw for at in range(len(secret) - 5))
    }


def secret_words(count: int) -> list[str]:
    letters = random.Random(5)
    return ["".join(letters.choices(string.ascii_lowercase, k=16)) for _ in range(count)]


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_erased_leaves_no_trace_in_the_files(
    library: Library, place: Path, photos: list[int], closed: bool
) -> None:
    secrets = secret_words(200)
    for batch in range(0, 200, 5):  # many small ones: the index is merged on the way
        words = " ".join(secrets[batch : batch + 5])
        library.words.store({photo: read(f"{words} {photo}") for photo in photos})
    assert traces(place, set(secrets)) > set(secrets[-5:])
    library.words.erase()
    if closed:
        library.close()
    assert traces(place, set(secrets)) == set()
    if not closed:
        assert library.words.count() == WordsCount(0, 0, 0)
        assert found(library, secrets[0]) == found(library, f"*{secrets[0]}*") == []
        library.words.store({photos[0]: read("again")})
        assert found(library, "again") == [photos[0]]


def test_what_was_read_in_one_photo_can_be_forgotten(
    library: Library, place: Path, photos: list[int]
) -> None:
    secrets = secret_words(100)
    for batch in range(0, 100, 5):
        library.words.store({photos[0]: read(" ".join(secrets[batch : batch + 5]))})
    library.words.store({photos[1]: read("harmless")})
    library.words.forget([photos[0]])
    assert traces(place, set(secrets)) == set()
    assert found(library, "harmless") == [photos[1]]
    assert library.words.of(photos).keys() == {photos[1]}


def test_no_error_shows_what_was_read(library: Library, photos: list[int]) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY") as caught:
        library.words.store({12345: read("my password is swordfish")})
    assert "swordfish" not in str(caught.value)
    assert "swordfish" not in repr(read("swordfish"))


def test_the_indexes_agree_with_the_text_whatever_is_stored_and_forgotten(
    library: Library, place: Path, photos: list[int]
) -> None:
    chance = random.Random(1)
    vocabulary = secret_words(40)
    for _ in range(60):
        photo = chance.choice(photos)
        if chance.random() < 0.2:
            library.words.forget([photo])
        else:
            text = " ".join(chance.choices(vocabulary, k=chance.randrange(6)))
            library.words.store({photo: read(text)})
    library.close()
    with closing(sqlite3.connect(place)) as connection:
        texts = dict(connection.execute("SELECT photo_id, searched FROM reading").fetchall())
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        for word in vocabulary:
            holding = sorted(photo for photo, text in texts.items() if word in text)
            for index, question in (("words", word), ("pieces", word[:3])):
                query = f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid"
                rows = [row for (row,) in connection.execute(query, (f'"{question}"',))]
                assert rows == holding or (index == "pieces" and set(rows) >= set(holding))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert placed(text).letters == once
    assert words_of(text.replace("\n", " ")) == once.split()


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_fold_as_they_do_among_others(text: str) -> None:
    assert words_of(f"{text} ß") == [*words_of(text), "ss"]


@given(st.text())
def test_places_point_into_the_text(text: str) -> None:
    result = placed(text)
    assert len(result.places) == len(result.letters)
    assert list(result.places) == sorted(result.places)
    assert all(0 <= place < len(text) for place in result.places)


def test_what_a_person_writes_is_read_as_words_beginning_or_part() -> None:
    assert Sought.read("Black, Stallion!") == Sought(("black", "stallion"))
    assert Sought.read(" stall* ") == Sought(("stall",), Reach.BEGINNING)
    assert Sought.read("*tall") == Sought.read("*tall*") == Sought(("tall",), Reach.PART)
    assert Sought.read("?!…*") is None
