"""The shipped recipes: each reads, names its network, and builds without computing anything."""

from pathlib import Path

import pytest

from tests.support.networks import SHIPPED, published
from trainer.errors import RecipeError
from trainer.network_settings import Trained
from trainer.networks import parameters_of
from trainer.recipe import read_recipe, recipe_table

PUBLISHED = sorted(path.stem for path in (SHIPPED / "published").glob("*.toml"))
NAMED = {
    "alexnet",
    "amrita-efficientnet",
    "amrita-efficientnet-lite1",
    "amrita-efficientnet-lite2",
    "amrita-ffn",
    "amrita-inceptionv3",
    "amrita-resnet50",
    "amrita-vgg16",
    "iet-cnn",
    "inholland-cnn",
    "inholland-cnn-tuned",
    "inholland-vgg16",
    "inholland-vgg16-tuned",
    "kgptalkie-cnn",
    "knn",
    "vgg19",
}


def test_every_published_network_is_shipped_as_a_recipe() -> None:
    assert set(PUBLISHED) == NAMED


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_recipe_reads_and_is_named_like_its_pack(name: str) -> None:
    recipe = published(name)
    assert recipe.pack.id == name
    assert recipe.published is not None
    assert recipe.gate is None
    assert len(recipe.kept_labels) == (24 if name.startswith("inholland") else 25)


@pytest.mark.parametrize("name", PUBLISHED)
def test_all_published_networks_are_measured_on_one_split(name: str) -> None:
    first, mine = published("kgptalkie-cnn"), published(name)
    assert (mine.split, mine.data) == (first.split, first.data)
    genres = read_recipe(SHIPPED / "genres.toml")
    assert (mine.split.seed, mine.split.test) == (genres.split.seed, genres.split.test)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_network_of_a_published_recipe_fits_its_pictures(name: str) -> None:
    recipe = published(name)
    if isinstance(recipe.network, Trained):
        assert parameters_of(recipe, outputs=len(recipe.kept_labels)) > 1_000_000


def test_the_shipped_packs_read() -> None:
    for name in ("genres", "photos"):
        assert read_recipe(SHIPPED / f"{name}.toml").pack.id == name


def test_labels_of_movie_genres_are_described_in_one_place() -> None:
    common = recipe_table(SHIPPED / "common" / "movie-genres.toml")["labels"]
    assert recipe_table(SHIPPED / "genres.toml")["labels"] == common
    assert recipe_table(SHIPPED / "published" / "knn.toml")["labels"] == common
    assert len(common) == 25


def test_an_unknown_key_of_a_network_is_named(tmp_path: Path) -> None:
    source = (SHIPPED / "published" / "kgptalkie-cnn.toml").read_text(encoding="utf-8")
    base = (SHIPPED / "common" / "published.toml").as_posix()
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        source.replace('"../common/published.toml"', f'"{base}"').replace(
            "kernel = 3", "kernels = 3"
        )
    )
    with pytest.raises(RecipeError, match="kernels"):
        read_recipe(wrong)
