<?php

declare(strict_types=1);

namespace IniConfig;

require_once __DIR__ . '/Config.php';
require_once __DIR__ . '/Entry.php';
require_once __DIR__ . '/ParseException.php';
require_once __DIR__ . '/Problem.php';
require_once __DIR__ . '/Reason.php';
require_once __DIR__ . '/Section.php';
require_once __DIR__ . '/SettingException.php';
require_once __DIR__ . '/InvalidValueException.php';
require_once __DIR__ . '/MissingSettingException.php';

/** Reads settings from INI texts. */
final class IniParser
{
    private const NAME = '[A-Za-z0-9_.-]+';
    private const ESCAPES = ['\\"' => '"', '\\\\' => '\\', '\\n' => "\n", '\\t' => "\t"];

    /** @throws ParseException */
    public static function parse(string $text): Config
    {
        $values = [];
        $problems = [];
        $section = '';
        foreach (self::statements($text) as $statement) {
            if ($statement instanceof Section) {
                $section = $statement->name;
            } elseif ($statement instanceof Problem) {
                $problems[] = $statement;
            } elseif ($section !== null && isset($values[$section][$statement->key])) {
                $problems[] = new Problem($statement->line, Reason::DuplicateKey);
            } elseif ($section !== null) {
                $values[$section][$statement->key] = $statement->value;
            }
        }

        return $problems === [] ? new Config($values) : throw new ParseException($problems);
    }

    /** @return \Generator<Section|Entry|Problem> */
    private static function statements(string $text): \Generator
    {
        foreach (explode("\n", $text) as $index => $line) {
            yield from self::read(trim(preg_replace('/\r\z/', '', $line), " \t"), $index + 1);
        }
    }

    /** @return list<Section|Entry|Problem> what a line says */
    private static function read(string $line, int $number): array
    {
        return match (true) {
            $line === '', $line[0] === ';', $line[0] === '#' => [],
            preg_match('/\A\[(' . self::NAME . ')\]\z/', $line, $found) === 1 => [new Section($found[1])],
            $line[0] === '[' => [new Section(null), new Problem($number, Reason::BadSection)],
            preg_match('/\A(' . self::NAME . ')[ \t]*=[ \t]*(.*)\z/s', $line, $found) === 1
                => [self::readEntry($number, $found[1], $found[2])],
            str_contains($line, '=') => [new Problem($number, Reason::BadKey)],
            default => [new Problem($number, Reason::MissingEquals)],
        };
    }

    private static function readEntry(int $number, string $key, string $value): Entry|Problem
    {
        if (!str_starts_with($value, '"')) {
            return new Entry($number, $key, $value);
        }

        $end = 1 + strcspn($value, '"\\', 1);
        while (isset(self::ESCAPES[substr($value, $end, 2)])) {
            $end += 2 + strcspn($value, '"\\', $end + 2);
        }

        return match (substr($value, $end)) {
            '"' => new Entry($number, $key, strtr(substr($value, 1, $end - 1), self::ESCAPES)),
            '', '\\' => new Problem($number, Reason::Unterminated),
            default => new Problem($number, $value[$end] === '"' ? Reason::TrailingText : Reason::BadEscape),
        };
    }
}
