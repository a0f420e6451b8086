"""TLS with a certificate that only who is told trusts."""
import ssl
import subprocess
from pathlib import Path

DAYS = "2"


def context(certificate, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    return made


def make(directory, names):
    """A CA and a certificate of its for these names and addresses, by openssl: the certificate, its key, and the CA's certificate."""
    directory = Path(directory)
    ca, ca_key, request, key, certificate = (str(directory / name) for name in ("ca.pem", "ca.key", "request", "key", "certificate.pem"))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", ca_key, "-out", ca, "-days", DAYS, "-subj", "/CN=CA of a stand-in",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=a stand-in")
    extensions = directory / "extensions"
    extensions.write_text("subjectAltName=" + ",".join(
        ("IP:" if name.replace(".", "").isdigit() else "DNS:") + name for name in names) + "\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", certificate, "-days", DAYS,
            "-extfile", str(extensions))
    return certificate, key, ca


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True)
