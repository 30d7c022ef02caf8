<?php

declare(strict_types=1);

namespace IniConfig;

/** Settings by section and key. */
final class Config
{
    private const TRUE = ['true', 'yes', 'on', '1'];
    private const FALSE = ['false', 'no', 'off', '0'];

    /** @param array<string, array<string, string>> $values by section, then by key */
    public function __construct(private readonly array $values)
    {
    }

    /** Returns the value, or null if the key is not set. */
    public function get(string $section, string $key): ?string
    {
        return $this->values[$section][$key] ?? null;
    }

    /**
     * @throws MissingSettingException
     * @throws InvalidValueException
     */
    public function integer(string $section, string $key): int
    {
        return $this->converted($section, $key, 'an integer', static function (string $value): ?int {
            if (preg_match('/\A-?(?:0|[1-9][0-9]*)\z/', $value) !== 1) {
                return null;
            }

            return filter_var($value, FILTER_VALIDATE_INT, FILTER_NULL_ON_FAILURE);
        });
    }

    /**
     * @throws MissingSettingException
     * @throws InvalidValueException
     */
    public function boolean(string $section, string $key): bool
    {
        return $this->converted($section, $key, 'a boolean', static fn (string $value): ?bool => match (true) {
            in_array(strtolower($value), self::TRUE, true) => true,
            in_array(strtolower($value), self::FALSE, true) => false,
            default => null,
        });
    }

    /**
     * @template T
     *
     * @param \Closure(string): ?T $convert null for what is not of the type
     *
     * @return T
     */
    private function converted(string $section, string $key, string $type, \Closure $convert): mixed
    {
        $value = $this->get($section, $key) ?? throw new MissingSettingException($section, $key);

        return $convert($value) ?? throw new InvalidValueException($section, $key, $value, $type);
    }
}
