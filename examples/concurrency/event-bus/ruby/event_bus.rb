# frozen_string_literal: true

# Delivers published events to the listeners whose patterns match their topics; for use within one thread.
class EventBus
  SEGMENT = /[A-Za-z0-9_-]+/
  TOPIC = /\A#{SEGMENT}(?:\.#{SEGMENT})*\z/
  PATTERN = /\A(?:(?:#{SEGMENT}|\*)\.)*(?:#{SEGMENT}|\*\*?)\z/
  PRIORITIES = (-1000..1000).freeze
  CASCADE_LIMITS = (1..1_000_000).freeze
  private_constant :SEGMENT, :TOPIC, :PATTERN, :PRIORITIES, :CASCADE_LIMITS

  # What a listener is called with; frozen.
  Event = Struct.new(:topic, :payload)

  # An error raised by a listener, with the event's topic and the subscription's pattern.
  Failure = Struct.new(:topic, :pattern, :error, keyword_init: true)

  # Listeners have failed.
  class DeliveryError < StandardError
    # An Array of Failure, in the order in which they happened.
    attr_reader :failures

    def initialize(failures)
      super("#{failures.size} listener call(s) failed, first: #{failures.first.error.message}")
      @failures = failures
    end
  end

  # Listeners have published too many events in answer to one.
  class CascadeLimitError < StandardError; end

  # A listener's place on a bus.
  class Subscription
    attr_reader :pattern, :priority

    def initialize(bus, pattern, priority, once, listener)
      @bus = bus
      @pattern = pattern
      @priority = priority
      @once = once
      @listener = listener
      *@segments, last = pattern.split(".")
      @open = last == "**"
      @segments << last unless @open
    end

    # Ends the subscription. Returns whether it was still in force.
    def cancel
      @bus.__send__(:remove, self)
    end

    def matches?(segments)
      return false unless @open ? segments.size >= @segments.size : segments.size == @segments.size

      @segments.zip(segments).all? { |wanted, segment| wanted == "*" || wanted == segment }
    end

    def call(event)
      cancel if @once
      @listener.call(event)
    end
  end

  # Raises ArgumentError unless the limit of events in a cascade is an Integer from 1 to 1,000,000.
  def initialize(cascade_limit: 1000)
    require_integer("cascade limit", cascade_limit, CASCADE_LIMITS)
    @cascade_limit = cascade_limit
    @subscriptions = {}.compare_by_identity # a set in the order of subscribing
    @queue = []
    @cascade_size = 0 # 0 outside of listeners
  end

  # Returns the number of subscriptions in force.
  def subscription_count
    @subscriptions.size
  end

  # Calls the block with each Event whose topic matches the pattern, with the first one only if +once+.
  #
  # Returns a Subscription. Raises ArgumentError if the pattern is invalid or the priority is not an Integer from -1000
  # to 1000.
  def subscribe(pattern, priority: 0, once: false, &listener)
    require_name("pattern", pattern, PATTERN)
    require_integer("priority", priority, PRIORITIES)
    subscription = Subscription.new(self, pattern.dup, priority, once, listener)
    @subscriptions[subscription] = true
    subscription
  end

  # Delivers an event and those that its listeners publish; within a listener, queues the event instead.
  #
  # Raises ArgumentError if the topic is invalid, CascadeLimitError within a listener if the cascade is at its limit, and
  # DeliveryError outside of listeners if any has raised a StandardError. Other exceptions pass through.
  def publish(topic, payload = nil)
    require_name("topic", topic, TOPIC)
    raise CascadeLimitError, "more than #{@cascade_limit} events in one cascade" if @cascade_size == @cascade_limit

    @queue << Event.new(topic.dup.freeze, payload).freeze
    @cascade_size += 1
    deliver_queued if @cascade_size == 1
  end

  private

  def deliver_queued
    failures = []
    while (event = @queue.shift)
      deliver(event, failures)
    end
    raise DeliveryError, failures if failures.any?
  ensure
    @queue.clear
    @cascade_size = 0
  end

  def deliver(event, failures)
    receivers(event.topic).each do |subscription|
      next unless @subscriptions.key?(subscription)

      begin
        subscription.call(event)
      rescue StandardError => e
        failures << Failure.new(topic: event.topic, pattern: subscription.pattern, error: e)
      end
    end
  end

  def receivers(topic)
    segments = topic.split(".")
    matching = @subscriptions.keys.select { |subscription| subscription.matches?(segments) }
    matching.sort_by.with_index { |subscription, index| [-subscription.priority, index] }
  end

  def remove(subscription)
    !@subscriptions.delete(subscription).nil?
  end

  def require_name(what, name, form)
    raise ArgumentError, "invalid #{what}: #{name.inspect}" unless name.is_a?(String) && form.match?(name)
  end

  def require_integer(name, value, range)
    return if value.is_a?(Integer) && range.cover?(value)

    raise ArgumentError, "#{name} must be an Integer in #{range}, not #{value.inspect}"
  end
end
