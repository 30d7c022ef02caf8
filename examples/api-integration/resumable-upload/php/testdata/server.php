<?php

declare(strict_types=1);

// A server that keeps one upload, beside the tests. A line of its input begins anew with a state: plan, data and length.
// It tells its port in the first line of its output, then confirms each state, and tells each request before its answer.
// A step of the plan is what is done with one request, instead of the right thing: a number keeps so many bytes of the
// body and drops the connection, an array answers with this status and these headers, 'silent' not at all.

$server = stream_socket_server('tcp://127.0.0.1:0');
fwrite(STDOUT, explode(':', stream_socket_get_name($server, false))[1] . "\n");
$plan = [];
$data = '';
$length = '';
$held = [];

$right = static function (string $method, array $headers, string $body) use (&$data, &$length): array {
    if ($method === 'POST') {
        $length = $headers['upload-length'];

        return [201, 'Location: /uploads/7'];
    }
    if ($method === 'HEAD') {
        return [200, 'Upload-Offset: ' . strlen($data), "Upload-Length: $length"];
    }
    if ($headers['upload-offset'] !== (string) strlen($data)) {
        return [409];
    }
    if ($headers['upload-checksum'] !== 'sha-256 ' . hash('sha256', $body)) {
        return [422];
    }
    $data .= $body;

    return [204, 'Upload-Offset: ' . strlen($data)];
};

while (true) {
    $readable = [STDIN, $server];
    $none = null;
    stream_select($readable, $none, $none, null);
    if (in_array(STDIN, $readable, true)) {
        $line = fgets(STDIN);
        if ($line === false) {
            exit;
        }
        [$plan, $data, $length] = unserialize(base64_decode($line));
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
    $size = (int) ($headers['content-length'] ?? 0);
    $body = $size === 0 ? '' : stream_get_contents($client, $size);
    $step = array_shift($plan);
    if (is_int($step)) {
        $data .= substr($body, 0, $step);
    }
    $step ??= $right($method, $headers, $body);
    $type = $headers['content-type'] ?? null;
    $told = ['method' => $method, 'path' => $path, 'offset' => $headers['upload-offset'] ?? null];
    fwrite(STDOUT, json_encode($told + ['size' => $size, 'type' => $type, 'data' => sha1($data), 'length' => $length]) . "\n");
    if ($step === 'silent') {
        $held[] = $client;
        continue;
    }
    if (is_array($step)) {
        $status = array_shift($step);
        fwrite($client, "HTTP/1.1 $status Any\r\nConnection: close\r\n" . implode('', preg_replace('/$/D', "\r\n", $step)) . "\r\n");
    }
    fclose($client);
}
