# frozen_string_literal: true

require "minitest/autorun"
require_relative "school_places"

class TestSchoolPlaces < Minitest::Test
  # Applicants written as "a: X Y; b: X".
  def applicants(text)
    text.split("; ").map do |one|
      name, wishes = one.split(":")
      SchoolPlaces::Applicant.new(name, wishes.split)
    end
  end

  # Schools written as "X 2: b a; Y 1: a".
  def schools(text)
    text.split("; ").map do |one|
      head, ranking = one.split(":")
      name, places = head.split
      SchoolPlaces::School.new(name, places.to_i, ranking.split)
    end
  end

  def show(placements)
    placements.map { |placement| "#{placement.applicant}-#{placement.school || "none"}" }.join(" ")
  end

  def assign(applicants, schools)
    show(SchoolPlaces.assign(applicants(applicants), schools(schools)))
  end

  def problems(applicants, schools)
    error = assert_raises(SchoolPlaces::InvalidRankingsError) { assign(applicants, schools) }
    error.problems.map { |problem| problem.to_a.compact.join(" ") }
  end

  def test_best_stable_assignment_for_applicants__R1
    assert_equal "a-Y b-X", assign("a: X Y; b: X Y", "X 1: b a; Y 1: a b")
    assert_equal "a-X b-Y", assign("a: X Y; b: Y X", "X 1: b a; Y 1: a b")
    assert_equal "a-X b-Y c-Z", assign("a: X Y Z; b: Y Z X; c: Z X Y", "X 1: b c a; Y 1: c a b; Z 1: a b c")
  end

  def test_rejections_lead_to_others__R1
    assert_equal "a-Y b-X c-none", assign("a: X Y; b: Y X; c: X", "X 1: b c a; Y 1: a b")
    assert_equal "a-X b-Z c-Y", assign("a: X Y Z; b: X Z Y; c: Y X Z", "X 1: c a b; Y 1: b a c; Z 1: a b c")
    assert_equal "a-Z b-none c-Z d-X e-Y f-X g-none",
                 assign("a: X Y Z; b: Z X Y; c: X Z; d: Y X Z; e: X Y; f: Z Y X; g: Y",
                        "X 2: d f b a c e; Y 1: e g b a f d; Z 2: c a e d b f")
  end

  def test_places__R2
    rankings = "c b a d; Y 1: d a"
    wishes = "a: X Y; b: X Y; c: X Y; d: X Y"
    assert_equal "a-none b-none c-X d-Y", assign(wishes, "X 1: #{rankings}")
    assert_equal "a-none b-X c-X d-Y", assign(wishes, "X 2: #{rankings}")
    assert_equal "a-X b-X c-X d-Y", assign(wishes, "X 3: #{rankings}")
    assert_equal "a-X b-X c-X d-X", assign(wishes, "X 4: #{rankings}")
    assert_equal "a-X b-X c-X d-X", assign(wishes, "X #{2**64}: #{rankings}")
  end

  def test_school_without_places__R2
    assert_equal "a-Y b-none c-none", assign("a: X Y; b: X; c: Y X", "X 0: a b c; Y 1: a c")
  end

  def test_only_wished_schools_that_rank_the_applicant__R3
    assert_equal "a-Y b-X c-none d-none", assign("a: X Y; b: X; c: ; d: Y", "X 2: b c; Y 1: a b")
    assert_equal "a-none b-Y", assign("a: X; b: X Y", "X 5: ; Y 5: a b")
  end

  def test_empty_lists__R3
    assert_equal [], SchoolPlaces.assign([], [])
    assert_equal [], SchoolPlaces.assign([], schools("X 1: "))
    assert_equal "a-none", assign("a: ", "")
  end

  def test_order_of_the_lists__R4
    wishes = applicants("a: X Y Z; b: Z X Y; c: X Z; d: Y X Z; e: X Y; f: Z Y X; g: Y")
    rankings = schools("X 2: d f b a c e; Y 1: e g b a f d; Z 2: c a e d b f")
    expected = %w[a-Z b-none c-Z d-X e-Y f-X g-none]
    wishes.length.times do |turn|
      [rankings, rankings.reverse].each do |given|
        assert_equal expected.rotate(turn).join(" "), show(SchoolPlaces.assign(wishes.rotate(turn), given))
        assert_equal expected.rotate(turn).reverse.join(" "),
                     show(SchoolPlaces.assign(wishes.rotate(turn).reverse, given))
      end
    end
  end

  def test_names_are_compared_exactly__R4
    assert_equal "1-A 01-a a-1 A-none", assign("1: a A; 01: a; a: 1; A: 1", "a 1: 01 1; A 1: 1; 1 1: a A")
  end

  def test_arguments_stay_unchanged__R4
    wishes = applicants("a: X Y; b: X Y").each { |one| one.wishes.freeze && one.freeze }.freeze
    rankings = schools("X 1: b a; Y 1: a b").each { |one| one.ranking.freeze && one.freeze }.freeze
    assert_equal "a-Y b-X", show(SchoolPlaces.assign(wishes, rankings))
  end

  def test_each_problem__R5
    {
      ["a: ; b: ; a: ", "X 1: "] => ["duplicate_applicant a"],
      ["a: X", "X 1: ; Y 1: ; X 1: "] => ["duplicate_school X"],
      ["a: X", "X -1: a"] => ["invalid_places X"],
      ["a: X x Y", "X 1: a; Y 1: "] => ["unknown_wish a x"],
      ["a: X Y X", "X 1: a; Y 1: a"] => ["repeated_wish a X"],
      ["a: X", "X 1: a X; Y 1: A"] => ["unknown_candidate X X", "unknown_candidate Y A"],
      ["a: X; b: X", "X 1: b a b b; Y 1: b"] => ["repeated_candidate X b", "repeated_candidate X b"]
    }.each { |lists, expected| assert_equal expected, problems(*lists) }
  end

  def test_all_problems_at_once__R5
    expected = ["unknown_wish a Q", "repeated_wish a X", "unknown_wish a Q", "duplicate_applicant a",
                "unknown_wish a Q", "repeated_wish b Y", "unknown_candidate X c", "repeated_candidate X a",
                "unknown_candidate X c", "duplicate_school X", "invalid_places X", "unknown_candidate X c",
                "repeated_candidate Y b"]
    assert_equal expected, problems("a: X Q X Q; a: Y Q; b: Y Y", "X 1: a c a c; X -2: b c; Y 0: b b")
  end

  def test_reason_name_and_entry__R5
    error = assert_raises(SchoolPlaces::InvalidRankingsError) { assign("a: Q; a: ", "") }
    assert_equal [[:unknown_wish, "a", "Q"], [:duplicate_applicant, "a", nil]], error.problems.map(&:to_a)
    assert_equal "unknown_wish: a, Q\nduplicate_applicant: a", error.message
  end

  def test_many_rejections__R6
    names = (0...400).map(&:to_s)
    wishes = names.map { |name| SchoolPlaces::Applicant.new(name, names) }
    rankings = names.map { |name| SchoolPlaces::School.new(name, 1, names.reverse) }
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    placements = SchoolPlaces.assign(wishes, rankings)
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - started, :<, 2
    assert_equal names.zip(names.reverse), placements.map(&:to_a)
  end
end
