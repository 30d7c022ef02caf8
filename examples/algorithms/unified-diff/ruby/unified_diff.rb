# frozen_string_literal: true

# Compares texts line by line.
module UnifiedDiff
  # How the end of both texts is reached: for each number of edits before the
  # last, how far one gets into the old text by how many of them are deletions;
  # and how many of all edits are deletions.
  Path = Struct.new(:rows, :deletions)

  # The old lines and the new lines of a change or a hunk, as ranges of indexes.
  Region = Struct.new(:old, :new)

  module_function

  # Returns the hunks of a unified diff, each with up to +context+ unchanged
  # lines before and after, with as few changed lines as possible; an empty
  # string if the texts are equal. Raises ArgumentError if context is negative.
  def diff(old_text, new_text, context: 3)
    raise ArgumentError, "negative context: #{context}" if context.negative?

    old_lines = old_text.lines
    new_lines = new_text.lines
    changes(old_lines, new_lines)
      .slice_when { |one, other| other.old.begin - one.old.end > 2 * context }
      .map { |near| hunk(near, old_lines, new_lines, context) }
      .join
  end

  # The runs of removed and added lines, in order.
  def changes(old_lines, new_lines)
    edits(find_path(old_lines, new_lines))
      .slice_when { |one, other| other.old.begin > one.old.end }
      .map { |run| Region.new(run.first.old.begin...run.last.old.end, run.first.new.begin...run.last.new.end) }
  end

  # The single lines that are removed or added, each as a region with one line, in order.
  def edits(path)
    deletions = path.deletions
    path.rows.reverse.map do |row|
      inserts = insertion_gets_farther?(row, deletions)
      deletions -= 1 unless inserts
      i = row[deletions]
      j = i + row.size - 1 - 2 * deletions
      inserts ? Region.new(i...i, j...j + 1) : Region.new(i...i + 1, j...j)
    end.reverse
  end

  # Myers' greedy search for the least number of edits.
  def find_path(old_lines, new_lines)
    rows = []
    loop do
      row = []
      (0..rows.size).each do |deletions|
        i, j = skip_equal(old_lines, new_lines, *start(rows, deletions))
        return Path.new(rows, deletions) if i >= old_lines.size && j >= new_lines.size

        row << i
      end
      rows << row
    end
  end

  # Where the edit after the last row leads that gets farthest with so many deletions.
  def start(rows, deletions)
    return [0, 0] if rows.empty?

    row = rows.last
    i = insertion_gets_farther?(row, deletions) ? row[deletions] : row[deletions - 1] + 1
    [i, i + rows.size - 2 * deletions]
  end

  def insertion_gets_farther?(row, deletions)
    deletions.zero? || (deletions < row.size && row[deletions - 1] < row[deletions])
  end

  def skip_equal(old_lines, new_lines, i, j)
    while i < old_lines.size && j < new_lines.size && old_lines[i] == new_lines[j]
      i += 1
      j += 1
    end
    [i, j]
  end

  # The text of the hunk with these changes.
  def hunk(changes, old_lines, new_lines, context)
    first = changes.first
    last = changes.last
    before = [context, first.old.begin].min
    after = [context, old_lines.size - last.old.end].min
    old = first.old.begin - before...last.old.end + after
    new = first.new.begin - before...last.new.end + after

    "@@ -#{numbers(old)} +#{numbers(new)} @@\n#{body(changes, old, old_lines, new_lines)}"
  end

  def numbers(range)
    case range.size
    when 0 then "#{range.begin},0"
    when 1 then (range.begin + 1).to_s
    else "#{range.begin + 1},#{range.size}"
    end
  end

  # The lines of a hunk: those up to each change, the change, and those after the last one.
  def body(changes, old, old_lines, new_lines)
    starts = [old.begin, *changes.map { |change| change.old.end }]
    marked = changes.zip(starts).flat_map do |change, start|
      [*mark(" ", old_lines[start...change.old.begin]),
       *mark("-", old_lines[change.old]),
       *mark("+", new_lines[change.new])]
    end
    [*marked, *mark(" ", old_lines[starts.last...old.end])].join
  end

  def mark(sign, lines)
    lines.map { |line| sign + (line.end_with?("\n") ? line : "#{line}\n\\ No newline at end of file\n") }
  end

  private_class_method :changes, :edits, :find_path, :start, :insertion_gets_farther?, :skip_equal,
                       :hunk, :numbers, :body, :mark
  private_constant :Path, :Region
end
