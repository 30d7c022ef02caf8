<?php

// Runs a workload of `bench_*.php` and reports what it took; see `stages/core/driver.py` for the protocol.

declare(strict_types=1);

[$least, $fixed, $most, $values, $warmup] = array_map(
    fn (string $name): int => (int) getenv("BENCH_$name"),
    ['LEAST_NS', 'LOOPS', 'MOST_NS', 'VALUES', 'WARMUP_NS'],
);

function seeded(): Closure
{
    $state = 2463534242;

    return function (int $below) use (&$state): int {
        $state ^= ($state << 13) & 0xFFFFFFFF;
        $state ^= $state >> 17;
        $state ^= ($state << 5) & 0xFFFFFFFF;

        return $state % $below;
    };
}

function status(string $field): int
{
    preg_match("/^$field:\\s*(\\d+)/m", file_get_contents('/proc/self/status'), $found);

    return (int) $found[1];
}

function cpu(): int
{
    $used = getrusage();

    return 1000 * (
        1_000_000 * ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']
    );
}

$output = fopen('/tmp/bench.tsv', 'w');
$tell = fn (string|int ...$fields) => fwrite($output, implode("\t", $fields) . "\n");
$workloads = require realpath(getenv('BENCH_FILE'));
if (getenv('BENCH_WORKLOAD') === '') {
    foreach ($workloads as $name => [$size]) {
        $tell('workload', $name, $size);
    }
    exit;
}
foreach (array_map(intval(...), explode(' ', getenv('BENCH_SIZES'))) as $size) {
    [$run, $check] = $workloads[getenv('BENCH_WORKLOAD')][1]($size, seeded());
    $result = null;
    $measure = function (string $kind, int $loops) use ($tell, $size, $run, &$result): array {
        $switches = status('voluntary_ctxt_switches');
        $wall = hrtime(true);
        $cpu = cpu();
        for ($i = 0; $i < $loops; $i++) {
            $result = $run();
        }
        $cpu = cpu() - $cpu;
        $wall = hrtime(true) - $wall;
        $tell($kind, $size, $loops, $cpu, $wall, status('voluntary_ctxt_switches') - $switches);

        return [$cpu, $wall];
    };
    $loops = $fixed ?: 1;
    for ($i = 0; $values === 0 && $i < $fixed; $i++) {
        $result = $run();
    }
    $spent = $slowest = 0;
    while ($values > 0 && ($spent < $warmup || ($fixed === 0 && $slowest < $least))) {
        [$cpu, $wall] = $measure('warmup', $loops);
        $slowest = max($cpu, intdiv($wall, 50), 1);
        $spent += $slowest;
        if ($fixed === 0 && $slowest < $least) {
            $loops *= 2;
        }
    }
    $once = 0;
    for ($i = 0; $i < $values; $i++) {
        $once = max($once, intdiv($measure('value', $loops)[1], $loops));
    }
    $tell('peak', $size, status('VmHWM'));
    if ($values > 0 || $fixed > 0) {
        $tell('check', $size, $check($result) ? 1 : 0);
    }
    if ($once > $most) {
        break;
    }
}
