"""A project of 20,000 codings into a study and out again, through pages and jobs of the site, on both databases.

Ten times the texts and codings, of as many words together (more words are refused), show how it grows; on SQLite only.

Taguette, in an environment of its own, stores the same texts and codings through its own models (it reads no .qdpx) and
writes the same table of passages; where PyPI does not give it, there is no peer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.process import ROOT, shared
from benchmarks.row import Row
from tests.site.postgresql import server
from tests.site.running import environment_of

DATA = "200 texts, 20,000 codings"
SIZES = "NDOC,NW,NSEG=200,5000,20000"  # in the tool: texts, words of each, codings
MANY, MANY_TEXTS, MANY_CODINGS = "2,000 texts of 500 words, 200,000 codings", 2_000, 200_000
STEPS = {  # what is measured, and what was promised of it in seconds
    "taken": ("project taken in: read, people found", None),
    "stored": ("project decided and stored", None),
    "import": ("project imported", 5.0),
    "export": ("project exported", 4.0),
    "passages": ("table of all passages", 3.0),
}

WORK = """
import json, sys, time
import django
from nahraum.cli.main import collect_seldom
collect_seldom()
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.records import jobs
from nahraum_site.voices import actions
from nahraum_site.voices.coding.models import Coding, Openness
from nahraum_site.voices.models import Member
from nahraum_site.voices.texts.models import Text
from tests.site.wizard import form_of

ada, cem = (User.objects.create_user(f"{name}@rathaus.example", None, name=f"Coder {name}") for name in "AB")
Assignment.objects.bulk_create(Assignment(user=user, role="researcher") for user in (ada, cem))
study = actions.begin("Lastprobe", ada)
Member.objects.create(study=study, user=cem, part=Member.Part.CODER)
Openness.objects.create(study=study, is_open=True)  # so that all codings leave
client = Client(HTTP_HOST="localhost")
client.force_login(ada)
at = f"/studien/{study.uuid}/austausch/"
spent, begun = {}, time.perf_counter()

def told(name):
    global begun
    spent[name], begun = time.perf_counter() - begun, time.perf_counter()

content = open(sys.argv[1], "rb").read()
assert client.get(at).status_code == 200  # a server that runs has loaded its pages
told("nothing")
sent = client.post(at, {"file": SimpleUploadedFile("projekt.qdpx", content)})
assert sent.status_code == 302, sent.content.decode()[-3000:]
assert jobs.run_next()
told("taken")
page = client.get(sent.url)
assert page.status_code == 200, page.status_code
form = form_of(page, 'id="entscheiden"')
form |= {name: "document" for name, was in form.items() if name.endswith("_method") and was == [""]}  # all leave
form["import"] = "1"
told("page")
done = client.post(sent.url, form)
assert done.status_code == 302, done.content.decode()
assert jobs.run_next()
told("stored")
assert Text.objects.count() == int(sys.argv[2]), Text.objects.count()
assert Coding.objects.count() == int(sys.argv[3]), Coding.objects.count()
begun = time.perf_counter()
project = client.get(at + "projekt.qdpx")
assert project.content[:2] == b"PK"
told("export")
table = client.get(at + "kodierungen.csv")
assert table.content.count(b"\\n") > 20_000
told("passages")
spent["import"] = spent["taken"] + spent["stored"]
print("\\n" + json.dumps(spent))
"""

PEER = """
import csv, io, json, sys, time
from pathlib import Path
from taguette import database, export
begun = time.perf_counter()
db = database.connect("sqlite:///" + sys.argv[1])()
folder = Path(sys.argv[2])
user = database.User(login="ada", hashed_password="x")
project = database.Project(name="Lastprobe", description="")
db.add_all([user, project])
db.flush()
texts = {}
for n, path in enumerate(sorted(folder.glob("docs/*.txt")), 1):
    words = path.read_text("utf-8")
    one = database.Document(name=path.stem, description="", filename=path.name, project_id=project.id,
                            text_direction=database.TextDirection.LEFT_TO_RIGHT, contents=f"<p>{words}</p>")
    texts[n] = (one, words)
tags = [database.Tag(project_id=project.id, path=f"Code {n}", description="") for n in range(1, 121)]
db.add_all([*(one for one, _words in texts.values()), *tags])
db.flush()
for row in csv.DictReader(open(folder / "segments.csv", encoding="utf-8")):
    one, words = texts[int(row["fid"])]
    start, end = int(row["pos0"]), int(row["pos1"])
    hl = database.Highlight(document_id=one.id, start_offset=len(words[:start].encode()),
                            end_offset=len(words[:end].encode()), snippet=words[start:end])
    hl.tags.append(tags[int(row["cid"]) - 1])
    db.add(hl)
db.commit()
spent = {"import": time.perf_counter() - begun}
begun = time.perf_counter()
file = io.StringIO()
export.highlights_csv(db, project.id, "", file)
assert file.getvalue().count("\\n") > 20_000
spent["passages"] = time.perf_counter() - begun
print("\\n" + json.dumps(spent))
"""


def main() -> list[Row]:
    """Measure on SQLite and on PostgreSQL, with Taguette in between."""
    folder = shared()
    if folder is None:
        return [Row(what="project imported", data=DATA, skipped="real data not found")]
    with tempfile.TemporaryDirectory() as name, server() as address:
        scratch = Path(name)
        tool = folder / "tools" / "qda_corpus.py"
        subprocess.run([sys.executable, tool], cwd=name, check=True, capture_output=True)
        count = sum(1 for _line in (scratch / "segments.csv").open(encoding="utf-8")) - 1
        sqlite = _site(scratch, None, 200, count)
        peer = _taguette(scratch)
        postgresql = _site(scratch, address, 200, count)
        many = _many(scratch / "many", tool.read_text("utf-8"))
    return [
        Row(what=f"{what}, {database}", data=DATA, ours=spent[key], promise=promise, peer=peer.get(key),
            peer_name="Taguette" if key in peer else "")
        for database, spent in (("SQLite", sqlite), ("PostgreSQL", postgresql))
        for key, (what, promise) in STEPS.items()
    ] + [Row(what=f"{what}, SQLite", data=MANY, ours=many[key]) for key, (what, _promise) in STEPS.items()]  # fmt: skip


def _many(scratch: Path, tool: str) -> dict[str, float]:
    """Measure ten times the codings in ten times the texts."""
    if SIZES not in tool:
        raise ValueError(f"the tool does not say {SIZES}")
    scratch.mkdir()
    program = tool.replace(SIZES, f"NDOC,NW,NSEG={MANY_TEXTS},500,{MANY_CODINGS}")
    subprocess.run([sys.executable, "-c", program], cwd=scratch, check=True, capture_output=True)
    return _site(scratch, None, MANY_TEXTS, MANY_CODINGS)


def _site(scratch: Path, database: str | None, texts: int, codings: int) -> dict[str, float]:
    var = scratch / ("var-postgresql" if database else "var-sqlite")
    environment = environment_of(var, database) | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    return _told([sys.executable, "-c", WORK, str(scratch / "project.qdpx"), str(texts), str(codings)], environment)


def _taguette(scratch: Path) -> dict[str, float]:
    there = scratch / "taguette"
    venv.create(there, with_pip=True)
    python = str(there / "bin" / "python")
    if subprocess.run([python, "-m", "pip", "install", "-q", "taguette"], capture_output=True, check=False).returncode:
        return {}
    return _told([python, "-c", PEER, str(scratch / "taguette.sqlite3"), str(scratch)], None)


def _told(command: list[str], environment: dict[str, str] | None) -> dict[str, float]:
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
