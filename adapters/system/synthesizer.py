"""The engine of CTDC (pac-synth, MIT), where the extra `synthetic` is installed; without it the service does all else."""

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from domain.evidence.synthetic import NoSynthesizer, Row


def _found() -> ModuleType | None:
    try:
        return import_module("pacsynth")
    except ImportError:
        return None


class PacSynthesizer:
    """`domain.evidence.synthetic.Synthesizer`: noise on the counts of one and of two columns, and lines drawn from those counts."""

    def __init__(self) -> None:
        self._engine: Any = _found()

    @property
    def ready(self) -> bool:
        return self._engine is not None

    def made(self, columns: Sequence[str], rows: Sequence[Row], epsilon: int, delta: float) -> list[Row]:
        if self._engine is None:
            raise NoSynthesizer()
        wanted = (
            self._engine.DpAggregateSeededParametersBuilder().epsilon(float(epsilon)).delta(delta).reporting_length(min(2, len(columns)))
        )
        wanted = wanted.percentile_percentage(99).percentile_epsilon_proportion(0.01).number_of_records_epsilon_proportion(0.005)
        wanted = wanted.use_synthetic_counts(True).fabrication_mode(self._engine.FabricationMode.uncontrolled()).empty_value("")
        made = self._engine.DpAggregateSeededSynthesizer(wanted.build())
        try:
            made.fit(self._engine.Dataset([list(columns), *map(list, rows)]))
            head, *lines = made.sample()
        except BaseException as broken:
            # Where noise makes the number of people negative the engine panics, and what it raises then has no name to import.
            if type(broken).__module__ != "pyo3_runtime":
                raise
            return []
        places = [head.index(column) for column in columns]
        return [tuple(line[place] for place in places) for line in lines]
