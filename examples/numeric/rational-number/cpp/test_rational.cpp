#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <compare>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rational.hpp"

using rational::Integer;
using rational::Rational;

namespace {

constexpr Integer MAX = std::numeric_limits<Integer>::max();
constexpr Integer MIN = std::numeric_limits<Integer>::min();

Rational parse(const char* text)
{
    return Rational::parse(text);
}

}  // namespace

TEST_CASE("R1: one form for equal fractions")
{
    struct Case {
        Integer numerator, denominator, lowest_numerator, lowest_denominator;
        std::string text;
    };
    for (const auto& [numerator, denominator, lowest_numerator, lowest_denominator, text] : std::vector<Case>{
             {3, 4, 3, 4, "3/4"},
             {6, 8, 3, 4, "3/4"},
             {6, -8, -3, 4, "-3/4"},
             {-6, 8, -3, 4, "-3/4"},
             {-6, -8, 3, 4, "3/4"},
             {0, -5, 0, 1, "0"},
             {0, 7, 0, 1, "0"},
             {10, 5, 2, 1, "2"},
             {-7, 7, -1, 1, "-1"},
             {1, 10, 1, 10, "1/10"},
         }) {
        const Rational value(numerator, denominator);
        CHECK(value.numerator() == lowest_numerator);
        CHECK(value.denominator() == lowest_denominator);
        CHECK(value.to_string() == text);
        CHECK(value == Rational(lowest_numerator, lowest_denominator));
    }
    CHECK(Rational(5).to_string() == "5");
    CHECK(Rational(5).denominator() == 1);
    CHECK(Rational() == Rational(0, 3));
    CHECK(Rational(1, 2) != Rational(1, 3));
    CHECK(Rational(1, 2) != Rational(-1, 2));
    CHECK(Rational(1, 2) != Rational(3, 2));
}

TEST_CASE("R2: arithmetic")
{
    struct Case {
        const char *left, *right, *sum, *difference, *product, *quotient;
    };
    for (const Case& one : std::vector<Case>{
             {"1/2", "1/3", "5/6", "1/6", "1/6", "3/2"},
             {"1/6", "1/10", "4/15", "1/15", "1/60", "5/3"},
             {"-3/4", "5/6", "1/12", "-19/12", "-5/8", "-9/10"},
             {"1/2", "-1/2", "0", "1", "-1/4", "-1"},
             {"0", "-2/3", "-2/3", "2/3", "0", "0"},
             {"7", "3", "10", "4", "21", "7/3"},
             {"4/9", "3/8", "59/72", "5/72", "1/6", "32/27"},
         }) {
        const Rational left = parse(one.left);
        const Rational right = parse(one.right);
        CHECK((left + right).to_string() == one.sum);
        CHECK((left - right).to_string() == one.difference);
        CHECK((left * right).to_string() == one.product);
        CHECK((left / right).to_string() == one.quotient);
        CHECK(left.to_string() == one.left);
        CHECK(right.to_string() == one.right);
    }
    CHECK((-Rational(3, 4)).to_string() == "-3/4");
    CHECK((-Rational(-3, 4)).to_string() == "3/4");
    CHECK((1 + Rational(1, 2)).to_string() == "3/2");
    CHECK((Rational(1, 2) * 3).to_string() == "3/2");
}

TEST_CASE("R3: comparing")
{
    const std::vector<Rational> ascending = {
        -MAX,         Rational(-MAX, 2), -2, Rational(-3, 2), Rational(-4, 3), -1,
        Rational(-MAX + 1, MAX), Rational(-1, 2), Rational(-1, 3), Rational(-1, MAX), 0,
        Rational(1, MAX), Rational(1, MAX - 1), Rational(1, 3), Rational(3, 8), Rational(2, 5), Rational(1, 2),
        Rational(MAX - 2, MAX - 1), Rational(MAX - 1, MAX), 1, Rational(MAX, MAX - 1), Rational(4, 3), Rational(7, 5),
        Rational(3, 2), 2, Rational(MAX - 1, 2), Rational(MAX, 2), MAX,
    };
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            CHECK((ascending[i] <=> ascending[j]) == (i <=> j));
            CHECK((ascending[i] < ascending[j]) == (i < j));
            CHECK((ascending[i] == ascending[j]) == (i == j));
        }
    }
    CHECK(Rational(1, 2) > 0);
}

TEST_CASE("R4: reading")
{
    for (const auto& [text, written] : std::vector<std::pair<const char*, const char*>>{
             {"3/4", "3/4"},       {"-2", "-2"},       {"0.125", "1/8"},      {"+06/8", "3/4"},
             {"-0.50", "-1/2"},    {"0", "0"},         {"-0", "0"},           {"00012.3400", "617/50"},
             {"+7", "7"},          {"-10/4", "-5/2"},  {"0/9", "0"},          {"1.0", "1"},
             {"-3.000001", "-3000001/1000000"},        {"9/010", "9/10"},     {"8.9", "89/10"},
             {"00000000000000000000000001/00000000000000000000000002", "1/2"},
         }) {
        CHECK(parse(text).to_string() == written);
        CHECK(parse(written) == parse(text));
    }
}

TEST_CASE("R5: text of another form")
{
    for (const char* text :
         {"", "+", "-", "/", ".", " 1", "1 ", "1/ 2", "1/", "/2", "1.", ".5", "--1", "+-1", "1-", "1/-2", "1/+2", "1/2/3",
          "1.2.3", "1.2/3", "1/2.3", "1e3", "0x10", "a", "1/a", "1:2", "1\n", "-/2", "1.-5", "\u0663"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(parse(text), doctest::Contains(text), std::invalid_argument);
    }
    CHECK_THROWS_AS(parse("99999999999999999999x"), std::invalid_argument);
    CHECK_THROWS_AS(parse("x/0"), std::invalid_argument);
}

TEST_CASE("R6: rounding")
{
    struct Case {
        const char* value;
        int decimals;
        const char* expected;
    };
    for (const auto& [value, decimals, expected] : std::vector<Case>{
             {"0.125", 2, "3/25"},  {"0.135", 2, "7/50"},   {"-0.125", 2, "-3/25"}, {"-0.135", 2, "-7/50"},
             {"1/2", 0, "0"},       {"3/2", 0, "2"},        {"5/2", 0, "2"},        {"-1/2", 0, "0"},
             {"-3/2", 0, "-2"},     {"-5/2", 0, "-2"},      {"2/3", 0, "1"},        {"1/3", 0, "0"},
             {"-2/3", 0, "-1"},     {"-1/3", 0, "0"},       {"2/3", 2, "67/100"},   {"-2/3", 2, "-67/100"},
             {"1/3", 18, "333333333333333333/1000000000000000000"},                {"7", 3, "7"},
             {"0.1249999", 2, "3/25"}, {"0.1250001", 2, "13/100"}, {"0", 5, "0"},  {"-7", 0, "-7"},
         }) {
        CAPTURE(value);
        CHECK(parse(value).rounded(decimals).to_string() == expected);
    }
    CHECK(Rational(MAX, 2).rounded(0).to_string() == "4611686018427387904");
    for (const int decimals : {-1, 19, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
        CHECK_THROWS_WITH_AS(Rational(1).rounded(decimals), doctest::Contains(std::to_string(decimals).c_str()),
                             std::invalid_argument);
    }
}

TEST_CASE("R7: division by zero")
{
    CHECK_THROWS_AS(Rational(1, 0), std::domain_error);
    CHECK_THROWS_AS(Rational(0, 0), std::domain_error);
    CHECK_THROWS_AS(parse("1/0"), std::domain_error);
    CHECK_THROWS_AS(parse("-0/00"), std::domain_error);
    CHECK_THROWS_AS(Rational(1, 2) / 0, std::domain_error);
    CHECK_THROWS_AS(Rational(0) / Rational(0, 5), std::domain_error);
}

TEST_CASE("R8: the greatest and least values")
{
    const Rational max = MAX;
    const Rational tiny(1, MAX);
    CHECK((-max).to_string() == "-9223372036854775807");
    CHECK((-tiny).to_string() == "-1/9223372036854775807");
    CHECK((max * tiny) == 1);
    CHECK((max / max) == 1);
    CHECK((1 / tiny) == max);
    CHECK((max - max) == 0);
    CHECK((max - 1 + 1) == max);
    CHECK((Rational(MAX, 2) * Rational(2, 3)).to_string() == "9223372036854775807/3");
    CHECK((Rational(1, MAX) + Rational(2, MAX)).to_string() == "3/9223372036854775807");
    CHECK((Rational(1, 3037000500) * Rational(1, 3037000498)).to_string() == "1/9223372030926249000");
    CHECK(parse("9223372036854775807") == max);
    CHECK(parse("-1/9223372036854775807") == -tiny);
    CHECK(parse("0.000000000000000001").denominator() == 1000000000000000000);
    CHECK(Rational(1, 1000000000).rounded(18).denominator() == 1000000000);
}

TEST_CASE("R8: what does not fit")
{
    const Rational max = MAX;
    const Rational tiny(1, MAX);
    CHECK_THROWS_AS(Rational(MIN, 1), std::overflow_error);
    CHECK_THROWS_AS(Rational(MIN, 2), std::overflow_error);
    CHECK_THROWS_AS(Rational(1, MIN), std::overflow_error);
    CHECK_THROWS_AS(max + 1, std::overflow_error);
    CHECK_THROWS_AS(-max - 1, std::overflow_error);
    CHECK_THROWS_AS(max + max, std::overflow_error);
    CHECK_THROWS_AS(max + Rational(1, 2), std::overflow_error);
    CHECK_THROWS_AS(tiny + Rational(1, 2), std::overflow_error);
    CHECK_THROWS_AS(max * 2, std::overflow_error);
    CHECK_THROWS_AS(Rational(1 - MAX, 1) / 2 * 2 - 2, std::overflow_error);
    CHECK_THROWS_AS(Rational(Integer{1} << 62) * -2, std::overflow_error);
    CHECK_THROWS_AS(tiny * Rational(1, 2), std::overflow_error);
    CHECK_THROWS_AS(max / tiny, std::overflow_error);
    CHECK_THROWS_AS(parse("9223372036854775808"), std::overflow_error);
    CHECK_THROWS_AS(parse("-9223372036854775808"), std::overflow_error);
    CHECK_THROWS_AS(parse("1/9223372036854775808"), std::overflow_error);
    CHECK_THROWS_AS(parse("99999999999999999999/0"), std::overflow_error);
    CHECK_THROWS_AS(parse("0.0000000000000000000"), std::overflow_error);
    CHECK_THROWS_AS(parse("10.000000000000000000"), std::overflow_error);
    CHECK_THROWS_AS(Rational::parse(std::string(300'000, '9')), std::overflow_error);
    CHECK_THROWS_AS(Rational::parse("0." + std::string(300'000, '0')), std::overflow_error);
    CHECK_THROWS_AS(max.rounded(1), std::overflow_error);
}

TEST_CASE("R8: sums that fit only in lowest terms")
{
    const Rational half(MAX, 2);
    const Rational third(MAX, 3);
    CHECK_THROWS_AS(half + half, std::overflow_error);
    CHECK_THROWS_AS(half - third, std::overflow_error);
    CHECK_THROWS_AS(third - half, std::overflow_error);
    CHECK_THROWS_AS(Rational(-1099511623681, 4503599627374592) + Rational(1099511623682, 4502500115746815),
                    std::overflow_error);
}
