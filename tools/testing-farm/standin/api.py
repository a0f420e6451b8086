"""The port of the service: its API, the files of requests, and what goes wrong with both."""
import json
import time
from urllib.parse import urlsplit

from . import artifacts, faults
from .calls import Calls
from .web import Handler


class Api(Handler):
    rules = None
    scheme = "http"

    def setup(self):
        super().setup()
        with self.farm.lock:
            self.farm.connections += 1
            self.farm.most_connections = max(self.farm.most_connections, self.farm.connections)

    def finish(self):
        with self.farm.lock:
            self.farm.connections -= 1
        try:
            super().finish()
        except OSError:
            pass

    def handle_call(self, method):
        sent = self.body()
        work = lambda: self.answer(method, sent)
        rule = self.rules.next(method, self.path)
        if rule:
            status, content, headers, how = faults.answered(rule, work)
        else:
            status, content, headers = work()
            how = "whole"
        if self.farm.behaviour["delay"]:
            time.sleep(self.farm.behaviour["delay"])
        if rule is None and self.farm.options.traffic:
            self.record(method, sent, status, content, headers)
        if how != "whole":
            self.close_connection = True
        if how != "not":
            self.send(status, content, headers, cut=how == "cut")

    def answer(self, method, sent):
        url = urlsplit(self.path)
        base = "%s://%s" % (self.scheme, self.headers["Host"])
        if url.path.startswith(("/artifacts/", "/storage/")):
            return artifacts.answer(self.farm, method, url.path, self.headers, base)
        return Calls(self.farm, self.headers.get("Authorization"), base).answer(method, url.path, url.query, sent)

    def record(self, method, sent, status, content, headers):
        line = {"method": method, "url": self.path, "authorized": "Authorization" in self.headers,
                "request_type": self.headers.get("Content-Type"), "request": sent.decode(), "range": self.headers.get("Range"),
                "status": status, "type": headers.get("Content-Type"), "content_range": headers.get("Content-Range"),
                "answer": content.decode() if headers.get("Content-Type") == "application/json" else None}
        with self.farm.lock, open(self.farm.options.traffic, "a") as file:
            file.write(json.dumps(line) + "\n")
