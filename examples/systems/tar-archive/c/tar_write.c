#include <stdbool.h>
#include <string.h>

#include "tar_archive.h"
#include "tar_format.h"

static bool store_path(tar_header *header, const char *path, bool is_folder)
{
    char stored[sizeof header->prefix + 1 + sizeof header->name + 1];
    size_t length = strlen(path) + is_folder;
    if (length >= sizeof stored) {
        return false;
    }
    strcpy(stored, path);
    strcat(stored, is_folder ? "/" : "");
    if (length <= sizeof header->name) {
        memcpy(header->name, stored, length);
        return true;
    }
    for (size_t i = length - sizeof header->name - 1; i <= sizeof header->prefix && i + 1 < length; i++) {
        if (stored[i] == '/') {
            memcpy(header->prefix, stored, i);
            memcpy(header->name, stored + i + 1, length - i - 1);
            return true;
        }
    }
    return false;
}

static bool store_target(tar_header *header, const char *target)
{
    size_t length = strlen(target);
    if (length > sizeof header->target) {
        return false;
    }
    memcpy(header->target, target, length);
    return true;
}

static unsigned mode_of(const tar_entry *entry)
{
    switch (entry->type) {
    case TAR_FOLDER:
        return 0755;
    case TAR_LINK:
        return 0777;
    default:
        return entry->mode & 0777;
    }
}

static size_t size_of(const tar_entry *entry)
{
    return entry->type == TAR_FILE ? entry->size : 0;
}

static tar_status make_header(const tar_entry *entry, tar_header *header)
{
    if (!tar_path_is_safe(entry->path)
        || (entry->type == TAR_LINK && !tar_target_is_safe(entry->path, entry->target))) {
        return TAR_UNSAFE;
    }
    *header = (tar_header){
        .uid = "0000000", .gid = "0000000", .mtime = "00000000000", .type = (char)entry->type, .magic = "ustar",
        .version = {'0', '0'}, .devmajor = "0000000", .devminor = "0000000",
    };
    if (!store_path(header, entry->path, entry->type == TAR_FOLDER)
        || (entry->type == TAR_LINK && !store_target(header, entry->target))) {
        return TAR_TOO_LONG;
    }
    snprintf(header->mode, sizeof header->mode, "%07o", mode_of(entry));
    snprintf(header->size, sizeof header->size, "%011llo", (unsigned long long)size_of(entry));
    snprintf(header->checksum, sizeof header->checksum, "%06o", tar_checksum(header));
    header->checksum[sizeof header->checksum - 1] = ' ';
    return TAR_OK;
}

static bool write_bytes(FILE *archive, const void *bytes, size_t size)
{
    return size == 0 || fwrite(bytes, 1, size, archive) == size;
}

tar_status tar_write(FILE *archive, const tar_entry *entries, size_t count, size_t *index)
{
    static const char zeros[2 * TAR_BLOCK_SIZE];
    tar_header header;
    for (size_t i = 0; i < count; i++) {
        tar_status status = make_header(&entries[i], &header);
        if (status != TAR_OK) {
            *index = i;
            return status;
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t size = size_of(&entries[i]);
        make_header(&entries[i], &header);
        if (!write_bytes(archive, &header, sizeof header) || !write_bytes(archive, entries[i].data, size)
            || !write_bytes(archive, zeros, tar_fill_size(size))) {
            return TAR_SYSTEM;
        }
    }
    return write_bytes(archive, zeros, sizeof zeros) && fflush(archive) == 0 ? TAR_OK : TAR_SYSTEM;
}
