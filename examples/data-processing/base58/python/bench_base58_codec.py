from base58_codec import decode, encode

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def keys(n, random):
    values = [bytes(random(256) for _ in range(32)) for _ in range(n)]
    return lambda: [decode(encode(value)) for value in values], lambda result: result == values


def long_data(n, random):
    data = bytes(random(256) for _ in range(n))
    return lambda: encode(data), lambda result: decode(result) == data


def long_text(n, random):
    text = "".join(ALPHABET[random(58)] for _ in range(n))
    return lambda: decode(text), lambda result: encode(result) == text


WORKLOADS = {
    "keys": (100, keys),
    "long_data": (2_000, long_data),
    "long_text": (2_000, long_text),
}
