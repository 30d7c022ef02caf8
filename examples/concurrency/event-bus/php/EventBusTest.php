<?php

declare(strict_types=1);

namespace EventBus;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/EventBus.php';

final class EventBusTest extends TestCase
{
    private const MATCHES = [
        'a' => [['a'], ['A', 'b', 'aa', 'a.a', 'a.b']],
        'a.b' => [['a.b'], ['a', 'b', 'a.c', 'b.b', 'a.B', 'a.b.c', 'ab', 'a-b']],
        '*' => [['a', 'Z_9-z'], ['a.b']],
        'a.*' => [['a.b', 'a.a'], ['a', 'b.b', 'a.b.c', 'ab']],
        '*.b' => [['a.b', 'b.b'], ['b', 'a.c', 'a.b.b']],
        'a.*.c' => [['a.b.c'], ['a.c', 'a.b.d', 'a.b.b.c']],
        '**' => [['a', 'a.b', 'a.b.c'], []],
        'a.**' => [['a', 'a.b', 'a.b.c'], ['b', 'ab', 'b.a']],
        'a.*.**' => [['a.b', 'a.b.c', 'a.b.c.d'], ['a', 'b.a']],
        '*.**' => [['a', 'a.b.c'], []],
    ];
    private const NO_NAMES = [
        '', '.', 'a.', '.a', 'a..b', 'a b', "a\n", "\na", "\u{e9}", 'a/b', 'a:b', 'a*', '*a', 'a.*b', '***', 'a.***',
    ];

    private EventBus $bus;
    /** @var list<string> */
    private array $log = [];

    protected function setUp(): void
    {
        $this->bus = new EventBus();
    }

    public function testPatterns_R1(): void
    {
        foreach (self::MATCHES as $pattern => [$yes, $no]) {
            $topics = [];
            $subscription = $this->bus->subscribe($pattern, static function (Event $event) use (&$topics): void {
                $topics[] = $event->topic;
            });
            array_map($this->bus->publish(...), [...$no, ...$yes, ...$no]);
            self::assertSame($yes, $topics, $pattern);
            $subscription->cancel();
        }
    }

    public function testATopicOfVeryManySegments_R1(): void
    {
        $topic = 'a' . str_repeat('.a', 99_999);
        foreach ([$topic, 'a.*', 'a.**', '**', "$topic.*", "$topic.**"] as $pattern) {
            $this->bus->subscribe($pattern, function () use ($pattern): void {
                $this->log[] = strlen($pattern);
            });
        }
        $this->bus->publish($topic);
        self::assertSame([199_999, 4, 2, 200_002], $this->log);
    }

    public function testThePayloadIsPassedAsItIs_R1(): void
    {
        $payloads = [];
        $this->bus->subscribe('a', static function (Event $event) use (&$payloads): void {
            $payloads[] = $event->payload;
        });
        $payload = new \stdClass();
        $this->bus->publish('a', $payload);
        $this->bus->publish('a', false);
        $this->bus->publish('a');
        self::assertSame([$payload, false, null], $payloads);
    }

    public function testByPriorityThenInTheOrderOfSubscribing_R2(): void
    {
        $this->logAs('zero', 'a');
        $this->logAs('low', '**', -1);
        $this->logAs('lowest', 'a', -1000);
        $this->logAs('high', '*', 1);
        $this->logAs('zero-2', 'a');
        $this->logAs('highest', 'a.**', 1000);
        $this->logAs('high-2', 'a', 1);
        $this->logAs('zero-3', '**');
        $this->bus->publish('a');
        $order = ['highest', 'high', 'high-2', 'zero', 'zero-2', 'zero-3', 'low', 'lowest'];
        self::assertSame(array_map(static fn (string $name): string => "$name a", $order), $this->log);
    }

    public function testAListenerThatIsSubscribedTwiceIsCalledTwice_R2(): void
    {
        $listener = function (): void {
            $this->log[] = 'call';
        };
        $first = $this->bus->subscribe('a', $listener);
        $this->bus->subscribe('a', $listener);
        $this->bus->publish('a');
        self::assertSame([2, 2], [count($this->log), $this->bus->subscriptionCount()]);
        self::assertTrue($first->cancel());
        $this->bus->publish('a');
        self::assertSame([3, 1], [count($this->log), $this->bus->subscriptionCount()]);
    }

    public function testASubscriptionMadeDuringADeliveryGetsEventsWhoseDeliveryBeginsLater_R3(): void
    {
        $this->bus->subscribe('start', function (): void {
            $this->bus->publish('queued');
            $this->logAs('new', '**', -5);
            $this->logAs('new first', '**', 5);
        }, once: true);
        $this->logAs('old', 'start', -1);
        $this->bus->publish('start');
        self::assertSame(['old start', 'new first queued', 'new queued'], $this->log);
        $this->bus->publish('start');
        self::assertSame(['new first start', 'old start', 'new start'], array_slice($this->log, 3));
    }

    public function testASubscriptionCancelledBeforeItsTurnIsNotCalled_R3(): void
    {
        $this->logAs('first', 'a', 2);
        $before = $this->logAs('before', 'a.**', 3);
        $results = [];
        $this->bus->subscribe('a', function () use (&$cancelled, $before, &$results): void {
            $this->bus->publish('a.queued');
            $results = [$cancelled->cancel(), $before->cancel(), $cancelled->cancel()];
        }, priority: 1);
        $cancelled = $this->logAs('cancelled', 'a.**');
        $this->logAs('last', 'a.**', -1);
        $this->bus->publish('a');
        self::assertSame(['before a', 'first a', 'last a', 'last a.queued'], $this->log);
        self::assertSame([true, true, false], $results);
        self::assertSame(3, $this->bus->subscriptionCount());
    }

    public function testAListenerCancelsItsOwnSubscription_R3(): void
    {
        $own = $this->bus->subscribe('a', function () use (&$own): void {
            $this->log[] = 'own ' . var_export($own->cancel(), true);
        });
        $this->logAs('other', 'a');
        $this->bus->publish('a');
        $this->bus->publish('a');
        self::assertSame(['own true', 'other a', 'other a'], $this->log);
        self::assertFalse($own->cancel());
    }

    public function testAOnceSubscriptionIsCalledForTheFirstMatchingEventOnly_R4(): void
    {
        $once = $this->bus->subscribe('a.*', function (Event $event) use (&$once): void {
            array_push($this->log, $event->topic, $once->cancel(), $this->bus->subscriptionCount());
            $this->bus->publish('a.again');
        }, once: true);
        $this->logAs('other', 'a.*');
        $this->bus->publish('b');
        self::assertSame(2, $this->bus->subscriptionCount());
        $this->bus->publish('a.x');
        $this->bus->publish('a.y');
        self::assertSame(['a.x', false, 1, 'other a.x', 'other a.again', 'other a.y'], $this->log);
        self::assertFalse($once->cancel());
    }

    public function testAOnceSubscriptionEndsAlthoughItsListenerFails_R4(): void
    {
        $this->bus->subscribe('a', static fn () => throw new \RuntimeException('down'), once: true);
        self::assertCount(1, $this->failuresOf('a'));
        self::assertSame(0, $this->bus->subscriptionCount());
        $this->bus->publish('a');
    }

    public function testAOnceSubscriptionThatIsCancelledIsNeverCalled_R4(): void
    {
        $this->bus->subscribe('a', function () use (&$once): void {
            $this->log[] = $once->cancel();
        });
        $once = $this->bus->subscribe('a', function (): void {
            $this->log[] = 'once';
        }, once: true);
        $this->bus->publish('a');
        self::assertSame([true], $this->log);
        self::assertFalse($once->cancel());
    }

    public function testEventsPublishedWithinListenersAreQueued_R5(): void
    {
        $this->bus->subscribe('a', function (): void {
            $this->bus->publish('b');
            $this->bus->publish('c');
            $this->log[] = 'published';
        });
        $this->bus->subscribe('b', fn () => $this->bus->publish('d'), 9);
        $this->logAs('all', '**', -9);
        $this->bus->publish('a');
        self::assertSame(['published', 'all a', 'all b', 'all c', 'all d'], $this->log);
    }

    public function testAllFailuresAreReportedAfterEverythingIsDelivered_R6(): void
    {
        $this->bus->subscribe('a.**', function (Event $event): void {
            if ($event->topic === 'a') {
                $this->bus->publish('a.b');
            }
            throw new \DomainException('domain');
        }, 1);
        $second = $this->bus->subscribe('a', static fn () => intdiv(1, 0));
        $this->logAs('last', '**', -1);
        self::assertSame([
            'a a.** DomainException domain',
            'a a DivisionByZeroError Division by zero',
            'a.b a.** DomainException domain',
        ], $this->failuresOf('a'));
        self::assertSame(['last a', 'last a.b'], $this->log);
        $second->cancel();
        self::assertSame(['a.c a.** DomainException domain'], $this->failuresOf('a.c'));
        $this->bus->publish('b');
        self::assertSame(['last a.c', 'last b'], array_slice($this->log, 2));
    }

    public function testInvalidPatterns_R7(): void
    {
        foreach ([...self::NO_NAMES, '**.a', 'a.**.b', '**.**', '**.'] as $pattern) {
            self::assertInvalid(fn () => $this->logAs('never', $pattern), $pattern);
        }
        self::assertSame(0, $this->bus->subscriptionCount());
    }

    public function testInvalidTopics_R7(): void
    {
        $this->logAs('all', '**');
        foreach ([...self::NO_NAMES, '*', '**', 'a.*', 'a.**'] as $topic) {
            self::assertInvalid(fn () => $this->bus->publish($topic), $topic);
        }
        self::assertSame([], $this->log);
        $this->bus->publish('a');
        self::assertSame(['all a'], $this->log);
    }

    public function testAnInvalidTopicWithinAListenerIsAFailureOfIt_R7(): void
    {
        $this->bus->subscribe('a', fn () => $this->bus->publish('a.'));
        $this->logAs('all', '**');
        self::assertStringStartsWith('a a InvalidArgumentException ', implode('|', $this->failuresOf('a')));
        self::assertSame(['all a'], $this->log);
    }

    public function testPrioritiesAndLimitsHaveBounds_R7(): void
    {
        foreach ([-1001, 1001] as $priority) {
            self::assertInvalid(fn () => $this->logAs('never', 'a', $priority), "priority $priority");
        }
        self::assertSame(0, $this->bus->subscriptionCount());
        foreach ([0, -1, 1_000_001] as $limit) {
            self::assertInvalid(static fn () => new EventBus($limit), "limit $limit");
        }
        self::assertSame(0, (new EventBus(1_000_000))->subscriptionCount());
    }

    public function testACascadeHasAtMostAsManyEventsAsTheLimit_R8(): void
    {
        foreach ([1, 2, 7] as $limit) {
            $bus = new EventBus($limit);
            foreach ([1, 3, 1] as $atOnce) {
                self::assertSame($limit, self::cascade($bus, $atOnce));
            }
        }
        self::assertSame(1000, self::cascade(new EventBus(), 1));
    }

    public function testAListenerCanHandleTheError_R8(): void
    {
        $this->bus = new EventBus(2);
        $this->bus->subscribe('a', function (): void {
            $this->bus->publish('b');
            try {
                $this->bus->publish('c');
            } catch (CascadeLimitException) {
                $this->log[] = 'handled';
            }
        });
        $this->logAs('all', '**');
        $this->bus->publish('a');
        $this->bus->publish('a');
        self::assertSame(['handled', 'all a', 'all b', 'handled', 'all a', 'all b'], $this->log);
    }

    private function logAs(string $name, string $pattern, int $priority = 0): Subscription
    {
        return $this->bus->subscribe($pattern, function (Event $event) use ($name): void {
            $this->log[] = "$name $event->topic";
        }, $priority);
    }

    /**
     * Publishes an event whose delivery fails.
     *
     * @return list<string>
     */
    private function failuresOf(string $topic): array
    {
        try {
            $this->bus->publish($topic);
        } catch (DeliveryException $exception) {
            self::assertSame($exception->failures[0]->error, $exception->getPrevious());

            return array_map(static fn (Failure $failure): string => implode(' ', [
                $failure->topic, $failure->pattern, $failure->error::class, $failure->error->getMessage(),
            ]), $exception->failures);
        }
        self::fail('no delivery exception');
    }

    /** Publishes with a listener that publishes for as long as it can; returns the number of events delivered. */
    private static function cascade(EventBus $bus, int $atOnce): int
    {
        $delivered = 0;
        $subscription = $bus->subscribe('**', static function () use ($bus, $atOnce, &$delivered): void {
            $delivered++;
            for ($i = 0; $i < $atOnce; $i++) {
                $bus->publish('again');
            }
        });
        try {
            $bus->publish('first');
            self::fail('no delivery exception');
        } catch (DeliveryException $exception) {
            foreach ($exception->failures as $failure) {
                self::assertInstanceOf(CascadeLimitException::class, $failure->error);
            }
        }
        $subscription->cancel();

        return $delivered;
    }

    private static function assertInvalid(\Closure $call, string $what): void
    {
        try {
            $call();
            $error = null;
        } catch (\Throwable $error) {
        }
        self::assertInstanceOf(\InvalidArgumentException::class, $error, $what);
    }
}
