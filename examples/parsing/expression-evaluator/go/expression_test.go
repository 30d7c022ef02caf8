package expression_test

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	expression "example.com/expression-evaluator"
)

// valueCase is a text and its value.
type valueCase struct {
	text string
	want float64
}

// errorCase is a text and the position of its error.
type errorCase struct {
	text     string
	position int
}

// checkValues expects exact values and tells negative zero from zero.
func checkValues(t *testing.T, variables map[string]float64, cases []valueCase) {
	t.Helper()
	for _, c := range cases {
		got, err := expression.Evaluate(c.text, variables)
		if err != nil || got != c.want || math.Signbit(got) != math.Signbit(c.want) {
			t.Errorf("%.80q gives %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}

func checkNear(t *testing.T, cases []valueCase) {
	t.Helper()
	for _, c := range cases {
		got, err := expression.Evaluate(c.text, nil)
		if err != nil || !(math.Abs(got-c.want) <= 1e-12*math.Abs(c.want)) {
			t.Errorf("%.80q gives %v, %v; want about %v", c.text, got, err, c.want)
		}
	}
}

func checkParseErrors(t *testing.T, kind error, cases []errorCase) {
	t.Helper()
	for _, c := range cases {
		parsed, err := expression.Parse(c.text)
		checkError(t, c, err, kind)
		if parsed != nil {
			t.Errorf("%.80q gives an expression together with an error", c.text)
		}
	}
}

func checkEvaluationErrors(t *testing.T, kind error, variables map[string]float64, cases []errorCase) {
	t.Helper()
	for _, c := range cases {
		got, err := mustParse(t, c.text).Evaluate(variables)
		checkError(t, c, err, kind)
		if got != 0 {
			t.Errorf("%.80q gives %v together with an error; want 0", c.text, got)
		}
	}
}

func checkError(t *testing.T, c errorCase, err, kind error) {
	t.Helper()
	var failure *expression.Error
	if !errors.As(err, &failure) {
		t.Errorf("%.80q gives error %v; want %v at %d", c.text, err, kind, c.position)
		return
	}
	if !errors.Is(err, kind) || failure.Kind != kind || failure.Position != c.position {
		t.Errorf("%.80q gives %v at %d; want %v at %d", c.text, failure.Kind, failure.Position, kind, c.position)
	}
}

func mustParse(t *testing.T, text string) *expression.Expression {
	t.Helper()
	parsed, err := expression.Parse(text)
	if err != nil || parsed == nil {
		t.Fatalf("Parse(%.80q) = %v, %v", text, parsed, err)
	}
	return parsed
}

func mustEvaluate(t *testing.T, e *expression.Expression, variables map[string]float64, want float64) {
	t.Helper()
	if got, err := e.Evaluate(variables); err != nil || got != want {
		t.Errorf("got %v, %v with %v; want %v", got, err, variables, want)
	}
}

func nest(open, inner, end string, levels int) string {
	return strings.Repeat(open, levels) + inner + strings.Repeat(end, levels)
}

func TestProductsBindTighterThanSums_R1(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"2+3*4", 14},
		{"2*3+4", 10},
		{"2-6/4", 0.5},
		{"1+7%4", 4},
		{"(2+3)*4", 20},
		{"2*(3+4)", 14},
		{"((7))", 7},
		{" 1\t+\r\n2 ", 3},
	})
}

func TestSumsAndProductsGroupFromTheLeft_R1(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"10-4-3", 3},
		{"10-4+3", 9},
		{"10-(4-3)", 9},
		{"8/4/2", 1},
		{"8/(4/2)", 4},
		{"8/4*2", 4},
		{"2*7%4", 2},
		{"7%4*2", 6},
		{"20%7%4", 2},
	})
}

func TestPowerBindsTightestAndGroupsFromTheRight_R1(t *testing.T) {
	checkNear(t, []valueCase{
		{"2^3^2", 512},
		{"(2^3)^2", 64},
		{"2*3^2", 18},
		{"2^3*2", 16},
		{"2^2+1", 5},
		{"18/3^2", 2},
	})
}

func TestSignBindsLooserThanPowerButMayBeginItsRightOperand_R1(t *testing.T) {
	checkNear(t, []valueCase{
		{"-2^2", -4},
		{"(-2)^2", 4},
		{"+2^2", 4},
		{"-2^-2", -0.25},
		{"--2^2", 4},
		{"2^-1", 0.5},
		{"2^+2", 4},
		{"2^--2", 4},
		{"2^-3^2", 1.0 / 512},
		{"2^-1*4", 2},
		{"2^-1+4", 4.5},
	})
}

func TestSignsBeforeOperands_R1(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"2*-3", -6},
		{"1--1", 2},
		{"1-+1", 0},
		{"1+-1", 0},
		{"-1-1", -2},
		{"-3+5", 2},
		{"-2*3", -6},
		{"6/-2", -3},
		{"--3", 3},
		{"---3", -3},
		{"-+-+3", 3},
		{"+3", 3},
		{"- -\n3", 3},
		{"-(1+2)", -3},
		{"-abs(-4)", -4},
		{"-7%4", -3},
	})
}

func TestArgumentsAreWholeExpressions_R1(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"max(1+2*3, 2*(1+1)) - min(4, 3-1)", 5},
		{"sqrt ( abs(-16) )", 4},
		{"max\n(max(1,5),max(2,3))", 5},
	})
}

func TestRoundTakesHalvesAwayFromZero_R2(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"round(2.5)", 3},
		{"round(-2.5)", -3},
		{"round(1.5)", 2},
		{"round(0.5)", 1},
		{"round(-0.5)", -1},
		{"round(2.4)", 2},
		{"round(-2.4)", -2},
		{"round(2.6)", 3},
		{"round(-2.6)", -3},
		{"round(7)", 7},
		{"round(0.49999999999999994)", 0},
		{"round(1.4999999999999998)", 1},
		{"round(4503599627370495.5)", 4503599627370496},
		{"round(4503599627370497)", 4503599627370497},
		{"round(-9007199254740991)", -9007199254740991},
		{"round(1e300)", 1e300},
	})
}

func TestFunctionsOfOneArgument_R2(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"floor(-1.5)", -2},
		{"floor(1.5)", 1},
		{"floor(-2)", -2},
		{"ceil(-1.5)", -1},
		{"ceil(1.2)", 2},
		{"ceil(3)", 3},
		{"floor(1e300)", 1e300},
		{"abs(-3.5)", 3.5},
		{"abs(3.5)", 3.5},
		{"sqrt(2.25)", 1.5},
		{"sqrt(2)", 1.4142135623730951},
		{"sqrt(0)", 0},
	})
}

func TestMinAndMax_R2(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"min(3,1,2)", 1},
		{"max(5)", 5},
		{"min(5)", 5},
		{"max(3,10,2)", 10},
		{"max(-3,-1,-2)", -1},
		{"min(-1,-10)", -10},
		{"max(1,2,3)", 3},
	})
}

func TestRemainderTakesTheSignOfTheDividendAndIsExact_R2(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"-7%3", -1},
		{"7%-3", 1},
		{"(-7)%-3", -1},
		{"7%3", 1},
		{"6%3", 0},
		{"2%3", 2},
		{"5.5%2", 1.5},
		{"-5.5%2", -1.5},
		{"0.3%0.1", 0.09999999999999998},
		{"1e300%7", 1},
	})
}

func TestPowerOfZeroIsOne_R2(t *testing.T) {
	checkNear(t, []valueCase{
		{"0^0", 1},
		{"0^-0", 1},
		{"5^0", 1},
		{"(-5)^0", 1},
		{"1e308^0", 1},
		{"0.5^(1-1)", 1},
	})
}

func TestPowerIsRightToTwelveDigits_R2(t *testing.T) {
	checkNear(t, []valueCase{
		{"2^0.5", 1.4142135623730951},
		{"(-2)^3", -8},
		{"(-2)^-3", -0.125},
		{"1.5^-2", 0.4444444444444444},
		{"10^308", 1e308},
		{"2^-1000", 0x1p-1000},
		{"1.0001^100000", 22015.456048527954},
		{"1.0001^-100000", 4.542263388937901e-05},
		{"(-1.0001)^100000", 22015.456048527954},
		{"(-1.0001)^100001", -22017.65759413281},
		{"1.00000001^1000000000", 22026.463354831518},
		{"(-1)^1e300", 1},
	})
}

func TestNegativeZeroIsReturnedAsZero_R2(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"-0", 0},
		{"-0.0", 0},
		{"ceil(-0.5)", 0},
		{"round(-0.4)", 0},
		{"floor(-0)", 0},
		{"0*-1", 0},
		{"-6%3", 0},
		{"0/-5", 0},
		{"-0-0", 0},
		{"sqrt(-0)", 0},
		{"min(-0,-0)", 0},
		{"-(1-1)", 0},
	})
	negativeZero := math.Copysign(0, -1)
	checkValues(t, map[string]float64{"x": negativeZero}, []valueCase{{"x", 0}})
}

func TestArithmeticIsDoublePrecision_R2(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"0.1+0.2", 0.30000000000000004},
		{"1/3", 0.3333333333333333},
		{"9007199254740992+1", 9007199254740992},
		{"7/2", 3.5},
		{"1e-300*1e-300", 0},
	})
}

func TestEvaluatesRepeatedlyWithDifferentValues_R3(t *testing.T) {
	e := mustParse(t, "x + y*x")
	mustEvaluate(t, e, map[string]float64{"x": 1, "y": 2}, 3)
	mustEvaluate(t, e, map[string]float64{"x": 2, "y": 5}, 12)
	mustEvaluate(t, e, map[string]float64{"x": 1, "y": 2}, 3)
}

func TestEachEvaluationUsesOnlyItsOwnValues_R3(t *testing.T) {
	e := mustParse(t, "x + y")
	mustEvaluate(t, e, map[string]float64{"x": 1, "y": 2}, 3)
	for _, variables := range []map[string]float64{{"x": 1}, {}, nil} {
		if _, err := e.Evaluate(variables); !errors.Is(err, expression.ErrUnknownVariable) {
			t.Errorf("got error %v with %v; want an unknown variable", err, variables)
		}
	}
	mustEvaluate(t, e, map[string]float64{"x": 4, "y": 5}, 9)
}

func TestExpressionsDoNotShareState_R3(t *testing.T) {
	first, second := mustParse(t, "a*2"), mustParse(t, "b*3")
	mustEvaluate(t, second, map[string]float64{"b": 5}, 15)
	mustEvaluate(t, first, map[string]float64{"a": 5}, 10)
	if got := first.Variables(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("the first has variables %q", got)
	}
}

func TestValuesAreNotAltered_R3(t *testing.T) {
	variables := map[string]float64{"x": 2, "y": 0.5, "unused": 7}
	before := maps.Clone(variables)
	checkValues(t, variables, []valueCase{{"-x + round(y)", -1}})
	if !maps.Equal(variables, before) {
		t.Errorf("got %v; want %v", variables, before)
	}
}

func TestNamesAreCaseSensitive_R3(t *testing.T) {
	checkValues(t, map[string]float64{"x": 1, "X": 2}, []valueCase{{"x - X*10", -19}})
	got := mustParse(t, "Ab+aB+ab+AB").Variables()
	if want := []string{"AB", "Ab", "aB", "ab"}; !slices.Equal(got, want) {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestVariableMayBeNamedLikeAFunction_R3(t *testing.T) {
	checkValues(t, map[string]float64{"max": 5, "abs": 10}, []valueCase{
		{"max(max, 2) + abs*min(3, 4)", 35},
	})
}

func TestNamesOfLettersDigitsAndUnderscores_R3(t *testing.T) {
	variables := map[string]float64{"_": 1, "_1": 10, "a_b2": 100, "Zz9": 1000, "e": 10000}
	checkValues(t, variables, []valueCase{{"_+_1+a_b2+Zz9+e", 11111}})
}

func TestListsEachVariableOnceInASCIIOrder_R3(t *testing.T) {
	cases := []struct {
		text string
		want []string
	}{
		{"1+2", []string{}},
		{"x", []string{"x"}},
		{"b+a*b-a", []string{"a", "b"}},
		{"b + B + _a + a1 + a + a10 + a2", []string{"B", "_a", "a", "a1", "a10", "a2", "b"}},
		{"max(y, sqrt(x))", []string{"x", "y"}},
		{"min(max, 1)", []string{"max"}},
		{"1/0 + z", []string{"z"}},
	}
	for _, c := range cases {
		got := mustParse(t, c.text).Variables()
		if got == nil || !slices.Equal(got, c.want) {
			t.Errorf("%q has variables %#v; want %#v", c.text, got, c.want)
		}
	}
}

func TestTokenOutOfPlace_R4(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"1+*2", 2},
		{"1-/2", 2},
		{"2**3", 2},
		{"2^^2", 2},
		{"2^*2", 2},
		{"*1", 0},
		{"^2", 0},
		{",1", 0},
		{"-*1", 1},
		{"2x", 1},
		{"2 x", 2},
		{"x 2", 2},
		{"x y", 2},
		{"1\n2", 2},
		{"max 1", 4},
		{"1,2", 1},
		{"5!", 1},
	})
}

func TestMisplacedParentheses_R4(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"(1)(2)", 3},
		{"(1)2", 3},
		{"(1)x", 3},
		{"2(3)", 1},
		{"()", 1},
		{")", 0},
		{"1)", 1},
		{"1+ )", 3},
		{"(1+)", 3},
		{"(-)", 2},
		{"(1,2)", 2},
		{"(max(1,2),3)", 9},
		{"max(1)(2)", 6},
	})
}

func TestWrongArgumentLists_R4(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"max(1,)", 6},
		{"max(,1)", 4},
		{"max(,)", 4},
		{"max(1,,2)", 6},
		{"max(1 2)", 6},
		{"max(1))", 6},
		{"max(1,2),3", 8},
	})
}

func TestTextThatEndsTooEarlyGivesItsLength_R4(t *testing.T) {
	for _, text := range []string{
		"", "  ", " \t\r\n", "(1", "(1 + 2 ", "((1)", "1 + ", "1+", "2^", "5%", "-", "(",
		"x*", "max(", "max(1", "max(1,", "max( ", "1--",
	} {
		checkParseErrors(t, expression.ErrSyntax, []errorCase{{text, len(text)}})
	}
}

func TestLeftmostMisfitIsReported_R4(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"1)+$", 1},
		{"1 $ + *", 2},
		{"$)", 0},
		{"(1 2 $", 3},
		{"1+$(", 2},
		{"x @ (", 2},
	})
}

func TestOnlyFourCharactersAreWhiteSpace_R4(t *testing.T) {
	for _, character := range []string{"\v", "\f", "\x00", "\x1c", "\x1f", "\x7f"} {
		checkParseErrors(t, expression.ErrSyntax, []errorCase{
			{"1 " + character + "+1", 2},
			{"1" + character, 1},
			{character, 0},
		})
	}
}

func TestEvaluateReportsWhatParseReports_R4(t *testing.T) {
	got, err := expression.Evaluate("1+*2", map[string]float64{"x": 1})
	checkError(t, errorCase{"1+*2", 2}, err, expression.ErrSyntax)
	if got != 0 {
		t.Errorf("got %v together with an error; want 0", got)
	}
}

func TestNumbers_R5(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"1.5e-3", 0.0015},
		{"007", 7},
		{"00.50", 0.5},
		{"10.25", 10.25},
		{"0", 0},
		{"1E3", 1000},
		{"1e+2", 100},
		{"2e-2", 0.02},
		{"1e0005", 100000},
		{"9007199254740993", 9007199254740992},
		{"123456789012345678901234567890", 1.2345678901234568e29},
		{"1.7976931348623157e308", math.MaxFloat64},
		{"1.7976931348623158e308", math.MaxFloat64},
		{"5e-324", 5e-324},
		{"1e-999", 0},
		{"0." + strings.Repeat("0", 400) + "1", 0},
		{"0e999", 0},
	})
}

func TestEAfterAnOperatorIsAName_R5(t *testing.T) {
	checkValues(t, map[string]float64{"e": 3}, []valueCase{{"2*e-1", 5}})
}

func TestPointNeedsDigitsOnBothSides_R5(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{".5", 0},
		{"- .5", 2},
		{"1+.5", 2},
		{"5.", 1},
		{"5.+1", 1},
		{"1..2", 1},
		{"1.e5", 1},
		{"1.2.3", 3},
		{"1e5.2", 3},
		{"1 .5", 2},
		{"1. 5", 1},
	})
}

func TestNumberTakesTheLongestFitAndNoMore_R5(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"2e", 1},
		{"2E", 1},
		{"2e+", 1},
		{"2e-x", 1},
		{"2e--1", 1},
		{"2e 3", 1},
		{"1 e5", 2},
		{"1e5e5", 3},
		{"1.5e", 3},
		{"0x10", 1},
		{"0b1", 1},
		{"0x1p3", 1},
		{"1_000", 1},
		{"1j", 1},
		{"1n", 1},
		{"1,000", 1},
	})
}

func TestTooLargeNumberIsASyntaxError_R5(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"1+1e999", 2},
		{"1e309", 0},
		{"1.7976931348623159e308", 0},
		{"-1e999", 1},
		{"1" + strings.Repeat("0", 400), 0},
		{"0*1e999", 2},
		{"1e999 $", 0},
		{"max(1, 1e999", 7},
	})
}

func TestCharacterOutsideASCIIIsASyntaxError_R5(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"\uff11", 0}, // fullwidth digit one
		{"1+\uff12", 2},
		{"1\u0663", 1}, // Arabic-Indic digit three
		{"x\u00b2", 1}, // superscript two
		{"\u00e9", 0},
		{"x\u00e9", 1},
		{"x+\u03b1*$", 2},
		{"\u0438+\u0438", 0},
		{"\u212a", 0}, // Kelvin sign, which lower-cases to k
		{"\u017f", 0}, // long s, which upper-cases to S
		{"2\u00d73", 1},
		{"\u22121", 0},   // minus sign
		{"1\u00a0+1", 1}, // no-break space
		{"1\u2003", 1},   // em space
		{"1\u2028", 1},   // line separator
		{"1\u0085", 1},   // next line
		{"1\u200b+1", 1}, // zero width space
		{"\ufeff1", 0},   // byte order mark
		{"1+\U0001f600", 2},
		{"x\U0001d7d9", 1}, // mathematical double-struck one
		{"1+\xff", 2},      // not UTF-8
		{"1\x85", 1},
	})
}

func TestUnknownFunction_R6(t *testing.T) {
	checkParseErrors(t, expression.ErrUnknownFunction, []errorCase{
		{"foo(1)", 0},
		{"foo()", 0},
		{"1 + foo(1, 2)", 4},
		{"foo (1)", 0},
		{"foo\n\t(1)", 0},
		{"MAX(1)", 0},
		{"Abs(1)", 0},
		{"pow(2, 3)", 0},
		{"maxx(1)", 0},
		{"abs(foo(1))", 4},
	})
}

func TestFunctionsOfExactlyOneArgument_R6(t *testing.T) {
	for _, name := range []string{"abs", "sqrt", "floor", "ceil", "round"} {
		checkParseErrors(t, expression.ErrArgumentCount, []errorCase{
			{"1+" + name + "()", 2},
			{"1+" + name + "(1, 2)", 2},
			{"1+" + name + "(1, 2, 3)", 2},
		})
	}
}

func TestFunctionsOfAtLeastOneArgument_R6(t *testing.T) {
	for _, name := range []string{"min", "max"} {
		checkParseErrors(t, expression.ErrArgumentCount, []errorCase{
			{"2*" + name + "()", 2},
			{name + "( )", 0},
		})
	}
}

func TestLeftmostWrongCallIsReported_R6(t *testing.T) {
	checkParseErrors(t, expression.ErrUnknownFunction, []errorCase{
		{"foo(bar(1))", 0},
		{"foo(sqrt())", 0},
		{"max(foo(1)) + bar()", 4},
		{"foo() + sqrt()", 0},
	})
	checkParseErrors(t, expression.ErrArgumentCount, []errorCase{
		{"sqrt(foo(1), 2)", 0},
		{"max(sqrt(), foo())", 4},
		{"sqrt() + foo()", 0},
		{"1 + abs(1, 2) + a(b(c()))", 4},
	})
}

func TestSyntaxOrNestingErrorComesBeforeWrongCalls_R6(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"foo(1", 5},
		{"foo(1)+", 7},
		{"foo()$", 5},
		{"foo()+1e999", 6},
		{"sqrt(1,2) 3", 10},
		{"max() max()", 6},
		{"x(1)(2)", 4},
	})
	checkParseErrors(t, expression.ErrNesting, []errorCase{
		{"foo() + max() + " + strings.Repeat("(", 101), 116},
	})
}

func TestWrongCallIsReportedThoughEvaluationWouldNotReachIt_R6(t *testing.T) {
	checkParseErrors(t, expression.ErrUnknownFunction, []errorCase{{"1/0 + foo(1)", 6}})
	checkParseErrors(t, expression.ErrArgumentCount, []errorCase{{"x + sqrt()", 4}})
}

func TestParsingReportsNoEvaluationErrors_R6(t *testing.T) {
	for _, text := range []string{"1/0", "sqrt(-1)", "10^400", "x"} {
		mustParse(t, text)
	}
}

func TestDivisionByZero_R7(t *testing.T) {
	checkEvaluationErrors(t, expression.ErrDivisionByZero, nil, []errorCase{
		{"1/0", 1},
		{"0/0", 1},
		{"1/-0", 1},
		{"1 / (2-2)", 2},
		{"5%0", 1},
		{"0%0", 1},
		{"5 % (0*-1)", 2},
		{"0^-1", 1},
		{"0^-0.5", 1},
		{"0^-5000", 1},
		{"(-0)^-1", 4},
		{"(1-1)^-2", 5},
		{"6/2/0", 3},
		{"2+3*(4-1/0)", 8},
	})
}

func TestDomainError_R7(t *testing.T) {
	checkEvaluationErrors(t, expression.ErrDomain, nil, []errorCase{
		{"(-8)^0.5", 4},
		{"(-8)^(1/3)", 4},
		{"(-2)^-0.5", 4},
		{"(-1)^1e-300", 4},
		{"(-1)^5000.5", 4},
		{"sqrt(-1)", 0},
		{"2 + sqrt( -1e-300 )", 4},
		{"abs(sqrt(-4))", 4},
	})
}

func TestOverflow_R7(t *testing.T) {
	checkEvaluationErrors(t, expression.ErrOverflow, nil, []errorCase{
		{"1e308*10", 5},
		{"10^400", 2},
		{"(-10)^401", 5},
		{"0.1^-400", 3},
		{"1e308+1e308", 5},
		{"-1e308-1e308", 6},
		{"1e308/1e-10", 5},
		{"1/5e-324", 1},
		{"2^2^2^2^2^2", 3},
		{"10^1e308", 2},
	})
	variables := map[string]float64{"x": 1e200, "y": -1e200}
	checkEvaluationErrors(t, expression.ErrOverflow, variables, []errorCase{{"1 + x*y", 5}})
}

func TestOverflowInsideAnExpressionIsNotHidden_R7(t *testing.T) {
	checkEvaluationErrors(t, expression.ErrOverflow, nil, []errorCase{
		{"1/(1e308*10)", 8},
		{"1e308*10/10", 5},
		{"1e308*10-1e308*10", 5},
		{"min(1, 1e308*10)", 12},
		{"0*10^400", 4},
		{"-(10^400)", 4},
		{"10^400^0*10^400", 11},
	})
}

func TestArithmeticAtTheEdgeOfAnError_R7(t *testing.T) {
	checkNear(t, []valueCase{
		{"0/5", 0},
		{"0%5", 0},
		{"0^2", 0},
		{"0^0.5", 0},
		{"0^5000", 0},
		{"(-0)^0.5", 0},
		{"(-8)^3", -512},
		{"(-2)^-1", -0.5},
		{"(-2)^(6/2)", -8},
		{"1e308*1", 1e308},
		{"1.5e308+-1e308", 5e307},
		{"10^-400", 0},
		{"(-10)^-401", 0},
	})
}

func TestVariableWithoutAValue_R8(t *testing.T) {
	for _, variables := range []map[string]float64{nil, {}, {"y": 1, "xx": 2}} {
		checkEvaluationErrors(t, expression.ErrUnknownVariable, variables, []errorCase{
			{"x", 0},
			{"1 + x", 4},
			{"-(x)", 2},
			{"abs( x )", 5},
			{"abs", 0},
			{"X", 0},
		})
	}
}

func TestValueThatIsNotFinite_R8(t *testing.T) {
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		variables := map[string]float64{"x": value}
		checkEvaluationErrors(t, expression.ErrInvalidVariable, variables, []errorCase{{"1 + x", 4}})
	}
}

func TestZeroAndTheLargestValuesAreValid_R8(t *testing.T) {
	for _, value := range []float64{0, math.MaxFloat64, -math.MaxFloat64} {
		checkValues(t, map[string]float64{"x": value}, []valueCase{{"x", value}})
	}
}

func TestFirstFailureInEvaluationOrderIsReported_R8(t *testing.T) {
	variables := map[string]float64{"bad": math.NaN()}
	checkEvaluationErrors(t, expression.ErrDivisionByZero, variables, []errorCase{
		{"1/0+x", 1},
		{"max(1, 1/0, x)", 8},
		{"sqrt(1/0)", 6},
		{"1/0 + sqrt(-1)", 1},
		{"0^-1 * (1/0)", 1},
		{"(1/0) ^ (-1)^0.5", 2},
	})
	checkEvaluationErrors(t, expression.ErrUnknownVariable, variables, []errorCase{
		{"x/0", 0},
		{"x + 1/0", 0},
		{"y + x", 0},
		{"1 + y*x", 4},
		{"2^x^y", 2},
		{"x + bad", 0},
		{"max(1, x, 1/0)", 7},
		{"sqrt(x)", 5},
		{"0 * x", 4},
		{"x^0", 0},
		{"1 / (0 * x)", 9},
	})
	checkEvaluationErrors(t, expression.ErrInvalidVariable, variables, []errorCase{{"bad + x", 0}})
	checkEvaluationErrors(t, expression.ErrDomain, variables, []errorCase{
		{"sqrt(-1) + bad", 0},
		{"sqrt(-1)/0", 0},
	})
	checkEvaluationErrors(t, expression.ErrOverflow, variables, []errorCase{{"1e308*10 + x", 5}})
}

func TestBadValuesOfUnusedNamesAreIgnored_R8(t *testing.T) {
	variables := map[string]float64{"x": 1, "nan": math.NaN(), "max": math.Inf(1), "": math.Inf(-1)}
	checkValues(t, variables, []valueCase{{"x + max(1, 2)", 3}})
}

func TestSameExpressionWorksAfterAFailure_R8(t *testing.T) {
	e := mustParse(t, "1/x")
	if _, err := e.Evaluate(map[string]float64{"x": 0}); !errors.Is(err, expression.ErrDivisionByZero) {
		t.Errorf("got error %v; want a division by zero", err)
	}
	mustEvaluate(t, e, map[string]float64{"x": 4}, 0.25)
}

func TestHundredLevels_R9(t *testing.T) {
	checkNear(t, []valueCase{
		{nest("(", "7", ")", 100), 7},
		{nest("abs(", "7", ")", 100), 7},
		{nest("-", "7", "", 100), 7},
		{nest("-+", "7", "", 50), 7},
		{nest("1^", "1", "", 100), 1},
		{nest("1^-", "1", "", 50), 1},
		{nest("-abs(1^(", "2", "))", 25), -1},
		{nest("1+1*max(", "1", ")", 100), 101},
	})
}

func TestLevel101IsRefused_R9(t *testing.T) {
	checkParseErrors(t, expression.ErrNesting, []errorCase{
		{nest("(", "7", ")", 101), 100},
		{nest("abs(", "7", ")", 101), 403},
		{nest("-", "7", "", 101), 100},
		{nest("+", "7", "", 101), 100},
		{nest("1^", "1", "", 101), 201},
		{nest("1^-", "1", "", 51), 151},
		{nest("-abs(1^(", "-2", "))", 25), 200},
		{nest("(", "abs (1)", ")", 100), 104},
		{nest("(", "1^2", ")", 100), 101},
		{nest("(", "1--1", ")", 100), 102},
		{nest("-", "(1)", "", 100), 100},
		{nest("-", "1^2", "", 100), 101},
		{nest("1^", "(1)", "", 100), 200},
		{nest("1^", "-1", "", 100), 200},
		{nest("(", "-1^2", ")", 99), 101},
		{nest("(", "1^1^1", ")", 99), 102},
		{nest("(", "--1", ")", 99), 100},
	})
}

func TestClosedLevelsAreFreeAgain_R9(t *testing.T) {
	checkNear(t, []valueCase{
		{nest("(", "(1)+(2)*(3)", ")", 99), 7},
		{nest("(", "abs(1)+max(2,3)", ")", 99), 4},
		{nest("(", "-1-+1--2", ")", 99), 0},
		{nest("(", "2^2*2^3-1^4", ")", 99), 31},
		{nest("(", "2", ")", 100) + "^-1", 0.5},
		{nest("-", "2*-3", "", 100), -6},
		{nest("1^", "1+2^3", "", 100), 9},
	})
}

func TestHundredsOfThousandsOfLevels_R9(t *testing.T) {
	checkParseErrors(t, expression.ErrNesting, []errorCase{
		{strings.Repeat("(", 300_000), 100},
		{strings.Repeat("-", 300_000), 100},
		{strings.Repeat("abs(", 300_000), 403},
		{strings.Repeat("1^", 300_000), 201},
		{strings.Repeat("1+(", 300_000), 302},
		{strings.Repeat("-(", 300_000), 100},
	})
}

func TestLeftmostOfSyntaxAndNestingErrors_R9(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{")" + strings.Repeat("(", 200), 0},
		{"1 $ " + strings.Repeat("(", 200), 2},
		{strings.Repeat("(", 100) + "1(", 101},
		{strings.Repeat("(", 100) + ")", 100},
		{strings.Repeat("(", 100), 100},
	})
	checkParseErrors(t, expression.ErrNesting, []errorCase{
		{strings.Repeat("(", 101) + "$", 100},
		{strings.Repeat("foo(", 101), 403},
	})
}

func TestLongSumsAndDifferences_R9(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"1" + strings.Repeat("+1", 99_999), 100_000},
		{"1" + strings.Repeat("-1", 99_999), -99_998},
	})
}

func TestLongMixedChain_R9(t *testing.T) {
	got, err := expression.Evaluate("1"+strings.Repeat("-3*4/6+2^1%5", 16_667), nil)
	if err != nil || !(math.Abs(got-1) <= 1e-6) {
		t.Errorf("got %v, %v; want 1", got, err)
	}
}

func TestManyGroupsOneAfterAnother_R9(t *testing.T) {
	checkValues(t, nil, []valueCase{
		{"(1)" + strings.Repeat("+(1)", 99_999), 100_000},
	})
}

func TestManySignsPowersAndCallsOneAfterAnother_R9(t *testing.T) {
	checkNear(t, []valueCase{
		{"0" + strings.Repeat("--1*abs(1)^1", 20_000), 20_000},
	})
}

func TestManyArguments_R9(t *testing.T) {
	twos := strings.Repeat("2,", 100_000)
	checkValues(t, nil, []valueCase{
		{"min(" + twos + "1," + twos + "2)", 1},
		{"max(" + twos + "3," + twos + "2)", 3},
	})
}

var hostNames = []string{
	"constructor", "__proto__", "toString", "__import__", "__class__", "eval", "exec",
	"this", "undefined", "nil", "true", "false", "iota", "panic", "len", "func", "import",
	"package", "var", "return", "math", "Abs", "pi", "Pi", "e", "inf", "Inf", "nan", "Infinity", "NaN",
}

func TestHostNameIsAPlainVariable_R10(t *testing.T) {
	for _, name := range hostNames {
		cases := []errorCase{{"1+" + name, 2}}
		checkEvaluationErrors(t, expression.ErrUnknownVariable, nil, cases)
		checkEvaluationErrors(t, expression.ErrUnknownVariable, map[string]float64{"x": 1}, cases)
		checkValues(t, map[string]float64{name: 42}, []valueCase{{"1+" + name, 43}})
		if got := mustParse(t, name).Variables(); !slices.Equal(got, []string{name}) {
			t.Errorf("%q has variables %q", name, got)
		}
	}
}

func TestHostNameIsAnUnknownFunction_R10(t *testing.T) {
	for _, name := range hostNames {
		checkParseErrors(t, expression.ErrUnknownFunction, []errorCase{
			{"1+" + name + "(1)", 2},
			{name + "()", 0},
		})
	}
}

func TestHostSyntaxIsASyntaxError_R10(t *testing.T) {
	checkParseErrors(t, expression.ErrSyntax, []errorCase{
		{"a.b", 1},
		{"a.constructor(1)", 1},
		{"(1).a", 3},
		{"'a'", 0},
		{`"a"`, 0},
		{"`a`", 0},
		{"[1]", 0},
		{"a[0]", 1},
		{"{1}", 0},
		{"1;2", 1},
		{"a=1", 1},
		{"a==1", 1},
		{"a:=1", 1},
		{"1<2", 1},
		{"1&1", 1},
		{"1&^1", 1},
		{"1|1", 1},
		{"~1", 0},
		{"!1", 0},
		{"a?1:2", 1},
		{"a<-1", 1},
		{"max(1...)", 5},
		{"1//1", 2},
		{"1/*1*/", 2},
		{"1#", 1},
		{`\`, 0},
		{"$a", 0},
		{"eval('1')", 5},
	})
}
