# frozen_string_literal: true

require "set"

# Assigns applicants to schools by deferred acceptance.
module SchoolPlaces
  # wishes - names of schools, the best first.
  Applicant = Struct.new(:name, :wishes)

  # places  - how many applicants the school can admit.
  # ranking - names of applicants, the best first.
  School = Struct.new(:name, :places, :ranking)

  # The school is nil for an applicant without one.
  Placement = Struct.new(:applicant, :school)

  # What is wrong: a Symbol such as :repeated_wish, the name of the applicant or school, and the listed name or nil.
  Problem = Struct.new(:reason, :name, :entry)

  # The lists have problems.
  class InvalidRankingsError < StandardError
    attr_reader :problems

    def initialize(problems)
      super(problems.map { |problem| "#{problem.reason}: #{problem.to_a.drop(1).compact.join(", ")}" }.join("\n"))
      @problems = problems
    end
  end

  # Somebody who applies to one school after the other; turn counts those that have turned them away.
  Candidate = Struct.new(:name, :wishes, :turn) do
    def school
      wishes[turn]
    end

    def turned_away
      self.class.new(name, wishes, turn + 1)
    end
  end
  private_constant :Candidate

  class << self
    # Returns a Placement for each Applicant, in the same order. The assignment is stable, and of those that are, the
    # best for every applicant.
    #
    # Raises InvalidRankingsError.
    def assign(applicants, schools)
      problems = problems_of_applicants(applicants, schools) + problems_of_schools(schools, applicants)
      raise InvalidRankingsError.new(problems) if problems.any?

      school_of = admit(applicants, schools).to_h { |candidate| [candidate.name, candidate.school] }
      applicants.map { |applicant| Placement.new(applicant.name, school_of[applicant.name]) }
    end

    private

    # Returns the candidates that are admitted, each at their school.
    def admit(applicants, schools)
      ranks = schools.to_h { |school| [school.name, school.ranking.each_with_index.to_h] }
      places = schools.to_h { |school| [school.name, [school.places, applicants.size].min] }
      admitted = Hash.new([].freeze)
      applying = candidates(applicants, ranks)
      until applying.empty?
        ranked = applying.group_by(&:school).to_h do |school, newcomers|
          [school, (admitted[school] + newcomers).sort_by { |candidate| ranks[school][candidate.name] }]
        end
        admitted = admitted.merge(ranked.to_h { |school, all| [school, all.take(places[school])] })
        applying = ranked.flat_map { |school, all| all.drop(places[school]) }.map(&:turned_away).select(&:school)
      end
      admitted.values.flatten(1)
    end

    # Wishes for schools that do not rank the applicant are left out.
    def candidates(applicants, ranks)
      applicants.map do |applicant|
        Candidate.new(applicant.name, applicant.wishes.select { |school| ranks[school].key?(applicant.name) }, 0)
      end.select(&:school)
    end

    def problems_of_applicants(applicants, schools)
      known = schools.to_set(&:name)
      seen = Set.new
      applicants.flat_map do |applicant|
        [(Problem.new(:duplicate_applicant, applicant.name) unless seen.add?(applicant.name)),
         *problems_of_entries(applicant.name, applicant.wishes, known, :unknown_wish, :repeated_wish)].compact
      end
    end

    def problems_of_schools(schools, applicants)
      known = applicants.to_set(&:name)
      seen = Set.new
      schools.flat_map do |school|
        [(Problem.new(:duplicate_school, school.name) unless seen.add?(school.name)),
         (Problem.new(:invalid_places, school.name) if school.places.negative?),
         *problems_of_entries(school.name, school.ranking, known, :unknown_candidate, :repeated_candidate)].compact
      end
    end

    def problems_of_entries(name, entries, known, unknown, repeated)
      seen = Set.new
      entries.filter_map do |entry|
        if !known.include?(entry)
          Problem.new(unknown, name, entry)
        elsif !seen.add?(entry)
          Problem.new(repeated, name, entry)
        end
      end
    end
  end
end
