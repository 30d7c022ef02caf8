package base58;

/** Says which character of a text is not in the alphabet, and where it stands. */
public final class InvalidCharacterException extends IllegalArgumentException {
    private final int codePoint;
    private final int position;

    InvalidCharacterException(int codePoint, int position) {
        super(String.format("not a Base58 character: U+%04X at position %d", codePoint, position));
        this.codePoint = codePoint;
        this.position = position;
    }

    /** Returns the character. */
    public int codePoint() {
        return codePoint;
    }

    /** Returns the position, counted from 0. */
    public int position() {
        return position;
    }
}
