package multipattern;

/** An occurrence of a word: {@code text.substring(start, end)} is the word at {@code index}. */
public record Match(int index, int start, int end) {}
