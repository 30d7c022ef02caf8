package tokenclient;

import java.net.http.HttpClient;

/** The client of all requests: each would have threads and connections of its own. It follows no redirects. */
final class Http {
    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Http() {
    }
}
