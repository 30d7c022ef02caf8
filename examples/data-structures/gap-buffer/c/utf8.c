#include "utf8.h"

#include <stdbool.h>

static size_t length_of(uint32_t code_point)
{
    return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

static size_t length_after(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 0;
}

size_t utf8_decode(const char *bytes, size_t size, uint32_t *code_point)
{
    static const unsigned char lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t length = length_after((unsigned char)bytes[0]);
    if (length == 0 || length > size) {
        return 0;
    }
    uint32_t result = (unsigned char)bytes[0] & lead_bits[length];
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if ((byte & 0xC0) != 0x80) {
            return 0;
        }
        result = result << 6 | (byte & 0x3F);
    }
    bool is_surrogate = result >= 0xD800 && result <= 0xDFFF;
    if (is_surrogate || result > 0x10FFFF || length_of(result) != length) {
        return 0;
    }
    *code_point = result;
    return length;
}

size_t utf8_encode(uint32_t code_point, char bytes[UTF8_MAX_BYTES])
{
    static const unsigned char lead_marks[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    size_t length = length_of(code_point);
    for (size_t i = length; --i > 0;) {
        bytes[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    bytes[0] = (char)(lead_marks[length] | code_point);
    return length;
}
