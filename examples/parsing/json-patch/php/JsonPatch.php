<?php

declare(strict_types=1);

namespace JsonPatch;

require_once __DIR__ . '/Failure.php';
require_once __DIR__ . '/Operation.php';
require_once __DIR__ . '/PatchException.php';
require_once __DIR__ . '/Pointer.php';
require_once __DIR__ . '/Reason.php';

/** Applies JSON Patches (RFC 6902) to values as json_decode makes them: arrays are lists, objects are stdClass. */
final class JsonPatch
{
    /**
     * Returns the patched document, which shares with document and patch what is the same; neither is changed.
     *
     * @param list<mixed> $patch
     * @throws PatchException for the first operation that fails
     */
    public static function apply(mixed $document, array $patch): mixed
    {
        foreach ($patch as $index => $operation) {
            try {
                $document = self::applyOperation($document, Operation::parse($operation));
            } catch (Failure $failure) {
                throw new PatchException($index, $failure->reason);
            }
        }

        return $document;
    }

    private static function applyOperation(mixed $document, Operation $operation): mixed
    {
        $path = $operation->path;

        return match ($operation->op) {
            'add' => $path->add($document, $operation->value),
            'remove' => $path->remove($document),
            'replace' => $path->replace($document, $operation->value),
            'copy' => $path->add($document, $operation->from->get($document)),
            'move' => self::move($document, $operation->from, $path),
            'test' => self::test($document, $path, $operation->value),
        };
    }

    private static function move(mixed $document, Pointer $from, Pointer $path): mixed
    {
        if ($path->isInside($from)) {
            throw new Failure(Reason::IntoItself);
        }
        $value = $from->get($document);

        return $path->equals($from) ? $document : $path->add($from->remove($document), $value);
    }

    private static function test(mixed $document, Pointer $path, mixed $value): mixed
    {
        return self::areEqual($path->get($document), $value) ? $document : throw new Failure(Reason::TestFailed);
    }

    private static function areEqual(mixed $one, mixed $other): bool
    {
        if (is_array($one) && is_array($other)) {
            return self::haveEqualItems($one, $other);
        }
        if ($one instanceof \stdClass && $other instanceof \stdClass) {
            return self::haveEqualItems(get_object_vars($one), get_object_vars($other));
        }
        if (is_float($one) && is_int($other) || is_int($one) && is_float($other)) {
            return (float) $one === (float) $other;
        }

        return $one === $other;
    }

    private static function haveEqualItems(array $one, array $other): bool
    {
        if (count($one) !== count($other)) {
            return false;
        }
        foreach ($one as $key => $item) {
            if (!array_key_exists($key, $other) || !self::areEqual($item, $other[$key])) {
                return false;
            }
        }

        return true;
    }
}
