# frozen_string_literal: true

# Groups click events into sessions of single users while they arrive.
module SessionizeEvents
  MAX_MS = 10**15

  # A click of a user on a page; Sessionizer#add checks it.
  ClickEvent = Struct.new(:user, :timestamp_ms, :page, keyword_init: true)

  # A closed session: its least and greatest timestamps, and its pages by timestamp, then by arrival.
  Session = Struct.new(:user, :start_ms, :end_ms, :pages, keyword_init: true)

  # The sessionizer takes no more calls.
  class FinishedError < StandardError
    def initialize(message = "the sessionizer is finished")
      super
    end
  end

  # A session that can still take events.
  class OpenSession
    Visit = Struct.new(:timestamp_ms, :arrival, :page)
    private_constant :Visit

    attr_reader :end_ms

    def initialize(event, arrival)
      @user = event.user
      @start_ms = @end_ms = event.timestamp_ms
      @first_arrival = arrival
      @visits = [Visit.new(event.timestamp_ms, arrival, event.page)]
    end

    def reaches?(timestamp_ms, gap_ms)
      timestamp_ms.between?(@start_ms - gap_ms, @end_ms + gap_ms)
    end

    # Joins two sessions of one user in one of them, which is returned; the other must not be used any more.
    def merge(other)
      visits.size < other.visits.size ? other.absorb(self) : absorb(other)
    end

    # Sessions are closed by their ends, then by the arrival of the event that arrived first.
    def closing_key
      [@end_ms, @first_arrival]
    end

    def close
      pages = @visits.sort_by { |visit| [visit.timestamp_ms, visit.arrival] }.map(&:page)
      Session.new(user: @user, start_ms: @start_ms, end_ms: @end_ms, pages: pages)
    end

    protected

    attr_reader :start_ms, :first_arrival, :visits

    def absorb(other)
      @visits.concat(other.visits)
      @start_ms = [@start_ms, other.start_ms].min
      @end_ms = [@end_ms, other.end_ms].max
      @first_arrival = [@first_arrival, other.first_arrival].min
      self
    end
  end
  private_constant :OpenSession

  # Takes click events one at a time and returns the sessions that each of them closes.
  class Sessionizer
    # The number of events dropped because they were late.
    attr_reader :late_events

    # Raises ArgumentError unless the gap is an Integer from 1 to 10^15 and the lateness one from 0 to 10^15.
    def initialize(gap_ms:, lateness_ms:)
      require_range("gap", gap_ms, 1..MAX_MS)
      require_range("lateness", lateness_ms, 0..MAX_MS)
      @gap_ms = gap_ms
      @lateness_ms = lateness_ms
      @open_by_user = Hash.new { |sessions, user| sessions[user] = [] }
      @earliest_end_ms = Float::INFINITY
      @watermark_ms = -lateness_ms # no timestamp is below it, so the first event is not late
      @arrivals = 0
      @late_events = 0
      @finished = false
    end

    # Takes an event and returns an Array of the sessions that it closes, by end, then by earliest arrival.
    #
    # Raises FinishedError after #finish, and ArgumentError if the user is empty or the timestamp is not an Integer
    # from 0 to 10^15.
    def add(event)
      require_unfinished
      require_valid(event)
      if event.timestamp_ms < @watermark_ms
        @late_events += 1
        return []
      end

      accept(event)
      @watermark_ms = [@watermark_ms, event.timestamp_ms - @lateness_ms].max
      close_ending_before(@watermark_ms - @gap_ms)
    end

    # Closes all open sessions and returns them, ordered as by #add. Raises FinishedError if called again.
    def finish
      require_unfinished
      @finished = true
      close_ending_before(Float::INFINITY)
    end

    private

    def accept(event)
      open = @open_by_user[event.user]
      reached, apart = open.partition { |session| session.reaches?(event.timestamp_ms, @gap_ms) }
      session = reached.reduce(OpenSession.new(event, @arrivals), :merge)
      open.replace(apart << session)
      @arrivals += 1
      @earliest_end_ms = [@earliest_end_ms, session.end_ms].min
    end

    def close_ending_before(limit_ms)
      return [] if @earliest_end_ms >= limit_ms

      due = take_ending_before(limit_ms)
      @earliest_end_ms = @open_by_user.each_value.flat_map { |open| open.map(&:end_ms) }.min || Float::INFINITY
      due.sort_by(&:closing_key).map(&:close)
    end

    def take_ending_before(limit_ms)
      due = @open_by_user.each_value.flat_map do |open|
        ended, going_on = open.partition { |session| session.end_ms < limit_ms }
        open.replace(going_on)
        ended
      end
      @open_by_user.delete_if { |_user, open| open.empty? }
      due
    end

    def require_unfinished
      raise FinishedError if @finished
    end

    def require_valid(event)
      raise ArgumentError, "the user is empty" if event.user.empty?

      require_range("timestamp", event.timestamp_ms, 0..MAX_MS)
    end

    def require_range(name, value, range)
      return if value.is_a?(Integer) && range.cover?(value)

      raise ArgumentError, "#{name} must be an Integer in #{range}, not #{value.inspect}"
    end
  end
end
