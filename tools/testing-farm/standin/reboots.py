"""tmt gives a guest up that is away for too long: 10 minutes, or TMT_REBOOT_TIMEOUT of its environment. Who is away is told over
the control port, or found out by calling the port of its ssh server."""
import socket
import threading
import time


class Reboots:
    def __init__(self, farm, probe):
        self.farm = farm
        threading.Thread(target=self.watch, daemon=True).start()
        if probe:
            threading.Thread(target=self.probe, args=(probe,), daemon=True).start()

    def watch(self):
        farm = self.farm
        with farm.lock:
            while True:
                left = [(self.limit(r) - (time.monotonic() - r.away_since), r) for r in farm.requests.values()
                        if r.is_going and r.away_since is not None]
                for seconds, request in left:
                    if seconds <= 0:
                        farm.end(request, "error", "error", "the guest did not come back: the reboot timeout was exceeded")
                farm.changed.wait(min((seconds for seconds, _ in left if seconds > 0), default=None))

    def limit(self, request):
        told = request.reboot_timeout
        return (self.farm.behaviour["reboot"] if told is None else told / 60) * self.farm.minute

    def mark(self, request, away):
        with self.farm.lock:
            if not away:
                request.away_since = None
            elif request.away_since is None:
                request.away_since = time.monotonic()
            self.farm.changed.notify_all()

    def probe(self, interval):
        while True:
            time.sleep(interval)
            with self.farm.lock:
                guests = [(r, r.machine) for r in self.farm.requests.values() if r.is_going and r.key is not None and r.machine]
            for request, machine in guests:
                self.mark(request, not answers(machine.split("@")[-1]))


def answers(host):
    try:
        with socket.create_connection((host, 22), timeout=1) as connection:
            return connection.recv(1) != b""
    except OSError:
        return False
