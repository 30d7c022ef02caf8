<?php

declare(strict_types=1);

namespace JsonPatch;

/**
 * A location in a document. Whatever it changes, it copies before.
 *
 * @internal
 */
final class Pointer
{
    /** @param list<string> $tokens unescaped, from the root on */
    private function __construct(private readonly array $tokens)
    {
    }

    /** @throws Failure */
    public static function parse(string $pointer): self
    {
        $isRooted = $pointer === '' || $pointer[0] === '/';
        if (!$isRooted || preg_match('/~(?![01])/', $pointer) === 1) {
            throw new Failure(Reason::InvalidPointer);
        }
        $tokens = array_slice(explode('/', $pointer), 1);

        return new self(array_map(static fn (string $token): string
            => strtr($token, ['~1' => '/', '~0' => '~']), $tokens));
    }

    public function equals(self $other): bool
    {
        return $this->tokens === $other->tokens;
    }

    public function isInside(self $other): bool
    {
        $depth = count($other->tokens);

        return count($this->tokens) > $depth && array_slice($this->tokens, 0, $depth) === $other->tokens;
    }

    /** @throws Failure if the location does not exist */
    public function get(mixed $document): mixed
    {
        return array_reduce($this->tokens, self::child(...), $document);
    }

    /** @throws Failure if no value can be added there */
    public function add(mixed $document, mixed $value): mixed
    {
        return $this->rebuild($document, $value, static function (mixed $container, string $token) use ($value): mixed {
            if (!is_array($container)) {
                return self::withMember($container, $token, $value);
            }
            $index = self::index($container, $token);
            if ($index > count($container)) {
                throw new Failure(Reason::NotFound);
            }
            array_splice($container, $index, 0, [$value]);

            return $container;
        });
    }

    /** @throws Failure if the location does not exist */
    public function replace(mixed $document, mixed $value): mixed
    {
        $this->get($document);

        return $this->rebuild($document, $value, static fn (mixed $container, string $token): mixed
            => self::withChild($container, $token, $value));
    }

    /** @throws Failure if the location does not exist */
    public function remove(mixed $document): mixed
    {
        $this->get($document);

        return $this->rebuild($document, null, static function (array|\stdClass $container, string $token): mixed {
            if (is_array($container)) {
                array_splice($container, (int) $token, 1);

                return $container;
            }
            $container = clone $container;
            unset($container->$token);

            return $container;
        });
    }

    /**
     * Makes the containers on the way anew, the innermost one by $change.
     *
     * @param \Closure(mixed, string): mixed $change
     */
    private function rebuild(mixed $document, mixed $newRoot, \Closure $change, int $depth = 0): mixed
    {
        if ($this->tokens === []) {
            return $newRoot;
        }
        $token = $this->tokens[$depth];
        if ($depth === count($this->tokens) - 1) {
            return $change($document, $token);
        }
        $child = $this->rebuild(self::child($document, $token), $newRoot, $change, $depth + 1);

        return self::withChild($document, $token, $child);
    }

    private static function child(mixed $container, string $token): mixed
    {
        $found = match (true) {
            is_array($container) => self::index($container, $token) < count($container),
            $container instanceof \stdClass => property_exists($container, $token),
            default => false,
        };
        if (!$found) {
            throw new Failure(Reason::NotFound);
        }

        return is_array($container) ? $container[(int) $token] : $container->$token;
    }

    /** Sets a child that is there, or a new member. */
    private static function withChild(mixed $container, string $token, mixed $value): mixed
    {
        if (!is_array($container)) {
            return self::withMember($container, $token, $value);
        }
        $container[(int) $token] = $value;

        return $container;
    }

    private static function withMember(mixed $container, string $name, mixed $value): \stdClass
    {
        if (!$container instanceof \stdClass) {
            throw new Failure(Reason::NotFound);
        }
        $container = clone $container;
        $container->$name = $value;

        return $container;
    }

    /** Returns the index that a token stands for, or the greatest int; `-` is the place after the last element. */
    private static function index(array $container, string $token): int
    {
        if ($token === '-') {
            return count($container);
        }
        if (preg_match('/^(?:0|[1-9][0-9]*)$/D', $token) !== 1) {
            throw new Failure(Reason::InvalidIndex);
        }

        $index = filter_var($token, FILTER_VALIDATE_INT);

        return $index === false ? PHP_INT_MAX : $index;
    }
}
