"""Who may do what with texts: the team reads, who collects imports, who leads holds the key and deletes."""

from django.utils.translation import gettext_noop as _

from nahraum_site.accounts.permissions import action, is_planner, is_researcher
from nahraum_site.records import words
from nahraum_site.voices.models import Member
from nahraum_site.voices.rules import can_join, has_part

Part = Member.Part

read = action("voices.read_texts", _("Read the texts of a study of one's team"), can_join & has_part(*Part))
take = action(
    "voices.import_texts", _("Import texts into a study of one's team"), can_join & has_part(Part.LEAD, Part.CODER)
)
name = action(
    "voices.see_names",
    _("See original files, and who stands behind the pseudonyms, of a study that one leads"),
    (is_planner | is_researcher) & has_part(Part.LEAD),
)
delete = action(
    "voices.delete_texts",
    _("Delete the texts of a study that one leads"),
    (is_planner | is_researcher) & has_part(Part.LEAD),
)

words.tell(
    {
        "source.taken": _("took a file into a collection"),
        "source.discarded": _("set a file of a collection aside"),
        "source.opened": _("opened an original file of a collection"),
        "source.stated": _("stated who may see a photograph or hear a recording"),
        "recording.heard": _("opened the recording of a text"),
        "recording.removed": _("removed the recording of a text"),
        "texts.frozen": _("imported texts of a collection"),
        "text.changed": _("changed name or variables of a text"),
        "pseudonyms.seen": _("looked at who stands behind the pseudonyms of a collection"),
        "texts.deleted": _("deleted the texts of a collection"),
        "texts.swept": _("removed what was left of deleted texts"),
    },
    {"voices_texts.source": _("file of a collection"), "voices_texts.text": _("text")},
    {
        "texts": _("texts"),
        "sources": _("files"),
        "replaced": _("replaced passages"),
        "collection": _("collection"),
        "shown": _("the whole team"),
    },
)
