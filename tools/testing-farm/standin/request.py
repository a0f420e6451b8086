"""A request: what was submitted, what has become of it, and what the API says about it."""
import copy
import datetime
import time
import uuid

GOING = ("new", "queued", "running")
RENTED = GOING + ("cancel-requested",)  # it may have a machine
OUR_USER = "22222222-2222-4222-8222-222222222222"
TOKENS = {
    "ours": {"owner": "ours", "secret": "tf-token-1", "token": "11111111-1111-4111-8111-111111111111", "user": OUR_USER},
    "others": {"owner": "others", "secret": "tf-token-2", "token": "33333333-3333-4333-8333-333333333333",
               "user": "44444444-4444-4444-8444-444444444444"},
    "ours elsewhere": {"owner": "ours", "secret": "tf-token-3", "token": "55555555-5555-4555-8555-555555555555", "user": OUR_USER},
}
ELSEWHERE = {"public": "redhat", "redhat": "public"}  # the other ranch
EXPIRED = "tf-token-0"
HIDDEN = "hidden"
FMF = ("url", "ref", "merge_sha", "path", "name", "settings", "plan_filter", "test_name", "test_filter")


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def text(instant):
    return instant.isoformat(timespec="microseconds")


class Request:
    def __init__(self, token, ranch, body, state="new"):
        self.id = str(uuid.uuid4())
        self.token = token
        self.owner = TOKENS[token]["owner"]
        self.ranch = ranch
        self.body = body
        self.state = state
        self.created = self.updated = now()
        self.environments = [environment for environment in body.get("environments") or [] if environment]
        self.tags = self.setting("provisioning", "tags") or {}
        self.machine = None
        self.key = None
        self.log = None
        self.overall = self.summary = None
        self.dispatched = None  # the note that the dispatcher leaves
        self.began = self.ended = None  # monotonic
        self.queued_time = self.run_time = None
        self.is_executed = False  # its test is, or was
        self.reserved = None  # monotonic
        self.away_since = None  # monotonic
        self.fails = False
        self.born = time.monotonic()

    @property
    def environment(self):
        return self.environments[0] if self.environments else {}

    def setting(self, *path):
        at = self.environment.get("settings")
        for name in path:
            at = at.get(name) if isinstance(at, dict) else None
        return at

    @property
    def is_going(self):
        return self.state in GOING

    @property
    def is_rented(self):
        return self.state in RENTED

    @property
    def timeout(self):
        """Minutes, counted from when it is running."""
        return ((self.body.get("settings") or {}).get("pipeline") or {}).get("timeout") or 720

    def variable(self, name, default):
        """A number of the environment's variables."""
        try:
            return float((self.environment.get("variables") or {}).get(name, default))
        except (TypeError, ValueError):
            return float(default)

    @property
    def reboot_timeout(self):
        """Seconds as tmt reads them, or nothing."""
        try:
            return float(((self.environment.get("tmt") or {}).get("environment") or {}).get("TMT_REBOOT_TIMEOUT"))
        except (TypeError, ValueError):
            return None

    def move(self, state):
        self.state = state
        self.updated = now()
        if state == "queued":
            self.dispatched = "tf-tmt/dispatch-%d-%s" % (time.time(), self.id[:8])
        if state == "running":
            self.began = time.monotonic()
            self.queued_time = round(self.began - self.born, 6)

    def finish(self, state, overall, summary):
        self.move(state)
        self.overall, self.summary = overall, summary
        if self.began is not None:
            self.ended = time.monotonic()
            self.run_time = round(self.ended - self.began, 6)

    # --- what the API says

    def files(self, base):
        return base + "/artifacts/" + self.id

    def brief(self):
        return {"id": self.id, "state": self.state, "created": text(self.created), "updated": text(self.updated)}

    def shown(self, base, xunit, nulls=False):
        """All keys are there, null when unset; some of an environment only with nulls."""
        began, ended = self.began is not None, not self.is_rented
        files = self.files(base)
        return {
            "id": self.id, "user_id": TOKENS[self.token]["user"], "token_id": TOKENS[self.token]["token"],
            "test": self.shown_test(), "state": self.state,
            "environments_requested": [shown_environment(environment, nulls) for environment in self.environments],
            "notes": [{"level": "info", "message": self.dispatched}] if self.dispatched else None,
            "result": {"summary": self.summary, "overall": self.overall, "xunit": xunit,
                       "xunit_url": files + "/results.xml" if xunit else None} if ended else None,
            "run": {"console": None, "stages": None, "artifacts": files} if began else None,
            "settings": self.body.get("settings"), "user": {"webpage": (self.body.get("user") or {}).get("webpage")},
            "queued_time": self.queued_time, "run_time": self.run_time,
            "created": text(self.created), "updated": text(self.updated),
        }

    def shown_test(self):
        test = self.body.get("test") or {}
        fmf = test.get("fmf")
        if fmf:
            fmf = {name: fmf.get(name) for name in FMF}
            fmf["ref"], fmf["path"] = fmf["ref"] or "main", fmf["path"] or "."
        return {"fmf": fmf or None, "script": test.get("script"), "sti": test.get("sti")}


def shown_environment(given, nulls):
    given = copy.deepcopy(given)
    settings = given.get("settings") or {}
    provisioning = settings.get("provisioning")
    if provisioning is not None:
        for name in ("post_install_script", "tags", "security_group_rules_ingress", "security_group_rules_egress"):
            value = provisioning.setdefault(name, None)
            if name.startswith("security_group") and value is not None:
                provisioning[name] = HIDDEN
    tmt = given.get("tmt") or {}
    shown = {
        "arch": given.get("arch"), "os": given.get("os"), "pool": given.get("pool"), "variables": given.get("variables") or {},
        "secrets": HIDDEN if given.get("secrets") else None,
        "artifacts": [{"id": each.get("id"), "type": each.get("type"), "packages": each.get("packages"),
                       "install": each.get("install", True), "order": each.get("order", 50)}
                      for each in given["artifacts"]] if given.get("artifacts") else None,
        "settings": {"pipeline": settings.get("pipeline"), "provisioning": provisioning},
        "tmt": {"context": tmt.get("context"), "environment": HIDDEN if tmt.get("environment") else None,
                "extra_args": tmt.get("extra_args")},
        "hardware": given.get("hardware"), "kickstart": given.get("kickstart"),
    }
    return {name: None if nulls and not given.get(name) else value for name, value in shown.items()}
