# frozen_string_literal: true

# Reads settings from INI texts.
module IniConfig
  # What is wrong with a line; the reason is a Symbol such as :bad_key.
  Problem = Struct.new(:line, :reason)

  # A text has problems, one or more.
  class ParseError < StandardError
    attr_reader :problems

    def initialize(problems)
      super(problems.map { |problem| "line #{problem.line}: #{problem.reason}" }.join("\n"))
      @problems = problems
    end
  end

  # A setting cannot be had.
  class SettingError < StandardError
    attr_reader :section, :key

    def initialize(section, key, detail)
      super("[#{section}] #{key}: #{detail}")
      @section = section
      @key = key
    end
  end

  # A key is not set.
  class MissingSettingError < SettingError
    def initialize(section, key)
      super(section, key, "not set")
    end
  end

  # A value is not of the type asked for.
  class InvalidValueError < SettingError
    attr_reader :value

    def initialize(section, key, value, type)
      super(section, key, "#{value.inspect} is not #{type}")
      @value = value
    end
  end

  # Settings by section and key.
  class Config
    INTEGER = /\A-?(?:0|[1-9][0-9]*)\z/
    INT64 = (-2**63..2**63 - 1)
    BOOLEANS = {
      "true" => true, "yes" => true, "on" => true, "1" => true,
      "false" => false, "no" => false, "off" => false, "0" => false
    }.freeze

    # values - a Hash from [section, key] to the value.
    def initialize(values)
      @values = values
    end

    # Returns the value as a String, or nil if the key is not set.
    def get(section, key)
      @values[[section, key]]
    end

    # Raises MissingSettingError or InvalidValueError.
    def integer(section, key)
      convert(section, key, "an integer") do |value|
        number = value.to_i if INTEGER.match?(value)
        number if INT64.cover?(number)
      end
    end

    # Raises MissingSettingError or InvalidValueError.
    def boolean(section, key)
      convert(section, key, "a boolean") { |value| BOOLEANS[value.downcase(:ascii)] }
    end

    private

    def convert(section, key, type)
      value = get(section, key)
      raise MissingSettingError.new(section, key) if value.nil?

      converted = yield value
      raise InvalidValueError.new(section, key, value, type) if converted.nil?

      converted
    end
  end

  NAME = /[A-Za-z0-9_.-]+/
  ESCAPES = { '\"' => '"', "\\\\" => "\\", '\n' => "\n", '\t' => "\t" }.freeze

  # A line that says something: a Section, an Entry or a Problem. The name of a bad section is nil.
  Section = Struct.new(:name)
  Entry = Struct.new(:line, :key, :value)
  private_constant :NAME, :ESCAPES, :Section, :Entry

  class << self
    # Returns the Config of a text; raises ParseError.
    def parse(text)
      statements = text.split("\n").flat_map.with_index(1) { |line, number| read(line, number) }
      settings = by_section(statements).group_by { |section, entry| [section, entry.key] }
      problems = statements.grep(Problem) + duplicates(settings)
      raise ParseError.new(problems.sort_by(&:line)) if problems.any?

      Config.new(settings.transform_values { |pairs| pairs.first.last.value })
    end

    private

    # Returns what a line says, as a list.
    def read(line, number)
      case line.chomp("\r")[/\A[ \t]*(.*[^ \t])?/, 1].to_s
      when "", /\A[;#]/ then []
      when /\A\[(#{NAME})\]\z/o then [Section.new($1)]
      when /\A\[/ then [Section.new(nil), Problem.new(number, :bad_section)]
      when /\A(#{NAME})[ \t]*=[ \t]*(.*)\z/mo then [read_entry(number, $1, $2)]
      when /=/ then [Problem.new(number, :bad_key)]
      else [Problem.new(number, :missing_equals)]
      end
    end

    def read_entry(number, key, value)
      return Entry.new(number, key, value) unless value.start_with?('"')

      case value
      when /\A"((?:[^"\\]|\\["\\nt])*+)"\z/ then Entry.new(number, key, $1.gsub(/\\./, ESCAPES))
      when /\A"(?:[^"\\]|\\["\\nt])*+\\?\z/ then Problem.new(number, :unterminated)
      when /\A"(?:[^"\\]|\\["\\nt])*+\\/ then Problem.new(number, :bad_escape)
      else Problem.new(number, :trailing_text)
      end
    end

    # Returns pairs of a section's name and an entry in it.
    def by_section(statements)
      [Section.new(""), *statements].slice_before(Section).flat_map do |section, *rest|
        section.name ? rest.grep(Entry).map { |entry| [section.name, entry] } : []
      end
    end

    def duplicates(settings)
      settings.each_value.flat_map { |_, *later| later }.map { |_, entry| Problem.new(entry.line, :duplicate_key) }
    end
  end
end
