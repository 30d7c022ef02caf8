# frozen_string_literal: true

require "minitest/autorun"
require_relative "dependency_order"

class TestDependencyOrder < Minitest::Test
  LONG = 10_000
  DISTINCT = ["App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor",
              "\u00e9", "e\u0301"].freeze

  def test_dependencies_come_first_wherever_they_are_declared__R1
    targets = [
      target("app", "http", "log"),
      target("core"),
      target("http", "net", "core"),
      target("net", "core"),
      target("log", "core")
    ]
    assert_equal %w[core net http log app], order(*targets)
  end

  def test_every_declaration_order_of_a_diamond__R1
    diamond = [target("top", "left", "right"), target("left", "base"), target("right", "base"), target("base")]
    diamond.permutation do |targets|
      order = order(*targets)
      assert_equal %w[base left right top], order.sort
      assert_equal "base", order.first
      assert_equal "top", order.last
    end
  end

  def test_indirect_dependencies_come_first__R1
    assert_equal %w[a b c d], order(target("d", "c"), target("b", "a"), target("c", "b"), target("a"))
  end

  def test_input_is_not_changed__R1
    targets = [target("a", "c", "b", "c"), target("b"), target("c", "b")]
    before = Marshal.load(Marshal.dump(targets))
    assert_equal %w[b c a], DependencyOrder.build_order(targets)
    assert_equal before, targets
  end

  def test_input_is_not_changed_on_error__R1_R7
    targets = [target("a", "b", "c"), target("b", "c", "a"), target("c")]
    before = Marshal.load(Marshal.dump(targets))
    error = assert_raises(DependencyOrder::CycleError) { DependencyOrder.build_order(targets) }
    assert_equal %w[a b a], error.path
    assert_equal before, targets
  end

  def test_takes_frozen_input__R1
    targets = [target("a", "b").freeze, target("b").freeze].freeze
    targets.each { |each| each.dependencies.freeze }
    assert_equal %w[b a], DependencyOrder.build_order(targets)
  end

  def test_ready_target_declared_first_comes_next__R2
    assert_equal %w[y z x w], order(target("x", "z"), target("y"), target("z"), target("w"))
  end

  def test_independent_targets_keep_their_order__R2
    assert_equal %w[c a d b], order(target("c"), target("a"), target("d"), target("b"))
  end

  def test_targets_made_ready_together_keep_their_order__R2
    targets = [target("z", "base"), target("a", "base"), target("m", "base"), target("base")]
    assert_equal %w[base z a m], order(*targets)
  end

  def test_decides_after_every_placement__R2
    targets = [target("first", "third"), target("second", "first"), target("third"), target("fourth")]
    assert_equal %w[third first second fourth], order(*targets)
  end

  def test_declaration_counts_not_the_moment_of_becoming_ready__R2
    steps = (0...100).map { |i| target("step#{i}") }
    later = (0...100).map { |i| target("later#{i}", "step#{37 * i % 100}") }
    targets = steps + later
    assert_equal targets.map(&:name), order(*targets)
  end

  def test_no_targets__R3
    assert_equal [], order
  end

  def test_repeated_dependency_counts_once__R3
    assert_equal %w[b a c], order(target("a", "b", "b"), target("b"), target("c"))
    assert_equal %w[b c a], order(target("a", "b", "b", "c"), target("b"), target("c"))
    assert_equal %w[c b a], order(target("a", "b", "c", "b"), target("c"), target("b"))
  end

  def test_order_of_dependencies_has_no_influence__R3
    %w[b c d].permutation do |dependencies|
      targets = [target("a", *dependencies), target("c"), target("b"), target("d", "c")]
      assert_equal %w[c b d a], order(*targets)
    end
  end

  def test_similar_names_are_different_targets__R4
    assert_equal DISTINCT, order(*DISTINCT.map { |name| target(name) })
  end

  def test_dependency_names_exactly_one_target__R4
    DISTINCT.each do |name|
      others = DISTINCT - [name]
      targets = [target("needs it", name), *others.map { |other| target(other) }, target(name)]
      assert_equal [*others, name, "needs it"], order(*targets)
    end
  end

  def test_similar_name_is_unknown__R4_R6
    [%w[App app], %w[01 1], %w[1 01], ["a ", "a"], ["a", "a "], ["a", ""], ["e\u0301", "\u00e9"],
     %w[a __proto__], %w[a constructor]].each do |declared, dependency|
      assert_unknown declared, dependency, target(declared, dependency)
    end
  end

  def test_errors_hold_names_as_given__R4
    ["", "1", "01", "__proto__", "constructor", "a "].each do |name|
      assert_duplicate name, target(name), target(name)
      assert_unknown name, "missing", target(name, "missing")
      assert_cycle ["b", name, "b"], target("b", name), target(name, "b")
    end
  end

  def test_duplicate_name__R5
    assert_duplicate "a", target("a"), target("b", "a"), target("a", "b")
    assert_duplicate "a", target("a"), target("a"), target("a")
  end

  def test_message_shows_the_names__R5_R6_R7
    assert_message(/app/, target("app"), target("app"))
    assert_message(/app.*log/, target("app", "log"))
    assert_message(/app.*log.*app/, target("app", "log"), target("log", "app"))
  end

  def test_first_declaration_that_repeats_counts__R5
    assert_duplicate "b", *%w[a b b a].map { |name| target(name) }
    assert_duplicate "a", *%w[b a a b].map { |name| target(name) }
    assert_duplicate "c", *%w[c a b c a b].map { |name| target(name) }
  end

  def test_duplicate_comes_before_other_errors__R5
    assert_duplicate "z", target("x", "missing"), target("y", "y"), target("z"), target("z")
  end

  def test_unknown_dependency__R6
    assert_unknown "b", "missing", target("a"), target("b", "a", "missing")
  end

  def test_first_unknown_of_first_target_counts__R6
    assert_unknown "m", "zeta", target("ok"), target("m", "ok", "zeta", "alpha"), target("b", "beta")
  end

  def test_order_of_declaration_decides_not_that_of_building__R6
    assert_unknown "a", "zeta", target("a", "b", "zeta"), target("b", "alpha")
  end

  def test_unknown_comes_before_cycle__R6
    assert_unknown "d", "missing", target("a", "b"), target("b", "a"), target("c", "c"), target("d", "missing")
    assert_unknown "a", "missing", target("a", "a", "missing")
  end

  def test_cycle_of_three__R7
    assert_cycle %w[a c b a], target("a", "c"), target("b", "a"), target("c", "b")
  end

  def test_cycle_of_one__R7
    assert_cycle %w[a a], target("a", "a")
    assert_cycle %w[b b], target("free"), target("b", "free", "b")
  end

  def test_targets_that_only_depend_on_a_cycle_are_left_out__R7
    assert_cycle %w[a b a], target("user", "proxy"), target("proxy", "b"), target("a", "b"), target("b", "a")
  end

  def test_targets_that_a_cycle_depends_on_are_left_out__R7
    assert_cycle %w[a b a], target("a", "free", "b"), target("free"), target("b", "free", "a")
  end

  def test_path_begins_with_target_declared_first_not_with_entry__R7
    assert_cycle %w[z x y z], target("start", "y"), target("z", "x"), target("x", "y"), target("y", "z")
  end

  def test_follows_first_blocked_dependency__R7
    assert_cycle %w[a c a], target("a", "free", "c", "b"), target("b", "a"), target("c", "a"), target("free")
  end

  def test_first_blocked_target_leads_to_the_cycle__R7
    pairs = %w[ab cd ef].map(&:chars).flat_map { |one, other| [target(one, other), target(other, one)] }
    assert_cycle %w[c d c], target("start", "d"), *pairs
  end

  def test_follows_blocked_dependency_that_is_in_no_cycle__R7
    targets = [target("a", "bridge", "a"), target("bridge", "d"), target("c", "d"), target("d", "c")]
    assert_cycle %w[c d c], *targets
  end

  def test_self_dependency_beside_a_longer_cycle__R7
    assert_cycle %w[b b], target("a", "b"), target("b", "b", "a")
    assert_cycle %w[a b a], target("a", "b"), target("b", "a", "b")
  end

  def test_long_chain_each_needing_the_next__R8
    targets = (0...LONG - 1).map { |i| target(i.to_s, (i + 1).to_s) } << target((LONG - 1).to_s)
    order = within_two_seconds { DependencyOrder.build_order(targets) }
    assert_equal (0...LONG).map(&:to_s).reverse, order
  end

  def test_long_chain_each_needing_the_one_before__R8
    targets = [target("0")] + (1...LONG).map { |i| target(i.to_s, (i - 1).to_s) }
    order = within_two_seconds { DependencyOrder.build_order(targets) }
    assert_equal (0...LONG).map(&:to_s), order
  end

  def test_long_cycle_each_needing_the_next__R8
    targets = (0...LONG).map { |i| target(i.to_s, ((i + 1) % LONG).to_s) }
    within_two_seconds { assert_cycle [*(0...LONG).map(&:to_s), "0"], *targets }
  end

  def test_long_cycle_each_needing_the_one_before__R8
    targets = (0...LONG).map { |i| target(i.to_s, ((i - 1) % LONG).to_s) }
    within_two_seconds { assert_cycle ["0", *(0...LONG).map(&:to_s).reverse], *targets }
  end

  private

  def target(name, *dependencies)
    DependencyOrder::Target.new(name: name, dependencies: dependencies)
  end

  def order(*targets)
    DependencyOrder.build_order(targets)
  end

  def assert_order_error(type, targets)
    error = assert_raises(type) { DependencyOrder.build_order(targets) }
    assert_kind_of DependencyOrder::OrderError, error
    error
  end

  def assert_duplicate(name, *targets)
    assert_equal name, assert_order_error(DependencyOrder::DuplicateTargetError, targets).name
  end

  def assert_unknown(target, dependency, *targets)
    error = assert_order_error(DependencyOrder::UnknownTargetError, targets)
    assert_equal [target, dependency], [error.target, error.dependency]
  end

  def assert_cycle(path, *targets)
    assert_equal path, assert_order_error(DependencyOrder::CycleError, targets).path
  end

  def assert_message(pattern, *targets)
    error = assert_raises(DependencyOrder::OrderError) { DependencyOrder.build_order(targets) }
    assert_match pattern, error.message
  end

  def within_two_seconds
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    result = yield
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - start, :<, 2
    result
  end
end
