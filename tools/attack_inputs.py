"""The inputs of tools/check-attacks.py that take one text at a time."""

import time

# Inputs that take one text in a process. `{}` is the text. Several are in one command only where it
# looks at all of them, whatever the first is.
READS = {
    "task search": ["task", "search", "--", "{}"],
    "task list --tag": ["task", "list", "--tag={}"],
    "task list by names": ["task", "list", "--owner={}", "--repository={}", "--assignee={}", "--sort={}",
                           "--due-before={}"],
    "task list --after": ["task", "list", "--after={}"],
    "task show": ["task", "show", "--", "{}"],
    "audit search": ["audit", "search", "--", "{}"],
    "audit search by names": ["audit", "search", "--user={}", "--subject={}", "--project={}", "--repository={}",
                              "--correlation={}", "--token={}", "--address={}"],
    "audit search --after": ["audit", "search", "--after={}"],
    "audit search --since": ["audit", "search", "--since={}"],
    "audit timeline": ["audit", "timeline", "--", "{}"],
    "audit show": ["audit", "show", "--", "{}"],
    "audit confirm": ["audit", "confirm", "--json=1", "--", "1", "{}"],
    "findings list": ["findings", "list", "--text={}", "--package={}", "--path={}", "--reporter={}", "--rule={}"],
    "findings list --project": ["findings", "list", "--project={}"],
    "findings list --after": ["findings", "list", "--after={}"],
    "findings show": ["findings", "show", "--", "{}"],
    "explain": ["explain", "--", "{}"],
    "project.name": ["--set=project.name={}", "findings", "list"],
}

LATER = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86_400))
# With each, the event that a success makes, and where the text stands in it.
WRITES = {
    "task create": (
        ["task", "create", "--repository=r", "--description={}", "--", "{}"],
        "task_created",
        lambda record: record["changes"]["title"]["new"],
    ),
    "task update": (
        ["task", "update", "T-1", "--title={}"],
        "task_updated",
        lambda record: record["changes"]["title"]["new"],
    ),
    "task assign": (
        ["task", "assign", "--", "T-1", "{}"],
        "task_assigned",
        lambda record: record["changes"]["assignee"]["new"],
    ),
    "task comment": (["task", "comment", "--", "T-1", "{}"], "task_updated", None),
    "task block": (["task", "block", "--reason={}", "--", "T-2"], "task_blocked", lambda record: record["reason"]),
    "task gate": (["task", "gate", "add", "--", "T-1", "{}"], "task_updated", None),
    "findings triage": (
        ["findings", "triage", "--status=triaged", "--reason={}", "--", "{}"],
        "vulnerability_triaged",
        lambda record: record["reason"],
    ),
    "findings accept": (
        ["findings", "accept", "--reason={}", f"--until={LATER}", "--", "{}"],
        "vulnerability_accepted",
        lambda record: record["reason"],
    ),
    "findings accept --until": (["findings", "accept", "--reason=x", "--until={}", "--", "x"], None, None),
    "project.repository": (["--set=project.repository={}", "task", "create", "--", "t"], "task_created", None),
}

# A name may be given to one principal only; `{n}` is a number of its own.
ACCESS = {
    "access explain": ["access", "explain", "--", "{}", "view_task", "repository:r"],
    "access explain resource": ["access", "explain", "--", "boss", "view_task", "{}"],
    "access explain repository": ["access", "explain", "--", "boss", "view_task", "repository:{}"],
    "access explain action": ["access", "explain", "--", "boss", "{}", "repository:r"],
    "access grant": ["access", "grant", "--", "{}", "viewer"],
    "access grant role": ["access", "grant", "--", "boss", "{}"],
    "access join": ["access", "join", "--role=viewer", "--", "{}", "r"],
    "access join repository": ["access", "join", "--role=viewer", "--", "boss", "{}"],
    "access token --scope": ["access", "token", "create", "--scope={}", "--", "t"],
    "access token --repository": ["access", "token", "create", "--scope=read", "--repository={}", "--", "t"],
    "access token --for": ["access", "token", "create", "--scope=read", "--for={}", "--", "t"],
    "access token": ["access", "token", "create", "--scope=read", "--", "{}"],
    "access add": ["access", "add", "--", "{}"],
    "access add --email": ["access", "add", "--email={}", "--", "e{n}"],
    "access add --name": ["access", "add", "--name={}", "--", "n{n}"],
}
