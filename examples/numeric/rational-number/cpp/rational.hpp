#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace rational {

using Integer = std::int64_t;

/// An exact fraction in lowest terms. Throws std::overflow_error where a number would not fit, whose magnitude may be
/// 2^63-1 at most, and std::domain_error for a division by zero.
class Rational {
public:
    // Not explicit: every integer is a fraction, so that they can be mixed in expressions.
    Rational(Integer numerator = 0, Integer denominator = 1);

    /// Reads `-2`, `3/4` or `0.125`. Throws std::invalid_argument if the text has another form.
    static Rational parse(std::string_view text);

    Integer numerator() const noexcept { return numerator_; }

    /// Greater than 0.
    Integer denominator() const noexcept { return denominator_; }

    /// Rounds to a number of decimals, halves to even. Throws std::invalid_argument if it is not from 0 to 18.
    Rational rounded(int decimals) const;

    /// As parse reads it; without the denominator if that is 1.
    std::string to_string() const;

    Rational operator-() const;
    friend Rational operator+(const Rational& left, const Rational& right);
    friend Rational operator-(const Rational& left, const Rational& right);
    friend Rational operator*(const Rational& left, const Rational& right);
    friend Rational operator/(const Rational& left, const Rational& right);
    friend bool operator==(const Rational& left, const Rational& right) = default;
    friend std::strong_ordering operator<=>(const Rational& left, const Rational& right);

private:
    Integer numerator_;
    Integer denominator_;
};

}  // namespace rational
