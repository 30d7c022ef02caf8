/* What reading and writing have in common. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { TAR_BLOCK_SIZE = 512 };

typedef struct {
    char name[100];
    char mode[8];
    char uid[8];
    char gid[8];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char target[100];
    char magic[6];
    char version[2];
    char uname[32];
    char gname[32];
    char devmajor[8];
    char devminor[8];
    char prefix[155];
    char fill[12];
} tar_header;

_Static_assert(sizeof(tar_header) == TAR_BLOCK_SIZE, "a header is a block");

/* The sum of all bytes, those of the checksum field taken for spaces. */
unsigned tar_checksum(const tar_header *header);

/* How many bytes fill the content up to whole blocks. */
size_t tar_fill_size(size_t content_size);

/* Whether the path is one or more names, none of them empty, "." or "..". */
bool tar_path_is_safe(const char *path);

/* Whether a link at the path, which is safe, leads to a place within the folder of the archive. */
bool tar_target_is_safe(const char *path, const char *target);
