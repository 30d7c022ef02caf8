package multipattern;

/**
 * An occurrence of a word: {@code text.substring(start, end)} is the word at {@code index}.
 *
 * @param index the index of the word in the list
 * @param start the start of the occurrence, in UTF-16 code units
 * @param end the end of the occurrence, exclusive
 */
public record Match(int index, int start, int end) {}
