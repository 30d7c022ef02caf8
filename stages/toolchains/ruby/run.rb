# frozen_string_literal: true

# Runs minitest files in one process. Called as: ruby --disable=gems -I LIB run.rb REPORT FILE...
# A line of the report is a status, the number and the name of a test, between tabs. All tests are written as planned
# before the first one starts, so that those that never end are known.

# RubyGems takes longer to load than all the rest, so it is loaded only when something needs it.
autoload :Gem, 'rubygems'

module Kernel
  alias require_without_gems require

  def require(path)
    require_without_gems(path)
  rescue LoadError
    raise unless Object.autoload?(:Gem)

    Gem
    require(path)
  end

  def gem(...)
    Gem # defines this method anew
    gem(...)
  end

  private :require, :require_without_gems, :gem
end

require 'minitest'

class ProvenReport < Minitest::AbstractReporter
  def initialize(path)
    super()
    @file = File.open(path, 'w')
    @file.sync = true
    @process = Process.pid
    @tests = {}
  end

  def start
    Minitest::Runnable.runnables.each do |type|
      type.runnable_methods.each { |method| plan(type.name, method, name_of(type, method)) }
    end
  end

  def record(result)
    return if Process.pid != @process # a fork that goes on with the tests

    key = [result.klass, result.name]
    plan(*key, key.join(' > ')) unless @tests.key?(key)
    status = result.skipped? ? 'skipped' : 'failed'
    write(result.passed? ? 'passed' : status, *@tests[key])
  end

  private

  def name_of(type, method)
    return "#{type.name} > #{method}" unless defined?(Minitest::Spec) && type < Minitest::Spec

    types = type.ancestors.grep(Class).take_while { |ancestor| ancestor != Minitest::Spec }
    [*types.reverse.map { |each| each.desc || each.name }, method.sub(/\Atest_\d+_/, '')].join(' > ')
  end

  def plan(type_name, method, name)
    @tests[[type_name, method]] = [@tests.size, name.scrub.gsub(/[[:cntrl:]]/, ' ')]
    write('planned', *@tests[[type_name, method]])
  end

  def write(status, number, name)
    @file.write("#{status}\t#{number}\t#{name}\n")
  end
end

report = ARGV.shift
if ENV['COVERAGE']
  require 'coverage'
  Coverage.start
  at_exit do
    lines = Coverage.result.flat_map do |path, counts|
      ["SF:#{path}", *counts.each.with_index(1).filter_map { |count, line| "DA:#{line},#{count}" if count }]
    end
    File.write(ENV.fetch('COVERAGE'), lines.join("\n"))
  end
end
Minitest.singleton_class.prepend(
  Module.new do
    define_method(:init_plugins) do |options|
      super(options)
      reporter << ProvenReport.new(report)
    end
  end
)
files = ARGV.map { |file| File.expand_path(file) }
ARGV.clear
files.each { |file| require file }
