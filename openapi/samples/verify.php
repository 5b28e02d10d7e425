<?php
// Verifies notices of MRC Casework, and signs news for it, under Standard Webhooks 1.0. PHP 8 as it comes is all it needs.
//
//     MRC_SECRETS="whsec_…" php verify.php < messages      each line {"headers": {…}, "body": "…"}: new, repeat or refused
//     MRC_SECRETS="whsec_…" php verify.php sign ID < body  the three headers for what you send

declare(strict_types=1);

const TOLERANCE = 5 * 60; // seconds that a message may be old, or ahead of this clock

/** Answer 401 and do nothing. */
class Refused extends Exception {}

function signature(string $secret, string $id, string $timestamp, string $body): string
{
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    return 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
}

/** The message's id. $body is the bytes as they came (php://input); $secrets are all that are live: two while one is being changed. */
function verify(array $secrets, array $headers, string $body, ?int $now = null): string
{
    $headers = array_change_key_case($headers);
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if ($id === '' || preg_match('/^\d{1,12}$/D', $timestamp) !== 1) {
        throw new Refused('a header is missing');
    }
    if (abs(($now ?? time()) - (int) $timestamp) > TOLERANCE) {
        throw new Refused('too old, or ahead of this clock');
    }
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        foreach ($secrets as $secret) {
            if (hash_equals(signature($secret, $id, $timestamp, $body), $given)) {
                return $id;
            }
        }
    }
    throw new Refused('no signature fits');
}

/** Headers for news of your own to POST /partner/v1/news; the same id again when you send it again. */
function sign(string $secret, string $id, string $body, ?int $now = null): array
{
    $timestamp = (string) ($now ?? time());
    return ['webhook-id' => $id, 'webhook-timestamp' => $timestamp, 'webhook-signature' => signature($secret, $id, $timestamp, $body)];
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    $live = preg_split('/ +/', (string) getenv('MRC_SECRETS'), -1, PREG_SPLIT_NO_EMPTY);
    if (($argv[1] ?? '') === 'sign') {
        echo json_encode(sign($live[0], $argv[2], stream_get_contents(STDIN))), "\n";
        exit;
    }
    $seen = []; // yours is a table: keep ids for some days, in the transaction that does the work
    while (($line = fgets(STDIN)) !== false) {
        $message = json_decode($line, true);
        try {
            $id = verify($live, $message['headers'], $message['body']);
        } catch (Refused $why) {
            echo 'refused: ', $why->getMessage(), "\n";
            continue;
        }
        echo isset($seen[$id]) ? 'repeat' : 'new', " $id\n";
        $seen[$id] = true;
    }
}
