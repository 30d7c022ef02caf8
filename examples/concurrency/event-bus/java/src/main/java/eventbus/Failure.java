package eventbus;

/** What a listener threw, with the event's topic and the subscription's pattern. */
public record Failure(String topic, String pattern, Exception error) {}
