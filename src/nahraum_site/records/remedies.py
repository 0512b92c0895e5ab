"""How to mend bad data in the browser: the core's remedies name keys of the project file, planners see fields.

One table says what becomes of each; names in “…” are labels of fields and buttons (a test compares them). What stands
here not holds in both places as the core says it.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop

from nahraum.base import Issue
from nahraum.sources.keys import WITHOUT_KEY

_AGAIN = gettext_noop("Correct the file and upload it again.")
_PERIOD = gettext_noop("Choose the column under “or column with the year” (“Change the description”).")

IN_THE_BROWSER = {
    # how a table is described
    'Give decimal = "," or decimal = "." for the table.': gettext_noop(
        "Choose the “Decimal sign” (“Change the description”, under “Seldom needed”)."
    ),
    "Correct the cell, or name a correction in the project file.": gettext_noop(
        "Correct the cell and upload the file again."
    ),
    "Correct the cell, or name the sign under missing, protected or not_applicable.": gettext_noop(
        "Correct the cell and upload the file again. If it is a sign, enter it among the signs for “missing”, "
        "“protected” or “not applicable” (“Change the description”)."
    ),
    "If so, name it under missing; otherwise it counts as a number.": gettext_noop(
        "If so, enter it among the signs for “missing” (“Change the description”); otherwise it counts as a number."
    ),
    "If nobody was counted there, deliver an empty cell, or name the variables under zeros_are_missing.": gettext_noop(
        "If nobody was counted there, deliver empty cells, or enter the variables under “Zeros that mean missing” "
        "(“Change the description”, under “Seldom needed”)."
    ),
    "Check header_row and shape.": gettext_noop(
        "Check “Row with the column names” and “Layout” (“Change the description”)."
    ),
    "Check the sheet and header_row.": gettext_noop(
        "Check “Sheet” and “Row with the column names” (“Change the description”)."
    ),
    "Name the column under period_column.": _PERIOD,
    "Name the column that tells them apart under period_column, or deliver one table for each.": gettext_noop(
        "Choose the column that tells them apart under “or column with the year” (“Change the description”), or "
        "deliver one table for each."
    ),
    "Name the column as it stands in the file.": gettext_noop(
        "Choose the column anew (“Change the description”). If the columns are not told apart, mend “Separator” or "
        "“Row with the column names”."
    ),
    "Name the column as it stands in the file. Nearest: “{near}”.": gettext_noop(
        "Choose the column anew (“Change the description”); “{near}” comes nearest. If the columns are not told apart, "
        "mend “Separator” or “Row with the column names”."
    ),
    "Name the sheet to be read.": gettext_noop("Choose it under “Sheet” (“Change the description”)."),
    "Check name and folder in the project file.": gettext_noop("Upload the file again."),
    "If so, give area_width = {width}.": gettext_noop(
        "If so, enter {width} under “Digits of an area key” (“Change the description”, under “Seldom needed”)."
    ),
    "Correct the key under skip_rows, or take it out.": gettext_noop(
        "Correct the key under “Rows to leave out” (“Change the description”), or take it out."
    ),
    WITHOUT_KEY: gettext_noop(
        "Add the key and upload the file again. If the row is a sum, enter it under “Sum rows” without a key, for "
        "example: = City. If it is to stay out, enter it under “Rows to leave out”, for example: = Reason (“Change the "
        "description”, under “Seldom needed”)."
    ),
    "Remove the row, or name it with a reason under skip_rows.": gettext_noop(
        "Remove the row and upload the file again, or enter its key with a reason under “Rows to leave out” (“Change "
        "the description”)."
    ),
    "Correct the key, or name the row under totals or skip_rows of the table.": gettext_noop(
        "Correct the key and upload the file again. If the row is a sum, enter it under “Sum rows”; if it is to stay "
        "out, under “Rows to leave out” (“Change the description”)."
    ),
    "Name the right key column under area, or the same column under key in [[areas.levels]]; key_pattern and "
    "area_width make keys alike.": gettext_noop(
        "Choose the right “Column with the areas” (“Change the description”). If only zeros in front are lacking, "
        "enter the “Digits of an area key”; if the table is about a coarser level, choose it under “The table "
        "is about”."
    ),
    "Ask for the whole table. If it is meant so, give the reason under incomplete.": gettext_noop(
        "Ask for the whole table. If it is meant so, give the reason under “Why areas are rightly absent” (“Change the "
        "description”, under “Seldom needed”)."
    ),
    "Was the file delivered anew? Name more columns under where, or nth.": gettext_noop(
        "Was the file delivered anew? This correction was taken over from a project folder and cannot be changed here: "
        "set the delivery aside and upload the file as a new one."
    ),
    "Ask the office that delivered the table, or name a correction in the project file.": gettext_noop(
        "Ask the office that delivered the table, and upload the corrected file."
    ),
    # areas and boundaries
    "Correct the file, or name the right key under [[areas.corrections]].": _AGAIN,
    "Complete or correct the column, or name a correction under [[areas.corrections]].": gettext_noop(
        "Complete or correct the column and upload the file again."
    ),
    "Ask for the boundary, or correct the key under [[areas.corrections]].": gettext_noop(
        "Ask for the boundary, or correct the key and upload the file again."
    ),
    "Check the coordinate reference systems: crs and metric_crs in [areas].": gettext_noop(
        "Check the “Coordinate system”."
    ),
    "Give crs in [areas].": gettext_noop("Give the “Coordinate system”, for example EPSG:25832."),
    "Give the right crs in [areas].": gettext_noop("Give the right “Coordinate system”, for example EPSG:25832."),
    "Check the order of the coordinates, crs and metric_crs in [areas].": gettext_noop(
        "Check the order of the coordinates in the file, and the “Coordinate system”."
    ),
    # indicators and editions
    "Give direction = higher_is_worse or higher_is_better where they should count.": gettext_noop(
        "Choose the direction in the catalogue where they should count."
    ),
    "Give direction = higher_is_worse or higher_is_better, or leave them out of the index.": gettext_noop(
        "Choose the direction in the catalogue, or leave them out of the index in the workbench."
    ),
    "Say public = true only if every one of them is published elsewhere.": gettext_noop(
        "Publish without protection only if every one of them is published elsewhere."
    ),
}


def in_the_browser(issue: Issue) -> Issue:
    """Return an issue whose remedy names fields and buttons of the site instead of keys of the project file."""
    remedy = IN_THE_BROWSER.get(issue.remedy)
    return replace(issue, remedy=remedy) if remedy else issue
