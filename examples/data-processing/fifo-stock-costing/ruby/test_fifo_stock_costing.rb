# frozen_string_literal: true

require "minitest/autorun"
require_relative "fifo_stock_costing"

class TestFifoStockCosting < Minitest::Test
  MOST_UNITS = 1_000_000
  MOST_CENTS = 1_000_000_000_000

  def test_a_sale_takes_the_oldest_units_across_purchases__R1
    assert_report [1360], [["tea", 12, 1360, 3, 540]], buy("tea", 10, 1000), buy("tea", 5, 900), sell("tea", 12)
  end

  def test_sales_end_within_a_purchase_at_its_end_and_just_behind_it__R1
    lots = [buy("tea", 2, 20), buy("tea", 3, 3), buy("tea", 1, 500), buy("tea", 4, 0)]
    assert_report [10], [["tea", 1, 10, 9, 513]], *lots, sell("tea", 1)
    assert_report [20], [["tea", 2, 20, 8, 503]], *lots, sell("tea", 2)
    assert_report [21], [["tea", 3, 21, 7, 502]], *lots, sell("tea", 3)
    assert_report [523], [["tea", 10, 523, 0, 0]], *lots, sell("tea", 10)
  end

  def test_purchases_between_sales__R1
    assert_report [20, 30, 37], [["tea", 5, 87, 0, 0]],
                  buy("tea", 2, 20), sell("tea", 2), buy("tea", 2, 60), sell("tea", 1), buy("tea", 1, 7), sell("tea", 2)
  end

  def test_cents_that_do_not_divide_evenly__R2
    lot = buy("tea", 3, 100)
    assert_report [33, 33, 34], [["tea", 3, 100, 0, 0]], lot, sell("tea", 1), sell("tea", 1), sell("tea", 1)
    assert_report [66, 34], [["tea", 3, 100, 0, 0]], lot, sell("tea", 2), sell("tea", 1)
    assert_report [33, 33], [["tea", 2, 66, 1, 34]], lot, sell("tea", 1), sell("tea", 1)
  end

  def test_fewer_cents_than_units__R2
    assert_report [0, 1, 0, 1, 1], [["tea", 5, 3, 0, 0]], buy("tea", 5, 3), *([sell("tea", 1)] * 5)
  end

  def test_the_rounding_of_one_purchase_does_not_reach_the_next__R2
    assert_report [133, 33], [["tea", 5, 166, 1, 34]],
                  buy("tea", 3, 100), buy("tea", 3, 100), sell("tea", 4), sell("tea", 1)
  end

  def test_items_have_purchases_of_their_own_and_stand_in_the_order_of_first_movements__R3
    assert_report [20, 100], [["tea", 2, 20, 1, 11], ["rice", 1, 100, 3, 300], ["salt", 0, 0, 1, 5]],
                  buy("tea", 2, 20), buy("rice", 4, 400), sell("tea", 2), buy("salt", 1, 5), sell("rice", 1),
                  buy("tea", 1, 11)
  end

  def test_sold_out_items_are_told_and_an_empty_list_gives_nothing__R3
    assert_report [9], [["tea", 1, 9, 0, 0]], buy("tea", 1, 9), sell("tea", 1)
    assert_report [], []
  end

  def test_the_list_is_left_as_it_was__R3
    movements = [buy("tea", 2, 20).freeze, sell("tea", 1).freeze].freeze
    assert_report [10], [["tea", 1, 10, 1, 10]], *movements
    assert_equal [10], FifoStockCosting.cost_stock(movements).sale_costs
  end

  def test_items_are_told_apart_by_their_exact_texts__R4
    names = ["1", "01", "1.0", "a", "A", "__proto__", "constructor"]
    items = names.each_with_index.map do |name, place|
      %w[01 __proto__].include?(name) ? [name, 1, place + 1, 0, 0] : [name, 0, 0, 1, place + 1]
    end
    purchases = names.each_with_index.map { |name, place| buy(name, 1, place + 1) }
    assert_report [2, 6], items, *purchases, sell("01", 1), sell("__proto__", 1)
  end

  def test_great_quantities_and_costs_are_exact__R5
    assert_report [829_861_107_637, 170_138_892_362], [["tea", 999_983, 999_999_999_999, 0, 0]],
                  buy("tea", 999_983, 999_999_999_999), sell("tea", 829_847), sell("tea", 170_136)
  end

  def test_more_than_there_is_in_stock__R6
    assert_out_of_stock 0, "tea", 1, sell("tea", 1)
    assert_out_of_stock 1, "tea", 3, buy("tea", 4, 1), sell("tea", 7)
    assert_out_of_stock 2, "tea", 1, buy("tea", 4, 1), sell("tea", 4), sell("tea", 1)
    assert_out_of_stock 1, "rice", 2, buy("tea", 4, 1), sell("rice", 2)
  end

  def test_purchases_that_come_later_do_not_count__R6
    assert_out_of_stock 1, "tea", 1, buy("tea", 1, 1), sell("tea", 2), buy("tea", 9, 1)
  end

  def test_each_field__R7
    ["", nil, :tea].each do |item|
      assert_invalid 0, :item, buy(item, 1, 1)
      assert_invalid 1, :item, buy("tea", 1, 1), sell(item, 1)
    end
    [0, -1, MOST_UNITS + 1, 1.5, 2.0, "2", nil].each do |quantity|
      assert_invalid 0, :quantity, buy("tea", quantity, 1)
      assert_invalid 1, :quantity, buy("tea", 1, 1), sell("tea", quantity)
    end
    [-1, MOST_CENTS + 1, 0.5, nil].each { |cost| assert_invalid 0, :cost, buy("tea", 1, cost) }
  end

  def test_the_bounds_themselves_are_accepted__R7
    assert_report [999_999_000_000, 1_000_000], [["tea", MOST_UNITS + 1, MOST_CENTS, 0, 0]],
                  buy("tea", 1, 0), buy("tea", MOST_UNITS, MOST_CENTS), sell("tea", MOST_UNITS), sell("tea", 1)
  end

  def test_the_first_fault_counts_fields_before_stock_and_in_their_order__R6_R7
    assert_invalid 0, :item, buy("", 0, -1), sell("tea", 1)
    assert_invalid 0, :quantity, buy("tea", 0, -1)
    assert_invalid 0, :quantity, sell("tea", MOST_UNITS + 1)
    assert_out_of_stock 0, "tea", 2, sell("tea", 2), buy("", 0, -1)
  end

  def test_many_purchases_and_sales__R8
    count = 200_000
    purchases = Array.new(count) { |place| buy("tea", MOST_UNITS, place) }
    start = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
    report = FifoStockCosting.cost_stock(purchases + [sell("tea", MOST_UNITS)] * count)
    assert_operator Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - start, :<, 5
    assert_equal [count - 2, count - 1], report.sale_costs.last(2)
    assert_equal [["tea", count * MOST_UNITS, count * (count - 1) / 2, 0, 0]], report.items.map(&:to_a)
  end

  private

  def buy(item, quantity, cost) = FifoStockCosting::Purchase.new(item, quantity, cost)

  def sell(item, quantity) = FifoStockCosting::Sale.new(item, quantity)

  def assert_report(sale_costs, items, *movements)
    report = FifoStockCosting.cost_stock(movements)
    assert_equal sale_costs, report.sale_costs
    assert_equal items, report.items.map(&:to_a)
    assert_equal(items.map(&:first), report.items.map(&:item))
  end

  def assert_invalid(index, field, *movements)
    error = assert_raises(FifoStockCosting::InvalidMovementError) { FifoStockCosting.cost_stock(movements) }
    assert_equal [index, field], [error.index, error.field]
    assert_match(/#{index}.*#{field}/, error.message)
  end

  def assert_out_of_stock(index, item, missing, *movements)
    error = assert_raises(FifoStockCosting::OutOfStockError) { FifoStockCosting.cost_stock(movements) }
    assert_equal [index, item, missing], [error.index, error.item, error.missing]
    assert_match(/#{index}.*#{missing}.*#{item}/, error.message)
  end
end
