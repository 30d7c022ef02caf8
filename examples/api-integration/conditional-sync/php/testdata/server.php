<?php

declare(strict_types=1);

// A server that runs beside the tests. It tells its port in the first line of its output, then each request in one line
// of JSON before it answers. A line of its input has the replies of all paths from then on; it is confirmed by a line.

$server = stream_socket_server('tcp://127.0.0.1:0');
fwrite(STDOUT, explode(':', stream_socket_get_name($server, false))[1] . "\n");
$routes = [];
$held = [];
while (true) {
    $readable = [STDIN, $server];
    $none = null;
    stream_select($readable, $none, $none, null);
    if (in_array(STDIN, $readable, true)) {
        $line = fgets(STDIN);
        if ($line === false) {
            exit;
        }
        $routes = unserialize(base64_decode($line));
        fwrite(STDOUT, "ready\n");
        continue;
    }
    $client = stream_socket_accept($server);
    [$method, $path] = explode(' ', (string) fgets($client));
    $headers = [];
    while (($line = rtrim((string) fgets($client), "\r\n")) !== '') {
        [$name, $value] = explode(': ', $line, 2);
        $headers[strtolower($name)] = $value;
    }
    fwrite(STDOUT, json_encode([$method, $path, $headers]) . "\n");
    $replies = $routes[$path] ?? [[404, [], '']];
    $reply = $replies[0];
    if (count($replies) > 1) {
        array_shift($routes[$path]);
    }
    if ($reply === 'hold') {
        $held[] = $client;
        continue;
    }
    if ($reply === 'close') {
        fclose($client);
        continue;
    }
    [$status, $lines, $body, $endless] = $reply + [3 => false];
    $length = $endless ? 1000000 : strlen($body);
    $head = ["HTTP/1.1 $status Any", 'Connection: close', ...$lines, ...($status === 304 ? [] : ["Content-Length: $length"])];
    @fwrite($client, implode("\r\n", $head) . "\r\n\r\n" . $body);
    if ($endless === true) {
        $held[] = $client;
    } else {
        fclose($client);
    }
}
