# frozen_string_literal: true

require "strscan"

# Queries of a document search: parsed, matched against documents, and printed in a canonical form.
module SearchQuery
  # A query can not be parsed. +code+ is a Symbol, +position+ counts characters from 0.
  class QueryError < StandardError
    attr_reader :code, :position

    def initialize(code, position)
      super("#{code} at #{position}")
      @code = code
      @position = position
    end
  end

  # The tokens of a text: its longest runs of letters and digits, in lower case.
  def self.tokens(text) = text.downcase.scan(/[\p{L}\p{Nd}]+/)

  # All parts match.
  And = Struct.new(:parts) do
    def match?(document) = parts.all? { |part| part.match?(document) }

    def to_s = "(#{["and", *parts].join(" ")})"
  end

  # At least one part matches.
  Or = Struct.new(:parts) do
    def match?(document) = parts.any? { |part| part.match?(document) }

    def to_s = "(#{["or", *parts].join(" ")})"
  end

  # The part does not match.
  Not = Struct.new(:part) do
    def match?(document) = !part.match?(document)

    def to_s = "(not #{part})"
  end

  # The tokens stand one right behind the other in the text of a field, or of any field if +field+ is nil.
  Text = Struct.new(:field, :tokens) do
    def match?(document)
      texts = field ? document.values_at(field).compact : document.values
      texts.any? { |text| SearchQuery.tokens(text).each_cons(tokens.size).include?(tokens) }
    end

    def to_s = "#{field}#{":" if field}\"#{tokens.join(" ")}\""
  end

  # A recursive descent parser, one method for each rule.
  class Parser
    MOST_GROUPS = 50
    SPACE = /[ \t\n\r]*/
    OPERATOR = /OR(?![^ \t\n\r"()])/
    WORD = /[^ \t\n\r"()]+/
    PHRASE = /"((?:[^"\\]|\\.)*)"/m

    def initialize(source, fields)
      @scanner = StringScanner.new(source)
      @fields = fields
      @groups = 0
    end

    def parse
      query = alternatives
      fail_at(position, :unexpected) unless @scanner.eos? # only a `)` ends a row too early
      query
    end

    private

    # In bytes, which cost no counting; only an error needs characters.
    def position = @scanner.pos

    def fail_at(position, code)
      raise QueryError.new(code, @scanner.string.byteslice(0, position).size)
    end

    def alternatives
      rows = [row]
      while @scanner.check(OPERATOR)
        at = position
        fail_at(at, :unexpected) if rows.last.empty?
        @scanner.skip(OPERATOR)
        rows << row
        fail_at(at, :unexpected) if rows.last.empty?
      end
      joined(Or, rows.map { |terms| joined(And, terms) })
    end

    def joined(kind, parts) = parts.one? ? parts.first : kind.new(parts)

    # The terms up to an `OR`, a `)` or the end.
    def row
      terms = []
      @scanner.skip(SPACE)
      until @scanner.eos? || @scanner.check(/\)/) || @scanner.check(OPERATOR)
        terms << term
        @scanner.skip(SPACE)
      end
      terms
    end

    def term
      at = position
      return positive unless @scanner.skip(/-/)

      fail_at(at, :unexpected) if @scanner.check(/[ \t\n\r)]|\z/)
      Not.new(positive)
    end

    def positive
      case @scanner.peek(1)
      when "(" then group
      when '"' then phrase(nil)
      else word
      end
    end

    def group
      at = position
      fail_at(at, :too_deep) if @groups == MOST_GROUPS
      @scanner.skip(/\(/)
      @groups += 1
      query = alternatives
      @groups -= 1
      fail_at(at, :unclosed_group) if @scanner.eos?
      fail_at(position, :unexpected) if query == And.new([])
      @scanner.skip(/\)/)
      query
    end

    def phrase(field)
      at = position
      @scanner.skip(PHRASE) or fail_at(at, :unclosed_phrase)
      text(field, @scanner[1].gsub(/\\(.)/m, '\1'), at)
    end

    def word
      at = position
      field, colon, rest = @scanner.scan(WORD).partition(":")
      return text(nil, field, at) if colon.empty?

      fail_at(at, :unknown_field) unless @fields.include?(field)
      return text(field, rest, at + field.bytesize + 1) unless rest.empty?

      fail_at(at + field.bytesize, :unexpected) unless @scanner.check(/"/)
      phrase(field)
    end

    def text(field, text, at)
      tokens = SearchQuery.tokens(text)
      fail_at(at, :empty_term) if tokens.empty?
      Text.new(field, tokens)
    end
  end
  private_constant :Parser

  # Parses a query, given the names of all fields.
  #
  # @return [And, Or, Not, Text]
  # @raise [QueryError]
  def self.parse(source, fields) = Parser.new(source, fields).parse
end
