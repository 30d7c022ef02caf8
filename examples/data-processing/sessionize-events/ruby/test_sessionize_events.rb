# frozen_string_literal: true

require "minitest/autorun"
require_relative "sessionize_events"

class TestSessionizeEvents < Minitest::Test
  MAX = 10**15
  DISTINCT_USERS = ["1", "01", "1.0", "1e0", "Bob", "bob", "bob ", " bob", "0", "__proto__", "constructor",
                    "\u00e9", "e\u0301", "\u{1f600}"].freeze

  def test_events_exactly_the_gap_apart_are_in_one_session__R1
    assert_equal sessions("alice 5-15 a b"), finished(10, 100, "alice 5 a", "alice 15 b")
    assert_equal sessions("alice 5-15 b a"), finished(10, 100, "alice 15 a", "alice 5 b")
  end

  def test_one_millisecond_more_makes_two_sessions__R1
    assert_equal sessions("alice 5-5 a", "alice 16-16 b"), finished(10, 100, "alice 5 a", "alice 16 b")
    assert_equal sessions("alice 5-5 b", "alice 16-16 a"), finished(10, 100, "alice 16 a", "alice 5 b")
  end

  def test_a_chain_of_events_is_one_session__R1
    assert_equal sessions("alice 0-30 a b c d"),
                 finished(10, 100, "alice 0 a", "alice 10 b", "alice 20 c", "alice 30 d")
  end

  def test_users_have_sessions_of_their_own__R1
    assert_equal sessions("bob 5-5 b", "alice 0-10 a c"), finished(10, 100, "alice 0 a", "bob 5 b", "alice 10 c")
  end

  def test_pages_are_by_timestamp_then_by_arrival_and_equal_events_are_kept__R1
    assert_equal sessions("alice 9-100 m z a a k x"),
                 finished(95, 100, "alice 100 x", "alice 10 z", "alice 10 a", "alice 9 m", "alice 10 a", "alice 11 k")
  end

  def test_a_page_can_be_empty__R1
    sessionizer = sessionizer(10, 0)
    sessionizer.add(event("alice", 1, ""))
    assert_equal [session("alice", 1, 1, [""])], sessionizer.finish
  end

  def test_the_order_of_arrival_has_no_influence__R1_R3
    ["alice 0 a", "alice 10 b", "alice 20 c", "alice 31 d", "alice 41 e"].permutation do |clicks|
      assert_equal sessions("alice 0-20 a b c", "alice 31-41 d e"), finished(10, 100, *clicks), clicks.inspect
    end
  end

  def test_a_session_is_closed_when_the_watermark_is_above_its_end_plus_gap__R2
    sessionizer = sessionizer(10, 5)
    add_all(sessionizer, "alice 0 a", "bob 15 b")
    assert_equal sessions("alice 0-0 a"), sessionizer.add(click("bob 16 c"))
    add_all(sessionizer, "bob 17 d")
    assert_equal sessions("bob 15-17 b c d"), sessionizer.finish
  end

  def test_an_event_can_close_the_session_of_its_own_user_and_begin_a_new_one__R2
    sessionizer = sessionizer(10, 0)
    add_all(sessionizer, "alice 0 a")
    assert_equal sessions("alice 0-0 a"), sessionizer.add(click("alice 11 b"))
    add_all(sessionizer, "alice 21 c")
    assert_equal sessions("alice 11-21 b c"), sessionizer.add(click("bob 32 d"))
    add_all(sessionizer, "alice 32 e")
    assert_equal sessions("bob 32-32 d", "alice 32-32 e"), sessionizer.finish
  end

  def test_later_events_of_a_session_postpone_its_closing__R2
    sessionizer = sessionizer(10, 0)
    add_all(sessionizer, "alice 0 a", "alice 8 b", "bob 13 c", "bob 18 d")
    assert_equal sessions("alice 0-8 a b"), sessionizer.add(click("bob 19 e"))
  end

  def test_an_older_event_changes_neither_the_end_nor_the_watermark__R2
    sessionizer = sessionizer(10, 20)
    add_all(sessionizer, "alice 100 a", "alice 95 b", "bob 130 c", "bob 125 d")
    assert_equal sessions("alice 95-100 b a"), sessionizer.add(click("carol 131 e"))
    assert_equal sessions("bob 125-130 d c", "carol 131-131 e"), sessionizer.finish
  end

  def test_a_session_begun_by_an_older_event_is_closed_by_its_own_end__R2
    sessionizer = sessionizer(10, 60)
    add_all(sessionizer, "bob 100 a", "alice 50 b", "carol 120 c")
    assert_equal sessions("alice 50-50 b"), sessionizer.add(click("carol 121 d"))
    assert_equal sessions("bob 100-100 a", "carol 120-121 c d"), sessionizer.finish
  end

  def test_sessions_are_closed_one_after_the_other__R2
    sessionizer = sessionizer(10, 0)
    add_all(sessionizer, "alice 0 a", "bob 4 b", "carol 8 c")
    assert_equal sessions("alice 0-0 a"), sessionizer.add(click("dave 14 d"))
    assert_equal sessions("bob 4-4 b"), sessionizer.add(click("dave 15 e"))
    add_all(sessionizer, "dave 18 f")
    assert_equal sessions("carol 8-8 c"), sessionizer.add(click("dave 19 g"))
    assert_equal sessions("dave 14-19 d e f g"), sessionizer.finish
  end

  def test_an_event_between_two_sessions_merges_them__R3
    assert_equal sessions("alice 0-20 a c b"), finished(10, 10, "alice 0 a", "alice 20 b", "alice 10 c")
    assert_equal sessions("alice 0-25 a b f c d e"),
                 finished(10, 50, "alice 20 c", "alice 25 e", "alice 21 d", "alice 0 a", "alice 1 b", "alice 11 f")
  end

  def test_an_event_that_misses_one_session_by_a_millisecond_joins_the_other__R3
    assert_equal sessions("alice 0-10 a c", "alice 21-21 b"),
                 finished(10, 50, "alice 0 a", "alice 21 b", "alice 10 c")
    assert_equal sessions("alice 0-0 a", "alice 11-21 c b"),
                 finished(10, 50, "alice 0 a", "alice 21 b", "alice 11 c")
  end

  def test_only_neighbours_of_the_same_user_are_merged__R3
    clicks = ["alice 0 a", "alice 20 b", "alice 40 c", "alice 60 f", "alice 30 d", "bob 10 e"]
    assert_equal sessions("alice 0-0 a", "bob 10-10 e", "alice 20-40 b d c", "alice 60-60 f"),
                 finished(10, 100, *clicks)
  end

  def test_a_merged_session_is_returned_once_by_its_end__R2_R3
    sessionizer = sessionizer(10, 10)
    add_all(sessionizer, "alice 0 a", "alice 20 b", "alice 10 c", "bob 31 d", "bob 40 e")
    assert_equal sessions("alice 0-20 a c b"), sessionizer.add(click("bob 41 f"))
    assert_equal sessions("bob 31-41 d e f"), sessionizer.finish
  end

  def test_an_event_below_the_watermark_is_counted_and_dropped__R4
    sessionizer = sessionizer(10, 5)
    add_all(sessionizer, "alice 100 a")
    assert_equal 0, sessionizer.late_events
    add_all(sessionizer, "alice 94 b")
    assert_equal 1, sessionizer.late_events
    add_all(sessionizer, "alice 95 c", "bob 94 d", "bob 0 e")
    assert_equal 3, sessionizer.late_events
    assert_equal sessions("alice 95-100 c a"), sessionizer.finish
  end

  def test_a_late_event_does_not_merge_sessions__R4
    assert_equal sessions("alice 0-0 a", "alice 19-19 b"),
                 finished(10, 9, "alice 0 a", "alice 19 b", "alice 9 c")
  end

  def test_without_lateness_every_event_older_than_the_newest_is_late__R4
    sessionizer = sessionizer(10, 0)
    add_all(sessionizer, "alice 5 a", "alice 4 b", "alice 5 c", "bob 4 d", "alice 6 e", "alice 5 f")
    assert_equal 3, sessionizer.late_events
    assert_equal sessions("alice 5-6 a c e"), sessionizer.finish
  end

  def test_the_first_event_is_never_late__R4
    sessionizer = sessionizer(10, 3)
    add_all(sessionizer, "alice 0 a", "alice 3 b", "alice 0 c")
    assert_equal 0, sessionizer.late_events
    assert_equal sessions("alice 0-3 a c b"), sessionizer.finish
  end

  def test_an_event_is_measured_by_the_watermark_before_it__R4
    sessionizer = sessionizer(1, 0)
    add_all(sessionizer, "alice 10 a")
    assert_equal sessions("alice 10-10 a"), sessionizer.add(click("alice 1000 b"))
    add_all(sessionizer, "alice 11 c")
    assert_equal 1, sessionizer.late_events
    assert_equal sessions("alice 1000-1000 b"), sessionizer.finish
  end

  def test_sessions_are_in_the_order_of_their_ends__R5
    expected = sessions("carol 9-9 c", "bob 10-10 b", "alice 5-12 d a", "dave 100-100 e")
    clicks = ["alice 12 a", "bob 10 b", "carol 9 c", "alice 5 d", "dave 100 e"]
    assert_equal expected, finished(10, 1000, *clicks)

    sessionizer = sessionizer(10, 1000)
    add_all(sessionizer, *clicks)
    assert_equal expected, sessionizer.add(click("erin 2000 f"))
  end

  def test_at_equal_ends_the_earliest_arrived_event_counts__R5
    assert_equal sessions("zoe 20-20 a", "bob 20-20 b", "alice 20-20 c"),
                 finished(10, 100, "zoe 20 a", "bob 20 b", "alice 20 c")
    assert_equal sessions("bob 10-20 a d", "alice 12-20 c b"),
                 finished(10, 100, "bob 10 a", "alice 20 b", "alice 12 c", "bob 20 d")
    assert_equal sessions("zoe 15-20 c a", "bob 10-20 d b"),
                 finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 15 c", "bob 10 d")
  end

  def test_at_equal_ends_the_earliest_of_all_events_of_a_merged_session_counts__R3_R5
    assert_equal sessions("zoe 0-20 a d c", "bob 20-20 b"),
                 finished(10, 100, "zoe 0 a", "bob 20 b", "zoe 20 c", "zoe 10 d")
    assert_equal sessions("zoe 0-20 c d a", "bob 20-20 b"),
                 finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 0 c", "zoe 10 d")
    assert_equal sessions("bob 20-20 a", "alice 0-20 b d c"),
                 finished(10, 100, "bob 20 a", "alice 0 b", "alice 20 c", "alice 10 d")
  end

  def test_similar_users_are_different_users__R6
    sessionizer = sessionizer(10, 100)
    [5, 8].each do |timestamp_ms|
      DISTINCT_USERS.each { |user| sessionizer.add(event(user, timestamp_ms, "#{timestamp_ms} #{user}")) }
    end
    assert_equal(DISTINCT_USERS.map { |user| session(user, 5, 8, ["5 #{user}", "8 #{user}"]) }, sessionizer.finish)
  end

  def test_an_invalid_gap_or_lateness_is_refused__R7
    [0, -1, MAX + 1, 1.5, "5", nil, Float::NAN, Float::INFINITY].each do |gap_ms|
      assert_raises(ArgumentError, gap_ms.inspect) { sessionizer(gap_ms, 0) }
    end
    [-1, MAX + 1, 1.5, "5", nil, Float::NAN, Float::INFINITY].each do |lateness_ms|
      assert_raises(ArgumentError, lateness_ms.inspect) { sessionizer(10, lateness_ms) }
    end
  end

  def test_an_event_with_an_invalid_timestamp_changes_nothing__R7
    [-1, MAX + 1, 4.5, 5.5, "5", nil, Float::NAN, Float::INFINITY].each do |timestamp_ms|
      assert_refused event("alice", timestamp_ms, "x")
    end
  end

  def test_an_event_with_an_empty_user_changes_nothing__R7
    [1, 5, 900].each { |timestamp_ms| assert_refused event("", timestamp_ms, "x") }
  end

  def test_the_limits_of_the_ranges_are_accepted__R1_R7
    assert_equal sessions("alice 0-#{MAX} b a"), finished(MAX, MAX, "alice #{MAX} a", "alice 0 b")
    assert_equal sessions("alice 0-0 b", "alice #{MAX - 1}-#{MAX} c a"),
                 finished(1, MAX, "alice #{MAX} a", "alice 0 b", "alice #{MAX - 1} c")
  end

  def test_finishing_without_open_sessions_returns_an_empty_list__R8
    assert_equal [], sessionizer(10, 0).finish
  end

  def test_after_finishing_everything_but_reading_the_count_is_refused__R8
    sessionizer = sessionizer(10, 0)
    add_all(sessionizer, "alice 5 a", "alice 4 b")
    assert_equal sessions("alice 5-5 a"), sessionizer.finish
    [click("alice 6 c"), click("alice 1 d"), event("", -1, "e")].each do |refused|
      assert_raises(SessionizeEvents::FinishedError) { sessionizer.add(refused) }
    end
    assert_raises(SessionizeEvents::FinishedError) { sessionizer.finish }
    assert_equal 1, sessionizer.late_events
  end

  private

  def sessionizer(gap_ms, lateness_ms)
    SessionizeEvents::Sessionizer.new(gap_ms: gap_ms, lateness_ms: lateness_ms)
  end

  def event(user, timestamp_ms, page)
    SessionizeEvents::ClickEvent.new(user: user, timestamp_ms: timestamp_ms, page: page)
  end

  def session(user, start_ms, end_ms, pages)
    SessionizeEvents::Session.new(user: user, start_ms: start_ms, end_ms: end_ms, pages: pages)
  end

  # An event written as "user timestamp page".
  def click(text)
    user, timestamp_ms, page = text.split
    event(user, Integer(timestamp_ms), page)
  end

  # Sessions, each one written as "user start-end page page ...".
  def sessions(*texts)
    texts.map do |text|
      user, times, *pages = text.split
      session(user, *times.split("-").map { |time| Integer(time) }, pages)
    end
  end

  # Adds events that close nothing.
  def add_all(sessionizer, *clicks)
    clicks.each { |text| assert_equal [], sessionizer.add(click(text)), text }
  end

  # Finishes after events that close nothing.
  def finished(gap_ms, lateness_ms, *clicks)
    sessionizer = sessionizer(gap_ms, lateness_ms)
    add_all(sessionizer, *clicks)
    sessionizer.finish
  end

  def assert_refused(invalid)
    sessionizer = sessionizer(10, 0)
    assert_raises(ArgumentError, invalid.inspect) { sessionizer.add(invalid) }
    add_all(sessionizer, "alice 5 a")
    assert_raises(ArgumentError, invalid.inspect) { sessionizer.add(invalid) }
    add_all(sessionizer, "alice 5 b")
    assert_equal 0, sessionizer.late_events, invalid.inspect
    assert_equal sessions("alice 5-5 a b"), sessionizer.finish, invalid.inspect
  end
end
