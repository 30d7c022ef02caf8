<?php

declare(strict_types=1);

namespace TarArchive;

require_once __DIR__ . '/ErrorKind.php';

/** What is wrong with an archive or an entry. */
final class ArchiveException extends \Exception
{
    /** @param int $index of the entry concerned, from zero */
    public function __construct(public readonly ErrorKind $kind, public readonly int $index)
    {
        parent::__construct("$kind->value at entry $index");
    }
}
