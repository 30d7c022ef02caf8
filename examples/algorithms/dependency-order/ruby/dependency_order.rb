# frozen_string_literal: true

# Orders build targets by their dependencies.
module DependencyOrder
  # A build target: its name and an Array of the names of the targets it depends on.
  Target = Struct.new(:name, :dependencies, keyword_init: true)

  # The targets have no build order.
  class OrderError < StandardError; end

  # A name is declared twice.
  class DuplicateTargetError < OrderError
    attr_reader :name

    def initialize(name)
      super("target #{name.inspect} is declared twice")
      @name = name
    end
  end

  # A target depends on a name that is declared nowhere.
  class UnknownTargetError < OrderError
    attr_reader :target, :dependency

    def initialize(target, dependency)
      super("target #{target.inspect} depends on the unknown target #{dependency.inspect}")
      @target = target
      @dependency = dependency
    end
  end

  # Targets depend on each other; the path ends with the name it begins with.
  class CycleError < OrderError
    attr_reader :path

    def initialize(path)
      super("dependency cycle: #{path.map(&:inspect).join(' -> ')}")
      @path = path
    end
  end

  # Returns the names of all targets, each one after its dependencies; of the targets that are
  # ready, the one declared first comes next.
  #
  # Raises DuplicateTargetError, UnknownTargetError or CycleError, looked for in this order.
  def self.build_order(targets)
    dependencies = resolve(targets)
    order = place(dependencies)
    if order.size < targets.size
      raise CycleError, find_cycle(dependencies, order).map { |index| targets[index].name }
    end

    order.map { |index| targets[index].name }
  end

  class << self
    private

    # Returns the dependencies of each target as indexes of targets.
    def resolve(targets)
      indexes = index_by_name(targets)
      targets.map do |target|
        target.dependencies.map do |dependency|
          indexes.fetch(dependency) { raise UnknownTargetError.new(target.name, dependency) }
        end
      end
    end

    def index_by_name(targets)
      targets.each_with_index.with_object({}) do |(target, index), indexes|
        raise DuplicateTargetError, target.name if indexes.key?(target.name)

        indexes[target.name] = index
      end
    end

    # Returns the targets that are not blocked, in build order.
    def place(dependencies)
      dependents = reverse(dependencies)
      missing = dependencies.map(&:size)
      ready = missing.each_index.select { |index| missing[index].zero? }.reverse
      order = []
      while (placed = ready.pop)
        order << placed
        dependents[placed].each do |dependent|
          missing[dependent] -= 1
          insert_descending(ready, dependent) if missing[dependent].zero?
        end
      end
      order
    end

    def reverse(links)
      reversed = links.map { [] }
      links.each_with_index do |own, from|
        own.each { |to| reversed[to] << from }
      end
      reversed
    end

    def insert_descending(sorted, index)
      position = sorted.bsearch_index { |other| other < index } || sorted.size
      sorted.insert(position, index)
    end

    # Walks from the first target that is not placed into a cycle; returns that cycle from its
    # lowest index back to it.
    def find_cycle(dependencies, placed)
      blocked = Array.new(dependencies.size, true)
      placed.each { |index| blocked[index] = false }

      steps = {}
      current = blocked.index(true)
      until steps.key?(current)
        steps[current] = steps.size
        current = dependencies[current].find { |index| blocked[index] }
      end
      turn_to_lowest(steps.keys.drop(steps[current]))
    end

    def turn_to_lowest(cycle)
      turned = cycle.rotate(cycle.index(cycle.min))
      turned << turned.first
    end
  end
end
