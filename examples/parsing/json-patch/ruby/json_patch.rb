# frozen_string_literal: true

# Applies JSON Patches (RFC 6902) to plain values: nil, true, false, Integer, Float, String, Array, and Hash with
# String keys.
module JsonPatch
  # An operation of a patch cannot be applied.
  class PatchError < StandardError
    # The index of the operation in the patch, from 0.
    attr_reader :index
    # :invalid_operation, :invalid_pointer, :into_itself, :invalid_index, :not_found or :test_failed
    attr_reader :reason

    def initialize(index, reason)
      super("operation #{index}: #{reason.to_s.tr('_', ' ')}")
      @index = index
      @reason = reason
    end
  end

  # The reason for a PatchError, where the index is not known.
  class Failure < StandardError
    attr_reader :reason

    def initialize(reason)
      super
      @reason = reason
    end
  end
  private_constant :Failure

  # A location in a document.
  class Pointer
    FORM = %r{\A(?:/(?:[^~/]|~[01])*)*\z}
    INDEX = /\A(?:0|[1-9][0-9]*)\z/
    private_constant :FORM, :INDEX

    # The unescaped tokens, an Array of String.
    attr_reader :tokens

    def initialize(text)
      raise Failure, :invalid_pointer unless FORM.match?(text)

      @tokens = text.split("/", -1).drop(1).map { |token| token.gsub("~1", "/").gsub("~0", "~") }
    end

    def inside?(other)
      tokens.size > other.tokens.size && tokens.first(other.tokens.size) == other.tokens
    end

    def get(document)
      tokens.reduce(document) { |value, token| child(value, token) }
    end

    # Returns the document with the value put there, and other elements of the array moved.
    def add(document, value)
      rebuild(document, value) do |container, token|
        case container
        when Array then container.dup.insert(insertion_index(container, token), value)
        when Hash then container.merge(token => value)
        else raise Failure, :not_found
        end
      end
    end

    def replace(document, value)
      get(document)
      rebuild(document, value) { |container, token| with_child(container, token, value) }
    end

    # Returns the document without the location; of the root remains nil.
    def remove(document)
      get(document)
      rebuild(document, nil) do |container, token|
        container.dup.tap { |copy| copy.is_a?(Array) ? copy.delete_at(token.to_i) : copy.delete(token) }
      end
    end

    private

    # Returns the document with the container of the location as the block returns it, and those above made anew. The
    # root has no container, +new_root+ takes its place.
    def rebuild(document, new_root, tokens = @tokens, &block)
      token, *rest = tokens
      return new_root if token.nil?
      return yield(document, token) if rest.empty?

      with_child(document, token, rebuild(child(document, token), new_root, rest, &block))
    end

    def child(container, token)
      case container
      when Array
        index = index_in(container, token)
        return container[index] if index < container.size
      when Hash
        return container[token] if container.key?(token)
      end
      raise Failure, :not_found
    end

    # Sets a child that is there.
    def with_child(container, token, value)
      container.dup.tap { |copy| copy[copy.is_a?(Array) ? token.to_i : token] = value }
    end

    def insertion_index(array, token)
      index = index_in(array, token)
      raise Failure, :not_found if index > array.size

      index
    end

    # Returns the index that a token stands for; "-" is the place after the last element.
    def index_in(array, token)
      return array.size if token == "-"
      raise Failure, :invalid_index unless INDEX.match?(token)

      token.to_i
    end
  end
  private_constant :Pointer

  NEEDED = {
    "add" => %w[path value],
    "remove" => %w[path],
    "replace" => %w[path value],
    "copy" => %w[path from],
    "move" => %w[path from],
    "test" => %w[path value]
  }.freeze
  private_constant :NEEDED

  class << self
    # Returns the patched document, which shares with document and patch what is the same; neither is changed.
    #
    # Raises PatchError for the first operation that fails.
    def apply(document, patch)
      patch.each_with_index.reduce(document) do |current, (operation, index)|
        apply_operation(current, operation)
      rescue Failure => e
        raise PatchError.new(index, e.reason)
      end
    end

    private

    def apply_operation(document, operation)
      validate(operation)
      path = Pointer.new(operation["path"])
      case operation["op"]
      when "add" then path.add(document, operation["value"])
      when "remove" then path.remove(document)
      when "replace" then path.replace(document, operation["value"])
      when "copy" then path.add(document, Pointer.new(operation["from"]).get(document))
      when "move" then move(document, Pointer.new(operation["from"]), path)
      when "test" then test(document, path, operation["value"])
      end
    end

    def validate(operation)
      needed = operation.is_a?(Hash) && NEEDED[operation["op"]]
      valid = needed && needed.all? do |name|
        name == "value" ? operation.key?(name) : operation[name].is_a?(String)
      end
      raise Failure, :invalid_operation unless valid
    end

    def move(document, from, path)
      raise Failure, :into_itself if path.inside?(from)

      value = from.get(document)
      path.tokens == from.tokens ? document : path.add(from.remove(document), value)
    end

    def test(document, path, value)
      raise Failure, :test_failed unless path.get(document) == value

      document
    end
  end
end
