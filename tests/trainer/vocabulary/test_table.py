"""The vocabulary table: the shipped one is sound, a broken one is named with its line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import trainer.vocabulary
from app.labeling.hierarchy import Hierarchy
from app.labeling.label import Label, label_problem
from trainer.errors import RecipeError
from trainer.vocabulary.left_out import check_every_class, read_left_out
from trainer.vocabulary.material import KINDS
from trainer.vocabulary.table import (
    GROUPS,
    KIND_GROUP,
    PEOPLE_GROUP,
    Vocabulary,
    read_vocabulary,
)

_TABLES = Path(trainer.vocabulary.__file__).parent
_HEADER = "id,name,group,aliases,parents,imagenet,learned,hidden_with,show\n"


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return read_vocabulary(_TABLES / "photos.csv")


def _read(folder: Path, *lines: str) -> Vocabulary:
    path = folder / "words.csv"
    path.write_text(_HEADER + "".join(f"{line}\n" for line in lines))
    return read_vocabulary(path)


def _labels(vocabulary: Vocabulary) -> list[Label]:
    return [
        Label(
            id=word.id,
            name=word.name,
            group=word.group,
            aliases=word.aliases,
            parents=word.parents,
            hidden_with=word.hidden_with,
            threshold=0.5 if word.shown else None,
        )
        for word in vocabulary.words
    ]


def test_the_shipped_table_has_hundreds_of_words_in_every_group(shipped: Vocabulary) -> None:
    assert 250 <= sum(word.shown for word in shipped.words) <= len(shipped.words) <= 400
    assert {word.group for word in shipped.words} == set(GROUPS)
    assert {word.id for word in shipped.words if word.group == KIND_GROUP} == set(KINDS)


def test_the_app_takes_every_word_and_every_alias_finds_one_label(shipped: Vocabulary) -> None:
    assert label_problem(_labels(shipped)) is None


def test_every_class_of_imagenet_belongs_to_a_word_or_is_left_out_for_a_reason(
    shipped: Vocabulary,
) -> None:
    path = _TABLES / "left-out.csv"
    check_every_class(shipped, read_left_out(path), path)


@pytest.mark.parametrize(
    ("word", "above"),
    [
        ("corgi", ("dog", "animal")),
        ("golden-retriever", ("retriever", "dog", "animal")),
        ("ladybug", ("beetle", "insect", "animal")),
        ("apple", ("fruit", "food")),
        ("sushi", ("seafood", "food")),
        ("taxi", ("car", "vehicle")),
        ("sailboat", ("boat", "vehicle")),
        ("laptop", ("computer",)),
        ("violin", ("musical-instrument",)),
        ("baby", ("child", "person")),
        ("street", ("road", "outdoor")),
        ("lighthouse", ("building",)),
        ("kitchen", ("indoor",)),
        ("surfing", ("sports",)),
        ("receipt", ("document",)),
    ],
)
def test_a_word_is_found_under_what_it_is(
    shipped: Vocabulary, word: str, above: tuple[str, ...]
) -> None:
    place = shipped.index()
    below = shipped.descendants()
    assert all(below[place[each], place[word]] for each in above)
    assert not below[place["clock"], place[word]]


def test_imagenets_classes_are_summed_up_the_hierarchy(shipped: Vocabulary) -> None:
    place = shipped.index()
    rolled = shipped.roll_up()
    assert rolled[:, place["dog"]].sum() == 118 + 2  # all breeds, the dingo and the dog sled
    assert np.all(rolled[:, place["animal"]] >= rolled[:, place["corgi"]])


_HURTFUL = """
    monkey lemur pig hippopotamus whale seal cow buffalo elephant bear polar-bear brown-bear
    penguin sheep goat camel llama sloth fox wolf chicken goose vulture ostrich snake lizard
    crocodile turtle frog dinosaur insect bee butterfly ladybug spider snail crab lobster jellyfish
    beer wine banana rocket cemetery
"""


@pytest.mark.parametrize("name", _HURTFUL.split())
def test_a_word_that_hurts_is_never_shown_beside_a_person(shipped: Vocabulary, name: str) -> None:
    words = {word.id: word for word in shipped.words}
    labels = _labels(shipped)
    hierarchy = Hierarchy(labels)
    place = shipped.index()
    codes = np.zeros(len(labels), np.uint8)
    codes[place[name]] = 255
    assert words[name].people_hurt
    assert place[name] in hierarchy.shown(codes)
    for word in shipped.words:
        if word.group == PEOPLE_GROUP:
            assert place[name] not in hierarchy.shown(codes, accepted=[word.id])
            if word.shown:
                both = codes.copy()
                both[place[word.id]] = 254
                assert place[name] not in hierarchy.shown(both)


def test_all_below_a_word_that_hurts_fade_with_it(tmp_path: Path) -> None:
    table = _read(
        tmp_path,
        "person,person,People,,,,,,",
        "child,child,People,,person,,,,no",
        "reptile,reptile,Animals,,,,,,no-people",
        "snake,snake,Animals,,reptile,,,fence,",
        "fence,fence,Things,,,,,,",
    )
    reptile, snake, fence = table.words[2:]
    assert reptile.people_hurt
    assert snake.people_hurt
    assert not fence.people_hurt
    assert reptile.hidden_with == ("person", "child")
    assert snake.hidden_with == ("fence", "person", "child")


def test_an_animal_is_never_what_a_person_is_called(shipped: Vocabulary) -> None:
    words = {word.id: word for word in shipped.words}
    assert "person" in words["animal"].hidden_with


_NEVER = """
    maillot|bikini|bra|brassiere|underwear|swimwear|swimsuit|miniskirt|lingerie|pajamas|diaper|nappy
    toilet|toilet seat|toilet paper|plunger|garbage|trash|waste
    rifle|gun|revolver|pistol|assault rifle|knife|weapon|weapons|holster|cannon|guillotine|missile
    prison|jail|coffin|corpse|drunk|alcohol|whiskey|cigarette|lighter|slot machine
    wig|lipstick|make-up|makeup|cosmetics|mask|balaclava|fat|ugly|beautiful|pretty|sexy|nude|naked
    crutch|wheelchair|neck brace|disabled|disability|hospital|pill|pill bottle|syringe|stretcher
    senior|old|old man|elderly|asian|black|white|african|skin|body|bald|male|female
    muslim|jew|christian|abaya|burqa|kimono|sari|sarong|turban|vestment|poncho
    windsor tie|cardigan|academic gown|muzzle|mousetrap|rat|mouse|worm|cockroach|tick|leech|rape
""".replace("\n", "|").split("|")


def test_no_word_or_alias_shames_or_is_an_oddity(shipped: Vocabulary) -> None:
    said = {name.casefold() for word in shipped.words for name in (word.name, *word.aliases)}
    assert said & {name.strip() for name in _NEVER} == set()


def test_gender_and_age_are_never_said_aloud(shipped: Vocabulary) -> None:
    words = {word.id: word for word in shipped.words}
    assert not any(words[name].shown for name in ("man", "woman", "boy", "girl"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a,a,Animals,,b,,,,", "b,b,Animals,,a,,,,"], "line 2: 'a' is its own ancestor"),
        (["a,a,Animals,,c,,,,"], "line 2: there is no word 'c'"),
        (["a,a,Animals,,,,,,", "a,b,Animals,,,,,,"], "line 3: the id 'a' is taken by line 2"),
        (["a,a,Animals,x,,,,,", "b,b,Animals,X,,,,,"], "line 3: 'X' is already"),
        (["a,a,Beasts,,,,,,"], "line 2: the group 'Beasts'"),
        (["a,a,Animals,,,1000,,,"], "line 2: ImageNet classes go from 0 to 999"),
        (["a,a,Animals,,,x,,,"], "line 2: 'x' is no ImageNet class"),
        (["# a remark", "a,a,Animals"], "line 3: 3 columns"),
        (["a,a,Animals,,,,,,maybe"], "line 2: show is 'maybe'"),
        (["a,,Animals,,,,,,"], "line 2: a word needs an id and a name"),
        (["A b,a,Animals,,,,,,"], "line 2: the id 'A b' is not of small letters"),
        (["a,a,Animals,a,,,,,"], "line 2: 'a' is already a name or alias of 'a'"),
        (["a,a,Animals,,,7 5-8,,,"], "line 2: an ImageNet class is listed twice"),
        (["a,a,Animals,,,8-5,,,"], "line 2: the range '8-5' runs backwards"),
        (
            ["a,a,Animals,,,7,,,", "b,b,Animals,,,7,,,"],
            "line 3: the ImageNet class 7 already belongs to 'a' (line 2)",
        ),
        (
            ["a,a,Animals,,,,x,,", "b,b,Animals,,,,x,,"],
            "line 3: 'x' is already learned by 'a' (line 2)",
        ),
        (
            ["a,a,Animals,,,,*,,", "b,b,Animals,,,,x,,"],
            "line 2: 'a' is learned from the words below it, but none of those is learned",
        ),
        (["a,a,People,,,,,,no-people"], "line 2: a word of the group People cannot be no-people"),
        (
            ["a,a,Animals,,,,,b,", "b,b,Animals,,,,,a,"],
            "line 2: 'a' hides itself (a > b > a)",
        ),
        (["a,a,Animals,,a,,,,"], "line 2: 'a' is its own ancestor (a > a)"),
    ],
)
def test_a_broken_table_is_named_with_its_line(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(RecipeError) as told:
        _read(tmp_path, *lines)
    assert said in str(told.value)


def test_a_class_may_stand_with_a_word_and_one_above_it(tmp_path: Path) -> None:
    table = _read(tmp_path, "dog,dog,Animals,,,7-8,,,", "corgi,corgi,Animals,,dog,8,,,")
    assert table.roll_up().sum(axis=0).tolist() == [2, 1]


@given(
    size=st.integers(1, 9),
    edges=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=16),
)
def test_any_circle_of_parents_is_named_and_anything_else_is_read(
    tmp_path_factory: pytest.TempPathFactory, size: int, edges: list[tuple[int, int]]
) -> None:
    parents = {
        word: {up % size for down, up in edges if down % size == word} for word in range(size)
    }
    lines = [
        f"w{word},w{word},Animals,,{'|'.join(f'w{up}' for up in sorted(ups))},,,,"
        for word, ups in parents.items()
    ]
    above = np.eye(size, dtype=int)
    step = np.array([[up in parents[word] for up in range(size)] for word in range(size)], int)
    for _ in range(size):
        above = np.minimum(above + above @ step, 1)
    folder = tmp_path_factory.mktemp("words")
    if np.trace(step @ above):
        with pytest.raises(RecipeError, match=r"line \d+: 'w\d' is its own ancestor \(w\d > "):
            _read(folder, *lines)
    else:
        assert np.array_equal(_read(folder, *lines).descendants().T, above > 0)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["0-998,odd"], "the class 999 belongs to no word"),
        (["0-999,odd", "5,odder"], "line 3: the class 5 is there twice"),
        (["0-999,"], "line 2: classes and a reason"),
        (["1-1000,odd"], "line 2: ImageNet classes go from 0 to 999"),
        (["0-999,odd"], "the class 151 belongs to 'dog' as well"),
    ],
)
def test_a_class_left_out_by_oversight_is_named(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    words = [] if "no word" in said else ["dog,dog,Animals,,,151,,,"]
    path = tmp_path / "left-out.csv"
    path.write_text("imagenet,why\n" + "".join(f"{line}\n" for line in lines))
    with pytest.raises(RecipeError) as told:
        check_every_class(_read(tmp_path, *words), read_left_out(path), path)
    assert said in str(told.value)
