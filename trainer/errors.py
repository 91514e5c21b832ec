"""What can be wrong with training data and recipes, in sentences."""

from app.errors import LumitagError


class TrainerError(LumitagError):
    """Something in the data, the recipe or the machine keeps the trainer from its work."""


class DataError(TrainerError):
    """The labelled pictures are not what they should be; names the file, row and column."""


class RecipeError(TrainerError):
    """A recipe or a vocabulary table is wrong; names the file and the key or line."""


class ExportError(TrainerError):
    """The exported graph does not do what the trained network does."""
