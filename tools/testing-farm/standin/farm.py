"""The requests, the machines and the truth about them."""
import base64
import json
import subprocess
import sys
import threading
import time

from . import catalog, pipeline
from .behaviour import BEHAVIOUR
from .reboots import Reboots
from .request import ELSEWHERE, Request

READY_TIMEOUT = {"public": 240, "redhat": 1440}
LONGEST_RESERVATION = 99 * 60


class Farm:
    def __init__(self, options):
        self.options = options
        self.minute = options.minute
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.requests = {}
        self.free = list(options.machine)
        self.behaviour = dict(BEHAVIOUR)
        self.foreign_touched = []
        self.connections = self.most_connections = 0
        self.log_bytes = 0
        self.reads = {}
        self.least_gap = None
        self.deletes = []
        self.reboots = Reboots(self, options.probe)

    # --- the truth: a machine is rented until its request is canceled, not until somebody asked for that

    def tell(self, event, request, **more):
        if self.options.truth:
            line = {"event": event, "id": request.id, "owner": request.owner, "tags": request.tags,
                    "machine": request.machine, "at": time.time(), **more}
            with open(self.options.truth, "a") as file:
                file.write(json.dumps(line) + "\n")

    def truth(self):
        with self.lock:
            rented = [r for r in self.requests.values() if r.is_rented]
            return {
                "rented": [{"id": r.id, "owner": r.owner, "tags": r.tags, "machine": r.machine, "state": r.state,
                            "ranch": r.ranch} for r in rented],
                "ours": sum(r.owner == "ours" for r in rented),
                "machines": sum(r.machine is not None and r.owner == "ours" for r in rented),
                "ever": sum(r.owner == "ours" for r in self.requests.values()),
                "states": {r.id: r.state for r in self.requests.values()},
                "ranches": {r.id: r.ranch for r in self.requests.values()},
                "foreign": sum(r.owner != "ours" for r in rented),
                "foreign_touched": self.foreign_touched,
                "connections": self.most_connections,
                "log_bytes": self.log_bytes,
                "least_gap": self.least_gap,
                "deletes": self.deletes,
                "bodies": {r.id: r.body for r in self.requests.values()},
            }

    def settled(self, patience=30):
        """The truth when the worker has done all that it was asked to cancel."""
        end = time.monotonic() + patience
        with self.lock:
            while any(r.state == "cancel-requested" for r in self.requests.values()) and time.monotonic() < end:
                self.changed.wait(end - time.monotonic())
            return self.truth()

    # --- the life of a request

    def ranch(self, token):
        """A token is for one ranch."""
        return ELSEWHERE[self.options.ranch] if token.endswith("elsewhere") else self.options.ranch

    def make(self, token, body, start="new"):
        request = Request(token, self.ranch(token), body)
        with self.lock:
            self.requests[request.id] = request
            request.fails = request.owner == "ours" and self.behaviour["errors"] > 0
            if request.fails:
                self.behaviour["errors"] -= 1
            self.tell("made", request)
            if start == "running":
                request.move("queued")
                request.move("running")
                request.is_executed = True
        if start == "new":
            threading.Thread(target=self.life, args=(request,), daemon=True).start()
        return request

    def pause(self, request, seconds):
        """Tells whether it is still going after that; the time of its pipeline may be over before."""
        end = time.monotonic() + seconds
        with self.lock:
            while request.is_going:
                time_is_over = self.time_is_over(request)
                left = min(end, time_is_over) - time.monotonic()
                if left > 0:
                    self.changed.wait(left)
                elif time_is_over <= end:
                    self.end(request, "error", "error", "the pipeline timed out after %g minutes" % request.timeout)
                else:
                    break
            return request.is_going

    def time_is_over(self, request):
        return float("inf") if request.began is None else request.began + request.timeout * self.minute

    def life(self, request):
        steps = (
            ("queued", lambda: request.move("queued")),
            ("running", lambda: request.move("running")),
            ("log", lambda: self.log(request, pipeline.line("testing-farm-request", "pipeline of request %s begins" % request.id))),
            (None, lambda: self.refused(request) or self.provisioned(request)),
            ("ready", lambda: self.log(request, pipeline.ready(request) + pipeline.guest_setup(request))),
            ("executing", lambda: self.executed(request)),
            ("key", lambda: self.reserved(request)),
        )
        for wait, done in steps:
            with self.lock:  # which a pause lets go of, and nothing else
                if not self.pause(request, self.behaviour[wait] if wait else 0):
                    return
                done()
        minutes = min(request.variable("TF_RESERVATION_DURATION", self.behaviour["reservation"]), LONGEST_RESERVATION)
        sleeps = catalog.reserves(self.behaviour, request.body.get("test") or {})
        if self.pause(request, minutes * self.minute if sleeps else 0):
            self.end(request, "complete", "passed", None)

    def executed(self, request):
        request.is_executed = True
        self.log(request, pipeline.executing(request))

    def reserved(self, request):
        request.key = authorized_keys(request)
        request.reserved = time.monotonic()
        self.write_keys()

    def refused(self, request):
        """A test that is not there is the test's own fault: the pipeline completes."""
        why = catalog.test(self.behaviour, request.body.get("test") or {})
        if why:
            self.end(request, "complete", "error", why)
        return bool(why)

    def provisioned(self, request):
        self.log(request, pipeline.being_provisioned(request))
        environment = request.environment
        why = self.behaviour["summary"] if request.fails else (
            catalog.compose(self.behaviour, request.ranch, (environment.get("os") or {}).get("compose"))
            or catalog.machine(self.behaviour, request.ranch, environment))
        if why:
            self.end(request, "error", "error", why)
            return
        minutes = self.behaviour["ready_timeout"] or READY_TIMEOUT.get(request.ranch, 240)
        end = time.monotonic() + minutes * self.minute
        while not self.free and self.pause_for_machine(request, end):
            pass
        if request.is_going:
            request.machine = self.free[0] if self.options.share else self.free.pop(0)
            self.tell("rented", request)

    def pause_for_machine(self, request, end):
        """Until something changes."""
        left = min(end, self.time_is_over(request)) - time.monotonic()
        if request.is_going and left > 0:
            self.changed.wait(left)
        elif self.pause(request, 0):
            self.end(request, "error", "error", "Failed to provision test environment: no machine was ready in time")
        return request.is_going

    def log(self, request, text):
        with self.lock:
            request.log = (request.log or b"") + text.encode()

    def write_keys(self):
        if self.options.authorized_keys:
            keys = {r.key for r in self.requests.values() if r.key and r.is_rented}
            with open(self.options.authorized_keys, "w") as file:
                file.writelines(sorted(keys))

    def cancel(self, request):
        """Asks the worker to, who looks at it later."""
        with self.lock:
            request.move("cancel-requested")
            self.tell("cancel requested", request)
            self.changed.notify_all()
            timer = threading.Timer(self.behaviour["cancel"], self.end, (request, "canceled", "unknown"))
        timer.daemon = True
        timer.start()

    def end(self, request, state, overall, summary=None):
        with self.lock:
            if not request.is_rented:
                return False
            request.finish(state, overall, summary)
            if request.log is not None:
                self.log(request, pipeline.end(request))
            self.tell("ended", request, state=state)
            machine, request.machine = request.machine, None
            self.write_keys()
            self.changed.notify_all()
        if machine:
            threading.Thread(target=self.take_back, args=(machine,), daemon=True).start()
        return True

    def take_back(self, machine):
        if self.options.on_release:
            subprocess.run(["sh", "-c", self.options.on_release, "sh", machine], stdin=subprocess.DEVNULL, stdout=sys.stderr)
        with self.lock:
            if not self.options.share:
                self.free.append(machine)
            self.changed.notify_all()


def authorized_keys(request):
    secrets = request.environment.get("secrets") or {}
    return base64.b64decode(secrets.get("TF_RESERVATION_AUTHORIZED_KEYS_BASE64", "")).decode()
