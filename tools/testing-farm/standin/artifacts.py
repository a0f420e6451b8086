"""The files of requests over HTTP, which no token belongs to."""
import re

from . import pipeline
from .web import HTML

TEXT = {"Content-Type": "text/plain"}


def answer(farm, method, path, headers, base):
    match = re.fullmatch(r"/(artifacts|storage)/([^/]+)(?:/(.*))?", path)
    if headers.get("Authorization"):
        return 400, b"the token is not for this host", TEXT
    with farm.lock:
        place, identity, name = match.groups() if match else (None, None, None)
        request = farm.requests.get(identity)
        there = pipeline.files(request, base, farm.minute) if request else {}
        if name not in there and (name or "") not in there:
            return (farm.behaviour["no_log"] if name == "pipeline.log" else 404), b"", TEXT
        if place == "artifacts" and farm.behaviour["redirect"]:
            return 302, b"", {"Location": elsewhere(farm.behaviour["redirect"], path, base), **HTML}
        kind, content = there[name or ""]
        return part(farm, method, content, headers.get("Range"), {"Content-Type": kind, "Accept-Ranges": "bytes"})


def elsewhere(how, path, base):
    if how == "loop":
        return path
    there = "/storage/" + path.removeprefix("/artifacts/")
    if how == "plain":
        return base.replace("https://", "http://") + there
    return there if how == "relative" else base.replace("//127.0.0.1:", "//localhost:") + there


def part(farm, method, content, wanted, headers):
    """The whole, or what comes from an offset on."""
    wanted = re.fullmatch(r"bytes=(\d+)-", wanted or "")
    if method == "GET" and wanted and farm.behaviour["ranges"]:
        start = int(wanted.group(1))
        if start >= len(content):
            return 416, b"", {"Content-Range": "bytes */%d" % len(content)}
        headers["Content-Range"] = "bytes %d-%d/%d" % (start, len(content) - 1, len(content))
        farm.log_bytes += len(content) - start
        return 206, content[start:], headers
    if method == "GET":
        farm.log_bytes += len(content)
    return 200, content, headers
