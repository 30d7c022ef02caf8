package tokenclient;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;

/** Calls an API that wants bearer tokens. Threads may share one. */
public final class ApiClient {
    private static final int UNAUTHORIZED = 401;
    private static final Pattern PATH = Pattern.compile(
            "(?!.*%(?!\\p{XDigit}{2}))/[A-Za-z0-9\\-._~!$&'()*+,;=:@/?%]*");

    private final String origin;
    private final TokenSource tokens;
    private final Duration timeout;

    /** What the API answered. */
    public record Response(int status, String body) {
    }

    /**
     * @param origin such as {@code https://api.example.com}
     * @param timeout how long is waited for a response
     */
    public ApiClient(String origin, TokenSource tokens, Duration timeout) {
        this.origin = origin;
        this.tokens = tokens;
        this.timeout = timeout;
    }

    /**
     * Sends a request and returns its response, whatever the status; after 401 it retries once with a new token.
     *
     * @param path with query
     * @param json the body, or null for none
     * @throws IllegalArgumentException if the path is not allowed
     * @throws TokenException if there is no token
     * @throws IOException if there is no response
     */
    public Response call(String method, String path, String json) throws IOException, InterruptedException {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("not a path: " + path);
        }
        String token = tokens.token();
        Response response = send(method, path, json, token);
        if (response.status() != UNAUTHORIZED) {
            return response;
        }
        tokens.invalidate(token);
        return send(method, path, json, tokens.token());
    }

    private Response send(String method, String path, String json, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path))
                .header("Authorization", "Bearer " + token)
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = Http.await(Http.send(request.build(), timeout));
        return new Response(response.statusCode(), response.body());
    }
}
