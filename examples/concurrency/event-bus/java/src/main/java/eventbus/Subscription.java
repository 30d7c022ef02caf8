package eventbus;

/** A listener's place on a bus. */
@FunctionalInterface
public interface Subscription {
    /** Ends the subscription; returns whether it was still in force. */
    boolean cancel();
}
