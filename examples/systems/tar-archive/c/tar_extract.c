#define _GNU_SOURCE /* nftw, openat and the like */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tar_archive.h"
#include "tar_format.h"

enum { CHUNK_SIZE = 64 * 1024, OPEN_FOLDERS = 16 };

typedef struct {
    char type;
    unsigned mode;
    uint64_t size;
    char path[sizeof((tar_header *)0)->prefix + 1 + sizeof((tar_header *)0)->name + 1];
    char target[sizeof((tar_header *)0)->target + 1];
} entry;

static tar_status read_exactly(FILE *archive, void *bytes, size_t size)
{
    errno = 0;
    if (fread(bytes, 1, size, archive) == size) {
        return TAR_OK;
    }
    return ferror(archive) ? TAR_SYSTEM : TAR_TRUNCATED;
}

static bool is_zero(const tar_header *block)
{
    static const tar_header zeros;
    return memcmp(block, &zeros, sizeof zeros) == 0;
}

static bool parse_number(const char *field, size_t size, uint64_t *number)
{
    size_t i = 0;
    while (i < size && field[i] == ' ') {
        i++;
    }
    size_t start = i;
    for (*number = 0; i < size && field[i] >= '0' && field[i] <= '7'; i++) {
        *number = *number * 8 + (uint64_t)(field[i] - '0');
    }
    if (i == start || i == size) {
        return false;
    }
    while (i < size && (field[i] == ' ' || field[i] == '\0')) {
        i++;
    }
    return i == size;
}

static bool parse_header(const tar_header *header, entry *parsed)
{
    uint64_t checksum, mode;
    if (!parse_number(header->checksum, sizeof header->checksum, &checksum) || checksum != tar_checksum(header)
        || memcmp(header->magic, "ustar\00000", 8) != 0 || !parse_number(header->mode, sizeof header->mode, &mode)
        || !parse_number(header->size, sizeof header->size, &parsed->size)) {
        return false;
    }
    parsed->type = header->type == '\0' ? TAR_FILE : header->type;
    parsed->mode = mode & 0777;
    snprintf(parsed->target, sizeof parsed->target, "%.*s", (int)sizeof header->target, header->target);
    snprintf(parsed->path, sizeof parsed->path, "%.*s%s%.*s", (int)sizeof header->prefix, header->prefix,
             header->prefix[0] == '\0' ? "" : "/", (int)sizeof header->name, header->name);
    size_t length = strlen(parsed->path);
    if (parsed->type == TAR_FOLDER && length > 0 && parsed->path[length - 1] == '/') {
        parsed->path[length - 1] = '\0';
    }
    return parsed->size == 0 || (parsed->type != TAR_FOLDER && parsed->type != TAR_LINK);
}

static tar_status check_entry(const entry *checked)
{
    if (checked->type != TAR_FILE && checked->type != TAR_FOLDER && checked->type != TAR_LINK) {
        return TAR_UNSUPPORTED;
    }
    if (!tar_path_is_safe(checked->path)
        || (checked->type == TAR_LINK && !tar_target_is_safe(checked->path, checked->target))) {
        return TAR_UNSAFE;
    }
    return TAR_OK;
}

static tar_status make_folder(int root, const char *path)
{
    struct stat status;
    if (mkdirat(root, path, 0777) == 0) {
        return TAR_OK;
    }
    if (errno != EEXIST || fstatat(root, path, &status, AT_SYMLINK_NOFOLLOW) == -1) {
        return TAR_SYSTEM;
    }
    return S_ISDIR(status.st_mode) ? TAR_OK : TAR_CONFLICT;
}

/* Each name before the last becomes a real folder, so that no path goes through a link. */
static tar_status make_folders_above(int root, char *path)
{
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        tar_status status = make_folder(root, path);
        *slash = '/';
        if (status != TAR_OK) {
            return status;
        }
    }
    return TAR_OK;
}

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written == -1) {
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static tar_status copy_content(FILE *archive, int file, uint64_t size)
{
    char chunk[CHUNK_SIZE];
    for (uint64_t left = size; left > 0;) {
        size_t length = left < sizeof chunk ? (size_t)left : sizeof chunk;
        tar_status status = read_exactly(archive, chunk, length);
        if (status != TAR_OK) {
            return status;
        }
        if (!write_all(file, chunk, length)) {
            return TAR_SYSTEM;
        }
        left -= length;
    }
    return read_exactly(archive, chunk, tar_fill_size((size_t)(size % TAR_BLOCK_SIZE)));
}

static tar_status existing_is_conflict(void)
{
    return errno == EEXIST ? TAR_CONFLICT : TAR_SYSTEM;
}

static tar_status make_file(int root, const entry *made, FILE *archive)
{
    int file = openat(root, made->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file == -1) {
        return existing_is_conflict();
    }
    tar_status status = copy_content(archive, file, made->size);
    if (status == TAR_OK && fchmod(file, made->mode) == -1) {
        status = TAR_SYSTEM;
    }
    if (close(file) == -1 && status == TAR_OK) {
        status = TAR_SYSTEM;
    }
    return status;
}

static tar_status make_entry(int root, entry *made, FILE *archive)
{
    tar_status status = make_folders_above(root, made->path);
    if (status != TAR_OK) {
        return status;
    }
    if (made->type == TAR_FOLDER) {
        return make_folder(root, made->path);
    }
    if (made->type == TAR_LINK) {
        return symlinkat(made->target, root, made->path) == 0 ? TAR_OK : existing_is_conflict();
    }
    return make_file(root, made, archive);
}

static tar_status read_end(FILE *archive)
{
    tar_header block;
    tar_status status = read_exactly(archive, &block, sizeof block);
    return status == TAR_OK && !is_zero(&block) ? TAR_MALFORMED : status;
}

static tar_status extract_into(FILE *archive, int root, tar_limits limits, uint64_t *count)
{
    for (uint64_t size_left = limits.max_size;; (*count)++) {
        tar_header header;
        entry next;
        tar_status status = read_exactly(archive, &header, sizeof header);
        if (status != TAR_OK) {
            return status;
        }
        if (is_zero(&header)) {
            return read_end(archive);
        }
        if (!parse_header(&header, &next)) {
            return TAR_MALFORMED;
        }
        status = check_entry(&next);
        if (status == TAR_OK && (*count >= limits.max_entries || next.size > size_left)) {
            status = TAR_LIMIT;
        }
        if (status == TAR_OK) {
            size_left -= next.size;
            status = make_entry(root, &next, archive);
        }
        if (status != TAR_OK) {
            return status;
        }
    }
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status, (void)type, (void)position;
    return remove(path);
}

tar_status tar_extract(FILE *archive, const char *folder, tar_limits limits, uint64_t *count)
{
    *count = 0;
    if (mkdir(folder, 0777) == -1) {
        return TAR_SYSTEM;
    }
    tar_status status = TAR_SYSTEM;
    int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root != -1) {
        status = extract_into(archive, root, limits, count);
    }
    int error = errno;
    if (root != -1) {
        close(root);
    }
    if (status != TAR_OK) {
        nftw(folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
        errno = error;
    }
    return status;
}
