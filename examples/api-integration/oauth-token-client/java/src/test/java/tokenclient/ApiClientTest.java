package tokenclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiClientTest {
    private static final TokenSource.Limits LIMITS = TokenSource.Limits.DEFAULT;
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final List<Received> tokenRequests = Collections.synchronizedList(new ArrayList<>());
    private final List<Received> apiRequests = Collections.synchronizedList(new ArrayList<>());
    /** Each is used once, the last one from then on. */
    private final List<Reply> tokenReplies = Collections.synchronizedList(new ArrayList<>());
    private final List<Reply> apiReplies = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private HttpServer server;

    private record Received(String method, String path, String authorization, String type, String accept, String body) {
    }

    private interface Reply {
        void send(HttpExchange exchange) throws Exception;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) {
        boolean isToken = exchange.getRequestURI().getPath().equals("/token");
        List<Reply> replies = isToken ? tokenReplies : apiReplies;
        try {
            var headers = exchange.getRequestHeaders();
            (isToken ? tokenRequests : apiRequests).add(new Received(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers.getFirst("Authorization"),
                    headers.getFirst("Content-Type"), headers.getFirst("Accept"),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            (replies.size() > 1 ? replies.remove(0) : replies.get(0)).send(exchange);
        } catch (Exception e) {
            exchange.close();
        }
    }

    private static Reply reply(int status, String body, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    /** Sends less than it announces. */
    private static final Reply CUT = exchange -> {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
        exchange.close();
    };

    private static Reply granted(String token) {
        return granted(token, "");
    }

    private static Reply granted(String token, String more) {
        return reply(200, "{\"access_token\":\"%s\",\"token_type\":\"Bearer\"%s,\"x\":[null]}".formatted(token, more));
    }

    private static Reply lasting(String token, String seconds) {
        return granted(token, ",\"expires_in\":" + seconds);
    }

    private static Reply silent() {
        return exchange -> new CountDownLatch(1).await();
    }

    private static Reply stalled() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            new CountDownLatch(1).await();
        };
    }

    private String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private TokenSource source() {
        return source("client-7", "s3cret value", null, LIMITS);
    }

    private TokenSource source(String id, String secret, String scope, TokenSource.Limits limits) {
        URI url = URI.create(origin() + "/token");
        return new TokenSource(url, new TokenSource.Credentials(id, secret, scope), limits, () -> millis.get() * 1_000_000);
    }

    private ApiClient api(TokenSource tokens) {
        return new ApiClient(origin(), tokens, LONG);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private static void assertFails(String expected, Executable call) {
        TokenException error = assertThrows(TokenException.class, call);
        String status = error.status().isPresent() ? " " + error.status().getAsInt() : "";
        String code = error.code().map(one -> " " + one).orElse("");
        assertEquals(expected, error.kind() + status + code);
        status = status.isEmpty() ? "" : " (status" + status + ")";
        assertEquals("token request failed: " + error.kind() + code + status, error.getMessage());
    }

    @Test
    void tokenRequest_R1() throws Exception {
        tokenReplies.add(granted("t1"));
        assertEquals("t1", source().token());
        assertEquals(List.of(new Received("POST", "/token", basic("client-7:s3cret+value"),
                "application/x-www-form-urlencoded", "application/json", "grant_type=client_credentials")), tokenRequests);
    }

    @Test
    void idSecretAndScopeAreFormEncoded_R1() throws Exception {
        tokenReplies.add(granted("t1"));
        source("a:b c%20+~*-._!'()\"", "\u00fc\u20ac\ud83d\ude00/=&:\u0001", "read:a write+\u00fc", LIMITS).token();
        Received request = tokenRequests.get(0);
        String expected = "a%3Ab+c%2520%2B%7E*-._%21%27%28%29%22:%C3%BC%E2%82%AC%F0%9F%98%80%2F%3D%26%3A%01";
        assertEquals(basic(expected), request.authorization());
        assertEquals("grant_type=client_credentials&scope=read%3Aa+write%2B%C3%BC", request.body());
    }

    @Test
    void cachedUntilTheMarginBeforeExpiry_R2() throws Exception {
        String body = "{\"access_token\":\"t2\",\"token_type\":\"bEARER\",\"expires_in\":100.5}";
        tokenReplies.addAll(List.of(lasting("t1", "100"), reply(200, body), granted("t3")));
        TokenSource source = source();
        assertEquals(0, tokenRequests.size());
        List<String> tokens = new ArrayList<>();
        for (long now : new long[] {1_000_000, 1_069_999, 1_070_000, 1_140_499, 1_140_500, 9_000_000_000L}) {
            millis.set(now);
            tokens.add(source.token());
        }
        assertEquals(List.of("t1", "t1", "t2", "t2", "t3", "t3"), tokens);
        assertEquals(3, tokenRequests.size());
    }

    @Test
    void lifetimeCountsFromBeforeTheRequest_R2() throws Exception {
        Reply late = exchange -> {
            millis.addAndGet(10_000);
            lasting("t1", "1e2").send(exchange);
        };
        tokenReplies.addAll(List.of(late, lasting("t2", "0"), lasting("t3", "5"), lasting("t4", "5.1")));
        TokenSource source = source("a", "b", null, new TokenSource.Limits(Duration.ofSeconds(5), LONG));
        List<String> tokens = new ArrayList<>();
        for (long now : new long[] {1_000_000, 1_094_000, 1_095_000, 1_095_000, 1_095_000, 1_095_000}) {
            millis.set(now);
            tokens.add(source.token());
        }
        assertEquals(List.of("t1", "t1", "t2", "t3", "t4", "t4"), tokens);
    }

    @Test
    void defaultsAndALifetimeBeyondAllNumbers_R2() throws Exception {
        assertEquals(new TokenSource.Limits(Duration.ofSeconds(30), Duration.ofSeconds(10)), LIMITS);
        tokenReplies.add(lasting("t1", "1e400"));
        TokenSource source = source();
        assertEquals(List.of("t1", "t1"), List.of(source.token(), source.token()));
        assertEquals(1, tokenRequests.size());
    }

    /** Runs a call in several threads, and lets the server answer when all of them wait. */
    private <T> List<T> together(Reply answer, Callable<T> call) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        tokenReplies.add(0, exchange -> {
            gate.await();
            answer.send(exchange);
        });
        List<FutureTask<T>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            FutureTask<T> task = new FutureTask<>(call);
            tasks.add(task);
            threads.add(new Thread(task));
        }
        threads.forEach(Thread::start);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (tokenRequests.isEmpty() || threads.stream().anyMatch(one -> one.getState() != Thread.State.WAITING)) {
            assertTrue(System.nanoTime() < deadline, "not all threads wait");
            Thread.onSpinWait();
        }
        gate.countDown();
        List<T> results = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            results.add(task.get(10, TimeUnit.SECONDS));
        }
        assertEquals(1, tokenRequests.size());
        return results;
    }

    @Test
    void callersShareARequestAndItsToken_R3() throws Exception {
        tokenReplies.add(granted("t2"));
        assertEquals(Collections.nCopies(6, "t1"), together(lasting("t1", "100"), source()::token));
    }

    @Test
    void callersShareAnErrorWhichIsNotKept_R3_R5() throws Exception {
        tokenReplies.add(granted("t1"));
        TokenSource source = source();
        List<Integer> statuses = together(reply(503, ""),
                () -> assertThrows(TokenException.class, source::token).status().getAsInt());
        assertEquals(Collections.nCopies(6, 503), statuses);
        assertEquals("t1", source.token());
        assertEquals(2, tokenRequests.size());
    }

    @Test
    void callSendsItsRequestWithTheToken_R4() throws Exception {
        tokenReplies.add(granted("t1"));
        apiReplies.addAll(List.of(reply(200, "gr\u00fc\u00dfe"), reply(201, "")));
        ApiClient api = api(source());
        assertEquals(new ApiClient.Response(200, "gr\u00fc\u00dfe"), api.call("GET", "/items?page=2&q=%20", null));
        assertEquals(new ApiClient.Response(201, ""), api.call("PUT", "/", "{\"a\":\"\u00fc\"}"));
        assertEquals(List.of(
                new Received("GET", "/items?page=2&q=%20", "Bearer t1", null, null, ""),
                new Received("PUT", "/", "Bearer t1", "application/json", null, "{\"a\":\"\u00fc\"}")), apiRequests);
        assertEquals(1, tokenRequests.size());
    }

    @Test
    void sentAgainWithANewTokenAfter401_R4() throws Exception {
        tokenReplies.addAll(List.of(granted("t1"), granted("t2"), granted("t3")));
        apiReplies.addAll(List.of(reply(401, ""), reply(200, "ok"), reply(401, "")));
        ApiClient api = api(source());
        assertEquals(new ApiClient.Response(200, "ok"), api.call("POST", "/items", "[1]"));
        assertEquals(List.of(
                new Received("POST", "/items", "Bearer t1", "application/json", null, "[1]"),
                new Received("POST", "/items", "Bearer t2", "application/json", null, "[1]")), apiRequests);
        assertEquals(401, api.call("GET", "/", null).status());
        assertEquals(List.of(3, 4), List.of(tokenRequests.size(), apiRequests.size()));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 400, 403, 500})
    void otherStatusesAreResults_R4(int status) throws Exception {
        tokenReplies.add(granted("t1"));
        apiReplies.add(reply(status, ""));
        assertEquals(status, api(source()).call("GET", "/", null).status());
        assertEquals(1, apiRequests.size());
    }

    @Test
    void responseToHeadHasNoBody_R4() throws Exception {
        tokenReplies.add(granted("t1"));
        apiReplies.add(reply(200, "", "Content-Length", "5"));
        assertEquals(new ApiClient.Response(200, ""), api(source()).call("HEAD", "/", null));
    }

    @Test
    void onlyTheCachedTokenIsForgotten_R5() throws Exception {
        tokenReplies.addAll(List.of(granted("t1"), granted("t2"), granted("t3")));
        TokenSource source = source();
        List<String> tokens = new ArrayList<>();
        for (String invalid : List.of("t1", "T1", "t1", "t1")) {
            source.invalidate(invalid);
            tokens.add(source.token());
        }
        assertEquals(List.of("t1", "t1", "t2", "t2"), tokens);
    }

    @Test
    void tokenThatOthersRenewedIsUsed_R5() throws Exception {
        tokenReplies.addAll(List.of(granted("t1"), granted("t2"), granted("t3")));
        TokenSource source = source();
        apiReplies.add(exchange -> {
            source.invalidate("t1");
            source.token();
            reply(401, "").send(exchange);
        });
        apiReplies.add(reply(200, ""));
        assertEquals(200, api(source).call("GET", "/", null).status());
        assertEquals(List.of("Bearer t1", "Bearer t2"), apiRequests.stream().map(Received::authorization).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_request,INVALID_REQUEST", "invalid_client,INVALID_CLIENT", "invalid_grant,INVALID_GRANT",
        "unauthorized_client,UNAUTHORIZED_CLIENT", "unsupported_grant_type,UNSUPPORTED_GRANT_TYPE",
        "invalid_scope,INVALID_SCOPE", "Invalid_client,OTHER", "server_error,OTHER", "'',OTHER"})
    void rejectionsHaveCodes_R6(String error, String code) {
        for (int status : new int[] {400, 401}) {
            tokenReplies.add(reply(status, "{\"error\":\"%s\"}".formatted(error)));
        }
        assertFails("REJECTED 400 " + code, () -> api(source()).call("GET", "/", null));
        assertFails("REJECTED 401 " + code, source()::token);
        assertEquals(0, apiRequests.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`', value = {
        "400 ``", "400 {}", "401 {\"error\":7}", "401 [\"error\"]", "400 null", "402 {\"error\":\"invalid_client\"}",
        "404 ``", "500 {\"error\":\"invalid_client\"}", "503 ``",
        "201 {\"access_token\":\"t1\",\"token_type\":\"Bearer\"}"})
    void otherResponses_R6(int status, String body) {
        tokenReplies.add(reply(status, body));
        assertFails("UNAVAILABLE " + status, source()::token);
    }

    @Test
    void bodiesWithoutAToken_R6() {
        String start = "{\"access_token\":\"t1\",\"token_type\":\"Bearer\"";
        List<String> bodies = new ArrayList<>(List.of(
                "", "[]", "null", "\"t1\"", "{}", "{\"access_token\":\"t1\"}", "{\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"t1\",\"token_type\":\"mac\"}", "{\"access_token\":\"t1\",\"token_type\":7}"));
        for (String token : List.of("\"\"", "\"a b\"", "\"a\\n\"", "\"a\\u007f\"", "\"\u00fc\"", "7", "null", "\"a", "\"\\x\"",
                "\"\\u004\"", "\"\\u00g4\"", "\"a\tb\"", "'a'", "t1")) {
            bodies.add("{\"token_type\":\"Bearer\",\"access_token\":" + token + "}");
        }
        for (String lifetime : List.of("-1", "\"60\"", "null", "01", "1.", ".5", "+1", "1e", "-", "nan", "true")) {
            bodies.add(start + ",\"expires_in\":" + lifetime + "}");
        }
        for (String rest : List.of("", "}}", "} x", "}\0", ",}", "]", ",\"x\":}", ",\"x\"}", ",\"x\" 1}", ",x:1}", ",\"x\":[1,]}",
                ",\"x\":[1 2]}", ",\"x\":[1}", ",\"x\":tru}", ",\"x\":nulL}", ",\"x\":\"\\", ",\"x\":\"\\u12", ",\"x\":" + "[".repeat(64)
                + "]".repeat(64) + "}", ",\"x\":" + "{\"x\":".repeat(64) + "1" + "}".repeat(64) + "}", "[".repeat(100_000))) {
            bodies.add(start + rest);
        }
        for (String body : bodies) {
            tokenReplies.clear();
            tokenReplies.add(reply(200, body));
            assertFails("INVALID_RESPONSE 200", source()::token);
        }
    }

    @Test
    void jsonOfEveryKind_R6() throws Exception {
        String nested = "{\"x\":".repeat(61) + "[1,-0.5E+2,{}]" + "}".repeat(61);
        String body = " { \"x\" : [ true , false , null , [ ] , " + "{} ] ,\r\n\t\"\\\"\\\\\\/\\b\\f\\n\\r\\t\" : \"\\u00fc\", \"y\":" + nested
                + ", \"\\u0061ccess_token\" : \"t\\u002F\\/1\", \"token_type\":\"Bearer\", \"expires_in\" : 0 } ";
        tokenReplies.add(reply(200, body));
        assertEquals("t//1", source().token());
    }

    @Test
    void connectionsWithoutAResponse_R6() throws Exception {
        tokenReplies.addAll(List.of(HttpExchange::close, CUT, silent(), stalled()));
        assertFails("UNAVAILABLE", source()::token);
        assertFails("UNAVAILABLE", source()::token);
        TokenSource impatient = source("a", "b", null, new TokenSource.Limits(LONG, SHORT));
        assertFails("UNAVAILABLE", impatient::token);
        assertFails("UNAVAILABLE", impatient::token);
        assertEquals(4, tokenRequests.size());
        URI url;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/token");
        }
        var credentials = new TokenSource.Credentials("a", "b", null);
        assertFails("UNAVAILABLE", new TokenSource(url, credentials, LIMITS, System::nanoTime)::token);
    }

    @Test
    void apiWithoutAResponse_R6() {
        tokenReplies.add(granted("t1"));
        ApiClient impatient = new ApiClient(origin(), source(), SHORT);
        for (Reply reply : List.<Reply>of(HttpExchange::close, CUT)) {
            apiReplies.clear();
            apiReplies.add(reply);
            IOException error = assertThrows(IOException.class, () -> api(source()).call("GET", "/", null));
            assertFalse(error instanceof TokenException);
        }
        for (Reply reply : List.of(silent(), stalled())) {
            apiReplies.clear();
            apiReplies.add(reply);
            assertThrows(HttpTimeoutException.class, () -> impatient.call("GET", "/", null));
        }
    }

    @Test
    void nothingSecretAndNoTextOfTheServerIsTold_R7() throws Exception {
        String basic = basic("client-7:s3cret+value").substring("Basic ".length());
        String leak = "leak s3cret value " + basic;
        List<Reply> replies = List.of(
                reply(400, "{\"error\":\"invalid_client\",\"error_description\":\"%s\"}".formatted(leak)),
                reply(400, "{\"error\":\"%s\"}".formatted(leak)), reply(500, leak), granted("t0ken leak"),
                reply(200, "{\"access_token\":\"t0ken\",\"token_type\":leak " + leak), HttpExchange::close);
        tokenReplies.addAll(replies);
        tokenReplies.add(granted("t0ken"));
        TokenSource source = source();
        StringWriter said = new StringWriter();
        for (int i = 0; i < replies.size(); i++) {
            TokenException error = assertThrows(TokenException.class, source::token);
            assertTrue(error.getMessage().contains("token request"));
            error.printStackTrace(new PrintWriter(said, true));
        }
        assertEquals("t0ken", source.token());
        said.append(source.toString()).append(new TokenSource.Credentials("client-7", "s3cret value", null).toString());
        assertTrue(said.toString().contains("client-7"));
        for (String secret : List.of("s3cret", basic, "t0ken", "leak")) {
            assertFalse(said.toString().contains(secret), secret);
        }
    }

    @Test
    void redirectsAreNotFollowed_R7() throws Exception {
        tokenReplies.addAll(List.of(reply(307, "", "Location", "/elsewhere"), granted("t1")));
        apiReplies.addAll(List.of(reply(302, "", "Location", "/elsewhere"), reply(200, "")));
        TokenSource source = source();
        assertFails("UNAVAILABLE 307", source::token);
        assertEquals(302, api(source).call("GET", "/", null).status());
        assertEquals(List.of(2, 1), List.of(tokenRequests.size(), apiRequests.size()));
    }

    @Test
    void otherPathsAreRefused_R7() throws Exception {
        tokenReplies.add(granted("t1"));
        apiReplies.add(reply(200, ""));
        ApiClient api = api(source());
        List<String> paths = new ArrayList<>(List.of("", "items", "@192.0.2.7/", ".example.com/", "/a b", "/a\n", "/a\r\nX: y",
                "/\u007f", "/\u00fc", "/%", "/%2", "/%2g", "/?%g2"));
        for (char c : "\"#<>[\\]^`{|}".toCharArray()) {
            paths.add("/a" + c + "b");
        }
        for (String path : paths) {
            var error = assertThrows(IllegalArgumentException.class, () -> api.call("GET", path, null));
            assertTrue(error.getMessage().startsWith("not a path"));
        }
        assertEquals(List.of(0, 0), List.of(tokenRequests.size(), apiRequests.size()));
        String allowed = "//192.0.2.7/-._~!$&'()*+,;=:@%2F%c3?a=b/c?d&AZ09";
        assertEquals(200, api.call("GET", allowed, null).status());
        assertEquals(allowed, apiRequests.get(0).path());
    }
}
