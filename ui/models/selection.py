"""The one selection that moves everything: run, pair and KPI cell."""

from PySide6.QtCore import QObject, Signal

from ui.models.run_model import Pair, RunView


class Selection(QObject):
    """What is selected now; every panel listens to it and only to it.

    Signals:
        run_changed: Another run is shown, or None.
        pair_changed: Another pair is shown, or None.
        filter_changed: The pair list is limited to these row keys, or None for all of them.
        kpi_changed: The KPI (name) that is looked at.
    """

    run_changed = Signal(object)
    pair_changed = Signal(object)
    filter_changed = Signal(object)
    kpi_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with nothing selected."""
        super().__init__(parent)
        self.run: RunView | None = None
        self.pair: Pair | None = None
        self.kpi = ""

    def select_run(self, run: RunView | None) -> None:
        """Show `run` and the first of its pairs that is listed."""
        first = run.pairs[0] if run is not None and run.pairs else None
        self.run, self.pair = run, first
        self.run_changed.emit(run)
        self.filter_changed.emit(None)
        if self.pair is first:  # a filter that hides it has chosen another one
            self.select_pair(first)

    def select_pair(self, pair: Pair | None) -> None:
        """Show `pair`."""
        self.pair = pair
        self.pair_changed.emit(pair)

    def select_key(self, key: str) -> None:
        """Show the pair of row `key`, if the run has it."""
        pair = self.run.by_key.get(key) if self.run is not None else None
        if pair is not None:
            self.select_pair(pair)

    def select_kpi(self, name: str) -> None:
        """Look at the KPI `name`."""
        self.kpi = name
        self.kpi_changed.emit(name)

    def limit_to(self, keys: frozenset[str] | None) -> None:
        """Limit the pair list to the rows `keys`."""
        self.filter_changed.emit(keys)
