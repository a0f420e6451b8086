"""What the stand-in does unless it is told otherwise. Times are in seconds, those that the real service counts in minutes in
minutes, which --minute scales. A key that is not here is a mistake of whoever sets it."""

BEHAVIOUR = {
    # from one step of a request to the next
    "queued": 0.02,
    "running": 0.02,
    "log": 0.02,
    "ready": 0.02,
    "executing": 0.02,
    "key": 0.02,
    "cancel": 0.05,  # until the worker looks whether it was asked to cancel; 30 at the real one
    # what a request ends with
    "errors": 0,  # so many of the next requests get no machine
    "summary": "no machine could be provisioned",
    "quota": None,  # there is none for users; with a number, more requests than that are refused
    "ready_timeout": None,  # minutes that a machine may take; without a number 4 hours, 24 on the redhat ranch
    "reservation": 30,  # minutes that the reserve test sleeps unless TF_RESERVATION_DURATION says something else
    "reboot": 10,  # minutes that a guest may be away unless TMT_REBOOT_TIMEOUT says something else
    # what there is; see catalog.py
    "composes": [["Fedora-42", "compose"], ["Fedora-Rawhide", "compose"], ["CentOS-Stream-10", "compose"],
                 ["CentOS-Stream-\\d+-[a-z]+", "regex"]],
    "arches": None,  # without a list those of the ranch
    "pools": ["fedora-aws", "fedora-osp", "redhat-aws", "beaker"],
    "machine": {"memory": "16 GB", "disk.size": "100 GB", "cpu.processors": 8, "cpu.cores": 4, "hostname": "guest.example.com"},
    "refs": ["main", "HEAD"],  # of the repository with the reserve test; it has every commit, too
    "plans": ["/testing-farm/reserve", "/testing-farm/reserve-system", "/testing-farm/sanity"],
    # how it answers
    "no_log": 404,  # what a log answers before it exists
    "ranges": True,
    "empty": "null",  # what a search that finds nothing answers: null, list, blank or none
    "foreign_read": 200,  # what a request is answered when it is read with somebody else's token: a test of a client has 403
    "unset": "object",  # what variables, settings and tmt of an environment are when unset; or null
    "delay": 0.0,  # of every answer
    "redirect": None,  # artifacts: host (are on another one), relative, loop, or plain (without TLS)
}
