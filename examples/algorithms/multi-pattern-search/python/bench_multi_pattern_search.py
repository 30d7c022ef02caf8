from multi_pattern_search import Searcher


def random_words(count, shortest, longest, letters, random):
    return [
        "".join(letters[random(len(letters))] for _ in range(shortest + random(longest - shortest + 1)))
        for _ in range(count)
    ]


def searching(words, text, least):
    searcher = Searcher(words)

    def check(result):
        return len(result) >= least and all(text[match.start : match.end] == words[match.index] for match in result)

    return lambda: searcher.search(text), check


def keywords(n, random):
    """A hundred of the five hundred words that a text is made of."""
    vocabulary = random_words(500, 3, 8, "abcdefghijklmnopqrstuvwxyz", random)
    chosen = [random(500) for _ in range(n // 6)]
    text = " ".join(vocabulary[index] for index in chosen)
    return searching(vocabulary[:100], text, sum(index < 100 for index in chosen))


def motifs(n, random):
    """Words of four letters only, which nearly always fail after some of them."""
    words = random_words(200, 7, 12, "acgt", random)
    text = random_words(1, n, n, "acgt", random)[0] + words[0]
    return searching(words, text, 1)


def building(n, random):
    """The building itself, of words that together have n letters."""
    words = random_words(n // 8, 8, 8, "abcdefghijklmnopqrstuvwxyz", random)
    text = "".join(words)
    return lambda: Searcher(words), lambda searcher: len(searcher.search(text)) >= len(words)


WORKLOADS = {"keywords": (10_000, keywords), "motifs": (10_000, motifs), "building": (2_000, building)}
