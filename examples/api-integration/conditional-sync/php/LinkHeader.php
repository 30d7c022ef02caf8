<?php

declare(strict_types=1);

namespace ConditionalSync;

/** Reads the `Link` header (RFC 8288). */
final class LinkHeader
{
    private const PARAMETER = <<<'REGEX'
        ;[ \t]* (?: (?<name>[^ \t=;,"]+) (?: [ \t]*=[ \t]* (?: "(?<quoted>(?:[^"\\]|\\.)*+)" | (?<token>[^ \t;,"]*) ) )? )? [ \t]*
        REGEX;

    /**
     * Returns the reference of the first link whose relation is `next`, or null.
     *
     * @throws \UnexpectedValueException if the header is not a list of links
     */
    public static function nextReference(string $header): ?string
    {
        $link = '~\G [ \t,]* <(?<reference>[^>]*)> [ \t]* (?<parameters>(?:' . self::PARAMETER . ')*+) (?:,|\z) ~x';
        $next = null;
        for ($index = 0; trim(substr($header, $index), " \t,") !== ''; $index += strlen($match[0])) {
            if (preg_match($link, $header, $match, 0, $index) !== 1) {
                throw new \UnexpectedValueException('not a list of links');
            }
            if (in_array('next', self::relations($match['parameters']), true)) {
                $next ??= $match['reference'];
            }
        }

        return $next;
    }

    /** @return list<string> */
    private static function relations(string $parameters): array
    {
        preg_match_all('~' . self::PARAMETER . '~x', $parameters, $matches, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL);
        foreach ($matches as ['name' => $name, 'quoted' => $quoted, 'token' => $token]) {
            if (strtolower($name ?? '') === 'rel') {
                return preg_split('~[ \t]+~', strtolower($quoted ?? $token ?? ''));
            }
        }

        return [];
    }
}
