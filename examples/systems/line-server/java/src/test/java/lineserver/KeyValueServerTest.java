package lineserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings stand for bytes here, as characters of the same number. */
class KeyValueServerTest {
    private static final int MAX_LENGTH = 200_000;
    private static final int BIG_REPLIES = 200;
    private static final int BIG_REPLY_LENGTH = 100_006;
    private static final Duration LONG_GRACE = Duration.ofSeconds(60);
    private static final long SOON_NANOS = Duration.ofSeconds(10).toNanos();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private KeyValueServer server;

    private final class Client {
        private final Socket socket;

        Client() {
            this(server);
        }

        Client(KeyValueServer server) {
            try {
                socket = new Socket("127.0.0.1", server.port());
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(10_000);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            opened.add(socket);
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        }

        /** Returns a reply without its LF. */
        String receive() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = socket.getInputStream().read();
            while (next != '\n') {
                assertNotEquals(-1, next, "the stream ended");
                line.write(next);
                next = socket.getInputStream().read();
            }
            return line.toString(ISO_8859_1);
        }

        String ask(String line) throws IOException {
            send(line + "\n");
            return receive();
        }

        void expect(String line, String reply) throws IOException {
            assertEquals(reply, ask(line), line);
        }

        String rest() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }

        void skipBigReply() throws IOException {
            socket.getInputStream().skipNBytes(BIG_REPLY_LENGTH);
            assertEquals('\n', socket.getInputStream().read());
        }

        /** When a reply has come, so have all requests that were sent in one packet. */
        void waitForReply() throws IOException {
            long start = System.nanoTime();
            while (socket.getInputStream().available() == 0) {
                assertSoon(start);
                Thread.yield();
            }
        }

        void expectNothingReceived() throws IOException {
            assertEquals(0, socket.getInputStream().available());
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @BeforeEach
    void startServer() throws IOException {
        server = start(MAX_LENGTH);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private KeyValueServer start(int maxLineLength) throws IOException {
        KeyValueServer started = KeyValueServer.start(0, maxLineLength);
        opened.add(started);
        return started;
    }

    /** Stores 100,000 bytes as big and asks for them so often that no buffer of the system holds the replies. */
    private Client leaveRepliesUnread() throws IOException {
        return leaveRepliesUnread("");
    }

    private Client leaveRepliesUnread(String more) throws IOException {
        Client client = new Client();
        client.expect("SET big " + "x".repeat(100_000), "OK");
        client.send("GET big\n".repeat(BIG_REPLIES) + more);
        client.waitForReply();
        return client;
    }

    private static String allBytesBut(String excluded) {
        return IntStream.range(0, 256)
                .filter(number -> excluded.indexOf(number) < 0)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static void assertSoon(long startNanos) {
        assertTrue(System.nanoTime() - startNanos < SOON_NANOS);
    }

    @Test
    @DisplayName("R1: commands have their effects and replies")
    void commands() throws IOException {
        Client client = new Client();
        client.expect("COUNT", "COUNT 0");
        client.expect("GET a", "NONE");
        client.expect("DEL a", "NONE");
        client.expect("SET a 1", "OK");
        client.expect("GET a", "VALUE 1");
        client.expect("SET a 2", "OK");
        client.expect("ADD a 3", "EXISTS");
        client.expect("GET a", "VALUE 2");
        client.expect("ADD b 4", "OK");
        client.expect("GET b", "VALUE 4");
        client.expect("COUNT", "COUNT 2");
        client.expect("DEL a", "OK");
        client.expect("DEL a", "NONE");
        client.expect("GET a", "NONE");
        client.expect("COUNT", "COUNT 1");
        client.expect("ADD a 5", "OK");
        client.expect("GET a", "VALUE 5");
        client.expect("GET A", "NONE");
    }

    @Test
    @DisplayName("R1: COUNT is decimal and counts keys")
    void count() throws IOException {
        Client client = new Client();
        for (int number = 0; number < 120; number++) {
            client.expect("SET key" + number + " value", "OK");
            client.expect("SET key" + number + " other", "OK");
        }
        client.expect("COUNT", "COUNT 120");
    }

    @Test
    @DisplayName("R1: values come back byte for byte")
    void values() throws IOException {
        Client client = new Client();
        for (String value : List.of("", " ", "  two  ", "\0", "a\0b", "\u00ff\u00fe\u00c3", "a\rb", allBytesBut("\n"))) {
            client.expect("SET key " + value, "OK");
            client.expect("GET key", "VALUE " + value);
        }
        client.expect("SET key a\r\r", "OK");
        client.expect("GET key", "VALUE a\r");
    }

    @Test
    @DisplayName("R1: an empty value is a value")
    void emptyValue() throws IOException {
        Client client = new Client();
        client.expect("ADD key ", "OK");
        client.expect("ADD key other", "EXISTS");
        client.expect("GET key", "VALUE ");
        client.expect("COUNT", "COUNT 1");
        client.expect("DEL key", "OK");
    }

    @Test
    @DisplayName("R1: keys are any bytes but space")
    void keys() throws IOException {
        Client client = new Client();
        List<String> keys = List.of("a", "a\0", "a\0b", "\u00ff", "\u00fe", "\ra", allBytesBut("\n "));
        for (String key : keys) {
            client.expect("SET " + key + " " + keys.indexOf(key), "OK");
        }
        for (String key : keys) {
            client.expect("GET " + key, "VALUE " + keys.indexOf(key));
        }
        client.expect("COUNT", "COUNT 7");
    }

    @Test
    @DisplayName("R1: the clients of a server share its store, servers do not")
    void sharedStore() throws IOException {
        Client first = new Client();
        Client second = new Client();
        first.expect("SET a 1", "OK");
        second.expect("GET a", "VALUE 1");
        second.expect("DEL a", "OK");
        first.expect("GET a", "NONE");
        first.expect("SET a 2", "OK");
        new Client(start(MAX_LENGTH)).expect("GET a", "NONE");
    }

    @Test
    @DisplayName("R2: a request in single bytes is answered at its end")
    void singleBytes() throws IOException {
        Client client = new Client();
        Client other = new Client();
        for (String part : "SET a 1 2\r".split("")) {
            client.send(part);
            other.expect("GET a", "NONE");
        }
        client.expectNothingReceived();
        client.send("\n");
        assertEquals("OK", client.receive());
        other.expect("GET a", "VALUE 1 2");
    }

    @Test
    @DisplayName("R2: thousands of requests before the first reply is read")
    void pipelining() throws IOException {
        Client client = new Client();
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int number = 1; number <= 5000; number++) {
            requests.append("SET key%1$d %1$d\nGET key%1$d\nCOUNT\n".formatted(number));
            replies.append("OK\nVALUE %1$d\nCOUNT %1$d\n".formatted(number));
        }
        client.send(requests.toString());
        client.socket.shutdownOutput();
        assertEquals(replies.toString(), client.rest());
    }

    @Test
    @DisplayName("R2: requests with great replies are all answered in order")
    void greatReplies() throws IOException {
        Client client = new Client();
        client.expect("SET big " + "x".repeat(100_000), "OK");
        client.send("GET big\nCOUNT\nDEL none\n".repeat(60));
        for (int i = 0; i < 60; i++) {
            client.skipBigReply();
            assertEquals("COUNT 1", client.receive());
            assertEquals("NONE", client.receive());
        }
    }

    @Test
    @DisplayName("R2: LF and CR LF are line ends")
    void lineEnds() throws IOException {
        Client client = new Client();
        client.send("SET a 1\r\nGET a\nGET a\r\nSET b \r\nGET b\nCOUNT\r\n");
        client.socket.shutdownOutput();
        assertEquals("OK\nVALUE 1\nVALUE 1\nOK\nVALUE \nCOUNT 2\n", client.rest());
    }

    @Test
    @DisplayName("R2: packets end anywhere")
    void packets() throws IOException {
        Client client = new Client();
        Client other = new Client();
        for (String part : List.of("SET a 1\nSET", " b 2\r", "\nGET a\nG", "ET b\n")) {
            client.send(part);
            other.ask("COUNT");
        }
        for (String reply : List.of("OK", "OK", "VALUE 1", "VALUE 2")) {
            assertEquals(reply, client.receive());
        }
    }

    @Test
    @DisplayName("R3: unknown commands")
    void unknownCommands() throws IOException {
        Client client = new Client();
        client.expect("SET a 1", "OK");
        for (String line : List.of("", "\r", " ", " SET a 2", "set a 2", "Set a 2", "get a", "SETS a 2", "SE a 2",
                "SET\ta 2", "GETa", "COUNTS", "count", "PING", "\0", "\rCOUNT", "DELETE a")) {
            client.expect(line, "ERR unknown command");
        }
        client.expect("GET a", "VALUE 1");
        client.expect("COUNT", "COUNT 1");
    }

    @Test
    @DisplayName("R3: wrong arguments")
    void wrongArguments() throws IOException {
        Client client = new Client();
        client.expect("SET a 1", "OK");
        for (String line : List.of("SET", "SET ", "SET a", "SET b", "SET  ", "SET  2", "ADD", "ADD ", "ADD b",
                "ADD  b 2", "GET", "GET ", "GET  ", "GET  a", "GET a ", "GET a b", "DEL", "DEL ", "DEL  a", "DEL a ",
                "DEL a a", "COUNT ", "COUNT 1", "COUNT a b")) {
            client.expect(line, "ERR wrong arguments");
        }
        client.expect("GET a", "VALUE 1");
        client.expect("COUNT", "COUNT 1");
    }

    @Test
    @DisplayName("R4: a line of the greatest length is served")
    void greatestLength() throws IOException {
        Client client = new Client(start(10));
        client.expect("SET a 1234", "OK");
        client.expect("SET b 123\r", "OK");
        client.expect("SET a 12345", "ERR line too long");
        client.expect("SET b 1234\r", "ERR line too long");
        client.expect("GET a", "VALUE 1234");
        client.expect("GET b", "VALUE 123");
        client.expect("ABCDEFGHIJ", "ERR unknown command");
        client.expect("ABCDEFGHIJK", "ERR line too long");
    }

    @Test
    @DisplayName("R4: a line of the greatest length may come before its LF")
    void greatestLengthBeforeLf() throws IOException {
        KeyValueServer strict = start(10);
        Client client = new Client(strict);
        Client other = new Client(strict);
        client.send("SET a 1234");
        other.expect("COUNT", "COUNT 0");
        client.send("\n");
        assertEquals("OK", client.receive());
        other.expect("GET a", "VALUE 1234");
    }

    @Test
    @DisplayName("R4: the least line length is one")
    void leastLength() throws IOException {
        Client client = new Client(start(1));
        client.expect("", "ERR unknown command");
        client.expect("\r", "ERR unknown command");
        client.expect("A", "ERR unknown command");
        client.expect("A\r", "ERR line too long");
        client.expect("AB", "ERR line too long");
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 200, 4096, 65_536, 1_000_000})
    @DisplayName("R4: a longer line gets one error and is not executed")
    void longerLines(int length) throws IOException {
        Client client = new Client(start(100));
        client.send("SET a " + "SET b 1 ".repeat(length / 8 + 1) + "\nCOUNT\n");
        assertEquals("ERR line too long", client.receive());
        assertEquals("COUNT 0", client.receive());
    }

    @Test
    @DisplayName("R4: a too long line in parts is answered at its end")
    void longLineInParts() throws IOException {
        KeyValueServer strict = start(20);
        Client client = new Client(strict);
        Client other = new Client(strict);
        for (String part : List.of("SET a 123456789012345", "6789", "SET b 1", "\r")) {
            client.send(part);
            other.expect("COUNT", "COUNT 0");
        }
        client.expectNothingReceived();
        client.send("\nSET c 1\n");
        assertEquals("ERR line too long", client.receive());
        assertEquals("OK", client.receive());
        client.expect("COUNT", "COUNT 1");
    }

    @Test
    @DisplayName("R4: the greatest of all lengths costs nothing")
    void unlimitedLength() throws IOException {
        Client client = new Client(start(Integer.MAX_VALUE));
        client.expect("SET a " + "x".repeat(300_000), "OK");
        client.expect("GET a", "VALUE " + "x".repeat(300_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1"})
    @DisplayName("R4: no other address is listened on")
    void otherAddress(String address) throws IOException {
        assertThrows(SocketException.class, () -> new Socket(address, server.port()).close());
        new Client().expect("COUNT", "COUNT 0");
    }

    @Test
    @DisplayName("R5: silent clients keep nobody waiting")
    void silentClients() throws IOException {
        List<Client> silent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            silent.add(new Client());
            silent.get(i).send(i % 2 == 0 ? "SET half" : "");
        }
        new Client().expect("SET a 1", "OK");
        for (int i = 1; i < 40; i += 2) {
            silent.get(i).expect("GET a", "VALUE 1");
        }
        silent.get(0).expect(" line", "OK");
    }

    @Test
    @DisplayName("R5: clients that do not read keep nobody waiting")
    void unreadReplies() throws IOException {
        Client unread = leaveRepliesUnread();
        leaveRepliesUnread();
        leaveRepliesUnread();
        Client client = new Client();
        for (int number = 0; number < 100; number++) {
            client.expect("SET a " + number, "OK");
            client.expect("GET a", "VALUE " + number);
        }
        for (int i = 0; i < BIG_REPLIES; i++) {
            unread.skipBigReply();
        }
        unread.expect("COUNT", "COUNT 2");
    }

    @Test
    @DisplayName("R5: a client that does not read a huge reply keeps nobody waiting")
    void unreadHugeReply() throws IOException {
        int length = 8_000_000; // More than the buffers of the system hold.
        KeyValueServer roomy = start(length + 100);
        Client unread = new Client(roomy);
        unread.expect("SET huge " + "x".repeat(length), "OK");
        unread.send("GET huge\n");
        unread.waitForReply();
        new Client(roomy).expect("COUNT", "COUNT 1");
        unread.socket.getInputStream().skipNBytes("VALUE ".length() + length);
        assertEquals('\n', unread.socket.getInputStream().read());
    }

    @Test
    @DisplayName("R5: one of many that ADD a key wins")
    void addRace() throws Exception {
        int clients = 6;
        int keys = 100;
        CyclicBarrier barrier = new CyclicBarrier(clients);
        List<List<Integer>> wins = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            Client client = new Client();
            List<Integer> won = new ArrayList<>();
            wins.add(won);
            threads.add(new Thread(() -> {
                try {
                    barrier.await();
                    for (int key = 0; key < keys; key++) {
                        if (client.ask("ADD " + key + " " + number).equals("OK")) {
                            won.add(key);
                        }
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        Client client = new Client();
        for (int number = 0; number < clients; number++) {
            for (int key : wins.get(number)) {
                client.expect("GET " + key, "VALUE " + number);
            }
        }
        assertEquals(keys, wins.stream().mapToInt(List::size).sum());
        client.expect("COUNT", "COUNT " + keys);
    }

    @Test
    @DisplayName("R6: the end of the input is answered with all replies and the end")
    void endOfInput() throws IOException {
        Client client = new Client();
        client.send("SET a 1\nGET a\nSET b 2");
        client.socket.shutdownOutput();
        assertEquals("OK\nVALUE 1\n", client.rest());
        new Client().expect("GET b", "NONE");
        Client silent = new Client();
        silent.socket.shutdownOutput();
        assertEquals("", silent.rest());
    }

    @Test
    @DisplayName("R6: replies still unread at the end of the input arrive")
    void unreadRepliesAtEndOfInput() throws IOException {
        Client client = leaveRepliesUnread();
        client.send("SET last 1\nGET last\n");
        client.socket.shutdownOutput();
        for (int i = 0; i < BIG_REPLIES; i++) {
            client.skipBigReply();
        }
        assertEquals("OK\nVALUE 1\n", client.rest());
    }

    @Test
    @DisplayName("R6: clients that go away harm nobody")
    void lostClients() throws IOException {
        Client other = new Client();
        other.expect("SET a 1", "OK");
        for (int i = 0; i < 5; i++) {
            Client halfLine = new Client();
            halfLine.send("SET a 2");
            halfLine.socket.close();
            Client reset = new Client();
            reset.expect("COUNT", "COUNT 1");
            reset.send("SET a 3");
            reset.reset();
            new Client().reset();
        }
        other.expect("GET a", "VALUE 1");
        leaveRepliesUnread().socket.close();
        leaveRepliesUnread().reset();
        other.expect("GET a", "VALUE 1");
        new Client().expect("COUNT", "COUNT 2");
    }

    @Test
    @DisplayName("R7: stop answers what was received")
    void stopAnswers() throws Exception {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(new Client());
            clients.get(i).expect("COUNT", "COUNT 0");
        }
        for (int i = 0; i < 20; i++) {
            clients.get(i).send("SET key%1$d %1$d\r\nGET key%1$d\nSET half".formatted(i));
        }
        for (Client client : clients) {
            client.waitForReply();
        }
        server.stop(LONG_GRACE);
        for (int i = 0; i < 20; i++) {
            assertEquals("OK\nVALUE " + i + "\n", clients.get(i).rest());
        }
    }

    @Test
    @DisplayName("R7: stop answers what is in the receive buffer")
    void stopAnswersBuffered() throws Exception {
        Client client = leaveRepliesUnread("SET last " + "x".repeat(20_000) + "\nADD last 2\nGET la");
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> server.stop(LONG_GRACE));
        Thread.sleep(5); // Stop waits for the client now.
        for (int i = 0; i < BIG_REPLIES; i++) {
            client.skipBigReply();
        }
        assertEquals("OK\nEXISTS\n", client.rest());
        stop.join();
    }

    @Test
    @DisplayName("R7: stop closes idle connections at once")
    void stopIdle() throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(new Client());
            clients.get(i).expect("COUNT", "COUNT 0");
            clients.get(i).send(i % 2 == 0 ? "" : "SET a 1");
        }
        long start = System.nanoTime();
        server.stop(LONG_GRACE);
        assertSoon(start);
        for (Client client : clients) {
            assertEquals("", client.rest());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    @DisplayName("R7: stop waits for the grace time at most")
    void graceTime(int millis) throws IOException {
        Client client = leaveRepliesUnread();
        long start = System.nanoTime();
        server.stop(Duration.ofMillis(millis));
        assertTrue(System.nanoTime() - start >= millis * 1_000_000L);
        assertSoon(start);
        assertThrows(IOException.class, () -> { // The end of the stream or a reset.
            for (int i = 0; i < BIG_REPLIES; i++) {
                client.socket.getInputStream().skipNBytes(BIG_REPLY_LENGTH + 1);
            }
        });
    }

    @Test
    @DisplayName("R7: a stopped server refuses connections, tells its port and lets the port be used again")
    void portAfterStop() throws IOException {
        int port = server.port();
        Client client = new Client();
        client.expect("SET a 1", "OK");
        server.stop(LONG_GRACE);
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
        assertEquals(port, server.port());
        try (KeyValueServer second = KeyValueServer.start(port, MAX_LENGTH)) {
            assertEquals(port, second.port());
            server.stop(Duration.ZERO);
            server.close();
            new Client(second).expect("GET a", "NONE");
        }
        assertEquals("", client.rest());
    }

    @Test
    @DisplayName("R7: stop closes all descriptors and ends all threads")
    void descriptorsAndThreads() throws Exception {
        serveOnce(); // What the runtime opens only once is open now.
        int descriptors = new File("/proc/self/fd").list().length;
        serveOnce();
        assertEquals(descriptors, new File("/proc/self/fd").list().length);
    }

    private void serveOnce() throws Exception {
        var threadsBefore = Thread.getAllStackTraces().keySet();
        KeyValueServer once = start(100);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(new Client(once));
            clients.get(i).expect("COUNT", "COUNT 0");
        }
        once.stop(LONG_GRACE);
        assertTrue(threadsBefore.containsAll(Thread.getAllStackTraces().keySet()));
        for (Client client : clients) {
            client.socket.close();
        }
    }

    @Test
    @DisplayName("R7: stopping again does nothing, at the same time neither")
    void stopAgain() throws Exception {
        List<CompletableFuture<Void>> stops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            stops.add(CompletableFuture.runAsync(() -> {
                server.stop(Duration.ofSeconds(Long.MAX_VALUE));
                assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", server.port()).close());
            }));
        }
        stops.forEach(CompletableFuture::join);
        server.stop(Duration.ZERO);
        server.stop(LONG_GRACE);
    }

    @Test
    @DisplayName("R7: close stops without grace time")
    void closeStops() throws IOException {
        leaveRepliesUnread();
        long start = System.nanoTime();
        server.close();
        assertSoon(start);
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", server.port()).close());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
    @DisplayName("R8: invalid ports")
    void invalidPort(int port) {
        assertThrows(IllegalArgumentException.class, () -> KeyValueServer.start(port, MAX_LENGTH));
    }

    @Test
    @DisplayName("R8: the greatest port is valid")
    void greatestPort() throws IOException {
        try (KeyValueServer started = KeyValueServer.start(65_535, MAX_LENGTH)) {
            assertEquals(65_535, started.port());
        } catch (BindException e) {
            // Another program has the port.
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    @DisplayName("R8: invalid line lengths")
    void invalidLineLength(int length) {
        assertThrows(IllegalArgumentException.class, () -> KeyValueServer.start(0, length));
    }

    @Test
    @DisplayName("R8: a server goes on after an invalid grace time")
    void invalidGrace() throws IOException {
        Client client = new Client();
        client.expect("SET a 1", "OK");
        assertThrows(IllegalArgumentException.class, () -> server.stop(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> server.stop(null));
        client.expect("GET a", "VALUE 1");
        new Client().expect("GET a", "VALUE 1");
    }

    @Test
    @DisplayName("R8: a port in use is an error of the system, and the other goes on")
    void portInUse() throws IOException {
        assertThrows(IOException.class, () -> KeyValueServer.start(server.port(), MAX_LENGTH));
        new Client().expect("COUNT", "COUNT 0");
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            assertThrows(IOException.class, () -> KeyValueServer.start(listener.getLocalPort(), MAX_LENGTH));
            try (Socket client = new Socket("127.0.0.1", listener.getLocalPort()); Socket accepted = listener.accept()) {
                accepted.getOutputStream().write('!');
                assertEquals('!', client.getInputStream().read());
            }
        }
    }
}
