<?php

declare(strict_types=1);

namespace IniConfig;

require_once __DIR__ . '/SettingException.php';

/** A key is not set. */
final class MissingSettingException extends SettingException
{
    public function __construct(string $section, string $key)
    {
        parent::__construct($section, $key, 'not set');
    }
}
