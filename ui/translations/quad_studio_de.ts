<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>BarPlot</name>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
</context>
<context>
    <name>CanvasController</name>
    <message>
        <source>Point at the picture to read its pixels.</source>
        <translation>Auf das Bild zeigen, um seine Pixel zu lesen.</translation>
    </message>
    <message>
        <source>   pinned</source>
        <translation>   angeheftet</translation>
    </message>
    <message>
        <source>area average</source>
        <translation>Flächenmittel</translation>
    </message>
    <message>
        <source>nearest</source>
        <translation>nächster Nachbar</translation>
    </message>
    <message>
        <source>fit, </source>
        <translation>eingepasst, </translation>
    </message>
    <message>
        <source>B shifted {0:+d}, {1:+d} px</source>
        <translation>B verschoben {0:+d}, {1:+d} px</translation>
    </message>
</context>
<context>
    <name>ColorBar</name>
    <message>
        <source>Colour scale</source>
        <translation>Farbskala</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchten Sie tun?</translation>
    </message>
    <message>
        <source>Search the commands</source>
        <translation>Befehle durchsuchen</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Flip in place</source>
        <translation>An Ort und Stelle wechseln</translation>
    </message>
    <message>
        <source>Split slider</source>
        <translation>Geteilte Ansicht</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Grid of all candidates</source>
        <translation>Raster aller Kandidaten</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Blend</source>
        <translation>Überblenden</translation>
    </message>
    <message>
        <source>Blink</source>
        <translation>Blinken</translation>
    </message>
    <message>
        <source>Next view mode</source>
        <translation>Nächste Ansicht</translation>
    </message>
    <message>
        <source>Show the reference in place (hold)</source>
        <translation>Referenz an Ort und Stelle zeigen (halten)</translation>
    </message>
    <message>
        <source>Loupe at the cursor (hold)</source>
        <translation>Lupe am Mauszeiger (halten)</translation>
    </message>
    <message>
        <source>Choose a region (hold and drag)</source>
        <translation>Bereich wählen (halten und ziehen)</translation>
    </message>
    <message>
        <source>Keep the loupe on</source>
        <translation>Lupe eingeschaltet lassen</translation>
    </message>
    <message>
        <source>Choose regions by dragging alone</source>
        <translation>Bereiche allein durch Ziehen wählen</translation>
    </message>
    <message>
        <source>Swap sides</source>
        <translation>Seiten tauschen</translation>
    </message>
    <message>
        <source>Turn the split line</source>
        <translation>Trennlinie drehen</translation>
    </message>
    <message>
        <source>Fit to the pane</source>
        <translation>In die Fläche einpassen</translation>
    </message>
    <message>
        <source>Device pixels 1:1</source>
        <translation>Gerätepixel 1:1</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Reset the view</source>
        <translation>Ansicht zurücksetzen</translation>
    </message>
    <message>
        <source>Link the views</source>
        <translation>Ansichten koppeln</translation>
    </message>
    <message>
        <source>Shift B one pixel left</source>
        <translation>B ein Pixel nach links</translation>
    </message>
    <message>
        <source>Shift B one pixel right</source>
        <translation>B ein Pixel nach rechts</translation>
    </message>
    <message>
        <source>Shift B one pixel up</source>
        <translation>B ein Pixel nach oben</translation>
    </message>
    <message>
        <source>Shift B one pixel down</source>
        <translation>B ein Pixel nach unten</translation>
    </message>
    <message>
        <source>Shift B ten pixels</source>
        <translation>B um zehn Pixel verschieben</translation>
    </message>
    <message>
        <source>Pin the probe</source>
        <translation>Messpunkt anheften</translation>
    </message>
    <message>
        <source>Next error map</source>
        <translation>Nächste Fehlerkarte</translation>
    </message>
    <message>
        <source>Previous error map</source>
        <translation>Vorige Fehlerkarte</translation>
    </message>
    <message>
        <source>More gain (half a stop)</source>
        <translation>Mehr Verstärkung (halbe Stufe)</translation>
    </message>
    <message>
        <source>Less gain (half a stop)</source>
        <translation>Weniger Verstärkung (halbe Stufe)</translation>
    </message>
    <message>
        <source>Normalise the map</source>
        <translation>Karte normieren</translation>
    </message>
    <message>
        <source>Next pair</source>
        <translation>Nächstes Paar</translation>
    </message>
    <message>
        <source>Previous pair</source>
        <translation>Voriges Paar</translation>
    </message>
    <message>
        <source>First pair</source>
        <translation>Erstes Paar</translation>
    </message>
    <message>
        <source>Last pair</source>
        <translation>Letztes Paar</translation>
    </message>
    <message>
        <source>Next candidate</source>
        <translation>Nächster Kandidat</translation>
    </message>
    <message>
        <source>Previous candidate</source>
        <translation>Voriger Kandidat</translation>
    </message>
    <message>
        <source>Candidate by its number</source>
        <translation>Kandidat nach seiner Nummer</translation>
    </message>
    <message>
        <source>Reference by number, 0 is FP32</source>
        <translation>Referenz nach Nummer, 0 ist FP32</translation>
    </message>
    <message>
        <source>Worst pair</source>
        <translation>Schlechtestes Paar</translation>
    </message>
    <message>
        <source>Next worst tile</source>
        <translation>Nächste schlechteste Kachel</translation>
    </message>
    <message>
        <source>Previous worst tile</source>
        <translation>Vorige schlechteste Kachel</translation>
    </message>
    <message>
        <source>Filter the pairs</source>
        <translation>Paare filtern</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Undo the verdict</source>
        <translation>Urteil zurücknehmen</translation>
    </message>
    <message>
        <source>Redo the verdict</source>
        <translation>Urteil wiederholen</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Blind mode</source>
        <translation>Blindmodus</translation>
    </message>
    <message>
        <source>Copy the view as a picture</source>
        <translation>Ansicht als Bild kopieren</translation>
    </message>
    <message>
        <source>Copy the repro command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>Export the report…</source>
        <translation>Bericht exportieren …</translation>
    </message>
    <message>
        <source>Open a run…</source>
        <translation>Lauf öffnen …</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>Projekt öffnen …</translation>
    </message>
    <message>
        <source>Read the run again</source>
        <translation>Lauf neu einlesen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Workspace: Build</source>
        <translation>Arbeitsbereich: Bauen</translation>
    </message>
    <message>
        <source>Workspace: Devices</source>
        <translation>Arbeitsbereich: Geräte</translation>
    </message>
    <message>
        <source>Workspace: Session</source>
        <translation>Arbeitsbereich: Sitzung</translation>
    </message>
    <message>
        <source>Workspace: Judge</source>
        <translation>Arbeitsbereich: Beurteilen</translation>
    </message>
    <message>
        <source>Next panel</source>
        <translation>Nächstes Feld</translation>
    </message>
    <message>
        <source>Previous panel</source>
        <translation>Voriges Feld</translation>
    </message>
    <message>
        <source>Give the panel the whole window</source>
        <translation>Dem Feld das ganze Fenster geben</translation>
    </message>
    <message>
        <source>Make the panel wider</source>
        <translation>Feld breiter machen</translation>
    </message>
    <message>
        <source>Make the panel narrower</source>
        <translation>Feld schmaler machen</translation>
    </message>
    <message>
        <source>Make the panel taller</source>
        <translation>Feld höher machen</translation>
    </message>
    <message>
        <source>Make the panel shorter</source>
        <translation>Feld niedriger machen</translation>
    </message>
    <message>
        <source>Light or dark theme</source>
        <translation>Helles oder dunkles Design</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Command palette…</source>
        <translation>Befehlspalette …</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Two-minute tour</source>
        <translation>Rundgang in zwei Minuten</translation>
    </message>
    <message>
        <source>Run the demo</source>
        <translation>Demo ausführen</translation>
    </message>
    <message>
        <source>About QUAD Studio</source>
        <translation>Über QUAD Studio</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Building</source>
        <translation>Bauen</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Mask and sketch</source>
        <translation>Maske und Skizze</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Paare</translation>
    </message>
    <message>
        <source>View modes</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Error maps</source>
        <translation>Fehlerkarten</translation>
    </message>
    <message>
        <source>Verdicts</source>
        <translation>Urteile</translation>
    </message>
    <message>
        <source>Copy and export</source>
        <translation>Kopieren und Exportieren</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>KPIs</source>
        <translation>KPIs</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Arbeitsbereiche</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>überall</translation>
    </message>
    <message>
        <source>in the Compare panel</source>
        <translation>im Feld Vergleichen</translation>
    </message>
    <message>
        <source>in the Project panel</source>
        <translation>im Feld Projekt</translation>
    </message>
    <message>
        <source>in the Pipeline panel</source>
        <translation>im Feld Pipeline</translation>
    </message>
    <message>
        <source>in the Devices panel</source>
        <translation>im Feld Geräte</translation>
    </message>
    <message>
        <source>in the Session panel</source>
        <translation>im Feld Sitzung</translation>
    </message>
    <message>
        <source>in the picture of the Session panel</source>
        <translation>im Bild des Felds Sitzung</translation>
    </message>
    <message>
        <source>in the table of adapters</source>
        <translation>in der Tabelle der Adapter</translation>
    </message>
    <message>
        <source>in the contents of a device</source>
        <translation>im Inhalt eines Geräts</translation>
    </message>
    <message>
        <source>in the Runs panel</source>
        <translation>im Feld Läufe</translation>
    </message>
    <message>
        <source>in the table of KPIs</source>
        <translation>in der Tabelle der KPIs</translation>
    </message>
    <message>
        <source>in the Statistics panel</source>
        <translation>im Feld Statistik</translation>
    </message>
    <message>
        <source>Search the runs</source>
        <translation>Läufe durchsuchen</translation>
    </message>
    <message>
        <source>Look for runs again</source>
        <translation>Erneut nach Läufen suchen</translation>
    </message>
    <message>
        <source>Open the chosen run</source>
        <translation>Den gewählten Lauf öffnen</translation>
    </message>
    <message>
        <source>Compare with the open run</source>
        <translation>Mit dem geöffneten Lauf vergleichen</translation>
    </message>
    <message>
        <source>Change the tags of the run…</source>
        <translation>Schlagwörter des Laufs ändern …</translation>
    </message>
    <message>
        <source>Show the run in the file manager</source>
        <translation>Den Lauf im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Show the worst pair of the cell</source>
        <translation>Das schlechteste Paar der Zelle zeigen</translation>
    </message>
    <message>
        <source>List the pairs of the cell</source>
        <translation>Die Paare der Zelle auflisten</translation>
    </message>
    <message>
        <source>Copy the command behind the cell</source>
        <translation>Den Befehl hinter der Zelle kopieren</translation>
    </message>
    <message>
        <source>Values of the cell over time</source>
        <translation>Werte der Zelle über die Zeit</translation>
    </message>
    <message>
        <source>Copy the KPIs for a spreadsheet (TSV)</source>
        <translation>KPIs für ein Rechenblatt kopieren (TSV)</translation>
    </message>
    <message>
        <source>Copy the KPIs as Markdown</source>
        <translation>KPIs als Markdown kopieren</translation>
    </message>
    <message>
        <source>The column of the cell is the baseline</source>
        <translation>Die Spalte der Zelle ist die Basis</translation>
    </message>
    <message>
        <source>No baseline</source>
        <translation>Keine Basis</translation>
    </message>
    <message>
        <source>Only failing KPIs</source>
        <translation>Nur verfehlte KPIs</translation>
    </message>
    <message>
        <source>Only KPIs that differ</source>
        <translation>Nur KPIs mit Unterschied</translation>
    </message>
    <message>
        <source>Statistics of the whole picture</source>
        <translation>Statistik des ganzen Bilds</translation>
    </message>
    <message>
        <source>Copy the crops of the region</source>
        <translation>Ausschnitte des Bereichs kopieren</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>Neues Projekt …</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Add an adapter…</source>
        <translation>Adapter hinzufügen …</translation>
    </message>
    <message>
        <source>Remove the adapter</source>
        <translation>Adapter entfernen</translation>
    </message>
    <message>
        <source>Choose the foundation model…</source>
        <translation>Basismodell wählen …</translation>
    </message>
    <message>
        <source>Estimate whether it will fit</source>
        <translation>Schätzen, ob es passt</translation>
    </message>
    <message>
        <source>Build the project</source>
        <translation>Projekt bauen</translation>
    </message>
    <message>
        <source>Run a plan…</source>
        <translation>Plan ausführen …</translation>
    </message>
    <message>
        <source>Cancel the build or the plan</source>
        <translation>Bau oder Plan abbrechen</translation>
    </message>
    <message>
        <source>Check the graphs (lint)</source>
        <translation>Graphen prüfen</translation>
    </message>
    <message>
        <source>Pair a phone…</source>
        <translation>Telefon koppeln …</translation>
    </message>
    <message>
        <source>Choose the bundle to deploy…</source>
        <translation>Das zu verteilende Bundle wählen …</translation>
    </message>
    <message>
        <source>Deploy to the checked devices</source>
        <translation>Auf die gewählten Geräte verteilen</translation>
    </message>
    <message>
        <source>Cancel deploying</source>
        <translation>Verteilen abbrechen</translation>
    </message>
    <message>
        <source>Remove the chosen item from the device</source>
        <translation>Den gewählten Eintrag vom Gerät entfernen</translation>
    </message>
    <message>
        <source>Choose a bundle for the session…</source>
        <translation>Bundle für die Sitzung wählen …</translation>
    </message>
    <message>
        <source>Open a picture…</source>
        <translation>Bild öffnen …</translation>
    </message>
    <message>
        <source>Next use case</source>
        <translation>Nächster Anwendungsfall</translation>
    </message>
    <message>
        <source>Previous use case</source>
        <translation>Voriger Anwendungsfall</translation>
    </message>
    <message>
        <source>Run the request</source>
        <translation>Auftrag ausführen</translation>
    </message>
    <message>
        <source>Cancel the image</source>
        <translation>Bild abbrechen</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Neuer Seed</translation>
    </message>
    <message>
        <source>Judge the results</source>
        <translation>Ergebnisse beurteilen</translation>
    </message>
    <message>
        <source>Save the session as a plan…</source>
        <translation>Sitzung als Plan speichern …</translation>
    </message>
    <message>
        <source>Replay the saved plan</source>
        <translation>Gespeicherten Plan wiederholen</translation>
    </message>
    <message>
        <source>End the session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Lasso</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Kleinerer Pinsel</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Größerer Pinsel</translation>
    </message>
    <message>
        <source>Undo the stroke</source>
        <translation>Strich zurücknehmen</translation>
    </message>
    <message>
        <source>Clear what is painted</source>
        <translation>Gemaltes löschen</translation>
    </message>
    <message>
        <source>Invert the mask</source>
        <translation>Maske umkehren</translation>
    </message>
    <message>
        <source>Put the brush down, set a corner of the lasso</source>
        <translation>Pinsel aufsetzen, Ecke des Lassos setzen</translation>
    </message>
    <message>
        <source>Fill the lasso</source>
        <translation>Lasso füllen</translation>
    </message>
    <message>
        <source>Move the brush</source>
        <translation>Pinsel bewegen</translation>
    </message>
    <message>
        <source>Move the brush four times as far</source>
        <translation>Pinsel viermal so weit bewegen</translation>
    </message>
</context>
<context>
    <name>CompareController</name>
    <message>
        <source>This run has no rows yet</source>
        <translation>Dieser Lauf hat noch keine Zeilen</translation>
    </message>
    <message>
        <source>samples of a KPI cell</source>
        <translation>Stichproben einer KPI-Zelle</translation>
    </message>
    <message>
        <source>FP32 reference</source>
        <translation>FP32-Referenz</translation>
    </message>
    <message>
        <source>first</source>
        <translation>erstes</translation>
    </message>
    <message>
        <source>It was stopped before the first image. Resume it, then read it again.</source>
        <translation>Er wurde vor dem ersten Bild angehalten. Setzen Sie ihn fort und lesen Sie ihn dann neu ein.</translation>
    </message>
    <message>
        <source>{0}: rows, scores and context are read from the disk.</source>
        <translation>{0}: Zeilen, Bewertungen und Kontext werden gelesen.</translation>
    </message>
    <message>
        <source>Opening the run…</source>
        <translation>Lauf wird geöffnet …</translation>
    </message>
    <message>
        <source>The run could not be opened</source>
        <translation>Der Lauf konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Open another run…</source>
        <translation>Anderen Lauf öffnen …</translation>
    </message>
    <message>
        <source>{0} cannot be read. Mend or copy the file again, then read the run.</source>
        <translation>{0} kann nicht gelesen werden. Die Datei reparieren oder neu kopieren, dann den Lauf neu einlesen.</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>Neu einlesen</translation>
    </message>
    <message>
        <source>A is {0} × {1} and B {2} × {3} pixels: shown, but never subtracted.</source>
        <translation>A hat {0} × {1} und B {2} × {3} Pixel: gezeigt, aber nie subtrahiert.</translation>
    </message>
    <message>
        <source>second</source>
        <translation>zweites</translation>
    </message>
    <message>
        <source>{0} cannot be read: {1}</source>
        <translation>{0} kann nicht gelesen werden: {1}</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen …</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Comparison of reference A and candidate B</source>
        <translation>Vergleich von Referenz A und Kandidat B</translation>
    </message>
    <message>
        <source>No run is open</source>
        <translation>Kein Lauf ist geöffnet</translation>
    </message>
    <message>
        <source>A run holds the images of the FP32 reference and of each device, with every number. Open a run folder, or drop one here.</source>
        <translation>Ein Lauf enthält die Bilder der FP32-Referenz und jedes Geräts, mit allen Zahlen. Öffnen Sie einen Laufordner oder ziehen Sie einen hierher.</translation>
    </message>
    <message>
        <source>Open a run…</source>
        <translation>Lauf öffnen …</translation>
    </message>
    <message>
        <source>Share of B in the blend</source>
        <translation>Anteil von B in der Überblendung</translation>
    </message>
    <message>
        <source>Error map</source>
        <translation>Fehlerkarte</translation>
    </message>
    <message>
        <source>Error map of the difference view (M)</source>
        <translation>Fehlerkarte der Differenzansicht (M)</translation>
    </message>
    <message>
        <source>Absolute error</source>
        <translation>Absoluter Fehler</translation>
    </message>
    <message>
        <source>Signed error</source>
        <translation>Fehler mit Vorzeichen</translation>
    </message>
    <message>
        <source>Luma error</source>
        <translation>Luma-Fehler</translation>
    </message>
    <message>
        <source>SSIM map</source>
        <translation>SSIM-Karte</translation>
    </message>
    <message>
        <source>FLIP map</source>
        <translation>FLIP-Karte</translation>
    </message>
    <message>
        <source>LPIPS map</source>
        <translation>LPIPS-Karte</translation>
    </message>
    <message>
        <source>Pixel under the cursor</source>
        <translation>Pixel unter dem Mauszeiger</translation>
    </message>
    <message>
        <source>Gain of the error map, half stops</source>
        <translation>Verstärkung der Fehlerkarte, halbe Stufen</translation>
    </message>
    <message>
        <source>Open a run first.</source>
        <translation>Öffnen Sie zuerst einen Lauf.</translation>
    </message>
    <message>
        <source>There is a line only in the split mode.</source>
        <translation>Eine Linie gibt es nur in der geteilten Ansicht.</translation>
    </message>
    <message>
        <source>It would tell the sides apart: not in blind mode.</source>
        <translation>Es würde die Seiten verraten: nicht im Blindmodus.</translation>
    </message>
    <message>
        <source>Click to take the shift back</source>
        <translation>Klicken nimmt die Verschiebung zurück</translation>
    </message>
</context>
<context>
    <name>ContextController</name>
    <message>
        <source>The log of this run cannot be shown: {0}. Its rows do not need it.</source>
        <translation>Das Protokoll dieses Laufs kann nicht gezeigt werden: {0}. Seine Zeilen brauchen es nicht.</translation>
    </message>
    <message>
        <source>Only the newest {0:,} of {1:,} lines are shown; the file has them all.</source>
        <translation>Nur die neuesten {0:,} von {1:,} Zeilen sind zu sehen; die Datei enthält alle.</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>not scored yet</source>
        <translation>noch nicht bewertet</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Paar</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Use case</source>
        <translation>Anwendungsfall</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Sampler</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Guidance</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>none: the base model</source>
        <translation>keiner: das Basismodell</translation>
    </message>
    <message>
        <source>Adapter SHA-256</source>
        <translation>Adapter-SHA-256</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>Row key</source>
        <translation>Zeilenschlüssel</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Provider</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>SoC</source>
        <translation>SoC</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Build</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Time and memory</source>
        <translation>Zeit und Speicher</translation>
    </message>
    <message>
        <source>Telemetry</source>
        <translation>Telemetrie</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Graph</translation>
    </message>
    <message>
        <source>Bundle</source>
        <translation>Bundle</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>U-Net SHA-256</source>
        <translation>U-Net-SHA-256</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
</context>
<context>
    <name>ContextView</name>
    <message>
        <source>Context of the pair</source>
        <translation>Kontext des Paars</translation>
    </message>
    <message>
        <source>Nothing is chosen</source>
        <translation>Nichts gewählt</translation>
    </message>
    <message>
        <source>Inputs, device, times and versions of the chosen pair appear here.</source>
        <translation>Eingaben, Gerät, Zeiten und Versionen des gewählten Paares erscheinen hier.</translation>
    </message>
    <message>
        <source>Copy repro command</source>
        <translation>Befehl kopieren</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Runs on this machine&apos;s CPU: not a phone.</source>
        <translation>Läuft auf der CPU dieses Rechners: kein Telefon.</translation>
    </message>
    <message>
        <source>Runs on this machine: its times are not phone times.</source>
        <translation>Läuft auf diesem Rechner: seine Zeiten sind nicht die eines Telefons.</translation>
    </message>
    <message>
        <source>{0} (virtual)</source>
        <translation>{0} (virtuell)</translation>
    </message>
    <message>
        <source>It starts and adb connects to it.</source>
        <translation>Es startet, und adb verbindet sich mit ihm.</translation>
    </message>
    <message>
        <source>Wait a few seconds.</source>
        <translation>Warten Sie einige Sekunden.</translation>
    </message>
    <message>
        <source>Its process ended in the middle of something.</source>
        <translation>Sein Prozess endete mitten in der Arbeit.</translation>
    </message>
    <message>
        <source>Start it again; finished work is kept.</source>
        <translation>Starten Sie es erneut; Fertiges bleibt erhalten.</translation>
    </message>
    <message>
        <source>It is switched off.</source>
        <translation>Es ist ausgeschaltet.</translation>
    </message>
    <message>
        <source>Start it.</source>
        <translation>Starten Sie es.</translation>
    </message>
    <message>
        <source>Reconnect; finished work is kept.</source>
        <translation>Verbinden Sie neu; Fertiges bleibt erhalten.</translation>
    </message>
    <message>
        <source>adb, which leads to it, cannot be used.</source>
        <translation>adb, das zu ihm führt, ist nicht verwendbar.</translation>
    </message>
    <message>
        <source>It runs, but adb does not reach it any more.</source>
        <translation>Es läuft, aber adb erreicht es nicht mehr.</translation>
    </message>
    <message>
        <source>There is no adb program that runs here.</source>
        <translation>Es gibt kein adb-Programm, das hier läuft.</translation>
    </message>
    <message>
        <source>Install the package adbutils again, or set ADBUTILS_ADB_PATH to an adb program.</source>
        <translation>Installieren Sie das Paket adbutils neu oder setzen Sie ADBUTILS_ADB_PATH auf ein adb-Programm.</translation>
    </message>
    <message>
        <source>The adb server does not run.</source>
        <translation>Der adb-Server läuft nicht.</translation>
    </message>
    <message>
        <source>An adb server of another version runs and is left alone.</source>
        <translation>Ein adb-Server einer anderen Version läuft und bleibt unberührt.</translation>
    </message>
    <message>
        <source>Set ADBUTILS_ADB_PATH to the adb that started it, or stop that server yourself.</source>
        <translation>Setzen Sie ADBUTILS_ADB_PATH auf das adb, das ihn startete, oder halten Sie den Server selbst an.</translation>
    </message>
    <message>
        <source>It was seen before and is not connected now.</source>
        <translation>Es wurde schon gesehen und ist jetzt nicht verbunden.</translation>
    </message>
    <message>
        <source>Plug it in, or reconnect over the network.</source>
        <translation>Schließen Sie es an oder verbinden Sie es über das Netz.</translation>
    </message>
    <message>
        <source>The adb server is opening the connection.</source>
        <translation>Der adb-Server baut die Verbindung auf.</translation>
    </message>
    <message>
        <source>The device is checking this computer&apos;s key.</source>
        <translation>Das Gerät prüft den Schlüssel dieses Rechners.</translation>
    </message>
    <message>
        <source>Wait; a question may come up on its screen.</source>
        <translation>Warten Sie; auf seinem Bildschirm kann eine Frage erscheinen.</translation>
    </message>
    <message>
        <source>The device has not accepted this computer&apos;s key.</source>
        <translation>Das Gerät hat den Schlüssel dieses Rechners nicht angenommen.</translation>
    </message>
    <message>
        <source>Unlock it and accept the question on its screen (Allow USB debugging).</source>
        <translation>Entsperren Sie es und bejahen Sie die Frage auf seinem Bildschirm (USB-Debugging zulassen).</translation>
    </message>
    <message>
        <source>This user may not open the USB device.</source>
        <translation>Dieser Benutzer darf das USB-Gerät nicht öffnen.</translation>
    </message>
    <message>
        <source>Add a udev rule for it (package android-udev-rules) and plug it in again.</source>
        <translation>Fügen Sie eine udev-Regel hinzu (Paket android-udev-rules) und schließen Sie es neu an.</translation>
    </message>
    <message>
        <source>The connection is there and the device does not answer.</source>
        <translation>Die Verbindung steht, aber das Gerät antwortet nicht.</translation>
    </message>
    <message>
        <source>Reconnect; if that does not help, unplug it or switch USB debugging off and on.</source>
        <translation>Verbinden Sie neu; wenn das nicht hilft, ziehen Sie es ab oder schalten Sie USB-Debugging aus und ein.</translation>
    </message>
    <message>
        <source>The device is in its boot loader or recovery.</source>
        <translation>Das Gerät ist in Bootloader oder Recovery.</translation>
    </message>
    <message>
        <source>Restart it into Android.</source>
        <translation>Starten Sie Android auf ihm.</translation>
    </message>
    <message>
        <source>Android is still starting.</source>
        <translation>Android startet noch.</translation>
    </message>
    <message>
        <source>Wait until it is up.</source>
        <translation>Warten Sie, bis es läuft.</translation>
    </message>
    <message>
        <source>The runner does not run on this device.</source>
        <translation>Der Runner läuft auf diesem Gerät nicht.</translation>
    </message>
    <message>
        <source>Use a 64-bit device.</source>
        <translation>Nehmen Sie ein 64-Bit-Gerät.</translation>
    </message>
    <message>
        <source>There is too little free storage for a bundle.</source>
        <translation>Für ein Bundle ist zu wenig Speicher frei.</translation>
    </message>
    <message>
        <source>Remove a bundle (quad-studio deploy --remove) or free storage.</source>
        <translation>Entfernen Sie ein Bundle (quad-studio deploy --remove) oder schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>A bundle is being deployed.</source>
        <translation>Ein Bundle wird gerade verteilt.</translation>
    </message>
    <message>
        <source>Wait.</source>
        <translation>Warten Sie.</translation>
    </message>
    <message>
        <source>A runner works on it.</source>
        <translation>Ein Runner arbeitet darauf.</translation>
    </message>
    <message>
        <source>Wait for it, or end that session.</source>
        <translation>Warten Sie oder beenden Sie diese Sitzung.</translation>
    </message>
    <message>
        <source>It is so hot that it slows down.</source>
        <translation>Es ist so heiß, dass es langsamer wird.</translation>
    </message>
    <message>
        <source>Let it cool before you measure.</source>
        <translation>Lassen Sie es abkühlen, bevor Sie messen.</translation>
    </message>
    <message>
        <source>Its battery is nearly empty and not charging.</source>
        <translation>Sein Akku ist fast leer und lädt nicht.</translation>
    </message>
    <message>
        <source>Charge it.</source>
        <translation>Laden Sie es.</translation>
    </message>
    <message>
        <source>It went away in the middle of something.</source>
        <translation>Es verschwand mitten in der Arbeit.</translation>
    </message>
    <message>
        <source>Check the cable or the network; finished work is kept.</source>
        <translation>Prüfen Sie Kabel oder Netz; Fertiges bleibt erhalten.</translation>
    </message>
    <message>
        <source>It did not answer as a phone does.</source>
        <translation>Es antwortete nicht wie ein Telefon.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>It runs {0}.</source>
        <translation>Es läuft mit {0}.</translation>
    </message>
    <message>
        <source>an unknown ABI</source>
        <translation>einer unbekannten ABI</translation>
    </message>
    <message>
        <source>Android API {0}; the runner needs {1}.</source>
        <translation>Android-API {0}; der Runner braucht {1}.</translation>
    </message>
    <message>
        <source>Only {0} MB are free.</source>
        <translation>Nur {0} MB sind frei.</translation>
    </message>
    <message>
        <source>Thermal status {0} at {1} degrees Celsius.</source>
        <translation>Wärmezustand {0} bei {1} Grad Celsius.</translation>
    </message>
    <message>
        <source>Battery at {0} %, not charging.</source>
        <translation>Akku bei {0} %, lädt nicht.</translation>
    </message>
    <message>
        <source>adb calls it {0}.</source>
        <translation>adb nennt es {0}.</translation>
    </message>
    <message>
        <source>adb server {0}:{1}</source>
        <translation>adb-Server {0}:{1}</translation>
    </message>
    <message>
        <source>the adb server went away</source>
        <translation>der adb-Server ist verschwunden</translation>
    </message>
    <message>
        <source>No emulator of this NPU exists outside Samsung&apos;s SDK: everything runs on this host&apos;s CPU provider.</source>
        <translation>Außerhalb des SDK von Samsung gibt es keinen Emulator dieser NPU: alles läuft auf dem CPU-Provider dieses Rechners.</translation>
    </message>
    <message>
        <source>No emulator of this NPU exists outside MediaTek&apos;s SDK: everything runs on this host&apos;s CPU provider.</source>
        <translation>Außerhalb des SDK von MediaTek gibt es keinen Emulator dieser NPU: alles läuft auf dem CPU-Provider dieses Rechners.</translation>
    </message>
    <message>
        <source>QNN calls run on the HTP emulator of this host, the rest on its CPU provider; no time of either is a phone&apos;s time.</source>
        <translation>QNN-Aufrufe laufen auf dem HTP-Emulator dieses Rechners, der Rest auf seinem CPU-Provider; keine dieser Zeiten ist die eines Telefons.</translation>
    </message>
    <message>
        <source>Unlock the phone, wait for the question &apos;Allow USB debugging?&apos;, tick &apos;Always allow&apos; and press Allow. If no question comes, switch USB debugging off and on.</source>
        <translation>Entsperren Sie das Telefon, warten Sie auf die Frage „USB-Debugging zulassen?“, haken Sie „Immer zulassen“ an und drücken Sie Zulassen. Kommt keine Frage, schalten Sie USB-Debugging aus und ein.</translation>
    </message>
    <message>
        <source>Install the package android-udev-rules, or a udev rule for the phone&apos;s vendor, then plug the phone in again.</source>
        <translation>Installieren Sie das Paket android-udev-rules oder eine udev-Regel für den Hersteller des Telefons und schließen Sie es neu an.</translation>
    </message>
    <message>
        <source>The adb server runs.</source>
        <translation>Der adb-Server läuft.</translation>
    </message>
    <message>
        <source>virtual:{0} is on</source>
        <translation>virtual:{0} ist an</translation>
    </message>
    <message>
        <source>virtual:{0} is off</source>
        <translation>virtual:{0} ist aus</translation>
    </message>
    <message>
        <source>{0} is back</source>
        <translation>{0} ist wieder da</translation>
    </message>
    <message>
        <source>the virtual phone is switched off</source>
        <translation>das virtuelle Telefon ist ausgeschaltet</translation>
    </message>
    <message>
        <source>it does not run</source>
        <translation>es läuft nicht</translation>
    </message>
    <message>
        <source>bundles are not copied there, so none can be removed</source>
        <translation>dorthin werden keine Bundles kopiert, also ist keines zu entfernen</translation>
    </message>
    <message>
        <source>{0} of {1} MB sent</source>
        <translation>{0} von {1} MB gesendet</translation>
    </message>
    <message>
        <source>all {0} MB are there already</source>
        <translation>alle {0} MB sind schon da</translation>
    </message>
    <message>
        <source>recovering it (tried: {0})</source>
        <translation>es wiederherzustellen (versucht: {0})</translation>
    </message>
    <message>
        <source>waited for it to come back by itself</source>
        <translation>gewartet, bis es von selbst wiederkommt</translation>
    </message>
    <message>
        <source>looked for it on the network</source>
        <translation>im Netz nach ihm gesucht</translation>
    </message>
    <message>
        <source>asked for it to be plugged in again</source>
        <translation>gebeten, es neu anzuschließen</translation>
    </message>
    <message>
        <source>adb reconnect for this serial</source>
        <translation>adb reconnect für diese Seriennummer</translation>
    </message>
    <message>
        <source>a request was running</source>
        <translation>ein Auftrag lief</translation>
    </message>
    <message>
        <source>starting the runner</source>
        <translation>beim Start des Runners</translation>
    </message>
    <message>
        <source>no space left on the device: {0} are needed.</source>
        <translation>kein Platz mehr auf dem Gerät: {0} sind nötig.</translation>
    </message>
    <message>
        <source>no space left on the device: {0} are needed, {1} are free.</source>
        <translation>kein Platz mehr auf dem Gerät: {0} sind nötig, {1} sind frei.</translation>
    </message>
    <message>
        <source>the runner {0}; run again, finished work is kept</source>
        <translation>der Runner {0}; führen Sie erneut aus, Fertiges bleibt erhalten</translation>
    </message>
    <message>
        <source>ended with status {0}; {1}</source>
        <translation>endete mit Status {0}; {1}</translation>
    </message>
    <message>
        <source>no target {0}: {1}</source>
        <translation>kein Ziel {0}: {1}</translation>
    </message>
    <message>
        <source>lost while {0}. Check the cable or the network, then run again: finished work is kept.</source>
        <translation>verloren ({0}). Prüfen Sie Kabel oder Netz und führen Sie erneut aus: Fertiges bleibt erhalten.</translation>
    </message>
    <message>
        <source>write host, adb:SERIAL or virtual:PRESET</source>
        <translation>schreiben Sie host, adb:SERIENNUMMER oder virtual:VORLAGE</translation>
    </message>
    <message>
        <source>no such device. {0} &apos;quad-studio devices&apos; lists those that are there.</source>
        <translation>kein solches Gerät. {0} „quad-studio devices“ nennt die vorhandenen.</translation>
    </message>
    <message>
        <source>adb does not know it.</source>
        <translation>adb kennt es nicht.</translation>
    </message>
    <message>
        <source>Plug it in.</source>
        <translation>Schließen Sie es an.</translation>
    </message>
    <message>
        <source>the adb server closed the connection</source>
        <translation>der adb-Server schloss die Verbindung</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>no answer in {0} s</source>
        <translation>keine Antwort in {0} s</translation>
    </message>
    <message>
        <source>adb {0}: no answer in {1} s</source>
        <translation>adb {0}: keine Antwort in {1} s</translation>
    </message>
    <message>
        <source>{0} arrived different ({1} instead of {2}); deploy again, and try another cable or port if it happens twice</source>
        <translation>{0} kam verändert an ({1} statt {2}); verteilen Sie erneut und versuchen Sie ein anderes Kabel oder einen anderen Anschluss, wenn es zweimal geschieht</translation>
    </message>
    <message>
        <source>its SHA-256 is not the one in bundle.json; build the bundle again</source>
        <translation>seine SHA-256 ist nicht die in bundle.json; bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>bundle {0} is {1}; deploy it first: quad-studio deploy {2} --target {3}</source>
        <translation>Bundle {0} ist {1}; verteilen Sie es zuerst: quad-studio deploy {2} --target {3}</translation>
    </message>
    <message>
        <source>not on the device</source>
        <translation>nicht auf dem Gerät</translation>
    </message>
    <message>
        <source>not whole on the device</source>
        <translation>nicht vollständig auf dem Gerät</translation>
    </message>
    <message>
        <source>another device, {0}, answers there</source>
        <translation>dort antwortet ein anderes Gerät, {0}</translation>
    </message>
    <message>
        <source>bundle {0} is in use by a session; end it first</source>
        <translation>Bundle {0} wird von einer Sitzung verwendet; beenden Sie diese zuerst</translation>
    </message>
    <message>
        <source>nothing moved for {0} s</source>
        <translation>{0} s lang bewegte sich nichts</translation>
    </message>
    <message>
        <source>the link was closed</source>
        <translation>die Verbindung wurde geschlossen</translation>
    </message>
    <message>
        <source>the runner ended with status {0}; run again, finished work is kept</source>
        <translation>der Runner endete mit Status {0}; führen Sie erneut aus, Fertiges bleibt erhalten</translation>
    </message>
    <message>
        <source>the runner ended with status {0}: {1}</source>
        <translation>der Runner endete mit Status {0}: {1}</translation>
    </message>
    <message>
        <source>the runner was killed (signal 9), perhaps because memory ran out; run again, finished work is kept</source>
        <translation>der Runner wurde beendet (Signal 9), vielleicht weil der Speicher ausging; führen Sie erneut aus, Fertiges bleibt erhalten</translation>
    </message>
    <message>
        <source>the runner was not ready in {0} s</source>
        <translation>der Runner war nach {0} s nicht bereit</translation>
    </message>
    <message>
        <source>not ready after {0} s; {1}</source>
        <translation>nach {0} s nicht bereit; {1}</translation>
    </message>
    <message>
        <source>the runner closed the connection; did it end?</source>
        <translation>der Runner schloss die Verbindung; ist er beendet?</translation>
    </message>
    <message>
        <source>cannot connect to {0}: {1}</source>
        <translation>keine Verbindung zu {0}: {1}</translation>
    </message>
    <message>
        <source>the connection broke: {0}</source>
        <translation>die Verbindung brach ab: {0}</translation>
    </message>
    <message>
        <source>no answer within {0} s</source>
        <translation>keine Antwort innerhalb von {0} s</translation>
    </message>
    <message>
        <source>no quad_runner for {0} below {1}; build it with `python -m device.runner_build`, or set QUAD_RUNNER</source>
        <translation>kein quad_runner für {0} unter {1}; bauen Sie ihn mit `python -m device.runner_build` oder setzen Sie QUAD_RUNNER</translation>
    </message>
    <message>
        <source>QUAD_RUNNER is {0}, which is not a file</source>
        <translation>QUAD_RUNNER ist {0}, das ist keine Datei</translation>
    </message>
    <message>
        <source>it ended with status {0}; {1}</source>
        <translation>er endete mit Status {0}; {1}</translation>
    </message>
    <message>
        <source>its log is empty</source>
        <translation>sein Protokoll ist leer</translation>
    </message>
    <message>
        <source>no log</source>
        <translation>kein Protokoll</translation>
    </message>
    <message>
        <source>the runner sent no image back</source>
        <translation>der Runner sandte kein Bild zurück</translation>
    </message>
    <message>
        <source>the pairing code is the six digits that the phone shows</source>
        <translation>der Kopplungscode sind die sechs Ziffern, die das Telefon zeigt</translation>
    </message>
    <message>
        <source>write HOST:PORT as shown under &apos;Pair device with pairing code&apos;; it is not the port of the connection</source>
        <translation>schreiben Sie HOST:PORT wie unter „Gerät mit Kopplungscode koppeln“ gezeigt; es ist nicht der Port der Verbindung</translation>
    </message>
    <message>
        <source>no phone scanned the code within {0} s. On the phone: Developer options, Wireless debugging, Pair device with QR code; it must be in the same network.</source>
        <translation>kein Telefon hat den Code innerhalb von {0} s gelesen. Am Telefon: Entwickleroptionen, Debugging über WLAN, Gerät über QR-Code koppeln; es muss im selben Netz sein.</translation>
    </message>
    <message>
        <source>paired with {0}, but it does not announce its connection. Read HOST:PORT under &apos;Wireless debugging&apos; on the phone: quad-studio pair --connect HOST:PORT</source>
        <translation>mit {0} gekoppelt, aber es meldet seine Verbindung nicht. Lesen Sie HOST:PORT unter „Debugging über WLAN“ am Telefon ab: quad-studio pair --connect HOST:PORT</translation>
    </message>
    <message>
        <source>Is the code still on the screen? It changes each time.</source>
        <translation>Steht der Code noch auf dem Bildschirm? Er ändert sich jedes Mal.</translation>
    </message>
    <message>
        <source>The phone did not take the code, or none waits at this address. Both change each time: read them again under &apos;Pair device with pairing code&apos;, whose port is not that of the connection.</source>
        <translation>Das Telefon nahm den Code nicht an, oder an dieser Adresse wartet keines. Beides ändert sich jedes Mal: lesen Sie es neu unter „Gerät mit Kopplungscode koppeln“ ab, dessen Port nicht der der Verbindung ist.</translation>
    </message>
    <message>
        <source>adb pair {0}: {1}. {2}</source>
        <translation>adb pair {0}: {1}. {2}</translation>
    </message>
    <message>
        <source>this adb server finds no phones by mDNS: {0}</source>
        <translation>dieser adb-Server findet keine Telefone über mDNS: {0}</translation>
    </message>
    <message>
        <source>virtual phone {0} did not start: {1}</source>
        <translation>das virtuelle Telefon {0} startete nicht: {1}</translation>
    </message>
    <message>
        <source>virtual phone {0}: not back in {1} s</source>
        <translation>virtuelles Telefon {0}: nach {1} s nicht zurück</translation>
    </message>
    <message>
        <source>virtual phone {0}: no answer ({1}); start it again with quad-studio virtual-phone --preset {2}</source>
        <translation>virtuelles Telefon {0}: keine Antwort ({1}); starten Sie es neu mit quad-studio virtual-phone --preset {2}</translation>
    </message>
    <message>
        <source>the virtual phone needs a POSIX shell: run it on Linux, macOS or in WSL</source>
        <translation>das virtuelle Telefon braucht eine POSIX-Shell: verwenden Sie Linux, macOS oder WSL</translation>
    </message>
    <message>
        <source>Correct the input that the message names, then run again with --resume.</source>
        <translation>Berichtigen Sie die Eingabe, die die Meldung nennt, und führen Sie mit --resume erneut aus.</translation>
    </message>
    <message>
        <source>Build and deploy the bundle again: it is of another geometry than the request.</source>
        <translation>Bauen und verteilen Sie das Bundle neu: es hat eine andere Geometrie als der Auftrag.</translation>
    </message>
    <message>
        <source>Run again: another program answered on the runner&apos;s port.</source>
        <translation>Führen Sie erneut aus: auf dem Port des Runners antwortete ein anderes Programm.</translation>
    </message>
    <message>
        <source>Deploy the bundle again: the runner travels with it.</source>
        <translation>Verteilen Sie das Bundle neu: der Runner kommt mit ihm.</translation>
    </message>
    <message>
        <source>Send the adapter with `quad-studio adapters push`, or deploy again.</source>
        <translation>Senden Sie den Adapter mit `quad-studio adapters push` oder verteilen Sie neu.</translation>
    </message>
    <message>
        <source>Build the adapter with this project, or import it into this bundle.</source>
        <translation>Bauen Sie den Adapter mit diesem Projekt oder importieren Sie ihn in dieses Bundle.</translation>
    </message>
    <message>
        <source>Deploy the bundle again.</source>
        <translation>Verteilen Sie das Bundle neu.</translation>
    </message>
    <message>
        <source>Deploy the bundle again; only what differs is sent.</source>
        <translation>Verteilen Sie das Bundle neu; nur was abweicht, wird gesendet.</translation>
    </message>
    <message>
        <source>Look with `quad-studio lint` and `quad-studio verify` at what the graph uses.</source>
        <translation>Sehen Sie mit `quad-studio lint` und `quad-studio verify` nach, was der Graph verwendet.</translation>
    </message>
    <message>
        <source>Set policy = &quot;sequential&quot; under [run], or close other apps on the device.</source>
        <translation>Setzen Sie policy = &quot;sequential&quot; unter [run] oder schließen Sie andere Apps auf dem Gerät.</translation>
    </message>
    <message>
        <source>Wait for what the runner does, or start it with a larger --max-clients.</source>
        <translation>Warten Sie, bis der Runner fertig ist, oder starten Sie ihn mit größerem --max-clients.</translation>
    </message>
    <message>
        <source>Run again; what is recorded stays.</source>
        <translation>Führen Sie erneut aus; Aufgezeichnetes bleibt.</translation>
    </message>
    <message>
        <source>Report it with the runner&apos;s log: it is a fault of the runner.</source>
        <translation>Melden Sie es mit dem Protokoll des Runners: es ist ein Fehler des Runners.</translation>
    </message>
    <message>
        <source>Read the log that the message quotes; `quad-studio doctor` checks every part.</source>
        <translation>Lesen Sie das Protokoll, das die Meldung nennt; `quad-studio doctor` prüft jeden Teil.</translation>
    </message>
    <message>
        <source>Build the runner with `python -m device.runner_build`.</source>
        <translation>Bauen Sie den Runner mit `python -m device.runner_build`.</translation>
    </message>
    <message>
        <source>Run again with --resume: finished work is kept.</source>
        <translation>Führen Sie mit --resume erneut aus: Fertiges bleibt erhalten.</translation>
    </message>
    <message>
        <source>Deploy the bundle again; if it stays, report it with the runner&apos;s log.</source>
        <translation>Verteilen Sie das Bundle neu; bleibt es dabei, melden Sie es mit dem Protokoll des Runners.</translation>
    </message>
    <message>
        <source>no such file</source>
        <translation>keine solche Datei</translation>
    </message>
    <message>
        <source>cannot be read: {0}</source>
        <translation>nicht lesbar: {0}</translation>
    </message>
    <message>
        <source>cannot be read ({0})</source>
        <translation>nicht lesbar ({0})</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Verzeichnis nicht gefunden</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Zugriff verweigert</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>Ist ein Verzeichnis</translation>
    </message>
    <message>
        <source>is corrupt, not JSON: {0}</source>
        <translation>ist beschädigt, kein JSON: {0}</translation>
    </message>
    <message>
        <source>is corrupt: a JSON object was expected</source>
        <translation>ist beschädigt: erwartet wurde ein JSON-Objekt</translation>
    </message>
    <message>
        <source>is corrupt: {0} lines are no {1}s</source>
        <translation>ist beschädigt: {0} Zeilen sind keine „{1}“</translation>
    </message>
    <message>
        <source>is not a quad-studio/{0} file ({1})</source>
        <translation>ist keine quad-studio/{0}-Datei ({1})</translation>
    </message>
    <message>
        <source>has schema {0}, which no version wrote</source>
        <translation>hat das Schema {0}, das keine Version schrieb</translation>
    </message>
    <message>
        <source>has schema {0}, newer than this version reads ({1}); update QUAD Studio</source>
        <translation>hat das Schema {0}, neuer als diese Version liest ({1}); aktualisieren Sie QUAD Studio</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>der Datenträger ist voll</translation>
    </message>
    <message>
        <source>free some space and go on, a plan with --resume: what was finished is kept</source>
        <translation>schaffen Sie Platz und machen Sie weiter, einen Plan mit --resume: Fertiges bleibt erhalten</translation>
    </message>
    <message>
        <source>cannot be written: {0}</source>
        <translation>nicht beschreibbar: {0}</translation>
    </message>
    <message>
        <source>no such run folder</source>
        <translation>kein solcher Laufordner</translation>
    </message>
    <message>
        <source>is not a run folder: it has no {0}</source>
        <translation>ist kein Laufordner: {0} fehlt</translation>
    </message>
    <message>
        <source>it is computed from the rows: delete it and run quad-studio check</source>
        <translation>sie wird aus den Zeilen berechnet: löschen Sie sie und führen Sie quad-studio check aus</translation>
    </message>
    <message>
        <source>in use by {0}; wait for it or stop it</source>
        <translation>in Benutzung durch {0}; warten Sie darauf oder beenden Sie ihn</translation>
    </message>
    <message>
        <source>process {0} on {1} since {2}</source>
        <translation>Prozess {0} auf {1} seit {2}</translation>
    </message>
    <message>
        <source>another process</source>
        <translation>einen anderen Prozess</translation>
    </message>
    <message>
        <source>holds a run; --resume goes on with it, --fresh starts again</source>
        <translation>enthält einen Lauf; --resume setzt ihn fort, --fresh beginnt neu</translation>
    </message>
    <message>
        <source>no run of plan {0} in {1}; name one: --run-dir</source>
        <translation>kein Lauf des Plans {0} in {1}; nennen Sie einen: --run-dir</translation>
    </message>
    <message>
        <source>was recorded with another bundle ({0} {1}, now {2}); start again with --fresh</source>
        <translation>wurde mit einem anderen Bundle aufgezeichnet ({0} {1}, jetzt {2}); beginnen Sie neu mit --fresh</translation>
    </message>
    <message>
        <source>is damaged ({0}); build the bundle again</source>
        <translation>ist beschädigt ({0}); bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>is damaged ({0}); build it again</source>
        <translation>ist beschädigt ({0}); bauen Sie es neu</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} und {1} weitere</translation>
    </message>
    <message>
        <source>is not a bundle directory; build one: quad-studio build</source>
        <translation>ist kein Bundle-Ordner; bauen Sie eines: quad-studio build</translation>
    </message>
    <message>
        <source>has no adapter {0}; it has: {1}</source>
        <translation>hat keinen Adapter {0}; es hat: {1}</translation>
    </message>
    <message>
        <source>{0} is missing</source>
        <translation>{0} fehlt</translation>
    </message>
    <message>
        <source>{0} has another size</source>
        <translation>{0} hat eine andere Größe</translation>
    </message>
    <message>
        <source>{0} has another hash</source>
        <translation>{0} hat eine andere Prüfsumme</translation>
    </message>
    <message>
        <source>{0} is missing; build the bundle again</source>
        <translation>{0} fehlt; bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>{0} has another size; build the bundle again</source>
        <translation>{0} hat eine andere Größe; bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>not a bundle: {0}: {1}</source>
        <translation>kein Bundle: {0}: {1}</translation>
    </message>
    <message>
        <source>build the bundle again</source>
        <translation>bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>is not the demo run ({0})</source>
        <translation>ist nicht der Demolauf ({0})</translation>
    </message>
    <message>
        <source>asked for {0}, the runner used {1} or another version of it; deploy the bundle again</source>
        <translation>verlangt war {0}, der Runner verwendete {1} oder eine andere Version davon; verteilen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>no such image file</source>
        <translation>keine solche Bilddatei</translation>
    </message>
    <message>
        <source>not an image file that Pillow can read</source>
        <translation>keine Bilddatei, die Pillow lesen kann</translation>
    </message>
    <message>
        <source>corrupt or truncated image ({0})</source>
        <translation>beschädigtes oder abgeschnittenes Bild ({0})</translation>
    </message>
    <message>
        <source>it is no picture, or a damaged one</source>
        <translation>es ist kein Bild oder ein beschädigtes</translation>
    </message>
    <message>
        <source>the picture is damaged: {0}</source>
        <translation>das Bild ist beschädigt: {0}</translation>
    </message>
    <message>
        <source>image file is truncated</source>
        <translation>Bilddatei ist abgeschnitten</translation>
    </message>
    <message>
        <source>32-bit grey samples; save it with 8 or 16 bits</source>
        <translation>32-Bit-Grauwerte; speichern Sie es mit 8 oder 16 Bit</translation>
    </message>
    <message>
        <source>16-bit colour is not read; save it with 8 bits</source>
        <translation>16-Bit-Farbe wird nicht gelesen; speichern Sie es mit 8 Bit</translation>
    </message>
    <message>
        <source>is missing; the use case needs it</source>
        <translation>fehlt; der Anwendungsfall braucht es</translation>
    </message>
    <message>
        <source>{0} is only {1}x{2}</source>
        <translation>{0} ist nur {1}x{2}</translation>
    </message>
    <message>
        <source>has no inputs</source>
        <translation>hat keine Eingaben</translation>
    </message>
    <message>
        <source>{0} is no picture that can be read ({1})</source>
        <translation>{0} ist kein lesbares Bild ({1})</translation>
    </message>
    <message>
        <source>{0} is too large</source>
        <translation>{0} ist zu groß</translation>
    </message>
    <message>
        <source>has no input of split {0}; it has: {1}</source>
        <translation>hat keine Eingabe der Teilmenge {0}; es hat: {1}</translation>
    </message>
    <message>
        <source>no such input set</source>
        <translation>keine solche Eingabemenge</translation>
    </message>
    <message>
        <source>mask: nothing is white, so there is nothing to remove</source>
        <translation>Maske: nichts ist weiß, also ist nichts zu entfernen</translation>
    </message>
    <message>
        <source>mask: {0} is white, so no background is left to go by</source>
        <translation>Maske: {0} ist weiß, also bleibt kein Hintergrund als Anhalt</translation>
    </message>
    <message>
        <source>sketch: is blank; draw dark lines on a light ground</source>
        <translation>Skizze: ist leer; zeichnen Sie dunkle Linien auf hellem Grund</translation>
    </message>
    <message>
        <source>input {0}: the mask is {1}, the image {2}; they must be of one size</source>
        <translation>Eingabe {0}: die Maske ist {1}, das Bild {2}; sie müssen gleich groß sein</translation>
    </message>
    <message>
        <source>input {0}: {1} needs {2}</source>
        <translation>Eingabe {0}: {1} braucht {2}</translation>
    </message>
    <message>
        <source>the prompt is {0} tokens too long and was cut</source>
        <translation>der Prompt ist {0} Token zu lang und wurde gekürzt</translation>
    </message>
    <message>
        <source>no use case {0}; there are: {1}</source>
        <translation>kein Anwendungsfall {0}; es gibt: {1}</translation>
    </message>
    <message>
        <source>no sampler {0}; there are: {1}</source>
        <translation>kein Sampler {0}; es gibt: {1}</translation>
    </message>
    <message>
        <source>edit_strength is {0}, must be in (0, 1]</source>
        <translation>edit_strength ist {0}, muss in (0, 1] liegen</translation>
    </message>
    <message>
        <source>the bundle has no OLSS table of {0} steps (plans/{1}); solve one, or choose another sampler</source>
        <translation>das Bundle hat keine OLSS-Tabelle für {0} Schritte (plans/{1}); lösen Sie eine oder wählen Sie einen anderen Sampler</translation>
    </message>
    <message>
        <source>the OLSS table was solved for guidance {0}, not {1}; use that or solve it again</source>
        <translation>die OLSS-Tabelle wurde für Guidance {0} gelöst, nicht {1}; verwenden Sie das oder lösen Sie sie neu</translation>
    </message>
    <message>
        <source>the bundle has no adapter {0}; it has: {1} (write {2} for the base model)</source>
        <translation>das Bundle hat keinen Adapter {0}; es hat: {1} (schreiben Sie {2} für das Basismodell)</translation>
    </message>
    <message>
        <source>{0} need {1} columns, the slots have {2}; build the bundle with quantization.rank = {3} or use one adapter</source>
        <translation>{0} brauchen {1} Spalten, die Plätze haben {2}; bauen Sie das Bundle mit quantization.rank = {3} oder verwenden Sie einen Adapter</translation>
    </message>
    <message>
        <source>nothing was recorded yet; make an image first</source>
        <translation>noch ist nichts aufgezeichnet; erzeugen Sie zuerst ein Bild</translation>
    </message>
    <message>
        <source>not recorded: {0}</source>
        <translation>nicht aufgezeichnet: {0}</translation>
    </message>
    <message>
        <source>the working process {0}; start again, what was finished is kept</source>
        <translation>der Arbeitsprozess {0}; starten Sie erneut, Fertiges bleibt erhalten</translation>
    </message>
    <message>
        <source>was killed (signal 9), perhaps because memory ran out</source>
        <translation>wurde beendet (Signal 9), vielleicht weil der Speicher ausging</translation>
    </message>
    <message>
        <source>ended with status {0}</source>
        <translation>endete mit Status {0}</translation>
    </message>
    <message>
        <source>Internal error: {0}</source>
        <translation>Interner Fehler: {0}</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>{0} is not available: {1}</source>
        <translation>{0} ist nicht verfügbar: {1}</translation>
    </message>
    <message>
        <source>not available, because {0}</source>
        <translation>nicht verfügbar, weil {0}</translation>
    </message>
    <message>
        <source>no such file or directory; name a diffusers model directory</source>
        <translation>keine solche Datei, kein solcher Ordner; nennen Sie einen diffusers-Modellordner</translation>
    </message>
    <message>
        <source>no diffusers model: unet/config.json is missing; name the folder that holds unet/</source>
        <translation>kein diffusers-Modell: unet/config.json fehlt; nennen Sie den Ordner, der unet/ enthält</translation>
    </message>
    <message>
        <source>holds no .safetensors weights; is the download complete?</source>
        <translation>enthält keine .safetensors-Gewichte; ist das Herunterladen abgeschlossen?</translation>
    </message>
    <message>
        <source>is a pickle, which can run code when read; convert it to .safetensors</source>
        <translation>ist ein Pickle, das beim Lesen Code ausführen kann; wandeln Sie es in .safetensors um</translation>
    </message>
    <message>
        <source>a single-file checkpoint must be a .safetensors file</source>
        <translation>ein Checkpoint aus einer Datei muss eine .safetensors-Datei sein</translation>
    </message>
    <message>
        <source>is damaged or incomplete ({0}); fetch it again</source>
        <translation>ist beschädigt oder unvollständig ({0}); laden Sie es neu</translation>
    </message>
    <message>
        <source>weights and config.json do not agree: {0}</source>
        <translation>Gewichte und config.json passen nicht zusammen: {0}</translation>
    </message>
    <message>
        <source>rank {0} is below that of {1}; raise it</source>
        <translation>Rang {0} ist kleiner als der von {1}; erhöhen Sie ihn</translation>
    </message>
    <message>
        <source>adapters do not fit the network: {0}</source>
        <translation>Adapter passen nicht zum Netz: {0}</translation>
    </message>
    <message>
        <source>an adapter has no inputs to be scored on</source>
        <translation>ein Adapter hat keine Eingaben, an denen er bewertet wird</translation>
    </message>
    <message>
        <source>there are no adapters to choose an anchor from</source>
        <translation>es gibt keine Adapter, aus denen ein Anker gewählt wird</translation>
    </message>
    <message>
        <source>no calibration inputs for {0}</source>
        <translation>keine Kalibriereingaben für {0}</translation>
    </message>
    <message>
        <source>distillation.device is cuda, but torch sees none; use auto or cpu</source>
        <translation>distillation.device ist cuda, aber torch sieht keines; verwenden Sie auto oder cpu</translation>
    </message>
    <message>
        <source>the loss is not finite; lower the learning rate</source>
        <translation>der Verlust ist nicht endlich; senken Sie die Lernrate</translation>
    </message>
    <message>
        <source>needs a use case whose [[use_cases]] table names inputs; they calibrate it</source>
        <translation>braucht einen Anwendungsfall, dessen [[use_cases]]-Tabelle Eingaben nennt; sie kalibrieren ihn</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Sampler</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>The sampler.</source>
        <translation>Der Sampler.</translation>
    </message>
    <message>
        <source>Denoising steps.</source>
        <translation>Schritte der Entrauschung.</translation>
    </message>
    <message>
        <source>Text encoder execute</source>
        <translation>Textkodierer</translation>
    </message>
    <message>
        <source>One run of the text encoder.</source>
        <translation>Ein Lauf des Textkodierers.</translation>
    </message>
    <message>
        <source>VAE encoder execute</source>
        <translation>VAE-Kodierer</translation>
    </message>
    <message>
        <source>All runs of the VAE encoder that one image needs.</source>
        <translation>Alle Läufe des VAE-Kodierers, die ein Bild braucht.</translation>
    </message>
    <message>
        <source>U-Net execute</source>
        <translation>U-Net-Aufruf</translation>
    </message>
    <message>
        <source>One U-Net call: the median call of a row, then the statistic over rows.</source>
        <translation>Ein Aufruf des U-Nets: der Median einer Zeile, dann die Statistik über die Zeilen.</translation>
    </message>
    <message>
        <source>VAE decoder execute</source>
        <translation>VAE-Dekodierer</translation>
    </message>
    <message>
        <source>One run of the VAE decoder.</source>
        <translation>Ein Lauf des VAE-Dekodierers.</translation>
    </message>
    <message>
        <source>End to end</source>
        <translation>Gesamtzeit</translation>
    </message>
    <message>
        <source>From the request&apos;s arrival at the runner to the decoded image, without queueing.</source>
        <translation>Von der Ankunft des Auftrags beim Runner bis zum dekodierten Bild, ohne Warteschlange.</translation>
    </message>
    <message>
        <source>Init time</source>
        <translation>Startzeit</translation>
    </message>
    <message>
        <source>From the runner&apos;s start until its graphs can run.</source>
        <translation>Vom Start des Runners, bis seine Graphen laufen können.</translation>
    </message>
    <message>
        <source>Switch, adapter not in memory</source>
        <translation>Wechsel, Adapter nicht geladen</translation>
    </message>
    <message>
        <source>Reading, checking and binding an adapter that was not loaded.</source>
        <translation>Lesen, Prüfen und Binden eines Adapters, der nicht geladen war.</translation>
    </message>
    <message>
        <source>Switch, adapter in memory</source>
        <translation>Wechsel, Adapter geladen</translation>
    </message>
    <message>
        <source>Binding an adapter that is still loaded.</source>
        <translation>Binden eines Adapters, der noch geladen ist.</translation>
    </message>
    <message>
        <source>Request to first work</source>
        <translation>Auftrag bis Arbeitsbeginn</translation>
    </message>
    <message>
        <source>From handing a request over until the runner works on it, at most: the first step&apos;s report less what the runner had done by then.</source>
        <translation>Von der Übergabe eines Auftrags, bis der Runner daran arbeitet, höchstens: die Meldung des ersten Schritts abzüglich dessen, was der Runner bis dahin getan hatte.</translation>
    </message>
    <message>
        <source>Time outside the graphs</source>
        <translation>Zeit außerhalb der Graphen</translation>
    </message>
    <message>
        <source>End to end less the times of all graphs, in percent of these.</source>
        <translation>Gesamtzeit abzüglich der Zeiten aller Graphen, in Prozent von diesen.</translation>
    </message>
    <message>
        <source>Shared FM ROM</source>
        <translation>Gemeinsames FM-ROM</translation>
    </message>
    <message>
        <source>Bytes of all graphs of the foundation model on the device, once for all use cases.</source>
        <translation>Bytes aller Graphen des Basismodells auf dem Gerät, einmal für alle Anwendungsfälle.</translation>
    </message>
    <message>
        <source>LoRA ROM</source>
        <translation>LoRA-ROM</translation>
    </message>
    <message>
        <source>Bytes of the adapter files that the use case needs on the device.</source>
        <translation>Bytes der Adapterdateien, die der Anwendungsfall auf dem Gerät braucht.</translation>
    </message>
    <message>
        <source>Peak RAM</source>
        <translation>RAM-Spitze</translation>
    </message>
    <message>
        <source>Largest resident memory of the runner process so far (VmHWM).</source>
        <translation>Größter belegter Speicher des Runners bis dahin (VmHWM).</translation>
    </message>
    <message>
        <source>RAM kept per switch</source>
        <translation>RAM-Zuwachs je Wechsel</translation>
    </message>
    <message>
        <source>Growth of the runner&apos;s memory over one adapter switch.</source>
        <translation>Zuwachs des Speichers des Runners bei einem Adapterwechsel.</translation>
    </message>
    <message>
        <source>Nodes off the NPU</source>
        <translation>Knoten außerhalb der NPU</translation>
    </message>
    <message>
        <source>Graph nodes that ran on a fallback provider.</source>
        <translation>Knoten des Graphen, die auf einem Ausweich-Provider liefen.</translation>
    </message>
    <message>
        <source>Accepted by people</source>
        <translation>Von Menschen angenommen</translation>
    </message>
    <message>
        <source>Judged pairs that were accepted; unsure ones count as judged.</source>
        <translation>Beurteilte Paare, die angenommen wurden; unsichere zählen als beurteilt.</translation>
    </message>
    <message>
        <source>Rejected by people</source>
        <translation>Von Menschen abgelehnt</translation>
    </message>
    <message>
        <source>Judged pairs that were rejected; unsure ones count as judged.</source>
        <translation>Beurteilte Paare, die abgelehnt wurden; unsichere zählen als beurteilt.</translation>
    </message>
    <message>
        <source>FP32 preferred, blind</source>
        <translation>FP32 bevorzugt, blind</translation>
    </message>
    <message>
        <source>Votes for the FP32 picture with the labels hidden; no difference counts half.</source>
        <translation>Stimmen für das FP32-Bild bei verdeckten Namen; kein Unterschied zählt halb.</translation>
    </message>
    <message>
        <source>Quality of the device&apos;s image against the FP32 reference; see docs/metrics.md.</source>
        <translation>Güte des Gerätebilds gegen die FP32-Referenz; siehe docs/metrics.md.</translation>
    </message>
    <message>
        <source>PSNR</source>
        <translation>PSNR</translation>
    </message>
    <message>
        <source>SSIM</source>
        <translation>SSIM</translation>
    </message>
    <message>
        <source>MS-SSIM</source>
        <translation>MS-SSIM</translation>
    </message>
    <message>
        <source>LPIPS (alex)</source>
        <translation>LPIPS (alex)</translation>
    </message>
    <message>
        <source>LPIPS (vgg)</source>
        <translation>LPIPS (vgg)</translation>
    </message>
    <message>
        <source>DISTS</source>
        <translation>DISTS</translation>
    </message>
    <message>
        <source>FLIP</source>
        <translation>FLIP</translation>
    </message>
    <message>
        <source>FID</source>
        <translation>FID</translation>
    </message>
    <message>
        <source>KID</source>
        <translation>KID</translation>
    </message>
    <message>
        <source>Structure distance (VGG16)</source>
        <translation>Strukturabstand (VGG16)</translation>
    </message>
    <message>
        <source>Mean absolute error</source>
        <translation>Mittlerer absoluter Fehler</translation>
    </message>
    <message>
        <source>Largest colour cast</source>
        <translation>Größter Farbstich</translation>
    </message>
    <message>
        <source>Histogram distance</source>
        <translation>Histogrammabstand</translation>
    </message>
    <message>
        <source>CLIP image similarity</source>
        <translation>CLIP-Bildähnlichkeit</translation>
    </message>
    <message>
        <source>CLIP directional similarity</source>
        <translation>CLIP-Richtungsähnlichkeit</translation>
    </message>
    <message>
        <source>CLIP text direction</source>
        <translation>CLIP-Textrichtung</translation>
    </message>
    <message>
        <source>CLIP score</source>
        <translation>CLIP-Wert</translation>
    </message>
    <message>
        <source>CLIP score change</source>
        <translation>Änderung des CLIP-Werts</translation>
    </message>
    <message>
        <source>sim_dir (latents)</source>
        <translation>sim_dir (Latents)</translation>
    </message>
    <message>
        <source>sim_image (latents)</source>
        <translation>sim_image (Latents)</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>set</source>
        <translation>Menge</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>not comparable</source>
        <translation>nicht vergleichbar</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>not a phone&apos;s latency</source>
        <translation>keine Latenz eines Telefons</translation>
    </message>
    <message>
        <source>rows were scored in different ways (weights or convention); score the run again</source>
        <translation>die Zeilen wurden verschieden bewertet (Gewichte oder Konvention); bewerten Sie den Lauf neu</translation>
    </message>
    <message>
        <source>all {0} device images are identical to the reference</source>
        <translation>alle {0} Gerätebilder gleichen der Referenz</translation>
    </message>
    <message>
        <source>{0} identical pairs (infinite) are left out</source>
        <translation>{0} gleiche Paare (unendlich) sind weggelassen</translation>
    </message>
    <message>
        <source>{0} rows have no value</source>
        <translation>{0} Zeilen haben keinen Wert</translation>
    </message>
    <message>
        <source>{0} of several sets is not that of their union</source>
        <translation>{0} mehrerer Mengen ist nicht das ihrer Vereinigung</translation>
    </message>
    <message>
        <source>biased below 2,048 images, never gated</source>
        <translation>unter 2.048 Bildern verzerrt, nie ein Grenzwert</translation>
    </message>
    <message>
        <source>the image sets were not scored</source>
        <translation>die Bildmengen wurden nicht bewertet</translation>
    </message>
    <message>
        <source>no measured rows</source>
        <translation>keine gemessenen Zeilen</translation>
    </message>
    <message>
        <source>no {0} switch happened in these rows</source>
        <translation>in diesen Zeilen gab es keinen Wechsel der Art {0}</translation>
    </message>
    <message>
        <source>nobody judged these pairs</source>
        <translation>niemand hat diese Paare beurteilt</translation>
    </message>
    <message>
        <source>these rows did not run this part</source>
        <translation>diese Zeilen führten diesen Teil nicht aus</translation>
    </message>
    <message>
        <source>no adapter is used</source>
        <translation>kein Adapter wird verwendet</translation>
    </message>
    <message>
        <source>no NPU was used</source>
        <translation>keine NPU wurde verwendet</translation>
    </message>
    <message>
        <source>the run did not record it</source>
        <translation>der Lauf hat es nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>the rows were not scored</source>
        <translation>die Zeilen wurden nicht bewertet</translation>
    </message>
    <message>
        <source>not among the plan&apos;s metrics</source>
        <translation>nicht unter den Metriken des Plans</translation>
    </message>
    <message>
        <source>undefined for this row</source>
        <translation>für diese Zeile nicht definiert</translation>
    </message>
    <message>
        <source>the run kept no latents for this row</source>
        <translation>der Lauf bewahrte für diese Zeile keine Latents auf</translation>
    </message>
    <message>
        <source>needs n &gt;= {0}, there are n = {1} images</source>
        <translation>braucht n &gt;= {0}, es gibt n = {1} Bilder</translation>
    </message>
    <message>
        <source>an image could not be read</source>
        <translation>ein Bild war nicht lesbar</translation>
    </message>
    <message>
        <source>no row was measured</source>
        <translation>keine Zeile wurde gemessen</translation>
    </message>
    <message>
        <source>{0} of {1} planned rows are there; --resume goes on</source>
        <translation>{0} von {1} geplanten Zeilen sind da; --resume macht weiter</translation>
    </message>
    <message>
        <source>{0} measured rows, want at least {1}</source>
        <translation>{0} gemessene Zeilen, nötig sind mindestens {1}</translation>
    </message>
    <message>
        <source>{0} of {1} rows failed ({2}); --resume repeats them</source>
        <translation>{0} von {1} Zeilen sind fehlgeschlagen ({2}); --resume wiederholt sie</translation>
    </message>
    <message>
        <source>thermal status reached {0}, the limit is {1}</source>
        <translation>der Wärmezustand erreichte {0}, die Grenze ist {1}</translation>
    </message>
    <message>
        <source>battery fell to {0} %, the limit is {1} %</source>
        <translation>der Akku fiel auf {0} %, die Grenze ist {1} %</translation>
    </message>
    <message>
        <source>rows come from several graphs ({0}): resumed with another</source>
        <translation>die Zeilen stammen aus mehreren Graphen ({0}): mit einem anderen fortgesetzt</translation>
    </message>
    <message>
        <source>adapter {0}: rows come from {1} files with different hashes</source>
        <translation>Adapter {0}: die Zeilen stammen aus {1} Dateien mit verschiedenen Prüfsummen</translation>
    </message>
    <message>
        <source>the clock was set back during a row: its times are not to be trusted</source>
        <translation>die Uhr wurde während einer Zeile zurückgestellt: auf ihre Zeiten ist kein Verlass</translation>
    </message>
    <message>
        <source>the run lasted {0} h, the limit is {1} h</source>
        <translation>der Lauf dauerte {0} h, die Grenze ist {1} h</translation>
    </message>
    <message>
        <source>the clock was set back between rows; latencies are unaffected, but how long the run lasted is not known</source>
        <translation>die Uhr wurde zwischen Zeilen zurückgestellt; Latenzen betrifft das nicht, aber wie lange der Lauf dauerte, ist unbekannt</translation>
    </message>
    <message>
        <source>{0} is emulated: its latencies are not a phone&apos;s</source>
        <translation>{0} ist emuliert: seine Latenzen sind nicht die eines Telefons</translation>
    </message>
    <message>
        <source>{0} lines were cut short by a crash and are left out</source>
        <translation>{0} Zeilen wurden durch einen Absturz abgeschnitten und sind weggelassen</translation>
    </message>
    <message>
        <source>not deterministic, {0} of {1} repeated requests gave different images</source>
        <translation>nicht deterministisch, {0} von {1} wiederholten Aufträgen gaben andere Bilder</translation>
    </message>
    <message>
        <source>other weights or another convention: {0}</source>
        <translation>andere Gewichte oder eine andere Konvention: {0}</translation>
    </message>
    <message>
        <source>n is {0}, the baseline&apos;s is {1}</source>
        <translation>n ist {0}, das der Vergleichsbasis {1}</translation>
    </message>
    <message>
        <source>{0} is {1}, the baseline&apos;s is {2}</source>
        <translation>{0} ist {1}, bei der Vergleichsbasis {2}</translation>
    </message>
    <message>
        <source>the inputs differ</source>
        <translation>die Eingaben sind andere</translation>
    </message>
    <message>
        <source>contexts differ</source>
        <translation>die Umstände sind andere</translation>
    </message>
    <message>
        <source>{0} against {1}</source>
        <translation>{0} gegen {1}</translation>
    </message>
    <message>
        <source>inputs: none in common</source>
        <translation>Eingaben: keine gemeinsam</translation>
    </message>
    <message>
        <source>inputs: {0} shared of {1} and {2}</source>
        <translation>Eingaben: {0} gemeinsame von {1} und {2}</translation>
    </message>
    <message>
        <source>use cases differ ({0})</source>
        <translation>die Anwendungsfälle sind andere ({0})</translation>
    </message>
    <message>
        <source>inputs differ ({0})</source>
        <translation>die Eingaben sind andere ({0})</translation>
    </message>
    <message>
        <source>samplers differ ({0})</source>
        <translation>die Sampler sind andere ({0})</translation>
    </message>
    <message>
        <source>times not compared</source>
        <translation>Zeiten nicht verglichen</translation>
    </message>
    <message>
        <source>{0} steps</source>
        <translation>{0} Schritte</translation>
    </message>
    <message>
        <source>guidance {0}</source>
        <translation>Guidance {0}</translation>
    </message>
    <message>
        <source>strength {0}</source>
        <translation>Stärke {0}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>base model</source>
        <translation>Basismodell</translation>
    </message>
    <message>
        <source>seed {0}</source>
        <translation>Seed {0}</translation>
    </message>
    <message>
        <source>cold</source>
        <translation>kalt</translation>
    </message>
    <message>
        <source>warm</source>
        <translation>warm</translation>
    </message>
    <message>
        <source>not a phone</source>
        <translation>kein Telefon</translation>
    </message>
    <message>
        <source>emulated</source>
        <translation>emuliert</translation>
    </message>
    <message>
        <source>emulated, not a phone</source>
        <translation>emuliert, kein Telefon</translation>
    </message>
    <message>
        <source>host CPU</source>
        <translation>CPU dieses Rechners</translation>
    </message>
    <message>
        <source>HTP emulator</source>
        <translation>HTP-Emulator</translation>
    </message>
    <message>
        <source>absolute</source>
        <translation>absolut</translation>
    </message>
    <message>
        <source>signed</source>
        <translation>mit Vorzeichen</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>Load the model</source>
        <translation>Modell laden</translation>
    </message>
    <message>
        <source>Load {0}</source>
        <translation>{0} laden</translation>
    </message>
    <message>
        <source>Make the LoRA matrices inputs</source>
        <translation>LoRA-Matrizen zu Eingängen machen</translation>
    </message>
    <message>
        <source>LoRA as input</source>
        <translation>LoRA als Eingang</translation>
    </message>
    <message>
        <source>Place the quantizer sites</source>
        <translation>Quantisierer platzieren</translation>
    </message>
    <message>
        <source>Trace the network, place quantizer sites</source>
        <translation>Netz nachzeichnen, Quantisierer platzieren</translation>
    </message>
    <message>
        <source>Run the FP32 model</source>
        <translation>FP32-Modell ausführen</translation>
    </message>
    <message>
        <source>Denoise calibration inputs, {0}</source>
        <translation>Kalibriereingaben entrauschen, {0}</translation>
    </message>
    <message>
        <source>no adapter</source>
        <translation>ohne Adapter</translation>
    </message>
    <message>
        <source>Observe the ranges</source>
        <translation>Wertebereiche beobachten</translation>
    </message>
    <message>
        <source>Observe the ranges of {0} on the inputs of all</source>
        <translation>Wertebereiche von {0} auf den Eingaben aller beobachten</translation>
    </message>
    <message>
        <source>Observe every site on the denoising trajectory</source>
        <translation>Jede Stelle beim Entrauschen beobachten</translation>
    </message>
    <message>
        <source>Score the adapters (QSS)</source>
        <translation>Adapter bewerten (QSS)</translation>
    </message>
    <message>
        <source>Quantization sensitivity of each adapter</source>
        <translation>Quantisierungsempfindlichkeit je Adapter</translation>
    </message>
    <message>
        <source>Score the layers</source>
        <translation>Schichten bewerten</translation>
    </message>
    <message>
        <source>Sensitivity of {0} layers</source>
        <translation>Empfindlichkeit von {0} Schichten</translation>
    </message>
    <message>
        <source>{0} of activations at INT8</source>
        <translation>{0} der Aktivierungen in INT8</translation>
    </message>
    <message>
        <source>Fix the encodings (anchor: {0})</source>
        <translation>Kodierungen festlegen (Anker: {0})</translation>
    </message>
    <message>
        <source>One profile, anchor: {0}</source>
        <translation>Ein Profil, Anker: {0}</translation>
    </message>
    <message>
        <source>Fit {0} to the profile</source>
        <translation>{0} ans Profil anpassen</translation>
    </message>
    <message>
        <source>Fit {0} to the profile of {1}</source>
        <translation>{0} ans Profil von {1} anpassen</translation>
    </message>
    <message>
        <source>Export the quantized U-Net</source>
        <translation>Quantisiertes U-Net exportieren</translation>
    </message>
    <message>
        <source>Export the float U-Net for comparison</source>
        <translation>Gleitkomma-U-Net zum Vergleich exportieren</translation>
    </message>
    <message>
        <source>Export {0}</source>
        <translation>{0} exportieren</translation>
    </message>
    <message>
        <source>Export the quantized {0}</source>
        <translation>Quantisiertes {0} exportieren</translation>
    </message>
    <message>
        <source>Solve OLSS for {0}, {1} steps</source>
        <translation>OLSS für {0} lösen, {1} Schritte</translation>
    </message>
    <message>
        <source>Denoise in the simulator, {0}</source>
        <translation>Im Simulator entrauschen, {0}</translation>
    </message>
    <message>
        <source>{0} for {1} ({2})</source>
        <translation>{0} für {1} ({2})</translation>
    </message>
    <message>
        <source>Build {0}</source>
        <translation>{0} bauen</translation>
    </message>
    <message>
        <source>Deploy to {0}</source>
        <translation>Auf {0} verteilen</translation>
    </message>
    <message>
        <source>start on {0}</source>
        <translation>Start auf {0}</translation>
    </message>
    <message>
        <source>FP32 reference</source>
        <translation>FP32-Referenz</translation>
    </message>
    <message>
        <source>FP32 reference images</source>
        <translation>FP32-Referenzbilder</translation>
    </message>
    <message>
        <source>{0} rows on {1}</source>
        <translation>{0} Zeilen auf {1}</translation>
    </message>
    <message>
        <source>Quality metrics</source>
        <translation>Gütemetriken</translation>
    </message>
    <message>
        <source>Open the phones of the cluster {0}</source>
        <translation>Telefone des Clusters {0} öffnen</translation>
    </message>
    <message>
        <source>{0}, phones of {1}</source>
        <translation>{0}, Telefone von {1}</translation>
    </message>
    <message>
        <source>{0} adapters on {1}</source>
        <translation>{0} Adapter auf {1}</translation>
    </message>
    <message>
        <source>Variant {0}</source>
        <translation>Variante {0}</translation>
    </message>
    <message>
        <source>{0} rows with {1}</source>
        <translation>{0} Zeilen mit {1}</translation>
    </message>
    <message>
        <source>{0} adapted layers, rank {1}</source>
        <translation>{0} angepasste Schichten, Rang {1}</translation>
    </message>
    <message>
        <source>{0} calls</source>
        <translation>{0} Aufrufe</translation>
    </message>
    <message>
        <source>{0} sites, {1} scales folded</source>
        <translation>{0} Stellen, {1} Skalen gefaltet</translation>
    </message>
    <message>
        <source>graph passes</source>
        <translation>Graphdurchgänge</translation>
    </message>
    <message>
        <source>saving</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>compiled</source>
        <translation>kompiliert</translation>
    </message>
    <message>
        <source>loaded again</source>
        <translation>neu geladen</translation>
    </message>
    <message>
        <source>fingerprint {0}</source>
        <translation>Fingerabdruck {0}</translation>
    </message>
    <message>
        <source>{0}: relative error {1} -&gt; {2}</source>
        <translation>{0}: relativer Fehler {1} -&gt; {2}</translation>
    </message>
    <message>
        <source>not compiled for {0}: {1}</source>
        <translation>nicht für {0} kompiliert: {1}</translation>
    </message>
    <message>
        <source>{0} has the highest QSS, {1} times the next</source>
        <translation>{0} hat die höchste QSS, {1}-mal die nächste</translation>
    </message>
    <message>
        <source>the project names {0}</source>
        <translation>das Projekt nennt {0}</translation>
    </message>
    <message>
        <source>{0} is the only adapter</source>
        <translation>{0} ist der einzige Adapter</translation>
    </message>
    <message>
        <source>{0} and {1} cannot be told apart: their intervals overlap</source>
        <translation>{0} und {1} sind nicht zu unterscheiden: ihre Intervalle überlappen</translation>
    </message>
    <message>
        <source>{0} cannot be told apart: their intervals overlap</source>
        <translation>{0} sind nicht zu unterscheiden: ihre Intervalle überlappen</translation>
    </message>
    <message>
        <source>of {0} adapters with overlapping QSS, {1} covers the others best: modelled noise {2} of {3}, which fares worst; {4} leaves {5} of {6}</source>
        <translation>von {0} Adaptern mit überlappender QSS deckt {1} die anderen am besten ab: modelliertes Rauschen {2} von {3}, der am schlechtesten wegkommt; {4} lässt {5} von {6}</translation>
    </message>
    <message>
        <source>trying again ({0} of {1})</source>
        <translation>neuer Versuch ({0} von {1})</translation>
    </message>
    <message>
        <source>{0} does not exist</source>
        <translation>{0} gibt es nicht</translation>
    </message>
    <message>
        <source>{0} is used twice</source>
        <translation>{0} ist doppelt vergeben</translation>
    </message>
    <message>
        <source>{0} is not one of {1}</source>
        <translation>{0} ist keines von {1}</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>unknown key</source>
        <translation>unbekannter Schlüssel</translation>
    </message>
    <message>
        <source>did you mean {0}?</source>
        <translation>meinten Sie {0}?</translation>
    </message>
    <message>
        <source>known: {0}</source>
        <translation>bekannt: {0}</translation>
    </message>
    <message>
        <source>needs at least one of {0}</source>
        <translation>braucht mindestens eines von {0}</translation>
    </message>
    <message>
        <source>is missing; an OLSS table is solved for a number of steps</source>
        <translation>fehlt; eine OLSS-Tabelle wird für eine Anzahl von Schritten gelöst</translation>
    </message>
    <message>
        <source>is missing; OLSS tables are solved on them</source>
        <translation>fehlen; auf ihnen werden OLSS-Tabellen gelöst</translation>
    </message>
    <message>
        <source>is missing; OLSS is solved on them</source>
        <translation>fehlen; auf ihnen wird OLSS gelöst</translation>
    </message>
    <message>
        <source>{0} is more than olss.teacher_steps ({1})</source>
        <translation>{0} ist mehr als olss.teacher_steps ({1})</translation>
    </message>
    <message>
        <source>is missing; a single file carries no configuration, so name a diffusers directory with the config files of the same architecture</source>
        <translation>fehlt; eine einzelne Datei enthält keine Konfiguration, nennen Sie ein diffusers-Verzeichnis mit den Konfigurationsdateien derselben Architektur</translation>
    </message>
    <message>
        <source>only a single-file checkpoint takes one; remove it</source>
        <translation>das gilt nur für einen Checkpoint aus einer Datei; entfernen Sie es</translation>
    </message>
    <message>
        <source>{0} holds no unet/config.json</source>
        <translation>{0} enthält kein unet/config.json</translation>
    </message>
    <message>
        <source>{0}, but activations = &quot;uint8&quot; puts all of them at 8 bits; remove one of the two</source>
        <translation>{0}, aber activations = &quot;uint8&quot; setzt alle auf 8 Bit; entfernen Sie eines von beiden</translation>
    </message>
    <message>
        <source>is not text in UTF-8 (byte {0}); save it as UTF-8</source>
        <translation>ist kein Text in UTF-8 (Byte {0}); speichern Sie es als UTF-8</translation>
    </message>
    <message>
        <source>was changed by another program since it was opened. Save again to write over it, or open it again</source>
        <translation>wurde seit dem Öffnen von einem anderen Programm geändert. Speichern Sie erneut, um es zu überschreiben, oder öffnen Sie es neu</translation>
    </message>
    <message>
        <source>not valid TOML: {0}</source>
        <translation>kein gültiges TOML: {0}</translation>
    </message>
    <message>
        <source>is not valid TOML: {0}</source>
        <translation>ist kein gültiges TOML: {0}</translation>
    </message>
    <message>
        <source>{0} is not &apos;quad-studio/{1}/1&apos;</source>
        <translation>{0} ist nicht „quad-studio/{1}/1“</translation>
    </message>
    <message>
        <source>{0} is newer than this version of QUAD Studio reads (1); update QUAD Studio</source>
        <translation>{0} ist neuer, als diese Version von QUAD Studio liest (1); aktualisieren Sie QUAD Studio</translation>
    </message>
    <message>
        <source>is a folder; name the .toml file in it</source>
        <translation>ist ein Ordner; nennen Sie die .toml-Datei darin</translation>
    </message>
    <message>
        <source>{0} problem</source>
        <translation>{0} Problem</translation>
    </message>
    <message>
        <source>{0} problems</source>
        <translation>{0} Probleme</translation>
    </message>
    <message>
        <source>no adapter {0}; there are: {1}</source>
        <translation>kein Adapter {0}; es gibt: {1}</translation>
    </message>
    <message>
        <source>the LoRA input {0} is uint16; the NPU&apos;s MatMul silently cuts it to 8 bits</source>
        <translation>der LoRA-Eingang {0} ist uint16; MatMul der NPU kürzt ihn stillschweigend auf 8 Bit</translation>
    </message>
    <message>
        <source>make the slot signed symmetric int16: [quantization] lora = &quot;int16&quot;</source>
        <translation>machen Sie den Platz symmetrisch int16 mit Vorzeichen: [quantization] lora = &quot;int16&quot;</translation>
    </message>
    <message>
        <source>the second operand is a uint16 activation; the NPU&apos;s MatMul silently cuts it to 8 bits</source>
        <translation>der zweite Operand ist eine uint16-Aktivierung; MatMul der NPU kürzt sie stillschweigend auf 8 Bit</translation>
    </message>
    <message>
        <source>give that site (keys and values of attention) a signed symmetric int16 encoding</source>
        <translation>geben Sie dieser Stelle (Keys und Values der Attention) eine symmetrische int16-Kodierung mit Vorzeichen</translation>
    </message>
    <message>
        <source>the weight has {0} scales; documented for the NPU&apos;s MatMul is one, older QAIRT refuses more</source>
        <translation>das Gewicht hat {0} Skalen; dokumentiert ist für MatMul der NPU eine, älteres QAIRT lehnt mehr ab</translation>
    </message>
    <message>
        <source>keep the layer as 1x1 convolution ([export] linear_to_conv = true) or one scale a tensor</source>
        <translation>behalten Sie die Schicht als 1x1-Faltung ([export] linear_to_conv = true) oder eine Skala je Tensor</translation>
    </message>
    <message>
        <source>{0} LoRA inputs are {1}; {2} has no 16-bit runtime weights</source>
        <translation>{0} LoRA-Eingänge sind {1}; {2} hat keine 16-Bit-Laufzeitgewichte</translation>
    </message>
    <message>
        <source>build with [quantization] lora = &quot;int8&quot;, or target Hexagon v73 or newer</source>
        <translation>bauen Sie mit [quantization] lora = &quot;int8&quot; oder für Hexagon v73 oder neuer</translation>
    </message>
    <message>
        <source>the LayerNormalization weight is symmetric int8, which the NPU refuses</source>
        <translation>das Gewicht der LayerNormalization ist symmetrisch int8, das lehnt die NPU ab</translation>
    </message>
    <message>
        <source>encode it as uint8 with a zero point</source>
        <translation>kodieren Sie es als uint8 mit Nullpunkt</translation>
    </message>
    <message>
        <source>the LoRA input {0} is {1} but meets {2} activations</source>
        <translation>der LoRA-Eingang {0} ist {1}, trifft aber auf {2}-Aktivierungen</translation>
    </message>
    <message>
        <source>give the slot int8, or keep the layer&apos;s activations at 16 bits</source>
        <translation>geben Sie dem Platz int8 oder lassen Sie die Aktivierungen der Schicht bei 16 Bit</translation>
    </message>
    <message>
        <source>the smallest feature map is {0}x{1}; below {2}x{3} the emulator returns wrong, changing numbers</source>
        <translation>die kleinste Merkmalskarte ist {0}x{1}; unter {2}x{3} liefert der Emulator falsche, wechselnde Zahlen</translation>
    </message>
    <message>
        <source>trust the phone, not the emulator, for this model; or use larger latents or fewer levels</source>
        <translation>trauen Sie bei diesem Modell dem Telefon, nicht dem Emulator; oder nehmen Sie größere Latents oder weniger Stufen</translation>
    </message>
    <message>
        <source>{0} text tokens; on the emulator only {1} were seen to give right results</source>
        <translation>{0} Text-Token; auf dem Emulator gaben nur {1} nachweislich richtige Ergebnisse</translation>
    </message>
    <message>
        <source>pad the prompt to 77 tokens</source>
        <translation>füllen Sie den Prompt auf 77 Token auf</translation>
    </message>
    <message>
        <source>the LoRA slot {0}; the compiled graph would lose it</source>
        <translation>der LoRA-Platz {0}; der kompilierte Graph würde ihn verlieren</translation>
    </message>
    <message>
        <source>export every slot as a required input, without an initializer of its name</source>
        <translation>exportieren Sie jeden Platz als Pflichteingang, ohne Initializer seines Namens</translation>
    </message>
    <message>
        <source>has {0}, not {1}</source>
        <translation>hat {0}, nicht {1}</translation>
    </message>
    <message>
        <source>export all slots with the bundle&apos;s rank; shorter adapters are padded with zeros</source>
        <translation>exportieren Sie alle Plätze mit dem Rang des Bundles; kürzere Adapter werden mit Nullen aufgefüllt</translation>
    </message>
    <message>
        <source>{0} operations; the compiler was seen to refuse more than {1}</source>
        <translation>{0} Operationen; der Compiler lehnte mehr als {1} nachweislich ab</translation>
    </message>
    <message>
        <source>build with [export] attention = &quot;unsplit&quot;, or split the graph in parts</source>
        <translation>bauen Sie mit [export] attention = &quot;unsplit&quot; oder teilen Sie den Graphen</translation>
    </message>
    <message>
        <source>the input has the shape {0}; NPUs compile for fixed shapes only</source>
        <translation>der Eingang hat die Form {0}; NPUs kompilieren nur für feste Formen</translation>
    </message>
    <message>
        <source>export with every dimension fixed, the rank of the LoRA inputs too</source>
        <translation>exportieren Sie mit festen Dimensionen, auch beim Rang der LoRA-Eingänge</translation>
    </message>
    <message>
        <source>{0} has a subgraph, which NPUs cannot run</source>
        <translation>{0} hat einen Teilgraphen, den NPUs nicht ausführen können</translation>
    </message>
    <message>
        <source>unroll the loop or fold the condition before the export</source>
        <translation>rollen Sie vor dem Export die Schleife ab oder falten Sie die Bedingung</translation>
    </message>
    <message>
        <source>{0} is dequantized by {1} nodes with different scales (first: {2}); the NPU keeps one of them and is silently wrong at the others</source>
        <translation>{0} wird von {1} Knoten mit verschiedenen Skalen dequantisiert (der erste: {2}); die NPU behält eine davon und rechnet bei den anderen stillschweigend falsch</translation>
    </message>
    <message>
        <source>give each node its own copy (exporters merge equal constants; undo it after the export)</source>
        <translation>geben Sie jedem Knoten seine eigene Kopie (Exporter legen gleiche Konstanten zusammen; machen Sie das nach dem Export rückgängig)</translation>
    </message>
    <message>
        <source>{0} ({1} times) has no translation to the NPU; it would run on the CPU</source>
        <translation>{0} ({1}-mal) hat keine Entsprechung auf der NPU; es liefe auf der CPU</translation>
    </message>
    <message>
        <source>rewrite it with supported operators, or leave this graph on the CPU</source>
        <translation>schreiben Sie es mit unterstützten Operatoren um oder lassen Sie diesen Graphen auf der CPU</translation>
    </message>
    <message>
        <source>DoRA (weight-decomposed LoRA)</source>
        <translation>DoRA (gewichtszerlegte LoRA)</translation>
    </message>
    <message>
        <source>a LoRA with trained base layers or biases</source>
        <translation>eine LoRA mit trainierten Basisschichten oder Bias</translation>
    </message>
    <message>
        <source>also adapts the text encoder, which all adapters of a bundle share ({0} keys: {1}); import it with --drop-text-encoder</source>
        <translation>passt auch den Textkodierer an, den alle Adapter eines Bundles teilen ({0} Schlüssel: {1}); importieren Sie sie mit --drop-text-encoder</translation>
    </message>
    <message>
        <source>does not exist</source>
        <translation>gibt es nicht</translation>
    </message>
    <message>
        <source>has .alpha keys and a LoRA configuration: remove one of the two scalings</source>
        <translation>hat .alpha-Schlüssel und eine LoRA-Konfiguration: entfernen Sie eine der beiden Skalierungen</translation>
    </message>
    <message>
        <source>has {0} .safetensors files, name one: {1}</source>
        <translation>hat {0} .safetensors-Dateien, nennen Sie eine: {1}</translation>
    </message>
    <message>
        <source>has {0} but no {1}</source>
        <translation>hat {0}, aber kein {1}</translation>
    </message>
    <message>
        <source>holds no .safetensors file, so no adapter</source>
        <translation>enthält keine .safetensors-Datei, also keinen Adapter</translation>
    </message>
    <message>
        <source>holds no LoRA for a U-Net; keys: {0}</source>
        <translation>enthält keine LoRA für ein U-Net; Schlüssel: {0}</translation>
    </message>
    <message>
        <source>holds {0} twice, the second time as {1}</source>
        <translation>enthält {0} zweimal, das zweite Mal als {1}</translation>
    </message>
    <message>
        <source>is a packed twin, its matrices are transposed; import the original LoRA</source>
        <translation>ist ein gepackter Zwilling, seine Matrizen sind transponiert; importieren Sie die ursprüngliche LoRA</translation>
    </message>
    <message>
        <source>is not a plain LoRA but {0}; convert it to a LoRA (an SVD of its difference)</source>
        <translation>ist keine einfache LoRA, sondern {0}; wandeln Sie sie in eine LoRA um (eine SVD ihrer Differenz)</translation>
    </message>
    <message>
        <source>the LoRA configuration is no table</source>
        <translation>die LoRA-Konfiguration ist keine Tabelle</translation>
    </message>
    <message>
        <source>the LoRA configuration is no valid JSON</source>
        <translation>die LoRA-Konfiguration ist kein gültiges JSON</translation>
    </message>
    <message>
        <source>{0} (the LoRA is {1} -&gt; {2}, the layer {3} -&gt; {4})</source>
        <translation>{0} (die LoRA ist {1} -&gt; {2}, die Schicht {3} -&gt; {4})</translation>
    </message>
    <message>
        <source>{0} holds NaN or infinity; train it again</source>
        <translation>{0} enthält NaN oder unendlich; trainieren Sie sie neu</translation>
    </message>
    <message>
        <source>{0}, which changes the base weights</source>
        <translation>{0}, das die Basisgewichte ändert</translation>
    </message>
    <message>
        <source>its down matrix</source>
        <translation>seine Abwärtsmatrix</translation>
    </message>
    <message>
        <source>its up matrix</source>
        <translation>seine Aufwärtsmatrix</translation>
    </message>
    <message>
        <source>LoCon with a Tucker middle matrix</source>
        <translation>LoCon mit einer Tucker-Mittelmatrix</translation>
    </message>
    <message>
        <source>LoHa (Hadamard product)</source>
        <translation>LoHa (Hadamard-Produkt)</translation>
    </message>
    <message>
        <source>LoKr (Kronecker product)</source>
        <translation>LoKr (Kronecker-Produkt)</translation>
    </message>
    <message>
        <source>OFT (orthogonal fine-tuning)</source>
        <translation>OFT (orthogonales Nachtrainieren)</translation>
    </message>
    <message>
        <source>a LoRA with a bias</source>
        <translation>eine LoRA mit Bias</translation>
    </message>
    <message>
        <source>a full weight difference</source>
        <translation>eine volle Gewichtsdifferenz</translation>
    </message>
    <message>
        <source>an embedding LoRA</source>
        <translation>eine Embedding-LoRA</translation>
    </message>
    <message>
        <source>has other tensors than the graph ({0}): {1}</source>
        <translation>hat andere Tensoren als der Graph ({0}): {1}</translation>
    </message>
    <message>
        <source>is damaged: {0} is missing or of the wrong kind; import the LoRA again</source>
        <translation>ist beschädigt: {0} fehlt oder ist von falscher Art; importieren Sie die LoRA neu</translation>
    </message>
    <message>
        <source>is not the file its .json describes; pack it again</source>
        <translation>ist nicht die Datei, die ihr .json beschreibt; packen Sie sie neu</translation>
    </message>
    <message>
        <source>lacks inputs of the graph: {0}</source>
        <translation>es fehlen Eingänge des Graphen: {0}</translation>
    </message>
    <message>
        <source>need rank {0} together, the graph has {1}; build with a larger rank</source>
        <translation>brauchen zusammen Rang {0}, der Graph hat {1}; bauen Sie mit größerem Rang</translation>
    </message>
    <message>
        <source>the name {0} is no file name; use letters, digits, _ . and -</source>
        <translation>der Name {0} ist kein Dateiname; verwenden Sie Buchstaben, Ziffern, _ . und -</translation>
    </message>
    <message>
        <source>was made for bundle {0}, this is {1}; import the LoRA again for this bundle</source>
        <translation>wurde für das Bundle {0} gemacht, dieses ist {1}; importieren Sie die LoRA für dieses Bundle neu</translation>
    </message>
    <message>
        <source>{0} (rank {1}, the graph has {2})</source>
        <translation>{0} (Rang {1}, der Graph hat {2})</translation>
    </message>
    <message>
        <source>{0} (the LoRA is {1} -&gt; {2}, the slot {3} -&gt; {4})</source>
        <translation>{0} (die LoRA ist {1} -&gt; {2}, der Platz {3} -&gt; {4})</translation>
    </message>
    <message>
        <source>is a pickle, which can run any code when loaded; convert it to .safetensors first</source>
        <translation>ist ein Pickle, das beim Laden beliebigen Code ausführen kann; wandeln Sie es zuerst in .safetensors um</translation>
    </message>
    <message>
        <source>is corrupt: the header entry of {0} is wrong</source>
        <translation>ist beschädigt: der Kopfeintrag von {0} ist falsch</translation>
    </message>
    <message>
        <source>is corrupt: the header is no JSON; copy it again</source>
        <translation>ist beschädigt: der Kopf ist kein JSON; kopieren Sie die Datei neu</translation>
    </message>
    <message>
        <source>is corrupt: the header is no table</source>
        <translation>ist beschädigt: der Kopf ist keine Tabelle</translation>
    </message>
    <message>
        <source>is corrupt: the metadata is no table of strings</source>
        <translation>ist beschädigt: die Metadaten sind keine Tabelle von Texten</translation>
    </message>
    <message>
        <source>is corrupt: {0} has {1} bytes for {2}</source>
        <translation>ist beschädigt: {0} hat {1} Bytes für {2}</translation>
    </message>
    <message>
        <source>is no safetensors file: the header length is impossible</source>
        <translation>ist keine safetensors-Datei: die Länge des Kopfs ist unmöglich</translation>
    </message>
    <message>
        <source>is truncated: the header needs {0} bytes, the file has {1}</source>
        <translation>ist abgeschnitten: der Kopf braucht {0} Bytes, die Datei hat {1}</translation>
    </message>
    <message>
        <source>is truncated: {0} bytes; copy it again</source>
        <translation>ist abgeschnitten: {0} Bytes; kopieren Sie die Datei neu</translation>
    </message>
    <message>
        <source>is truncated: {0} ends at byte {1}, {2} are there; copy it again</source>
        <translation>ist abgeschnitten: {0} endet bei Byte {1}, {2} sind da; kopieren Sie die Datei neu</translation>
    </message>
    <message>
        <source>{0} has dtype {1}; convert the file to F32, F16 or BF16</source>
        <translation>{0} hat den Typ {1}; wandeln Sie die Datei in F32, F16 oder BF16 um</translation>
    </message>
    <message>
        <source>holds no U-Net</source>
        <translation>enthält kein U-Net</translation>
    </message>
    <message>
        <source>is a pickle, which can run code when read; convert the model to .safetensors</source>
        <translation>ist ein Pickle, das beim Lesen Code ausführen kann; wandeln Sie das Modell in .safetensors um</translation>
    </message>
    <message>
        <source>text encoder of width {0}, U-Net expects {1}</source>
        <translation>Textkodierer der Breite {0}, das U-Net erwartet {1}</translation>
    </message>
    <message>
        <source>the U-Net&apos;s sample_size is not one number; give latent_size</source>
        <translation>sample_size des U-Nets ist keine einzelne Zahl; geben Sie latent_size an</translation>
    </message>
    <message>
        <source>no such layer</source>
        <translation>keine solche Schicht</translation>
    </message>
    <message>
        <source>lora_A {0}, lora_B {1}, but the layer maps {2} to {3}</source>
        <translation>lora_A {0}, lora_B {1}, aber die Schicht bildet {2} auf {3} ab</translation>
    </message>
    <message>
        <source>a single file carries no configuration: name a diffusers directory with the config files as `config`</source>
        <translation>eine einzelne Datei enthält keine Konfiguration: nennen Sie ein diffusers-Verzeichnis mit den Konfigurationsdateien als `config`</translation>
    </message>
    <message>
        <source>the U-Net takes {0} channels; use cases know {1} (text to image) and {2} (inpainting)</source>
        <translation>das U-Net nimmt {0} Kanäle; Anwendungsfälle kennen {1} (Text zu Bild) und {2} (Inpainting)</translation>
    </message>
    <message>
        <source>has no tokenizer: vocab.json and merges.txt</source>
        <translation>hat keinen Tokenizer: vocab.json und merges.txt</translation>
    </message>
    <message>
        <source>is no CLIP tokenizer: {0}</source>
        <translation>ist kein CLIP-Tokenizer: {0}</translation>
    </message>
    <message>
        <source>is no tokenizer: {0}</source>
        <translation>ist kein Tokenizer: {0}</translation>
    </message>
    <message>
        <source>the vocabulary lacks {0}</source>
        <translation>dem Vokabular fehlt {0}</translation>
    </message>
    <message>
        <source>no calls to learn from</source>
        <translation>keine Aufrufe, aus denen zu lernen ist</translation>
    </message>
    <message>
        <source>anchor {0} is none of {1}</source>
        <translation>der Anker {0} ist keiner von {1}</translation>
    </message>
    <message>
        <source>is damaged: {0} is missing; build the bundle again</source>
        <translation>ist beschädigt: {0} fehlt; bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>its contents do not match its fingerprint; it was edited</source>
        <translation>sein Inhalt passt nicht zu seinem Fingerabdruck; es wurde bearbeitet</translation>
    </message>
    <message>
        <source>{0} = {1}, use one of {2}</source>
        <translation>{0} = {1}, verwenden Sie eines von {2}</translation>
    </message>
    <message>
        <source>{0} has values that are not finite; is the input right?</source>
        <translation>{0} hat Werte, die nicht endlich sind; ist die Eingabe richtig?</translation>
    </message>
    <message>
        <source>the bundle has no {0}</source>
        <translation>das Bundle hat kein {0}</translation>
    </message>
    <message>
        <source>the compiled graph lost {0} inputs: {1}; export them as required inputs</source>
        <translation>der kompilierte Graph verlor {0} Eingänge: {1}; exportieren Sie sie als Pflichteingänge</translation>
    </message>
    <message>
        <source>{0} for {1}: {2} nodes stay off the NPU: {3}</source>
        <translation>{0} für {1}: {2} Knoten bleiben außerhalb der NPU: {3}</translation>
    </message>
    <message>
        <source>{0} nodes are not compiled: {1}</source>
        <translation>{0} Knoten sind nicht kompiliert: {1}</translation>
    </message>
    <message>
        <source>lint says: {0}</source>
        <translation>die Prüfung sagt: {0}</translation>
    </message>
    <message>
        <source>{0} has no input of split {1}</source>
        <translation>{0} hat keine Eingabe der Teilmenge {1}</translation>
    </message>
    <message>
        <source>{0} needs a use case whose [[use_cases]] table names inputs; they calibrate it</source>
        <translation>{0} braucht einen Anwendungsfall, dessen [[use_cases]]-Tabelle Eingaben nennt; sie kalibrieren ihn</translation>
    </message>
    <message>
        <source>holds an empty graph; build the bundle again</source>
        <translation>enthält einen leeren Graphen; bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>is no ONNX file; build the bundle again</source>
        <translation>ist keine ONNX-Datei; bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>an adapter is named twice: {0}</source>
        <translation>ein Adapter ist zweimal genannt: {0}</translation>
    </message>
    <message>
        <source>edit_strength has no effect here, since the result does not start from a source picture with this U-Net. Use strength to weaken the adapter</source>
        <translation>edit_strength wirkt hier nicht, denn mit diesem U-Net beginnt das Ergebnis nicht bei einem Ausgangsbild. Schwächen Sie den Adapter mit strength ab</translation>
    </message>
    <message>
        <source>is not JSON: {0}</source>
        <translation>ist kein JSON: {0}</translation>
    </message>
    <message>
        <source>nothing was recorded, so there is no plan to write</source>
        <translation>nichts wurde aufgezeichnet, also ist kein Plan zu schreiben</translation>
    </message>
    <message>
        <source>not JSON ({0}); build the bundle again</source>
        <translation>kein JSON ({0}); bauen Sie das Bundle neu</translation>
    </message>
    <message>
        <source>not a bundle manifest</source>
        <translation>kein Bundle-Manifest</translation>
    </message>
    <message>
        <source>schema {0} is newer than this version of QUAD Studio</source>
        <translation>das Schema {0} ist neuer als diese Version von QUAD Studio</translation>
    </message>
    <message>
        <source>{0} is not a path inside the bundle</source>
        <translation>{0} ist kein Pfad im Bundle</translation>
    </message>
    <message>
        <source>missing, or not {0} bytes; build it again</source>
        <translation>fehlt oder hat nicht {0} Bytes; bauen Sie es neu</translation>
    </message>
    <message>
        <source>not a bundle&apos;s manifest ({0})</source>
        <translation>kein Manifest eines Bundles ({0})</translation>
    </message>
    <message>
        <source>{0}; the bundle has no compiled context, so the provider qnn had to compile the graph while loading it: make one with `quad-studio build PROJECT.toml --compile qualcomm:SM8750`, or use the provider cpu</source>
        <translation>{0}; das Bundle hat keinen kompilierten Kontext, darum musste der Provider qnn den Graphen beim Laden kompilieren: erzeugen Sie einen mit `quad-studio build PROJECT.toml --compile qualcomm:SM8750` oder verwenden Sie den Provider cpu</translation>
    </message>
    <message>
        <source>cannot be read ({0}); delete it</source>
        <translation>nicht lesbar ({0}); löschen Sie es</translation>
    </message>
    <message>
        <source>damaged ({0}); delete it</source>
        <translation>beschädigt ({0}); löschen Sie es</translation>
    </message>
    <message>
        <source>not {0}; update QUAD Studio or delete the file</source>
        <translation>nicht {0}; aktualisieren Sie QUAD Studio oder löschen Sie die Datei</translation>
    </message>
    <message>
        <source>no runner for {0}: {1}</source>
        <translation>kein Runner für {0}: {1}</translation>
    </message>
    <message>
        <source>{0} arrived different; try again</source>
        <translation>{0} kam verändert an; versuchen Sie es erneut</translation>
    </message>
    <message>
        <source>bundle {0}: {1}; on the device: {2}</source>
        <translation>Bundle {0}: {1}; auf dem Gerät: {2}</translation>
    </message>
    <message>
        <source>is not deployed</source>
        <translation>ist nicht verteilt</translation>
    </message>
    <message>
        <source>is there several times: name the folder</source>
        <translation>ist mehrfach da: nennen Sie den Ordner</translation>
    </message>
    <message>
        <source>cannot read the listing of {0}</source>
        <translation>die Liste von {0} ist nicht lesbar</translation>
    </message>
    <message>
        <source>adb connect {0}: {1}</source>
        <translation>adb connect {0}: {1}</translation>
    </message>
    <message>
        <source>adb server at {0}:{1}: version {2}, ours is {3}. {4} {5}</source>
        <translation>adb-Server auf {0}:{1}: Version {2}, unsere ist {3}. {4} {5}</translation>
    </message>
    <message>
        <source>adb server at {0}:{1}: {2}</source>
        <translation>adb-Server auf {0}:{1}: {2}</translation>
    </message>
    <message>
        <source>the adb server answered {0} to {1}</source>
        <translation>der adb-Server antwortete {0} auf {1}</translation>
    </message>
    <message>
        <source>opening a transfer</source>
        <translation>beim Öffnen einer Übertragung</translation>
    </message>
    <message>
        <source>looking for {0}</source>
        <translation>auf der Suche nach {0}</translation>
    </message>
    <message>
        <source>baseline {0} is neither a run folder nor a name in {1} ({2})</source>
        <translation>die Vergleichsbasis {0} ist weder ein Laufordner noch ein Name in {1} ({2})</translation>
    </message>
    <message>
        <source>no baseline {0} in {1}; there are: {2}</source>
        <translation>keine Vergleichsbasis {0} in {1}; es gibt: {2}</translation>
    </message>
    <message>
        <source>was never summed up; quad-studio --batch --only check first</source>
        <translation>wurde nie zusammengefasst; zuerst quad-studio --batch --only check</translation>
    </message>
    <message>
        <source>is a file; name a folder</source>
        <translation>ist eine Datei; nennen Sie einen Ordner</translation>
    </message>
    <message>
        <source>is damaged: {0}</source>
        <translation>ist beschädigt: {0}</translation>
    </message>
    <message>
        <source>is not a JSON object</source>
        <translation>ist kein JSON-Objekt</translation>
    </message>
    <message>
        <source>its verdicts cannot be read ({0})</source>
        <translation>seine Urteile sind nicht lesbar ({0})</translation>
    </message>
    <message>
        <source>not a run folder: it has no manifest.json</source>
        <translation>kein Laufordner: manifest.json fehlt</translation>
    </message>
    <message>
        <source>was written by a newer QUAD Studio (schema {0}); update this one</source>
        <translation>wurde von einem neueren QUAD Studio geschrieben (Schema {0}); aktualisieren Sie dieses</translation>
    </message>
    <message>
        <source>infinite: the images are identical</source>
        <translation>unendlich: die Bilder sind gleich</translation>
    </message>
    <message>
        <source>sizes differ: reference {0}x{1}, candidate {2}x{3}</source>
        <translation>verschiedene Größen: Referenz {0}x{1}, Kandidat {2}x{3}</translation>
    </message>
    <message>
        <source>the row failed: {0}</source>
        <translation>die Zeile ist fehlgeschlagen: {0}</translation>
    </message>
    <message>
        <source>the row has no {0} image</source>
        <translation>die Zeile hat kein Bild „{0}“</translation>
    </message>
    <message>
        <source>latents cannot be read ({0})</source>
        <translation>die Latents sind nicht lesbar ({0})</translation>
    </message>
    <message>
        <source>the weights of {0}</source>
        <translation>die Gewichte von {0}</translation>
    </message>
    <message>
        <source>{0} are not installed: {1}</source>
        <translation>{0} sind nicht installiert: {1}</translation>
    </message>
    <message>
        <source>{0} is not a weight file ({1})</source>
        <translation>{0} ist keine Gewichtsdatei ({1})</translation>
    </message>
    <message>
        <source>its ICC profile cannot be applied; save it as sRGB</source>
        <translation>sein ICC-Profil ist nicht anwendbar; speichern Sie es als sRGB</translation>
    </message>
    <message>
        <source>its ICC profile cannot be applied ({0}); save it as sRGB</source>
        <translation>sein ICC-Profil ist nicht anwendbar ({0}); speichern Sie es als sRGB</translation>
    </message>
    <message>
        <source>the image holds NaN or infinite pixels</source>
        <translation>das Bild enthält NaN oder unendliche Pixel</translation>
    </message>
    <message>
        <source>floating-point samples have no declared range; save 8 bits</source>
        <translation>Gleitkommawerte haben keinen erklärten Bereich; speichern Sie 8 Bit</translation>
    </message>
    <message>
        <source>Name of the project and of its bundle.</source>
        <translation>Name des Projekts und seines Bundles.</translation>
    </message>
    <message>
        <source>diffusers directory or single .safetensors checkpoint, relative to this file.</source>
        <translation>diffusers-Verzeichnis oder einzelner .safetensors-Checkpoint, relativ zu dieser Datei.</translation>
    </message>
    <message>
        <source>For a single file: a diffusers directory with the config files (and tokenizer) of the same architecture, relative to this file.</source>
        <translation>Für eine einzelne Datei: ein diffusers-Verzeichnis mit den Konfigurationsdateien (und dem Tokenizer) derselben Architektur, relativ zu dieser Datei.</translation>
    </message>
    <message>
        <source>LoRA file or directory (diffusers, PEFT or kohya layout), relative to this file.</source>
        <translation>LoRA-Datei oder -Verzeichnis (im Format von diffusers, PEFT oder kohya), relativ zu dieser Datei.</translation>
    </message>
    <message>
        <source>Leave the LoRA&apos;s text encoder part out instead of refusing it.</source>
        <translation>Den Teil der LoRA für den Textkodierer weglassen, statt sie abzulehnen.</translation>
    </message>
    <message>
        <source>Use case whose inputs calibrate and distil this adapter; default: the first of use_cases.</source>
        <translation>Anwendungsfall, dessen Eingaben diesen Adapter kalibrieren und destillieren; Vorgabe: der erste von use_cases.</translation>
    </message>
    <message>
        <source>Adapter by name; &quot;none&quot; runs the foundation model alone.</source>
        <translation>Adapter mit Namen; &quot;none&quot; führt nur das Basismodell aus.</translation>
    </message>
    <message>
        <source>Where a result starts from its source picture (image-to-image, transform): the share of the steps that is run from the noised source.</source>
        <translation>Wo ein Ergebnis bei seinem Ausgangsbild beginnt (Bild zu Bild, transform): der Anteil der Schritte, der ab dem verrauschten Ausgangsbild läuft.</translation>
    </message>
    <message>
        <source>Numbers of steps for which the build solves an OLSS table, with this adapter and guidance.</source>
        <translation>Anzahlen von Schritten, für die der Bau eine OLSS-Tabelle löst, mit diesem Adapter und dieser Guidance.</translation>
    </message>
    <message>
        <source>Input set (JSONL), relative to this file.</source>
        <translation>Eingabemenge (JSONL), relativ zu dieser Datei.</translation>
    </message>
    <message>
        <source>&quot;auto&quot; (highest QSS; unified at a tie), &quot;auto-adapter&quot; (highest QSS; at a tie, of the tied adapters the one whose ranges hold the others&apos; best), &quot;unified&quot; (merged ranges) or an adapter&apos;s name.</source>
        <translation>&quot;auto&quot; (höchste QSS; bei Gleichstand unified), &quot;auto-adapter&quot; (höchste QSS; bei Gleichstand der Adapter, dessen Bereiche die der anderen am besten abdecken), &quot;unified&quot; (vereinte Bereiche) oder der Name eines Adapters.</translation>
    </message>
    <message>
        <source>Of the sensitivity scores, by which the anchor and the layers for 8 bits are chosen.</source>
        <translation>Der Empfindlichkeitswerte, nach denen der Anker und die Schichten für 8 Bit gewählt werden.</translation>
    </message>
    <message>
        <source>Share of the U-Net&apos;s activation tensors at 8 bits, least sensitive layers first; LoRA inputs in those layers are INT8.</source>
        <translation>Anteil der Aktivierungstensoren des U-Nets mit 8 Bit, die unempfindlichsten Schichten zuerst; LoRA-Eingänge dieser Schichten sind INT8.</translation>
    </message>
    <message>
        <source>r_max of the graph; default: the largest rank of the adapters.</source>
        <translation>r_max des Graphen; Vorgabe: der größte Rang der Adapter.</translation>
    </message>
    <message>
        <source>Calls of the model&apos;s own trajectories that an adapter learns from, spread over inputs and timesteps.</source>
        <translation>Aufrufe der eigenen Trajektorien des Modells, aus denen ein Adapter lernt, verteilt über Eingaben und Zeitschritte.</translation>
    </message>
    <message>
        <source>What the diffusion loss is taken on: the FP32 model&apos;s own results, or the truth pictures of the calibration inputs.</source>
        <translation>Worauf der Diffusionsverlust berechnet wird: auf den eigenen Ergebnissen des FP32-Modells oder den wahren Bildern der Kalibriereingaben.</translation>
    </message>
    <message>
        <source>How much the original diffusion loss counts, as a share of the reconstruction loss; 0 leaves it out.</source>
        <translation>Wie viel der ursprüngliche Diffusionsverlust zählt, als Anteil des Rekonstruktionsverlusts; 0 lässt ihn weg.</translation>
    </message>
    <message>
        <source>Calls with a diffusion loss for each calibration input.</source>
        <translation>Aufrufe mit Diffusionsverlust je Kalibriereingabe.</translation>
    </message>
    <message>
        <source>auto: CUDA where there is one.</source>
        <translation>auto: CUDA, wo es eines gibt.</translation>
    </message>
    <message>
        <source>Compute in bfloat16 where autocast allows.</source>
        <translation>In bfloat16 rechnen, wo autocast es erlaubt.</translation>
    </message>
    <message>
        <source>Segments whose activations are computed again in the backward pass, to save memory; 0: none.</source>
        <translation>Abschnitte, deren Aktivierungen im Rückwärtslauf neu berechnet werden, um Speicher zu sparen; 0: keine.</translation>
    </message>
    <message>
        <source>NPUs that `build` compiles the U-Net for: &quot;qualcomm:SM8650&quot;; without a SoC SM8750.</source>
        <translation>NPUs, für die `build` das U-Net kompiliert: &quot;qualcomm:SM8650&quot;; ohne SoC SM8750.</translation>
    </message>
    <message>
        <source>Fold scalar factors into the weights beside them.</source>
        <translation>Skalare Faktoren in die Gewichte daneben falten.</translation>
    </message>
    <message>
        <source>Graph passes of the export that are left out.</source>
        <translation>Graphdurchgänge des Exports, die weggelassen werden.</translation>
    </message>
    <message>
        <source>Also write reference/unet_fp32.onnx, the float graph that `verify` compares with; it stays on the host. Default true.</source>
        <translation>Auch reference/unet_fp32.onnx schreiben, den Gleitkommagraphen, mit dem `verify` vergleicht; er bleibt auf dem Rechner. Vorgabe true.</translation>
    </message>
    <message>
        <source>Whose outputs the tables are solved on: the bundle&apos;s quantized graph or the FP32 model.</source>
        <translation>Auf wessen Ausgaben die Tabellen gelöst werden: die des quantisierten Graphen des Bundles oder des FP32-Modells.</translation>
    </message>
    <message>
        <source>Calibration inputs of the use case that are used.</source>
        <translation>Kalibriereingaben des Anwendungsfalls, die verwendet werden.</translation>
    </message>
    <message>
        <source>DDIM steps of the FP32 result that the tables are fitted to.</source>
        <translation>DDIM-Schritte des FP32-Ergebnisses, an das die Tabellen angepasst werden.</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something broke</source>
        <translation>Etwas ist kaputtgegangen</translation>
    </message>
    <message>
        <source>QUAD Studio did not end well the last time. Your runs are safe.</source>
        <translation>QUAD Studio wurde beim letzten Mal nicht ordentlich beendet. Ihre Läufe sind sicher.</translation>
    </message>
    <message>
        <source>This is a bug in QUAD Studio. The window goes on; finished rows are on the disk.</source>
        <translation>Das ist ein Fehler in QUAD Studio. Das Fenster läuft weiter; fertige Zeilen sind gespeichert.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>CurvePlot</name>
    <message>
        <source>no data yet</source>
        <translation>noch keine Daten</translation>
    </message>
</context>
<context>
    <name>DeviceCard</name>
    <message>
        <source>Use this device for deploying and sessions</source>
        <translation>Dieses Gerät zum Verteilen und für Sitzungen verwenden</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>{0} Last seen {1}.</source>
        <translation>{0} Zuletzt gesehen {1}.</translation>
    </message>
    <message>
        <source>{0}: use it for deploying and sessions</source>
        <translation>{0}: zum Verteilen und für Sitzungen verwenden</translation>
    </message>
    <message>
        <source>{0}: details</source>
        <translation>{0}: Einzelheiten</translation>
    </message>
</context>
<context>
    <name>DeviceWords</name>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>busy</source>
        <translation>beschäftigt</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>wird vorbereitet</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet</translation>
    </message>
    <message>
        <source>authorizing</source>
        <translation>wird freigegeben</translation>
    </message>
    <message>
        <source>booting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>cooling</source>
        <translation>kühlt ab</translation>
    </message>
    <message>
        <source>low battery</source>
        <translation>Akku schwach</translation>
    </message>
    <message>
        <source>low storage</source>
        <translation>wenig Speicherplatz</translation>
    </message>
    <message>
        <source>not authorized</source>
        <translation>nicht freigegeben</translation>
    </message>
    <message>
        <source>no permission</source>
        <translation>keine Berechtigung</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>not in Android</source>
        <translation>nicht in Android</translation>
    </message>
    <message>
        <source>not supported</source>
        <translation>nicht unterstützt</translation>
    </message>
    <message>
        <source>no adb</source>
        <translation>kein adb</translation>
    </message>
    <message>
        <source>adb is down</source>
        <translation>adb läuft nicht</translation>
    </message>
    <message>
        <source>adb conflict</source>
        <translation>adb-Konflikt</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Reconnect</source>
        <translation>Neu verbinden</translation>
    </message>
    <message>
        <source>How to allow it</source>
        <translation>So geben Sie es frei</translation>
    </message>
    <message>
        <source>How to fix it</source>
        <translation>So beheben Sie es</translation>
    </message>
    <message>
        <source>Show what is on it</source>
        <translation>Inhalt zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Start adb</source>
        <translation>adb starten</translation>
    </message>
    <message>
        <source>Diagnose</source>
        <translation>Diagnose</translation>
    </message>
</context>
<context>
    <name>DevicesController</name>
    <message>
        <source>Devices are not available</source>
        <translation>Geräte sind nicht verfügbar</translation>
    </message>
    <message>
        <source>This installation has no device engine; runs can still be judged.</source>
        <translation>Diese Installation hat keine Geräteschicht; Läufe können trotzdem beurteilt werden.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>No device is here</source>
        <translation>Kein Gerät da</translation>
    </message>
    <message>
        <source>Plug a phone in with USB debugging on, or pair one over Wi-Fi.</source>
        <translation>Schließen Sie ein Telefon mit USB-Debugging an oder koppeln Sie eines über WLAN.</translation>
    </message>
    <message>
        <source>Pair a phone…</source>
        <translation>Telefon koppeln …</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Working on {0}…</source>
        <translation>Arbeite an {0} …</translation>
    </message>
    <message>
        <source>Choose a bundle</source>
        <translation>Bundle wählen</translation>
    </message>
    <message>
        <source>The bundle was built again since it was deployed.</source>
        <translation>Das Bundle wurde seit dem Verteilen neu gebaut.</translation>
    </message>
    <message>
        <source>Deploy again</source>
        <translation>Erneut verteilen</translation>
    </message>
    <message>
        <source>Choose a bundle first.</source>
        <translation>Wählen Sie zuerst ein Bundle.</translation>
    </message>
    <message>
        <source>Check at least one device.</source>
        <translation>Wählen Sie mindestens ein Gerät.</translation>
    </message>
    <message>
        <source>Deploying to {0}</source>
        <translation>Wird auf {0} verteilt</translation>
    </message>
    <message>
        <source>Reconnect</source>
        <translation>Neu verbinden</translation>
    </message>
    <message>
        <source>Deployed to {0}.</source>
        <translation>Verteilt auf {0}.</translation>
    </message>
    <message>
        <source>Deploy again to go on; files that arrived are not sent again.</source>
        <translation>Zum Fortsetzen noch einmal verteilen; angekommene Dateien werden nicht noch einmal gesendet.</translation>
    </message>
    <message>
        <source>Stopped. Files that arrived are not sent again.</source>
        <translation>Angehalten. Dateien, die angekommen sind, werden nicht noch einmal gesendet.</translation>
    </message>
    <message>
        <source>Deploy the rest</source>
        <translation>Rest verteilen</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Fertig.</translation>
    </message>
</context>
<context>
    <name>DevicesView</name>
    <message>
        <source>Pair a phone…</source>
        <translation>Telefon koppeln …</translation>
    </message>
    <message>
        <source>No bundle chosen</source>
        <translation>Kein Bundle gewählt</translation>
    </message>
    <message>
        <source>Bundle to deploy</source>
        <translation>Zu verteilendes Bundle</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Verteilen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose a bundle first.</source>
        <translation>Wählen Sie zuerst ein Bundle.</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>Free memory (MB)</source>
        <translation>Freier Speicher (MB)</translation>
    </message>
    <message>
        <source>CPU (%)</source>
        <translation>CPU (%)</translation>
    </message>
    <message>
        <source>Temperature (°C)</source>
        <translation>Temperatur (°C)</translation>
    </message>
    <message>
        <source>Battery (%)</source>
        <translation>Akku (%)</translation>
    </message>
    <message>
        <source>Looking for devices</source>
        <translation>Geräte werden gesucht</translation>
    </message>
    <message>
        <source>Plug a phone in with USB debugging on, pair one, or start a virtual phone.</source>
        <translation>Schließen Sie ein Telefon mit USB-Debugging an, koppeln Sie eines oder starten Sie ein virtuelles Telefon.</translation>
    </message>
    <message>
        <source>Bundle</source>
        <translation>Bundle</translation>
    </message>
    <message>
        <source>Fact</source>
        <translation>Angabe</translation>
    </message>
    <message>
        <source>Facts of the device</source>
        <translation>Angaben zum Gerät</translation>
    </message>
    <message>
        <source>On the device</source>
        <translation>Auf dem Gerät</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>What is on the device</source>
        <translation>Was auf dem Gerät liegt</translation>
    </message>
    <message>
        <source>Remove from the device</source>
        <translation>Vom Gerät entfernen</translation>
    </message>
    <message>
        <source>Details of the device</source>
        <translation>Einzelheiten des Geräts</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>What is on it</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Choose a device for its details</source>
        <translation>Wählen Sie ein Gerät für seine Details</translation>
    </message>
    <message>
        <source>A bundle is being deployed</source>
        <translation>Ein Bundle wird verteilt</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>Es läuft nichts.</translation>
    </message>
    <message>
        <source>{0} does not tell</source>
        <translation>{0} verrät es nicht</translation>
    </message>
    <message>
        <source>Choose an item of a device&apos;s contents first.</source>
        <translation>Wählen Sie zuerst einen Eintrag vom Inhalt eines Geräts.</translation>
    </message>
</context>
<context>
    <name>DistributionPlot</name>
    <message>
        <source>Distribution before and after quantization</source>
        <translation>Verteilung vor und nach der Quantisierung</translation>
    </message>
    <message>
        <source>Distributions appear here after a build.</source>
        <translation>Verteilungen erscheinen hier nach einem Bau.</translation>
    </message>
    <message>
        <source>{0} to {1} {2}; before: {3} values, after: {4} values</source>
        <translation>{0} bis {1} {2}; vorher: {3} Werte, nachher: {4} Werte</translation>
    </message>
    <message>
        <source>log10(1 + count)</source>
        <translation>log10(1 + Anzahl)</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
</context>
<context>
    <name>Dock</name>
    <message>
        <source>Give the panel the whole window, or its place again</source>
        <translation>Dem Feld das ganze Fenster oder wieder seinen Platz geben</translation>
    </message>
    <message>
        <source>Take the panel out of the window</source>
        <translation>Feld aus dem Fenster lösen</translation>
    </message>
    <message>
        <source>Close the panel</source>
        <translation>Feld schließen</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export the report</source>
        <translation>Bericht exportieren</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Reports of {0}: the same numbers in every format.</source>
        <translation>Berichte zu {0}: dieselben Zahlen in jedem Format.</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>serial</source>
        <translation>Seriennummer</translation>
    </message>
    <message>
        <source>chip</source>
        <translation>Chip</translation>
    </message>
    <message>
        <source>build</source>
        <translation>Build</translation>
    </message>
    <message>
        <source>battery</source>
        <translation>Akku</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>CPU cores</source>
        <translation>CPU-Kerne</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>runs here with</source>
        <translation>läuft hier mit</translation>
    </message>
    <message>
        <source>the phone has</source>
        <translation>das Telefon hat</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>thermal status</source>
        <translation>Wärmezustand</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>battery ma</source>
        <translation>Akkustrom (mA)</translation>
    </message>
    <message>
        <source>charging</source>
        <translation>lädt</translation>
    </message>
    <message>
        <source>memory available</source>
        <translation>freier Speicher</translation>
    </message>
    <message>
        <source>cpu</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>lora</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>anchor</source>
        <translation>Anker</translation>
    </message>
    <message>
        <source>anchor setting</source>
        <translation>Anker laut Projekt</translation>
    </message>
    <message>
        <source>anchor rule</source>
        <translation>Regel des Ankers</translation>
    </message>
    <message>
        <source>anchor reason</source>
        <translation>Grund des Ankers</translation>
    </message>
    <message>
        <source>encoding</source>
        <translation>Kodierung</translation>
    </message>
    <message>
        <source>range estimator</source>
        <translation>Bereichsschätzer</translation>
    </message>
    <message>
        <source>int8 activation</source>
        <translation>INT8-Aktivierungen</translation>
    </message>
    <message>
        <source>int8 activation fraction</source>
        <translation>Anteil INT8-Aktivierungen</translation>
    </message>
    <message>
        <source>int8 element fraction</source>
        <translation>Anteil INT8-Elemente</translation>
    </message>
    <message>
        <source>int8 parameter fraction</source>
        <translation>Anteil INT8-Parameter</translation>
    </message>
    <message>
        <source>distilled</source>
        <translation>destilliert</translation>
    </message>
    <message>
        <source>by</source>
        <translation>erzeugt mit</translation>
    </message>
    <message>
        <source>dtype</source>
        <translation>Datentyp</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>model sha256</source>
        <translation>Modell-SHA-256</translation>
    </message>
    <message>
        <source>system</source>
        <translation>System</translation>
    </message>
    <message>
        <source>machine</source>
        <translation>Maschine</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
</context>
<context>
    <name>HelpController</name>
    <message>
        <source>QUAD Studio {0}

One quantized diffusion graph, many LoRAs: build, deploy, switch, judge. Apache-2.0.</source>
        <translation>QUAD Studio {0}

Ein quantisierter Diffusionsgraph, viele LoRAs: bauen, verteilen, wechseln, beurteilen. Apache-2.0.</translation>
    </message>
    <message>
        <source>About QUAD Studio</source>
        <translation>Über QUAD Studio</translation>
    </message>
    <message>
        <source>Open a run first.</source>
        <translation>Öffnen Sie zuerst einen Lauf.</translation>
    </message>
    <message>
        <source>This installation cannot write reports.</source>
        <translation>Diese Installation kann keine Berichte schreiben.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Wird geschrieben …</translation>
    </message>
    <message>
        <source>Written:
{0}</source>
        <translation>Geschrieben:
{0}</translation>
    </message>
    <message>
        <source>Work is going on</source>
        <translation>Es wird noch gearbeitet</translation>
    </message>
    <message>
        <source>{0}. What shall happen to it?</source>
        <translation>{0}. Was soll damit geschehen?</translation>
    </message>
    <message>
        <source>Finish without a window</source>
        <translation>Ohne Fenster fertigstellen</translation>
    </message>
    <message>
        <source>Stop, keep what is done</source>
        <translation>Anhalten, Fertiges behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Histogram of {0}</source>
        <translation>Histogramm von {0}</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>no values</source>
        <translation>keine Werte</translation>
    </message>
    <message>
        <source>{0} values from {1:.4g} to {2:.4g}</source>
        <translation>{0} Werte von {1:.4g} bis {2:.4g}</translation>
    </message>
    <message>
        <source>; marked: {0:.4g}</source>
        <translation>; markiert: {0:.4g}</translation>
    </message>
</context>
<context>
    <name>InputView</name>
    <message>
        <source>Drop a picture here, or open one.</source>
        <translation>Ziehen Sie ein Bild hierher oder öffnen Sie eines.</translation>
    </message>
    <message>
        <source>Input picture with its mask</source>
        <translation>Eingabebild mit seiner Maske</translation>
    </message>
    <message>
        <source>Sketch</source>
        <translation>Skizze</translation>
    </message>
    <message>
        <source>Choose a bundle first: it says how large a sketch is.</source>
        <translation>Wählen Sie zuerst ein Bundle: es bestimmt die Größe der Skizze.</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Picture and mask</source>
        <translation>Bild und Maske</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>Pinselgröße</translation>
    </message>
    <message>
        <source>Open a picture…</source>
        <translation>Bild öffnen …</translation>
    </message>
    <message>
        <source>A sketch has no mask to invert.</source>
        <translation>Eine Skizze hat keine Maske zum Umkehren.</translation>
    </message>
    <message>
        <source>Nothing is painted yet.</source>
        <translation>Noch ist nichts gemalt.</translation>
    </message>
    <message>
        <source>Paint over what shall go. White in the mask is what changes.</source>
        <translation>Übermalen Sie, was weg soll. Weiß in der Maske wird geändert.</translation>
    </message>
    <message>
        <source>Draw dark lines on white; the prompt says what they are.</source>
        <translation>Zeichnen Sie dunkle Linien auf Weiß; der Prompt sagt, was sie sind.</translation>
    </message>
    <message>
        <source>The whole picture is transformed; no mask is needed.</source>
        <translation>Das ganze Bild wird umgewandelt; eine Maske ist nicht nötig.</translation>
    </message>
    <message>
        <source>This use case needs a prompt only.</source>
        <translation>Dieser Anwendungsfall braucht nur einen Prompt.</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the shortcuts</source>
        <translation>Tastenkürzel durchsuchen</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Neue Taste</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Your own; Reset brings back the first.</source>
        <translation>Ihre eigene; Zurücksetzen bringt die erste wieder.</translation>
    </message>
    <message>
        <source>Choose a command to change its key. Keys of a panel hold while it has the focus; {0} goes to the next panel.</source>
        <translation>Wählen Sie einen Befehl, um seine Taste zu ändern. Tasten eines Felds gelten, solange es den Fokus hat; {0} geht zum nächsten Feld.</translation>
    </message>
    <message>
        <source>These keys belong together and cannot be changed.</source>
        <translation>Diese Tasten gehören zusammen und lassen sich nicht ändern.</translation>
    </message>
    <message>
        <source>Press the new key of “{0}” in the field below.</source>
        <translation>Drücken Sie im Feld unten die neue Taste für „{0}“.</translation>
    </message>
    <message>
        <source>“{0}” will have no key.</source>
        <translation>„{0}“ hat dann keine Taste.</translation>
    </message>
    <message>
        <source>{0} belongs to menus, buttons and fields.</source>
        <translation>{0} gehört den Menüs, Knöpfen und Feldern.</translation>
    </message>
    <message>
        <source>{0} is the key of {1}, which cannot be changed.</source>
        <translation>{0} ist die Taste von {1}; die lässt sich nicht ändern.</translation>
    </message>
    <message>
        <source>{0} is the key of {1}; it will be taken from there.</source>
        <translation>{0} ist die Taste von {1}; dort fällt sie weg.</translation>
    </message>
    <message>
        <source>{0} is free.</source>
        <translation>{0} ist frei.</translation>
    </message>
</context>
<context>
    <name>KpiController</name>
    <message>
        <source>No differences to {0}: {1}</source>
        <translation>Keine Differenzen zu {0}: {1}</translation>
    </message>
    <message>
        <source>Computing the table…</source>
        <translation>Tabelle wird berechnet …</translation>
    </message>
    <message>
        <source>Intervals are computed from all rows.</source>
        <translation>Intervalle werden aus allen Zeilen berechnet.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>The table could not be computed</source>
        <translation>Die Tabelle konnte nicht berechnet werden</translation>
    </message>
    <message>
        <source>No numbers yet</source>
        <translation>Noch keine Zahlen</translation>
    </message>
    <message>
        <source>The table fills from the rows and scores of the run that is open.</source>
        <translation>Die Tabelle füllt sich aus den Zeilen und Bewertungen des geöffneten Laufs.</translation>
    </message>
    <message>
        <source>Gates failed: {0}</source>
        <translation>Schwellen verfehlt: {0}</translation>
    </message>
    <message>
        <source>Gates without enough evidence: {0}</source>
        <translation>Schwellen ohne genügend Belege: {0}</translation>
    </message>
</context>
<context>
    <name>KpiTableModel</name>
    <message>
        <source>baseline</source>
        <translation>Vergleichsbasis</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>{0} of {1} values</source>
        <translation>{0} aus {1} Werten</translation>
    </message>
</context>
<context>
    <name>KpiView</name>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>Only failing</source>
        <translation>Nur verfehlte</translation>
    </message>
    <message>
        <source>Only differences</source>
        <translation>Nur Unterschiede</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Use case and device</source>
        <translation>Anwendungsfall und Gerät</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Use case</source>
        <translation>Anwendungsfall</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Sampler and steps</source>
        <translation>Sampler und Schritte</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Provider</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Graph</translation>
    </message>
    <message>
        <source>KPI table</source>
        <translation>KPI-Tabelle</translation>
    </message>
    <message>
        <source>List pairs</source>
        <translation>Paare auflisten</translation>
    </message>
    <message>
        <source>Worst</source>
        <translation>Schlechtestes</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>KPI over time</source>
        <translation>KPI über die Zeit</translation>
    </message>
    <message>
        <source>Open a run with numbers first.</source>
        <translation>Öffnen Sie zuerst einen Lauf mit Zahlen.</translation>
    </message>
    <message>
        <source>Its values, images and command appear here.</source>
        <translation>Werte, Bilder und Befehl erscheinen hier.</translation>
    </message>
    <message>
        <source>No numbers yet</source>
        <translation>Noch keine Zahlen</translation>
    </message>
    <message>
        <source>The table fills from the rows and scores of the run that is open.</source>
        <translation>Die Tabelle füllt sich aus den Zeilen und Bewertungen des geöffneten Laufs.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Run: {0}</source>
        <translation>Lauf: {0}</translation>
    </message>
    <message>
        <source>Choose a cell of the KPI table first.</source>
        <translation>Wählen Sie zuerst eine Zelle der KPI-Tabelle.</translation>
    </message>
    <message>
        <source>Choose a cell</source>
        <translation>Wählen Sie eine Zelle</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>{0} of {1} values: {2} {3}</source>
        <translation>{0} aus {1} Werten: {2} {3}</translation>
    </message>
    <message>
        <source>Copy the command:</source>
        <translation>Befehl kopieren:</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>The log of the run that is open, and of work under way.</source>
        <translation>Das Protokoll des geöffneten Laufs und der laufenden Arbeit.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Workspaces</source>
        <translation>Arbeitsbereiche</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Bauen</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Judge</source>
        <translation>Beurteilen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Build</source>
        <translation>&amp;Bauen</translation>
    </message>
    <message>
        <source>&amp;Devices</source>
        <translation>&amp;Geräte</translation>
    </message>
    <message>
        <source>&amp;Session</source>
        <translation>&amp;Sitzung</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>&amp;Pairs</source>
        <translation>&amp;Paare</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>&amp;Zahlen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Every device</source>
        <translation>Jedes Gerät</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
</context>
<context>
    <name>MapController</name>
    <message>
        <source>No difference: A is {0} × {1}, B is {2} × {3} pixels</source>
        <translation>Keine Differenz: A hat {0} × {1}, B hat {2} × {3} Pixel</translation>
    </message>
    <message>
        <source>Computing the map…</source>
        <translation>Karte wird berechnet …</translation>
    </message>
    <message>
        <source>This map needs the evaluation package, which is not installed.</source>
        <translation>Diese Karte braucht das Paket evaluation, das nicht installiert ist.</translation>
    </message>
    <message>
        <source>Gain {0:.3g}</source>
        <translation>Verstärkung {0:.3g}</translation>
    </message>
</context>
<context>
    <name>PaintCanvas</name>
    <message>
        <source>{0} × {1} pixels, {2:.0f} % painted</source>
        <translation>{0} × {1} Pixel, {2:.0f} % bemalt</translation>
    </message>
</context>
<context>
    <name>PairDelegate</name>
    <message>
        <source>not scored</source>
        <translation>nicht bewertet</translation>
    </message>
</context>
<context>
    <name>PairListView</name>
    <message>
        <source>Filter the pairs</source>
        <translation>Paare filtern</translation>
    </message>
    <message>
        <source>Use case</source>
        <translation>Anwendungsfall</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Image pairs</source>
        <translation>Bildpaare</translation>
    </message>
    <message>
        <source>All use cases</source>
        <translation>Alle Anwendungsfälle</translation>
    </message>
    <message>
        <source>All devices</source>
        <translation>Alle Geräte</translation>
    </message>
    <message>
        <source>Not judged</source>
        <translation>Nicht beurteilt</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>All verdicts</source>
        <translation>Alle Urteile</translation>
    </message>
    <message>
        <source>Worst {0}</source>
        <translation>Schlechteste {0}</translation>
    </message>
    <message>
        <source>Filter: input, prompt, device, #tag…</source>
        <translation>Filter: Eingabe, Prompt, Gerät, #Tag …</translation>
    </message>
    <message>
        <source>Run order</source>
        <translation>Reihenfolge des Laufs</translation>
    </message>
    <message>
        <source>{0} pairs</source>
        <translation>{0} Paare</translation>
    </message>
    <message>
        <source>1 pair</source>
        <translation>1 Paar</translation>
    </message>
    <message>
        <source>{0} of {1} pairs</source>
        <translation>{0} von {1} Paaren</translation>
    </message>
</context>
<context>
    <name>PairingController</name>
    <message>
        <source>Waiting for the phone, up to two minutes…</source>
        <translation>Warte auf das Telefon, bis zu zwei Minuten …</translation>
    </message>
    <message>
        <source>Pairing…</source>
        <translation>Wird gekoppelt …</translation>
    </message>
    <message>
        <source>Connected: {0}</source>
        <translation>Verbunden: {0}</translation>
    </message>
</context>
<context>
    <name>PairingDialog</name>
    <message>
        <source>Pair a phone over Wi-Fi</source>
        <translation>Telefon über WLAN koppeln</translation>
    </message>
    <message>
        <source>QR code for pairing</source>
        <translation>QR-Code zum Koppeln</translation>
    </message>
    <message>
        <source>New code</source>
        <translation>Neuer Code</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Koppeln</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Ways to pair</source>
        <translation>Wege zu koppeln</translation>
    </message>
    <message>
        <source>Scan a code</source>
        <translation>Code scannen</translation>
    </message>
    <message>
        <source>Six digits</source>
        <translation>Sechs Ziffern</translation>
    </message>
    <message>
        <source>On the phone: Developer options, Wireless debugging, Pair device with QR code. Phone and computer must be in the same network.</source>
        <translation>Auf dem Telefon: Entwickleroptionen, Drahtloses Debugging, Gerät über QR-Code koppeln. Telefon und Rechner müssen im selben Netz sein.</translation>
    </message>
    <message>
        <source>On the phone: Wireless debugging, Pair device with pairing code. Copy the address and the digits; this port is not the one of the connection.</source>
        <translation>Auf dem Telefon: Drahtloses Debugging, Gerät über Kopplungscode koppeln. Übertragen Sie Adresse und Ziffern; dieser Port ist nicht der der Verbindung.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
</context>
<context>
    <name>PairsModel</name>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>voted</source>
        <translation>abgestimmt</translation>
    </message>
</context>
<context>
    <name>PipelineController</name>
    <message>
        <source>The project was changed since its bundle was built.</source>
        <translation>Das Projekt wurde geändert, seit sein Bundle gebaut wurde.</translation>
    </message>
    <message>
        <source>Build again</source>
        <translation>Neu bauen</translation>
    </message>
    <message>
        <source>Building is not available</source>
        <translation>Bauen ist nicht verfügbar</translation>
    </message>
    <message>
        <source>This installation has no build engine; runs can still be judged.</source>
        <translation>Diese Installation kann nicht bauen; Läufe können trotzdem beurteilt werden.</translation>
    </message>
    <message>
        <source>Building {0}</source>
        <translation>{0} wird gebaut</translation>
    </message>
    <message>
        <source>Run a plan</source>
        <translation>Plan ausführen</translation>
    </message>
    <message>
        <source>Plans (*.toml)</source>
        <translation>Pläne (*.toml)</translation>
    </message>
    <message>
        <source>Running {0}</source>
        <translation>{0} wird ausgeführt</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>Anchor: {0}</source>
        <translation>Anker: {0}</translation>
    </message>
    <message>
        <source>The bundle is ready after {0}: {1}</source>
        <translation>Das Bundle ist nach {0} fertig: {1}</translation>
    </message>
    <message>
        <source>The bundle is ready: {0}</source>
        <translation>Das Bundle ist fertig: {0}</translation>
    </message>
    <message>
        <source>To the devices</source>
        <translation>Zu den Geräten</translation>
    </message>
    <message>
        <source>The run is complete after {0}: {1}</source>
        <translation>Der Lauf ist nach {0} vollständig: {1}</translation>
    </message>
    <message>
        <source>Stopped. What is done is kept; start again to go on.</source>
        <translation>Angehalten. Fertiges bleibt erhalten; starten Sie erneut, um fortzufahren.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Abhilfe</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
</context>
<context>
    <name>PipelineView</name>
    <message>
        <source>Build</source>
        <translation>Bauen</translation>
    </message>
    <message>
        <source>Run a plan…</source>
        <translation>Plan ausführen …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Nothing has run yet</source>
        <translation>Noch nichts ausgeführt</translation>
    </message>
    <message>
        <source>Open a project and build it: load, restructure, calibrate, score, profile, fit, export. What is up to date is skipped; a stopped build goes on where it was.</source>
        <translation>Öffnen Sie ein Projekt und bauen Sie es: laden, umbauen, kalibrieren, bewerten, Profil, anpassen, exportieren. Aktuelles wird übersprungen; ein angehaltener Bau geht weiter, wo er war.</translation>
    </message>
    <message>
        <source>anchor</source>
        <translation>Anker</translation>
    </message>
    <message>
        <source>least noise</source>
        <translation>am wenigsten Rauschen</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Distillation loss</source>
        <translation>Destillationsverlust</translation>
    </message>
    <message>
        <source>What the build measured</source>
        <translation>Was der Bau gemessen hat</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>Destillation</translation>
    </message>
    <message>
        <source>Distributions</source>
        <translation>Verteilungen</translation>
    </message>
    <message>
        <source>Lint</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>At the tie: noise that each would leave</source>
        <translation>Beim Gleichstand: Rauschen, das jeder ließe</translation>
    </message>
    <message>
        <source>Modelled noise of the adapter that fares worst under the ranges of each</source>
        <translation>Berechnetes Rauschen des Adapters, der unter den Wertebereichen des jeweiligen am schlechtesten wegkommt</translation>
    </message>
    <message>
        <source>Quantization sensitivity of each adapter</source>
        <translation>Quantisierungsempfindlichkeit jedes Adapters</translation>
    </message>
    <message>
        <source>Noise that each tied adapter would leave</source>
        <translation>Rauschen, das jeder der gleichauf liegenden Adapter ließe</translation>
    </message>
    <message>
        <source>Quantization sensitivity (QSS), with 95 % intervals</source>
        <translation>Quantisierungsempfindlichkeit (QSS) mit 95-%-Intervallen</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Chipset</source>
        <translation>Chipsatz</translation>
    </message>
    <message>
        <source>Check the graphs</source>
        <translation>Graphen prüfen</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>Graph</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Lint findings</source>
        <translation>Befunde der Prüfung</translation>
    </message>
    <message>
        <source>Node of the finding</source>
        <translation>Knoten des Befunds</translation>
    </message>
    <message>
        <source>Building is not available</source>
        <translation>Bauen ist nicht verfügbar</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>Öffnen Sie zuerst ein Projekt.</translation>
    </message>
    <message>
        <source>Build a bundle first.</source>
        <translation>Bauen Sie zuerst ein Bundle.</translation>
    </message>
    <message>
        <source>A build or a plan is running</source>
        <translation>Ein Bau oder ein Plan läuft</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>Es läuft nichts.</translation>
    </message>
    <message>
        <source>{0} findings, {1} of them errors</source>
        <translation>{0} Befunde, davon {1} Fehler</translation>
    </message>
    <message>
        <source>Nothing to complain about.</source>
        <translation>Nichts zu beanstanden.</translation>
    </message>
</context>
<context>
    <name>ProjectController</name>
    <message>
        <source>The project could not be opened</source>
        <translation>Das Projekt konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>Projekt öffnen …</translation>
    </message>
    <message>
        <source>{0} has edits from a window that ended before they were saved.</source>
        <translation>{0} hat Änderungen aus einem Fenster, das endete, bevor sie gespeichert waren.</translation>
    </message>
    <message>
        <source>Take them over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>{0} is gone. Save writes it again.</source>
        <translation>{0} ist nicht mehr da. Speichern schreibt die Datei neu.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>{0} was changed by another program. Reading it drops what is not saved.</source>
        <translation>{0} wurde von einem anderen Programm geändert. Beim Einlesen geht verloren, was nicht gespeichert ist.</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>Neu einlesen</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Projects (*.toml)</source>
        <translation>Projekte (*.toml)</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>Neues Projekt</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Unsaved edits</source>
        <translation>Nicht gespeicherte Änderungen</translation>
    </message>
    <message>
        <source>{0} has edits that are not saved.</source>
        <translation>{0} hat Änderungen, die nicht gespeichert sind.</translation>
    </message>
    <message>
        <source>Add a LoRA</source>
        <translation>LoRA hinzufügen</translation>
    </message>
    <message>
        <source>LoRAs (*.safetensors)</source>
        <translation>LoRAs (*.safetensors)</translation>
    </message>
    <message>
        <source>Choose the foundation model</source>
        <translation>Basismodell wählen</translation>
    </message>
    <message>
        <source>An estimate is being made.</source>
        <translation>Eine Schätzung läuft.</translation>
    </message>
    <message>
        <source>Asking how much room there is: {0}…</source>
        <translation>Platz wird erfragt: {0} …</translation>
    </message>
    <message>
        <source>This installation cannot estimate; runs can still be judged.</source>
        <translation>Diese Installation kann nicht schätzen; Läufe lassen sich weiter beurteilen.</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Erneut fragen</translation>
    </message>
</context>
<context>
    <name>ProjectFields</name>
    <message>
        <source>Project and foundation model</source>
        <translation>Projekt und Basismodell</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>Destillation</translation>
    </message>
    <message>
        <source>Calibration, export, targets</source>
        <translation>Kalibrierung, Export, Ziele</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Foundation model</source>
        <translation>Basismodell</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>LoRA matrices</source>
        <translation>LoRA-Matrizen</translation>
    </message>
    <message>
        <source>LoRA encoding</source>
        <translation>LoRA-Kodierung</translation>
    </message>
    <message>
        <source>Anchor</source>
        <translation>Anker</translation>
    </message>
    <message>
        <source>Range estimator</source>
        <translation>Bereichsschätzer</translation>
    </message>
    <message>
        <source>Percentile</source>
        <translation>Perzentil</translation>
    </message>
    <message>
        <source>INT8 activations (%)</source>
        <translation>INT8-Aktivierungen (%)</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>largest of the adapters</source>
        <translation>größter der Adapter</translation>
    </message>
    <message>
        <source>Quantized graphs</source>
        <translation>Quantisierte Graphen</translation>
    </message>
    <message>
        <source>Fit adapters to the profile</source>
        <translation>Adapter an das Profil anpassen</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Batchgröße</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>Calibration inputs an adapter</source>
        <translation>Kalibriereingaben je Adapter</translation>
    </message>
    <message>
        <source>Calibration steps</source>
        <translation>Kalibrierschritte</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Attention</translation>
    </message>
    <message>
        <source>Linear layers as 1x1 convolutions</source>
        <translation>Lineare Schichten als 1x1-Faltungen</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Ziele</translation>
    </message>
</context>
<context>
    <name>ProjectView</name>
    <message>
        <source>Project as TOML</source>
        <translation>Projekt als TOML</translation>
    </message>
    <message>
        <source>Views of the project</source>
        <translation>Ansichten des Projekts</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Bauen</translation>
    </message>
    <message>
        <source>Will it fit?</source>
        <translation>Passt es?</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Use cases</source>
        <translation>Anwendungsfälle</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>Kein Projekt ist geöffnet</translation>
    </message>
    <message>
        <source>A project names the foundation model, its adapters and how they are quantized. Open a project.toml, or begin a new one.</source>
        <translation>Ein Projekt nennt das Basismodell, seine Adapter und wie sie quantisiert werden. Öffnen Sie eine project.toml oder beginnen Sie eine neue.</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>Projekt öffnen …</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>TOML</source>
        <translation>TOML</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Neu …</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Choose the model…</source>
        <translation>Modell wählen …</translation>
    </message>
    <message>
        <source>Adapters (LoRAs)</source>
        <translation>Adapter (LoRAs)</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicherplatz</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Estimate for each device</source>
        <translation>Schätzung für jedes Gerät</translation>
    </message>
    <message>
        <source>An estimate before anything is built, from the sizes of model and LoRAs.</source>
        <translation>Eine Schätzung vor dem Bau, aus den Größen von Modell und LoRAs.</translation>
    </message>
    <message>
        <source>Nothing has changed since it was saved.</source>
        <translation>Seit dem Speichern hat sich nichts geändert.</translation>
    </message>
    <message>
        <source>Problems: {0}</source>
        <translation>Probleme: {0}</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>nicht gespeichert</translation>
    </message>
    <message>
        <source>valid</source>
        <translation>gültig</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>passt nicht</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>{0} MB of storage are missing</source>
        <translation>{0} MB Speicherplatz fehlen</translation>
    </message>
    <message>
        <source>{0} MB of memory are missing</source>
        <translation>{0} MB Arbeitsspeicher fehlen</translation>
    </message>
    <message>
        <source>{0} of {1} MB</source>
        <translation>{0} von {1} MB</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>Öffnen Sie zuerst ein Projekt.</translation>
    </message>
    <message>
        <source>Choose an adapter in the table first.</source>
        <translation>Wählen Sie zuerst einen Adapter in der Tabelle.</translation>
    </message>
</context>
<context>
    <name>RequestView</name>
    <message>
        <source>Use case</source>
        <translation>Anwendungsfall</translation>
    </message>
    <message>
        <source>what to make, in a few words</source>
        <translation>was entstehen soll, in wenigen Worten</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Sampler</translation>
    </message>
    <message>
        <source>Also make the FP32 reference</source>
        <translation>Auch die FP32-Referenz erzeugen</translation>
    </message>
    <message>
        <source>Devices of the session</source>
        <translation>Geräte der Sitzung</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Avoid</source>
        <translation>Vermeiden</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Guidance</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>none (base model)</source>
        <translation>keiner (Basismodell)</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Results of the session</source>
        <translation>Ergebnisse der Sitzung</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>{0} images</source>
        <translation>{0} Bilder</translation>
    </message>
    <message>
        <source>1 image</source>
        <translation>1 Bild</translation>
    </message>
</context>
<context>
    <name>RunDelegate</name>
    <message>
        <source>{0} rows</source>
        <translation>{0} Zeilen</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>, {0} failed</source>
        <translation>, {0} fehlgeschlagen</translation>
    </message>
    <message>
        <source>, not finished</source>
        <translation>, nicht beendet</translation>
    </message>
    <message>
        <source>, a device was lost</source>
        <translation>, ein Gerät ging verloren</translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message>
        <source>Copy the command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>Shipped demo run, made on another computer; Help &gt; Run the demo: here.</source>
        <translation>Mitgelieferter Beispiellauf von einem anderen Rechner; Hilfe &gt; Demo ausführen: hier.</translation>
    </message>
    <message>
        <source>no image was recorded</source>
        <translation>es wurde kein Bild aufgezeichnet</translation>
    </message>
    <message>
        <source>This row failed on {0}: {1}</source>
        <translation>Diese Zeile schlug auf {0} fehl: {1}</translation>
    </message>
    <message>
        <source>This run is INVALID: {0}</source>
        <translation>Dieser Lauf ist UNGÜLTIG: {0}</translation>
    </message>
    <message>
        <source>a device was lost</source>
        <translation>ein Gerät ging verloren</translation>
    </message>
    <message>
        <source>{0}. Finished rows are kept: connect it, then resume the run.</source>
        <translation>{0}. Fertige Zeilen bleiben erhalten: das Gerät anschließen, dann den Lauf fortsetzen.</translation>
    </message>
    <message>
        <source>Damaged lines in results.jsonl: {0}. They are left out; resume the run to make them again. The other rows can be judged.</source>
        <translation>Beschädigte Zeilen in results.jsonl: {0}. Sie sind weggelassen; setzen Sie den Lauf fort, um sie neu zu erzeugen. Die übrigen Zeilen können beurteilt werden.</translation>
    </message>
    <message>
        <source>{0} of {1} rows failed; the rest can be judged.</source>
        <translation>{0} von {1} Zeilen sind fehlgeschlagen; der Rest kann beurteilt werden.</translation>
    </message>
    <message>
        <source>The run was stopped after {0} rows. Resume it for the rest.</source>
        <translation>Der Lauf wurde nach {0} Zeilen angehalten. Für den Rest fortsetzen.</translation>
    </message>
    <message>
        <source>{0} of {1} pairs are scored. Numbers are missing for the rest.</source>
        <translation>{0} von {1} Paaren sind bewertet. Für den Rest fehlen Zahlen.</translation>
    </message>
    <message>
        <source>Not comparable with its baseline: {0}</source>
        <translation>Nicht mit seiner Vergleichsbasis vergleichbar: {0}</translation>
    </message>
    <message>
        <source>The bundle was built again since: run the plan again for its graph.</source>
        <translation>Das Bundle wurde seitdem neu gebaut: für dessen Graphen den Plan noch einmal ausführen.</translation>
    </message>
</context>
<context>
    <name>RunsController</name>
    <message>
        <source>Looking for runs…</source>
        <translation>Läufe werden gesucht …</translation>
    </message>
    <message>
        <source>Below {0}</source>
        <translation>Unterhalb von {0}</translation>
    </message>
    <message>
        <source>Open a run folder</source>
        <translation>Laufordner öffnen</translation>
    </message>
    <message>
        <source>Reading {0}…</source>
        <translation>{0} wird gelesen …</translation>
    </message>
    <message>
        <source>Not comparable one to one: {0}</source>
        <translation>Nicht eins zu eins vergleichbar: {0}</translation>
    </message>
    <message>
        <source>Comparable: same use cases, inputs and samplers.</source>
        <translation>Vergleichbar: gleiche Anwendungsfälle, Eingaben und Sampler.</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Tags, separated by commas</source>
        <translation>Schlagwörter, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>Nothing was changed. Restore the file from a copy, or open another.</source>
        <translation>Nichts wurde geändert. Stellen Sie die Datei aus einer Kopie wieder her oder öffnen Sie eine andere.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>No run fits the search</source>
        <translation>Kein Lauf passt zur Suche</translation>
    </message>
    <message>
        <source>Every word must occur in a run.</source>
        <translation>Jedes Wort muss in einem Lauf vorkommen.</translation>
    </message>
    <message>
        <source>Runs appear after a plan or a session; Help &gt; Run the demo makes one.</source>
        <translation>Läufe erscheinen nach einem Plan oder einer Sitzung; Hilfe &gt; Demo ausführen macht einen.</translation>
    </message>
    <message>
        <source>No runs here yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
</context>
<context>
    <name>RunsView</name>
    <message>
        <source>Search…</source>
        <translation>Suchen…</translation>
    </message>
    <message>
        <source>Search the runs</source>
        <translation>Läufe durchsuchen</translation>
    </message>
    <message>
        <source>By name, device or tag</source>
        <translation>Nach Name, Gerät oder Stichwort</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Runs appear after a plan or a session; Help &gt; Run the demo makes one.</source>
        <translation>Läufe erscheinen nach einem Plan oder einer Sitzung; Hilfe &gt; Demo ausführen macht einen.</translation>
    </message>
    <message>
        <source>Choose a run in the list first.</source>
        <translation>Wählen Sie zuerst einen Lauf in der Liste.</translation>
    </message>
    <message>
        <source>Open a run first.</source>
        <translation>Öffnen Sie zuerst einen Lauf.</translation>
    </message>
    <message>
        <source>This run is the one that is open: choose another.</source>
        <translation>Dieser Lauf ist schon geöffnet: wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>No runs here yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
</context>
<context>
    <name>SessionController</name>
    <message>
        <source>Scoring the images…</source>
        <translation>Die Bilder werden bewertet …</translation>
    </message>
    <message>
        <source>Sessions are not available</source>
        <translation>Sitzungen sind nicht verfügbar</translation>
    </message>
    <message>
        <source>This installation has no runner; runs can still be judged.</source>
        <translation>Diese Installation hat keinen Runner; Läufe können trotzdem beurteilt werden.</translation>
    </message>
    <message>
        <source>Choose a bundle</source>
        <translation>Bundle wählen</translation>
    </message>
    <message>
        <source>Reading the bundle…</source>
        <translation>Bundle wird gelesen …</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>Bild öffnen</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.bmp)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.webp *.bmp)</translation>
    </message>
    <message>
        <source>Choose a bundle first.</source>
        <translation>Wählen Sie zuerst ein Bundle.</translation>
    </message>
    <message>
        <source>The bundle cannot be read</source>
        <translation>Das Bundle kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>Choose a bundle…</source>
        <translation>Bundle wählen …</translation>
    </message>
    <message>
        <source>Open a picture first, or drop one on the left.</source>
        <translation>Öffnen Sie zuerst ein Bild oder ziehen Sie eines nach links.</translation>
    </message>
    <message>
        <source>Paint over what shall change first.</source>
        <translation>Übermalen Sie zuerst, was sich ändern soll.</translation>
    </message>
    <message>
        <source>Draw a sketch first.</source>
        <translation>Zeichnen Sie zuerst eine Skizze.</translation>
    </message>
    <message>
        <source>Type a prompt first.</source>
        <translation>Geben Sie zuerst einen Prompt ein.</translation>
    </message>
    <message>
        <source>Check at least one device.</source>
        <translation>Wählen Sie mindestens ein Gerät.</translation>
    </message>
    <message>
        <source>Running on {0}</source>
        <translation>Läuft auf {0}</translation>
    </message>
    <message>
        <source>step {0} of {1}</source>
        <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
        <source>FP32 reference</source>
        <translation>FP32-Referenz</translation>
    </message>
    <message>
        <source>Save the sequence as a plan</source>
        <translation>Folge als Plan speichern</translation>
    </message>
</context>
<context>
    <name>SessionScoring</name>
    <message>
        <source>Scoring the images…</source>
        <translation>Die Bilder werden bewertet…</translation>
    </message>
    <message>
        <source>{0} of {1} images are scored</source>
        <translation>{0} von {1} Bildern sind bewertet</translation>
    </message>
</context>
<context>
    <name>SessionView</name>
    <message>
        <source>Judge the results</source>
        <translation>Ergebnisse beurteilen</translation>
    </message>
    <message>
        <source>Result: FP32 reference and device</source>
        <translation>Ergebnis: FP32-Referenz und Gerät</translation>
    </message>
    <message>
        <source>The first result appears here.</source>
        <translation>Das erste Ergebnis erscheint hier.</translation>
    </message>
    <message>
        <source>Choose a bundle…</source>
        <translation>Bundle wählen …</translation>
    </message>
    <message>
        <source>Save as a plan…</source>
        <translation>Als Plan speichern …</translation>
    </message>
    <message>
        <source>End the session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <source>Choose a bundle to begin</source>
        <translation>Wählen Sie zum Beginn ein Bundle</translation>
    </message>
    <message>
        <source>A session keeps the foundation model loaded on a device while you switch from task to task. Build a bundle, or open one.</source>
        <translation>Eine Sitzung hält das Basismodell auf einem Gerät geladen, während Sie von Aufgabe zu Aufgabe wechseln. Bauen Sie ein Bundle oder öffnen Sie eines.</translation>
    </message>
    <message>
        <source>Saved. Replay it with: quad-studio --batch {0}</source>
        <translation>Gespeichert. Wiederholen mit: quad-studio --batch {0}</translation>
    </message>
    <message>
        <source>Replay it now</source>
        <translation>Jetzt wiederholen</translation>
    </message>
    <message>
        <source>Choose a bundle first.</source>
        <translation>Wählen Sie zuerst ein Bundle.</translation>
    </message>
    <message>
        <source>An image is being made</source>
        <translation>Ein Bild wird erzeugt</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>Es läuft nichts.</translation>
    </message>
    <message>
        <source>Run a request first: there is no image yet.</source>
        <translation>Führen Sie zuerst einen Auftrag aus: es gibt noch kein Bild.</translation>
    </message>
    <message>
        <source>Save the session as a plan first.</source>
        <translation>Speichern Sie die Sitzung zuerst als Plan.</translation>
    </message>
    <message>
        <source>No session is open.</source>
        <translation>Es ist keine Sitzung offen.</translation>
    </message>
</context>
<context>
    <name>SessionWords</name>
    <message>
        <source>The bundle was built again; this session still runs the earlier one.</source>
        <translation>Das Bundle wurde neu gebaut; diese Sitzung arbeitet noch mit dem früheren.</translation>
    </message>
    <message>
        <source>End the session</source>
        <translation>Sitzung beenden</translation>
    </message>
    <message>
        <source>The bundle is sent to {0}, or checked there…</source>
        <translation>Das Bündel wird an {0} gesendet oder dort geprüft…</translation>
    </message>
    <message>
        <source>The runner starts on {0}…</source>
        <translation>Der Runner startet auf {0}…</translation>
    </message>
    <message>
        <source>The FP32 reference is made…</source>
        <translation>Die FP32-Referenz entsteht…</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Erneut ausführen</translation>
    </message>
    <message>
        <source>Stopped. Finished images are kept.</source>
        <translation>Angehalten. Fertige Bilder bleiben erhalten.</translation>
    </message>
    <message>
        <source>Made without its FP32 reference: there is nothing to compare it with.</source>
        <translation>Ohne FP32-Referenz gemacht: Es gibt nichts, womit es zu vergleichen wäre.</translation>
    </message>
    <message>
        <source>Run again with it</source>
        <translation>Mit Referenz ausführen</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Blink rate</source>
        <translation>Blinkfrequenz</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The language changes when QUAD Studio is started again.</source>
        <translation>Die Sprache wechselt beim nächsten Start von QUAD Studio.</translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>default ({0})</source>
        <translation>Vorgabe ({0})</translation>
    </message>
</context>
<context>
    <name>StageList</name>
    <message>
        <source>Stage</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>up to date</source>
        <translation>aktuell</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>noch {0}</translation>
    </message>
</context>
<context>
    <name>StatisticsController</name>
    <message>
        <source>A is {0} × {1}, B is {2} × {3} pixels. Their levels cannot be subtracted.</source>
        <translation>A hat {0} × {1}, B hat {2} × {3} Pixel. Ihre Werte lassen sich nicht subtrahieren.</translation>
    </message>
    <message>
        <source>A and B are not comparable</source>
        <translation>A und B sind nicht vergleichbar</translation>
    </message>
    <message>
        <source>Choose a pair: means, deviations and histograms of its pictures appear.</source>
        <translation>Wählen Sie ein Paar: Mittelwerte, Abweichungen und Histogramme seiner Bilder erscheinen.</translation>
    </message>
    <message>
        <source>No pair is chosen</source>
        <translation>Kein Paar gewählt</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Kein Bild</translation>
    </message>
    <message>
        <source>Whole picture, 8-bit levels</source>
        <translation>Ganzes Bild, 8-Bit-Stufen</translation>
    </message>
    <message>
        <source>Region {0} × {1} at ({2}, {3}), 8-bit levels</source>
        <translation>Bereich {0} × {1} bei ({2}, {3}), 8-Bit-Stufen</translation>
    </message>
</context>
<context>
    <name>StatisticsView</name>
    <message>
        <source>Hold C and drag over the picture to look at a region.</source>
        <translation>C halten und über das Bild ziehen, um einen Bereich zu betrachten.</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>Ganzes Bild</translation>
    </message>
    <message>
        <source>Copy crops</source>
        <translation>Ausschnitte kopieren</translation>
    </message>
    <message>
        <source>Luma: A blue, B orange</source>
        <translation>Luma: A blau, B orange</translation>
    </message>
    <message>
        <source>Error map (logarithmic counts)</source>
        <translation>Fehlerkarte (logarithmische Anzahlen)</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Dev.</source>
        <translation>Abw.</translation>
    </message>
    <message>
        <source>Min</source>
        <translation>Min</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>Max</translation>
    </message>
    <message>
        <source>Hold C and drag over the picture first.</source>
        <translation>Halten Sie zuerst C und ziehen Sie über das Bild.</translation>
    </message>
    <message>
        <source>A 4K picture takes most of a second.</source>
        <translation>Ein 4K-Bild braucht fast eine Sekunde.</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>Wird berechnet …</translation>
    </message>
    <message>
        <source>luma, 0 to 255</source>
        <translation>Luma, 0 bis 255</translation>
    </message>
</context>
<context>
    <name>Studio</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>KPIs</source>
        <translation>KPIs</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Pipeline</source>
        <translation>Pipeline</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Open a run first.</source>
        <translation>Öffnen Sie zuerst einen Lauf.</translation>
    </message>
    <message>
        <source>No run is open</source>
        <translation>Kein Lauf ist geöffnet</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>{0} rows</source>
        <translation>{0} Zeilen</translation>
    </message>
    <message>
        <source>A build or a plan is running</source>
        <translation>Ein Bau oder ein Plan läuft</translation>
    </message>
    <message>
        <source>A bundle is being deployed</source>
        <translation>Ein Bundle wird verteilt</translation>
    </message>
    <message>
        <source>An image is being made</source>
        <translation>Ein Bild wird erzeugt</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Timeline of the session</source>
        <translation>Zeitleiste der Sitzung</translation>
    </message>
    <message>
        <source>{0}: {1} images, the last: {2}, {3:.0f} ms, switch: {4}</source>
        <translation>{0}: {1} Bilder, zuletzt: {2}, {3:.0f} ms, Wechsel: {4}</translation>
    </message>
    <message>
        <source>Phases and switches appear here after the first image.</source>
        <translation>Phasen und Wechsel erscheinen hier nach dem ersten Bild.</translation>
    </message>
    <message>
        <source>switch</source>
        <translation>Wechsel</translation>
    </message>
    <message>
        <source>text encoder</source>
        <translation>Textkodierer</translation>
    </message>
    <message>
        <source>VAE encoder</source>
        <translation>VAE-Kodierer</translation>
    </message>
    <message>
        <source>U-Net calls</source>
        <translation>U-Net-Aufrufe</translation>
    </message>
    <message>
        <source>VAE decoder</source>
        <translation>VAE-Dekodierer</translation>
    </message>
</context>
<context>
    <name>TourController</name>
    <message>
        <source>Judge what a device made</source>
        <translation>Beurteilen, was ein Gerät erzeugt hat</translation>
    </message>
    <message>
        <source>On the left are image pairs, in the middle the device&apos;s image. Hold Space to see the FP32 reference in its place; → goes to the next pair, A accepts it.</source>
        <translation>Links stehen Bildpaare, in der Mitte das Bild des Geräts. Halten Sie die Leertaste, um an seiner Stelle die FP32-Referenz zu sehen; → geht zum nächsten Paar, A nimmt es an.</translation>
    </message>
    <message>
        <source>From a number to the image</source>
        <translation>Von der Zahl zum Bild</translation>
    </message>
    <message>
        <source>Below are the KPIs. Click a cell for its distribution, double-click it for its worst pair. Context and Log follow the pair; one button copies the command that makes it again.</source>
        <translation>Unten stehen die KPIs. Ein Klick auf eine Zelle zeigt ihre Verteilung, ein Doppelklick ihr schlechtestes Paar. Kontext und Protokoll folgen dem Paar; ein Knopf kopiert den Befehl, der es wieder erzeugt.</translation>
    </message>
    <message>
        <source>Build one graph for all LoRAs</source>
        <translation>Ein Graph für alle LoRAs</translation>
    </message>
    <message>
        <source>A project names model, adapters and precision; the form and its TOML are the same thing. Build shows every stage, the sensitivity of each adapter and the anchor.</source>
        <translation>Ein Projekt nennt Modell, Adapter und Genauigkeit; Formular und TOML sind dasselbe. Der Bau zeigt jede Stufe, die Empfindlichkeit jedes Adapters und den Anker.</translation>
    </message>
    <message>
        <source>Push it to a phone, real or virtual</source>
        <translation>Auf ein Telefon bringen, echt oder virtuell</translation>
    </message>
    <message>
        <source>Every device is listed, ready or not, with the cause and one thing to do. Check the ones to use, then deploy. Virtual phones start with one click.</source>
        <translation>Jedes Gerät ist aufgeführt, bereit oder nicht, mit der Ursache und dem, was zu tun ist. Wählen Sie Geräte aus und verteilen Sie dann. Virtuelle Telefone starten mit einem Klick.</translation>
    </message>
    <message>
        <source>Switch tasks on the device</source>
        <translation>Aufgaben auf dem Gerät wechseln</translation>
    </message>
    <message>
        <source>Open a picture, paint a mask, type a prompt and run. The foundation model stays loaded; the timeline shows what a switch costs.</source>
        <translation>Öffnen Sie ein Bild, malen Sie eine Maske, geben Sie einen Prompt ein und führen Sie aus. Das Basismodell bleibt geladen; die Zeitleiste zeigt, was ein Wechsel kostet.</translation>
    </message>
    <message>
        <source>Everything has a key</source>
        <translation>Alles hat eine Taste</translation>
    </message>
    <message>
        <source>Ctrl+Shift+P finds any command, F1 shows all keys. That was the tour; the Help menu has it again.</source>
        <translation>Strg+Umschalt+P findet jeden Befehl, F1 zeigt alle Tasten. Das war der Rundgang; im Menü Hilfe gibt es ihn wieder.</translation>
    </message>
</context>
<context>
    <name>TourView</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>Rundgang beenden</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>UseCases</name>
    <message>
        <source>object removal</source>
        <translation>Objektentfernung</translation>
    </message>
    <message>
        <source>transform</source>
        <translation>Umwandlung</translation>
    </message>
    <message>
        <source>text to image</source>
        <translation>Text zu Bild</translation>
    </message>
    <message>
        <source>sketch to image</source>
        <translation>Skizze zu Bild</translation>
    </message>
    <message>
        <source>sticker</source>
        <translation>Sticker</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>Porträt</translation>
    </message>
</context>
<context>
    <name>VerdictBar</name>
    <message>
        <source>Note on the pair</source>
        <translation>Notiz zum Paar</translation>
    </message>
    <message>
        <source>Note, #tag</source>
        <translation>Notiz, #Tag</translation>
    </message>
    <message>
        <source>Note on the pair (Enter); words like #seam are tags</source>
        <translation>Notiz zum Paar (Enter); Wörter wie #Naht sind Tags</translation>
    </message>
    <message>
        <source>Choose a pair with a picture first.</source>
        <translation>Wählen Sie zuerst ein Paar mit einem Bild.</translation>
    </message>
    <message>
        <source>No verdict was given since the run was opened.</source>
        <translation>Seit dem Öffnen des Laufs wurde kein Urteil gegeben.</translation>
    </message>
    <message>
        <source>No verdict was taken back.</source>
        <translation>Kein Urteil wurde zurückgenommen.</translation>
    </message>
    <message>
        <source>{0} of {1} judged: {2} accepted, {3} rejected, {4} unsure</source>
        <translation>{0} von {1} beurteilt: {2} angenommen, {3} abgelehnt, {4} unsicher</translation>
    </message>
    <message>
        <source>{0} / {1} judged</source>
        <translation>{0} / {1} beurteilt</translation>
    </message>
    <message>
        <source>First is better</source>
        <translation>Erstes ist besser</translation>
    </message>
    <message>
        <source>Second is better</source>
        <translation>Zweites ist besser</translation>
    </message>
    <message>
        <source>No difference</source>
        <translation>Kein Unterschied</translation>
    </message>
    <message>
        <source>{0} / {1} voted</source>
        <translation>{0} / {1} abgestimmt</translation>
    </message>
    <message>
        <source>No votes that prefer a side: nothing can be said.</source>
        <translation>Keine Stimme bevorzugt eine Seite: es lässt sich nichts sagen.</translation>
    </message>
    <message>
        <source>The reference was preferred in {0} of {1} votes, p = {2:.3f} (exact).</source>
        <translation>Die Referenz wurde in {0} von {1} Stimmen bevorzugt, p = {2:.3f} (exakt).</translation>
    </message>
    <message>
        <source>{0} No significant preference.</source>
        <translation>{0} Keine signifikante Bevorzugung.</translation>
    </message>
    <message>
        <source>{0} The device image is visibly worse.</source>
        <translation>{0} Das Bild des Geräts ist sichtbar schlechter.</translation>
    </message>
    <message>
        <source>{0} The device image is preferred.</source>
        <translation>{0} Das Bild des Geräts wird bevorzugt.</translation>
    </message>
</context>
<context>
    <name>VerdictController</name>
    <message>
        <source>That was the last pair of the filter.</source>
        <translation>Das war das letzte Paar des Filters.</translation>
    </message>
    <message>
        <source>Blind mode: the sides are shuffled and have no names. Vote with A, X, U.</source>
        <translation>Blindmodus: die Seiten sind gemischt und haben keine Namen. Stimmen Sie mit A, X, U ab.</translation>
    </message>
    <message>
        <source>The verdict was not saved: {0}. Free the disk or the folder, then repeat.</source>
        <translation>Das Urteil wurde nicht gespeichert: {0}. Schaffen Sie Platz oder geben Sie den Ordner frei und wiederholen Sie es.</translation>
    </message>
    <message>
        <source>The verdicts of this run cannot be read: {0}. Mend or move the file.</source>
        <translation>Die Urteile dieses Laufs sind nicht lesbar: {0}. Datei reparieren oder verschieben.</translation>
    </message>
    <message>
        <source>Verdicts of a newer QUAD Studio that cannot be read here: {0}. They are kept; update to see and change them.</source>
        <translation>Urteile eines neueren QUAD Studio, die hier nicht lesbar sind: {0}. Sie bleiben erhalten; aktualisieren Sie, um sie zu sehen und zu ändern.</translation>
    </message>
    <message>
        <source>The verdict was not saved: this pair was judged in a newer QUAD Studio, and that verdict is kept. Update to change it.</source>
        <translation>Das Urteil wurde nicht gespeichert: dieses Paar wurde in einem neueren QUAD Studio beurteilt, und jenes Urteil bleibt. Aktualisieren Sie, um es zu ändern.</translation>
    </message>
</context>
</TS>
