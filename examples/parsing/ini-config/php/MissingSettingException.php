<?php

declare(strict_types=1);

namespace IniConfig;

/** A key is not set. */
final class MissingSettingException extends SettingException
{
    public function __construct(string $section, string $key)
    {
        parent::__construct($section, $key, 'not set');
    }
}
