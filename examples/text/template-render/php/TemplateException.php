<?php

declare(strict_types=1);

namespace TemplateRender;

require_once __DIR__ . '/ErrorKind.php';

/** An error of a template, with its kind and the position of the tag concerned. */
final class TemplateException extends \RuntimeException
{
    public readonly int $templateLine;
    public readonly int $templateColumn;

    /** @param int $offset of the tag in the template, in bytes */
    public function __construct(
        public readonly ErrorKind $kind,
        string $template,
        int $offset,
        string $detail,
        ?\Throwable $previous = null,
    ) {
        $lines = explode("\n", substr($template, 0, $offset));
        $this->templateLine = count($lines);
        $this->templateColumn = mb_strlen(end($lines), 'UTF-8') + 1;
        parent::__construct(
            "{$kind->value} at {$this->templateLine}:{$this->templateColumn}: $detail",
            previous: $previous,
        );
    }
}
