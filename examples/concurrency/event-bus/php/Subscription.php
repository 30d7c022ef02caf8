<?php

declare(strict_types=1);

namespace EventBus;

/** A listener's place on a bus. */
final class Subscription
{
    /**
     * @internal made by EventBus::subscribe
     * @param \Closure(Event): mixed $listener
     * @param \Closure(self): bool $remove
     */
    public function __construct(
        public readonly string $pattern,
        public readonly int $priority,
        private readonly bool $once,
        private readonly \Closure $listener,
        private readonly \Closure $remove,
    ) {
    }

    /** Ends the subscription; returns whether it was still in force. */
    public function cancel(): bool
    {
        return ($this->remove)($this);
    }

    /** @internal */
    public function receive(Event $event): void
    {
        if ($this->once) {
            $this->cancel();
        }
        ($this->listener)($event);
    }
}
