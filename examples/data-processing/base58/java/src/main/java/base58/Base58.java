package base58;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Base58 with the alphabet of Bitcoin, without a checksum. */
public final class Base58 {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int BASE = 58;
    private static final char ZERO = '1';

    /** So many digits are handled at a time: as many as fit 32 bits. */
    private static final int GROUP_DIGITS = 5;

    private static final long GROUP_BASE = 656_356_768; // 58^5
    private static final long WORD = 0xffff_ffffL;

    /** The digits by the code of their characters; of all others -1. */
    private static final byte[] DIGITS = new byte[128];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        for (int digit = 0; digit < BASE; digit++) {
            DIGITS[ALPHABET.charAt(digit)] = (byte) digit;
        }
    }

    private Base58() {}

    /** Returns the Base58 text of the bytes. */
    public static String encode(byte[] data) {
        int zeros = 0;
        while (zeros < data.length && data[zeros] == 0) {
            zeros++;
        }

        int[] groups = new int[(data.length - zeros) / 3 + 1]; // of digits, the least significant first
        int count = 0;
        for (int i = zeros; i < data.length; ) {
            long carry = 0;
            for (int end = nextMultiple(i, data.length, Integer.BYTES); i < end; i++) {
                carry = carry << Byte.SIZE | Byte.toUnsignedInt(data[i]);
            }
            for (int j = 0; j < count; j++) {
                carry += (long) groups[j] << Integer.SIZE;
                groups[j] = (int) (carry % GROUP_BASE);
                carry /= GROUP_BASE;
            }
            for (; carry > 0; carry /= GROUP_BASE) {
                groups[count++] = (int) (carry % GROUP_BASE);
            }
        }

        byte[] text = new byte[zeros + count * GROUP_DIGITS];
        Arrays.fill(text, (byte) ZERO);
        int at = text.length;
        for (int j = 0; j < count; j++) {
            int group = groups[j];
            for (int k = 0; k < GROUP_DIGITS; k++) {
                text[--at] = (byte) ALPHABET.charAt(group % BASE);
                group /= BASE;
            }
        }
        while (at < text.length && text[at] == ZERO) {
            at++;
        }
        return new String(text, at - zeros, text.length - at + zeros, StandardCharsets.US_ASCII);
    }

    /**
     * Returns the bytes of a Base58 text.
     *
     * @throws InvalidCharacterException for the first character outside the alphabet
     */
    public static byte[] decode(String text) {
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == ZERO) {
            zeros++;
        }

        int[] words = new int[(text.length() - zeros) / GROUP_DIGITS + 1]; // unsigned, the least significant first
        int count = 0;
        for (int i = zeros; i < text.length(); ) {
            long carry = 0;
            for (int end = nextMultiple(i, text.length(), GROUP_DIGITS); i < end; i++) {
                carry = carry * BASE + digitAt(text, i);
            }
            for (int j = 0; j < count; j++) {
                carry += (words[j] & WORD) * GROUP_BASE;
                words[j] = (int) carry;
                carry >>>= Integer.SIZE;
            }
            if (carry > 0) {
                words[count++] = (int) carry;
            }
        }

        byte[] data = new byte[zeros + count * Integer.BYTES];
        int at = data.length;
        for (int j = 0; j < count; j++) {
            int word = words[j];
            for (int k = 0; k < Integer.BYTES; k++) {
                data[--at] = (byte) word;
                word >>>= Byte.SIZE;
            }
        }
        while (at < data.length && data[at] == 0) {
            at++;
        }
        return Arrays.copyOfRange(data, at - zeros, data.length);
    }

    /** Returns the next index behind i from which on the length is a multiple of the size. */
    private static int nextMultiple(int i, int length, int size) {
        return i + (length - i - 1) % size + 1;
    }

    private static int digitAt(String text, int i) {
        char character = text.charAt(i);
        int digit = character < DIGITS.length ? DIGITS[character] : -1;
        if (digit < 0) {
            // All before it are of one UTF-16 unit each, so the index is the position also in code points.
            throw new InvalidCharacterException(text.codePointAt(i), i);
        }
        return digit;
    }
}
