<?php

declare(strict_types=1);

namespace TemplateRender;

require_once __DIR__ . '/Condition.php';
require_once __DIR__ . '/Loop.php';
require_once __DIR__ . '/Output.php';
require_once __DIR__ . '/Path.php';
require_once __DIR__ . '/TemplateException.php';

/** Reads a template into a tree: strings of text, outputs and blocks. */
final class TemplateParser
{
    private const NAME = '[A-Za-z_][A-Za-z0-9_]*';
    private const PATH = self::NAME . '(?:\.(?:' . self::NAME . '|0|[1-9][0-9]*))*+';
    private const INTEGER = '-?[0-9]{1,15}';
    private const STRING = '"(?:[^"\\\\]++|\\\\["\\\\])*+"';
    private const KEYWORDS = ['for', 'in', 'if', 'not', 'else', 'endfor', 'endif'];

    private int $index = 0;
    private int $tagOffset = 0;

    /** @var list<string|Output|Loop|Condition> */
    private array $root = [];

    /** @var list<Loop|Condition> */
    private array $blocks = [];

    /** @param array<string, callable> $filters */
    public function __construct(private readonly string $template, private readonly array $filters)
    {
    }

    /** @return list<string|Output|Loop|Condition> */
    public function parse(): array
    {
        while ($this->skipToTag()) {
            if ($this->accept('{{')) {
                $this->parseOutput();
            } else {
                $this->parseStatement();
            }
        }
        if ($this->blocks !== []) {
            $offset = end($this->blocks)->offset;
            throw new TemplateException(ErrorKind::Syntax, $this->template, $offset, 'block without end');
        }

        return $this->root;
    }

    private function skipToTag(): bool
    {
        $found = preg_match('/\{[{%]/', $this->template, $match, PREG_OFFSET_CAPTURE, $this->index) === 1;
        $this->tagOffset = $found ? $match[0][1] : strlen($this->template);
        $this->append(substr($this->template, $this->index, $this->tagOffset - $this->index));
        $this->index = $this->tagOffset;

        return $found;
    }

    private function parseOutput(): void
    {
        $escaped = !$this->accept('&');
        $operand = $this->acceptLiteral() ?? $this->expectPath();
        $calls = [];
        while ($this->acceptPart('|')) {
            $calls[] = $this->parseCall();
        }
        $this->expectPart('}}');
        $filters = array_map(fn (array $call): \Closure => $this->bind(...$call), $calls);
        $this->append(new Output($this->tagOffset, $escaped, $operand, $filters));
    }

    /** @return array{string, list<string|int>} name and arguments */
    private function parseCall(): array
    {
        $name = $this->expectName();
        $arguments = [];
        if ($this->acceptPart('(') && !$this->acceptPart(')')) {
            do {
                $arguments[] = $this->acceptLiteral() ?? $this->fail('string or integer expected');
            } while ($this->acceptPart(','));
            $this->expectPart(')');
        }

        return [$name, $arguments];
    }

    /** @param list<string|int> $arguments */
    private function bind(string $name, array $arguments): \Closure
    {
        $filter = $this->filters[$name] ?? $this->fail($name, ErrorKind::UnknownFilter);

        return static fn (mixed $value): mixed => $filter($value, ...$arguments);
    }

    private function parseStatement(): void
    {
        $this->accept('{%');
        $keyword = $this->expectName();
        match ($keyword) {
            'for' => $this->parseFor(),
            'if' => $this->parseIf(),
            'else' => $this->parseElse(),
            'endfor' => $this->parseEnd(Loop::class),
            'endif' => $this->parseEnd(Condition::class),
            default => $this->fail("unknown tag $keyword"),
        };
    }

    private function parseFor(): void
    {
        $name = $this->expectName();
        if (in_array($name, self::KEYWORDS, true)) {
            $this->fail("$name cannot be a loop name");
        }
        if ($this->expectName() !== 'in') {
            $this->fail('in expected');
        }
        $this->open(new Loop($this->tagOffset, $name, $this->expectPath()));
    }

    private function parseIf(): void
    {
        $start = $this->index;
        $negated = $this->expectName() === 'not';
        if (!$negated) {
            $this->index = $start;
        }
        $this->open(new Condition($this->tagOffset, $negated, $this->expectPath()));
    }

    private function parseElse(): void
    {
        $this->expectPart('%}');
        $block = end($this->blocks);
        if (!$block instanceof Condition || $block->otherwise !== null) {
            $this->fail('else cannot stand here');
        }
        $block->otherwise = [];
    }

    /** @param class-string $class */
    private function parseEnd(string $class): void
    {
        $this->expectPart('%}');
        if (!end($this->blocks) instanceof $class) {
            $this->fail('no such block to end here');
        }
        array_pop($this->blocks);
    }

    private function open(Loop|Condition $block): void
    {
        $this->expectPart('%}');
        $this->append($block);
        $this->blocks[] = $block;
    }

    private function append(string|Output|Loop|Condition $node): void
    {
        if ($this->blocks === []) {
            $this->root[] = $node;
        } else {
            end($this->blocks)->append($node);
        }
    }

    private function expectPath(): Path
    {
        $segments = explode('.', $this->acceptToken(self::PATH) ?? $this->fail('path expected'));
        if (in_array($segments[0], self::KEYWORDS, true)) {
            $this->fail("$segments[0] cannot begin a path");
        }

        // The cast saturates: an index too great for an int becomes one that no list has.
        return new Path(array_map(
            static fn (string $segment): string|int => ctype_digit($segment) ? (int) $segment : $segment,
            $segments,
        ));
    }

    private function expectName(): string
    {
        return $this->acceptToken(self::NAME) ?? $this->fail('name expected');
    }

    private function acceptLiteral(): string|int|null
    {
        $string = $this->acceptToken(self::STRING);
        if ($string !== null) {
            return strtr(substr($string, 1, -1), ['\\\\' => '\\', '\\"' => '"']);
        }
        $integer = $this->acceptToken(self::INTEGER);

        return $integer === null ? null : (int) $integer;
    }

    private function expectPart(string $part): void
    {
        if (!$this->acceptPart($part)) {
            $this->fail("$part expected");
        }
    }

    private function acceptPart(string $part): bool
    {
        $this->skipSpace();

        return $this->accept($part);
    }

    private function accept(string $part): bool
    {
        $found = substr_compare($this->template, $part, $this->index, strlen($part)) === 0;
        if ($found) {
            $this->index += strlen($part);
        }

        return $found;
    }

    private function acceptToken(string $pattern): ?string
    {
        $this->skipSpace();
        if (preg_match("/\\G$pattern/", $this->template, $match, 0, $this->index) !== 1) {
            return null;
        }
        $this->index += strlen($match[0]);

        return $match[0];
    }

    private function skipSpace(): void
    {
        $this->index += strspn($this->template, " \t\r\n", $this->index);
    }

    private function fail(string $detail, ErrorKind $kind = ErrorKind::Syntax): never
    {
        throw new TemplateException($kind, $this->template, $this->tagOffset, $detail);
    }
}
