package eventbus;

/** What a listener is called with; the payload may be null. */
public record Event(String topic, Object payload) {}
