"""The port of the tests: what the stand-in does next, and the truth."""
import json

from .behaviour import BEHAVIOUR
from .web import Handler, as_json


class Control(Handler):
    rules = None

    def handle_call(self, method):
        sent = self.body()
        try:
            answer = self.answer(method, self.path, json.loads(sent) if sent else None)
        except KeyError as unknown:
            self.send(*as_json(400, {"message": "there is no %s" % unknown}))
            return
        self.send(*(as_json(404, {}) if answer is None else as_json(200, answer)))

    def answer(self, method, path, value):
        farm = self.farm
        if (method, path) == ("GET", "/settled"):
            return farm.settled()
        with farm.lock:
            if (method, path) == ("PUT", "/faults"):
                self.rules.set(value)
            elif (method, path) == ("PUT", "/behaviour"):
                for name in value:
                    BEHAVIOUR[name]  # there must be one
                farm.behaviour.update(value)
                farm.changed.notify_all()
            elif (method, path) == ("POST", "/requests"):
                body = {"test": {"fmf": {"url": "https://gitlab.com/testing-farm/tests", "name": "/testing-farm/reserve"}},
                        "environments": [{"arch": "x86_64", "os": {"compose": "Fedora-42"},
                                          "variables": {"TF_RESERVATION_DURATION": "30"},
                                          "settings": {"provisioning": {"tags": value.get("tags", {})}}}]}
                return {"id": farm.make(value["token"], body, start="running").id}
            elif (method, path) == ("POST", "/die"):
                state = value.get("state", "error")
                farm.end(farm.requests[value["id"]], state, value.get("overall", "passed" if state == "complete" else "error"),
                         value.get("summary", "the machine is gone"))
            elif (method, path) == ("POST", "/away"):
                farm.reboots.mark(farm.requests[value["id"]], value["away"])
            elif (method, path) == ("POST", "/log"):
                line = "x" * 99 + "\n"
                farm.log(farm.requests[value["id"]], value.get("text", line * (value.get("bytes", 0) // len(line))))
            elif (method, path) == ("POST", "/forgive"):
                farm.foreign_touched = []
            elif (method, path) == ("GET", "/truth"):
                return farm.truth()
            else:
                return None
            return {}
