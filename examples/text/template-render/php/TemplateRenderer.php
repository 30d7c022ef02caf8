<?php

declare(strict_types=1);

namespace TemplateRender;

require_once __DIR__ . '/Scope.php';
require_once __DIR__ . '/TemplateException.php';
require_once __DIR__ . '/TemplateParser.php';

/** Renders text templates with data and a registry of filters. */
final class TemplateRenderer
{
    private const ENTITIES = ['&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#39;'];

    /** @param array<string, mixed> $data */
    private function __construct(private readonly string $template, private readonly array $data)
    {
    }

    /**
     * Renders a template and returns the text.
     *
     * @param array<string, mixed> $data
     * @param array<string, callable> $filters called as $filter($value, ...$arguments)
     *
     * @throws TemplateException
     */
    public static function render(string $template, array $data, array $filters = []): string
    {
        $nodes = (new TemplateParser($template, $filters))->parse();

        return (new self($template, $data))->renderNodes($nodes, null);
    }

    /** @param list<string|Output|Loop|Condition> $nodes */
    private function renderNodes(array $nodes, ?Scope $scope): string
    {
        $text = '';
        foreach ($nodes as $node) {
            $text .= match (true) {
                is_string($node) => $node,
                $node instanceof Output => $this->renderOutput($node, $scope),
                $node instanceof Loop => $this->renderLoop($node, $scope),
                $node instanceof Condition => $this->renderCondition($node, $scope),
            };
        }

        return $text;
    }

    private function renderOutput(Output $output, ?Scope $scope): string
    {
        $operand = $output->operand;
        $value = $operand instanceof Path ? $this->require($operand, $scope, $output->offset) : $operand;
        foreach ($output->filters as $filter) {
            $value = $this->apply($filter, $value, $output->offset);
        }
        if (is_array($value)) {
            $this->fail(ErrorKind::Type, $output->offset, 'a list or map cannot be printed');
        }
        $text = is_bool($value) ? var_export($value, true) : (string) $value;

        return $output->escaped ? strtr($text, self::ENTITIES) : $text;
    }

    private function renderLoop(Loop $loop, ?Scope $scope): string
    {
        $list = $this->require($loop->path, $scope, $loop->offset);
        if (!is_array($list) || !array_is_list($list)) {
            $this->fail(ErrorKind::Type, $loop->offset, 'for over a value that is not a list');
        }
        $text = '';
        foreach ($list as $item) {
            $text .= $this->renderNodes($loop->body, new Scope($loop->name, $item, $scope));
        }

        return $text;
    }

    private function renderCondition(Condition $condition, ?Scope $scope): string
    {
        [, $value] = $this->resolve($condition->path, $scope, $condition->offset);
        $truth = !in_array($value, [null, false, 0, '', []], true);
        $branch = $truth !== $condition->negated ? $condition->body : $condition->otherwise;

        return $this->renderNodes($branch ?? [], $scope);
    }

    /** @param \Closure(mixed): mixed $filter */
    private function apply(\Closure $filter, mixed $value, int $offset): mixed
    {
        try {
            $result = $filter($value);
        } catch (\Throwable $cause) {
            $this->fail(ErrorKind::FilterFailed, $offset, 'a filter threw', $cause);
        }

        return $this->checked($result, $offset);
    }

    private function require(Path $path, ?Scope $scope, int $offset): mixed
    {
        [$found, $value] = $this->resolve($path, $scope, $offset);
        if (!$found) {
            $this->fail(ErrorKind::Missing, $offset, implode('.', $path->segments));
        }

        return $value;
    }

    /** @return array{bool, mixed} whether the path is there, and its value, else null */
    private function resolve(Path $path, ?Scope $scope, int $offset): array
    {
        $segments = $path->segments;
        $binding = $scope?->find($segments[0]);
        if ($binding !== null) {
            array_shift($segments);
        }
        $value = $binding === null ? $this->data : $binding->item;
        $this->checked($value, $offset);
        foreach ($segments as $segment) {
            if (!self::hasEntry($value, $segment)) {
                return [false, null];
            }
            $value = $this->checked($value[$segment], $offset);
        }

        return [true, $value];
    }

    private static function hasEntry(mixed $container, string|int $segment): bool
    {
        return is_array($container)
            && array_key_exists($segment, $container)
            && (is_string($segment) || array_is_list($container));
    }

    private function checked(mixed $value, int $offset): mixed
    {
        if ($value === null || is_string($value) || is_int($value) || is_bool($value) || is_array($value)) {
            return $value;
        }
        $this->fail(ErrorKind::Type, $offset, 'not a value of the data: ' . get_debug_type($value));
    }

    private function fail(ErrorKind $kind, int $offset, string $detail, ?\Throwable $cause = null): never
    {
        throw new TemplateException($kind, $this->template, $offset, $detail, $cause);
    }
}
