package lineserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

/** A TCP server that keeps a key-value store in memory and speaks a line protocol. */
public final class KeyValueServer implements AutoCloseable {
    private static final int MAX_PORT = 65_535;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final int port;
    private final EventLoop eventLoop;
    private final Thread thread;

    private KeyValueServer(int port, EventLoop eventLoop) {
        this.port = port;
        this.eventLoop = eventLoop;
        this.thread = new Thread(eventLoop, "line-server-" + port);
    }

    /**
     * Starts a server on 127.0.0.1; it listens when this returns.
     *
     * @param port the port, or 0 for a free one
     * @param maxLineLength the greatest number of bytes before the LF of a line
     * @throws IllegalArgumentException if the port or the line length is invalid
     * @throws IOException if the system refuses, for example because the port is in use
     */
    public static KeyValueServer start(int port, int maxLineLength) throws IOException {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to " + MAX_PORT);
        }
        if (maxLineLength < 1) {
            throw new IllegalArgumentException("greatest line length " + maxLineLength + " is below 1");
        }
        ServerSocketChannel listener = ServerSocketChannel.open();
        Selector selector = null;
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
            selector = Selector.open();
            EventLoop eventLoop = new EventLoop(listener, selector, maxLineLength);
            KeyValueServer server = new KeyValueServer(listener.socket().getLocalPort(), eventLoop);
            server.thread.start();
            return server;
        } catch (IOException | RuntimeException | Error e) {
            listener.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /** Returns the port the server listens on, or listened on before it was stopped. */
    public int port() {
        return port;
    }

    /**
     * Answers what was received before, closes everything and returns when the server's thread has ended. Connections
     * that are not done after the grace time are cut. Does nothing if the server is stopped already.
     *
     * @throws IllegalArgumentException if grace is null or negative
     */
    public void stop(Duration grace) {
        if (grace == null || grace.isNegative()) {
            throw new IllegalArgumentException("grace time " + grace + " is null or negative");
        }
        eventLoop.requestStop(grace);
        joinUninterruptibly();
    }

    /** Stops the server with no grace time, unless it is stopped already. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
