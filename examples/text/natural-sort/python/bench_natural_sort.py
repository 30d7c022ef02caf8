from natural_sort import natural_sort


def numbered(n, random):
    names = [f"file{random(10_000)}.txt" for _ in range(n)]
    return lambda: natural_sort(names), lambda result: is_in_order(result, len(names))


def is_in_order(result, count):
    numbers = [int(name[4:-4]) for name in result]
    return len(numbers) == count and numbers == sorted(numbers)


def many_parts(n, random):
    names = [".".join(f"v{random(100)}" for _ in range(8)) for _ in range(n)]
    keys = sorted([int(part[1:]) for part in name.split(".")] for name in names)
    return lambda: natural_sort(names), lambda result: [[int(part[1:]) for part in name.split(".")] for name in result] == keys


WORKLOADS = {"numbered": (1_000, numbered), "many_parts": (200, many_parts)}
