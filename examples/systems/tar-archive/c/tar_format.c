#include "tar_format.h"

#include <string.h>

unsigned tar_checksum(const tar_header *header)
{
    tar_header copy = *header;
    memset(copy.checksum, ' ', sizeof copy.checksum);
    const unsigned char *bytes = (const unsigned char *)&copy;
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof copy; i++) {
        sum += bytes[i];
    }
    return sum;
}

size_t tar_fill_size(size_t content_size)
{
    return (TAR_BLOCK_SIZE - content_size % TAR_BLOCK_SIZE) % TAR_BLOCK_SIZE;
}

static bool is_dots(const char *name, size_t length)
{
    return length <= 2 && strncmp(name, "..", length) == 0;
}

bool tar_path_is_safe(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");
        if (is_dots(path, length)) { /* also the empty name */
            return false;
        }
        if (path[length] == '\0') {
            return true;
        }
        path += length + 1;
    }
}

/* ".." after a name could be that after a link, and then lead anywhere; at the beginning it leaves a real folder. */
bool tar_target_is_safe(const char *path, const char *target)
{
    for (; strncmp(target, "..", 2) == 0 && (target[2] == '/' || target[2] == '\0'); target += 3) {
        path = strchr(path, '/');
        if (path == NULL) {
            return false;
        }
        path++;
        if (target[2] == '\0') {
            return true;
        }
    }
    return tar_path_is_safe(target);
}
