package lineserver;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client. It is read only while no reply waits: one that does not read costs a bounded amount of memory. */
final class Connection {
    private static final int CHUNK_LENGTH = 16 * 1024;
    /** From this on, replies are sent before more requests are executed. */
    private static final int OUTPUT_LIMIT = 64 * 1024;
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final SocketChannel channel;
    private final LineBuffer lines;
    private ByteBuffer output = ByteBuffer.allocate(0);
    private boolean hasMoreLines;
    private long inputLeft = UNLIMITED;

    Connection(SocketChannel channel, int maxLineLength) throws IOException {
        this.channel = channel;
        this.lines = new LineBuffer(maxLineLength);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Receives, executes and replies as far as that needs no waiting; bounded, so that others get their turn. */
    void advance(Store store) throws IOException {
        if (!output.hasRemaining()) {
            if (!hasMoreLines) {
                receive();
            }
            answer(store);
        }
        channel.write(output);
    }

    /** Ends the input after what the system has received until now. */
    void limitInput() throws IOException {
        if (inputLeft == UNLIMITED) {
            inputLeft = channel.socket().getInputStream().available();
        }
    }

    /** Whether advance can get on only when sending is possible; otherwise it waits for input. */
    boolean wantsToSend() {
        return hasMoreLines || output.hasRemaining();
    }

    /** Whether everything that was received is answered and nothing more will be. */
    boolean isDone() {
        return inputLeft == 0 && !wantsToSend();
    }

    private void receive() throws IOException {
        if (inputLeft == 0) {
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_LENGTH, inputLeft));
        int count = channel.read(chunk);
        if (count < 0) {
            inputLeft = 0;
            return;
        }
        lines.append(chunk.array(), count);
        if (inputLeft != UNLIMITED) {
            inputLeft -= count;
        }
    }

    private void answer(Store store) {
        StringBuilder replies = new StringBuilder();
        hasMoreLines = true;
        while (replies.length() < OUTPUT_LIMIT) {
            LineBuffer.Line line = lines.next();
            if (line == null) {
                hasMoreLines = false;
                break;
            }
            replies.append(line.isTooLong() ? "ERR line too long" : store.execute(line.text())).append('\n');
        }
        output = ByteBuffer.wrap(replies.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
