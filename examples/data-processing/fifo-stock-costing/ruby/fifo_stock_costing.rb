# frozen_string_literal: true

# Costs stock by first in, first out. Costs are whole cents.
module FifoStockCosting
  QUANTITIES = (1..1_000_000)
  COSTS = (0..1_000_000_000_000)

  Purchase = Struct.new(:item, :quantity, :cost)
  Sale = Struct.new(:item, :quantity)

  ItemReport = Struct.new(:item, :sold_units, :sold_cost, :stock_units, :stock_cost)
  StockReport = Struct.new(:sale_costs, :items)

  # The movement at +index+ has a wrong +field+: :item, :quantity or :cost.
  class InvalidMovementError < ArgumentError
    attr_reader :index, :field

    def initialize(index, field)
      super("movement #{index} has a wrong #{field}")
      @index = index
      @field = field
    end
  end

  # The sale at +index+ is of more units than there are in stock.
  class OutOfStockError < StandardError
    attr_reader :index, :item, :missing

    def initialize(index, item, missing)
      super("sale #{index}: #{missing} units of #{item} are missing")
      @index = index
      @item = item
      @missing = missing
    end
  end

  # Purchases of one item that still have units. Each lot keeps how many of its units are sold.
  class Shelf
    Lot = Struct.new(:quantity, :cost, :sold) do
      def left = quantity - sold

      # The cost of the next +units+.
      def take(units)
        before = cost * sold / quantity
        self.sold += units
        cost * sold / quantity - before
      end
    end
    private_constant :Lot

    attr_reader :sold_units, :sold_cost, :stock_units, :stock_cost

    def initialize
      @lots = []
      @sold_units = @sold_cost = @stock_units = @stock_cost = 0
    end

    def add(quantity, cost)
      @lots << Lot.new(quantity, cost, 0)
      @stock_units += quantity
      @stock_cost += cost
    end

    # The cost of +quantity+ units, of which there are as many in stock.
    def take(quantity)
      cost = take_oldest(quantity)
      @sold_units += quantity
      @sold_cost += cost
      @stock_units -= quantity
      @stock_cost -= cost
      cost
    end

    private

    def take_oldest(quantity)
      cost = 0
      while quantity.positive?
        lot = @lots.first
        units = [lot.left, quantity].min
        cost += lot.take(units)
        quantity -= units
        @lots.shift if lot.left.zero?
      end
      cost
    end
  end
  private_constant :Shelf

  module_function

  # What the units sold have cost and what is left.
  #
  # @param movements [Array<Purchase, Sale>] the oldest first
  # @return [StockReport]
  # @raise [InvalidMovementError, OutOfStockError] about the first movement that can not be
  def cost_stock(movements)
    shelves = Hash.new { |all, item| all[item] = Shelf.new }
    sale_costs = []
    movements.each_with_index do |movement, index|
      check(movement, index)
      shelf = shelves[movement.item]
      case movement
      in Purchase(_, quantity, cost) then shelf.add(quantity, cost)
      in Sale(item, quantity)
        missing = quantity - shelf.stock_units
        raise OutOfStockError.new(index, item, missing) if missing.positive?

        sale_costs << shelf.take(quantity)
      end
    end
    StockReport.new(sale_costs, shelves.map { |item, shelf| report(item, shelf) })
  end

  def check(movement, index)
    field = if !movement.item.is_a?(String) || movement.item.empty? then :item
            elsif !whole?(movement.quantity, QUANTITIES) then :quantity
            elsif movement.is_a?(Purchase) && !whole?(movement.cost, COSTS) then :cost
            end
    raise InvalidMovementError.new(index, field) if field
  end

  def whole?(value, range)
    value.is_a?(Integer) && range.cover?(value)
  end

  def report(item, shelf)
    ItemReport.new(item, shelf.sold_units, shelf.sold_cost, shelf.stock_units, shelf.stock_cost)
  end

  private_class_method :check, :whole?, :report
end
