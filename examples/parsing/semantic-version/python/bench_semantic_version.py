from semantic_version import compare, sort

STAGES = ("alpha", "beta", "rc")


def release(random):
    """A version as projects have them, and its place in the order."""
    major, minor, patch, stage, number = random(4), random(20), random(30), random(8), random(12)
    text = f"{major}.{minor}.{patch}"
    if stage < len(STAGES):
        text += f"-{STAGES[stage]}.{number}"
    else:
        stage, number = len(STAGES), 0
    if random(8) == 0:
        text += f"+build.{random(1000)}"
    return text, (((major * 20 + minor) * 30 + patch) * 4 + stage) * 12 + number


def nightly(random):
    """A build of one and the same version, and its place in the order."""
    year, day, run, is_text = 2000 + random(30), random(365), random(200), random(2)
    target = f"arm{run}" if is_text else run
    place = ((year * 365 + day) * 2 + is_text) * 200 + (ARMS.index(run) if is_text else run)
    return f"3.0.0-nightly.linux-x86-64.{year}.{day}.{target}", place


# In the order of their texts, arm10 stands before arm2.
ARMS = sorted(range(200), key=str)


def sort_of(one):
    def prepare(n, random):
        places = dict(one(random) for _ in range(n))
        versions = list(places)
        expected = sorted(places.values())
        return lambda: sort(versions), lambda result: [places[text] for text in result] == expected

    return prepare


def compare_releases(n, random):
    pairs = [(release(random), release(random)) for _ in range(n)]
    texts = [(first, second) for (first, _), (second, _) in pairs]
    expected = [(first > second) - (first < second) for (_, first), (_, second) in pairs]
    return lambda: [compare(first, second) for first, second in texts], lambda result: result == expected


WORKLOADS = {
    "sort_releases": (500, sort_of(release)),
    "sort_nightlies": (500, sort_of(nightly)),
    "compare_releases": (250, compare_releases),
}
