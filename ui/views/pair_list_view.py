"""The list of pairs with its filters."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.core_texts import use_case_text
from ui.icons import set_icon
from ui.models.kpi_names import kpi_style
from ui.models.pairs_model import PAIR_ROLE, RUN_ORDER, PairsModel
from ui.models.thumbnails import Thumbnails
from ui.widgets.pair_delegate import PairDelegate
from ui.widgets.parts import label, row, rule
from ui.widgets.short_box import ShortBox


class PairListView(QWidget):
    """Shows the pairs; says which one was chosen and how the list is limited.

    Signals:
        pair_chosen: A pair was clicked or reached with the keys.
        text_edited: The words of the filter.
        use_case_chosen, target_chosen, verdict_chosen: One value, empty for all; a verdict may
            also be a tag with its #.
        sort_chosen: A metric, or RUN_ORDER.
        clear_clicked: Take every limit away.
    """

    pair_chosen = Signal(object)
    text_edited = Signal(str)
    use_case_chosen = Signal(str)
    target_chosen = Signal(str)
    verdict_chosen = Signal(str)
    sort_chosen = Signal(str)
    clear_clicked = Signal()

    def __init__(
        self, model: PairsModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        """Show `model`."""
        super().__init__(parent)
        self.setObjectName("plain")
        self.setMinimumWidth(210)
        self._model = model
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Filter: input, prompt, device, #tag…"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Filter the pairs"))
        self.search.textChanged.connect(self.text_edited)
        self.use_case_box = self._box(self.tr("Use case"))
        self.target_box = self._box(self.tr("Device"))
        self.verdict_box = self._box(self.tr("Verdict"))
        self.sort_box = self._box(self.tr("Order"))
        self.count_label = label("", "muted")
        self.clear_button = QToolButton()
        self.clear_button.setText(self.tr("Clear"))
        set_icon(self.clear_button, "close")
        self.clear_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clear_button.clicked.connect(self.clear_clicked)
        self.delegate = PairDelegate(thumbnails.get, self)
        self.list = self._make_list(model)
        thumbnails.ready.connect(self._on_thumbnail)
        self._build()
        self.use_case_box.currentIndexChanged.connect(self._on_use_case)
        self.target_box.currentIndexChanged.connect(self._on_target)
        self.verdict_box.currentIndexChanged.connect(self._on_verdict)
        self.sort_box.currentIndexChanged.connect(self._on_sort)

    def _box(self, name: str) -> QComboBox:
        made = ShortBox(6)
        made.setAccessibleName(name)
        return made

    def _make_list(self, model: PairsModel) -> QListView:
        made = QListView()
        made.setModel(model)
        made.setItemDelegate(self.delegate)
        made.setUniformItemSizes(True)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setAccessibleName(self.tr("Image pairs"))
        made.selectionModel().currentChanged.connect(self._on_current)
        return made

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(8, 8, 8, 6)
        head.setSpacing(6)
        head.addWidget(self.search)
        head.addLayout(row(self.use_case_box, self.target_box, spacing=6))
        head.addLayout(row(self.verdict_box, self.sort_box, spacing=6))
        head.addLayout(row(self.count_label, 1, self.clear_button))
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.list, 1)

    def show_choices(
        self, use_cases: Sequence[str], targets: Sequence[str], metrics: Sequence[str]
    ) -> None:
        """Offer these values to filter and sort by."""
        use_case_choices = [(use_case_text(name), name) for name in use_cases]
        orders = [(self.tr("Worst {0}").format(kpi_style(name).label), name) for name in metrics]
        self._fill(self.use_case_box, self.tr("All use cases"), use_case_choices)
        self._fill(self.target_box, self.tr("All devices"), [(name, name) for name in targets])
        self._fill(self.sort_box, self.tr("Run order"), orders)

    def show_tags(self, counts: Mapping[str, int]) -> None:
        """Offer the verdicts, and the tags of the notes beside them."""
        verdicts = [
            (self.tr("Not judged"), "open"),
            (self.tr("Accepted"), "accept"),
            (self.tr("Rejected"), "reject"),
            (self.tr("Unsure"), "unsure"),
        ]
        tags = [(f"#{tag} ({count})", f"#{tag}") for tag, count in counts.items()]
        self._fill(self.verdict_box, self.tr("All verdicts"), [*verdicts, *tags])

    def _fill(self, box: QComboBox, everything: str, choices: Sequence[tuple[str, str]]) -> None:
        """Offer `choices`; what was chosen stays, or is taken back if there is none any more."""
        known = [(box.itemText(at), box.itemData(at)) for at in range(1, box.count())]
        if box.count() and known == list(choices):
            return
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(everything, "")
        for text, value in choices:
            box.addItem(text, value)
        place = box.findData(chosen)
        box.setCurrentIndex(max(place, 0))
        box.blockSignals(False)
        if place < 0 and chosen:
            box.currentIndexChanged.emit(0)

    def show_count(self, shown: int, total: int, limited_by: str) -> None:
        """Say how many of the pairs are listed and what limits them."""
        if shown == total:
            text = self.tr("1 pair") if total == 1 else self.tr("{0} pairs").format(total)
        else:
            text = self.tr("{0} of {1} pairs").format(shown, total)
        self.count_label.setText(f"{text} · {limited_by}" if limited_by else text)
        self.clear_button.setVisible(shown != total or bool(limited_by))

    def show_current(self, key: str) -> None:
        """Mark the pair `key`, without choosing it again."""
        place = self._model.place_of(key)
        selection = self.list.selectionModel()
        if place is None:
            selection.clearSelection()
            return
        index = self._model.index(place)
        if selection.currentIndex() != index or not selection.isSelected(index):
            selection.blockSignals(True)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            selection.blockSignals(False)
            self.list.viewport().update()
        self.list.scrollTo(index)

    def show_cleared(self) -> None:
        """Empty every filter control without saying so."""
        for box in (self.use_case_box, self.target_box, self.verdict_box):
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)

    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.pair_chosen.emit(current.data(PAIR_ROLE))

    def _on_thumbnail(self, path: str) -> None:
        self.list.viewport().update()

    def _on_use_case(self) -> None:
        self.use_case_chosen.emit(str(self.use_case_box.currentData() or ""))

    def _on_target(self) -> None:
        self.target_chosen.emit(str(self.target_box.currentData() or ""))

    def _on_verdict(self) -> None:
        self.verdict_chosen.emit(str(self.verdict_box.currentData() or ""))

    def _on_sort(self) -> None:
        self.sort_chosen.emit(str(self.sort_box.currentData() or RUN_ORDER))
