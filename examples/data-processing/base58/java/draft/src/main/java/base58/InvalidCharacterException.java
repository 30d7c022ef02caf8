package base58;

/** A text to decode has a character outside the Base58 alphabet. */
public class InvalidCharacterException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final int codePoint;
    private final int position;

    public InvalidCharacterException(int codePoint, int position) {
        super("invalid Base58 character '" + Character.toString(codePoint)
                + "' at position " + position);
        this.codePoint = codePoint;
        this.position = position;
    }

    /** Returns the code point of the character. */
    public int codePoint() {
        return codePoint;
    }

    /** Returns the position of the character in the text, counted from 0. */
    public int position() {
        return position;
    }
}
