<?php

declare(strict_types=1);

require_once __DIR__ . '/clamp.php';

use function Interval\clamp;

return [
    'clamped' => [1_000, function (int $n, callable $random): array {
        $values = array_map(fn () => $random(1_000), range(1, $n));

        return [
            fn () => array_sum(array_map(fn ($value) => clamp($value, 250, 750), $values)),
            // With 1,000 values the sum is the same in every language, because the values are.
            fn ($sum) => $n !== 1_000 || $sum == 508_073,
        ];
    }],
];
