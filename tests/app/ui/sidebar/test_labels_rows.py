from app.search.vocabulary import LabelInfo, Vocabulary
from app.ui.sidebar.labels_rows import Listing, label_rows
from app.ui.sidebar.rows import Row


def label(
    key: str, group: str, *, parents: tuple[str, ...] = (), aliases: tuple[str, ...] = ()
) -> LabelInfo:
    pack, _, name = key.partition("/")
    return LabelInfo(key, name, "" if pack == "user" else group, aliases, parents, 0.5, pack)


WORDS = Vocabulary(
    [
        label("photos/cat", "animals"),
        label("photos/dog", "animals", aliases=("puppy",)),
        label("photos/terrier", "animals", parents=("photos/dog",)),
        label("photos/poodle", "animals", parents=("photos/dog",)),
        label("photos/beach", "places"),
        label("genres/drama", "genres"),
        label("user/grandma", ""),
        label("other/cat", "animals"),
    ]
)
TOTALS = {
    "photos/dog": 9,
    "photos/cat": 2,
    "other/cat": 3,
    "photos/terrier": 1,
    "photos/beach": 4,
}


def shown(rows: list[Row]) -> dict[str, list[tuple[str, int | None, int]]]:
    return {
        row.text: [(child.text, child.count, child.depth) for child in row.children] for row in rows
    }


def test_labels_stand_in_groups_the_most_frequent_first_and_ones_own_on_top() -> None:
    assert shown(label_rows(WORDS, Listing(TOTALS))) == {
        "Mine": [("grandma", 0, 0)],
        "Animals": [("dog", 9, 0), ("terrier", 1, 1), ("cat", 3, 0)],
        "Places": [("beach", 4, 0)],
        "Genres": [("drama", 0, 0)],
    }


def test_a_child_without_photos_is_listed_only_when_the_query_names_it() -> None:
    rows = shown(label_rows(WORDS, Listing(TOTALS, asked_for={"photos/poodle"})))
    assert ("poodle", 0, 1) in rows["Animals"]


def test_a_group_has_no_number_because_a_sum_would_count_photos_twice() -> None:
    assert all(row.count is None for row in label_rows(WORDS, Listing(TOTALS)))


def test_filtering_finds_every_label_by_name_other_name_and_group() -> None:
    def found(text: str) -> dict[str, list[tuple[str, int | None, int]]]:
        return shown(label_rows(WORDS, Listing(TOTALS, containing=text)))

    assert found("POO") == {"Animals": [("poodle", 0, 0)]}
    assert found("puppy") == {"Animals": [("dog", 9, 0)]}
    assert list(found("place")) == ["Places"]
    assert found("nothing like it") == {}


def test_muted_labels_are_away_but_can_be_found_at_the_end() -> None:
    rows = label_rows(WORDS, Listing(TOTALS, {"photos/beach", "photos/cat", "gone/label"}))
    assert "Places" not in shown(rows)
    assert rows[-1].text == "Muted labels (2)"
    assert [child.text for child in rows[-1].children] == ["beach", "cat"]


def test_parents_in_a_circle_lose_no_label() -> None:
    circle = Vocabulary(
        [
            label("p/a", "g", parents=("p/b",)),
            label("p/b", "g", parents=("p/a",)),
            label("p/c", "g"),
        ]
    )
    assert [row.text for row in label_rows(circle, Listing({}, ()))[0].children] == ["c"]
    found = label_rows(circle, Listing({}, (), containing="a"))
    assert [row.text for row in found[0].children] == ["a"]


def test_many_labels_without_photos_are_behind_one_row_until_it_is_opened() -> None:
    rare = Vocabulary([label("p/seen", "g"), *(label(f"p/{letter}", "g") for letter in "abcd")])
    closed = label_rows(rare, Listing({"p/seen": 1}, asked_for={"p/d"}))
    assert [row.text for row in closed[0].children] == ["seen", "a", "b", "c", "d"]
    closed = label_rows(rare, Listing({"p/seen": 1}))
    assert [row.text for row in closed[0].children] == ["seen", "4 more"]
    opened = label_rows(rare, Listing({"p/seen": 1}, opened={"g"}))
    assert [row.text for row in opened[0].children] == ["seen", "a", "b", "c", "d", "Fewer"]
    filtered = label_rows(rare, Listing({"p/seen": 1}, containing="a"))
    assert [row.text for row in filtered[0].children] == ["a"]


def test_groups_stand_in_the_order_of_the_packs() -> None:
    rows = label_rows(WORDS, Listing(TOTALS, packs=("genres", "photos")))
    assert [row.text for row in rows] == ["Mine", "Genres", "Animals", "Places"]
