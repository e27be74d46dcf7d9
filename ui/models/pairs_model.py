"""The list of image pairs: filtered, sorted, with verdicts."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

from ui.models.kpi_names import kpi_style
from ui.models.run_model import Pair

Index = QModelIndex | QPersistentModelIndex
PAIR_ROLE = int(Qt.ItemDataRole.UserRole)
VERDICT_ROLE = PAIR_ROLE + 1
RUN_ORDER = ""


@dataclass(frozen=True)
class PairFilter:
    """Which pairs are listed; an empty field limits nothing.

    Attributes:
        keys: Row keys that a KPI cell stands for.
        verdict: "accept", "reject", "unsure" or "open" (not judged yet).
        tag: A tag of the note, without its #.
    """

    text: str = ""
    use_case: str = ""
    target: str = ""
    verdict: str = ""
    tag: str = ""
    keys: frozenset[str] | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether every pair passes."""
        return self == PairFilter()

    @property
    def asks_people(self) -> bool:
        """Return whether the answer changes with what people say of a pair."""
        return bool(self.verdict or self.tag or "#" in self.text)

    def accepts(
        self, pair: Pair, verdict_of: Callable[[str], str], tags_of: Callable[[str], Sequence[str]]
    ) -> bool:
        """Return whether `pair` is listed; verdict and tags of a key are asked if they matter."""
        if self.use_case and pair.text("use_case") != self.use_case:
            return False
        if self.target and pair.text("target") != self.target:
            return False
        if self.verdict and (verdict_of(pair.key) or "open") != self.verdict:
            return False
        if self.tag and self.tag not in tags_of(pair.key):
            return False
        if self.keys is not None and not any(str(row["key"]) in self.keys for row in pair.rows):
            return False
        words = self.text.casefold().split()
        tags = tags_of(pair.key) if "#" in self.text else ()
        return all(word in pair.searchable or _begins(tags, word) for word in words)


def _no_tags(key: str) -> tuple[str, ...]:
    return ()


def _begins(tags: Sequence[str], word: str) -> bool:
    """Return whether `word` is the beginning of a tag, as "#se" is of "seam"."""
    return word.startswith("#") and any(tag.startswith(word[1:]) for tag in tags)


class PairsModel(QStringListModel):
    """The pairs that pass the filter, in the chosen order.

    Filtering and sorting happen here on plain lists: 10,000 pairs take a few milliseconds, where
    a proxy model would call back into Python for every comparison. The rows are Qt's own, empty
    strings: a view asks for the index of every row when it lays itself out, and for 10,000 of them
    that is 20 ms if each call comes to Python.
    """

    def __init__(
        self,
        verdict_of: Callable[[str], str],
        tags_of: Callable[[str], Sequence[str]] = _no_tags,
    ) -> None:
        """Ask `verdict_of` for the verdict on a pair's key, `tags_of` for its tags."""
        super().__init__()
        self._verdict_of, self._tags_of = verdict_of, tags_of
        self._all: Sequence[Pair] = ()
        self._shown: list[Pair] = []
        self._places: Mapping[str, int] = {}
        self._all_places: Mapping[str, int] = {}
        self._filter = PairFilter()
        self._sort, self._worst_first = RUN_ORDER, True

    @property
    def filter(self) -> PairFilter:
        """Return the filter in force."""
        return self._filter

    @property
    def total(self) -> int:
        """Return how many pairs there are without the filter."""
        return len(self._all)

    @property
    def shown(self) -> Sequence[Pair]:
        """Return the listed pairs, in order."""
        return self._shown

    def show(self, pairs: Sequence[Pair], places: Mapping[str, int] | None = None) -> None:
        """List `pairs`; the filter stays, but for the keys of a KPI cell.

        Args:
            pairs: All that there are.
            places: The place of each by its key, where that is known already.
        """
        self._all = pairs
        known = places if places is not None else {p.key: at for at, p in enumerate(pairs)}
        self._all_places = known
        self._filter = replace(self._filter, keys=None)
        self._rebuild()

    def set_filter(self, wanted: PairFilter) -> None:
        """List what `wanted` accepts."""
        if wanted == self._filter and not wanted.asks_people:
            return  # verdicts and notes change, what else is asked for does not
        self._filter = wanted
        self._rebuild()

    def set_sort(self, metric: str, *, worst_first: bool = True) -> None:
        """Order by `metric`, or as the run did for RUN_ORDER."""
        self._sort, self._worst_first = metric, worst_first
        self._rebuild()

    def place_of(self, key: str) -> int | None:
        """Return the row that shows pair `key`, None when the filter hides it."""
        return self._places.get(key)

    def verdict_changed(self, key: str) -> None:
        """Draw the verdict of pair `key` again; it stays listed until the filter is set again."""
        place = self._places.get(key)
        if place is not None:
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let a pair be chosen, and nothing else: Qt's strings can be edited."""
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the pair, its verdict or its accessible text."""
        if not index.isValid():
            return None
        pair = self._shown[index.row()]
        if role == PAIR_ROLE:
            return pair
        if role == VERDICT_ROLE:
            return self._verdict_of(pair.key)
        if role == Qt.ItemDataRole.DisplayRole:
            return pair.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            numbers = metrics_line(pair.metrics, 4)
            verdict = self._verdict_words().get(self._verdict_of(pair.key), "")
            tags = " ".join(f"#{tag}" for tag in self._tags_of(pair.key))
            parts = (pair.title, pair.device_label, numbers, verdict, tags)
            return ", ".join(part for part in parts if part)
        return None

    def _verdict_words(self) -> dict[str, str]:
        return {
            "accept": self.tr("accepted"),
            "reject": self.tr("rejected"),
            "unsure": self.tr("unsure"),
            "voted": self.tr("voted"),
        }

    def _rebuild(self) -> None:
        wanted, verdict_of, tags_of = self._filter, self._verdict_of, self._tags_of
        if wanted.is_empty:
            self._shown, self._places = list(self._all), self._all_places
        else:
            self._shown = [one for one in self._all if wanted.accepts(one, verdict_of, tags_of)]
        if self._sort:
            better = kpi_style(self._sort).better
            flip = 1 if (better == "higher") == self._worst_first else -1
            self._shown.sort(key=lambda pair: _sort_value(pair, self._sort, flip))
        if self._sort or not wanted.is_empty:
            self._places = {pair.key: at for at, pair in enumerate(self._shown)}
        self.setStringList([""] * len(self._shown))  # resets the model


def _sort_value(pair: Pair, metric: str, flip: int) -> tuple[int, float]:
    value = pair.metrics.get(metric)
    if value is None or math.isnan(value):
        return 1, 0.0
    return 0, flip * value


def metrics_line(metrics: Mapping[str, float], most: int = 2) -> str:
    """Return the first metrics in short.

    >>> metrics_line({"psnr_db": 33.018, "ssim": 0.9402})
    '33.02 dB · SSIM 0.9402'
    """
    parts = []
    for name, value in list(metrics.items())[:most]:
        style = kpi_style(name)
        text = style.text(value)
        parts.append(f"{text} {style.unit}" if style.unit else f"{style.label} {text}")
    return " · ".join(parts)
