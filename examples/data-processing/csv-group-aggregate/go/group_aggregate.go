// Package groupaggregate groups the rows of a CSV stream and aggregates its
// columns in exact decimal arithmetic.
package groupaggregate

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	byteOrderMark  = "\ufeff"
	readBufferSize = 32 * 1024
	maxDigits      = 1000
	maxMeanScale   = 100
)

var (
	// ErrInvalidQuery says that the query breaks one of its rules; nothing was read.
	ErrInvalidQuery = errors.New("invalid query")
	// ErrHeader says that the header row is absent, malformed or does not have
	// the columns of the query exactly once.
	ErrHeader = errors.New("bad header")
)

// TooManyBadRowsError says that the input has more bad rows than the query allows.
type TooManyBadRowsError struct {
	Line int // line of the first bad row over the limit
}

func (e *TooManyBadRowsError) Error() string {
	return fmt.Sprintf("line %d: one bad row more than allowed", e.Line)
}

// Func names an aggregate function.
type Func string

// The aggregate functions.
const (
	Sum   Func = "sum"
	Min   Func = "min"
	Max   Func = "max"
	Count Func = "count"
	Mean  Func = "mean"
)

// Aggregate is a function and the column that it is applied to.
type Aggregate struct {
	Func   Func
	Column string // "" means no column (only with Count)
}

// Query says what to group by and what to compute.
type Query struct {
	GroupBy    []string
	Aggregates []Aggregate
	MeanScale  int // most digits of a mean after the point
	MaxBadRows int
}

// Value is one aggregate; the zero Value is null.
type Value struct {
	Text  string // "" if not Valid
	Valid bool
}

// Group has its key and its values in the order of the query.
type Group struct {
	Key    []string
	Values []Value
}

// Reason says why a row is bad.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	BadQuoting Reason = "bad_quoting"
	FieldCount Reason = "field_count"
	NotANumber Reason = "not_a_number"
)

// BadRow is a row that was left out.
type BadRow struct {
	Line   int // line on which the row starts
	Reason Reason
	Column string // leftmost column at fault; "" unless Reason is NotANumber
}

// Result has the groups in the order of their first good row and the bad rows
// in file order.
type Result struct {
	Groups  []Group
	BadRows []BadRow
}

// GroupAggregate reads CSV text from r and computes the aggregates of q for
// each distinct value of its group-by columns.
//
// With an error the result is nil. The error is ErrInvalidQuery, ErrHeader, a
// *TooManyBadRowsError or wraps the error of r.
func GroupAggregate(r io.Reader, q Query) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	a := aggregation{query: q, groupOf: map[string]*group{}}
	if err := readRows(r, a.take); err != nil {
		return nil, err
	}
	return a.result()
}

func (q Query) check() error {
	if len(q.GroupBy) == 0 {
		return fmt.Errorf("%w: no group-by column", ErrInvalidQuery)
	}
	for i, column := range q.GroupBy {
		if column == "" {
			return fmt.Errorf("%w: a group-by column has an empty name", ErrInvalidQuery)
		}
		if slices.Contains(q.GroupBy[:i], column) {
			return fmt.Errorf("%w: group-by column %q is given twice", ErrInvalidQuery, column)
		}
	}
	if len(q.Aggregates) == 0 {
		return fmt.Errorf("%w: no aggregate", ErrInvalidQuery)
	}
	for _, aggregate := range q.Aggregates {
		if err := aggregate.check(); err != nil {
			return err
		}
	}
	if q.MeanScale < 0 || q.MeanScale > maxMeanScale {
		return fmt.Errorf("%w: mean scale %d is not from 0 to %d", ErrInvalidQuery, q.MeanScale, maxMeanScale)
	}
	if q.MaxBadRows < 0 {
		return fmt.Errorf("%w: bad-row limit %d is negative", ErrInvalidQuery, q.MaxBadRows)
	}
	return nil
}

func (a Aggregate) check() error {
	switch a.Func {
	case Count:
		return nil
	case Sum, Min, Max, Mean:
		if a.Column == "" {
			return fmt.Errorf("%w: %s needs a column", ErrInvalidQuery, a.Func)
		}
		return nil
	default:
		return fmt.Errorf("%w: unknown function %q", ErrInvalidQuery, a.Func)
	}
}

// row is one row of the input; fields is nil after a quoting fault.
type row struct {
	line   int
	fields []string
}

// readRows calls take for each row until the end of the input or an error.
func readRows(r io.Reader, take func(row) error) error {
	s := newScanner(take)
	buffer := make([]byte, readBufferSize)
	for {
		n, readErr := r.Read(buffer)
		for _, c := range buffer[:n] {
			if err := s.accept(c); err != nil {
				return err
			}
		}
		if readErr == io.EOF {
			return s.end()
		}
		if readErr != nil {
			return fmt.Errorf("read source: %w", readErr)
		}
	}
}

// state says where in a row a scanner is.
type state int

const (
	fieldStart state = iota
	inPlain
	inQuoted
	afterQuote   // after a quote inside a quoted field
	afterQuoteCR // after a closing quote and CR
	inFaultyLine // behind a quoting fault
)

// scanner is a state machine that is fed with the bytes of the input. All bytes
// it looks for are ASCII, so characters of several bytes need no decoding.
type scanner struct {
	take   func(row) error
	state  state
	offset int // bytes accepted
	line   int
	row    row // so far
	text   []byte
}

func newScanner(take func(row) error) *scanner {
	return &scanner{take: take, line: 1, row: row{line: 1}}
}

func (s *scanner) accept(c byte) error {
	s.offset++
	if c == '\n' {
		s.line++
	}
	switch s.state {
	case fieldStart:
		return s.acceptFirst(c)
	case inPlain:
		return s.acceptPlain(c)
	case inQuoted:
		s.acceptQuoted(c)
		return nil
	case afterQuote:
		return s.acceptAfterQuote(c)
	case afterQuoteCR:
		if c == '\n' {
			return s.endRow()
		}
		return s.fault()
	default: // inFaultyLine
		if c == '\n' {
			s.startRow()
		}
		return nil
	}
}

// end tells that the input is at its end.
func (s *scanner) end() error {
	switch s.state {
	case fieldStart, inPlain:
		return s.endPlainRow()
	case afterQuote:
		return s.endRow()
	case inQuoted, afterQuoteCR:
		return s.fault()
	default: // inFaultyLine
		return nil
	}
}

func (s *scanner) acceptFirst(c byte) error {
	if c == '"' {
		s.state = inQuoted
		return nil
	}
	s.state = inPlain
	return s.acceptPlain(c)
}

func (s *scanner) acceptPlain(c byte) error {
	switch c {
	case '"':
		return s.fault()
	case ',':
		s.endField()
		return nil
	case '\n':
		if n := len(s.text); n > 0 && s.text[n-1] == '\r' {
			s.text = s.text[:n-1]
		}
		return s.endPlainRow()
	}
	s.text = append(s.text, c)
	if s.offset == len(byteOrderMark) && string(s.text) == byteOrderMark {
		s.startRow()
	}
	return nil
}

func (s *scanner) acceptQuoted(c byte) {
	if c == '"' {
		s.state = afterQuote
		return
	}
	s.text = append(s.text, c)
}

func (s *scanner) acceptAfterQuote(c byte) error {
	switch c {
	case '"':
		s.text = append(s.text, '"')
		s.state = inQuoted
		return nil
	case ',':
		s.endField()
		return nil
	case '\n':
		return s.endRow()
	case '\r':
		s.state = afterQuoteCR
		return nil
	default:
		return s.fault()
	}
}

func (s *scanner) startRow() {
	s.row = row{line: s.line}
	s.text = s.text[:0]
	s.state = fieldStart
}

func (s *scanner) endField() {
	s.row.fields = append(s.row.fields, string(s.text))
	s.text = s.text[:0]
	s.state = fieldStart
}

// endPlainRow ends a row whose last field is not quoted. A line without any
// character is no row; one with just a pair of quotes is.
func (s *scanner) endPlainRow() error {
	if len(s.row.fields) == 0 && len(s.text) == 0 {
		s.startRow()
		return nil
	}
	return s.endRow()
}

func (s *scanner) endRow() error {
	s.endField()
	err := s.take(s.row)
	s.startRow()
	return err
}

// fault hands over the row at once, so that the rest of its line, which may
// never end, is not needed.
func (s *scanner) fault() error {
	s.state = inFaultyLine
	return s.take(row{line: s.row.line})
}

const noColumn = -1

// layout says where in a row the columns of the query stand.
type layout struct {
	header    []string
	key       []int
	arguments []int // one per aggregate, or noColumn
	numeric   []int // from left to right
}

func newLayout(header []string, q Query) (*layout, error) {
	if header == nil {
		return nil, fmt.Errorf("%w: quoting fault", ErrHeader)
	}
	l := &layout{header: header}
	for _, column := range q.GroupBy {
		index, err := l.find(column)
		if err != nil {
			return nil, err
		}
		l.key = append(l.key, index)
	}
	for _, aggregate := range q.Aggregates {
		if err := l.addArgument(aggregate); err != nil {
			return nil, err
		}
	}
	slices.Sort(l.numeric)
	return l, nil
}

func (l *layout) addArgument(a Aggregate) error {
	if a.Column == "" {
		l.arguments = append(l.arguments, noColumn)
		return nil
	}
	index, err := l.find(a.Column)
	if err != nil {
		return err
	}
	l.arguments = append(l.arguments, index)
	if a.Func != Count {
		l.numeric = append(l.numeric, index)
	}
	return nil
}

func (l *layout) find(column string) (int, error) {
	index := slices.Index(l.header, column)
	if index < 0 {
		return 0, fmt.Errorf("%w: no column %q", ErrHeader, column)
	}
	if slices.Contains(l.header[index+1:], column) {
		return 0, fmt.Errorf("%w: more than one column %q", ErrHeader, column)
	}
	return index, nil
}

// fault returns what makes a row bad, if anything.
func (l *layout) fault(r row) (bad BadRow, isBad bool) {
	if r.fields == nil {
		return BadRow{Line: r.line, Reason: BadQuoting}, true
	}
	if len(r.fields) != len(l.header) {
		return BadRow{Line: r.line, Reason: FieldCount}, true
	}
	for _, index := range l.numeric {
		if field := r.fields[index]; field != "" && !isNumber(field) {
			return BadRow{Line: r.line, Reason: NotANumber, Column: l.header[index]}, true
		}
	}
	return BadRow{}, false
}

func (l *layout) keyOf(fields []string) []string {
	key := make([]string, len(l.key))
	for i, index := range l.key {
		key[i] = fields[index]
	}
	return key
}

type group struct {
	key          []string
	accumulators []accumulator
}

// aggregation takes the rows of the input one after the other, the header first.
type aggregation struct {
	query   Query
	layout  *layout // nil before the header
	groups  []*group
	groupOf map[string]*group
	badRows []BadRow
}

func (a *aggregation) take(r row) error {
	if a.layout == nil {
		var err error
		a.layout, err = newLayout(r.fields, a.query)
		return err
	}
	if bad, isBad := a.layout.fault(r); isBad {
		return a.takeBad(bad)
	}
	a.takeGood(r.fields)
	return nil
}

func (a *aggregation) takeBad(bad BadRow) error {
	if len(a.badRows) == a.query.MaxBadRows {
		return &TooManyBadRowsError{Line: bad.Line}
	}
	a.badRows = append(a.badRows, bad)
	return nil
}

func (a *aggregation) takeGood(fields []string) {
	g := a.findGroup(a.layout.keyOf(fields))
	for i, index := range a.layout.arguments {
		switch {
		case index == noColumn:
			g.accumulators[i].add("")
		case fields[index] != "":
			g.accumulators[i].add(fields[index])
		}
	}
}

func (a *aggregation) findGroup(key []string) *group {
	id := fmt.Sprintf("%q", key) // unlike joined parts, never the same for two keys
	if g, ok := a.groupOf[id]; ok {
		return g
	}
	g := &group{key: key}
	for _, aggregate := range a.query.Aggregates {
		g.accumulators = append(g.accumulators, newAccumulator(aggregate.Func, a.query.MeanScale))
	}
	a.groups = append(a.groups, g)
	a.groupOf[id] = g
	return g
}

func (a *aggregation) result() (*Result, error) {
	if a.layout == nil {
		return nil, fmt.Errorf("%w: no header row", ErrHeader)
	}
	result := &Result{BadRows: a.badRows}
	for _, g := range a.groups {
		values := make([]Value, len(g.accumulators))
		for i, accumulator := range g.accumulators {
			values[i] = accumulator.value()
		}
		result.Groups = append(result.Groups, Group{Key: g.key, Values: values})
	}
	return result, nil
}

var numberPattern = regexp.MustCompile(`^[+-]?([0-9]+)(?:\.([0-9]+))?$`)

func isNumber(text string) bool {
	match := numberPattern.FindStringSubmatch(text)
	return match != nil && len(match[1])+len(match[2]) <= maxDigits
}

// decimal is the exact number units / 10^scale. Its units are never changed.
type decimal struct {
	units *big.Int
	scale int
}

// parseDecimal parses a number as isNumber accepts it.
func parseDecimal(text string) decimal {
	whole, fraction, _ := strings.Cut(text, ".")
	units, _ := new(big.Int).SetString(whole+fraction, 10)
	return decimal{units, len(fraction)}
}

func (d decimal) plus(other decimal) decimal {
	scale := max(d.scale, other.scale)
	return decimal{new(big.Int).Add(d.unitsAt(scale), other.unitsAt(scale)), scale}
}

func (d decimal) compare(other decimal) int {
	scale := max(d.scale, other.scale)
	return d.unitsAt(scale).Cmp(other.unitsAt(scale))
}

// dividedBy divides by a positive number and rounds once, half to even, to
// scale digits after the point.
func (d decimal) dividedBy(divisor int64, scale int) decimal {
	numerator := new(big.Int).Mul(d.units, power(scale))
	denominator := new(big.Int).Mul(big.NewInt(divisor), power(d.scale))
	return decimal{divideHalfEven(numerator, denominator), scale}
}

func (d decimal) unitsAt(scale int) *big.Int {
	if scale == d.scale {
		return d.units
	}
	return new(big.Int).Mul(d.units, power(scale-d.scale))
}

// String writes d in the one decimal form of the result: no sign of zero, no
// needless zeros, no exponent.
func (d decimal) String() string {
	digits := new(big.Int).Abs(d.units).String()
	if missing := d.scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - d.scale
	text := digits[:point]
	if fraction := strings.TrimRight(digits[point:], "0"); fraction != "" {
		text += "." + fraction
	}
	if d.units.Sign() < 0 {
		text = "-" + text
	}
	return text
}

func power(exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
}

func divideHalfEven(numerator, denominator *big.Int) *big.Int {
	quotient, rest := new(big.Int).QuoRem(numerator, denominator, new(big.Int))
	half := new(big.Int).Lsh(rest, 1).CmpAbs(denominator)
	if half > 0 || half == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(int64(numerator.Sign())))
	}
	return quotient
}

// accumulator computes one aggregate of one group; add gets the fields that are
// not missing.
type accumulator interface {
	add(field string)
	value() Value
}

func newAccumulator(f Func, meanScale int) accumulator {
	switch f {
	case Sum:
		return newSum()
	case Min:
		return &extreme{sign: -1}
	case Max:
		return &extreme{sign: 1}
	case Mean:
		return &mean{sum: newSum(), scale: meanScale}
	default: // Count
		return new(count)
	}
}

func valueOf(d decimal) Value {
	return Value{Text: d.String(), Valid: true}
}

type count int64

func (c *count) add(string) {
	*c++
}

func (c *count) value() Value {
	return Value{Text: strconv.FormatInt(int64(*c), 10), Valid: true}
}

type sum struct {
	total decimal
}

func newSum() *sum {
	return &sum{total: decimal{units: new(big.Int)}}
}

func (s *sum) add(field string) {
	s.total = s.total.plus(parseDecimal(field))
}

func (s *sum) value() Value {
	return valueOf(s.total)
}

// extreme keeps the number that compares to all others with the given sign.
type extreme struct {
	sign int
	best *decimal // nil before the first number
}

func (e *extreme) add(field string) {
	number := parseDecimal(field)
	if e.best == nil || number.compare(*e.best) == e.sign {
		e.best = &number
	}
}

func (e *extreme) value() Value {
	if e.best == nil {
		return Value{}
	}
	return valueOf(*e.best)
}

type mean struct {
	sum   *sum
	count int64
	scale int
}

func (m *mean) add(field string) {
	m.sum.add(field)
	m.count++
}

func (m *mean) value() Value {
	if m.count == 0 {
		return Value{}
	}
	return valueOf(m.sum.total.dividedBy(m.count, m.scale))
}
