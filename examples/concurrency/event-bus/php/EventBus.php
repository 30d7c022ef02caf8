<?php

declare(strict_types=1);

namespace EventBus;

require_once __DIR__ . '/CascadeLimitException.php';
require_once __DIR__ . '/DeliveryException.php';
require_once __DIR__ . '/Event.php';
require_once __DIR__ . '/Failure.php';
require_once __DIR__ . '/Subscription.php';

/** Delivers published events to the listeners whose patterns match their topics. */
final class EventBus
{
    // Possessive quantifiers: the stack of the expressions stays small, however many segments there are.
    private const TOPIC = '/^[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)*+$/D';
    private const PATTERN = '/^(?:(?:[A-Za-z0-9_-]++|\*)\.)*+(?:[A-Za-z0-9_-]++|\*\*?)$/D';

    /** @var \SplObjectStorage<Subscription, list<string>> those in force, with the segments of their patterns */
    private \SplObjectStorage $subscriptions;
    /** @var \SplQueue<Event> */
    private \SplQueue $queue;
    /** The number of events of the current cascade, delivered ones too; 0 outside of listeners. */
    private int $cascadeSize = 0;

    /** @throws \InvalidArgumentException if the limit of events in a cascade is not from 1 to 1,000,000 */
    public function __construct(private readonly int $cascadeLimit = 1000)
    {
        self::requireRange('cascade limit', $cascadeLimit, 1, 1_000_000);
        $this->subscriptions = new \SplObjectStorage();
        $this->queue = new \SplQueue();
    }

    /** Returns the number of subscriptions in force. */
    public function subscriptionCount(): int
    {
        return count($this->subscriptions);
    }

    /**
     * Has the listener called with each event whose topic matches the pattern, or with the first one only.
     *
     * @param callable(Event): mixed $listener
     * @param int $priority from -1000 to 1000; greater ones are called first
     * @throws \InvalidArgumentException if the pattern or the priority is invalid
     */
    public function subscribe(string $pattern, callable $listener, int $priority = 0, bool $once = false): Subscription
    {
        self::requireName('pattern', $pattern, self::PATTERN);
        self::requireRange('priority', $priority, -1000, 1000);
        $remove = function (Subscription $subscription): bool {
            $inForce = $this->subscriptions->contains($subscription);
            $this->subscriptions->detach($subscription);

            return $inForce;
        };
        $subscription = new Subscription($pattern, $priority, $once, $listener(...), $remove);
        $this->subscriptions->attach($subscription, explode('.', $pattern));

        return $subscription;
    }

    /**
     * Delivers an event and those that its listeners publish; within a listener, queues the event instead.
     *
     * @throws \InvalidArgumentException if the topic is invalid
     * @throws CascadeLimitException within a listener, if the cascade is at its limit
     * @throws DeliveryException outside of listeners, after everything is delivered, if listeners have thrown
     */
    public function publish(string $topic, mixed $payload = null): void
    {
        self::requireName('topic', $topic, self::TOPIC);
        if ($this->cascadeSize === $this->cascadeLimit) {
            throw new CascadeLimitException($this->cascadeLimit);
        }
        $this->queue->enqueue(new Event($topic, $payload));
        $this->cascadeSize++;
        if ($this->cascadeSize === 1) {
            $this->deliverQueued();
        }
    }

    private function deliverQueued(): void
    {
        $failures = [];
        while (!$this->queue->isEmpty()) {
            array_push($failures, ...$this->deliver($this->queue->dequeue()));
        }
        $this->cascadeSize = 0;
        if ($failures !== []) {
            throw new DeliveryException($failures);
        }
    }

    /** @return list<Failure> */
    private function deliver(Event $event): array
    {
        $failures = [];
        foreach ($this->receivers($event->topic) as $subscription) {
            if (!$this->subscriptions->contains($subscription)) {
                continue;
            }
            try {
                $subscription->receive($event);
            } catch (\Throwable $error) {
                $failures[] = new Failure($event->topic, $subscription->pattern, $error);
            }
        }

        return $failures;
    }

    /** @return list<Subscription> */
    private function receivers(string $topic): array
    {
        $segments = explode('.', $topic);
        $matching = [];
        foreach ($this->subscriptions as $subscription) {
            if (self::matches($this->subscriptions[$subscription], $segments)) {
                $matching[] = $subscription;
            }
        }
        usort($matching, static fn (Subscription $one, Subscription $other): int
            => $other->priority <=> $one->priority);

        return $matching;
    }

    /**
     * @param list<string> $pattern
     * @param list<string> $topic
     */
    private static function matches(array $pattern, array $topic): bool
    {
        if (end($pattern) === '**') {
            array_pop($pattern);
            $topic = array_slice($topic, 0, count($pattern));
        }
        if (count($topic) !== count($pattern)) {
            return false;
        }
        foreach ($pattern as $i => $wanted) {
            if ($wanted !== '*' && $wanted !== $topic[$i]) {
                return false;
            }
        }

        return true;
    }

    private static function requireName(string $what, string $name, string $form): void
    {
        if (preg_match($form, $name) !== 1) {
            throw new \InvalidArgumentException("invalid $what: " . var_export($name, true));
        }
    }

    private static function requireRange(string $name, int $value, int $least, int $greatest): void
    {
        if ($value < $least || $value > $greatest) {
            throw new \InvalidArgumentException("$name must be from $least to $greatest, not $value");
        }
    }
}
