"""What goes wrong: rules for the next calls that match. Each kind answers a call in its own way."""
import json
import re
import threading
import time

from .web import HTML

PAGE = b"<!DOCTYPE html><html><body><h1>a page of the gateway's</h1></body></html>"


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.rules = []

    def set(self, rules):
        with self.lock:
            self.rules = rules

    def next(self, method, path):
        with self.lock:
            for rule in self.rules:
                if rule.get("count", 1) != 0 and rule.get("method", method) == method and re.search(rule.get("path", ""), path):
                    if rule.get("count", 1) > 0:
                        rule["count"] = rule.get("count", 1) - 1
                    return rule
        return None


def answered(rule, work):
    """What is answered when work is what does the call: status, content, headers, and how it is sent (whole, cut or not at all)."""
    kind = rule["kind"]
    if kind == "status":
        headers = dict(HTML)
        if "retry_after" in rule:
            headers["Retry-After"] = str(rule["retry_after"])
        if "json" in rule:
            return rule["status"], json.dumps(rule["json"]).encode(), {**headers, "Content-Type": "application/json"}, "whole"
        return rule["status"], PAGE, headers, "whole"
    if kind == "gateway":
        if rule.get("done"):
            work()
        return rule.get("status", 404), PAGE, HTML, "whole"
    if kind == "late":
        time.sleep(rule["seconds"])
    status, content, headers = work()
    if kind == "slow":
        time.sleep(rule["seconds"])
    if kind == "malformed":
        content = content[: len(content) // 2] or b"{"
    if kind == "type":
        headers = HTML
    return status, content, headers, {"lost": "not", "cut": "cut"}.get(kind, "whole")
