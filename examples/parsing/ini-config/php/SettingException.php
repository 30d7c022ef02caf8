<?php

declare(strict_types=1);

namespace IniConfig;

/** A setting cannot be had. */
abstract class SettingException extends \RuntimeException
{
    public function __construct(public readonly string $section, public readonly string $key, string $detail)
    {
        parent::__construct("[$section] $key: $detail");
    }
}
