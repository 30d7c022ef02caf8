package tokenclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** Gives access tokens of an OAuth 2.0 token endpoint (client credentials grant). Threads may share one. */
public final class TokenSource {
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
    private static final double NANOS_PER_SECOND = 1e9;

    private final HttpRequest request;
    private final Duration timeout;
    private final double marginNanos;
    private final LongSupplier nanoClock;
    private Token cached;
    private CompletableFuture<Token> pending;

    private record Token(String value, double lifetimeNanos, long requestedAt) {
        boolean isGoodAt(long now, double margin) {
            return now - requestedAt < lifetimeNanos - margin;
        }
    }

    /** Who asks for tokens, and for which scope; null for none. It does not show the secret. */
    public record Credentials(String clientId, String clientSecret, String scope) {
        @Override
        public String toString() {
            return "Credentials[" + clientId + "]";
        }
    }

    /** How long before its expiry a token is no longer used, and how long is waited for a response. */
    public record Limits(Duration margin, Duration timeout) {
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    /** @param nanoClock nanoseconds of a clock that is never set, such as System::nanoTime */
    public TokenSource(URI tokenUrl, Credentials credentials, Limits limits, LongSupplier nanoClock) {
        this.request = request(tokenUrl, credentials);
        this.timeout = limits.timeout();
        this.marginNanos = limits.margin().toNanos();
        this.nanoClock = nanoClock;
    }

    private static HttpRequest request(URI url, Credentials credentials) {
        String pair = encoded(credentials.clientId()) + ":" + encoded(credentials.clientSecret());
        String scope = credentials.scope() == null ? "" : "&scope=" + encoded(credentials.scope());
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                .POST(BodyPublishers.ofString("grant_type=client_credentials" + scope))
                .build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /**
     * Returns the cached token or a new one.
     *
     * @throws TokenException if there is none
     * @throws InterruptedException if the thread is interrupted while it waits; the request goes on for others
     */
    public String token() throws TokenException, InterruptedException {
        CompletableFuture<Token> renewal;
        synchronized (this) {
            if (cached != null && cached.isGoodAt(nanoClock.getAsLong(), marginNanos)) {
                return cached.value();
            }
            if (pending == null) {
                pending = new CompletableFuture<>();
                renew(pending);
            }
            renewal = pending;
        }
        try {
            return renewal.get().value();
        } catch (ExecutionException e) {
            throw (TokenException) e.getCause();
        }
    }

    /** Forgets the cached token if it is this one. */
    public synchronized void invalidate(String token) {
        if (cached != null && cached.value().equals(token)) {
            cached = null;
        }
    }

    private void renew(CompletableFuture<Token> renewal) {
        long requestedAt = nanoClock.getAsLong();
        Http.send(request, timeout)
                .handle((response, error) -> tokenOf(response, requestedAt))
                .whenComplete((token, error) -> {
                    synchronized (this) {
                        cached = token;
                        pending = null;
                    }
                    if (error == null) {
                        renewal.complete(token);
                    } else {
                        renewal.completeExceptionally(error.getCause());
                    }
                });
    }

    private static Token tokenOf(HttpResponse<String> response, long requestedAt) {
        try {
            if (response == null) {
                throw new TokenException(TokenException.Kind.UNAVAILABLE, null, null);
            }
            Map<?, ?> json = object(response.body());
            if (response.statusCode() == 200) {
                return granted(json, requestedAt);
            }
            throw refused(response.statusCode(), json.get("error"));
        } catch (TokenException e) {
            throw new CompletionException(e);
        }
    }

    private static Token granted(Map<?, ?> json, long requestedAt) throws TokenException {
        Object lifetime = json.containsKey("expires_in") ? json.get("expires_in") : (Object) Double.POSITIVE_INFINITY;
        if (json.get("access_token") instanceof String token && TOKEN.matcher(token).matches()
                && json.get("token_type") instanceof String type && type.equalsIgnoreCase("Bearer")
                && lifetime instanceof Double seconds && seconds >= 0) {
            return new Token(token, seconds * NANOS_PER_SECOND, requestedAt);
        }
        throw new TokenException(TokenException.Kind.INVALID_RESPONSE, 200, null);
    }

    private static TokenException refused(int status, Object error) {
        if ((status == 400 || status == 401) && error instanceof String text) {
            return new TokenException(TokenException.Kind.REJECTED, status, code(text));
        }
        return new TokenException(TokenException.Kind.UNAVAILABLE, status, null);
    }

    private static TokenException.Code code(String error) {
        for (TokenException.Code code : TokenException.Code.values()) {
            if (code.name().toLowerCase(Locale.ROOT).equals(error)) {
                return code;
            }
        }
        return TokenException.Code.OTHER;
    }

    private static Map<?, ?> object(String body) {
        try {
            return Json.parse(body) instanceof Map<?, ?> object ? object : Map.of();
        } catch (Json.FormatException e) {
            return Map.of();
        }
    }
}
