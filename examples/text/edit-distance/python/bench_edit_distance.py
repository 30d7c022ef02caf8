from edit_distance import edit_distance


def misspelt_words(n, random):
    pairs = []
    edits = 0
    for _ in range(n):
        word = [chr(ord("a") + random(13)) for _ in range(4 + random(9))]
        other = list(word)
        for i in range(len(word)):
            if random(4) == 0:
                other[i] = chr(ord("n") + random(13))  # never in the word, so this is one edit more
                edits += 1
        pairs.append(("".join(word), "".join(other)))
    return lambda: sum(edit_distance(*pair) for pair in pairs), lambda result: result == edits


def edited_text(n, random):
    first = [chr(ord("a") + random(26)) for _ in range(n)]
    second = [chr(ord("A") + random(26)) if random(16) == 0 else character for character in first]
    return distance_of(first, second)


def wide_alphabet(n, random):
    first = [chr(0x4E00 + random(20_000)) for _ in range(n)]
    second = [chr(0x1F300 + random(256)) if random(2) == 0 else character for character in first]
    return distance_of(first, second)


def distance_of(first, second):
    """Two texts of one length, where they differ with a character that is nowhere in the first."""
    edits = sum(a != b for a, b in zip(first, second))
    first, second = "".join(first), "".join(second)
    return lambda: edit_distance(first, second), lambda result: result == edits


WORKLOADS = {
    "misspelt_words": (100, misspelt_words),
    "edited_text": (1_000, edited_text),
    "wide_alphabet": (1_000, wide_alphabet),
}
