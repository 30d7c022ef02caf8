<?php

declare(strict_types=1);

namespace JsonPatch;

/**
 * An operation whose members are there and of the right types.
 *
 * @internal
 */
final class Operation
{
    private function __construct(
        public readonly string $op,
        public readonly Pointer $path,
        public readonly ?Pointer $from,
        public readonly mixed $value,
    ) {
    }

    /** @throws Failure if it is no valid operation */
    public static function parse(mixed $operation): self
    {
        if (!$operation instanceof \stdClass) {
            throw new Failure(Reason::InvalidOperation);
        }
        $op = self::string($operation, 'op');
        $path = self::string($operation, 'path');
        $from = match ($op) {
            'copy', 'move' => self::string($operation, 'from'),
            default => null,
        };
        $value = match ($op) {
            'add', 'replace', 'test' => self::member($operation, 'value'),
            'copy', 'move', 'remove' => null,
            default => throw new Failure(Reason::InvalidOperation),
        };

        return new self($op, Pointer::parse($path), $from === null ? null : Pointer::parse($from), $value);
    }

    private static function string(\stdClass $operation, string $name): string
    {
        $value = self::member($operation, $name);

        return is_string($value) ? $value : throw new Failure(Reason::InvalidOperation);
    }

    private static function member(\stdClass $operation, string $name): mixed
    {
        return property_exists($operation, $name)
            ? $operation->$name
            : throw new Failure(Reason::InvalidOperation);
    }
}
