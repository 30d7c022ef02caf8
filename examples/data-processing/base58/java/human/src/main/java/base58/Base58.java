package base58;

/** Base58 by the package copper-multibase, with the exception of this task. */
public final class Base58 {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private Base58() {}

    /** Returns the Base58 text of the bytes. */
    public static String encode(byte[] data) {
        return com.apicatalog.base.Base58.encode(data);
    }

    /**
     * Returns the bytes of a Base58 text.
     *
     * @throws InvalidCharacterException for the first character outside the alphabet
     */
    public static byte[] decode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (ALPHABET.indexOf(text.charAt(i)) < 0) {
                throw new InvalidCharacterException(text.codePointAt(i), i);
            }
        }
        return com.apicatalog.base.Base58.decode(text);
    }
}
