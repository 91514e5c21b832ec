"""Measures finished packs: which pictures, what the graphs say of them, and how good that is."""

from trainer.evaluate.evaluation import Evaluation, evaluate_pack, pack_folder
from trainer.evaluate.measured import Measured, column_figures, measure_columns
from trainer.evaluate.pictures import Examined, examine, recipe_of
from trainer.evaluate.reading import Alone, measure_alone
from trainer.evaluate.report import evaluation_table
from trainer.evaluate.texts import Texts, WordsWanted
from trainer.metrics.figures import limits_of

__all__ = [
    "Alone",
    "Evaluation",
    "Examined",
    "Measured",
    "Texts",
    "WordsWanted",
    "column_figures",
    "evaluate_pack",
    "evaluation_table",
    "examine",
    "limits_of",
    "measure_alone",
    "measure_columns",
    "pack_folder",
    "recipe_of",
]
