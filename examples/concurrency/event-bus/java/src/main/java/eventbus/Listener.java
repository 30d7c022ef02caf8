package eventbus;

/** Receives events. */
@FunctionalInterface
public interface Listener {
    void onEvent(Event event) throws Exception;
}
