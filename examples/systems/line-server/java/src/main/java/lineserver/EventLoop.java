package lineserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Serves all connections in one thread, so that each request is executed as a whole. */
final class EventLoop implements Runnable {
    /** How long no connection is accepted after the system had no descriptor for one. */
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final int maxLineLength;
    private final SelectionKey listenerKey;
    private final Store store = new Store();
    private final AtomicReference<Duration> stopGrace = new AtomicReference<>();

    EventLoop(ServerSocketChannel listener, Selector selector, int maxLineLength) throws IOException {
        this.listener = listener;
        this.selector = selector;
        this.maxLineLength = maxLineLength;
        listener.configureBlocking(false);
        this.listenerKey = listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Makes the loop come to its end; only the first call counts. */
    void requestStop(Duration grace) {
        if (stopGrace.compareAndSet(null, grace)) {
            selector.wakeup();
        }
    }

    @Override
    public void run() {
        try (selector; listener) {
            serveAndFinish();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
    }

    private void serveAndFinish() throws IOException {
        try {
            serve();
            listener.close();
            finish(stopGrace.get());
        } finally {
            selector.keys().forEach(EventLoop::close);
        }
    }

    private void serve() throws IOException {
        while (stopGrace.get() == null) {
            boolean accepting = listenerKey.interestOps() != 0;
            selector.select(this::handle, accepting ? 0 : ACCEPT_PAUSE_MILLIS);
            if (!accepting) {
                listenerKey.interestOps(SelectionKey.OP_ACCEPT);
            }
        }
    }

    private void handle(SelectionKey key) {
        if (key == listenerKey) {
            accept();
        } else {
            advance(key);
        }
    }

    private void accept() {
        try {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                add(channel);
            }
        } catch (IOException e) {
            listenerKey.interestOps(0); // The connection still waits, and would wake the loop again and again.
        }
    }

    private void add(SocketChannel channel) {
        try {
            Connection connection = new Connection(channel, maxLineLength);
            channel.register(selector, SelectionKey.OP_READ, connection);
        } catch (IOException e) {
            closeQuietly(channel); // The client is gone already.
        }
    }

    private void finish(Duration grace) throws IOException {
        long start = System.nanoTime();
        List<SelectionKey> keys = new ArrayList<>(selector.keys());
        keys.stream().filter(SelectionKey::isValid).forEach(EventLoop::limitInput);
        selector.selectNow(); // Removes the keys of closed channels.
        while (!selector.keys().isEmpty()) {
            Duration left = grace.minusNanos(System.nanoTime() - start);
            boolean isOver = left.isNegative() || left.isZero();
            if (isOver) {
                selector.selectNow(this::advance);
                return;
            }
            selector.select(this::advance, millisRoundedUp(left));
            selector.selectNow();
        }
    }

    private void advance(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            connection.advance(store);
            update(key, connection);
        } catch (IOException e) {
            close(key);
        }
    }

    private static void limitInput(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            connection.limitInput();
            update(key, connection);
        } catch (IOException e) {
            close(key);
        }
    }

    private static void update(SelectionKey key, Connection connection) {
        if (connection.isDone()) {
            close(key);
        } else {
            key.interestOps(connection.wantsToSend() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    private static void close(SelectionKey key) {
        if (key.channel() instanceof SocketChannel channel) {
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try (channel) {
            // Closing with unread input resets the connection; the end of the stream has to be on its way before that.
            channel.shutdownOutput();
        } catch (IOException e) {
            // The client has reset the connection: there is no one to tell.
        }
    }

    private static long millisRoundedUp(Duration duration) {
        long seconds = Math.min(duration.getSeconds(), Integer.MAX_VALUE / 1000 - 1);
        return seconds * 1000 + duration.getNano() / 1_000_000 + 1;
    }
}
