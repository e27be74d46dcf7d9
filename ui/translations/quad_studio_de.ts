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
        <source>no image was recorded</source>
        <translation>es wurde kein Bild aufgezeichnet</translation>
    </message>
    <message>
        <source>This row failed on {0}: {1}</source>
        <translation>Diese Zeile schlug auf {0} fehl: {1}</translation>
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
        <source>Its distribution, its images and the command that made them appear.</source>
        <translation>Ihre Verteilung, ihre Bilder und der Befehl dazu erscheinen hier.</translation>
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
