"""The calls of the API: who may make them, and what they answer."""
import datetime
import json
import re
import time
import uuid
from urllib.parse import parse_qs

from . import catalog, pipeline
from .request import EXPIRED, TOKENS, text
from .web import as_json

NOT_FOUND = as_json(404, {"detail": "Not Found"})


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status, value):
        super().__init__(status)
        self.answer = as_json(status, value)


def invalid(where, name, message, kind):
    return Refusal(422, {"detail": [{"loc": [where, name], "msg": message, "type": kind}]})


def identifier(where, name, value):
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise invalid(where, name, "value is not a valid uuid", "type_error.uuid") from None


def instant(name, value):
    """ISO 8601, UTC unless it has a zone."""
    try:
        when = datetime.datetime.fromisoformat(value.replace(" ", "+"))  # of a zone that was not encoded
    except ValueError:
        raise invalid("query", name, "invalid datetime format", "value_error.datetime") from None
    return when.astimezone(datetime.timezone.utc).replace(tzinfo=None) if when.tzinfo else when


class Calls:
    """One call, by whoever has this token."""

    def __init__(self, farm, authorization, base):
        self.farm = farm
        self.authorization = authorization
        self.base = base

    def answer(self, method, path, query, sent):
        try:
            for pattern, calls in ROUTES:
                match = re.fullmatch(pattern, path)
                if match and method in calls:
                    return calls[method](self, query, sent, *match.groups())
                if match:
                    return as_json(405, {"detail": "Method Not Allowed"})
            return NOT_FOUND
        except Refusal as refusal:
            return refusal.answer

    # --- who asks

    def who(self, sent=b""):
        """The name of the token; some clients still put it into the body."""
        match = re.fullmatch(r"Bearer (\S+)", self.authorization or "")
        token = match.group(1) if match else api_key(sent)
        if token == EXPIRED:
            raise Refusal(401, {"message": "Token has expired"})
        for name, ids in TOKENS.items():
            if ids["secret"] == token:
                return name
        raise Refusal(401, {"message": "Not authorized to perform this action"})

    # --- without a token

    def about(self, query, sent):
        return as_json(200, {"version": "2026-11.1", "release_notes": "https://docs.testing-farm.io/Testing%20Farm/0.1/release-notes.html"})

    def composes(self, query, sent, ranch="public"):
        return as_json(200, {"composes": [{"name": name, "type": kind} for name, kind in catalog.composes(self.farm.behaviour, ranch)]})

    def read(self, query, sent, given):
        request = self.found(given)
        if self.authorization and self.farm.behaviour["foreign_read"] != 200 and self.who() != request.token:
            raise Refusal(self.farm.behaviour["foreign_read"], {"message": "Not authorized to perform this action"})
        with self.farm.lock:
            now = time.monotonic()
            before = self.farm.reads.get(request.id)
            if before is not None and (self.farm.least_gap is None or now - before < self.farm.least_gap):
                self.farm.least_gap = now - before
            self.farm.reads[request.id] = now
            return as_json(200, self.shown(request))

    def search(self, query, sent):
        """With a token one's own only, and of its ranch whatever ranch is asked for."""
        one = {name: values[-1] for name, values in parse_qs(query).items()}
        token = self.who() if self.authorization else None
        wanted = {name: identifier("query", name, one[name]) for name in ("token_id", "user_id") if name in one}
        after, before = (instant(name, one[name]) if name in one else None for name in ("created_after", "created_before"))
        with self.farm.lock:
            found = []
            for request in self.farm.requests.values():
                ids = TOKENS[request.token]
                if ((token is None or (request.owner, request.ranch) == (TOKENS[token]["owner"], self.farm.ranch(token)))
                        and one.get("state", request.state) == request.state
                        and wanted.get("token_id", ids["token"]) == ids["token"]
                        and wanted.get("user_id", ids["user"]) == ids["user"]
                        and (token is not None or one.get("ranch", request.ranch) == request.ranch)
                        and (after is None or request.created > after)
                        and (before is None or request.created < before)):
                    found.append(self.shown(request))
        if found:
            return as_json(200, found)
        return {"null": as_json(200, None), "list": as_json(200, []), "none": (204, b"", {}),
                "blank": (200, b"", {"Content-Type": "application/json"})}[self.farm.behaviour["empty"]]

    # --- with one

    def whoami(self, query, sent):
        name = self.who()
        ids = TOKENS[name]
        owner = ids["owner"]
        return as_json(200, {
            "token": {"id": ids["token"], "name": name, "enabled": True, "ranch": self.farm.ranch(name), "role": "user",
                      "user_id": ids["user"]},
            "user": {"id": ids["user"], "auth_id": "github/" + owner, "auth_method": "github", "auth_name": owner, "enabled": True}})

    def submit(self, query, sent):
        token = self.who(sent)
        body = submission(sent)
        with self.farm.lock:
            alive = sum(r.token == token and r.is_rented for r in self.farm.requests.values())
            quota = self.farm.behaviour["quota"]
            if quota is not None and alive >= quota:
                raise Refusal(403, {"message": "quota exceeded: %d requests are active" % alive})
            # the official npm client demands a zone here, and nowhere else
            brief = self.farm.make(token, body).brief()
            return as_json(200, {**brief, "created": brief["created"] + "Z"})

    def cancel(self, query, sent, given):
        identifier("path", "request_id", given)
        token = self.who(sent)
        request = self.found(given)
        with self.farm.lock:
            self.farm.deletes.append(request.id)
            if request.owner != "ours":
                self.farm.foreign_touched.append(request.id)
            if request.token != token:
                raise Refusal(403, {"message": "Not authorized to perform this action: the request is not yours"})
            if request.state in ("cancel-requested", "canceled"):
                return 204, b"", {}
            if not request.is_going:
                raise Refusal(409, {"message": "Request is in the state '%s' and cannot be canceled" % request.state})
            self.farm.cancel(request)
            return as_json(200, request.brief())

    # --- the rest

    def found(self, given):
        request = self.farm.requests.get(identifier("path", "request_id", given))
        if request is None:
            raise Refusal(404, {"message": "No such entity"})
        return request

    def shown(self, request):
        return request.shown(self.base, pipeline.results(request, self.base), self.farm.behaviour["unset"] == "null")


def api_key(sent):
    try:
        return json.loads(sent).get("api_key")
    except (ValueError, AttributeError):
        return None


def submission(sent):
    """What was submitted, without the token that may be in it."""
    try:
        body = json.loads(sent)
        body.pop("api_key", None)
        given = [name for name in ("fmf", "script", "sti") if body["test"].get(name)]
        if len(given) != 1:
            raise ValueError("exactly one type of test is needed")
        if given == ["fmf"]:
            body["test"]["fmf"]["url"] + ""
        for environment in body.get("environments") or []:
            environment["arch"] + ""
            if environment.get("os"):
                environment["os"]["compose"] + ""
            tags = ((environment.get("settings") or {}).get("provisioning") or {}).get("tags") or {}
            if not all(isinstance(value, str) for value in tags.values()):
                raise ValueError("tags are strings")
        return body
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        raise Refusal(400, {"message": "malformed request: %r" % problem}) from None


ROUTES = [
    (r"/v0\.1/about", {"GET": Calls.about}),
    (r"/v0\.1/whoami", {"GET": Calls.whoami}),
    (r"/v0\.1/composes", {"GET": Calls.composes}),
    (r"/v0\.[12]/composes/(public|redhat)", {"GET": Calls.composes}),
    (r"/v0\.1/requests", {"GET": Calls.search, "POST": Calls.submit}),
    (r"/v0\.1/requests/([^/]+)", {"GET": Calls.read, "DELETE": Calls.cancel}),
]
