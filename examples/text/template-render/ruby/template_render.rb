# frozen_string_literal: true

require "strscan"

# Renders text templates with data and a registry of filters.
module TemplateRender
  # An error of a template, with its kind and the position of the tag concerned.
  class TemplateError < StandardError
    attr_reader :kind, :line, :column

    def initialize(kind, line, column, detail)
      super("#{kind} at #{line}:#{column}: #{detail}")
      @kind = kind
      @line = line
      @column = column
    end

    # Returns the error for the tag at a byte offset of the template.
    def self.at(template, offset, kind, detail)
      before = template.byteslice(0, offset)
      line_start = (before.rindex("\n") || -1) + 1
      new(kind, before.count("\n") + 1, before.length - line_start + 1, detail)
    end
  end

  # Renders a template and returns the text.
  #
  # template - a String.
  # data     - a Hash with String keys.
  # filters  - a Hash from String to what is called as call(value, *arguments).
  #
  # Raises TemplateError.
  def self.render(template, data, filters: {})
    nodes = Parser.new(template, filters).parse
    Renderer.new(template, data).render(nodes)
  end

  Text = Struct.new(:text)
  Path = Struct.new(:segments)
  FilterCall = Struct.new(:filter, :arguments)
  Output = Struct.new(:offset, :escaped, :operand, :calls)
  For = Struct.new(:offset, :name, :path, :body)
  If = Struct.new(:offset, :negated, :path, :body, :otherwise)
  private_constant :Text, :Path, :FilterCall, :Output, :For, :If

  # Reads a template into a tree of nodes.
  class Parser
    SPACE = /[ \t\r\n]*/
    NAME = /[A-Za-z_][A-Za-z0-9_]*/
    PATH = /#{NAME}(?:\.(?:#{NAME}|0|[1-9][0-9]*))*/
    INTEGER = /-?[0-9]{1,15}/
    STRING = /"(?:[^"\\]|\\["\\])*+"/
    KEYWORDS = %w[for in if not else endfor endif].freeze

    def initialize(template, filters)
      @template = template
      @filters = filters
      @scanner = StringScanner.new(template)
      @root = []
      @bodies = [@root]
      @blocks = []
    end

    def parse
      while skip_to_tag
        @scanner.skip(/\{\{/) ? parse_output : parse_statement
      end
      raise TemplateError.at(@template, @blocks.last.offset, :syntax, "block without end") if @blocks.any?

      @root
    end

    private

    def skip_to_tag
      text = @scanner.scan_until(/(?=\{[{%])/)
      append(Text.new(text || @scanner.rest))
      @offset = @scanner.pos
      !text.nil?
    end

    def parse_output
      offset = @offset
      escaped = !@scanner.skip(/&/)
      operand = accept_literal || expect_path
      calls = []
      calls << parse_call while accept("|")
      expect("}}")
      append(Output.new(offset, escaped, operand, calls.map { |name, arguments| bind(name, arguments) }))
    end

    def parse_call
      name = expect_name
      arguments = []
      if accept("(") && !accept(")")
        arguments << expect_literal
        arguments << expect_literal while accept(",")
        expect(")")
      end
      [name, arguments]
    end

    def bind(name, arguments)
      FilterCall.new(@filters.fetch(name) { fail_with(:unknown_filter, name) }, arguments)
    end

    def parse_statement
      @scanner.skip(/\{%/)
      case keyword = expect_name
      when "for" then parse_for
      when "if" then parse_if
      when "else" then parse_else
      when "endfor" then parse_end(For, keyword)
      when "endif" then parse_end(If, keyword)
      else syntax_error("unknown tag #{keyword}")
      end
    end

    def parse_for
      name = expect_name
      syntax_error("#{name} cannot be a loop name") if KEYWORDS.include?(name)
      syntax_error("in expected") unless expect_name == "in"
      open_block(For.new(@offset, name, expect_path, []))
    end

    def parse_if
      start = @scanner.pos
      negated = expect_name == "not"
      @scanner.pos = start unless negated
      open_block(If.new(@offset, negated, expect_path, [], nil))
    end

    def parse_else
      expect("%}")
      block = @blocks.last
      syntax_error("else cannot stand here") unless block.is_a?(If) && block.otherwise.nil?
      block.otherwise = []
      @bodies[-1] = block.otherwise
    end

    def parse_end(type, keyword)
      expect("%}")
      syntax_error("#{keyword} cannot stand here") unless @blocks.last.is_a?(type)
      @blocks.pop
      @bodies.pop
    end

    def open_block(block)
      expect("%}")
      append(block)
      @blocks << block
      @bodies << block.body
    end

    def append(node)
      @bodies.last << node
    end

    def expect_path
      first, *rest = (accept_token(PATH) || syntax_error("path expected")).split(".")
      syntax_error("#{first} cannot begin a path") if KEYWORDS.include?(first)
      Path.new([first, *rest.map { |segment| segment.match?(/\A[0-9]/) ? segment.to_i : segment }])
    end

    def expect_name
      accept_token(NAME) || syntax_error("name expected")
    end

    def expect_literal
      accept_literal || syntax_error("string or integer expected")
    end

    def accept_literal
      if (string = accept_token(STRING))
        string[1...-1].gsub(/\\(.)/, '\1').freeze
      else
        accept_token(INTEGER)&.to_i
      end
    end

    def expect(part)
      accept(part) || syntax_error("#{part} expected")
    end

    def accept(part)
      accept_token(/#{Regexp.escape(part)}/)
    end

    def accept_token(pattern)
      @scanner.skip(SPACE)
      @scanner.scan(pattern)
    end

    def syntax_error(detail)
      fail_with(:syntax, detail)
    end

    def fail_with(kind, detail)
      raise TemplateError.at(@template, @offset, kind, detail)
    end
  end
  private_constant :Parser

  # A name of a loop with its item, and the binding around it.
  LoopBinding = Struct.new(:name, :item, :outer) do
    def find(wanted)
      binding = self
      binding = binding.outer until binding.nil? || binding.name == wanted
      binding
    end
  end
  private_constant :LoopBinding

  # Renders a tree of nodes with the data.
  class Renderer
    ENTITIES = { "&" => "&amp;", "<" => "&lt;", ">" => "&gt;", '"' => "&quot;", "'" => "&#39;" }.freeze
    MISSING = Object.new.freeze

    def initialize(template, data)
      @template = template
      @data = data
    end

    def render(nodes, scope = nil)
      nodes.map { |node| render_node(node, scope) }.join
    end

    private

    def render_node(node, scope)
      case node
      when Text then node.text
      when Output then render_output(node, scope)
      when For then render_for(node, scope)
      when If then render_if(node, scope)
      end
    end

    def render_output(node, scope)
      operand = node.operand
      value = operand.is_a?(Path) ? fetch(node, operand, scope) : operand
      value = node.calls.reduce(value) { |input, call| apply(node, call, input) }
      fail_at(node, :type, "a list or map cannot be printed") if value.is_a?(Array) || value.is_a?(Hash)
      node.escaped ? value.to_s.gsub(/[&<>"']/, ENTITIES) : value.to_s
    end

    def render_for(node, scope)
      list = fetch(node, node.path, scope)
      fail_at(node, :type, "for over a value that is not a list") unless list.is_a?(Array)
      list.map { |item| render(node.body, LoopBinding.new(node.name, item, scope)) }.join
    end

    def render_if(node, scope)
      holds = truthy?(resolve(node, node.path, scope)) != node.negated
      render(holds ? node.body : node.otherwise || [], scope)
    end

    def apply(node, call, value)
      result = begin
        call.filter.call(value, *call.arguments)
      rescue StandardError
        fail_at(node, :filter_failed, "a filter raised an error")
      end
      checked(node, result)
    end

    def fetch(node, path, scope)
      value = resolve(node, path, scope)
      fail_at(node, :missing, path.segments.join(".")) if MISSING.equal?(value)
      value
    end

    def resolve(node, path, scope)
      name, *segments = path.segments
      binding = scope&.find(name)
      value = binding ? binding.item : entry(@data, name)
      segments.reduce(checked(node, value)) { |container, segment| checked(node, entry(container, segment)) }
    end

    def entry(container, segment)
      case [container, segment]
      in [Hash, String] then container.fetch(segment, MISSING)
      in [Array, Integer] if segment < container.size then container[segment]
      else MISSING
      end
    end

    def checked(node, value)
      case value
      when String, Integer, true, false, nil, Array, Hash, MISSING then value
      else fail_at(node, :type, "not a value of the data")
      end
    end

    def truthy?(value)
      ![MISSING, nil, false, 0, "", [], {}].include?(value)
    end

    def fail_at(node, kind, detail)
      raise TemplateError.at(@template, node.offset, kind, detail)
    end
  end
  private_constant :Renderer
end
