// Package expression parses and evaluates arithmetic expressions typed in by
// users.
//
// The parser translates a text into a program in postfix order: a list of
// steps for a stack machine.
package expression

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// The kinds of error; test with errors.Is.
var (
	ErrSyntax          = errors.New("syntax error")
	ErrNesting         = errors.New("too many nested levels")
	ErrUnknownFunction = errors.New("unknown function")
	ErrArgumentCount   = errors.New("wrong number of arguments")
	ErrUnknownVariable = errors.New("variable without a value")
	ErrInvalidVariable = errors.New("value of variable is not finite")
	ErrDivisionByZero  = errors.New("division by zero")
	ErrDomain          = errors.New("result is not a real number")
	ErrOverflow        = errors.New("result is too large")
)

// Error is an error of parsing or evaluation: every error that this package
// returns is a *Error.
type Error struct {
	Kind     error // one of the sentinels above
	Position int   // zero-based index in the text of what the error is about
}

// Error describes the kind and the position.
func (e *Error) Error() string {
	return fmt.Sprintf("%v at position %d", e.Kind, e.Position)
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Expression is a parsed expression, which can be evaluated any number of
// times, also concurrently. It is made by Parse only.
type Expression struct {
	program   []step
	variables []string
}

// Parse turns a text into an expression. It fails with ErrSyntax, ErrNesting,
// ErrUnknownFunction or ErrArgumentCount and then returns a nil expression.
func Parse(text string) (*Expression, error) {
	p := &parser{text: text, variables: map[string]struct{}{}}
	p.token = scan(text, 0)
	if err := p.parse(); err != nil {
		return nil, err
	}
	names := slices.AppendSeq([]string{}, maps.Keys(p.variables))
	slices.Sort(names)
	return &Expression{program: p.program, variables: names}, nil
}

// Variables returns the names of the variables, each once, in ascending ASCII
// order. The result is empty, not nil, if there are none.
func (e *Expression) Variables() []string {
	return slices.Clone(e.variables)
}

// Evaluate returns the value of the expression for these variable values,
// which may be nil; those of names the expression does not use are ignored.
// It fails with ErrUnknownVariable, ErrInvalidVariable, ErrDivisionByZero,
// ErrDomain or ErrOverflow and then returns 0.
func (e *Expression) Evaluate(variables map[string]float64) (float64, error) {
	m := &machine{variables: variables}
	for _, s := range e.program {
		if err := s.run(m); err != nil {
			return 0, err
		}
	}
	result := m.stack[0]
	if result == 0 {
		return 0, nil // negative zero equals zero too
	}
	return result, nil
}

// Evaluate parses and evaluates in one step.
func Evaluate(text string, variables map[string]float64) (float64, error) {
	e, err := Parse(text)
	if err != nil {
		return 0, err
	}
	return e.Evaluate(variables)
}

// machine is the state of one evaluation.
type machine struct {
	stack     []float64
	variables map[string]float64
}

// step takes its operands off the machine's stack and puts its result on.
type step interface {
	run(m *machine) error
}

type push struct {
	value float64
}

func (s push) run(m *machine) error {
	m.stack = append(m.stack, s.value)
	return nil
}

type load struct {
	name     string
	position int
}

func (s load) run(m *machine) error {
	value, ok := m.variables[s.name]
	if !ok {
		return &Error{ErrUnknownVariable, s.position}
	}
	if !isFinite(value) {
		return &Error{ErrInvalidVariable, s.position}
	}
	m.stack = append(m.stack, value)
	return nil
}

type apply struct {
	operation    operation
	operandCount int
	position     int
}

func (s apply) run(m *machine) error {
	rest := len(m.stack) - s.operandCount
	result, err := s.operation(m.stack[rest:])
	if err != nil {
		return &Error{err, s.position}
	}
	if !isFinite(result) {
		return &Error{ErrOverflow, s.position}
	}
	m.stack = append(m.stack[:rest], result)
	return nil
}

func isFinite(value float64) bool {
	return !math.IsInf(value, 0) && !math.IsNaN(value)
}

// operation computes a result or returns the kind of error that prevents it.
type operation func(operands []float64) (float64, error)

func fromUnary(f func(float64) float64) operation {
	return func(operands []float64) (float64, error) { return f(operands[0]), nil }
}

func fromBinary(f func(left, right float64) float64) operation {
	return func(operands []float64) (float64, error) { return f(operands[0], operands[1]), nil }
}

func divide(operands []float64) (float64, error) {
	if operands[1] == 0 {
		return 0, ErrDivisionByZero
	}
	return operands[0] / operands[1], nil
}

func remainder(operands []float64) (float64, error) {
	if operands[1] == 0 {
		return 0, ErrDivisionByZero
	}
	return math.Mod(operands[0], operands[1]), nil
}

func power(operands []float64) (float64, error) {
	base, exponent := operands[0], operands[1]
	switch {
	case base == 0 && exponent < 0:
		return 0, ErrDivisionByZero
	case base < 0 && exponent != math.Trunc(exponent):
		return 0, ErrDomain
	}
	return accuratePow(base, exponent), nil
}

// accuratePow is math.Pow with a relative error that stays below 1e-12.
func accuratePow(base, exponent float64) float64 {
	// math.Pow squares repeatedly, so its error grows with the exponent. It is
	// right for small ones, where it also keeps all powers of two exact.
	const maxPowExponent = 1100
	if math.Abs(exponent) <= maxPowExponent {
		return math.Pow(base, exponent)
	}
	magnitude := math.Exp(exponent * math.Log(math.Abs(base)))
	if base < 0 && math.Mod(exponent, 2) != 0 {
		return -magnitude
	}
	return magnitude
}

func squareRoot(operands []float64) (float64, error) {
	if operands[0] < 0 {
		return 0, ErrDomain
	}
	return math.Sqrt(operands[0]), nil
}

func minimum(operands []float64) (float64, error) { return slices.Min(operands), nil }

func maximum(operands []float64) (float64, error) { return slices.Max(operands), nil }

var negate = fromUnary(func(number float64) float64 { return -number })

// Precedence of the binary operators, from loosest to tightest.
const (
	sumPrecedence = iota + 1
	productPrecedence
	powerPrecedence
)

type binaryOperator struct {
	precedence int
	operation  operation
}

var binaryOperators = map[string]binaryOperator{
	"+": {sumPrecedence, fromBinary(func(left, right float64) float64 { return left + right })},
	"-": {sumPrecedence, fromBinary(func(left, right float64) float64 { return left - right })},
	"*": {productPrecedence, fromBinary(func(left, right float64) float64 { return left * right })},
	"/": {productPrecedence, divide},
	"%": {productPrecedence, remainder},
	"^": {powerPrecedence, power},
}

type function struct {
	operation operation
	variadic  bool
}

func (f function) accepts(argumentCount int) bool {
	if f.variadic {
		return argumentCount >= 1
	}
	return argumentCount == 1
}

var functions = map[string]function{
	"abs":   {operation: fromUnary(math.Abs)},
	"sqrt":  {operation: squareRoot},
	"floor": {operation: fromUnary(math.Floor)},
	"ceil":  {operation: fromUnary(math.Ceil)},
	"round": {operation: fromUnary(math.Round)},
	"min":   {operation: minimum, variadic: true},
	"max":   {operation: maximum, variadic: true},
}

type tokenKind int

const (
	numberToken tokenKind = iota
	nameToken
	otherToken // any other byte, even one that fits nowhere
	endToken
)

type token struct {
	kind     tokenKind
	text     string
	position int
}

func (t token) end() int { return t.position + len(t.text) }

// scan returns the first token at or after offset. It never fails: a byte that
// fits nowhere is for the parser to refuse, like any other token out of place.
func scan(text string, offset int) token {
	start := skip(text, offset, isSpace)
	if start == len(text) {
		return token{kind: endToken, position: start}
	}
	kind, end := otherToken, start+1
	switch first := text[start]; {
	case isDigit(first):
		kind, end = numberToken, numberEnd(text, start)
	case isNameStart(first):
		kind, end = nameToken, skip(text, start, isNamePart)
	}
	return token{kind, text[start:end], start}
}

// numberEnd returns the end of the longest number at start, a digit.
func numberEnd(text string, start int) int {
	end := skip(text, start, isDigit)
	if is(text, end, isPoint) {
		end = digitsEnd(text, end+1, end)
	}
	if !is(text, end, isExponentMark) {
		return end
	}
	if is(text, end+1, isSign) {
		return digitsEnd(text, end+2, end)
	}
	return digitsEnd(text, end+1, end)
}

// digitsEnd returns the end of the digits at start, or otherwise if there are
// none.
func digitsEnd(text string, start, otherwise int) int {
	if end := skip(text, start, isDigit); end > start {
		return end
	}
	return otherwise
}

// skip returns the first index from start on whose byte is not of the class.
func skip(text string, start int, class func(byte) bool) int {
	for is(text, start, class) {
		start++
	}
	return start
}

func is(text string, index int, class func(byte) bool) bool {
	return index < len(text) && class(text[index])
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isPoint(c byte) bool { return c == '.' }

func isExponentMark(c byte) bool { return c == 'e' || c == 'E' }

func isSign(c byte) bool { return c == '+' || c == '-' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isNamePart(c byte) bool { return isNameStart(c) || isDigit(c) }

const maxLevels = 100

// parser is a recursive descent parser; the limit on levels bounds its
// recursion.
type parser struct {
	text      string
	token     token // the next one
	program   []step
	variables map[string]struct{}
	levels    int
	callError *Error // the leftmost wrong call
}

func (p *parser) parse() error {
	if err := p.expression(sumPrecedence); err != nil {
		return err
	}
	if p.token.kind != endToken {
		return syntaxError(p.token)
	}
	if p.callError != nil {
		return p.callError
	}
	return nil
}

// expression translates operands joined by operators of precedence loosest or
// tighter.
func (p *parser) expression(loosest int) error {
	if err := p.operand(); err != nil {
		return err
	}
	for {
		binary, ok := binaryOperators[p.token.text]
		if !ok || binary.precedence < loosest {
			return nil
		}
		operator := p.take()
		if err := p.rightOperand(operator, binary.precedence); err != nil {
			return err
		}
		p.emit(apply{binary.operation, 2, operator.position})
	}
}

func (p *parser) rightOperand(operator token, precedence int) error {
	if precedence == powerPrecedence {
		return p.nested(operator, func() error { return p.expression(powerPrecedence) })
	}
	return p.expression(precedence + 1)
}

func (p *parser) operand() error {
	t := p.take()
	switch {
	case t.kind == numberToken:
		return p.number(t)
	case t.kind == nameToken && p.token.text == "(":
		return p.call(t)
	case t.kind == nameToken:
		p.variables[t.text] = struct{}{}
		p.emit(load{t.text, t.position})
		return nil
	case t.text == "(":
		return p.nested(t, p.group)
	case t.text == "-" || t.text == "+":
		return p.signed(t)
	default:
		return syntaxError(t)
	}
}

func (p *parser) number(t token) error {
	value, err := strconv.ParseFloat(t.text, 64)
	if err != nil { // a scanned number can only be out of range
		return syntaxError(t)
	}
	p.emit(push{value})
	return nil
}

func (p *parser) group() error {
	if err := p.expression(sumPrecedence); err != nil {
		return err
	}
	return p.expect(")")
}

func (p *parser) signed(sign token) error {
	err := p.nested(sign, func() error { return p.expression(powerPrecedence) })
	if err == nil && sign.text == "-" {
		p.emit(apply{negate, 1, sign.position})
	}
	return err
}

func (p *parser) call(name token) error {
	count := 0
	err := p.nested(p.take(), func() (err error) {
		count, err = p.arguments()
		return err
	})
	if err != nil {
		return err
	}
	called, ok := functions[name.text]
	switch {
	case !ok:
		p.note(&Error{ErrUnknownFunction, name.position})
	case !called.accepts(count):
		p.note(&Error{ErrArgumentCount, name.position})
	default:
		p.emit(apply{called.operation, count, name.position})
	}
	return nil
}

// arguments translates arguments up to the closing parenthesis and returns
// their number.
func (p *parser) arguments() (int, error) {
	if p.accept(")") {
		return 0, nil
	}
	for count := 1; ; count++ {
		if err := p.expression(sumPrecedence); err != nil {
			return 0, err
		}
		if !p.accept(",") {
			return count, p.expect(")")
		}
	}
}

// note keeps the leftmost wrong call until the syntax is known to be right.
func (p *parser) note(err *Error) {
	// An outer call is met after the calls in its arguments but stands before
	// them.
	if p.callError == nil || err.Position < p.callError.Position {
		p.callError = err
	}
}

// nested runs parsePart one level deeper.
func (p *parser) nested(opener token, parsePart func() error) error {
	if p.levels == maxLevels {
		return &Error{ErrNesting, opener.position}
	}
	p.levels++
	defer func() { p.levels-- }()
	return parsePart()
}

func (p *parser) emit(s step) {
	p.program = append(p.program, s)
}

func (p *parser) take() token {
	t := p.token
	p.token = scan(p.text, t.end())
	return t
}

func (p *parser) accept(text string) bool {
	if p.token.text != text {
		return false
	}
	p.take()
	return true
}

func (p *parser) expect(text string) error {
	if !p.accept(text) {
		return syntaxError(p.token)
	}
	return nil
}

func syntaxError(t token) error {
	return &Error{ErrSyntax, t.position}
}
