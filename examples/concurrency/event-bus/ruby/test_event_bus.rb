# frozen_string_literal: true

require "minitest/autorun"
require_relative "event_bus"

class TestEventBus < Minitest::Test
  MATCHES = {
    "a" => [%w[a], %w[A b aa a.a a.b]],
    "a.b" => [%w[a.b], %w[a b a.c b.b a.B a.b.c ab a-b]],
    "*" => [%w[a Z_9-z], %w[a.b]],
    "a.*" => [%w[a.b a.a], %w[a b.b a.b.c ab]],
    "*.b" => [%w[a.b b.b], %w[b a.c a.b.b]],
    "a.*.c" => [%w[a.b.c], %w[a.c a.b.d a.b.b.c]],
    "**" => [%w[a a.b a.b.c], []],
    "a.**" => [%w[a a.b a.b.c], %w[b ab b.a]],
    "a.*.**" => [%w[a.b a.b.c a.b.c.d], %w[a b.a]],
    "*.**" => [%w[a a.b.c], []]
  }.freeze
  NO_NAMES = ["", ".", "a.", ".a", "a..b", "a b", "a\n", "\na", "\u00e9", "a/b", "a:b", "a*", "*a", "a.*b", "***",
              "a.***", nil, :a, 5].freeze

  def setup
    @bus = EventBus.new
    @log = []
  end

  def test_patterns__R1
    MATCHES.each do |pattern, (yes, no)|
      topics = []
      subscription = @bus.subscribe(pattern) { |event| topics << event.topic }
      (no + yes + no).each { |topic| @bus.publish(topic) }
      assert_equal yes, topics, pattern
      subscription.cancel
    end
  end

  def test_a_topic_of_very_many_segments__R1
    topic = "a#{'.a' * 99_999}"
    [topic, "a.*", "a.**", "**", "#{topic}.*", "#{topic}.**"].each do |pattern|
      @bus.subscribe(pattern) { @log << pattern.size }
    end
    @bus.publish(topic)
    assert_equal [199_999, 4, 2, 200_002], @log
  end

  def test_the_topic_is_the_one_as_published__R1
    @bus.subscribe("a") do
      topic = +"b"
      @bus.publish(topic)
      topic << ".c"
    end
    pattern = +"b"
    @bus.subscribe(pattern, priority: 1) { |event| event.topic = "x" }
    @bus.subscribe(pattern, priority: 1) { |event| event.topic << "x" }
    pattern << ".c"
    log_as("all", "**")
    failures = assert_raises(EventBus::DeliveryError) { @bus.publish("a") }.failures
    assert_equal [["b", "b", FrozenError]] * 2, failures.map { |it| [it.topic, it.pattern, it.error.class] }
    assert_equal ["all a", "all b"], @log
  end

  def test_the_payload_is_passed_as_it_is__R1
    payloads = []
    @bus.subscribe("a") { |event| payloads << event.payload }
    payload = +"text"
    @bus.publish("a", payload)
    @bus.publish("a", false)
    @bus.publish("a")
    assert_same payload, payloads.first
    assert_equal ["text", false, nil], payloads
  end

  def test_by_priority_then_in_the_order_of_subscribing__R2
    log_as("zero", "a")
    log_as("low", "**", priority: -1)
    log_as("lowest", "a", priority: -1000)
    log_as("high", "*", priority: 1)
    log_as("zero-2", "a")
    log_as("highest", "a.**", priority: 1000)
    log_as("high-2", "a", priority: 1)
    log_as("zero-3", "**")
    @bus.publish("a")
    assert_equal %w[highest high high-2 zero zero-2 zero-3 low lowest].map { |name| "#{name} a" }, @log
  end

  def test_a_listener_that_is_subscribed_twice_is_called_twice__R2
    calls = 0
    listener = proc { calls += 1 }
    first = @bus.subscribe("a", &listener)
    @bus.subscribe("a", &listener)
    @bus.publish("a")
    assert_equal [2, 2], [calls, @bus.subscription_count]
    assert_equal true, first.cancel
    @bus.publish("a")
    assert_equal [3, 1], [calls, @bus.subscription_count]
  end

  def test_a_subscription_made_during_a_delivery_gets_events_whose_delivery_begins_later__R3
    @bus.subscribe("start", once: true) do
      @bus.publish("queued")
      log_as("new", "**", priority: -5)
      log_as("new first", "**", priority: 5)
    end
    log_as("old", "start", priority: -1)
    @bus.publish("start")
    assert_equal ["old start", "new first queued", "new queued"], @log
    @bus.publish("start")
    assert_equal ["new first start", "old start", "new start"], @log.drop(3)
  end

  def test_a_subscription_cancelled_before_its_turn_is_not_called__R3
    log_as("first", "a", priority: 2)
    before = log_as("before", "a.**", priority: 3)
    cancelled = nil
    results = []
    @bus.subscribe("a", priority: 1) do
      @bus.publish("a.queued")
      results.push(cancelled.cancel, before.cancel, cancelled.cancel)
    end
    cancelled = log_as("cancelled", "a.**")
    log_as("last", "a.**", priority: -1)
    @bus.publish("a")
    assert_equal ["before a", "first a", "last a", "last a.queued"], @log
    assert_equal [true, true, false], results
    assert_equal 3, @bus.subscription_count
  end

  def test_a_listener_cancels_its_own_subscription__R3
    own = @bus.subscribe("a") { @log << "own #{own.cancel}" }
    log_as("other", "a")
    2.times { @bus.publish("a") }
    assert_equal ["own true", "other a", "other a"], @log
    assert_equal false, own.cancel
  end

  def test_a_once_subscription_is_called_for_the_first_matching_event_only__R4
    once = @bus.subscribe("a.*", once: true) do |event|
      @log.push(event.topic, once.cancel, @bus.subscription_count)
      @bus.publish("a.again")
    end
    log_as("other", "a.*")
    @bus.publish("b")
    assert_equal 2, @bus.subscription_count
    @bus.publish("a.x")
    @bus.publish("a.y")
    assert_equal ["a.x", false, 1, "other a.x", "other a.again", "other a.y"], @log
    assert_equal false, once.cancel
  end

  def test_a_once_subscription_ends_although_its_listener_fails__R4
    @bus.subscribe("a", once: true) { raise "down" }
    assert_equal 1, failures_of("a").size
    assert_equal 0, @bus.subscription_count
    @bus.publish("a")
  end

  def test_a_once_subscription_that_is_cancelled_is_never_called__R4
    once = nil
    @bus.subscribe("a") { @log << once.cancel }
    once = @bus.subscribe("a", once: true) { @log << "once" }
    @bus.publish("a")
    assert_equal [true], @log
    assert_equal false, once.cancel
  end

  def test_events_published_within_listeners_are_queued__R5
    @bus.subscribe("a") do
      @bus.publish("b")
      @bus.publish("c")
      @log << "published"
    end
    @bus.subscribe("b", priority: 9) { @bus.publish("d") }
    log_as("all", "**", priority: -9)
    @bus.publish("a")
    assert_equal ["published", "all a", "all b", "all c", "all d"], @log
  end

  def test_all_failures_are_reported_after_everything_is_delivered__R6
    @bus.subscribe("a.**", priority: 1) do |event|
      @bus.publish("a.b") if event.topic == "a"
      raise KeyError, "key"
    end
    second = @bus.subscribe("a") { raise "down" }
    log_as("last", "**", priority: -1)
    assert_equal ["a a.** KeyError key", "a a RuntimeError down", "a.b a.** KeyError key"], failures_of("a")
    assert_equal ["last a", "last a.b"], @log
    second.cancel
    assert_equal ["a.c a.** KeyError key"], failures_of("a.c")
    @bus.publish("b")
    assert_equal ["last a.c", "last b"], @log.drop(2)
  end

  def test_other_exceptions_pass_through_and_drop_what_is_queued__R6
    @bus.subscribe("a") do
      @bus.publish("b")
      raise Interrupt, "stop"
    end
    log_as("all", "**")
    assert_raises(Interrupt) { @bus.publish("a") }
    assert_empty @log
    @bus.publish("c")
    assert_equal ["all c"], @log
  end

  def test_invalid_patterns__R7
    (NO_NAMES + ["**.a", "a.**.b", "**.**", "**."]).each do |pattern|
      assert_raises(ArgumentError, pattern.inspect) { @bus.subscribe(pattern) { flunk } }
    end
    assert_equal 0, @bus.subscription_count
  end

  def test_invalid_topics__R7
    log_as("all", "**")
    (NO_NAMES + ["*", "**", "a.*", "a.**"]).each do |topic|
      assert_raises(ArgumentError, topic.inspect) { @bus.publish(topic) }
    end
    assert_empty @log
    @bus.publish("a")
    assert_equal ["all a"], @log
  end

  def test_an_invalid_topic_within_a_listener_is_a_failure_of_it__R7
    @bus.subscribe("a") { @bus.publish("a.*") }
    log_as("all", "**")
    error = assert_raises(EventBus::DeliveryError) { @bus.publish("a") }
    assert_instance_of ArgumentError, error.failures.first.error
    assert_equal ["all a"], @log
  end

  def test_priorities_and_limits_have_bounds__R7
    [-1001, 1001, 0.5, "1", nil].each do |priority|
      assert_raises(ArgumentError) { @bus.subscribe("a", priority: priority) { flunk } }
    end
    assert_equal 0, @bus.subscription_count
    [0, -1, 1_000_001, 1.5, nil].each do |limit|
      assert_raises(ArgumentError) { EventBus.new(cascade_limit: limit) }
    end
    assert_equal 0, EventBus.new(cascade_limit: 1_000_000).subscription_count
  end

  def test_a_cascade_has_at_most_as_many_events_as_the_limit__R8
    [1, 2, 7].each do |limit|
      bus = EventBus.new(cascade_limit: limit)
      [1, 3, 1].each { |at_once| assert_equal limit, cascade(bus, at_once) }
    end
    assert_equal 1000, cascade(EventBus.new, 1)
  end

  def test_a_listener_can_handle_the_error__R8
    bus = EventBus.new(cascade_limit: 2)
    topics = []
    bus.subscribe("a") do
      bus.publish("b")
      assert_raises(EventBus::CascadeLimitError) { bus.publish("c") }
    end
    bus.subscribe("**") { |event| topics << event.topic }
    2.times { bus.publish("a") }
    assert_equal %w[a b a b], topics
  end

  private

  def log_as(name, pattern, **options)
    @bus.subscribe(pattern, **options) { |event| @log << "#{name} #{event.topic}" }
  end

  # Publishes an event whose delivery fails. Returns the failures as texts.
  def failures_of(topic)
    error = assert_raises(EventBus::DeliveryError) { @bus.publish(topic) }
    error.failures.map { |it| "#{it.topic} #{it.pattern} #{it.error.class} #{it.error.message}" }
  end

  # Publishes with a listener that publishes for as long as it can. Returns the number of events delivered.
  def cascade(bus, at_once)
    delivered = 0
    subscription = bus.subscribe("**") do
      delivered += 1
      at_once.times { bus.publish("again") }
    end
    error = assert_raises(EventBus::DeliveryError) { bus.publish("first") }
    assert(error.failures.all? { |failure| failure.error.is_a?(EventBus::CascadeLimitError) })
    subscription.cancel
    delivered
  end
end
