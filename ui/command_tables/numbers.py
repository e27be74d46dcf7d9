"""The commands of the Runs, KPIs and Statistics panels."""

from ui.command import QT_TRANSLATE_NOOP, Command, command

COMMANDS: tuple[Command, ...] = (
    command("runs.find", QT_TRANSLATE_NOOP("Commands", "Search the runs"), "Ctrl+F", "search"),
    command(
        "runs.refresh",
        QT_TRANSLATE_NOOP("Commands", "Look for runs again"),
        "Shift+F5",
        "refresh",
        is_global=True,
    ),
    command("runs.open", QT_TRANSLATE_NOOP("Commands", "Open the chosen run"), "", "open"),
    command(
        "runs.compare",
        QT_TRANSLATE_NOOP("Commands", "Compare with the open run"),
        "Ctrl+Return",
        "compare",
    ),
    command("runs.tag", QT_TRANSLATE_NOOP("Commands", "Change the tags of the run…"), "F2", "note"),
    command(
        "runs.folder",
        QT_TRANSLATE_NOOP("Commands", "Show the run in the file manager"),
        "",
        "project",
    ),
    command(
        "kpi.worst",
        QT_TRANSLATE_NOOP("Commands", "Show the worst pair of the cell"),
        "Return",
        "worst",
    ),
    command(
        "kpi.pairs",
        QT_TRANSLATE_NOOP("Commands", "List the pairs of the cell"),
        "Ctrl+Return",
        "search",
    ),
    command(
        "kpi.command",
        QT_TRANSLATE_NOOP("Commands", "Copy the command behind the cell"),
        "Ctrl+Shift+C",
        "terminal",
    ),
    command(
        "kpi.over_time",
        QT_TRANSLATE_NOOP("Commands", "Values of the cell over time"),
        "T",
        "clock",
        is_checkable=True,
    ),
    command(
        "kpi.copy_table",
        QT_TRANSLATE_NOOP("Commands", "Copy the KPIs for a spreadsheet (TSV)"),
        "Ctrl+C",
        "copy",
    ),
    command(
        "kpi.copy_markdown", QT_TRANSLATE_NOOP("Commands", "Copy the KPIs as Markdown"), "", "copy"
    ),
    command(
        "kpi.baseline",
        QT_TRANSLATE_NOOP("Commands", "The column of the cell is the baseline"),
        "B",
        "kpis",
    ),
    command("kpi.no_baseline", QT_TRANSLATE_NOOP("Commands", "No baseline"), "Shift+B", ""),
    command(
        "kpi.failing",
        QT_TRANSLATE_NOOP("Commands", "Only failing KPIs"),
        "F",
        "",
        is_checkable=True,
    ),
    command(
        "kpi.different",
        QT_TRANSLATE_NOOP("Commands", "Only KPIs that differ"),
        "D",
        "",
        is_checkable=True,
    ),
    command(
        "statistics.whole", QT_TRANSLATE_NOOP("Commands", "Statistics of the whole picture"), "", ""
    ),
    command(
        "statistics.copy_crops",
        QT_TRANSLATE_NOOP("Commands", "Copy the crops of the region"),
        "",
        "copy",
    ),
)
