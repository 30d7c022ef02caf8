# frozen_string_literal: true

require "strscan"

module ConditionalSync
  # Reads the `Link` header (RFC 8288).
  module LinkHeader
    # The header is not a list of links.
    class FormatError < StandardError; end

    # Returns the reference of the first link whose relation is `next`, or nil.
    def self.next_reference(header)
      each_link(StringScanner.new(header)).filter_map { |reference, words| reference if words.include?("next") }.first
    end

    # Yields the reference and the relations of each link.
    def self.each_link(scanner)
      return to_enum(__method__, scanner) unless block_given?

      scanner.skip(/[ \t,]*/)
      until scanner.eos?
        reference = scanner.scan(/<[^>]*>/) or raise FormatError, "no link"
        yield reference[1...-1], relations(scanner)
        scanner.skip(/[ \t]*(?:,[ \t,]*|\z)/) or raise FormatError, "no end of a link"
      end
    end
    private_class_method :each_link

    def self.relations(scanner)
      words = nil
      while scanner.skip(/[ \t]*;[ \t]*/)
        next unless (name = scanner.scan(/[^ \t=;,"]+/))

        value = scanner.skip(/[ \t]*=[ \t]*/) ? value(scanner) : ""
        words ||= value.downcase.split if name.casecmp?("rel")
      end
      words || []
    end
    private_class_method :relations

    def self.value(scanner)
      return scanner[1] if scanner.scan(/"((?:[^"\\]|\\.)*)"/)

      scanner.scan(/[^ \t;,"]*/)
    end
    private_class_method :value
  end
end
