"""Levenshtein distance between two texts, counted in Unicode code points."""


def edit_distance(first: str, second: str) -> int:
    """Return the smallest number of edits that turn ``first`` into ``second``.

    An edit inserts, deletes or replaces one code point. Memory use is linear
    in the lengths of the texts.
    """
    # A common prefix and a common suffix never need an edit.
    shortest = min(len(first), len(second))
    prefix = 0
    while prefix < shortest and first[prefix] == second[prefix]:
        prefix += 1
    suffix = 0
    while suffix < shortest - prefix and first[-1 - suffix] == second[-1 - suffix]:
        suffix += 1
    longer = first[prefix : len(first) - suffix]
    shorter = second[prefix : len(second) - suffix]

    # The distance is symmetric, so the row can follow the shorter text.
    if len(longer) < len(shorter):
        longer, shorter = shorter, longer
    if not shorter:
        return len(longer)

    # row[j] is the distance from the part of `longer` read so far to the
    # first j characters of `shorter`.
    row = list(range(len(shorter) + 1))
    for i, a in enumerate(longer, 1):
        diagonal = i - 1
        left = i
        row[0] = i
        for j, b in enumerate(shorter, 1):
            above = row[j]
            if a == b:
                left = diagonal
            else:
                if above < left:
                    left = above
                if diagonal < left:
                    left = diagonal
                left += 1
            row[j] = left
            diagonal = above
    return row[-1]
