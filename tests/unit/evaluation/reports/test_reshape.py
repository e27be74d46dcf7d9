"""Wide tables become readable without losing a value."""

from itertools import chain

from evaluation.reports.reshape import readable, transposed, unfolded
from evaluation.tables import NOT_RUN, Cell, Heading, KpiTable, TableRow


def kpi(name, unit="ms"):
    return Heading((name,), unit, "lower")


def table(columns, rows, *, name="table2", corner=("KPI",), notes=("n = 4.",)):
    """Make a table; `rows` maps a heading to texts."""
    return KpiTable(
        name,
        "Title",
        corner,
        tuple(c if isinstance(c, Heading) else Heading(tuple(c)) for c in columns),
        tuple(
            TableRow(
                heading, tuple(t if isinstance(t, Cell) else Cell(1.0, t, "ms") for t in texts)
            )
            for heading, texts in rows
        ),
        notes,
    )


def texts_of(tables):
    return [cell.text for one in tables for row in one.rows for cell in row.cells]


def wide(targets=1, cases=6):
    columns = [(f"phone {t}", f"case {c}") for t in range(targets) for c in range(cases)]
    rows = [(kpi(name), [f"{name}{at}" for at in range(len(columns))]) for name in ("a", "b", "c")]
    return table(columns, rows)


def test_that_a_narrow_table_stays_as_it_is():
    narrow = table([("one", "x"), ("two", "x")], [(kpi("a"), ["1", "2"])])
    assert readable(narrow) == [narrow]


def test_that_a_label_of_all_columns_becomes_a_note():
    (part,) = readable(wide())
    assert [column.labels for column in part.columns] == [(f"case {at}",) for at in range(6)]
    assert part.notes == ("All: phone 0.", "n = 4.")


def test_that_a_table_wider_than_high_is_turned_with_its_axes_named():
    (part,) = readable(wide(targets=2))
    assert part.corner == ("target", "use case")
    assert [column.labels[0] for column in part.columns] == ["a", "b", "c"]
    assert part.columns[0].unit == "ms"
    assert [row.heading.labels for row in part.rows][7] == ("phone 1", "case 1")
    assert sorted(texts_of([part])) == sorted(texts_of([wide(targets=2)]))


def test_that_turning_twice_gives_the_same_cells():
    once = transposed(wide(targets=2))
    assert texts_of([transposed(once)]) == texts_of([wide(targets=2)])


def test_that_a_table_high_and_wide_is_cut_between_targets():
    columns = [(f"phone {t}", f"case {c}") for t in range(4) for c in range(3)]
    rows = [(kpi(f"k{n}"), [f"{n}-{at}" for at in range(12)]) for n in range(12)]
    parts = readable(table(columns, rows))
    assert [len(part.columns) for part in parts] == [6, 6]
    assert [part.title for part in parts] == ["Title (1 of 2)", "Title (2 of 2)"]
    assert [part.notes for part in parts] == [(), ("n = 4.",)]
    assert sorted(texts_of(parts)) == sorted(chain(*(texts for _, texts in rows)))


def test_that_a_value_that_is_the_same_throughout_is_said_once():
    same = [Cell(9.5, "9.50", "MB")] * 3
    absent = [Cell(None, "not measured", note="no NPU", state="not measured")] * 3
    rows = [
        (kpi("ROM", "MB"), same),
        (kpi("nodes off", ""), absent),
        (kpi("step"), ["1", "2", "3"]),
    ]
    (part,) = readable(table([("one",), ("two",), ("three",)], rows))
    assert [row.heading.labels for row in part.rows] == [("step",)]
    assert part.notes[0] == ("The same throughout: ROM 9.50 MB; nodes off not measured (no NPU).")


def test_that_a_judged_or_changed_value_stays_in_the_grid():
    failed = [Cell(9.5, "9.50", "MB", gate="fail")] * 3
    changed = [Cell(9.5, "9.50", "MB", delta=1.0)] * 3
    rows = [(kpi("ROM"), failed), (kpi("RAM"), changed), (kpi("step"), ["1", "2", "3"])]
    (part,) = readable(table([("one",), ("two",), ("three",)], rows))
    assert len(part.rows) == 3


def test_that_the_papers_columns_are_a_table_of_their_own_where_all_do_not_fit():
    ours = [Heading((f"case {at}",)) for at in range(6)]
    papers = [Heading((f"Paper: case {at}",), paper=True) for at in range(4)]
    rows = [(kpi(f"k{n}"), [f"{n}-{at}" for at in range(10)]) for n in range(12)]
    parts = readable(table([*ours, *papers], rows, name="table3"))
    assert [len(part.columns) for part in parts] == [6, 4]
    assert parts[1].title == "Title: the paper's numbers"


def test_that_kpis_below_each_use_case_become_columns():
    absent = Cell(None, "not measured", note=NOT_RUN, state="not measured")
    rows = [
        (Heading(("removal", "PSNR"), "dB", "higher"), ["30", Cell(33.04, "33.04", state="paper")]),
        (Heading(("removal", "SSIM"), "", "higher"), ["0.9", Cell(0.94, "0.94", state="paper")]),
        (Heading(("sticker", "PSNR"), "dB", "higher"), ["31", absent]),
        (Heading(("sticker", "SSIM"), "", "higher"), ["0.8", absent]),
    ]
    columns = [Heading(("host",)), Heading(("Paper: S25",), paper=True)]
    made = unfolded(table(columns, rows, name="table1", corner=("use case", "KPI")))
    assert made.corner == ("use case", "target")
    assert [(c.labels, c.unit) for c in made.columns] == [(("PSNR",), "dB"), (("SSIM",), "")]
    assert [(row.heading.labels, row.heading.paper) for row in made.rows] == [
        (("removal", "host"), False),
        (("removal", "Paper: S25"), True),
        (("sticker", "host"), False),
    ]
    assert texts_of([made]) == ["30", "0.9", "33.04", "0.94", "31", "0.8"]
