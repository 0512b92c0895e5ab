"""What imprint, privacy page and accessibility statement say until somebody writes them: what must be filled in.

German and English beside each other, because they are texts of the house and not sentences of the program.
"""

IMPRINT_DE = """\
## Anbieter

*Bitte eintragen (§ 5 DDG, § 18 MStV):* Name der Kommune, Anschrift, gesetzliche Vertretung
(Oberbürgermeister\\*in oder
Bürgermeister\\*in), Telefon, E-Mail, Umsatzsteuer-Identifikationsnummer, falls vorhanden.

## Fachlich zuständig

*Bitte eintragen:* Amt oder Stabsstelle, Ansprechperson, Telefon, E-Mail.

## Aufsicht

*Bitte eintragen:* zuständige Aufsichtsbehörde.

## Datenquellen und Lizenz

Quelle, Stand und Lizenz der gezeigten Zahlen stehen am Fuß jeder Seite.
"""
IMPRINT_EN = """\
## Provider

*To be filled in (section 5 DDG, section 18 MStV):* name of the municipality, address, legal representative,
telephone,
e-mail, VAT number if there is one.

## Department in charge

*To be filled in:* office, contact person, telephone, e-mail.

## Supervision

*To be filled in:* supervisory authority.

## Data sources and licence

Source, date and licence of the figures stand at the foot of every page.
"""
PRIVACY_DE = """\
## Verantwortlich

*Bitte eintragen:* Name und Anschrift der Kommune; Kontakt der oder des behördlichen Datenschutzbeauftragten.

## Was diese Seiten verarbeiten

- **Besuch ohne Anmeldung:** Ein technisches Cookie schützt Formulare vor Missbrauch (`csrftoken`, ein Jahr). Wählen Sie
  eine Sprache, wird das in einem zweiten gemerkt (`nahraum_language`, ein Jahr). Beide erkennen niemanden wieder.
- **Keine Dritten:** Schriften, Skripte und Karten kommen von diesem Rechner. Der Browser darf nichts von
  anderen laden.
- **Betriebsprotokoll:** Das Programm schreibt Zeitpunkt, aufgerufene Seite, Ergebnis und Dauer auf, aber weder
  IP-Adresse noch Browser.
  *Bitte prüfen:* Ein vorgeschalteter Webserver kann mehr aufzeichnen; tragen Sie hier ein, was er wie lange
  speichert.
- **Anmeldung von Beschäftigten und Partnern:** Name, dienstliche E-Mail-Adresse, Rollen, Zeitpunkte der An-
  und Abmeldung; wer was
  geändert hat, steht in einem Protokoll mit begrenzter Aufbewahrung. Ihre eigenen Einträge können Sie unter
  „Mein Konto“ lesen.

## Rechtsgrundlage und Rechte

*Bitte eintragen:* Rechtsgrundlage (etwa Art. 6 Abs. 1 Buchst. e DSGVO mit Landesrecht), Aufbewahrungsfristen,
zuständige
Aufsichtsbehörde. Betroffene haben das Recht auf Auskunft, Berichtigung, Löschung, Einschränkung, Widerspruch
und Beschwerde.

## Gezeigte Zahlen

Gezeigt werden nur zusammengefasste Zahlen über Gebiete. Kleine Anzahlen sind geschützt.
"""
PRIVACY_EN = """\
## Controller

*To be filled in:* name and address of the municipality; contact of its data protection officer.

## What these pages process

- **Visits without signing in:** a technical cookie protects forms against misuse (`csrftoken`, one year). If you choose
  a language, a second one remembers it (`nahraum_language`, one year). Neither of them recognises anybody.
- **No third parties:** fonts, scripts and maps come from this computer. The browser may load nothing from others.
- **Operational log:** the program notes time, page, result and duration, but neither IP address nor browser.
  *To be checked:* a web server in front may record more; say here what it stores and for how long.
- **Sign-in of staff and partners:** name, e-mail address at work, roles, times of signing in and out; who
  changed what
  stands in a log that is kept for a limited time. You can read your own entries under your account.

## Legal basis and rights

*To be filled in:* legal basis (for instance Art. 6(1)(e) GDPR with state law), retention periods, supervisory
authority.
Data subjects have the right of access, rectification, erasure, restriction, objection and complaint.

## Figures shown

Only aggregated figures about areas are shown. Small counts are protected.
"""
ACCESSIBILITY_DE = """\
## Geltungsbereich

*Bitte eintragen:* Diese Erklärung gilt für die Seiten unter (Adresse). Stand: (Datum).

## Stand der Vereinbarkeit

*Bitte prüfen lassen und eintragen:* Grundlage ist das Behindertengleichstellungsrecht des Landes mit der BITV
2.0 (EN 301 549).
Dazu gehört eine Bewertung – eigene Prüfung oder Prüfung durch Dritte – mit Datum und Ergebnis. Solange sie
fehlt, behauptet diese
Seite keine Vereinbarkeit.

## Nicht barrierefreie Inhalte

*Bitte eintragen:* Was ist nicht zugänglich, warum, und welche Alternative gibt es? Zu jeder Karte und jedem
Diagramm gibt es
hier eine Tabelle mit denselben Zahlen.

## Barrieren melden

*Bitte eintragen:* Kontakt, bei dem man Barrieren meldet und Inhalte in zugänglicher Form erhält (Name, E-Mail,
Telefon,
Anschrift), und wie schnell Sie antworten.

## Durchsetzungsverfahren

*Bitte eintragen:* Name, Anschrift und E-Mail der Durchsetzungs- oder Schlichtungsstelle Ihres Landes. Sie
hilft, wenn auf eine
Meldung keine zufriedenstellende Antwort kam.
"""
ACCESSIBILITY_EN = """\
## Scope

*To be filled in:* this statement applies to the pages at (address). As of: (date).

## Conformance status

*To be assessed and filled in:* the basis is the equality law of the state with BITV 2.0 (EN 301 549). It takes an
assessment - your own or by a third party - with date and result. Until then this page claims no conformance.

## Content that is not accessible

*To be filled in:* what is not accessible, why, and which alternative is there? Every map and every chart here
has a table
with the same figures.

## Reporting barriers

*To be filled in:* the contact for reporting barriers and receiving content in an accessible form (name, e-mail,
telephone, address), and how quickly you answer.

## Enforcement

*To be filled in:* name, address and e-mail of the enforcement or conciliation body of your state. It helps
when a report
was not answered satisfactorily.
"""
#: Key of the page -> German and English text.
FIRST = {
    "imprint": (IMPRINT_DE, IMPRINT_EN),
    "privacy": (PRIVACY_DE, PRIVACY_EN),
    "accessibility": (ACCESSIBILITY_DE, ACCESSIBILITY_EN),
}
