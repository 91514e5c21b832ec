"""How words find labels."""

from app.search.vocabulary import LabelInfo, Vocabulary


def label(key: str, name: str, *aliases: str) -> LabelInfo:
    return LabelInfo(key, name, "things", aliases, (), 0.5, key.partition("/")[0])


LABELS = Vocabulary(
    [
        label("genres/science-fiction", "Science Fiction", "sci-fi", "SF"),
        label("genres/drama", "drama"),
        label("photos/coffee-house", "café"),
        label("photos/drama", "drama"),
        label("photos/new-york", "New York"),
        label("photos/new-york-city", "New York City"),
        label("user/strasse", "Straße"),
    ],
    muted=frozenset({"photos/coffee-house"}),
)


def test_a_label_is_found_by_name_alias_id_and_key_in_any_case() -> None:
    for word in ("science fiction", "SCI-FI", "sf", "science-fiction", "genres/Science-Fiction"):
        assert LABELS.find(word) == ("genres/science-fiction",)
    assert LABELS.find("STRASSE") == ("user/strasse",)


def test_a_word_means_the_label_in_every_pack() -> None:
    assert LABELS.find("Drama") == ("genres/drama", "photos/drama")


def test_accents_count_but_not_how_they_are_encoded() -> None:
    assert LABELS.find("cafe\N{COMBINING ACUTE ACCENT}") == ("photos/coffee-house",)
    assert LABELS.find("cafe") == ()


def test_the_longest_name_is_read_from_words_side_by_side() -> None:
    assert LABELS.run(["new", "york", "city", "drama"]) == 3
    assert LABELS.run(["new", "york", "drama"]) == 2
    assert LABELS.run(["new", "drama"]) == 1


def test_two_labels_side_by_side_stay_two() -> None:
    both = Vocabulary([label("a/x", "water"), label("a/y", "bottle"), label("a/z", "water bottle")])

    assert both.run(["water", "bottle"]) == 1


def test_a_slip_of_the_finger_is_answered_with_the_nearest_labels() -> None:
    assert LABELS.nearest("dramma") == ("drama",)
    assert LABELS.nearest("scifi") == ("Science Fiction",)
    assert LABELS.nearest("qqqq") == ()


def test_the_beginning_of_a_name_is_nearest_to_that_name() -> None:
    names = Vocabulary([label("photos/fox", "fox"), label("photos/flower", "flower")])
    assert names.nearest("flo") == ("flower", "fox")
    assert names.nearest("f") == ()


def test_muted_labels_are_found_but_not_suggested() -> None:
    assert LABELS.find("café") == ("photos/coffee-house",)
    assert LABELS.nearest("caffé") == ()


def test_a_renamed_label_is_no_longer_found_by_its_old_name() -> None:
    names = Vocabulary([label("user/ana", "Anna"), label("user/aunt-mary", "Aunt Mary")])
    assert names.find("ana") == ()
    assert names.find("anna") == names.find("user/ana") == ("user/ana",)
    assert names.find("aunt-mary") == ("user/aunt-mary",)
