# frozen_string_literal: true

# Statistics over a stream of numbers.
class RunningStats
  # The sum of squared deviations is beyond the greatest Float.
  class OverflowError < RangeError; end

  # The number of values taken in.
  attr_reader :count

  # Takes in all of some values.
  #
  # values - what responds to each and gives numbers.
  #
  # Raises as << does.
  def self.of(values)
    stats = new
    values.each { |value| stats << value }
    stats
  end

  def initialize
    @count = 0
    @mean = @squared_deviations = 0.0
    @minimum = Float::INFINITY
    @maximum = -Float::INFINITY
  end

  # Takes in a number and returns self.
  #
  # Raises TypeError if it is no real number, ArgumentError if it is NaN or infinite, as a Float, and
  # OverflowError; then nothing has changed.
  def <<(value)
    raise TypeError, "#{value.class} is no real number" unless value.is_a?(Numeric) && value.real?

    number = value.to_f
    raise ArgumentError, "a value must be finite" unless number.finite?

    difference = number - @mean
    mean = @mean + (difference / (@count + 1))
    update(@count + 1, mean, @squared_deviations + (difference * (number - mean)), number, number)
  end

  # Takes in all values of another collector, or of itself, and returns self.
  #
  # Raises OverflowError; then nothing has changed.
  def merge(other)
    return self if other.count.zero?

    total = @count + other.count
    share = other.count.fdiv(total)
    difference = other.mean - @mean
    squared_deviations = @squared_deviations + other.squared_deviations + (difference * share * (difference * @count))
    update(total, @mean + (difference * share), squared_deviations, other.minimum, other.maximum)
  end

  # The least value, or nil without values.
  def minimum
    @minimum unless @count.zero?
  end

  # The greatest value, or nil without values.
  def maximum
    @maximum unless @count.zero?
  end

  # The arithmetic mean, or nil without values.
  def mean
    @mean unless @count.zero?
  end

  # The sum of squared deviations divided by the count, or nil without values.
  def population_variance
    @squared_deviations / @count unless @count.zero?
  end

  # The sum of squared deviations divided by the count less one, or nil with fewer than two values.
  def sample_variance
    @squared_deviations / (@count - 1) if @count > 1
  end

  protected

  attr_reader :squared_deviations

  private

  def update(count, mean, squared_deviations, least, greatest)
    raise OverflowError, "the sum of squared deviations is too great" unless squared_deviations.finite?

    @count = count
    @mean = mean
    @squared_deviations = squared_deviations
    @minimum = least if least < @minimum
    @maximum = greatest if greatest > @maximum
    self
  end
end
