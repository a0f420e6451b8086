"""The files of a request: its log as the pipeline writes it, in colors, its results and a directory of its test."""
import datetime
import time
import uuid
from xml.sax.saxutils import quoteattr

COLORS = {"+": "32", "W": "33", "E": "31"}


def line(source, message, level="+"):
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    return "\x1b[%sm[%s] [%s] [%s] %s\x1b[0m\n" % (COLORS[level], stamp, level, source, message)


def being_provisioned(request):
    return line("artemis] [" + request.id[:8], "Guest is being provisioned")


def ready(request):
    """The fields of the environment in the order of their names, which puts arch first."""
    environment = request.environment
    fields = {"arch": environment.get("arch"), "compose": (environment.get("os") or {}).get("compose"), "pool": environment.get("pool"),
              "snapshots": False}
    return line("artemis] [" + request.id[:8], "Guest is ready: ArtemisGuest(%s, %s, %s)" % (
        uuid.uuid4(), request.machine, ",".join("%s=%s" % each for each in sorted(fields.items()))))


def guest_setup(request):
    stages = [] if request.setting("pipeline", "skip_guest_setup") else ["pre-artifact-installation", "artifact-installation",
                                                                        "post-artifact-installation"]
    return "".join(line("guest-setup] [%s] [%s" % (request.id[:8], stage), "guest setup is done") for stage in stages)


def executing(request):
    return (line("schedule-runner] [" + request.id[:8], "starting tests execution")
            + line("tmt] [" + request.id[:8], "            execute task #1: default-0 on default-0"))


def end(request):
    if request.state == "canceled":
        return line("testing-farm-request", "Cancelling pipeline as requested", "W")
    text = line("testing-farm-request", request.summary, "E") if request.summary else ""
    return text + line("test-schedule-report", "Result of testing: " + request.overall.upper(), "E" if request.overall == "error" else "+")


def workdir(request):
    return "work-reserve" + request.id[:8]


def results(request, base):
    """An xunit of the service's, which knows the directory of the test as soon as that runs."""
    if not request.is_executed:
        return None
    files = request.files(base)
    environment = request.environment
    plan = ((request.body.get("test") or {}).get("fmf") or {}).get("name") or "/plan"
    overall = quoteattr(request.overall or "unknown")
    logs = "\n".join('<log href=%s name=%s/>' % (quoteattr(files + path), quoteattr(name))
                     for path, name in (("/" + workdir(request), "workdir"), ("/%s/log.txt" % workdir(request), "tmt-log"),
                                        ("/pipeline.log", "pipeline.log")))
    wanted = "".join('<property name=%s value=%s/>' % (quoteattr(name), quoteattr(str(value))) for name, value in (
        ("arch", environment.get("arch")), ("compose", (environment.get("os") or {}).get("compose"))))
    return ('<testsuites overall-result=%s>\n<properties><property name="baseosci.overall-result" value=%s/></properties>\n'
            '<testsuite name=%s result=%s tests="1">\n<logs>\n%s\n</logs>\n<testing-environment name="requested">%s</testing-environment>\n'
            '<testcase name="/script" result=%s/>\n</testsuite>\n</testsuites>\n'
            % (overall, overall, quoteattr(plan), overall, logs, wanted, overall))


def test_log(request, minute):
    """The reserve test says each minute that it is still there."""
    ticks = 0 if request.reserved is None else int(((request.ended or time.monotonic()) - request.reserved) / minute) + 1
    return "tmt run --all\n" + "".join("[+] Reservation tick: %d\n" % (tick + 1) for tick in range(min(ticks, 1000)))


def files(request, base, minute):
    """By name; those that are there."""
    there = {"pipeline.log": ("text/plain", request.log)}
    found = results(request, base)
    if found is not None:
        there["results.xml"] = ("application/xml", found.encode())
    if request.is_executed:
        there[workdir(request)] = ("text/html", b'<html><a href="log.txt">log.txt</a></html>')
        there[workdir(request) + "/log.txt"] = ("text/plain", test_log(request, minute).encode())
    if request.began is not None:
        links = "".join('<a href="%s">%s</a>\n' % (name, name) for name in ("pipeline.log", "results.xml", workdir(request) + "/log.txt"))
        there[""] = ("text/html", ("<html>%s</html>" % links).encode())
    return {name: each for name, each in there.items() if each[1] is not None}
