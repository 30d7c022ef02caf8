package base58;

/** Base58 encoding and decoding with the Bitcoin alphabet, without a checksum. */
public final class Base58 {

    private static final String ALPHABET =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int BASE = ALPHABET.length();
    private static final char ZERO = ALPHABET.charAt(0);

    private Base58() {
    }

    /** Returns the Base58 text for the bytes. */
    public static String encode(byte[] data) {
        int zeros = 0;
        while (zeros < data.length && data[zeros] == 0) {
            zeros++;
        }

        // Base 58 digits, least significant first. A byte takes fewer than two.
        byte[] digits = new byte[2 * (data.length - zeros)];
        int length = 0;
        for (int i = zeros; i < data.length; i++) {
            int carry = data[i] & 0xff;
            for (int j = 0; j < length; j++) {
                carry += digits[j] << 8;
                digits[j] = (byte) (carry % BASE);
                carry /= BASE;
            }
            while (carry > 0) {
                digits[length++] = (byte) (carry % BASE);
                carry /= BASE;
            }
        }

        StringBuilder text = new StringBuilder(zeros + length);
        for (int i = 0; i < zeros; i++) {
            text.append(ZERO);
        }
        for (int j = length - 1; j >= 0; j--) {
            text.append(ALPHABET.charAt(digits[j]));
        }
        return text.toString();
    }

    /**
     * Returns the bytes that the Base58 text stands for.
     *
     * @throws InvalidCharacterException for the first character outside the alphabet
     */
    public static byte[] decode(String text) {
        // Least significant byte first. A digit takes less than one byte.
        byte[] number = new byte[text.length()];
        int length = 0;
        for (int position = 0; position < text.length(); position++) {
            int digit = ALPHABET.indexOf(text.charAt(position));
            if (digit < 0) {
                // All characters before this one are ASCII, so the index in
                // UTF-16 units is also the number of characters before it.
                throw new InvalidCharacterException(text.codePointAt(position), position);
            }
            int carry = digit;
            for (int j = 0; j < length; j++) {
                carry += (number[j] & 0xff) * BASE;
                number[j] = (byte) carry;
                carry >>= 8;
            }
            if (carry > 0) {
                number[length++] = (byte) carry; // always below 58
            }
        }

        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == ZERO) {
            zeros++;
        }

        byte[] data = new byte[zeros + length];
        for (int j = 0; j < length; j++) {
            data[data.length - 1 - j] = number[j];
        }
        return data;
    }
}
