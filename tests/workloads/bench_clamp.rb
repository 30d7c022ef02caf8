require_relative "clamp"

def clamped(n, random)
  values = Array.new(n) { random.call(1_000) }
  # With 1,000 values the sum is the same in every language, because the values are.
  [-> { values.sum { |value| clamp(value, 250, 750) } }, ->(sum) { n != 1_000 || sum == 508_073 }]
end

WORKLOADS = { clamped: [1_000, method(:clamped)] }.freeze
