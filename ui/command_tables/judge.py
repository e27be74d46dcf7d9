"""The commands of the Compare panel."""

from ui.command import QT_TRANSLATE_NOOP, Command, command

COMMANDS: tuple[Command, ...] = (
    command(
        "mode.flip",
        QT_TRANSLATE_NOOP("Commands", "Flip in place"),
        "Ctrl+1",
        "flip",
        is_checkable=True,
    ),
    command(
        "mode.split",
        QT_TRANSLATE_NOOP("Commands", "Split slider"),
        "Ctrl+2",
        "split",
        is_checkable=True,
    ),
    command(
        "mode.side",
        QT_TRANSLATE_NOOP("Commands", "Side by side"),
        "Ctrl+3",
        "side",
        is_checkable=True,
    ),
    command(
        "mode.grid",
        QT_TRANSLATE_NOOP("Commands", "Grid of all candidates"),
        "Ctrl+4",
        "grid",
        is_checkable=True,
    ),
    command(
        "mode.difference",
        QT_TRANSLATE_NOOP("Commands", "Difference"),
        "Ctrl+5",
        "diff",
        is_checkable=True,
    ),
    command(
        "mode.blend", QT_TRANSLATE_NOOP("Commands", "Blend"), "Ctrl+6", "blend", is_checkable=True
    ),
    command(
        "mode.blink", QT_TRANSLATE_NOOP("Commands", "Blink"), "Ctrl+7", "blink", is_checkable=True
    ),
    command("mode.next", QT_TRANSLATE_NOOP("Commands", "Next view mode"), "V"),
    command(
        "view.show_reference",
        QT_TRANSLATE_NOOP("Commands", "Show the reference in place (hold)"),
        "Space",
        is_hold=True,
    ),
    command(
        "view.loupe",
        QT_TRANSLATE_NOOP("Commands", "Loupe at the cursor (hold)"),
        "Z",
        "loupe",
        is_hold=True,
    ),
    command(
        "view.region",
        QT_TRANSLATE_NOOP("Commands", "Choose a region (hold and drag)"),
        "C",
        "region",
        is_hold=True,
    ),
    command(
        "view.keep_loupe",
        QT_TRANSLATE_NOOP("Commands", "Keep the loupe on"),
        "",
        "loupe",
        is_checkable=True,
    ),
    command(
        "view.keep_region",
        QT_TRANSLATE_NOOP("Commands", "Choose regions by dragging alone"),
        "",
        "region",
        is_checkable=True,
    ),
    command(
        "view.swap", QT_TRANSLATE_NOOP("Commands", "Swap sides"), "S", "swap", is_checkable=True
    ),
    command(
        "view.orientation",
        QT_TRANSLATE_NOOP("Commands", "Turn the split line"),
        "H",
        "split-h",
        is_checkable=True,
    ),
    command("view.fit", QT_TRANSLATE_NOOP("Commands", "Fit to the pane"), "0", "fit"),
    command(
        "view.one_to_one",
        QT_TRANSLATE_NOOP("Commands", "Device pixels 1:1"),
        "Ctrl+0",
        "one-to-one",
    ),
    command("view.zoom_in", QT_TRANSLATE_NOOP("Commands", "Zoom in"), "+ =", "zoom-in"),
    command("view.zoom_out", QT_TRANSLATE_NOOP("Commands", "Zoom out"), "-", "zoom-out"),
    command("view.reset", QT_TRANSLATE_NOOP("Commands", "Reset the view"), "R", "refresh"),
    command(
        "view.link", QT_TRANSLATE_NOOP("Commands", "Link the views"), "L", "link", is_checkable=True
    ),
    command(
        "view.nudge_left", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel left"), "Shift+Left"
    ),
    command(
        "view.nudge_right", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel right"), "Shift+Right"
    ),
    command("view.nudge_up", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel up"), "Shift+Up"),
    command(
        "view.nudge_down", QT_TRANSLATE_NOOP("Commands", "Shift B one pixel down"), "Shift+Down"
    ),
    command(
        "view.nudge_ten",
        QT_TRANSLATE_NOOP("Commands", "Shift B ten pixels"),
        "Ctrl+Shift+Left Ctrl+Shift+Right Ctrl+Shift+Up Ctrl+Shift+Down",
        is_series=True,
    ),
    command("view.pin", QT_TRANSLATE_NOOP("Commands", "Pin the probe"), "P", is_checkable=True),
    command("map.next", QT_TRANSLATE_NOOP("Commands", "Next error map"), "M"),
    command("map.previous", QT_TRANSLATE_NOOP("Commands", "Previous error map"), "Shift+M"),
    command("map.gain_up", QT_TRANSLATE_NOOP("Commands", "More gain (half a stop)"), "E"),
    command("map.gain_down", QT_TRANSLATE_NOOP("Commands", "Less gain (half a stop)"), "Shift+E"),
    command("map.normalise", QT_TRANSLATE_NOOP("Commands", "Normalise the map"), "N"),
    command("pair.next", QT_TRANSLATE_NOOP("Commands", "Next pair"), "Right"),
    command("pair.previous", QT_TRANSLATE_NOOP("Commands", "Previous pair"), "Left"),
    command("pair.first", QT_TRANSLATE_NOOP("Commands", "First pair"), "Home"),
    command("pair.last", QT_TRANSLATE_NOOP("Commands", "Last pair"), "End"),
    command("pair.next_candidate", QT_TRANSLATE_NOOP("Commands", "Next candidate"), "Tab"),
    command(
        "pair.previous_candidate", QT_TRANSLATE_NOOP("Commands", "Previous candidate"), "Shift+Tab"
    ),
    command(
        "pair.candidate",
        QT_TRANSLATE_NOOP("Commands", "Candidate by its number"),
        "1 2 3 4 5 6 7 8 9",
        is_series=True,
    ),
    command(
        "pair.reference",
        QT_TRANSLATE_NOOP("Commands", "Reference by number, 0 is FP32"),
        "Shift+0 Shift+1 Shift+2 Shift+3 Shift+4 Shift+5 Shift+6 Shift+7 Shift+8 Shift+9",
        is_series=True,
    ),
    command("pair.worst", QT_TRANSLATE_NOOP("Commands", "Worst pair"), "W", "worst"),
    command("pair.next_tile", QT_TRANSLATE_NOOP("Commands", "Next worst tile"), ".", "region"),
    command("pair.previous_tile", QT_TRANSLATE_NOOP("Commands", "Previous worst tile"), ","),
    command("pair.find", QT_TRANSLATE_NOOP("Commands", "Filter the pairs"), "Ctrl+F", "search"),
    command(
        "pair.clear_filter",
        QT_TRANSLATE_NOOP("Commands", "Clear the filter"),
        "Ctrl+Shift+F",
        "clear",
    ),
    command(
        "verdict.accept", QT_TRANSLATE_NOOP("Commands", "Accept"), "A", "accept", is_checkable=True
    ),
    command(
        "verdict.reject", QT_TRANSLATE_NOOP("Commands", "Reject"), "X", "reject", is_checkable=True
    ),
    command(
        "verdict.unsure", QT_TRANSLATE_NOOP("Commands", "Unsure"), "U", "unsure", is_checkable=True
    ),
    command("verdict.undo", QT_TRANSLATE_NOOP("Commands", "Undo the verdict"), "Ctrl+Z", "undo"),
    command(
        "verdict.redo", QT_TRANSLATE_NOOP("Commands", "Redo the verdict"), "Ctrl+Shift+Z", "redo"
    ),
    command("verdict.note", QT_TRANSLATE_NOOP("Commands", "Write a note"), "Return", "note"),
    command(
        "verdict.blind",
        QT_TRANSLATE_NOOP("Commands", "Blind mode"),
        "Ctrl+B",
        "blind",
        is_checkable=True,
    ),
    command(
        "copy.view", QT_TRANSLATE_NOOP("Commands", "Copy the view as a picture"), "Ctrl+C", "copy"
    ),
    command(
        "copy.repro",
        QT_TRANSLATE_NOOP("Commands", "Copy the repro command"),
        "Ctrl+Shift+C",
        "terminal",
    ),
)
