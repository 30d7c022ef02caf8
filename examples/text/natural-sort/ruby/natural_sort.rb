# frozen_string_literal: true

# Sorting of names the way people do it: by the value of the numbers in them.
module NaturalSort
  PARTS = /[0-9]+|[^0-9]+/
  private_constant :PARTS

  # Returns the names in a new array, numbers in them ordered by value, case ignored.
  #
  # Raises TypeError if an item is not a String.
  def self.natural_sort(names)
    names.each_with_index do |name, index|
      raise TypeError, "item #{index} is #{name.class}, not String" unless name.is_a?(String)
    end
    # The name itself decides between those that are equal otherwise.
    names.sort_by { |name| [parts(name), name] }
  end

  # What stands at the same place can be compared: a number is less than any text.
  def self.parts(name)
    name.scan(PARTS).map do |part|
      next [1, 0, part.downcase(:fold)] unless part.match?(/\A[0-9]/)

      # A longer number is greater, so nothing needs to be converted.
      digits = part.sub(/\A0+/, "")
      [0, digits.length, digits]
    end
  end
  private_class_method :parts
end
