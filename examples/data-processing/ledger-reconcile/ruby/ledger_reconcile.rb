# frozen_string_literal: true

require "date"
require "set"

# Matches the lines of a bank statement with the entries of a ledger.
module LedgerReconcile
  AMOUNTS = (-10**12..10**12).freeze
  TOLERANCES = (0..31).freeze
  DATE = /\A(?:19|2\d)\d\d-\d\d-\d\d\z/
  private_constant :AMOUNTS, :TOLERANCES, :DATE

  # A line of a bank statement: date as "YYYY-MM-DD", amount in minor units; the reference may be empty.
  Line = Struct.new(:id, :date, :amount, :reference, keyword_init: true)

  # An entry of the ledger; in_parts says whether several lines may pay it together.
  Entry = Struct.new(:id, :date, :amount, :reference, :in_parts, keyword_init: true)

  # An entry's id, the Array of the ids of its lines, and :reference, :parts or :date.
  Match = Struct.new(:entry, :lines, :by, keyword_init: true)

  # A line's id and the Array of the ids of the entries that it may belong to.
  Ambiguity = Struct.new(:line, :entries, keyword_init: true)

  # Arrays of Match, of Ambiguity, and of ids, all in input order.
  Report = Struct.new(:matches, :ambiguous, :unmatched_lines, :unmatched_entries, keyword_init: true)

  # A checked line or entry; two with the same values are still two.
  class Item
    attr_reader :id, :position, :day, :amount, :reference, :in_parts

    def initialize(record, position)
      @id = record.id
      raise ArgumentError, "invalid reference of #{@id}" unless record.reference.is_a?(String)

      @position = position
      @day = read_day(record.date)
      @amount = record.amount
      @reference = record.reference.delete(" ./_#-").upcase(:ascii)
      @in_parts = record.is_a?(Entry) && record.in_parts
      return if @amount.is_a?(Integer) && !@amount.zero? && AMOUNTS.cover?(@amount)

      raise ArgumentError, "invalid amount of #{@id}: #{@amount.inspect}"
    end

    def reference?
      !reference.empty?
    end

    private

    def read_day(date)
      is_date = date.is_a?(String) && DATE.match?(date) && Date.valid_date?(*date.split("-").map(&:to_i))
      return Date.strptime(date, "%Y-%m-%d").jd if is_date

      raise ArgumentError, "invalid date of #{@id}: #{date.inspect}"
    end
  end

  # A line and an entry that are close and have the same amount.
  Pair = Struct.new(:line, :entry) do
    def distance
      (line.day - entry.day).abs
    end

    def same_reference?
      line.reference? && line.reference == entry.reference
    end

    def lacks_reference?
      !(line.reference? && entry.reference?)
    end
  end

  Found = Struct.new(:entry, :lines, :by)
  private_constant :Item, :Pair, :Found

  class << self
    # Returns a Report of matches by reference, in parts, and by date.
    #
    # Raises ArgumentError if an id, a date, an amount or the tolerance is invalid.
    def reconcile(lines, entries, tolerance_days:)
      unless tolerance_days.is_a?(Integer) && TOLERANCES.cover?(tolerance_days)
        raise ArgumentError, "invalid tolerance: #{tolerance_days.inspect}"
      end

      lines = read(lines)
      entries = read(entries)
      pairs = close_pairs(lines, entries, tolerance_days)
      certain = by_reference(pairs)
      certain += in_parts(*unmatched([lines, entries], certain), tolerance_days)
      dated, candidates = by_date(open_pairs(pairs, certain).select(&:lacks_reference?))
      report(lines, entries, certain + dated, candidates)
    end

    private

    def read(records)
      ids = Set.new
      records.each_with_index.map do |record, position|
        is_new = record.id.is_a?(String) && !record.id.empty? && ids.add?(record.id)
        raise ArgumentError, "invalid or repeated id: #{record.id.inspect}" unless is_new

        Item.new(record, position)
      end
    end

    # Returns the Pairs in the order of lines, then of entries.
    def close_pairs(lines, entries, tolerance_days)
      by_amount = entries.group_by(&:amount)
      lines.flat_map { |line| by_amount.fetch(line.amount, []).map { |entry| Pair.new(line, entry) } }
           .select { |pair| pair.distance <= tolerance_days }
    end

    def by_reference(pairs)
      taken = Set.new
      ordered = pairs.select(&:same_reference?).sort_by.with_index { |pair, index| [pair.distance, index] }
      free = ordered.select { |pair| pair.none? { |item| taken.include?(item) } && taken.merge(pair.to_a) }
      free.map { |pair| Found.new(pair.entry, [pair.line], :reference) }
    end

    def in_parts(lines, entries, tolerance_days)
      open = lines.group_by(&:reference)
      entries.select { |entry| entry.in_parts && entry.reference? }.filter_map do |entry|
        parts, others = open.fetch(entry.reference, []).partition { |line| Pair.new(line, entry).distance <= tolerance_days }
        next unless parts.sum(&:amount) == entry.amount

        open[entry.reference] = others
        Found.new(entry, parts, :parts)
      end
    end

    # Returns what is matched, and the candidates that are left.
    def by_date(candidates)
      nearest = only_nearest(candidates, &:line) & only_nearest(candidates, &:entry)
      return [[], candidates] if nearest.empty?

      found = nearest.map { |pair| Found.new(pair.entry, [pair.line], :date) }
      later, left = by_date(open_pairs(candidates, found))
      [found + later, left]
    end

    # Returns the pairs that are nearer than all others of the same line or entry.
    def only_nearest(pairs, &side)
      pairs.group_by(&side).each_value.filter_map do |group|
        first, second = group.min_by(2, &:distance)
        first if second.nil? || first.distance < second.distance
      end
    end

    def open_pairs(pairs, found)
      taken = taken_by(found)
      pairs.reject { |pair| pair.any? { |item| taken.include?(item) } }
    end

    # Returns each Array of items without those that are matched.
    def unmatched(groups, found)
      taken = taken_by(found)
      groups.map { |items| items.reject { |item| taken.include?(item) } }
    end

    def taken_by(found)
      found.flat_map { |match| [match.entry, *match.lines] }.to_set
    end

    def report(lines, entries, found, candidates)
      matches = found.sort_by { |match| match.entry.position }.map do |match|
        Match.new(entry: match.entry.id, lines: match.lines.map(&:id), by: match.by)
      end
      ambiguous = candidates.group_by(&:line).map do |line, pairs|
        Ambiguity.new(line: line.id, entries: pairs.map { |pair| pair.entry.id })
      end
      named = candidates.flat_map(&:to_a)
      unmatched_lines, unmatched_entries = unmatched([lines, entries], found).map { |items| (items - named).map(&:id) }
      Report.new(matches: matches, ambiguous: ambiguous, unmatched_lines: unmatched_lines,
                 unmatched_entries: unmatched_entries)
    end
  end
end
