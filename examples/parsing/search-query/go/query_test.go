package searchquery

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var fields = []string{"title", "author", "OR"}

func parsed(t *testing.T, source string) Query {
	t.Helper()
	query, err := Parse(source, fields)
	if err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	return query
}

func expectCanonical(t *testing.T, source, expected string) {
	t.Helper()
	if text := parsed(t, source).String(); text != expected {
		t.Errorf("%q is %s, expected %s", source, text, expected)
	}
}

func expectMatches(t *testing.T, source string, documents, others []Document) {
	t.Helper()
	query := parsed(t, source)
	for _, document := range documents {
		if !query.Matches(document) {
			t.Errorf("%q does not match %v", source, document)
		}
	}
	for _, document := range others {
		if query.Matches(document) {
			t.Errorf("%q matches %v", source, document)
		}
	}
}

func expectError(t *testing.T, source string, code Code, position int) {
	t.Helper()
	_, err := Parse(source, fields)
	var found *Error
	if !errors.As(err, &found) || *found != (Error{code, position}) {
		t.Fatalf("%.40q: %v, expected %s at %d", source, err, code, position)
	}
	if !regexp.MustCompile(fmt.Sprintf("%s.*%d", code, position)).MatchString(err.Error()) {
		t.Errorf("message: %s", err)
	}
}

func titles(texts ...string) []Document {
	var documents []Document
	for _, text := range texts {
		documents = append(documents, Document{"title": text})
	}
	return documents
}

func TestTokensStandOneRightBehindTheOther_R1(t *testing.T) {
	for _, source := range []string{"Foo-bar", `"foo, BAR"`, "foo_bar"} {
		expectCanonical(t, source, `"foo bar"`)
		expectMatches(t, source, titles("the foo bar", "FOO... bar!", "foo foo bar"),
			titles("foo the bar", "bar foo", "foo", "foo bars", "", "foobar"))
	}
}

func TestWholeTokensOfLettersAndDigits_R1(t *testing.T) {
	expectMatches(t, "foo", titles("foo", "a foo b", "(Foo)"), titles("food", "afoo", "fo o", "foo1", "föö"))
	expectMatches(t, "h2o", titles("H2O!"), titles("H 2 O", "h2", "h2o2"))
	expectMatches(t, "größe", titles("GRÖSSE, Größe!", "die GRÖßE"), titles("grosse", "gr", "e"))
	expectMatches(t, "почта", titles("ПОЧТА России"), titles("почтамт"))
	expectMatches(t, "a٣", titles("A٣", "(a٣)"), titles("a", "a3", "a ٣"))
}

func TestRunThatBeginsAgainWithinItself_R1(t *testing.T) {
	expectMatches(t, `"a a b"`, titles("a a a b", "x a a b"), titles("a b a", "a a", "b a a"))
}

func TestFieldAloneOrEveryField_R2(t *testing.T) {
	both := Document{"title": "red fox", "author": "lee"}
	expectMatches(t, "title:fox", []Document{both, {"title": "fox"}},
		[]Document{{"author": "fox"}, {"body": "fox"}, {"title": "lee"}, {}, nil})
	expectMatches(t, "fox", []Document{both, {"author": "fox"}, {"body": "fox"}},
		[]Document{{"title": "lee", "fox": "none"}, {}})
	expectMatches(t, `title:"RED fox" author:lee`, []Document{both},
		[]Document{{"title": "red fox"}, {"title": "fox red", "author": "lee"}})
	expectCanonical(t, `title:"Red  Fox" author:a.b`, `(and title:"red fox" author:"a b")`)
}

func TestTokensDoNotGoFromOneFieldToTheNext_R2(t *testing.T) {
	expectMatches(t, `"red fox"`, []Document{{"title": "a", "author": "red fox"}},
		[]Document{{"title": "red", "author": "fox"}})
}

func TestNegationOfAFieldThatIsNotThere_R2(t *testing.T) {
	expectMatches(t, "-title:fox", []Document{{}, {"author": "fox"}, {"title": "ox"}}, []Document{{"title": "fox"}})
}

func TestRowsAlternativesNegationAndGroups_R3(t *testing.T) {
	for _, c := range [][2]string{
		{"a b OR -c (d OR e)", `(or (and "a" "b") (and (not "c") (or "d" "e")))`},
		{"a OR b OR c d", `(or "a" "b" (and "c" "d"))`},
		{"-(a b) c", `(and (not (and "a" "b")) "c")`},
		{"-a b", `(and (not "a") "b")`},
		{"(a b) c", `(and (and "a" "b") "c")`},
		{"(a OR b) OR c", `(or (or "a" "b") "c")`},
		{"((a))", `"a"`},
		{"-(-a)", `(not (not "a"))`},
		{"--a", `(not "a")`},
		{`-"a b" c`, `(and (not "a b") "c")`},
		{"a-b", `"a b"`},
		{"a\vb\fc\u00a0d", `"a b c d"`},
		{" \t\r\na\t(\nb )\r", `(and "a" "b")`},
	} {
		expectCanonical(t, c[0], c[1])
	}
}

func TestWhatTheyMatch_R3(t *testing.T) {
	expectMatches(t, "a b", titles("b a"), titles("a", "b", ""))
	expectMatches(t, "a OR b c", titles("a", "b c", "a b"), titles("b", "c", ""))
	expectMatches(t, "a (b OR c)", titles("a b", "a c"), titles("a", "b c", "b"))
	expectMatches(t, "-a", titles("b", ""), titles("a", "b a"))
	expectMatches(t, "-(a b)", titles("a", "b", ""), titles("a b"))
}

func TestCharactersWithinAPhrase_R4(t *testing.T) {
	expectCanonical(t, `"a OR (b) -c title:d"`, `"a or b c title d"`)
	expectCanonical(t, `"a\"b" c`, `(and "a b" "c")`)
	expectCanonical(t, `"a\\" b`, `(and "a" "b")`)
	expectCanonical(t, `"a\b"`, `"ab"`)
	expectCanonical(t, `"a\é"`, `"aé"`)
	expectCanonical(t, "\"a\n\tb\"", `"a b"`)
}

func TestTermsWithoutWhiteSpaceBetween_R4(t *testing.T) {
	expectCanonical(t, `a"b c"-d(e)`, `(and "a" "b c" (not "d") "e")`)
	expectCanonical(t, `(a)(b)"c""d"OR(e)`, `(or (and "a" "b" "c" "d") "e")`)
	expectCanonical(t, `title:"a"b`, `(and title:"a" "b")`)
	expectCanonical(t, "title:a:b", `title:"a b"`)
	expectCanonical(t, "a-(b)", `(and "a" "b")`)
}

func TestQueriesWithoutTerms_R5(t *testing.T) {
	for _, source := range []string{"", " ", "\t\r\n "} {
		expectCanonical(t, source, "(and)")
		expectMatches(t, source, []Document{nil, {}, {"title": ""}, {"title": "a"}}, nil)
	}
}

func TestOrAsAWord_R5(t *testing.T) {
	expectCanonical(t, "or", `"or"`)
	expectCanonical(t, "a Or b", `(and "a" "or" "b")`)
	expectCanonical(t, "-OR b", `(and (not "or") "b")`)
	expectCanonical(t, "ORB XOR", `(and "orb" "xor")`)
	expectCanonical(t, "OR:a", `OR:"a"`)
	expectCanonical(t, `"OR"`, `"or"`)
}

func TestPhrasesAndGroupsThatAreNotClosed_R6(t *testing.T) {
	expectError(t, `(a "b`, UnclosedPhrase, 3)
	expectError(t, `"`, UnclosedPhrase, 0)
	expectError(t, `a "b\"`, UnclosedPhrase, 2)
	expectError(t, `"b\`, UnclosedPhrase, 0)
	expectError(t, `title:"b`, UnclosedPhrase, 6)
	expectError(t, "((a)", UnclosedGroup, 0)
	expectError(t, "a (b (c", UnclosedGroup, 5)
	expectError(t, "(", UnclosedGroup, 0)
}

func TestWhatMayNotStandWhereItStands_R6(t *testing.T) {
	for source, position := range map[string]int{
		")": 0, "a)": 1, "(a))": 3, "()": 1, "(())": 2, "a ( )": 4,
		"OR": 0, "a OR": 2, "OR a": 0, "a OR OR b": 2, "(a OR ) b": 3, "(OR a)": 1, "a OR (b) OR": 9,
		"a - b": 2, "a -": 2, "a OR -": 5, "(-)": 1, "-\ta": 0,
		"title:": 5, "title: a": 5, "-title:(a)": 6, "(title:)": 6,
	} {
		expectError(t, source, Unexpected, position)
	}
}

func TestTheFirstErrorCounts_R6(t *testing.T) {
	expectError(t, `) "a`, Unexpected, 0)
	expectError(t, `+ "a`, EmptyTerm, 0)
	expectError(t, "(a OR", Unexpected, 3)
	expectError(t, `OR "b`, Unexpected, 0)
	expectError(t, `a OR "b`, UnclosedPhrase, 5)
	expectError(t, "é )", Unexpected, 3)
}

func TestUnknownFields_R7(t *testing.T) {
	for source, position := range map[string]int{
		"12:30": 0, "a Title:b": 2, "-body:b": 1, ":a": 0, "a :": 2, `body:"b"`: 0,
	} {
		expectError(t, source, UnknownField, position)
	}
}

func TestNothingToLookFor_R7(t *testing.T) {
	for source, position := range map[string]int{
		"-title:+": 7, "+": 0, "a --": 3, `a ""`: 2, `title:"-"`: 6, "(€)": 1, "title::": 6,
	} {
		expectError(t, source, EmptyTerm, position)
	}
}

func TestGroupsWithinEachOther_R8(t *testing.T) {
	fifty := strings.Repeat("(", 50) + "a" + strings.Repeat(")", 50)
	expectCanonical(t, fifty, `"a"`)
	expectCanonical(t, fifty+" "+fifty, `(and "a" "a")`)
	expectError(t, "("+fifty+")", TooDeep, 50)
	expectError(t, strings.Repeat("(", 200_000), TooDeep, 50)
	expectError(t, strings.Repeat("-(", 51), TooDeep, 101)
}
