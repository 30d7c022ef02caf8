<?php

declare(strict_types=1);

namespace IniConfig;

/** A value is not of the type asked for. */
final class InvalidValueException extends SettingException
{
    public function __construct(string $section, string $key, public readonly string $value, string $type)
    {
        parent::__construct($section, $key, "'$value' is not $type");
    }
}
