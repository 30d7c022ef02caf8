#include "rational.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace rational {

namespace {

constexpr int most_decimals = 18;

[[noreturn]] void overflow()
{
    throw std::overflow_error("a fraction needs numbers of more than 63 bits");
}

Integer fitting(Integer value)
{
    if (value == std::numeric_limits<Integer>::min()) {
        overflow();
    }
    return value;
}

Integer add(Integer left, Integer right)
{
    Integer sum = 0;
    if (__builtin_add_overflow(left, right, &sum)) {
        overflow();
    }
    return fitting(sum);
}

Integer multiply(Integer left, Integer right)
{
    Integer product = 0;
    if (__builtin_mul_overflow(left, right, &product)) {
        overflow();
    }
    return fitting(product);
}

Integer power_of_ten(std::size_t exponent)
{
    if (exponent > most_decimals) {
        overflow();
    }
    Integer power = 1;
    while (exponent-- > 0) {
        power *= 10;
    }
    return power;
}

/// The whole part of a fraction, rounded down, and the rest of its numerator, which is never negative.
struct Division {
    Integer quotient;
    Integer remainder;
};

/// The divisor is positive.
Division divide_down(Integer dividend, Integer divisor)
{
    const Integer remainder = dividend % divisor;
    return remainder < 0 ? Division{dividend / divisor - 1, remainder + divisor}
                         : Division{dividend / divisor, remainder};
}

bool is_number(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

Integer to_integer(std::string_view digits)
{
    Integer value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) {
        overflow();
    }
    return value;
}

}  // namespace

Rational::Rational(Integer numerator, Integer denominator)
    : numerator_(fitting(numerator)), denominator_(fitting(denominator))
{
    if (denominator == 0) {
        throw std::domain_error("division by zero");
    }
    const Integer divisor = std::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
    numerator_ /= divisor;
    denominator_ /= divisor;
}

Rational Rational::parse(std::string_view text)
{
    const bool is_negative = text.starts_with('-');
    const std::string_view unsigned_text = text.substr(is_negative || text.starts_with('+') ? 1 : 0);
    const std::size_t mark = unsigned_text.find_first_of("/.");
    const bool is_whole = mark == std::string_view::npos;
    const std::string_view head = unsigned_text.substr(0, mark);
    const std::string_view tail = is_whole ? "1" : unsigned_text.substr(mark + 1);
    if (!is_number(head) || !is_number(tail)) {
        throw std::invalid_argument("not a fraction: " + std::string(text));
    }

    const bool is_decimal = !is_whole && unsigned_text[mark] == '.';
    const Integer numerator = is_decimal ? to_integer(std::string(head).append(tail)) : to_integer(head);
    const Integer denominator = is_decimal ? power_of_ten(tail.size()) : to_integer(tail);
    return {is_negative ? -numerator : numerator, denominator};
}

Rational Rational::rounded(int decimals) const
{
    if (decimals < 0 || decimals > most_decimals) {
        throw std::invalid_argument("cannot round to " + std::to_string(decimals) + " decimals");
    }
    const Integer scale = power_of_ten(static_cast<std::size_t>(decimals));
    const Rational scaled = *this * scale;
    const auto [below, above_it] = divide_down(scaled.numerator_, scaled.denominator_);
    const Integer up_to_next = scaled.denominator_ - above_it;
    const bool goes_up = above_it > up_to_next || (above_it == up_to_next && below % 2 != 0);
    return {goes_up ? below + 1 : below, scale};
}

std::string Rational::to_string() const
{
    const std::string whole = std::to_string(numerator_);
    return denominator_ == 1 ? whole : whole + '/' + std::to_string(denominator_);
}

Rational Rational::operator-() const
{
    return {-numerator_, denominator_};
}

Rational operator+(const Rational& left, const Rational& right)
{
    const Integer common = std::gcd(left.denominator_, right.denominator_);
    const Integer left_factor = right.denominator_ / common;
    const Integer right_factor = left.denominator_ / common;
    return {add(multiply(left.numerator_, left_factor), multiply(right.numerator_, right_factor)),
            multiply(left.denominator_, left_factor)};
}

Rational operator-(const Rational& left, const Rational& right)
{
    return left + -right;
}

Rational operator*(const Rational& left, const Rational& right)
{
    const Integer falling = std::gcd(left.numerator_, right.denominator_);
    const Integer rising = std::gcd(right.numerator_, left.denominator_);
    return {multiply(left.numerator_ / falling, right.numerator_ / rising),
            multiply(left.denominator_ / rising, right.denominator_ / falling)};
}

Rational operator/(const Rational& left, const Rational& right)
{
    return left * Rational(right.denominator_, right.numerator_);
}

std::strong_ordering operator<=>(const Rational& left, const Rational& right)
{
    std::pair one{left.numerator_, left.denominator_};
    std::pair other{right.numerator_, right.denominator_};
    while (true) {
        const Division first = divide_down(one.first, one.second);
        const Division second = divide_down(other.first, other.second);
        if (first.quotient != second.quotient) {
            return first.quotient <=> second.quotient;
        }
        if (first.remainder == 0 || second.remainder == 0) {
            return first.remainder <=> second.remainder;
        }
        // Of the rests, both between 0 and 1, the one with the greater reciprocal is less.
        const std::pair reciprocal{other.second, second.remainder};
        other = {one.second, first.remainder};
        one = reciprocal;
    }
}

}  // namespace rational
