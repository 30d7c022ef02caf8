#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::collections::{HashMap, HashSet};

use search_query::{Code, Query, QueryError, parse};

type Document = HashMap<String, String>;

fn try_parse(source: &str) -> Result<Query, QueryError> {
    parse(source, &HashSet::from(["title", "author", "OR"]))
}

fn parsed(source: &str) -> Query {
    try_parse(source).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn assert_canonical(source: &str, expected: &str) {
    assert_eq!(parsed(source).to_string(), expected, "{source}");
}

fn assert_matches(source: &str, documents: &[Document], others: &[Document]) {
    let query = parsed(source);
    for document in documents {
        assert!(query.matches(document), "{source} does not match {document:?}");
    }
    for document in others {
        assert!(!query.matches(document), "{source} matches {document:?}");
    }
}

fn assert_fails(code: Code, cases: &[(&str, usize)]) {
    for &(source, position) in cases {
        let error = try_parse(source).unwrap_err();
        assert_eq!(error, QueryError { code, position }, "{source:.40}");
        let message = error.to_string();
        let place = message.find(&format!("{code:?}")).unwrap();
        assert!(message[place..].contains(&position.to_string()), "{message}");
    }
}

fn document(fields: &[(&str, &str)]) -> Document {
    fields.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect()
}

fn titles(texts: &[&str]) -> Vec<Document> {
    texts.iter().map(|text| document(&[("title", text)])).collect()
}

#[test]
fn tokens_stand_one_right_behind_the_other__R1() {
    for source in ["Foo-bar", "\"foo, BAR\"", "foo_bar"] {
        assert_canonical(source, "\"foo bar\"");
        assert_matches(
            source,
            &titles(&["the foo bar", "FOO... bar!", "foo foo bar"]),
            &titles(&["foo the bar", "bar foo", "foo", "foo bars", "", "foobar"]),
        );
    }
}

#[test]
fn whole_tokens_of_letters_and_digits__R1() {
    assert_matches(
        "foo",
        &titles(&["foo", "a foo b", "(Foo)"]),
        &titles(&["food", "afoo", "fo o", "foo1", "föö"]),
    );
    assert_matches("h2o", &titles(&["H2O!"]), &titles(&["H 2 O", "h2", "h2o2"]));
    assert_matches("größe", &titles(&["GRÖSSE, Größe!", "die GRÖßE"]), &titles(&["grosse", "gr", "e"]));
    assert_matches("почта", &titles(&["ПОЧТА России"]), &titles(&["почтамт"]));
    assert_matches("a٣", &titles(&["A٣", "(a٣)"]), &titles(&["a", "a3", "a ٣"]));
}

#[test]
fn a_run_that_begins_again_within_itself__R1() {
    assert_matches(
        "\"a a b\"",
        &titles(&["a a a b", "x a a b"]),
        &titles(&["a b a", "a a", "b a a"]),
    );
}

#[test]
fn a_field_alone_or_every_field__R2() {
    let both = document(&[("title", "red fox"), ("author", "lee")]);
    assert_matches(
        "title:fox",
        &[both.clone(), document(&[("title", "fox")])],
        &[
            document(&[("author", "fox")]),
            document(&[("body", "fox")]),
            document(&[("title", "lee")]),
            Document::new(),
        ],
    );
    assert_matches(
        "fox",
        &[both.clone(), document(&[("author", "fox")]), document(&[("body", "fox")])],
        &[document(&[("title", "lee"), ("fox", "none")]), Document::new()],
    );
    assert_matches(
        "title:\"RED fox\" author:lee",
        &[both],
        &[
            document(&[("title", "red fox")]),
            document(&[("title", "fox red"), ("author", "lee")]),
        ],
    );
    assert_canonical("title:\"Red  Fox\" author:a.b", "(and title:\"red fox\" author:\"a b\")");
    let expected = Query::Text { field: Some("title".to_owned()), tokens: vec!["x".to_owned()] };
    assert_eq!(parsed("title:x"), expected);
}

#[test]
fn tokens_do_not_go_from_one_field_to_the_next__R2() {
    assert_matches(
        "\"red fox\"",
        &[document(&[("title", "a"), ("author", "red fox")])],
        &[document(&[("title", "red"), ("author", "fox")])],
    );
}

#[test]
fn the_negation_of_a_field_that_is_not_there__R2() {
    assert_matches(
        "-title:fox",
        &[Document::new(), document(&[("author", "fox")]), document(&[("title", "ox")])],
        &titles(&["fox"]),
    );
}

#[test]
fn rows_alternatives_negation_and_groups__R3() {
    for (source, expected) in [
        ("a b OR -c (d OR e)", "(or (and 'a' 'b') (and (not 'c') (or 'd' 'e')))"),
        ("a OR b OR c d", "(or 'a' 'b' (and 'c' 'd'))"),
        ("-(a b) c", "(and (not (and 'a' 'b')) 'c')"),
        ("-a b", "(and (not 'a') 'b')"),
        ("(a b) c", "(and (and 'a' 'b') 'c')"),
        ("(a OR b) OR c", "(or (or 'a' 'b') 'c')"),
        ("((a))", "'a'"),
        ("-(-a)", "(not (not 'a'))"),
        ("--a", "(not 'a')"),
        ("-\"a b\" c", "(and (not 'a b') 'c')"),
        ("a-b", "'a b'"),
        ("a\u{b}b\u{c}c\u{a0}d", "'a b c d'"),
        (" \t\r\na\t(\nb )\r", "(and 'a' 'b')"),
    ] {
        assert_canonical(source, &expected.replace('\'', "\""));
    }
}

#[test]
fn what_they_match__R3() {
    assert_matches("a b", &titles(&["b a"]), &titles(&["a", "b", ""]));
    assert_matches("a OR b c", &titles(&["a", "b c", "a b"]), &titles(&["b", "c", ""]));
    assert_matches("a (b OR c)", &titles(&["a b", "a c"]), &titles(&["a", "b c", "b"]));
    assert_matches("-a", &titles(&["b", ""]), &titles(&["a", "b a"]));
    assert_matches("-(a b)", &titles(&["a", "b", ""]), &titles(&["a b"]));
}

#[test]
fn characters_within_a_phrase__R4() {
    assert_canonical("\"a OR (b) -c title:d\"", "\"a or b c title d\"");
    assert_canonical("\"a\\\"b\" c", "(and \"a b\" \"c\")");
    assert_canonical("\"a\\\\\" b", "(and \"a\" \"b\")");
    assert_canonical("\"a\\b\"", "\"ab\"");
    assert_canonical("\"a\\é\"", "\"aé\"");
    assert_canonical("\"a\n\tb\"", "\"a b\"");
}

#[test]
fn terms_without_white_space_between__R4() {
    assert_canonical("a\"b c\"-d(e)", "(and \"a\" \"b c\" (not \"d\") \"e\")");
    assert_canonical("(a)(b)\"c\"\"d\"OR(e)", "(or (and \"a\" \"b\" \"c\" \"d\") \"e\")");
    assert_canonical("title:\"a\"b", "(and title:\"a\" \"b\")");
    assert_canonical("title:a:b", "title:\"a b\"");
    assert_canonical("a-(b)", "(and \"a\" \"b\")");
}

#[test]
fn queries_without_terms__R5() {
    for source in ["", " ", "\t\r\n "] {
        assert_canonical(source, "(and)");
        assert_matches(source, &[Document::new(), document(&[("title", "")])], &[]);
    }
}

#[test]
fn or_as_a_word__R5() {
    assert_canonical("or", "\"or\"");
    assert_canonical("a Or b", "(and \"a\" \"or\" \"b\")");
    assert_canonical("-OR b", "(and (not \"or\") \"b\")");
    assert_canonical("ORB XOR", "(and \"orb\" \"xor\")");
    assert_canonical("OR:a", "OR:\"a\"");
    assert_canonical("\"OR\"", "\"or\"");
}

#[test]
fn phrases_and_groups_that_are_not_closed__R6() {
    assert_fails(
        Code::UnclosedPhrase,
        &[("(a \"b", 3), ("\"", 0), ("a \"b\\\"", 2), ("\"b\\", 0), ("title:\"b", 6)],
    );
    assert_fails(Code::UnclosedGroup, &[("((a)", 0), ("a (b (c", 5), ("(", 0)]);
}

#[test]
fn what_may_not_stand_where_it_stands__R6() {
    assert_fails(Code::Unexpected, &[(")", 0), ("a)", 1), ("(a))", 3), ("()", 1), ("(())", 2), ("a ( )", 4)]);
    assert_fails(
        Code::Unexpected,
        &[
            ("OR", 0),
            ("a OR", 2),
            ("OR a", 0),
            ("a OR OR b", 2),
            ("(a OR ) b", 3),
            ("(OR a)", 1),
            ("a OR (b) OR", 9),
        ],
    );
    assert_fails(Code::Unexpected, &[("a - b", 2), ("a -", 2), ("a OR -", 5), ("(-)", 1), ("-\ta", 0)]);
    assert_fails(Code::Unexpected, &[("title:", 5), ("title: a", 5), ("-title:(a)", 6), ("(title:)", 6)]);
}

#[test]
fn the_first_error_counts__R6() {
    assert_fails(Code::Unexpected, &[(") \"a", 0), ("(a OR", 3), ("OR \"b", 0), ("é )", 3)]);
    assert_fails(Code::EmptyTerm, &[("+ \"a", 0)]);
    assert_fails(Code::UnclosedPhrase, &[("a OR \"b", 5)]);
}

#[test]
fn unknown_fields__R7() {
    assert_fails(
        Code::UnknownField,
        &[("12:30", 0), ("a Title:b", 2), ("-body:b", 1), (":a", 0), ("a :", 2), ("body:\"b\"", 0)],
    );
}

#[test]
fn nothing_to_look_for__R7() {
    assert_fails(
        Code::EmptyTerm,
        &[("-title:+", 7), ("+", 0), ("a --", 3), ("a \"\"", 2), ("title:\"-\"", 6), ("(€)", 1), ("title::", 6)],
    );
}

#[test]
fn groups_within_each_other__R8() {
    let fifty = format!("{}a{}", "(".repeat(50), ")".repeat(50));
    assert_canonical(&fifty, "\"a\"");
    assert_canonical(&format!("{fifty} {fifty}"), "(and \"a\" \"a\")");
    assert_fails(Code::TooDeep, &[(&format!("({fifty})"), 50), (&"(".repeat(200_000), 50)]);
    assert_fails(Code::TooDeep, &[(&"-(".repeat(51), 101)]);
}
