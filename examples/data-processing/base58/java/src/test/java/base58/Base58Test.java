package base58;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class Base58Test {
    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /** Bytes in hexadecimal, and their texts. */
    private static final Map<String, String> NUMBERS = Map.ofEntries(
            Map.entry("01", "2"),
            Map.entry("09", "A"),
            Map.entry("21", "a"),
            Map.entry("39", "z"),
            Map.entry("3a", "21"),
            Map.entry("61", "2g"),
            Map.entry("ff", "5Q"),
            Map.entry("ffffffff", "7YXq9G"),
            Map.entry("0100000000", "7YXq9H"),
            Map.entry("ffffffffffffffff", "jpXCZedGfVQ"),
            Map.entry("010000000000000000", "jpXCZedGfVR"),
            Map.entry(hex("hello world"), "StV1DL6CwTryKyV"),
            Map.entry(hex("Hello World!"), "2NEpo7TZRRrLZSi2U"));

    private static final Map<String, String> ZEROS = Map.of(
            "00", "1",
            "0000", "11",
            "000001", "112",
            "0039", "1z",
            "00ff00", "1LQX",
            "0d24", "211",
            "00000d24", "11211",
            "0000000000000000010000000000000000", "11111111jpXCZedGfVR");

    private static String hex(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(int... values) {
        byte[] data = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            data[i] = (byte) values[i];
        }
        return data;
    }

    private static byte[] repeat(int value, int count) {
        byte[] data = new byte[count];
        Arrays.fill(data, (byte) value);
        return data;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] data = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, data, first.length, second.length);
        return data;
    }

    private static byte[] reversed(byte[] data) {
        return bytes(IntStream.range(0, data.length).map(i -> data[data.length - 1 - i]).toArray());
    }

    /** The bytes of a positive number without the leading zero that the sign may need. */
    private static byte[] bytes(BigInteger number) {
        byte[] data = number.toByteArray();
        return data[0] == 0 ? Arrays.copyOfRange(data, 1, data.length) : data;
    }

    /** The same numbers each time, evenly spread. */
    private static int[] numbers(int count, int below) {
        int[] found = new int[count];
        long state = 1;
        for (int i = 0; i < count; i++) {
            state = state * 48271 % 2147483647;
            found[i] = (int) (state % below);
        }
        return found;
    }

    private static byte[] someBytes(int count) {
        return bytes(numbers(count, 256));
    }

    private static String digit(int value) {
        return ALPHABET.substring(value, value + 1);
    }

    private static int leadingOnes(String text) {
        return (int) text.chars().takeWhile(character -> character == '1').count();
    }

    private static void assertDecode(String text, byte[] data) {
        assertArrayEquals(data, Base58.decode(text), text);
    }

    private static void assertBoth(byte[] data, String text) {
        assertEquals(text, Base58.encode(data));
        assertDecode(text, data);
    }

    private static void assertBytesReturn(byte[] data) {
        assertDecode(Base58.encode(data), data);
    }

    private static void assertTextReturns(String text) {
        assertEquals(text, Base58.encode(Base58.decode(text)));
    }

    private static InvalidCharacterException error(String text) {
        return assertThrows(InvalidCharacterException.class, () -> Base58.decode(text), text);
    }

    private static void assertError(String text, int codePoint, int position) {
        InvalidCharacterException error = error(text);
        assertEquals(codePoint, error.codePoint(), text);
        assertEquals(position, error.position(), text);
    }

    @Test
    void encodeNumbers_R1() {
        NUMBERS.forEach((hex, text) -> assertEquals(text, Base58.encode(HexFormat.of().parseHex(hex))));
    }

    @Test
    void encodeSingleBytes_R1() {
        for (int value = 1; value < 256; value++) {
            String text = (value < 58 ? "" : digit(value / 58)) + digit(value % 58);
            assertEquals(text, Base58.encode(bytes(value)));
        }
    }

    @Test
    void bytesAreLeft_R1() {
        byte[] data = bytes(0, 0, 255, 1, 0, 17);
        Base58.encode(data);
        assertArrayEquals(bytes(0, 0, 255, 1, 0, 17), data);
    }

    @Test
    void decodeNumbers_R2() {
        NUMBERS.forEach((hex, text) -> assertDecode(text, HexFormat.of().parseHex(hex)));
    }

    @Test
    void decodeSingleDigits_R2() {
        for (int value = 0; value < 58; value++) {
            assertDecode(digit(value), bytes(value));
        }
    }

    @Test
    void caseMatters_R2() {
        assertDecode("a", bytes(0x21));
        assertDecode("A", bytes(0x09));
        assertFalse(Arrays.equals(Base58.decode("StV1DL6CwTryKyV"), Base58.decode("stv1dL6cWtRYkYv")));
    }

    @Test
    void leadingZeros_R3() {
        ZEROS.forEach((hex, text) -> assertBoth(HexFormat.of().parseHex(hex), text));
    }

    @Test
    void zerosAlone_R3() {
        for (int count = 1; count < 70; count++) {
            assertBoth(new byte[count], "1".repeat(count));
        }
    }

    @Test
    void zerosBeforeAndBehind_R3() {
        for (int before = 0; before < 20; before++) {
            for (int behind = 0; behind < 20; behind++) {
                byte[] data = new byte[before + 1 + behind];
                data[before] = 5;
                String text = Base58.encode(data);
                assertEquals(before, leadingOnes(text), text);
                assertDecode(text, data);

                byte[] number = bytes(BigInteger.valueOf(58).pow(behind).multiply(BigInteger.valueOf(5)));
                assertBoth(concat(new byte[before], number), "1".repeat(before) + "6" + "1".repeat(behind));
            }
        }
    }

    @Test
    void nothing_R4() {
        assertBoth(new byte[0], "");
    }

    @Test
    void nothingElseIsEmpty_R4() {
        for (int value = 0; value < 256; value++) {
            assertNotEquals("", Base58.encode(bytes(value)));
        }
        for (int value = 0; value < 58; value++) {
            assertNotEquals(0, Base58.decode(digit(value)).length);
        }
    }

    @Test
    void allPairsOfBytes_R5() {
        for (int first = 0; first < 256; first++) {
            for (int second = first % 7; second < 256; second += 7) {
                assertBytesReturn(bytes(first, second));
            }
        }
    }

    @Test
    void allPairsOfCharacters_R5() {
        for (int first = 0; first < 58; first++) {
            for (int second = 0; second < 58; second++) {
                assertTextReturns(digit(first) + digit(second));
            }
        }
    }

    @Test
    void bytesOfEveryLength_R5() {
        for (int length = 0; length < 100; length++) {
            byte[] data = someBytes(length);
            assertBytesReturn(data);
            assertBytesReturn(reversed(data));
            assertBytesReturn(repeat(255, length));
            assertBytesReturn(concat(bytes(1), new byte[length]));
        }
    }

    @Test
    void textsOfEveryLength_R5() {
        for (int length = 0; length < 100; length++) {
            StringBuilder text = new StringBuilder();
            for (int value : numbers(length, 58)) {
                text.append(digit(value));
            }
            assertTextReturns(text.toString());
            assertTextReturns(text.reverse().toString());
            assertTextReturns("z".repeat(length));
            assertTextReturns("2" + "1".repeat(length));
        }
    }

    @Test
    void powersOf58_R6() {
        IntStream exponents = IntStream.concat(IntStream.range(1, 70), IntStream.of(4999, 5000));
        exponents.forEach(exponent -> {
            BigInteger power = BigInteger.valueOf(58).pow(exponent);
            assertBoth(bytes(power), "2" + "1".repeat(exponent));
            assertBoth(bytes(power.subtract(BigInteger.ONE)), "z".repeat(exponent));
        });
    }

    @Test
    void bytes4096_R6() {
        byte[] data = repeat(255, 4096);
        String text = Base58.encode(data);
        assertEquals(5594, text.length());
        assertTrue(text.startsWith("LsHDw8PAKAqf1k6o"), text);
        assertTrue(text.endsWith("rDXdrS7X9Ds4Db9Q"), text);
        assertDecode(text, data);
    }

    @Test
    void zerosBeforeALongNumber_R6() {
        byte[] number = concat(bytes(7), someBytes(1999));
        String text = Base58.encode(number);
        assertFalse(text.startsWith("1"), text);
        assertBoth(concat(new byte[1000], number), "1".repeat(1000) + text);
    }

    @Test
    void firstBadCharacter_R7() {
        assertError("2Ol0", 'O', 1);
        assertError("0", '0', 0);
        assertError("O", 'O', 0);
        assertError("I", 'I', 0);
        assertError("l", 'l', 0);
        assertError("0OIl", '0', 0);
        assertError("lI", 'l', 0);
        assertError("21I", 'I', 2);
        assertError("1110", '0', 3);
        assertError("StV1DL6CwTryKyVl", 'l', 15);
        assertError("z-z+z", '-', 1);
    }

    @Test
    void everyOtherAsciiCharacter_R7() {
        for (char character = 0; character < 128; character++) {
            if (ALPHABET.indexOf(character) < 0) {
                assertError("2z1A" + character + "0", character, 4);
            }
        }
    }

    @Test
    void farPositions_R7() {
        assertError("z".repeat(5000) + "O" + "z".repeat(20), 'O', 5000);
        assertError("1".repeat(3000) + "0", '0', 3000);
    }

    private static void assertMessage(String text, int codePoint, int position) {
        String message = error(text).getMessage();
        Pattern hex = Pattern.compile(String.format("(?i)(?<![0-9a-f])0*%x(?![0-9a-f])", codePoint));
        assertTrue(message.contains(Character.toString(codePoint)) || hex.matcher(message).find(), message);
        assertTrue(Pattern.compile("\\b" + position + "\\b").matcher(message).find(), message);
    }

    @Test
    void message_R7() {
        assertMessage("2Ol0", 'O', 1);
        assertMessage("~", '~', 0);
        assertMessage("zzzzzzzzzzzz~", '~', 12);
        assertMessage("2\u00e9", 0xe9, 1);
        assertMessage("222\u216b", 0x216b, 3);
        assertMessage("21\ud83d\ude001", 0x1f600, 2);
    }

    @Test
    void isAnIllegalArgumentException_R7() {
        assertInstanceOf(IllegalArgumentException.class, error("0"));
    }

    @Test
    void whiteSpaceAndControlCharacters_R8() {
        assertError("2 1", ' ', 1);
        assertError("21\n", '\n', 2);
        assertError(" ", ' ', 0);
        assertError("21\0", 0, 2);
        assertError(" 21", ' ', 0);
        assertError("21 ", ' ', 2);
        assertError("\t21", '\t', 0);
        assertError("\n21", '\n', 0);
        assertError("21\r\n", '\r', 2);
        assertError("\0", 0, 0);
        assertError("1 ", ' ', 1);
        assertError("2\u000b", 0x0b, 1);
        assertError("2\f", '\f', 1);
        assertError("2\u001f", 0x1f, 1);
        assertError("2\u007f", 0x7f, 1);
        assertError("2\u0080", 0x80, 1);
        assertError("21\u0085", 0x85, 2);
        assertError("21\u00a0", 0xa0, 2);
        assertError("\u200321", 0x2003, 0);
        assertError("\ufeff21", 0xfeff, 0);
    }

    @Test
    void charactersOutsideAscii_R9() {
        assertError("2\u00e9", 0xe9, 1);
        assertError("21\ud83d\ude001", 0x1f600, 2);
        assertError("\ud83d\ude00", 0x1f600, 0);
        assertError("\u00e921", 0xe9, 0);
        assertError("2\u00e9\u00e90", 0xe9, 1);
        assertError("2e\u0301\u0301", 0x301, 2);
        assertError("\uff11", 0xff11, 0); // full-width 1
        assertError("2\u0410", 0x410, 1); // Cyrillic A
        assertError("\u0141", 0x141, 0); // its last 8 bits are those of A
        assertError("\u0661", 0x661, 0); // Arabic-Indic 1
        assertError("2\u00b9", 0xb9, 1); // superscript 1
        assertError("2\u00b1", 0xb1, 1); // its last 7 bits are those of 1
        assertError("2" + Character.toString(0x10041), 0x10041, 1); // its last 16 bits are those of A
        assertError("2" + Character.toString(0x10ffff), 0x10ffff, 1);
    }

    @Test
    void charactersWithTheLowBitsOfDigits_R9() {
        for (char character : ALPHABET.toCharArray()) {
            for (int offset : new int[] {0x80, 0x100, 0x1000, 0xff00 - 0x20, 0x10000, 0x100000}) {
                assertError("11" + Character.toString(character + offset), character + offset, 2);
            }
        }
    }
}
