<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>dfgui</name>
    <message>
        <source> (assumed)</source>
        <translation> (angenommen)</translation>
    </message>
    <message>
        <source> (n = {})</source>
        <translation> (n = {})</translation>
    </message>
    <message>
        <source> (what was found there holds no face)</source>
        <translation> (was dort gefunden wurde, enthält kein Gesicht)</translation>
    </message>
    <message>
        <source> Faithfulness {:+.2f} (0 = no better than chance).</source>
        <translation> Treue {:+.2f} (0 = nicht besser als Zufall).</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> Frames</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>% of pixels</source>
        <translation>% der Pixel</translation>
    </message>
    <message>
        <source>% with this ratio or more</source>
        <translation>% mit diesem Quotienten oder mehr</translation>
    </message>
    <message>
        <source>&amp;Analyse</source>
        <translation>A&amp;nalyse</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Frame number or time</source>
        <translation>&amp;Frame-Nummer oder Zeit</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>**{}**, version {}

{}</source>
        <translation>**{}**, Version {}

{}</translation>
    </message>
    <message>
        <source>+ {} more</source>
        <translation>+ {} weitere</translation>
    </message>
    <message>
        <source>,</source>
        <translation> </translation>
    </message>
    <message>
        <source>, darker than its surroundings</source>
        <translation>, dunkler als seine Umgebung</translation>
    </message>
    <message>
        <source>, in use</source>
        <translation>, in Gebrauch</translation>
    </message>
    <message>
        <source>0 to 1</source>
        <translation>0 bis 1</translation>
    </message>
    <message>
        <source>0: the two histograms are equal; 1: they have no level in common (Jensen-Shannon distance)</source>
        <translation>0: die beiden Histogramme sind gleich; 1: sie haben keine Stufe gemeinsam (Jensen-Shannon-Distanz)</translation>
    </message>
    <message>
        <source>1 channel</source>
        <translation>1 Kanal</translation>
    </message>
    <message>
        <source>1: no sensitivity</source>
        <translation>1: unempfindlich</translation>
    </message>
    <message>
        <source>2 or more: clear</source>
        <translation>ab 2: deutlich</translation>
    </message>
    <message>
        <source>255 x score, as printed</source>
        <translation>255 x Score, wie gedruckt</translation>
    </message>
    <message>
        <source>; how sharp the face is counts too</source>
        <translation>; auch die Schärfe des Gesichts zählt</translation>
    </message>
    <message>
        <source>; mean scores and AUC</source>
        <translation>; mittlere Scores und AUC</translation>
    </message>
    <message numerus="yes">
        <source>A cut in the video before frame {first} ends tracks: a person seen before and after it has one for each part.|{n} cuts in the video end tracks, the first before frame {first}: a person seen before and after a cut has one for each part.</source>
        <translation>
            <numerusform>Ein Schnitt im Video vor Frame {first} beendet Tracks: Wer davor und danach zu sehen ist, hat für jeden Teil einen eigenen.</numerusform>
            <numerusform>{n} Schnitte im Video beenden Tracks, der erste vor Frame {first}: Wer vor und nach einem Schnitt zu sehen ist, hat für jeden Teil einen eigenen.</numerusform>
        </translation>
    </message>
    <message>
        <source>A frame number such as 103, seconds such as 4.12, a time such as 0:00:04.12, or a SMPTE time code such as 00:00:04:03</source>
        <translation>Eine Frame-Nummer wie 103, Sekunden wie 4.12, eine Zeit wie 0:00:04.12 oder ein SMPTE-Timecode wie 00:00:04:03</translation>
    </message>
    <message>
        <source>A model package can be made of a finished run that is no smoke run.</source>
        <translation>Ein Modellpaket lässt sich aus einem beendeten Lauf machen, der kein Probelauf ist.</translation>
    </message>
    <message>
        <source>A portrait, and the same with its face altered</source>
        <translation>Ein Porträt und dasselbe mit verändertem Gesicht</translation>
    </message>
    <message>
        <source>A run is under way and stops if this window closes. What is finished is kept, and the run can be resumed.</source>
        <translation>Ein Lauf ist im Gange und hält an, wenn dieses Fenster schließt. Was fertig ist, bleibt erhalten, und der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>A verdict for fake is not possible: the calibration supports a likelihood ratio of {most:.2f} at most, and that verdict needs 2.</source>
        <translation>Eine Bewertung als gefälscht ist nicht möglich: Die Kalibrierung stützt einen Likelihood-Quotienten von höchstens {most:.2f}, und diese Bewertung verlangt 2.</translation>
    </message>
    <message>
        <source>A verdict for real is not possible: the calibration supports a likelihood ratio of 1/{least:.2f} at least, and that verdict needs 1/2.</source>
        <translation>Eine Bewertung als echt ist nicht möglich: Die Kalibrierung stützt einen Likelihood-Quotienten von mindestens 1/{least:.2f}, und diese Bewertung verlangt 1/2.</translation>
    </message>
    <message>
        <source>A verdict is given only where {conditions}, and {last}: that is what was tested.</source>
        <translation>Eine Bewertung gibt es nur, wenn Folgendes gilt: {conditions}, und {last}; so wurde geprüft.</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>AUC, {}</source>
        <translation>AUC, {}</translation>
    </message>
    <message>
        <source>About dfgui</source>
        <translation>Über dfgui</translation>
    </message>
    <message>
        <source>Add a bookmark at the frame that is shown</source>
        <translation>Setzt ein Lesezeichen am gezeigten Frame</translation>
    </message>
    <message>
        <source>Add bookmark</source>
        <translation>Lesezeichen setzen</translation>
    </message>
    <message>
        <source>Add package...</source>
        <translation>Paket hinzufügen ...</translation>
    </message>
    <message>
        <source>After this change. {}</source>
        <translation>Nach dieser Änderung. {}</translation>
    </message>
    <message>
        <source>Against a constant answer, at the best epoch: chosen on the same data, so too kind. The verdict is in the report.</source>
        <translation>Gegenüber einer festen Antwort, in der besten Epoche: auf denselben Daten gewählt, also zu günstig. Die Bewertung steht im Bericht.</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>An analysis under way continues</source>
        <translation>Eine laufende Analyse geht weiter</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Analyse again</source>
        <translation>Neu analysieren</translation>
    </message>
    <message>
        <source>Analysing {} of {} frames...</source>
        <translation>{} von {} Frames analysiert ...</translation>
    </message>
    <message>
        <source>Another run is in progress.</source>
        <translation>Ein anderer Lauf ist in Arbeit.</translation>
    </message>
    <message>
        <source>Answer at any price: without enough face it says so, without a number.</source>
        <translation>Um jeden Preis antworten: Reicht das Gesicht nicht, sagt es das, ohne eine Zahl.</translation>
    </message>
    <message>
        <source>Answers with a likelihood ratio, its strength in words, and error rates.</source>
        <translation>Antwortet mit einem Likelihood-Quotienten, seiner Stärke in Worten und Fehlerraten.</translation>
    </message>
    <message>
        <source>Arms of the run</source>
        <translation>Arme des Laufs</translation>
    </message>
    <message>
        <source>As large as there is room; again: all three</source>
        <translation>So groß wie möglich; noch einmal: alle drei</translation>
    </message>
    <message>
        <source>Ask the training program once more</source>
        <translation>Das Trainingsprogramm noch einmal fragen</translation>
    </message>
    <message>
        <source>Asking the training program for its experiments.</source>
        <translation>Das Trainingsprogramm wird nach seinen Experimenten gefragt.</translation>
    </message>
    <message>
        <source>At even classes: 0 is perfect, 0.693 is guessing, more is worse than guessing.</source>
        <translation>Bei gleich großen Klassen: 0 ist perfekt, 0.693 ist Raten, mehr ist schlechter als Raten.</translation>
    </message>
    <message>
        <source>At {size} pixels the picture is too large for error levels; cut out a part of it first.</source>
        <translation>Mit {size} Pixeln ist das Bild zu groß für Fehlerniveaus; schneiden Sie erst einen Teil aus.</translation>
    </message>
    <message>
        <source>Audio</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>B (predicted both ways)</source>
        <translation>B (aus beiden Richtungen)</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Behind its picture the file holds a film of {size} bytes, from byte {start} on, that is not read; choose stream {number} to read it.</source>
        <translation>Hinter ihrem Bild enthält die Datei ab Byte {start} einen Film von {size} Bytes, der nicht gelesen wird; um ihn zu lesen, wählen Sie Stream {number}.</translation>
    </message>
    <message>
        <source>Behind its picture the file holds another picture of {size} bytes, from byte {start} on, that is not read; choose picture {number} to read it.</source>
        <translation>Hinter ihrem Bild enthält die Datei ab Byte {start} ein weiteres Bild von {size} Bytes, das nicht gelesen wird; um es zu lesen, wählen Sie Bild {number}.</translation>
    </message>
    <message>
        <source>Black</source>
        <translation>Schwarz</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Unschärfe</translation>
    </message>
    <message>
        <source>Bookmark this frame</source>
        <translation>Lesezeichen an diesem Frame</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>Lesezeichen</translation>
    </message>
    <message>
        <source>Bookmarks and notes</source>
        <translation>Lesezeichen und Notizen</translation>
    </message>
    <message>
        <source>Both brows</source>
        <translation>Beide Brauen</translation>
    </message>
    <message>
        <source>Both cheeks</source>
        <translation>Beide Wangen</translation>
    </message>
    <message>
        <source>Both eyes</source>
        <translation>Beide Augen</translation>
    </message>
    <message>
        <source>Box (x, y, size)</source>
        <translation>Rahmen (x, y, Größe)</translation>
    </message>
    <message>
        <source>Box by hand</source>
        <translation>Eigener Rahmen</translation>
    </message>
    <message>
        <source>Brightness per grey level of change; never set by itself, so that two frames can be compared</source>
        <translation>Helligkeit je Graustufe der Änderung; stellt sich nie von selbst ein, damit zwei Frames vergleichbar sind</translation>
    </message>
    <message>
        <source>Brightness per grey level of luminance noise</source>
        <translation>Helligkeit je Graustufe des Luminanzrauschens</translation>
    </message>
    <message>
        <source>Browse...</source>
        <translation>Wählen ...</translation>
    </message>
    <message>
        <source>Browse: {}</source>
        <translation>Wählen: {}</translation>
    </message>
    <message>
        <source>Built on earlier and later frames: parts may be copies of theirs.</source>
        <translation>Baut auf früheren und späteren Frames auf: Teile können Kopien davon sein.</translation>
    </message>
    <message>
        <source>Built on earlier frames: parts may be copies of theirs.</source>
        <translation>Baut auf früheren Frames auf: Teile können Kopien davon sein.</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel analysis</source>
        <translation>Analyse abbrechen</translation>
    </message>
    <message>
        <source>Cancel analysis (Shift+Esc)</source>
        <translation>Analyse abbrechen (Umschalt+Esc)</translation>
    </message>
    <message>
        <source>Card of the model package</source>
        <translation>Karte des Modellpakets</translation>
    </message>
    <message>
        <source>Chance that a fake scores above a real one: 0.5 is guessing, 1 is perfect.</source>
        <translation>Wahrscheinlichkeit, dass eine Fälschung höher liegt als etwas Echtes: 0.5 ist Raten, 1 ist perfekt.</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Choose a face in the original view to compare it with its background.</source>
        <translation>Wählen Sie in der Originalansicht ein Gesicht, um es mit seinem Hintergrund zu vergleichen.</translation>
    </message>
    <message>
        <source>Choose a model package</source>
        <translation>Modellpaket wählen</translation>
    </message>
    <message>
        <source>Choose an arm to bring it out in the plot; Esc shows all alike</source>
        <translation>Wählen Sie einen Arm, um ihn im Diagramm hervorzuheben; Esc zeigt alle gleich</translation>
    </message>
    <message>
        <source>Choose an experiment, name the folder with the data, and press Run: the curves appear here.</source>
        <translation>Wählen Sie ein Experiment, nennen Sie den Ordner mit den Daten und drücken Sie „Starten“: hier erscheinen die Kurven.</translation>
    </message>
    <message>
        <source>Choose an experiment.</source>
        <translation>Wählen Sie ein Experiment.</translation>
    </message>
    <message>
        <source>Choose an export folder</source>
        <translation>Exportordner wählen</translation>
    </message>
    <message>
        <source>Choose another one of this file; it is opened and analysed again</source>
        <translation>Ein anderes aus dieser Datei wählen; sie wird neu geöffnet und analysiert</translation>
    </message>
    <message>
        <source>Choose one of the other tracks</source>
        <translation>Einen der anderen Tracks wählen</translation>
    </message>
    <message>
        <source>Choose the folder of a run, or of a report</source>
        <translation>Ordner eines Laufs oder eines Berichts wählen</translation>
    </message>
    <message>
        <source>Choose the selected face</source>
        <translation>Das markierte Gesicht wählen</translation>
    </message>
    <message>
        <source>Choose this track</source>
        <translation>Diesen Track wählen</translation>
    </message>
    <message>
        <source>Clear region</source>
        <translation>Region entfernen</translation>
    </message>
    <message>
        <source>Click a track, or press Enter on it, to go to its face.</source>
        <translation>Klick oder Eingabetaste auf einem Track führt zu seinem Gesicht.</translation>
    </message>
    <message>
        <source>Click: go there. Wheel, + and -: zoom. Drag, arrow keys: move. Double click, 0: show all.</source>
        <translation>Klick: dorthin. Mausrad, + und -: Zoom. Ziehen, Pfeiltasten: verschieben. Doppelklick, 0: alles zeigen.</translation>
    </message>
    <message>
        <source>Cllr {cost:.2f} [{low:.2f}, {high:.2f}], Cllr-min {best:.2f} [{best_low:.2f}, {best_high:.2f}], on {real:,} real and {fake:,} fake in {groups:,} groups: {set}</source>
        <translation>Cllr {cost:.2f} [{low:.2f}, {high:.2f}], Cllr-min {best:.2f} [{best_low:.2f}, {best_high:.2f}], auf {real:,} echten und {fake:,} gefälschten in {groups:,} Gruppen: {set}</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Close this file</source>
        <translation>Diese Datei schließen</translation>
    </message>
    <message>
        <source>Close when it has stopped</source>
        <translation>Nach dem Halt schließen</translation>
    </message>
    <message>
        <source>Colours and noise of the face against the background</source>
        <translation>Farben und Rauschen des Gesichts gegenüber dem Hintergrund</translation>
    </message>
    <message>
        <source>Colours of the window</source>
        <translation>Farben des Fensters</translation>
    </message>
    <message>
        <source>Compare frames of one video: every face differs from its background, and no figure here says that it was replaced.</source>
        <translation>Vergleichen Sie Frames eines Videos: Jedes Gesicht unterscheidet sich von seinem Hintergrund, und keine Zahl hier sagt, dass es ersetzt wurde.</translation>
    </message>
    <message>
        <source>Computed in {}, as heat maps are; scores in tables are in {}.</source>
        <translation>Berechnet in {}, wie Heatmaps; Scores in Tabellen in {}.</translation>
    </message>
    <message>
        <source>Content of view {}</source>
        <translation>Inhalt von Ansicht {}</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy SHA-256</source>
        <translation>SHA-256 kopieren</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Copy all facts of file and model</source>
        <translation>Alle Angaben zu Datei und Modell kopieren</translation>
    </message>
    <message>
        <source>Copy everything on this page as text</source>
        <translation>Alles auf dieser Seite als Text kopieren</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Copy the whole hash</source>
        <translation>Den ganzen Hash kopieren</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>Versionen kopieren</translation>
    </message>
    <message>
        <source>Copy what a support request needs</source>
        <translation>Kopiert, was eine Anfrage beim Support braucht</translation>
    </message>
    <message>
        <source>Copy {}</source>
        <translation>{} kopieren</translation>
    </message>
    <message>
        <source>Counted from 0 in the order of presentation.</source>
        <translation>Ab 0 gezählt, in der Reihenfolge der Wiedergabe.</translation>
    </message>
    <message>
        <source>Counts as a face</source>
        <translation>Zählt als Gesicht</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Dismiss (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>Distance between squares, at most the patch: beyond it some pixels would never be hidden</source>
        <translation>Abstand der Quadrate, höchstens die Seite: darüber würden manche Pixel nie verdeckt</translation>
    </message>
    <message>
        <source>Do not wait for the present step; what was finished before is kept</source>
        <translation>Nicht auf den laufenden Schritt warten; was vorher fertig war, bleibt erhalten</translation>
    </message>
    <message>
        <source>Drag a rectangle on the face and see the score move</source>
        <translation>Ziehen Sie ein Rechteck auf dem Gesicht und sehen Sie, wie sich der Score ändert</translation>
    </message>
    <message>
        <source>Drag a rectangle over a face in the original; it is scored at once.</source>
        <translation>Ziehen Sie im Original ein Rechteck über ein Gesicht; sein Score kommt sofort.</translation>
    </message>
    <message>
        <source>Drag a rectangle, or use the arrow keys (with Shift: its size) and Enter; Esc gives up.</source>
        <translation>Ziehen Sie ein Rechteck, oder nehmen Sie die Pfeiltasten (mit Umschalt: Größe) und die Eingabetaste; Esc bricht ab.</translation>
    </message>
    <message>
        <source>Draw a box by hand</source>
        <translation>Rahmen selbst zeichnen</translation>
    </message>
    <message>
        <source>Draw a face by hand</source>
        <translation>Gesicht selbst zeichnen</translation>
    </message>
    <message>
        <source>Draw a region on the face of a track first (R).</source>
        <translation>Ziehen Sie erst eine Region auf dem Gesicht eines Tracks (R).</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Abfall</translation>
    </message>
    <message>
        <source>Drop of the score</source>
        <translation>Abfall des Scores</translation>
    </message>
    <message>
        <source>Drop videos or pictures here, or press {}.</source>
        <translation>Legen Sie Videos oder Bilder hier ab, oder drücken Sie {}.</translation>
    </message>
    <message>
        <source>Drop: how far hiding the region lowers the score; above 0 it speaks for fake. Headings and keys 1, 2, 3 sort.</source>
        <translation>Abfall: wie weit das Verdecken der Region den Score senkt; über 0 spricht sie für eine Fälschung. Überschriften und die Tasten 1, 2, 3 sortieren.</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>End at once</source>
        <translation>Sofort beenden</translation>
    </message>
    <message>
        <source>End it at once</source>
        <translation>Sofort beenden</translation>
    </message>
    <message>
        <source>Enter or double click: go there. F2: rename. Delete: remove.</source>
        <translation>Eingabetaste oder Doppelklick: dorthin. F2: umbenennen. Entf: entfernen.</translation>
    </message>
    <message>
        <source>Error levels</source>
        <translation>Fehlerniveaus</translation>
    </message>
    <message>
        <source>Error levels, occlusion, scan, colours</source>
        <translation>Fehlerniveaus, Verdeckung, Scan, Farben</translation>
    </message>
    <message>
        <source>Error rates</source>
        <translation>Fehlerraten</translation>
    </message>
    <message>
        <source>Every stage in about two minutes, with small values for every setting that you did not change. It shows that the program works here; its figures say nothing.</source>
        <translation>Jeder Schritt in etwa zwei Minuten, mit kleinen Werten für jede Einstellung, die Sie nicht geändert haben. Zeigt, dass das Programm hier läuft; die Zahlen sagen nichts aus.</translation>
    </message>
    <message>
        <source>Every video and picture in it</source>
        <translation>Jedes Video und Bild darin</translation>
    </message>
    <message>
        <source>Everything in this frame comes from its own data.</source>
        <translation>Alles in diesem Frame stammt aus seinen eigenen Daten.</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Asservate</translation>
    </message>
    <message>
        <source>Evidence list</source>
        <translation>Liste der Asservate</translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation>Experimente</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exporting...</source>
        <translation>Export läuft ...</translation>
    </message>
    <message>
        <source>F2 or a double click changes a value; Delete brings its default back</source>
        <translation>F2 oder ein Doppelklick ändert einen Wert; Entf stellt den Standard wieder her</translation>
    </message>
    <message>
        <source>Face crop</source>
        <translation>Gesichtsausschnitt</translation>
    </message>
    <message>
        <source>Face margin</source>
        <translation>Rand ums Gesicht</translation>
    </message>
    <message>
        <source>Face only</source>
        <translation>Nur Gesicht</translation>
    </message>
    <message>
        <source>Faces in this frame</source>
        <translation>Gesichter in diesem Frame</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Files whose verdict was not "inconclusive".</source>
        <translation>Dateien, deren Bewertung nicht „nicht entscheidbar“ war.</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllung</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>Erster Frame</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>An Fenster anpassen</translation>
    </message>
    <message>
        <source>Folder of this run; an interrupted run in it continues where it stopped</source>
        <translation>Ordner dieses Laufs; ein unterbrochener Lauf darin macht dort weiter, wo er stehen blieb</translation>
    </message>
    <message>
        <source>Folder with the data sets</source>
        <translation>Ordner mit den Datensätzen</translation>
    </message>
    <message>
        <source>Follow system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Forehead</source>
        <translation>Stirn</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Frame</translation>
    </message>
    <message>
        <source>Frame and face...</source>
        <translation>Frame und Gesicht ...</translation>
    </message>
    <message>
        <source>Frame number and how the frame is coded: I alone, P from earlier frames, B from both sides</source>
        <translation>Nummer des Frames und seine Codierung: I für sich, P aus früheren Frames, B aus beiden Richtungen</translation>
    </message>
    <message>
        <source>Frame number and type</source>
        <translation>Frame-Nummer und Typ</translation>
    </message>
    <message>
        <source>Frame number or time</source>
        <translation>Frame-Nummer oder Zeit</translation>
    </message>
    <message>
        <source>Frame {frame} is larger than the first one of the file and cannot be shown.</source>
        <translation>Frame {frame} ist größer als der erste der Datei und kann nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>Frame {frame} itself is damaged in the file; what stands out in it may come from that.</source>
        <translation>Frame {frame} selbst ist in der Datei beschädigt; was darin auffällt, kann daher kommen.</translation>
    </message>
    <message>
        <source>Frame {index} cannot be decoded; the file is damaged there, so choose another frame.</source>
        <translation>Frame {index} kann nicht decodiert werden; die Datei ist dort beschädigt, wählen Sie einen anderen Frame.</translation>
    </message>
    <message>
        <source>Frame {index} shows no picture of its own; choose another frame.</source>
        <translation>Bild {index} zeigt nichts Eigenes; wählen Sie ein anderes Bild.</translation>
    </message>
    <message>
        <source>Frame {}</source>
        <translation>Frame {}</translation>
    </message>
    <message>
        <source>Frame {} at {}</source>
        <translation>Frame {} bei {}</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Frames</translation>
    </message>
    <message>
        <source>Frames of a scan</source>
        <translation>Frames eines Scans</translation>
    </message>
    <message>
        <source>Frames of a video that a scan looks at; for the next analysis</source>
        <translation>Frames eines Videos, die ein Scan untersucht; ab der nächsten Analyse</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Given one fake and one genuine face, the fake scores higher {share} of the time (chance: 50 %)</source>
        <translation>Von einem gefälschten und einem echten Gesicht hat in {share} der Fälle das gefälschte den höheren Score (Zufall: 50 %)</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>Los</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>Go to a frame or time (G)</source>
        <translation>Zu einem Frame oder einer Zeit gehen (G)</translation>
    </message>
    <message>
        <source>Go to frame or time...</source>
        <translation>Zu Frame oder Zeit ...</translation>
    </message>
    <message>
        <source>Go to this frame</source>
        <translation>Zu diesem Frame gehen</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Grey levels of change; the scale stays the same in every frame</source>
        <translation>Graustufen der Änderung; der Maßstab bleibt in jedem Frame gleich</translation>
    </message>
    <message>
        <source>Hash, container, streams, warnings, model</source>
        <translation>Hash, Container, Streams, Warnungen, Modell</translation>
    </message>
    <message>
        <source>Heat map by regions</source>
        <translation>Heatmap nach Regionen</translation>
    </message>
    <message>
        <source>Heat map of the face</source>
        <translation>Heatmap des Gesichts</translation>
    </message>
    <message>
        <source>Heat map so far: {} of {} patches were measured one by one.</source>
        <translation>Heatmap bisher: {} von {} Feldern wurden einzeln gemessen.</translation>
    </message>
    <message>
        <source>Heat map stopped: {} of {} patches were measured one by one.</source>
        <translation>Heatmap angehalten: {} von {} Feldern wurden einzeln gemessen.</translation>
    </message>
    <message>
        <source>Heat map...</source>
        <translation>Heatmap ...</translation>
    </message>
    <message>
        <source>Heat map: each region of the face was hidden once; see the Frame page.</source>
        <translation>Heatmap: Jede Region des Gesichts wurde einmal verdeckt; siehe Seite „Frame“.</translation>
    </message>
    <message>
        <source>Heat map: {} of {} patches measured one by one.</source>
        <translation>Heatmap: {} von {} Feldern einzeln gemessen.</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Help on score, likelihood ratio and verdict</source>
        <translation>Hilfe zu Score, Likelihood-Quotient und Bewertung</translation>
    </message>
    <message>
        <source>Help page</source>
        <translation>Hilfeseite</translation>
    </message>
    <message>
        <source>Here: {0:+.2f}.</source>
        <translation>Hier: {0:+.2f}.</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verdecken</translation>
    </message>
    <message>
        <source>Hide (Space)</source>
        <translation>Verbergen (Leertaste)</translation>
    </message>
    <message>
        <source>Hide a region by hand</source>
        <translation>Eine Region von Hand verdecken</translation>
    </message>
    <message>
        <source>Hide that region along the track</source>
        <translation>Region entlang des Tracks verdecken</translation>
    </message>
    <message>
        <source>Hiding this region moves the score of the face from {:.3f} to {:.3f} ({:+.3f}).</source>
        <translation>Das Verdecken dieser Region ändert den Score des Gesichts von {:.3f} auf {:.3f} ({:+.3f}).</translation>
    </message>
    <message>
        <source>Histogram of {}</source>
        <translation>Histogramm: {}</translation>
    </message>
    <message>
        <source>Histograms of the face and of the background</source>
        <translation>Histogramme des Gesichts und des Hintergrunds</translation>
    </message>
    <message>
        <source>How far scores lie from how often they are right; 0 is best.</source>
        <translation>Wie weit die Scores davon abweichen, wie oft sie zutreffen; 0 ist am besten.</translation>
    </message>
    <message>
        <source>How far the score falls when a region is hidden, or as the paper prints it</source>
        <translation>Wie weit der Score sinkt, wenn eine Region verdeckt ist, oder wie im Artikel gedruckt</translation>
    </message>
    <message>
        <source>How good the likelihood ratios are</source>
        <translation>Wie gut die Likelihood-Quotienten sind</translation>
    </message>
    <message>
        <source>How many grey levels the face's pixels have to move, on average, to be spread as the background's (Wasserstein distance)</source>
        <translation>Um wie viele Graustufen sich die Pixel des Gesichts im Mittel verschieben müssten, um verteilt zu sein wie die des Hintergrunds (Wasserstein-Distanz)</translation>
    </message>
    <message>
        <source>How often it errs</source>
        <translation>Wie oft es irrt</translation>
    </message>
    <message>
        <source>Hz</source>
        <translation>Hz</translation>
    </message>
    <message>
        <source>I (coded alone)</source>
        <translation>I (für sich codiert)</translation>
    </message>
    <message>
        <source>If scores are calibrated, the marks lie on the dashed line. Larger marks stand for more ratios.</source>
        <translation>Sind die Scores kalibriert, liegen die Punkte auf der gestrichelten Linie. Größere Punkte stehen für mehr Quotienten.</translation>
    </message>
    <message>
        <source>In bookmarks and notes</source>
        <translation>In Lesezeichen und Notizen</translation>
    </message>
    <message>
        <source>In this {place} error levels {how} a pasted region: an implanted known patch stood out by a factor of {seen:.2f}{darker}.</source>
        <translation>Fehlerniveaus können in diesem {place} {how} eine eingefügte Stelle zeigen: Ein bekanntes Implantat hob sich um den Faktor {seen:.2f} ab{darker}.</translation>
    </message>
    <message>
        <source>Inconclusive</source>
        <translation>Nicht entscheidbar</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>It holds sound and no picture.</source>
        <translation>Die Datei enthält Ton und kein Bild.</translation>
    </message>
    <message>
        <source>It holds what macOS stores about another file, and no picture.</source>
        <translation>Die Datei enthält, was macOS über eine andere Datei ablegt, und kein Bild.</translation>
    </message>
    <message>
        <source>It is a link to a file that is not there.</source>
        <translation>Es ist ein Verweis auf eine Datei, die es nicht gibt.</translation>
    </message>
    <message>
        <source>It is a link to a folder; give that folder itself.</source>
        <translation>Es ist ein Verweis auf einen Ordner; geben Sie diesen Ordner selbst an.</translation>
    </message>
    <message>
        <source>It is a picture of a kind that this program does not read; convert a copy to PNG or TIFF.</source>
        <translation>Es ist ein Bild von einer Art, die dieses Programm nicht liest; wandeln Sie eine Kopie in PNG oder TIFF um.</translation>
    </message>
    <message>
        <source>It is an archive; unpack it and scan what it holds.</source>
        <translation>Es ist ein Archiv; entpacken Sie es und untersuchen Sie den Inhalt.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>It is not a regular file.</source>
        <translation>Es ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>Its effect over time, in the timeline</source>
        <translation>Ihre Wirkung über die Zeit, in der Zeitleiste</translation>
    </message>
    <message>
        <source>Its first bytes are not those of a video or still picture that this program reads; give the file itself to try it anyway.</source>
        <translation>Die ersten Bytes sind nicht die eines Videos oder Standbilds, das dieses Programm liest; geben Sie die Datei selbst an, um es trotzdem zu versuchen.</translation>
    </message>
    <message>
        <source>Its picture in full size, its values, and what the screen shows</source>
        <translation>Ihr Bild in voller Größe, ihre Werte und was der Bildschirm zeigt</translation>
    </message>
    <message>
        <source>Its pictures have {width} x {height} pixels; this program reads up to {max_pixels} million.</source>
        <translation>Die Bilder haben {width} x {height} Pixel; dieses Programm liest bis zu {max_pixels} Millionen.</translation>
    </message>
    <message>
        <source>Its pixels are not square; the picture is stretched to {width} x {height}.</source>
        <translation>Die Pixel sind nicht quadratisch; das Bild wird auf {width} x {height} gestreckt.</translation>
    </message>
    <message>
        <source>JPEG quality</source>
        <translation>JPEG-Qualität</translation>
    </message>
    <message>
        <source>Jaw line</source>
        <translation>Kieferlinie</translation>
    </message>
    <message>
        <source>Judge voices, wholly generated pictures, or edits outside a face.</source>
        <translation>Stimmen, ganz erzeugte Bilder oder Änderungen außerhalb eines Gesichts beurteilen.</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Keys 1, 2 and 3 sort by region, drop and share; once more turns the order round.</source>
        <translation>Die Tasten 1, 2 und 3 sortieren nach Region, Abfall und Anteil; noch einmal kehrt die Reihenfolge um.</translation>
    </message>
    <message>
        <source>Keys and what they do</source>
        <translation>Tasten und ihre Wirkung</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Bezeichnung</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Language of the window, from the next start on; files stay English</source>
        <translation>Sprache des Fensters, ab dem nächsten Start; Dateien bleiben englisch</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>Letzter Frame</translation>
    </message>
    <message>
        <source>Learning curves</source>
        <translation>Lernkurven</translation>
    </message>
    <message>
        <source>Leave tool or heat map</source>
        <translation>Werkzeug oder Heatmap verlassen</translation>
    </message>
    <message>
        <source>Left brow</source>
        <translation>Linke Braue</translation>
    </message>
    <message>
        <source>Left cheek</source>
        <translation>Linke Wange</translation>
    </message>
    <message>
        <source>Left eye</source>
        <translation>Linkes Auge</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Likelihood ratios of</source>
        <translation>Likelihood-Quotienten von</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Luminance</source>
        <translation>Luminanz</translation>
    </message>
    <message>
        <source>Luminance noise</source>
        <translation>Luminanzrauschen</translation>
    </message>
    <message>
        <source>Make a model package, calibrate it on held-out data, and score with it from now on</source>
        <translation>Macht ein Modellpaket, kalibriert es auf zurückgehaltenen Daten und rechnet von nun an damit</translation>
    </message>
    <message>
        <source>Making and calibrating the model package.</source>
        <translation>Das Modellpaket wird gemacht und kalibriert.</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Mark the frame that is shown (B)</source>
        <translation>Gezeigten Frame markieren (B)</translation>
    </message>
    <message>
        <source>Mean colour</source>
        <translation>Mittlere Farbe</translation>
    </message>
    <message>
        <source>Mean of the channels</source>
        <translation>Mittel der Kanäle</translation>
    </message>
    <message>
        <source>Mean of the shares of fakes and reals on their side of 0.5.</source>
        <translation>Mittel der Anteile von Fälschungen und Echtem auf ihrer Seite von 0.5.</translation>
    </message>
    <message>
        <source>Mean over the fits so far; dashed: a constant answer.</source>
        <translation>Mittel über die bisherigen Anpassungen; gestrichelt: eine feste Antwort.</translation>
    </message>
    <message>
        <source>Measured at frame {}.</source>
        <translation>Gemessen an Frame {}.</translation>
    </message>
    <message>
        <source>Measured on these sets; 95 % intervals in brackets.</source>
        <translation>Gemessen auf diesen Sätzen; 95-%-Intervalle in Klammern.</translation>
    </message>
    <message>
        <source>Measuring what error levels can show in this file...</source>
        <translation>Es wird gemessen, was Fehlerniveaus in dieser Datei zeigen können ...</translation>
    </message>
    <message>
        <source>Minutes and seconds go up to 59.</source>
        <translation>Minuten und Sekunden gehen bis 59.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Model packages</source>
        <translation>Modellpakete</translation>
    </message>
    <message>
        <source>Model packages...</source>
        <translation>Modellpakete ...</translation>
    </message>
    <message>
        <source>Moderate support for the proposition that the face was not replaced.</source>
        <translation>Mäßige Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>Moderate support for the proposition that the face was replaced.</source>
        <translation>Mäßige Stützung für die Annahme, dass das Gesicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>Moderately strong support for the proposition that the face was not replaced.</source>
        <translation>Mäßig starke Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>Moderately strong support for the proposition that the face was replaced.</source>
        <translation>Mäßig starke Stützung für die Annahme, dass das Gesicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>More tracks</source>
        <translation>Weitere Tracks</translation>
    </message>
    <message>
        <source>Most suspicious frame of the face</source>
        <translation>Verdächtigster Frame des Gesichts</translation>
    </message>
    <message>
        <source>Mouth</source>
        <translation>Mund</translation>
    </message>
    <message>
        <source>Move all views together</source>
        <translation>Alle Ansichten gemeinsam bewegen</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Ton aus</translation>
    </message>
    <message>
        <source>Name a folder for the run.</source>
        <translation>Nennen Sie einen Ordner für den Lauf.</translation>
    </message>
    <message>
        <source>Name the folder that holds the data sets.</source>
        <translation>Nennen Sie den Ordner mit den Datensätzen.</translation>
    </message>
    <message>
        <source>Networks that have at least one epoch</source>
        <translation>Netze mit mindestens einer Epoche</translation>
    </message>
    <message>
        <source>Next face</source>
        <translation>Nächstes Gesicht</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>Nächster Frame</translation>
    </message>
    <message>
        <source>Next key frame</source>
        <translation>Nächster Keyframe</translation>
    </message>
    <message>
        <source>Next to its pictures the file holds a film or a sequence of pictures in a track, which is not read; choose stream {number} to read it.</source>
        <translation>Neben ihren Bildern enthält die Datei in einer Spur einen Film oder eine Bildfolge, die nicht gelesen wird; um sie zu lesen, wählen Sie Stream {number}.</translation>
    </message>
    <message>
        <source>No bookmark yet. B marks the frame that is shown.</source>
        <translation>Noch kein Lesezeichen. B markiert den gezeigten Frame.</translation>
    </message>
    <message>
        <source>No evidence is open. Open a file with Ctrl+O, or drop it on the window.</source>
        <translation>Kein Asservat ist geöffnet. Öffnen Sie eine Datei mit Strg+O, oder legen Sie sie auf dem Fenster ab.</translation>
    </message>
    <message>
        <source>No evidence is open; open a file first (Ctrl+O).</source>
        <translation>Kein Asservat ist geöffnet; öffnen Sie erst eine Datei (Strg+O).</translation>
    </message>
    <message>
        <source>No face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>No face is chosen in this frame.</source>
        <translation>In diesem Frame ist kein Gesicht gewählt.</translation>
    </message>
    <message>
        <source>No face is chosen in this frame; choose one, or draw a box by hand (D).</source>
        <translation>In diesem Frame ist kein Gesicht gewählt; wählen Sie eines, oder zeichnen Sie einen Rahmen (D).</translation>
    </message>
    <message>
        <source>No face is chosen in this frame; click one, or draw a box by hand (D).</source>
        <translation>In diesem Frame ist kein Gesicht gewählt; klicken Sie eines an, oder zeichnen Sie einen Rahmen (D).</translation>
    </message>
    <message>
        <source>No face is known in this frame. Draw a box by hand to score one.</source>
        <translation>In diesem Frame ist kein Gesicht bekannt. Zeichnen Sie einen Rahmen um eines, um seinen Score zu sehen.</translation>
    </message>
    <message>
        <source>No face of track {track}</source>
        <translation>Kein Gesicht von Track {track}</translation>
    </message>
    <message>
        <source>No face was found in the frames that were looked at.</source>
        <translation>In den untersuchten Frames wurde kein Gesicht gefunden.</translation>
    </message>
    <message numerus="yes">
        <source>No face: the check finds a face in {passing} of {n} box; at least half are needed.|No face: the check finds a face in {passing} of {n} boxes; at least half are needed.</source>
        <translation>
            <numerusform>Kein Gesicht: Die Prüfung findet ein Gesicht in {passing} von {n} Rahmen; mindestens die Hälfte ist nötig.</numerusform>
            <numerusform>Kein Gesicht: Die Prüfung findet ein Gesicht in {passing} von {n} Rahmen; mindestens die Hälfte ist nötig.</numerusform>
        </translation>
    </message>
    <message>
        <source>No file is open.</source>
        <translation>Keine Datei ist geöffnet.</translation>
    </message>
    <message>
        <source>No file is open. Open one with Ctrl+O, or drop it on the window.</source>
        <translation>Keine Datei ist geöffnet. Öffnen Sie eine mit Strg+O, oder legen Sie sie auf dem Fenster ab.</translation>
    </message>
    <message>
        <source>No frame is shown. Open a file with Ctrl+O.</source>
        <translation>Kein Frame wird gezeigt. Öffnen Sie eine Datei mit Strg+O.</translation>
    </message>
    <message>
        <source>No landmarks of a face were found in this box, so it has no regions; map it by squares, or choose another face.</source>
        <translation>In diesem Rahmen wurden keine Landmarken eines Gesichts gefunden, es hat also keine Regionen; nehmen Sie Quadrate, oder wählen Sie ein anderes Gesicht.</translation>
    </message>
    <message>
        <source>No network is loaded. Choose a model package to read the terms of its weights.</source>
        <translation>Kein Netz ist geladen. Wählen Sie ein Modellpaket, um die Bedingungen seiner Gewichte zu lesen.</translation>
    </message>
    <message>
        <source>No page has these words. Try fewer.</source>
        <translation>Keine Seite enthält diese Wörter. Versuchen Sie es mit weniger.</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Noch kein Lauf</translation>
    </message>
    <message>
        <source>No scores yet: they appear here while the file is analysed.</source>
        <translation>Noch keine Scores: Sie erscheinen hier, während die Datei analysiert wird.</translation>
    </message>
    <message>
        <source>No support either way.</source>
        <translation>Keine Stützung in die eine oder andere Richtung.</translation>
    </message>
    <message>
        <source>No verdict is possible: the calibration supports likelihood ratios from 1/{least:.2f} to {most:.2f} only, and a verdict needs 1/2 or 2.</source>
        <translation>Keine Bewertung ist möglich: Die Kalibrierung stützt nur Likelihood-Quotienten von 1/{least:.2f} bis {most:.2f}, und eine Bewertung verlangt 1/2 oder 2.</translation>
    </message>
    <message>
        <source>Noise scale</source>
        <translation>Rauschmaßstab</translation>
    </message>
    <message>
        <source>Nose</source>
        <translation>Nase</translation>
    </message>
    <message>
        <source>Not for</source>
        <translation>Nicht für</translation>
    </message>
    <message>
        <source>Not for {use}.</source>
        <translation>Nicht für: {use}.</translation>
    </message>
    <message>
        <source>Not read: the scan was interrupted.</source>
        <translation>Nicht gelesen: Der Scan wurde unterbrochen.</translation>
    </message>
    <message>
        <source>Not saved yet; kept as a draft.</source>
        <translation>Noch nicht gespeichert; als Entwurf behalten.</translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation>Ohne Score</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Notes on this evidence</source>
        <translation>Notizen zu diesem Asservat</translation>
    </message>
    <message>
        <source>Notes on this evidence; kept next to the program's settings, never in the evidence</source>
        <translation>Notizen zu diesem Asservat; liegen bei den Einstellungen des Programms, nie im Asservat</translation>
    </message>
    <message numerus="yes">
        <source>Nothing that was found is a face: its one track was left out.|Nothing that was found is a face: all {n} tracks were left out.</source>
        <translation>
            <numerusform>Nichts von dem, was gefunden wurde, ist ein Gesicht: Der eine Track wurde ausgelassen.</numerusform>
            <numerusform>Nichts von dem, was gefunden wurde, ist ein Gesicht: Alle {n} Tracks wurden ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was written, since hashing the file again was called off.</source>
        <translation>Nichts wurde geschrieben, da das erneute Hashen der Datei abgebrochen wurde.</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Number, time, type and hash of the frame, and its faces</source>
        <translation>Nummer, Zeit, Typ und Hash des Frames und seine Gesichter</translation>
    </message>
    <message>
        <source>Occlusion</source>
        <translation>Verdeckung</translation>
    </message>
    <message>
        <source>Occlusion sensitivity: warm where hiding lowers the score, so that the region speaks for fake</source>
        <translation>Verdeckungsanalyse: warm, wo das Verdecken den Score senkt, die Region also für eine Fälschung spricht</translation>
    </message>
    <message>
        <source>Of an experiment that was run before</source>
        <translation>Von einem früher gelaufenen Experiment</translation>
    </message>
    <message>
        <source>Of the chosen file; the message that follows offers to undo it</source>
        <translation>Die der gewählten Datei; die Meldung danach bietet an, es rückgängig zu machen</translation>
    </message>
    <message>
        <source>Of the face</source>
        <translation>Des Gesichts</translation>
    </message>
    <message>
        <source>Of the heat map over the face</source>
        <translation>Der Heatmap über dem Gesicht</translation>
    </message>
    <message>
        <source>On {set} (n = {files:,} in {groups:,} groups):</source>
        <translation>Auf {set} (n = {files:,} in {groups:,} Gruppen):</translation>
    </message>
    <message>
        <source>One face was found; its score is the file's.</source>
        <translation>Ein Gesicht wurde gefunden; sein Score ist der der Datei.</translation>
    </message>
    <message>
        <source>One person was followed: track {track}, {faces}.</source>
        <translation>Eine Person wurde verfolgt: Track {track}, {faces}.</translation>
    </message>
    <message>
        <source>One pixel of the picture on one of the screen</source>
        <translation>Ein Bildpixel auf einem Bildschirmpixel</translation>
    </message>
    <message>
        <source>Only the first {max_seconds:g} s of the sound were read.</source>
        <translation>Nur die ersten {max_seconds:g} s des Tons wurden gelesen.</translation>
    </message>
    <message>
        <source>Only the view in use</source>
        <translation>Nur die benutzte Ansicht</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Open a report...</source>
        <translation>Bericht öffnen ...</translation>
    </message>
    <message>
        <source>Open a video or a picture: the scores of its faces appear here, frame by frame.</source>
        <translation>Öffnen Sie ein Video oder Bild: Die Scores seiner Gesichter erscheinen hier, Frame für Frame.</translation>
    </message>
    <message>
        <source>Open every video and picture in a folder</source>
        <translation>Jedes Video und Bild eines Ordners öffnen</translation>
    </message>
    <message>
        <source>Open evidence</source>
        <translation>Asservat öffnen</translation>
    </message>
    <message>
        <source>Open evidence to take notes on it.</source>
        <translation>Öffnen Sie ein Asservat, um Notizen dazu zu machen.</translation>
    </message>
    <message>
        <source>Open files...</source>
        <translation>Dateien öffnen ...</translation>
    </message>
    <message>
        <source>Open folder...</source>
        <translation>Ordner öffnen ...</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>Demo öffnen</translation>
    </message>
    <message>
        <source>Open the folder with the program's log</source>
        <translation>Den Ordner mit dem Protokoll des Programms öffnen</translation>
    </message>
    <message>
        <source>Open the log folder</source>
        <translation>Protokollordner öffnen</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>Den Bericht öffnen</translation>
    </message>
    <message>
        <source>Open videos, pictures or a folder ({})</source>
        <translation>Videos, Bilder oder einen Ordner öffnen ({})</translation>
    </message>
    <message>
        <source>Open...</source>
        <translation>Öffnen ...</translation>
    </message>
    <message>
        <source>Opening...</source>
        <translation>Wird geöffnet ...</translation>
    </message>
    <message>
        <source>Or drop videos, pictures or a folder anywhere on this window.</source>
        <translation>Oder ziehen Sie Videos, Bilder oder einen Ordner auf dieses Fenster.</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Original, error levels, face crop and exact heat map</source>
        <translation>Original, Fehlerniveaus, Gesichtsausschnitt und exakte Heatmap</translation>
    </message>
    <message>
        <source>Other views</source>
        <translation>Andere Ansichten</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>P (predicted)</source>
        <translation>P (vorhergesagt)</translation>
    </message>
    <message>
        <source>PTS</source>
        <translation>PTS</translation>
    </message>
    <message>
        <source>PTS {:.6f} s</source>
        <translation>PTS {:.6f} s</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Pages of the inspector</source>
        <translation>Seiten des Inspektors</translation>
    </message>
    <message>
        <source>Part of a heat map: {} of {} patches measured</source>
        <translation>Teil einer Heatmap: {} von {} Feldern gemessen</translation>
    </message>
    <message>
        <source>Part of the video stream is encrypted; frames from it show noise or cannot be decoded.</source>
        <translation>Ein Teil des Videostreams ist verschlüsselt; Frames daraus zeigen Rauschen oder lassen sich nicht dekodieren.</translation>
    </message>
    <message>
        <source>Patch</source>
        <translation>Quadratseite</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Play backward, again: faster</source>
        <translation>Rückwärts abspielen, noch einmal: schneller</translation>
    </message>
    <message>
        <source>Play forward, again: faster</source>
        <translation>Vorwärts abspielen, noch einmal: schneller</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Playback</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>Plus and minus zoom the time axis, 0 shows all of it, left and right move along it.</source>
        <translation>Plus und Minus zoomen die Zeitachse, 0 zeigt sie ganz, links und rechts verschieben sie.</translation>
    </message>
    <message>
        <source>Presentation time on the file's own clock.</source>
        <translation>Zeit der Wiedergabe auf der Uhr der Datei.</translation>
    </message>
    <message>
        <source>Previous face</source>
        <translation>Voriges Gesicht</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>Voriger Frame</translation>
    </message>
    <message>
        <source>Previous key frame</source>
        <translation>Voriger Keyframe</translation>
    </message>
    <message>
        <source>Processing time</source>
        <translation>Verarbeitungszeit</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Prove anything: an answer is one piece of evidence among others.</source>
        <translation>Etwas beweisen: Eine Antwort ist ein Beweismittel neben anderen.</translation>
    </message>
    <message>
        <source>Put the settings of this group back to what they were at first</source>
        <translation>Setzt die Einstellungen dieser Gruppe auf die Standardwerte zurück</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Quality of the test re-compression, 1-100</source>
        <translation>Qualität der erneuten Kompression, 1-100</translation>
    </message>
    <message>
        <source>Quantity over the epochs</source>
        <translation>Größe über die Epochen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Quit and keep draft</source>
        <translation>Beenden und Entwurf behalten</translation>
    </message>
    <message>
        <source>Quit when it has stopped</source>
        <translation>Nach dem Halt beenden</translation>
    </message>
    <message>
        <source>Read from this file</source>
        <translation>Aus dieser Datei gelesen</translation>
    </message>
    <message>
        <source>Reading the file...</source>
        <translation>Die Datei wird gelesen ...</translation>
    </message>
    <message>
        <source>Reading the sound...</source>
        <translation>Der Ton wird gelesen ...</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Region</translation>
    </message>
    <message>
        <source>Regions of the face</source>
        <translation>Regionen des Gesichts</translation>
    </message>
    <message>
        <source>Reliability diagram</source>
        <translation>Zuverlässigkeitsdiagramm</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Restore defaults of {}</source>
        <translation>Standardwerte wiederherstellen: {}</translation>
    </message>
    <message>
        <source>Results of the scan...</source>
        <translation>Ergebnisse des Scans ...</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Right and left are the person's own. Pairs are hidden together.</source>
        <translation>Rechts und links sind die Seiten der Person. Paare werden gemeinsam verdeckt.</translation>
    </message>
    <message>
        <source>Right brow</source>
        <translation>Rechte Braue</translation>
    </message>
    <message>
        <source>Right cheek</source>
        <translation>Rechte Wange</translation>
    </message>
    <message>
        <source>Right eye</source>
        <translation>Rechtes Auge</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Run an experiment...</source>
        <translation>Experiment starten ...</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>SHA-256 of the file</source>
        <translation>SHA-256 der Datei</translation>
    </message>
    <message>
        <source>SHA-256 of the model</source>
        <translation>SHA-256 des Modells</translation>
    </message>
    <message>
        <source>SHA-256 of the picture</source>
        <translation>SHA-256 des Bilds</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save notes</source>
        <translation>Notizen speichern</translation>
    </message>
    <message>
        <source>Save the notes</source>
        <translation>Die Notizen speichern</translation>
    </message>
    <message>
        <source>Save the notes (Ctrl+S)</source>
        <translation>Die Notizen speichern (Strg+S)</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gespeichert.</translation>
    </message>
    <message>
        <source>Say how likely a fake is: that also depends on the rest of the case.</source>
        <translation>Sagen, wie wahrscheinlich eine Fälschung ist: Das hängt auch vom übrigen Fall ab.</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Maßstab</translation>
    </message>
    <message>
        <source>Scale of error levels</source>
        <translation>Maßstab der Fehlerniveaus</translation>
    </message>
    <message>
        <source>Scale of the likelihood ratio</source>
        <translation>Skala des Likelihood-Quotienten</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Scan</translation>
    </message>
    <message>
        <source>Scan and window</source>
        <translation>Scan und Fenster</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>Score change with the region hidden (centre line = 0)</source>
        <translation>Änderung des Scores mit verdeckter Region (Mittellinie = 0)</translation>
    </message>
    <message>
        <source>Score of each track over the frames. Left and right step one frame, Home and End go to the ends, up and down zoom.</source>
        <translation>Score jedes Tracks über die Frames. Links und rechts gehen einen Frame weiter, Pos1 und Ende an die Enden, auf und ab zoomen.</translation>
    </message>
    <message>
        <source>Score of this face alone: 0 is real, 1 is fake.</source>
        <translation>Score dieses Gesichts allein: 0 ist echt, 1 ist gefälscht.</translation>
    </message>
    <message>
        <source>Score with this network; what is open is analysed again</source>
        <translation>Mit diesem Netz rechnen; was offen ist, wird neu analysiert</translation>
    </message>
    <message>
        <source>Score {score:.3f} (0 real, 0.5 neither, 1 fake).</source>
        <translation>Score {score:.3f} (0 echt, 0.5 weder noch, 1 gefälscht).</translation>
    </message>
    <message>
        <source>Scores every face of a video or picture with a neural network.</source>
        <translation>Bewertet jedes Gesicht eines Videos oder Bildes mit einem neuronalen Netz.</translation>
    </message>
    <message>
        <source>Scores of single faces; the verdict comes from whole tracks. Enter chooses a face.</source>
        <translation>Scores einzelner Gesichter; die Bewertung stammt aus ganzen Tracks. Die Eingabetaste wählt ein Gesicht.</translation>
    </message>
    <message>
        <source>Scores over time</source>
        <translation>Scores über die Zeit</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the help</source>
        <translation>In der Hilfe suchen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Settings of the experiment</source>
        <translation>Einstellungen des Experiments</translation>
    </message>
    <message>
        <source>Share of the face's box that is kept on every side where only the face is shown</source>
        <translation>Anteil des Gesichtsrahmens, der ringsum erhalten bleibt, wenn nur das Gesicht gezeigt wird</translation>
    </message>
    <message>
        <source>Share of the real files whose verdict supports fake.</source>
        <translation>Anteil der echten Dateien, deren Bewertung eine Fälschung stützt.</translation>
    </message>
    <message>
        <source>Show (Space)</source>
        <translation>Zeigen (Leertaste)</translation>
    </message>
    <message>
        <source>Show a frame to measure what error levels can say in it.</source>
        <translation>Zeigen Sie einen Frame, um zu messen, was Fehlerniveaus darin sagen können.</translation>
    </message>
    <message>
        <source>Show an older message</source>
        <translation>Eine ältere Meldung zeigen</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Show log</source>
        <translation>Protokoll zeigen</translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation>Protokollordner zeigen</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Den Ordner zeigen</translation>
    </message>
    <message>
        <source>Show the histogram of {} (arrow keys choose)</source>
        <translation>Das Histogramm zeigen: {} (Pfeiltasten wählen)</translation>
    </message>
    <message>
        <source>Show the pages with these words (Ctrl+F); Enter goes to the next place</source>
        <translation>Zeigt die Seiten mit diesen Wörtern (Strg+F); die Eingabetaste geht zur nächsten Stelle</translation>
    </message>
    <message>
        <source>Show the run's folder in the file manager</source>
        <translation>Den Ordner des Laufs im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Show this face in the views and on request its heat map (Enter)</source>
        <translation>Dieses Gesicht in den Ansichten zeigen und auf Wunsch seine Heatmap (Eingabetaste)</translation>
    </message>
    <message>
        <source>Shows frame, error levels and face side by side, and what drives the score.</source>
        <translation>Zeigt Frame, Fehlerniveaus und Gesicht nebeneinander und was den Score bestimmt.</translation>
    </message>
    <message>
        <source>Side of the hidden square, pixels of the network's input</source>
        <translation>Seite des verdeckten Quadrats, Pixel der Netzeingabe</translation>
    </message>
    <message>
        <source>Smoke run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Some pictures are damaged in the file, and the decoder repaired them as well as it could.</source>
        <translation>Einige Bilder sind in der Datei beschädigt; der Decoder hat sie repariert, so gut er konnte.</translation>
    </message>
    <message>
        <source>Something else is being done.</source>
        <translation>Etwas anderes ist gerade im Gange.</translation>
    </message>
    <message>
        <source>Something is being made of a run, and would be given up.</source>
        <translation>Aus einem Lauf wird gerade etwas gemacht; das ginge verloren.</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Sound on or off</source>
        <translation>Ton an oder aus</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Speed of playback (J slower or back, L faster)</source>
        <translation>Tempo der Wiedergabe (J langsamer oder zurück, L schneller)</translation>
    </message>
    <message>
        <source>Squares</source>
        <translation>Quadrate</translation>
    </message>
    <message>
        <source>Squares in turn, or eyes, brows, nose, mouth, cheeks, forehead, jaw line and surroundings</source>
        <translation>Quadrate nacheinander, oder Augen, Brauen, Nase, Mund, Wangen, Stirn, Kieferlinie und Umgebung</translation>
    </message>
    <message>
        <source>Standard deviation of what no smooth surface explains, in grey levels</source>
        <translation>Standardabweichung dessen, was keine glatte Fläche erklärt, in Graustufen</translation>
    </message>
    <message>
        <source>Start the run (Ctrl+Enter)</source>
        <translation>Den Lauf starten (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Starting; TensorFlow takes some seconds to load.</source>
        <translation>Start; TensorFlow braucht einige Sekunden zum Laden.</translation>
    </message>
    <message>
        <source>Still picture</source>
        <translation>Standbild</translation>
    </message>
    <message>
        <source>Stop after the present step; the best so far is kept, and the run can be resumed</source>
        <translation>Nach dem laufenden Schritt anhalten; das Beste bisher bleibt erhalten, und der Lauf kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Stop the run and close</source>
        <translation>Lauf anhalten und schließen</translation>
    </message>
    <message>
        <source>Stop the run and quit</source>
        <translation>Lauf anhalten und beenden</translation>
    </message>
    <message>
        <source>Stop what runs</source>
        <translation>Anhalten, was läuft</translation>
    </message>
    <message>
        <source>Stopping after the present step; what is finished is kept.</source>
        <translation>Hält nach dem laufenden Schritt an; was fertig ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>Schrittweite</translation>
    </message>
    <message>
        <source>Strong support for the proposition that the face was not replaced.</source>
        <translation>Starke Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>Strong support for the proposition that the face was replaced.</source>
        <translation>Starke Stützung für die Annahme, dass das Gesicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>Supports fake</source>
        <translation>Stützt Fälschung</translation>
    </message>
    <message>
        <source>Supports real</source>
        <translation>Stützt Echtheit</translation>
    </message>
    <message>
        <source>Surroundings</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>Take it out of the list; the file itself stays as it is</source>
        <translation>Nimmt sie aus der Liste; die Datei selbst bleibt, wie sie ist</translation>
    </message>
    <message>
        <source>Tells faces from patterns in every analysis. It scores nothing, so it cannot be chosen as the network.</source>
        <translation>Unterscheidet in jeder Analyse Gesichter von Mustern. Es liefert keinen Score und kann daher nicht als Netz gewählt werden.</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>Bedingungen</translation>
    </message>
    <message>
        <source>Terms of the weights</source>
        <translation>Bedingungen der Gewichte</translation>
    </message>
    <message>
        <source>Terms: {terms}</source>
        <translation>Bedingungen: {terms}</translation>
    </message>
    <message>
        <source>Tested in</source>
        <translation>Geprüft in</translation>
    </message>
    <message>
        <source>That of the view in use, in its own pixels and without marks</source>
        <translation>Das der benutzten Ansicht, in seinen eigenen Pixeln und ohne Markierungen</translation>
    </message>
    <message>
        <source>That time code is one of those that are dropped.</source>
        <translation>Dieser Timecode gehört zu den ausgelassenen.</translation>
    </message>
    <message>
        <source>The analysis of this file gave an answer that makes no sense.</source>
        <translation>Die Analyse dieser Datei gab eine Antwort, die keinen Sinn ergibt.</translation>
    </message>
    <message>
        <source>The analysis of this file has no result yet; wait for its end.</source>
        <translation>Die Analyse dieser Datei hat noch kein Ergebnis; warten Sie ihr Ende ab.</translation>
    </message>
    <message>
        <source>The analysis of this file stopped because of a fault in the program; the log says where.</source>
        <translation>Die Analyse dieser Datei brach wegen eines Fehlers im Programm ab; im Protokoll steht, wo.</translation>
    </message>
    <message>
        <source>The analysis of this file stopped: it took more than the {limit:.0f} s that one file may take.</source>
        <translation>Die Analyse dieser Datei wurde abgebrochen: Sie dauerte länger als die {limit:.0f} s, die eine Datei brauchen darf.</translation>
    </message>
    <message>
        <source>The analysis of this file stopped: its process ended unexpectedly.</source>
        <translation>Die Analyse dieser Datei brach ab: Ihr Prozess endete unerwartet.</translation>
    </message>
    <message>
        <source>The analysis of this file stopped: its process gave an answer that makes no sense.</source>
        <translation>Die Analyse dieser Datei wurde abgebrochen: Ihr Prozess gab eine Antwort, die keinen Sinn ergibt.</translation>
    </message>
    <message>
        <source>The analysis of this file stopped: nothing was heard of its process for {limit:.0f} s.</source>
        <translation>Die Analyse dieser Datei wurde abgebrochen: {limit:.0f} s lang war von ihrem Prozess nichts zu hören.</translation>
    </message>
    <message>
        <source>The analysis of {} was cancelled.</source>
        <translation>Die Analyse von {} wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The analysis process cannot be started; install the program again.</source>
        <translation>Der Analyseprozess lässt sich nicht starten; installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The analysis process did not start properly.</source>
        <translation>Der Analyseprozess ist nicht richtig gestartet.</translation>
    </message>
    <message>
        <source>The analysis was cancelled. F5 starts it again.</source>
        <translation>Die Analyse wurde abgebrochen. F5 startet sie neu.</translation>
    </message>
    <message>
        <source>The analysis was stopped.</source>
        <translation>Die Analyse wurde angehalten.</translation>
    </message>
    <message>
        <source>The background has no noise to compare with.</source>
        <translation>Der Hintergrund hat kein Rauschen zum Vergleichen.</translation>
    </message>
    <message>
        <source>The background has {pixels} pixels in this frame and {needed} are needed to compare; choose a frame that shows more around the face.</source>
        <translation>Der Hintergrund hat in diesem Frame {pixels} Pixel, für den Vergleich sind {needed} nötig; wählen Sie einen Frame, der mehr um das Gesicht herum zeigt.</translation>
    </message>
    <message>
        <source>The box lies outside the frame; draw it over the face.</source>
        <translation>Der Rahmen liegt außerhalb des Frames; zeichnen Sie ihn über das Gesicht.</translation>
    </message>
    <message>
        <source>The box {box} lies outside the frame; draw it over the face.</source>
        <translation>Der Rahmen {box} liegt außerhalb des Frames; zeichnen Sie ihn über das Gesicht.</translation>
    </message>
    <message>
        <source>The card gives no figures: nothing is known of how often this network errs.</source>
        <translation>Die Karte nennt keine Zahlen: Wie oft dieses Netz irrt, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The card of the model package {name} is not valid: {error}.</source>
        <translation>Die Karte des Modellpakets {name} ist ungültig: {error}.</translation>
    </message>
    <message>
        <source>The card of the model package {name} must give the hashes of model.xml and model.bin.</source>
        <translation>Die Karte des Modellpakets {name} muss die Hashes von model.xml und model.bin nennen.</translation>
    </message>
    <message>
        <source>The card of this model holds no measured error rates.</source>
        <translation>Die Karte dieses Modells enthält keine gemessenen Fehlerraten.</translation>
    </message>
    <message>
        <source>The check of faces finds no face in this box; its score says nothing about a person.</source>
        <translation>Die Gesichtsprüfung findet in diesem Rahmen kein Gesicht; sein Score sagt nichts über eine Person.</translation>
    </message>
    <message>
        <source>The coding of the colours changes within the file; each frame is read by its own.</source>
        <translation>Die Codierung der Farben ändert sich in der Datei; jedes Bild wird nach seiner eigenen gelesen.</translation>
    </message>
    <message>
        <source>The colour matrix the file declares is not supported; {matrix} was assumed.</source>
        <translation>Die Farbmatrix, die die Datei angibt, wird nicht unterstützt; {matrix} wurde angenommen.</translation>
    </message>
    <message>
        <source>The curve of the hidden region is gone, as the fill changed; Shift+R makes it again.</source>
        <translation>Die Kurve der verdeckten Region ist entfernt, da sich die Füllung geändert hat; Umschalt+R erstellt sie neu.</translation>
    </message>
    <message>
        <source>The curves appear with the first epoch. What is not fitted in epochs is in the report only.</source>
        <translation>Die Kurven erscheinen mit der ersten Epoche. Was nicht in Epochen angepasst wird, steht nur im Bericht.</translation>
    </message>
    <message>
        <source>The decoder does not say how this frame was coded.</source>
        <translation>Der Decoder sagt nicht, wie dieser Frame codiert wurde.</translation>
    </message>
    <message>
        <source>The export stopped because of a fault in the program; the log says where.</source>
        <translation>Der Export brach wegen eines Fehlers im Programm ab; im Protokoll steht, wo.</translation>
    </message>
    <message>
        <source>The face has {:.2f} times the noise of its background.</source>
        <translation>Das Gesicht hat das {:.2f}-Fache des Rauschens seines Hintergrunds.</translation>
    </message>
    <message>
        <source>The face has {pixels} pixels in this frame and {needed} are needed to compare; choose a frame that shows it larger.</source>
        <translation>Das Gesicht hat in diesem Frame {pixels} Pixel, für den Vergleich sind {needed} nötig; wählen Sie einen Frame, der es größer zeigt.</translation>
    </message>
    <message>
        <source>The face is being scored...</source>
        <translation>Der Score des Gesichts wird berechnet ...</translation>
    </message>
    <message>
        <source>The face is too blurred for a verdict: sharpness {sharpness:.1f}, the network was tested from {tested:.1f}.</source>
        <translation>Das Gesicht ist für eine Bewertung zu unscharf: Schärfe {sharpness:.1f}, das Netz wurde ab {tested:.1f} geprüft.</translation>
    </message>
    <message>
        <source>The face is too small for a verdict: the cut has {side:.0f} pixels, the network was tested from {cut_side:.0f}.</source>
        <translation>Das Gesicht ist für eine Bewertung zu klein: Der Ausschnitt hat {side:.0f} Pixel, das Netz wurde ab {cut_side:.0f} geprüft.</translation>
    </message>
    <message>
        <source>The features of the model package {name} are not one row a face; choose another package.</source>
        <translation>Die Merkmale des Modellpakets {name} sind nicht eine Zeile je Gesicht; wählen Sie ein anderes Paket.</translation>
    </message>
    <message>
        <source>The file asks for a turn that is not a right angle; the nearest right angle is shown.</source>
        <translation>Die Datei verlangt eine Drehung, die kein rechter Winkel ist; gezeigt wird der nächste rechte Winkel.</translation>
    </message>
    <message>
        <source>The file asks players to paint film grain over its pictures; they are shown as they are coded, without it.</source>
        <translation>Die Datei verlangt von Abspielprogrammen, Filmkorn über ihre Bilder zu legen; sie werden ohne es gezeigt, so wie sie codiert sind.</translation>
    </message>
    <message>
        <source>The file declares no frame rate.</source>
        <translation>Die Datei gibt keine Bildrate an.</translation>
    </message>
    <message>
        <source>The file declares {declared} frames, {decodable} can be decoded.</source>
        <translation>Die Datei gibt {declared} Frames an, {decodable} lassen sich decodieren.</translation>
    </message>
    <message>
        <source>The file declares {declared} frames, {decodable} can be decoded; its edit list leaves some out.</source>
        <translation>Die Datei gibt {declared} Frames an, {decodable} lassen sich decodieren; ihre Schnittliste lässt einige aus.</translation>
    </message>
    <message>
        <source>The file does not say how its colours are coded; the matrix {matrix} and {range} range were assumed.</source>
        <translation>Die Datei sagt nicht, wie ihre Farben codiert sind; die Matrix {matrix} und {range} Wertebereich wurden angenommen.</translation>
    </message>
    <message>
        <source>The file does not say how its colours are coded; the matrix {matrix} was assumed.</source>
        <translation>Die Datei sagt nicht, wie ihre Farben codiert sind; die Matrix {matrix} wurde angenommen.</translation>
    </message>
    <message>
        <source>The file does not say how its colours are coded; {range} range was assumed.</source>
        <translation>Die Datei sagt nicht, wie ihre Farben codiert sind; {range} Wertebereich wurde angenommen.</translation>
    </message>
    <message>
        <source>The file ends with a read error; what comes before it is read.</source>
        <translation>Die Datei endet mit einem Lesefehler; was davor liegt, wird gelesen.</translation>
    </message>
    <message>
        <source>The file gives no time stamps for its frames; choose the frame by its number.</source>
        <translation>Die Datei gibt keine Zeitstempel für ihre Frames an; wählen Sie den Frame nach seiner Nummer.</translation>
    </message>
    <message>
        <source>The file gives no usable time stamps; frames have a number and no time.</source>
        <translation>Die Datei gibt keine brauchbaren Zeitstempel an; Frames haben eine Nummer und keine Zeit.</translation>
    </message>
    <message>
        <source>The file has a sound stream, but none of it can be decoded.</source>
        <translation>Die Datei hat einen Tonstream, aber nichts davon lässt sich decodieren.</translation>
    </message>
    <message>
        <source>The file has no sound.</source>
        <translation>Die Datei hat keinen Ton.</translation>
    </message>
    <message>
        <source>The file holds {count} pictures; picture {read} is read. Not read: {others}.</source>
        <translation>Die Datei enthält {count} Bilder; Bild {read} wird gelesen. Nicht gelesen: {others}.</translation>
    </message>
    <message>
        <source>The file holds {count} video streams; stream {read} is read. Not read: {others}.</source>
        <translation>Die Datei enthält {count} Videostreams; Stream {read} wird gelesen. Nicht gelesen: {others}.</translation>
    </message>
    <message numerus="yes">
        <source>The file holds {n} more picture in a directory inside another one, which is not read.|The file holds {n} more pictures in directories inside another one, which are not read.</source>
        <translation>
            <numerusform>Die Datei enthält {n} weiteres Bild in einem Verzeichnis innerhalb eines anderen, das nicht gelesen wird.</numerusform>
            <numerusform>Die Datei enthält {n} weitere Bilder in Verzeichnissen innerhalb eines anderen, die nicht gelesen werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>The file is a still picture that holds a film; the film is read, stream {read}. Not read: {others}.</source>
        <translation>Die Datei ist ein Standbild, das einen Film enthält; gelesen wird der Film, Stream {read}. Nicht gelesen: {others}.</translation>
    </message>
    <message>
        <source>The file is being opened.</source>
        <translation>Die Datei wird geöffnet.</translation>
    </message>
    <message>
        <source>The file needs more than the {limit} MB of memory that one file may use.</source>
        <translation>Die Datei braucht mehr als die {limit} MB Speicher, die eine Datei belegen darf.</translation>
    </message>
    <message>
        <source>The file wants only a part of its picture to be shown; it is shown whole.</source>
        <translation>Die Datei will nur einen Teil ihres Bildes zeigen lassen; es wird ganz gezeigt.</translation>
    </message>
    <message>
        <source>The file wants only {width} x {height} of its {coded_width} x {coded_height} pixels to be shown; they are shown whole.</source>
        <translation>Die Datei will nur {width} x {height} ihrer {coded_width} x {coded_height} Pixel zeigen lassen; sie werden ganz gezeigt.</translation>
    </message>
    <message>
        <source>The file was closed before its picture came.</source>
        <translation>Die Datei wurde geschlossen, bevor ihr Bild kam.</translation>
    </message>
    <message>
        <source>The file's clock is near its end, where it starts again at 0; times before that are negative, from {time:.3f} s on.</source>
        <translation>Die Uhr der Datei ist nahe ihrem Ende, an dem sie wieder bei 0 beginnt; Zeiten davor sind negativ, von {time:.3f} s an.</translation>
    </message>
    <message numerus="yes">
        <source>The file's clock starts again {n} time, at frame {first}: from {before:.3f} s back to {after:.3f} s. Times are those of the file, so some may occur twice.|The file's clock starts again {n} times, first at frame {first}: from {before:.3f} s back to {after:.3f} s. Times are those of the file, so some may occur several times.</source>
        <translation>
            <numerusform>Die Uhr der Datei beginnt {n} Mal von vorn, bei Bild {first}: von {before:.3f} s zurück auf {after:.3f} s. Die Zeiten sind die der Datei, manche kann es daher zweimal geben.</numerusform>
            <numerusform>Die Uhr der Datei beginnt {n} Mal von vorn, zuerst bei Bild {first}: von {before:.3f} s zurück auf {after:.3f} s. Die Zeiten sind die der Datei, manche kann es daher mehrmals geben.</numerusform>
        </translation>
    </message>
    <message>
        <source>The file's hash is not known yet, so nothing was exported; export again once it is.</source>
        <translation>Der Hashwert der Datei ist noch nicht bekannt, daher wurde nichts exportiert; exportieren Sie erneut, sobald er bekannt ist.</translation>
    </message>
    <message>
        <source>The file's sound has {sample_rate} samples per second; this program reads 1,000 to 768,000.</source>
        <translation>Der Ton der Datei hat {sample_rate} Abtastwerte je Sekunde; dieses Programm liest 1 000 bis 768 000.</translation>
    </message>
    <message>
        <source>The file's sound is coded in a way that this program cannot decode.</source>
        <translation>Der Ton der Datei ist so codiert, dass dieses Programm ihn nicht decodieren kann.</translation>
    </message>
    <message>
        <source>The file's time stamps are missing, repeated, run backwards or do not tell the order of its frames; frames are found by counting.</source>
        <translation>Die Zeitstempel der Datei fehlen, wiederholen sich, laufen rückwärts oder geben die Reihenfolge der Frames nicht an; Frames werden durch Zählen gefunden.</translation>
    </message>
    <message>
        <source>The finding is about {ratio} times more likely if the face was {more}, the most that the calibration can support.</source>
        <translation>Der Befund ist etwa {ratio}-mal wahrscheinlicher, wenn das Gesicht {more}; mehr kann die Kalibrierung nicht stützen.</translation>
    </message>
    <message>
        <source>The finding is about {ratio} times more likely if the face was {more}.</source>
        <translation>Der Befund ist etwa {ratio}-mal wahrscheinlicher, wenn das Gesicht {more}.</translation>
    </message>
    <message>
        <source>The finding is as likely if the face was replaced as if it was not: too little for a verdict.</source>
        <translation>Der Befund ist gleich wahrscheinlich, ob das Gesicht ersetzt wurde oder nicht: zu wenig für eine Bewertung.</translation>
    </message>
    <message>
        <source>The finding is only about {ratio} times more likely if the face was {more}: too little for a verdict.</source>
        <translation>Der Befund ist nur etwa {ratio}-mal wahrscheinlicher, wenn das Gesicht {more}: zu wenig für eine Bewertung.</translation>
    </message>
    <message>
        <source>The folder {path} holds no video and no still picture.</source>
        <translation>Der Ordner {path} enthält kein Video und kein Standbild.</translation>
    </message>
    <message>
        <source>The frame rate varies; times come from the file's time stamps.</source>
        <translation>Die Bildrate schwankt; die Zeiten stammen aus den Zeitstempeln der Datei.</translation>
    </message>
    <message>
        <source>The frame that is shown</source>
        <translation>Der gezeigte Frame</translation>
    </message>
    <message>
        <source>The frames looked at lie {step:.0f} s apart; a cut or another person between two of them may go unnoticed.</source>
        <translation>Die untersuchten Frames liegen {step:.0f} s auseinander; ein Schnitt oder eine andere Person dazwischen kann unbemerkt bleiben.</translation>
    </message>
    <message>
        <source>The frames of a second go up to {} here.</source>
        <translation>Die Frames einer Sekunde gehen hier bis {}.</translation>
    </message>
    <message>
        <source>The landmarks of the face lie outside its cut; draw the box over the face, or map it by squares.</source>
        <translation>Die Landmarken des Gesichts liegen außerhalb seines Ausschnitts; zeichnen Sie den Rahmen über das Gesicht, oder nehmen Sie Quadrate.</translation>
    </message>
    <message>
        <source>The language changes when the program starts again.</source>
        <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>The likelihood ratio is kept at {ratio}, the most that the calibration can support on this side: too little for a verdict.</source>
        <translation>Der Likelihood-Quotient wird bei {ratio} gehalten; mehr kann die Kalibrierung auf dieser Seite nicht stützen. Das ist zu wenig für eine Bewertung.</translation>
    </message>
    <message>
        <source>The likelihood ratio lies between 1/{border} and {border}, which is too close to 1 for a verdict.</source>
        <translation>Der Likelihood-Quotient liegt zwischen 1/{border} und {border}, zu nahe an 1 für eine Bewertung.</translation>
    </message>
    <message>
        <source>The likelihood ratio of a {kind} is kept within 1/{least} and {most}: more cannot be supported by the {real} real and {fake} fake of {set}.</source>
        <translation>Der Likelihood-Quotient (Art: {kind}) wird zwischen 1/{least} und {most} gehalten: Mehr stützen die {real} echten und {fake} gefälschten von {set} nicht.</translation>
    </message>
    <message>
        <source>The mark is hollow because no verdict follows from it.</source>
        <translation>Die Marke ist hohl, weil keine Bewertung daraus folgt.</translation>
    </message>
    <message>
        <source>The model package was not made; the log says more.</source>
        <translation>Das Modellpaket wurde nicht gemacht; mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>The model package {name} has no readable card.json; choose another package.</source>
        <translation>Das Modellpaket {name} hat keine lesbare card.json; wählen Sie ein anderes Paket.</translation>
    </message>
    <message>
        <source>The model package {name} is {kind}, not {wanted}; choose another package.</source>
        <translation>Das Modellpaket {name} ist {kind}, nicht {wanted}; wählen Sie ein anderes Paket.</translation>
    </message>
    <message>
        <source>The model package {name} was changed: {file} differs from the hash in its card. Install it again.</source>
        <translation>Das Modellpaket {name} wurde verändert: {file} weicht vom Hash in seiner Karte ab. Installieren Sie es neu.</translation>
    </message>
    <message>
        <source>The model package {package} has no readable {name}; install it again.</source>
        <translation>Das Modellpaket {package} hat keine lesbare {name}; installieren Sie es neu.</translation>
    </message>
    <message>
        <source>The model package {} was made and is in use.</source>
        <translation>Das Modellpaket {} wurde gemacht und ist in Gebrauch.</translation>
    </message>
    <message>
        <source>The name ends in {suffix}, but the file is a still picture ({kind}).</source>
        <translation>Der Name endet auf {suffix}, aber die Datei ist ein Standbild ({kind}).</translation>
    </message>
    <message>
        <source>The name ends in {suffix}, but the file is a video ({container}).</source>
        <translation>Der Name endet auf {suffix}, aber die Datei ist ein Video ({container}).</translation>
    </message>
    <message>
        <source>The network of the model package {name} cannot be loaded; install it again.</source>
        <translation>Das Netz des Modellpakets {name} lässt sich nicht laden; installieren Sie es neu.</translation>
    </message>
    <message>
        <source>The network of the model package {name} does not give one number a face; choose another package.</source>
        <translation>Das Netz des Modellpakets {name} gibt nicht eine Zahl je Gesicht; wählen Sie ein anderes Paket.</translation>
    </message>
    <message>
        <source>The network of the model package {name} does not take pictures of {side} x {side} as its card says; choose another package.</source>
        <translation>Das Netz des Modellpakets {name} nimmt keine Bilder von {side} x {side}, wie seine Karte sagt; wählen Sie ein anderes Paket.</translation>
    </message>
    <message>
        <source>The network of the model package {name} gave no number for a face; choose another package.</source>
        <translation>Das Netz des Modellpakets {name} gab für ein Gesicht keine Zahl; wählen Sie ein anderes Paket.</translation>
    </message>
    <message>
        <source>The network of the model package {name} gives no features; export it again, or choose another.</source>
        <translation>Das Netz des Modellpakets {name} gibt keine Merkmale; exportieren Sie es neu, oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>The network of {name} cannot be loaded; install it again.</source>
        <translation>Das Netz von {name} lässt sich nicht laden; installieren Sie es neu.</translation>
    </message>
    <message>
        <source>The notes cannot be written ({}). Copy them elsewhere, or make room in {}.</source>
        <translation>Die Notizen lassen sich nicht schreiben ({}). Kopieren Sie sie anderswohin, oder schaffen Sie Platz in {}.</translation>
    </message>
    <message>
        <source>The notes of {} are not saved.</source>
        <translation>Die Notizen zu {} sind nicht gespeichert.</translation>
    </message>
    <message>
        <source>The notes of {} files are not saved.</source>
        <translation>Die Notizen von {} Dateien sind nicht gespeichert.</translation>
    </message>
    <message>
        <source>The opening of this file was called off; choose another file, and then this one again.</source>
        <translation>Das Öffnen dieser Datei wurde abgebrochen; wählen Sie eine andere Datei und dann wieder diese.</translation>
    </message>
    <message>
        <source>The output folder holds a finished run; choose another folder.</source>
        <translation>Der Ausgabeordner enthält einen beendeten Lauf; wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The output folder holds a run of {}; choose another folder.</source>
        <translation>Der Ausgabeordner enthält einen Lauf von {}; wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The output folder holds other files; those of the run will lie next to them.</source>
        <translation>Der Ausgabeordner enthält andere Dateien; die des Laufs kommen dazu.</translation>
    </message>
    <message>
        <source>The paper's experiments, and training a network</source>
        <translation>Die Experimente des Artikels und das Training eines Netzes</translation>
    </message>
    <message>
        <source>The picture has more than 8 bits per value; it is read with 8.</source>
        <translation>Das Bild hat mehr als 8 Bit je Wert; es wird mit 8 gelesen.</translation>
    </message>
    <message>
        <source>The picture has transparent parts; they are shown over black.</source>
        <translation>Das Bild hat durchsichtige Teile; sie werden über Schwarz gezeigt.</translation>
    </message>
    <message>
        <source>The picture is HDR ({hdr}); it is shown without tone mapping, so colours look flat.</source>
        <translation>Das Bild ist HDR ({hdr}); es wird ohne Tonwertanpassung gezeigt, daher wirken die Farben flach.</translation>
    </message>
    <message>
        <source>The picture is cut short; the part that is missing is shown in one colour.</source>
        <translation>Das Bild ist abgeschnitten; der fehlende Teil wird in einer Farbe gezeigt.</translation>
    </message>
    <message>
        <source>The picture is cut to the part that the file wants to be shown.</source>
        <translation>Das Bild ist auf den Teil beschnitten, den die Datei zeigen lassen will.</translation>
    </message>
    <message>
        <source>The picture is shown mirrored left-right, as the file asks.</source>
        <translation>Das Bild wird seitlich gespiegelt gezeigt, wie die Datei es verlangt.</translation>
    </message>
    <message>
        <source>The picture is shown turned clockwise by {degrees} degrees and mirrored left-right, as the file asks.</source>
        <translation>Das Bild wird um {degrees} Grad im Uhrzeigersinn gedreht und seitlich gespiegelt gezeigt, wie die Datei es verlangt.</translation>
    </message>
    <message>
        <source>The picture is shown turned clockwise by {degrees} degrees, as the file asks.</source>
        <translation>Das Bild wird um {degrees} Grad im Uhrzeigersinn gedreht gezeigt, wie die Datei es verlangt.</translation>
    </message>
    <message>
        <source>The picture is stored in {mode} without a colour profile; it was converted to RGB by the usual formula.</source>
        <translation>Das Bild ist in {mode} ohne Farbprofil gespeichert; es wurde nach der üblichen Formel in RGB umgewandelt.</translation>
    </message>
    <message>
        <source>The picture is too small to measure what error levels can say in it; 64 x 64 pixels are needed.</source>
        <translation>Das Bild ist zu klein, um zu messen, was Fehlerniveaus darin sagen können; 64 x 64 Pixel sind nötig.</translation>
    </message>
    <message>
        <source>The picture was copied: {} x {} pixels.</source>
        <translation>Das Bild wurde kopiert: {} x {} Pixel.</translation>
    </message>
    <message>
        <source>The picture's colour profile cannot be used; its colours are shown as they are stored.</source>
        <translation>Das Farbprofil des Bildes kann nicht verwendet werden; seine Farben werden gezeigt, wie sie gespeichert sind.</translation>
    </message>
    <message>
        <source>The picture's colours were converted to sRGB from its profile ({profile}); colours that sRGB lacks are clipped.</source>
        <translation>Die Farben des Bildes wurden aus seinem Profil ({profile}) nach sRGB umgerechnet; Farben, die sRGB nicht hat, werden beschnitten.</translation>
    </message>
    <message>
        <source>The program's last words:</source>
        <translation>Die letzten Worte des Programms:</translation>
    </message>
    <message>
        <source>The region lies outside the face; draw it inside the cut.</source>
        <translation>Die Region liegt außerhalb des Gesichts; ziehen Sie sie innerhalb des Ausschnitts.</translation>
    </message>
    <message>
        <source>The region to hide lies outside the face; draw it inside.</source>
        <translation>Die Region zum Verdecken liegt außerhalb des Gesichts; ziehen Sie sie innerhalb.</translation>
    </message>
    <message>
        <source>The region {region} lies outside the face, which is cut at {square}; choose one inside it.</source>
        <translation>Die Region {region} liegt außerhalb des Gesichts, das bei {square} ausgeschnitten ist; wählen Sie eine darin.</translation>
    </message>
    <message>
        <source>The region {region} reaches over the face's cut at {square}; only what lies inside was hidden.</source>
        <translation>Die Region {region} ragt über den Ausschnitt des Gesichts bei {square} hinaus; nur was darin liegt, wurde verdeckt.</translation>
    </message>
    <message>
        <source>The report of an earlier run</source>
        <translation>Der Bericht eines früheren Laufs</translation>
    </message>
    <message>
        <source>The report was not made; the log says more.</source>
        <translation>Der Bericht wurde nicht gemacht; mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>The result shown used {}; F5 applies {}.</source>
        <translation>Das gezeigte Ergebnis nutzte {}; F5 wendet {} an.</translation>
    </message>
    <message>
        <source>The run was ended at once. What was finished before is kept, and the run can be resumed.</source>
        <translation>Der Lauf wurde sofort beendet. Was vorher fertig war, bleibt erhalten, und der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The run was stopped. What was finished before is kept, and the run can be resumed.</source>
        <translation>Der Lauf wurde angehalten. Was vorher fertig war, bleibt erhalten, und der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The saved notes of this file cannot be read; they were put aside as {}.</source>
        <translation>Die gespeicherten Notizen dieser Datei lassen sich nicht lesen; sie wurden als {} beiseitegelegt.</translation>
    </message>
    <message>
        <source>The shape of the pixels changes within the file; each frame is shown in its own.</source>
        <translation>Die Form der Pixel ändert sich in der Datei; jedes Bild wird in seiner eigenen gezeigt.</translation>
    </message>
    <message>
        <source>The size of the picture changes within the file.</source>
        <translation>Die Größe des Bilds ändert sich innerhalb der Datei.</translation>
    </message>
    <message numerus="yes">
        <source>The sound has {n} packet that cannot be decoded and was left out.|The sound has {n} packets that cannot be decoded and were left out.</source>
        <translation>
            <numerusform>Der Ton hat {n} Paket, das sich nicht decodieren lässt und ausgelassen wurde.</numerusform>
            <numerusform>Der Ton hat {n} Pakete, die sich nicht decodieren lassen und ausgelassen wurden.</numerusform>
        </translation>
    </message>
    <message>
        <source>The sound was not read.</source>
        <translation>Der Ton wurde nicht gelesen.</translation>
    </message>
    <message>
        <source>The source of dfgui is under the Apache License 2.0. The libraries it uses have their own licences; this copy of the program came without the folder that lists them.</source>
        <translation>Der Quelltext von dfgui steht unter der Apache License 2.0. Die benutzten Bibliotheken haben eigene Lizenzen; dieser Kopie des Programms fehlt der Ordner, der sie aufführt.</translation>
    </message>
    <message>
        <source>The training program cannot be started; install the program again.</source>
        <translation>Das Trainingsprogramm lässt sich nicht starten; installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The training program does not say which experiments it has; the log says more.</source>
        <translation>Das Trainingsprogramm sagt nicht, welche Experimente es hat; mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>The training program does not take these settings.</source>
        <translation>Das Trainingsprogramm nimmt diese Einstellungen nicht an.</translation>
    </message>
    <message>
        <source>The training program ended unexpectedly, with status {status}. What was finished is kept, and the run can be resumed.</source>
        <translation>Das Trainingsprogramm endete unerwartet mit Status {status}. Was fertig war, bleibt erhalten, und der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The training program ended unexpectedly. What was finished is kept, and the run can be resumed.</source>
        <translation>Das Trainingsprogramm endete unerwartet. Was fertig war, bleibt erhalten, und der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The value of {} does not suit; Delete brings its default back.</source>
        <translation>Der Wert von {} passt nicht; Entf stellt den Standard wieder her.</translation>
    </message>
    <message>
        <source>The verdict rests on track {track}, seen in {frames}.</source>
        <translation>Die Bewertung beruht auf Track {track}, gesehen in {frames}.</translation>
    </message>
    <message>
        <source>The video has transparent parts; they are not applied, and its colours are shown as they are stored.</source>
        <translation>Das Video hat durchsichtige Teile; sie werden nicht angewendet, und seine Farben werden gezeigt, wie sie gespeichert sind.</translation>
    </message>
    <message>
        <source>The video is HDR ({hdr}); it is shown without tone mapping, so colours look flat.</source>
        <translation>Das Video ist HDR ({hdr}); es wird ohne Tonemapping gezeigt, die Farben wirken daher flau.</translation>
    </message>
    <message>
        <source>The video is coded as {codec}. The limit of compression was tested on {tested} only, so whether this video is compressed too hard was not judged.</source>
        <translation>Das Video ist als {codec} codiert. Die Grenze der Kompression wurde nur an {tested} geprüft; ob dieses Video zu stark komprimiert ist, wurde deshalb nicht beurteilt.</translation>
    </message>
    <message>
        <source>The video is compressed too hard for a verdict: {bits_per_pixel:.3f} bits per pixel, the network was tested from {tested:.3f}.</source>
        <translation>Das Video ist für eine Bewertung zu stark komprimiert: {bits_per_pixel:.3f} Bit je Pixel, das Netz wurde ab {tested:.3f} geprüft.</translation>
    </message>
    <message>
        <source>The video is interlaced; frames are shown as they are stored, with both fields.</source>
        <translation>Das Video hat Zeilensprung; Frames werden gezeigt, wie sie gespeichert sind, mit beiden Halbbildern.</translation>
    </message>
    <message>
        <source>The view in use</source>
        <translation>Die benutzte Ansicht</translation>
    </message>
    <message>
        <source>The view in use: Ctrl+C copies it, Ctrl+Shift+E exports it, X enlarges it.</source>
        <translation>Die benutzte Ansicht: Strg+C kopiert sie, Strg+Umschalt+E exportiert sie, X vergrößert sie.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>There is a score, but the verdict is withheld.</source>
        <translation>Es gibt einen Score, aber die Bewertung wird zurückgehalten.</translation>
    </message>
    <message>
        <source>There is no file or folder {path}; check its name.</source>
        <translation>Die Datei oder den Ordner {path} gibt es nicht; prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>There is no file {path}; check its name.</source>
        <translation>Die Datei {path} gibt es nicht; prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>There is no frame at {seconds:g} s; this file's frames run from {start:.3f} s to {end:.3f} s.</source>
        <translation>Bei {seconds:g} s gibt es keinen Frame; die Frames dieser Datei reichen von {start:.3f} s bis {end:.3f} s.</translation>
    </message>
    <message>
        <source>There is no frame at {}; the frames run from {} to {}.</source>
        <translation>Bei {} gibt es keinen Frame; die Frames reichen von {} bis {}.</translation>
    </message>
    <message numerus="yes">
        <source>There is no frame {index}; this file has {n} frame, numbered from 0 to {last}.|There is no frame {index}; this file has {n} frames, numbered from 0 to {last}.</source>
        <translation>
            <numerusform>Einen Frame {index} gibt es nicht; diese Datei hat {n} Frame, nummeriert von 0 bis {last}.</numerusform>
            <numerusform>Einen Frame {index} gibt es nicht; diese Datei hat {n} Frames, nummeriert von 0 bis {last}.</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no frame {}; the frames run from 0 to {}.</source>
        <translation>Einen Frame {} gibt es nicht; die Frames reichen von 0 bis {}.</translation>
    </message>
    <message>
        <source>There is no frame {}; the only frame has the number 0.</source>
        <translation>Einen Frame {} gibt es nicht; der einzige Frame hat die Nummer 0.</translation>
    </message>
    <message>
        <source>There is no heat map of this frame; make one first (O).</source>
        <translation>Von diesem Frame gibt es keine Heatmap; machen Sie erst eine (O).</translation>
    </message>
    <message>
        <source>There is no model package. Open the folder of one to score with it.</source>
        <translation>Es gibt kein Modellpaket. Öffnen Sie den Ordner eines Pakets, um Scores zu berechnen.</translation>
    </message>
    <message>
        <source>There is not enough shared memory to show this file's pictures; close other programs.</source>
        <translation>Der gemeinsame Speicher reicht nicht, um die Bilder dieser Datei zu zeigen; schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>This box holds no face, so it is not scored; draw a box by hand (D) to score it all the same.</source>
        <translation>Dieser Rahmen enthält kein Gesicht und hat daher keinen Score; zeichnen Sie einen Rahmen (D), um ihn trotzdem zu berechnen.</translation>
    </message>
    <message>
        <source>This file</source>
        <translation>Diese Datei</translation>
    </message>
    <message>
        <source>This file could not be opened.</source>
        <translation>Diese Datei ließ sich nicht öffnen.</translation>
    </message>
    <message>
        <source>This file gives no times for its frames; type a frame number.</source>
        <translation>Diese Datei gibt keine Zeiten für ihre Frames an; tippen Sie eine Frame-Nummer.</translation>
    </message>
    <message>
        <source>This file has no constant frame rate; type a frame number or a time in seconds.</source>
        <translation>Diese Datei hat keine konstante Bildrate; geben Sie eine Frame-Nummer oder eine Zeit in Sekunden ein.</translation>
    </message>
    <message>
        <source>This file has no sound.</source>
        <translation>Diese Datei hat keinen Ton.</translation>
    </message>
    <message>
        <source>This file was left out. F5 analyses it anyway.</source>
        <translation>Diese Datei wurde ausgelassen. F5 analysiert sie trotzdem.</translation>
    </message>
    <message>
        <source>This folder holds an interrupted run: it continues where it stopped.</source>
        <translation>Dieser Ordner enthält einen unterbrochenen Lauf: Er macht dort weiter, wo er stehen blieb.</translation>
    </message>
    <message>
        <source>This frame is damaged: parts of it may come from other frames.</source>
        <translation>Dieser Frame ist beschädigt: Teile können aus anderen Frames stammen.</translation>
    </message>
    <message>
        <source>This run has finished.</source>
        <translation>Dieser Lauf ist beendet.</translation>
    </message>
    <message>
        <source>This run has no epochs to draw, and no results to report on.</source>
        <translation>Dieser Lauf hat keine Epochen zum Zeichnen und keine Ergebnisse für einen Bericht.</translation>
    </message>
    <message>
        <source>This run has no epochs to draw. Its figures are in the report.</source>
        <translation>Dieser Lauf hat keine Epochen zum Zeichnen. Seine Zahlen stehen im Bericht.</translation>
    </message>
    <message>
        <source>This run was interrupted.</source>
        <translation>Dieser Lauf wurde unterbrochen.</translation>
    </message>
    <message>
        <source>This view shows no picture; choose another view.</source>
        <translation>Diese Ansicht zeigt kein Bild; wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Time code</source>
        <translation>Timecode</translation>
    </message>
    <message>
        <source>Time code; go to a frame or time</source>
        <translation>Timecode; zu einem Frame oder einer Zeit gehen</translation>
    </message>
    <message>
        <source>Time codes drop frames at 29.97 and 59.94 frames/s only; use :.</source>
        <translation>Timecodes lassen nur bei 29,97 und 59,94 Frames/s Nummern aus; verwenden Sie :.</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Timeline...</source>
        <translation>Zeitleiste ...</translation>
    </message>
    <message>
        <source>Tippett plot</source>
        <translation>Tippett-Diagramm</translation>
    </message>
    <message>
        <source>Tippett plot, {unit}</source>
        <translation>Tippett-Diagramm, {unit}</translation>
    </message>
    <message>
        <source>To the first frame</source>
        <translation>Zum ersten Frame</translation>
    </message>
    <message>
        <source>To the last frame</source>
        <translation>Zum letzten Frame</translation>
    </message>
    <message>
        <source>Too few frames show the same face: {faces}, at least {needed} are needed for a verdict.</source>
        <translation>Zu wenige Frames zeigen dasselbe Gesicht: {faces}, für eine Bewertung sind mindestens {needed} nötig.</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>Track</translation>
    </message>
    <message>
        <source>Track scores are corrected for sharpness; frame scores are not, so the two can differ.</source>
        <translation>Scores von Tracks sind um die Schärfe korrigiert, Scores von Frames nicht; beide können sich daher unterscheiden.</translation>
    </message>
    <message>
        <source>Track {track} is the longest of {count} ({faces}); its score is the file's.</source>
        <translation>Track {track} ist der längste von {count} ({faces}); sein Score ist der der Datei.</translation>
    </message>
    <message>
        <source>Track {track} scored higher but was seen in only {frames} ({needed} required), so it was disregarded.</source>
        <translation>Track {track} hat einen höheren Score, wurde aber nur in {frames} gesehen ({needed} nötig) und blieb daher außer Betracht.</translation>
    </message>
    <message>
        <source>Tracks</source>
        <translation>Tracks</translation>
    </message>
    <message>
        <source>Trained on:</source>
        <translation>Trainiert mit:</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>Trainingsverlust</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Type a frame number such as 103, or a time such as 0:00:04.12, 4.12 or 00:00:04:03.</source>
        <translation>Geben Sie eine Frame-Nummer wie 103 ein oder eine Zeit wie 0:00:04.12, 4.12 oder 00:00:04:03.</translation>
    </message>
    <message>
        <source>Under the mouse</source>
        <translation>Unter der Maus</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Unsaved notes recovered: {}.</source>
        <translation>Nicht gespeicherte Notizen wiederhergestellt: {}.</translation>
    </message>
    <message>
        <source>Use a model package from a folder</source>
        <translation>Modellpaket aus einem Ordner benutzen</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell benutzen</translation>
    </message>
    <message>
        <source>Use this network</source>
        <translation>Dieses Netz benutzen</translation>
    </message>
    <message>
        <source>Validation AUC</source>
        <translation>Validierungs-AUC</translation>
    </message>
    <message>
        <source>Validation accuracy</source>
        <translation>Validierungsgenauigkeit</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>Validierungsverlust</translation>
    </message>
    <message>
        <source>Value with its 95 % interval, drawn on a scale from 0 to 1.</source>
        <translation>Wert mit seinem 95-%-Intervall, auf einer Skala von 0 bis 1 gezeichnet.</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>Video stream or picture that is read</source>
        <translation>Videostream oder Bild, das gelesen wird</translation>
    </message>
    <message>
        <source>Videos and pictures</source>
        <translation>Videos und Bilder</translation>
    </message>
    <message>
        <source>Videos and pictures to analyse</source>
        <translation>Videos und Bilder zum Analysieren</translation>
    </message>
    <message>
        <source>Videos and pictures to analyse (Ctrl+O)</source>
        <translation>Videos und Bilder zum Analysieren (Strg+O)</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>View in use...</source>
        <translation>Benutzte Ansicht ...</translation>
    </message>
    <message>
        <source>View {}</source>
        <translation>Ansicht {}</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Volume: {} %</source>
        <translation>Lautstärke: {} %</translation>
    </message>
    <message>
        <source>Waiting...</source>
        <translation>Wartet ...</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Was a face in this video replaced?</source>
        <translation>Wurde in diesem Video ein Gesicht ersetzt?</translation>
    </message>
    <message>
        <source>Was a face in this video replaced? Works offline and never writes to the evidence.</source>
        <translation>Wurde in diesem Video ein Gesicht ersetzt? Arbeitet offline und schreibt nie in ein Asservat.</translation>
    </message>
    <message>
        <source>Waveform and log-mel spectrogram</source>
        <translation>Wellenform und Log-Mel-Spektrogramm</translation>
    </message>
    <message>
        <source>Waveform and spectrogram</source>
        <translation>Wellenform und Spektrogramm</translation>
    </message>
    <message>
        <source>Weak support for the proposition that the face was not replaced.</source>
        <translation>Schwache Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>Weak support for the proposition that the face was replaced.</source>
        <translation>Schwache Stützung für die Annahme, dass das Gesicht ersetzt wurde.</translation>
    </message>
    <message>
        <source>What a hidden square or region shows</source>
        <translation>Was ein verdecktes Quadrat oder eine Region zeigt</translation>
    </message>
    <message>
        <source>What an answer means</source>
        <translation>Was eine Antwort bedeutet</translation>
    </message>
    <message>
        <source>What error levels can say in this video was not measured: the video library could not read H.264.</source>
        <translation>Was Fehlerniveaus in diesem Video sagen können, wurde nicht gemessen: Die Videobibliothek konnte H.264 nicht lesen.</translation>
    </message>
    <message>
        <source>What error levels can say in this video was not measured: the video library could not write H.264.</source>
        <translation>Was Fehlerniveaus in diesem Video sagen können, wurde nicht gemessen: Die Videobibliothek konnte H.264 nicht schreiben.</translation>
    </message>
    <message>
        <source>What error levels can show cannot be measured in a picture that is coded as {codec}.</source>
        <translation>Was Fehlerniveaus zeigen können, lässt sich in einem als {codec} kodierten Bild nicht messen.</translation>
    </message>
    <message>
        <source>What error levels can show here</source>
        <translation>Was Fehlerniveaus hier zeigen können</translation>
    </message>
    <message>
        <source>What error levels can show was not measured.</source>
        <translation>Was Fehlerniveaus zeigen können, wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>What it does not do</source>
        <translation>Was es nicht tut</translation>
    </message>
    <message>
        <source>What runs</source>
        <translation>Was läuft</translation>
    </message>
    <message>
        <source>What the curves show (Up, Down)</source>
        <translation>Was die Kurven zeigen (Auf, Ab)</translation>
    </message>
    <message>
        <source>What the experiments are and what their figures say (F1)</source>
        <translation>Was die Experimente sind und was ihre Zahlen sagen (F1)</translation>
    </message>
    <message>
        <source>What the run does now</source>
        <translation>Was der Lauf gerade tut</translation>
    </message>
    <message>
        <source>What the run says</source>
        <translation>Was der Lauf meldet</translation>
    </message>
    <message>
        <source>What the run says appears here.</source>
        <translation>Was der Lauf meldet, erscheint hier.</translation>
    </message>
    <message>
        <source>What this means</source>
        <translation>Was das bedeutet</translation>
    </message>
    <message>
        <source>What this program does</source>
        <translation>Was dieses Programm tut</translation>
    </message>
    <message>
        <source>What this view shows</source>
        <translation>Was diese Ansicht zeigt</translation>
    </message>
    <message>
        <source>What you see, where, and what it may mean.</source>
        <translation>Was Sie sehen, wo, und was es bedeuten kann.</translation>
    </message>
    <message>
        <source>Where none was found: drag a box over the face</source>
        <translation>Wo keines gefunden wurde: ziehen Sie einen Rahmen über das Gesicht</translation>
    </message>
    <message>
        <source>Which change is shown</source>
        <translation>Welche Änderung gezeigt wird</translation>
    </message>
    <message>
        <source>Which regions drive the score</source>
        <translation>Welche Regionen den Score bestimmen</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>Without its hash the file can have no notes; open it again.</source>
        <translation>Ohne ihren Hash kann die Datei keine Notizen haben; öffnen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Works offline and never writes to the evidence.</source>
        <translation>Arbeitet offline und schreibt nie in das Asservat.</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Write the report of this run and open it in the browser</source>
        <translation>Schreibt den Bericht dieses Laufs und öffnet ihn im Browser</translation>
    </message>
    <message>
        <source>Writing the report.</source>
        <translation>Der Bericht wird geschrieben.</translation>
    </message>
    <message>
        <source>You do not have permission to read {path}.</source>
        <translation>Sie haben keine Berechtigung, {path} zu lesen.</translation>
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
        <source>Zoom to the face</source>
        <translation>Auf das Gesicht zoomen</translation>
    </message>
    <message>
        <source>a network that scores faces</source>
        <translation>ein Netz, das Gesichtern einen Score gibt</translation>
    </message>
    <message>
        <source>a verdict was given for {share}</source>
        <translation>eine Bewertung gab es für {share}</translation>
    </message>
    <message>
        <source>a video in {codec} has {bits:.3f} bits per pixel or more (other codecs were not tested)</source>
        <translation>ein Video in {codec} hat mindestens {bits:.3f} Bit je Pixel (andere Codecs wurden nicht geprüft)</translation>
    </message>
    <message>
        <source>about {:.1f} h left</source>
        <translation>noch etwa {:.1f} h</translation>
    </message>
    <message>
        <source>about {} min left</source>
        <translation>noch etwa {} min</translation>
    </message>
    <message>
        <source>about {} s left</source>
        <translation>noch etwa {} s</translation>
    </message>
    <message>
        <source>against {}</source>
        <translation>gegen {}</translation>
    </message>
    <message>
        <source>all one class</source>
        <translation>alles eine Klasse</translation>
    </message>
    <message>
        <source>analysing</source>
        <translation>wird analysiert</translation>
    </message>
    <message>
        <source>analysing {}/{}</source>
        <translation>wird analysiert, {}/{}</translation>
    </message>
    <message>
        <source>arm</source>
        <translation>Arm</translation>
    </message>
    <message>
        <source>arms</source>
        <translation>Arme</translation>
    </message>
    <message>
        <source>background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>balanced accuracy</source>
        <translation>balancierte Genauigkeit</translation>
    </message>
    <message>
        <source>bits per pixel of a video</source>
        <translation>Bit je Pixel eines Videos</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>by manipulation: {shares}</source>
        <translation>nach Manipulation: {shares}</translation>
    </message>
    <message>
        <source>calibration error</source>
        <translation>Kalibrierungsfehler</translation>
    </message>
    <message>
        <source>calibration error {value:.2f} [{low:.2f}, {high:.2f}]</source>
        <translation>Kalibrierfehler {value:.2f} [{low:.2f}, {high:.2f}]</translation>
    </message>
    <message>
        <source>can clearly show</source>
        <translation>deutlich</translation>
    </message>
    <message>
        <source>can hardly show</source>
        <translation>kaum</translation>
    </message>
    <message>
        <source>can show, but only weakly,</source>
        <translation>nur schwach</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>geschlossen</translation>
    </message>
    <message>
        <source>codec</source>
        <translation>Codec</translation>
    </message>
    <message>
        <source>colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>container</source>
        <translation>Container</translation>
    </message>
    <message>
        <source>conversion</source>
        <translation>Umwandlung</translation>
    </message>
    <message>
        <source>dB of full scale</source>
        <translation>dB Vollaussteuerung</translation>
    </message>
    <message>
        <source>data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>decoding</source>
        <translation>Decodieren</translation>
    </message>
    <message>
        <source>duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>faces a track needs</source>
        <translation>nötige Gesichter je Track</translation>
    </message>
    <message>
        <source>failed: {}</source>
        <translation>fehlgeschlagen: {}</translation>
    </message>
    <message>
        <source>fake</source>
        <translation>gefälscht</translation>
    </message>
    <message>
        <source>fake {}</source>
        <translation>gefälscht {}</translation>
    </message>
    <message>
        <source>file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>Anpassungen</translation>
    </message>
    <message>
        <source>frame rate</source>
        <translation>Bildrate</translation>
    </message>
    <message>
        <source>frame {}</source>
        <translation>Frame {}</translation>
    </message>
    <message>
        <source>frame {} ({})</source>
        <translation>Frame {} ({})</translation>
    </message>
    <message>
        <source>frame {} of {}</source>
        <translation>Frame {} von {}</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>Frames</translation>
    </message>
    <message>
        <source>full</source>
        <translation>voller</translation>
    </message>
    <message>
        <source>go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>grey level</source>
        <translation>Graustufe</translation>
    </message>
    <message>
        <source>grey levels</source>
        <translation>Graustufen</translation>
    </message>
    <message>
        <source>guessing</source>
        <translation>Raten</translation>
    </message>
    <message>
        <source>hashing</source>
        <translation>Hash</translation>
    </message>
    <message>
        <source>heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>highest</source>
        <translation>höchster</translation>
    </message>
    <message>
        <source>in all</source>
        <translation>insgesamt</translation>
    </message>
    <message>
        <source>in frame {frame}</source>
        <translation>in Frame {frame}</translation>
    </message>
    <message>
        <source>in parts: {shares}</source>
        <translation>in Teilen: {shares}</translation>
    </message>
    <message>
        <source>in the frames that were looked at</source>
        <translation>in den untersuchten Frames</translation>
    </message>
    <message>
        <source>inconclusive</source>
        <translation>nicht entscheidbar</translation>
    </message>
    <message>
        <source>input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>its sharpness (variance of the Laplacian) is {sharpness:.1f} or more</source>
        <translation>seine Schärfe (Varianz des Laplace-Filters) beträgt mindestens {sharpness:.1f}</translation>
    </message>
    <message>
        <source>left out: {}</source>
        <translation>ausgelassen: {}</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>likelihood ratio</source>
        <translation>Likelihood-Quotient</translation>
    </message>
    <message>
        <source>likelihood ratio from 1/{least} to {most}</source>
        <translation>Likelihood-Quotient von 1/{least} bis {most}</translation>
    </message>
    <message>
        <source>limited</source>
        <translation>begrenzter</translation>
    </message>
    <message>
        <source>log-loss</source>
        <translation>Log-Loss</translation>
    </message>
    <message>
        <source>log10 LR</source>
        <translation>log10 LR</translation>
    </message>
    <message>
        <source>log10 of the likelihood ratio, from {0:+.2f} (real) to {1:+.2f} (fake).</source>
        <translation>log10 des Likelihood-Quotienten, von {0:+.2f} (echt) bis {1:+.2f} (gefälscht).</translation>
    </message>
    <message>
        <source>log10 {0:+.2f}</source>
        <translation>log10 {0:+.2f}</translation>
    </message>
    <message>
        <source>lowest</source>
        <translation>niedrigster</translation>
    </message>
    <message>
        <source>luma</source>
        <translation>Luma</translation>
    </message>
    <message>
        <source>manual</source>
        <translation>von Hand</translation>
    </message>
    <message>
        <source>mean {:.2f} (95 %: {:.2f}–{:.2f})</source>
        <translation>Mittel {:.2f} (95 %: {:.2f}–{:.2f})</translation>
    </message>
    <message>
        <source>measuring error levels</source>
        <translation>Fehlerniveaus werden gemessen</translation>
    </message>
    <message>
        <source>mirrored</source>
        <translation>gespiegelt</translation>
    </message>
    <message>
        <source>model card</source>
        <translation>Modellkarte</translation>
    </message>
    <message>
        <source>moderate</source>
        <translation>mäßig</translation>
    </message>
    <message>
        <source>moderately strong</source>
        <translation>mäßig stark</translation>
    </message>
    <message>
        <source>modified</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>needs</source>
        <translation>braucht</translation>
    </message>
    <message>
        <source>network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>no face</source>
        <translation>kein Gesicht</translation>
    </message>
    <message>
        <source>no file got a verdict, so how often a verdict is wrong was not measured</source>
        <translation>keine Datei bekam eine Bewertung; wie oft eine Bewertung falsch ist, wurde also nicht gemessen</translation>
    </message>
    <message>
        <source>not declared</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>not given</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>not given by the file</source>
        <translation>von der Datei nicht angegeben</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch nicht bekannt</translation>
    </message>
    <message>
        <source>not replaced than if it was</source>
        <translation>nicht ersetzt wurde, als wenn es ersetzt wurde</translation>
    </message>
    <message>
        <source>not started yet</source>
        <translation>noch nicht gestartet</translation>
    </message>
    <message>
        <source>not tested</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>wird geöffnet</translation>
    </message>
    <message>
        <source>or</source>
        <translation>oder</translation>
    </message>
    <message>
        <source>outside</source>
        <translation>außerhalb</translation>
    </message>
    <message>
        <source>path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>pixel aspect ratio</source>
        <translation>Pixel-Seitenverhältnis</translation>
    </message>
    <message>
        <source>presence</source>
        <translation>Präsenz</translation>
    </message>
    <message>
        <source>prior</source>
        <translation>A-priori-Wert</translation>
    </message>
    <message>
        <source>proportion given a verdict</source>
        <translation>Anteil mit Bewertung</translation>
    </message>
    <message>
        <source>reading the sound</source>
        <translation>Ton wird gelesen</translation>
    </message>
    <message>
        <source>real</source>
        <translation>echt</translation>
    </message>
    <message>
        <source>real called fake</source>
        <translation>Echtes als Fälschung</translation>
    </message>
    <message>
        <source>real {}</source>
        <translation>echt {}</translation>
    </message>
    <message>
        <source>red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>region along the track</source>
        <translation>Region entlang des Tracks</translation>
    </message>
    <message>
        <source>reliability, {unit}</source>
        <translation>Zuverlässigkeit, {unit}</translation>
    </message>
    <message>
        <source>replaced than if it was not</source>
        <translation>ersetzt wurde, als wenn es nicht ersetzt wurde</translation>
    </message>
    <message>
        <source>reproduces</source>
        <translation>reproduziert</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>score of the most suspicious track; likelihood ratio from 10^{low:g} to 10^{high:g}</source>
        <translation>Score des verdächtigsten Tracks; Likelihood-Quotient von 10^{low:g} bis 10^{high:g}</translation>
    </message>
    <message>
        <source>score: share of fakes; {steps}</source>
        <translation>Score: Anteil der gefälschten; {steps}</translation>
    </message>
    <message>
        <source>searching the folder</source>
        <translation>Ordner wird durchsucht</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>share of fakes observed</source>
        <translation>beobachteter Anteil der gefälschten</translation>
    </message>
    <message>
        <source>sharpness</source>
        <translation>Schärfe</translation>
    </message>
    <message>
        <source>side of the cut, pixels</source>
        <translation>Seite des Ausschnitts, Pixel</translation>
    </message>
    <message>
        <source>single faces</source>
        <translation>einzelne Gesichter</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>split</source>
        <translation>Aufteilung</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>still</source>
        <translation>Standbild</translation>
    </message>
    <message>
        <source>stored as</source>
        <translation>gespeichert als</translation>
    </message>
    <message>
        <source>stream {number}</source>
        <translation>Stream {number}</translation>
    </message>
    <message>
        <source>strong</source>
        <translation>stark</translation>
    </message>
    <message>
        <source>the check that tells faces from patterns</source>
        <translation>die Prüfung, die Gesichter von Mustern unterscheidet</translation>
    </message>
    <message>
        <source>the cut face has {side:.0f} pixels or more a side</source>
        <translation>der Gesichtsausschnitt hat mindestens {side:.0f} Pixel Seitenlänge</translation>
    </message>
    <message>
        <source>track {}</source>
        <translation>Track {}</translation>
    </message>
    <message>
        <source>track {}: no face</source>
        <translation>Track {}: kein Gesicht</translation>
    </message>
    <message>
        <source>track {}: {:.2f}</source>
        <translation>Track {}: {:.2f}</translation>
    </message>
    <message>
        <source>tracks</source>
        <translation>Tracks</translation>
    </message>
    <message>
        <source>turned</source>
        <translation>gedreht</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>weak</source>
        <translation>schwach</translation>
    </message>
    <message>
        <source>{0:.0f} % of the real ones have a ratio of 2 or more, {1:.0f} % of the fakes one below 1/2. Lines: where a verdict begins.</source>
        <translation>{0:.0f} % der echten haben einen Quotienten von 2 oder mehr, {1:.0f} % der gefälschten einen unter 1/2. Linien: wo eine Bewertung beginnt.</translation>
    </message>
    <message>
        <source>{0} x {0} pixels, {1}</source>
        <translation>{0} x {0} Pixel, {1}</translation>
    </message>
    <message>
        <source>{0}: film</source>
        <translation>{0}: Film</translation>
    </message>
    <message>
        <source>{0}: size not known</source>
        <translation>{0}: Größe nicht bekannt</translation>
    </message>
    <message>
        <source>{0}: {1} x {2} pixels</source>
        <translation>{0}: {1} x {2} Pixel</translation>
    </message>
    <message>
        <source>{:+.4f} better</source>
        <translation>{:+.4f} besser</translation>
    </message>
    <message>
        <source>{:+.4f} no better</source>
        <translation>{:+.4f} nicht besser</translation>
    </message>
    <message>
        <source>{:.2f} s</source>
        <translation>{:.2f} s</translation>
    </message>
    <message>
        <source>{:.2f} s (stages overlap)</source>
        <translation>{:.2f} s (die Schritte überlappen sich)</translation>
    </message>
    <message>
        <source>{:.6f} s</source>
        <translation>{:.6f} s</translation>
    </message>
    <message>
        <source>{:g} or more, chosen on {}</source>
        <translation>{:g} oder mehr, gewählt auf {}</translation>
    </message>
    <message>
        <source>{count} ({declared} declared)</source>
        <translation>{count} ({declared} angegeben)</translation>
    </message>
    <message numerus="yes">
        <source>{count} of {n} real file called fake: {share}|{count} of {n} real files called fake: {share}</source>
        <translation>
            <numerusform>{count} von {n} echten Datei als Fälschung bezeichnet: {share}</numerusform>
            <numerusform>{count} von {n} echten Dateien als Fälschung bezeichnet: {share}</numerusform>
        </translation>
    </message>
    <message>
        <source>{degrees} degrees clockwise</source>
        <translation>{degrees} Grad im Uhrzeigersinn</translation>
    </message>
    <message>
        <source>{degrees} degrees clockwise, mirrored</source>
        <translation>{degrees} Grad im Uhrzeigersinn, gespiegelt</translation>
    </message>
    <message>
        <source>{duration:.3f} s</source>
        <translation>{duration:.3f} s</translation>
    </message>
    <message>
        <source>{factor} or more: {real:.0f} % of the real, {fake:.0f} % of the fake</source>
        <translation>{factor} oder mehr: {real:.0f} % der echten, {fake:.0f} % der gefälschten</translation>
    </message>
    <message>
        <source>{folder} is no corpus: {error}; make one with tests/corpus.py.</source>
        <translation>{folder} ist kein Korpus: {error}; mit tests/corpus.py lässt sich einer herstellen.</translation>
    </message>
    <message>
        <source>{frames} examined, {faces} with a face.</source>
        <translation>{frames} untersucht, {faces} mit einem Gesicht.</translation>
    </message>
    <message>
        <source>{frames} or more of a video show the same face</source>
        <translation>{frames} oder mehr eines Videos zeigen dasselbe Gesicht</translation>
    </message>
    <message>
        <source>{least:g} or more</source>
        <translation>{least:g} oder mehr</translation>
    </message>
    <message>
        <source>{least:g} or more in {codec}</source>
        <translation>{least:g} oder mehr in {codec}</translation>
    </message>
    <message>
        <source>{lost} of {count} frames could not be decoded, the first of them frame {first}.</source>
        <translation>{lost} von {count} Frames ließen sich nicht decodieren, der erste davon ist Frame {first}.</translation>
    </message>
    <message>
        <source>{matrix}{matrix_assumed}, full range{range_assumed}</source>
        <translation>{matrix}{matrix_assumed}, voller Wertebereich{range_assumed}</translation>
    </message>
    <message>
        <source>{matrix}{matrix_assumed}, limited range{range_assumed}</source>
        <translation>{matrix}{matrix_assumed}, begrenzter Wertebereich{range_assumed}</translation>
    </message>
    <message numerus="yes">
        <source>{n} box was left out because it holds no face.|{n} boxes were left out because they hold no face.</source>
        <translation>
            <numerusform>{n} Rahmen wurde ausgelassen, weil er kein Gesicht enthält.</numerusform>
            <numerusform>{n} Rahmen wurden ausgelassen, weil sie kein Gesicht enthalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} box|{n} boxes</source>
        <translation>
            <numerusform>{n} Rahmen</numerusform>
            <numerusform>{n} Rahmen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} face|{n} faces</source>
        <translation>
            <numerusform>{n} Gesicht</numerusform>
            <numerusform>{n} Gesichter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} frame before the first key frame needs what was recorded before the file begins, and is not counted.|{n} frames before the first key frame need what was recorded before the file begins, and are not counted.</source>
        <translation>
            <numerusform>{n} Bild vor dem ersten Keyframe braucht, was vor dem Anfang der Datei aufgenommen wurde, und wird nicht gezählt.</numerusform>
            <numerusform>{n} Bilder vor dem ersten Keyframe brauchen, was vor dem Anfang der Datei aufgenommen wurde, und werden nicht gezählt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} frame has a time stamp that does not fit between its neighbours': frame {first}, {time:.3f} s. It is placed by its position in the file.|{n} frames have time stamps that do not fit between their neighbours', the first of them frame {first}, {time:.3f} s. They are placed by their position in the file.</source>
        <translation>
            <numerusform>{n} Bild hat einen Zeitstempel, der nicht zwischen die seiner Nachbarn passt: Bild {first}, {time:.3f} s. Es steht dort, wo es in der Datei steht.</numerusform>
            <numerusform>{n} Bilder haben Zeitstempel, die nicht zwischen die ihrer Nachbarn passen, das erste davon Bild {first}, {time:.3f} s. Sie stehen dort, wo sie in der Datei stehen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} frame has no time stamp, frame {first}; its time is filled in from its neighbours.|{n} frames have no time stamp, the first of them frame {first}; their times are filled in from their neighbours.</source>
        <translation>
            <numerusform>{n} Bild hat keinen Zeitstempel, Bild {first}; seine Zeit ist aus denen seiner Nachbarn ergänzt.</numerusform>
            <numerusform>{n} Bilder haben keinen Zeitstempel, das erste davon Bild {first}; ihre Zeiten sind aus denen ihrer Nachbarn ergänzt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} frame repeats the time stamp of the frame before it: frame {first}, {time:.3f} s.|{n} frames repeat the time stamp of the frame before them, the first of them frame {first}, {time:.3f} s.</source>
        <translation>
            <numerusform>{n} Bild wiederholt den Zeitstempel des Bildes davor: Bild {first}, {time:.3f} s.</numerusform>
            <numerusform>{n} Bilder wiederholen den Zeitstempel des Bildes davor, das erste davon Bild {first}, {time:.3f} s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} frame|{n} frames</source>
        <translation>
            <numerusform>{n} Frame</numerusform>
            <numerusform>{n} Frames</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} of {count} frames shows no picture of its own, frame {first}.|{n} of {count} frames show no picture of their own, the first of them frame {first}.</source>
        <translation>
            <numerusform>{n} von {count} Bildern zeigt nichts Eigenes, Bild {first}.</numerusform>
            <numerusform>{n} von {count} Bildern zeigen nichts Eigenes, das erste davon Bild {first}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} track was left out because it holds no face.|{n} tracks were left out because they hold no face.</source>
        <translation>
            <numerusform>{n} Track wurde ausgelassen, weil er kein Gesicht enthält.</numerusform>
            <numerusform>{n} Tracks wurden ausgelassen, weil sie kein Gesicht enthalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} track|{n} tracks</source>
        <translation>
            <numerusform>{n} Track</numerusform>
            <numerusform>{n} Tracks</numerusform>
        </translation>
    </message>
    <message>
        <source>{packets} packets before the first key frame cannot be decoded and are not counted.</source>
        <translation>{packets} Pakete vor dem ersten Keyframe lassen sich nicht decodieren und zählen nicht mit.</translation>
    </message>
    <message>
        <source>{path} cannot be opened ({error}); check its name.</source>
        <translation>{path} lässt sich nicht öffnen ({error}); prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason}); check its name and permissions.</source>
        <translation>{path} lässt sich nicht lesen ({reason}); prüfen Sie Namen und Rechte.</translation>
    </message>
    <message>
        <source>{path} cannot be read as a video or a still picture; it may be damaged or of another kind.</source>
        <translation>{path} lässt sich weder als Video noch als Standbild lesen; die Datei kann beschädigt oder von anderer Art sein.</translation>
    </message>
    <message>
        <source>{path} cannot be read to its end ({strerror}); check the disk it is on.</source>
        <translation>{path} lässt sich nicht zu Ende lesen ({strerror}); prüfen Sie den Datenträger.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({strerror}); choose another place.</source>
        <translation>{path} lässt sich nicht schreiben ({strerror}); wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>{path} changed after it was opened; nothing was exported, so analyse a copy that nothing writes to.</source>
        <translation>{path} hat sich seit dem Öffnen geändert; nichts wurde exportiert. Untersuchen Sie eine Kopie, in die nichts schreibt.</translation>
    </message>
    <message>
        <source>{path} changed while it was read; analyse a copy that nothing writes to.</source>
        <translation>{path} hat sich beim Lesen geändert; analysieren Sie eine Kopie, in die nichts schreibt.</translation>
    </message>
    <message>
        <source>{path} changed while it was read; no result was made, so analyse a copy that nothing writes to.</source>
        <translation>{path} hat sich beim Lesen geändert; es gibt kein Ergebnis, analysieren Sie also eine Kopie, in die nichts schreibt.</translation>
    </message>
    <message>
        <source>{path} disappeared while it was read; no result was made.</source>
        <translation>{path} verschwand beim Lesen; es gibt kein Ergebnis.</translation>
    </message>
    <message>
        <source>{path} has no key frame in its video stream, so none of its pictures can be decoded.</source>
        <translation>{path} hat keinen Keyframe in seinem Videostream, sodass sich keines seiner Bilder decodieren lässt.</translation>
    </message>
    <message>
        <source>{path} has no picture {picture}; choose one of these: {pictures}.</source>
        <translation>{path} hat kein Bild {picture}; wählen Sie eines von diesen: {pictures}.</translation>
    </message>
    <message>
        <source>{path} has no video stream {stream}; choose one of these: {streams}.</source>
        <translation>{path} hat keinen Videostream {stream}; wählen Sie einen von diesen: {streams}.</translation>
    </message>
    <message>
        <source>{path} holds a video stream, but none of its pictures can be decoded.</source>
        <translation>{path} enthält einen Videostream, aber keines seiner Bilder lässt sich decodieren.</translation>
    </message>
    <message>
        <source>{path} holds an encrypted video stream; its pictures cannot be read without the key, so ask for a copy without encryption.</source>
        <translation>{path} enthält einen verschlüsselten Videostream; seine Bilder lassen sich ohne den Schlüssel nicht lesen, bitten Sie daher um eine unverschlüsselte Kopie.</translation>
    </message>
    <message>
        <source>{path} holds no video stream (for example only sound).</source>
        <translation>{path} enthält keinen Videostream (zum Beispiel nur Ton).</translation>
    </message>
    <message>
        <source>{path} is a JPEG that is coded without loss; this program does not read it, so convert it with a tool that does.</source>
        <translation>{path} ist ein verlustfrei kodiertes JPEG; dieses Programm liest es nicht, wandeln Sie es daher mit einem Werkzeug um, das es liest.</translation>
    </message>
    <message>
        <source>{path} is a JPEG with {bits} bits per value; this program reads those with 8, so convert it with a tool that reads it.</source>
        <translation>{path} ist ein JPEG mit {bits} Bit pro Wert; dieses Programm liest solche mit 8, wandeln Sie es daher mit einem Werkzeug um, das es liest.</translation>
    </message>
    <message>
        <source>{path} is a folder; give one of its files.</source>
        <translation>{path} ist ein Ordner; nennen Sie eine Datei daraus.</translation>
    </message>
    <message>
        <source>{path} is a folder; give the name of a file.</source>
        <translation>{path} ist ein Ordner; nennen Sie eine Datei.</translation>
    </message>
    <message>
        <source>{path} is coded in a way that this program cannot decode.</source>
        <translation>{path} ist so codiert, dass dieses Programm es nicht decodieren kann.</translation>
    </message>
    <message>
        <source>{path} is empty.</source>
        <translation>{path} ist leer.</translation>
    </message>
    <message>
        <source>{path} is neither a file nor a folder; give a video, a still picture or a folder of them.</source>
        <translation>{path} ist weder Datei noch Ordner; nennen Sie ein Video, ein Standbild oder einen Ordner davon.</translation>
    </message>
    <message>
        <source>{path} is not a picture that can be read; it may be damaged or too large.</source>
        <translation>{path} ist kein lesbares Bild; die Datei kann beschädigt oder zu groß sein.</translation>
    </message>
    <message>
        <source>{path} is not a regular file; copy what it gives into one first.</source>
        <translation>{path} ist keine gewöhnliche Datei; kopieren Sie den Inhalt erst in eine.</translation>
    </message>
    <message>
        <source>{path} opens, but none of the frames that were asked for can be decoded.</source>
        <translation>{path} lässt sich öffnen, aber keiner der verlangten Frames lässt sich decodieren.</translation>
    </message>
    <message>
        <source>{rate:.3f} frames/s</source>
        <translation>{rate:.3f} Frames/s</translation>
    </message>
    <message>
        <source>{rate}, variable</source>
        <translation>{rate}, schwankend</translation>
    </message>
    <message>
        <source>{real:,} real and {fake:,} fake of {set}; likelihood ratio from 10^{low:g} to 10^{high:g}{sharpness}</source>
        <translation>{real:,} echte und {fake:,} gefälschte von {set}; Likelihood-Quotient von 10^{low:g} bis 10^{high:g}{sharpness}</translation>
    </message>
    <message>
        <source>{real:,} real, {fake:,} fake</source>
        <translation>{real:,} echte, {fake:,} gefälschte</translation>
    </message>
    <message>
        <source>{share} of the real files were called fake</source>
        <translation>{share} der echten Dateien wurden als Fälschung bezeichnet</translation>
    </message>
    <message>
        <source>{share} score on the wrong side of 0.5</source>
        <translation>{share} liegen auf der falschen Seite von 0.5</translation>
    </message>
    <message>
        <source>{steps:,}, from {weights} weights, seed {seed}</source>
        <translation>{steps:,}, ab Gewichten: {weights}, Startwert {seed}</translation>
    </message>
    <message>
        <source>{tracks} and {boxes} of other tracks were left out because they hold no face.</source>
        <translation>{tracks} und {boxes} anderer Tracks wurden ausgelassen, weil sie kein Gesicht enthalten.</translation>
    </message>
    <message>
        <source>{whose} was found {where}{why}; choose another frame, or take the whole picture as the face with --faces whole.</source>
        <translation>{whose} wurde {where} gefunden{why}; wählen Sie einen anderen Frame, oder nehmen Sie mit --faces whole das ganze Bild als Gesicht.</translation>
    </message>
    <message>
        <source>{width} x {height} pixels</source>
        <translation>{width} x {height} Pixel</translation>
    </message>
    <message>
        <source>{width} x {height}, {format}</source>
        <translation>{width} x {height}, {format}</translation>
    </message>
    <message>
        <source>{}
By default {}</source>
        <translation>{}
Standard: {}</translation>
    </message>
    <message>
        <source>{}
refused</source>
        <translation>{}
abgelehnt</translation>
    </message>
    <message>
        <source>{}
version {}, check of faces</source>
        <translation>{}
Version {}, Gesichtsprüfung</translation>
    </message>
    <message>
        <source>{}
version {}{}</source>
        <translation>{}
Version {}{}</translation>
    </message>
    <message>
        <source>{}   no face</source>
        <translation>{}   kein Gesicht</translation>
    </message>
    <message>
        <source>{} (Space)</source>
        <translation>{} (Leertaste)</translation>
    </message>
    <message>
        <source>{} (smoke run)</source>
        <translation>{} (Probelauf)</translation>
    </message>
    <message>
        <source>{} Another process takes its place.</source>
        <translation>{} Ein anderer Prozess übernimmt.</translation>
    </message>
    <message>
        <source>{} and {} more</source>
        <translation>{} und {} weitere</translation>
    </message>
    <message>
        <source>{} at each fit's best epoch, mean over the fits so far</source>
        <translation>{} in der besten Epoche jeder Anpassung, Mittel über die bisherigen Anpassungen</translation>
    </message>
    <message>
        <source>{} channels</source>
        <translation>{} Kanäle</translation>
    </message>
    <message>
        <source>{} files</source>
        <translation>{} Dateien</translation>
    </message>
    <message>
        <source>{} files were written to {}.</source>
        <translation>{} Dateien wurden nach {} geschrieben.</translation>
    </message>
    <message>
        <source>{} holds neither a report nor the results of a run; choose the folder of a run.</source>
        <translation>{} enthält weder einen Bericht noch die Ergebnisse eines Laufs; wählen Sie den Ordner eines Laufs.</translation>
    </message>
    <message>
        <source>{} more</source>
        <translation>{} weitere</translation>
    </message>
    <message>
        <source>{} support: {}</source>
        <translation>stützt {}: {}</translation>
    </message>
    <message>
        <source>{}, by default {}</source>
        <translation>{}, Standard: {}</translation>
    </message>
    <message>
        <source>{}, slider</source>
        <translation>{}, Regler</translation>
    </message>
    <message>
        <source>{}, version {}</source>
        <translation>{}, Version {}</translation>
    </message>
    <message>
        <source>{}, {:.0f} s left</source>
        <translation>{}, noch {:.0f} s</translation>
    </message>
    <message>
        <source>{}, {} Hz, {}, starts at {:.3f} s, lasts {:.3f} s</source>
        <translation>{}, {} Hz, {}, beginnt bei {:.3f} s, dauert {:.3f} s</translation>
    </message>
    <message>
        <source>{}, {} files seen</source>
        <translation>{}, {} Dateien gesehen</translation>
    </message>
    <message>
        <source>{}: n = {} in {} groups</source>
        <translation>{}: n = {} in {} Gruppen</translation>
    </message>
    <message>
        <source>{}: real {:.2f}, fake {:.2f}</source>
        <translation>{}: echt {:.2f}, gefälscht {:.2f}</translation>
    </message>
    <message>
        <source>{}: {} after {} epochs</source>
        <translation>{}: {} nach {} Epochen</translation>
    </message>
    <message>
        <source>{}; input {} x {} pixels, crop = face box x {:g}</source>
        <translation>{}; Eingabe {} x {} Pixel, Ausschnitt = Gesichtsrahmen x {:g}</translation>
    </message>
</context>
<context>
    <name>cards</name>
    <message>
        <source>Apache-2.0 (MediaPipe, Google). licences/face-check.md names the evidence, licences/Apache-2.0.txt is the text.</source>
        <translation>Apache-2.0 (MediaPipe, Google). licences/face-check.md nennt die Belege, licences/Apache-2.0.txt ist der Text.</translation>
    </message>
    <message>
        <source>DFDC test crops</source>
        <translation>DFDC-Testausschnitte</translation>
    </message>
    <message>
        <source>DFDC test crops, changed (robustness)</source>
        <translation>DFDC-Testausschnitte, verändert (robustness)</translation>
    </message>
    <message>
        <source>DFDC validation crops</source>
        <translation>DFDC-Validierungsausschnitte</translation>
    </message>
    <message>
        <source>DFDC validation crops (calibrated on)</source>
        <translation>DFDC-Validierungsausschnitte (darauf kalibriert)</translation>
    </message>
    <message>
        <source>FaceForensics++ test pairs</source>
        <translation>FaceForensics++-Testpaare</translation>
    </message>
    <message>
        <source>FaceForensics++ test pairs, first ten seconds, changed (robustness)</source>
        <translation>FaceForensics++-Testpaare, die ersten zehn Sekunden, verändert (robustness)</translation>
    </message>
    <message>
        <source>FaceForensics++ train clips and people speaking, the other half</source>
        <translation>FaceForensics++-Trainingsclips und sprechende Personen, die andere Hälfte</translation>
    </message>
    <message>
        <source>FaceForensics++ train pairs, never trained on, by folds (calibrated on)</source>
        <translation>FaceForensics++-Trainingspaare, nie darauf trainiert, in Folds (darauf kalibriert)</translation>
    </message>
    <message>
        <source>FaceForensics++ train pairs, never trained on, main tracks</source>
        <translation>FaceForensics++-Trainingspaare, nie darauf trainiert, Haupttracks</translation>
    </message>
    <message>
        <source>For research and evaluation only: trained on the DeepFake Detection Challenge data set and FaceForensics++, whose terms apply to these weights. Train a replacement from data you hold a licence for with the same commands.</source>
        <translation>Nur für Forschung und Bewertung: trainiert auf dem Datensatz der DeepFake Detection Challenge und FaceForensics++, deren Bedingungen für diese Gewichte gelten. Trainieren Sie mit denselben Befehlen einen Ersatz aus Daten, für die Sie eine Lizenz haben.</translation>
    </message>
    <message>
        <source>faces made from nothing (GAN or diffusion portraits), and manipulations other than replaced or re-enacted faces</source>
        <translation>aus dem Nichts erzeugte Gesichter (GAN- oder Diffusionsporträts) und andere Manipulationen als ersetzte oder nachgestellte Gesichter</translation>
    </message>
    <message>
        <source>faces that are smaller, more blurred or harder compressed than `domain` says</source>
        <translation>Gesichter, die kleiner, unschärfer oder stärker komprimiert sind, als der Prüfbereich sagt</translation>
    </message>
    <message>
        <source>masks and full profiles: none was among the labelled faces</source>
        <translation>Masken und reine Profile: Unter den beschrifteten Gesichtern war keines davon</translation>
    </message>
    <message>
        <source>people, cameras and methods unlike those of the data sets: no figure here says how it does there</source>
        <translation>Personen, Kameras und Verfahren, die denen der Datensätze nicht gleichen: Keine Zahl hier sagt, wie es dort abschneidet</translation>
    </message>
    <message>
        <source>proof: a likelihood ratio is one piece of evidence beside others</source>
        <translation>Beweise: Ein Likelihood-Quotient ist ein Beweismittel neben anderen</translation>
    </message>
    <message>
        <source>telling a real face from a fake one: a fake holds a face as well</source>
        <translation>das Unterscheiden echter und gefälschter Gesichter: Auch eine Fälschung enthält ein Gesicht</translation>
    </message>
    <message>
        <source>telling who somebody is, or life-critical decisions: the model card puts both outside its intended use</source>
        <translation>das Feststellen einer Identität oder lebenswichtige Entscheidungen: Die Modellkarte schließt beides aus</translation>
    </message>
</context>
</TS>
