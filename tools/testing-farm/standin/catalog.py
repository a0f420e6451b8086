"""What the service has: composes, machines in pools, and a repository with the reserve test. Each question is answered with why
a request cannot be done, or with nothing."""
import re

ARCHES = {"public": ["x86_64", "aarch64"], "redhat": ["x86_64", "aarch64", "ppc64le", "s390x"]}
REPOSITORY = re.compile(r"https://gitlab\.com/testing-farm/tests(\.git)?/?")
COMMIT = re.compile(r"[0-9a-f]{7,40}")
# tmt's specification of hardware; what no machine here is told about is had by all of them
HARDWARE = ("and", "or", "arch", "beaker", "boot", "compatible", "cpu", "device", "disk", "gpu", "hostname", "iommu", "location", "memory",
            "network", "system", "tpm", "virtualization", "zcrypt")
QUANTITY = re.compile(r"\s*(<=|>=|==|!=|=|<|>|!~|~)?\s*(\S.*?)\s*")
SIZE = re.compile(r"([0-9.]+)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
COMPARE = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
           "=": lambda a, b: a == b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b}


def composes(behaviour, ranch):
    """Names with their types; a third element is the only ranch that has it."""
    return [each[:2] for each in behaviour["composes"] if ranch in (each[2:] or [ranch])]


def compose(behaviour, ranch, name):
    if name is None or any(name == each or (kind == "regex" and re.fullmatch(each, name)) for each, kind in composes(behaviour, ranch)):
        return None
    return "compose '%s' is not available" % name


def test(behaviour, test):
    """Repositories other than that of the reserve test have whatever is asked for."""
    fmf = test.get("fmf")
    if not fmf or not REPOSITORY.fullmatch(fmf["url"]):
        return None
    ref = fmf.get("ref") or "main"
    if ref not in behaviour["refs"] and not COMMIT.fullmatch(ref):
        return "Failed to checkout ref '%s' of %s. The git branch was probably deleted before the testing was ran." % (ref, fmf["url"])
    if (fmf.get("path") or ".") not in (".", "/", "./"):
        return "Unsupported format of the fmf file."
    name = fmf.get("name")
    if name and not any(re.search(name, plan) for plan in behaviour["plans"]):
        return "Did not find any plans matching '%s'." % name
    wanted = fmf.get("test_name")
    if wanted and not any(re.search(wanted, plan) for plan in behaviour["plans"]):
        return "Did not find any tests matching '%s'." % wanted
    return None


def reserves(behaviour, test):
    """Whether it is a test that sleeps; those of other repositories are taken for one."""
    fmf = test.get("fmf")
    if not fmf or not REPOSITORY.fullmatch(fmf["url"]):
        return True
    return any("reserve" in plan for plan in behaviour["plans"] if re.search(fmf.get("name") or "", plan))


def machine(behaviour, ranch, environment):
    arch, pool = environment.get("arch"), environment.get("pool")
    if arch not in (behaviour["arches"] or ARCHES.get(ranch, [])):
        return "No pool has machines of the architecture '%s'" % arch
    if pool and pool not in behaviour["pools"]:
        return "There is no pool '%s'" % pool
    return hardware(behaviour["machine"], environment.get("hardware") or {})


def hardware(has, wanted):
    for name, constraint in wanted.items():
        if name == "and":
            why = next((why for each in constraint if (why := hardware(has, each))), None)
        elif name == "or":
            whys = [hardware(has, each) for each in constraint]
            why = whys[0] if whys and all(whys) else None
        elif name not in HARDWARE:
            why = "Hardware requirement '%s' is not known" % name
        else:
            why = constrained(has, name, constraint)
        if why:
            return why
    return None


def constrained(has, name, constraint):
    if isinstance(constraint, dict):
        return next((why for key, each in constraint.items() if (why := constrained(has, name + "." + key, each))), None)
    if isinstance(constraint, list):
        return next((why for each in constraint if (why := constrained(has, name, each))), None)
    if name not in has or constraint is None:
        return None
    operator, value = QUANTITY.fullmatch(str(constraint)).groups()
    one, other = quantity(has[name]), quantity(value)
    if operator in ("~", "!~"):
        met = (re.search(value, str(has[name])) is not None) == (operator == "~")
    else:
        met = type(one) is type(other) and COMPARE[operator or "="](one, other)
    return None if met else "No pool has a machine with the hardware %s: %s" % (name, constraint)


def quantity(value):
    match = SIZE.fullmatch(str(value))
    if not match:
        return str(value)
    number, unit, binary = match.groups()
    return float(number) * (1024 if binary else 1000) ** " KMGT".index(unit.upper() or " ")
