#include "tar_archive.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tar_archive {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_size = 512;
constexpr std::size_t chunk_size = 64 * 1024;
constexpr char file_type = '0', link_type = '2', folder_type = '5';

using Block = std::array<char, block_size>;
constexpr Block zero_block{};

struct Header {
    std::array<char, 100> name;
    std::array<char, 8> mode, uid, gid;
    std::array<char, 12> size, mtime;
    std::array<char, 8> checksum;
    char type;
    std::array<char, 100> target;
    std::array<char, 8> magic;  ///< and version
    std::array<char, 32> uname, gname;
    std::array<char, 8> devmajor, devminor;
    std::array<char, 155> prefix;
    std::array<char, 12> fill;
};
static_assert(sizeof(Header) == block_size);

constexpr std::string_view magic("ustar\00000", 8);

std::string_view view(const auto& field)
{
    return {field.data(), field.size()};
}

/// What stands before the first zero byte.
std::string text(const auto& field)
{
    return std::string(view(field).substr(0, view(field).find('\0')));
}

bool put(auto& field, std::string_view bytes)
{
    if (bytes.size() > field.size()) {
        return false;
    }
    std::ranges::copy(bytes, field.begin());
    return true;
}

void put_number(auto& field, std::uint64_t number)
{
    std::snprintf(field.data(), field.size(), "%0*llo", static_cast<int>(field.size()) - 1,
                  static_cast<unsigned long long>(number));
}

std::optional<std::uint64_t> parse_number(std::string_view field)
{
    const std::size_t start = std::min(field.find_first_not_of(' '), field.size());
    const std::size_t end = field.find_first_not_of("01234567", start);
    const bool is_ended = end != field.npos && field.find_first_not_of(std::string_view(" \0", 2), end) == field.npos;
    if (start == end || !is_ended) {
        return std::nullopt;
    }
    return std::accumulate(field.begin() + start, field.begin() + end, std::uint64_t{0},
                           [](std::uint64_t number, char digit) { return number * 8 + (digit - '0'); });
}

/// The sum of all bytes, those of the checksum field taken for spaces.
unsigned checksum_of(Header header)
{
    header.checksum.fill(' ');
    const Block block = std::bit_cast<Block>(header);
    return std::accumulate(block.begin(), block.end(), 0U,
                           [](unsigned sum, char byte) { return sum + static_cast<unsigned char>(byte); });
}

std::size_t fill_size(std::uint64_t content_size)
{
    return (block_size - content_size % block_size) % block_size;
}

std::vector<std::string_view> names_of(std::string_view path)
{
    std::vector<std::string_view> names;
    for (std::size_t slash; (slash = path.find('/')) != path.npos; path.remove_prefix(slash + 1)) {
        names.push_back(path.substr(0, slash));
    }
    names.push_back(path);
    return names;
}

bool is_safe_name(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && name.find('\0') == name.npos;
}

bool is_safe_path(std::string_view path)
{
    return std::ranges::all_of(names_of(path), is_safe_name);
}

/// ".." after a name could be that after a link, and then lead anywhere; at the beginning it leaves a real folder.
bool is_safe_target(std::string_view path, std::string_view target)
{
    const auto names = names_of(target);
    const auto down = std::ranges::find_if(names, [](std::string_view name) { return name != ".."; });
    return down - names.begin() <= std::ranges::count(path, '/') && std::all_of(down, names.end(), is_safe_name);
}

/// What a header says.
struct Parsed {
    char type;
    std::string path;
    std::string target;
    unsigned mode;
    std::uint64_t size;
};

std::optional<Parsed> parse(const Header& header)
{
    const auto mode = parse_number(view(header.mode)), size = parse_number(view(header.size));
    if (view(header.magic) != magic || parse_number(view(header.checksum)) != checksum_of(header) || !mode || !size) {
        return std::nullopt;
    }
    Parsed parsed{header.type == '\0' ? file_type : header.type, text(header.name), text(header.target),
                  static_cast<unsigned>(*mode & 0777), *size};
    if (header.prefix[0] != '\0') {
        parsed.path = text(header.prefix) + '/' + parsed.path;
    }
    if (parsed.type == folder_type && parsed.path.ends_with('/')) {
        parsed.path.pop_back();
    }
    if (parsed.size > 0 && (parsed.type == folder_type || parsed.type == link_type)) {
        return std::nullopt;
    }
    return parsed;
}

/// One run of extract.
class Extraction {
public:
    Extraction(std::istream& archive, const fs::path& folder, const Limits& limits)
        : archive_(archive), folder_(folder), limits_(limits), size_left_(limits.size)
    {
    }

    std::uint64_t run()
    {
        for (Block block = read_block(); block != zero_block; block = read_block()) {
            const auto parsed = parse(std::bit_cast<Header>(block));
            if (!parsed) {
                refuse(Kind::malformed);
            }
            check(*parsed);
            make(*parsed);
            ++index_;
        }
        if (read_block() != zero_block) {
            refuse(Kind::malformed);
        }
        return index_;
    }

private:
    void read(std::span<char> bytes)
    {
        archive_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (archive_.bad()) {
            throw std::system_error(std::make_error_code(std::errc::io_error), "cannot read the archive");
        }
        if (!archive_) {
            refuse(Kind::truncated);
        }
    }

    Block read_block()
    {
        Block block;
        read(block);
        return block;
    }

    void check(const Parsed& parsed)
    {
        if (parsed.type != file_type && parsed.type != folder_type && parsed.type != link_type) {
            refuse(Kind::unsupported);
        }
        if (!is_safe_path(parsed.path) || (parsed.type == link_type && !is_safe_target(parsed.path, parsed.target))) {
            refuse(Kind::unsafe);
        }
        if (index_ >= limits_.entries || parsed.size > size_left_) {
            refuse(Kind::limit);
        }
        size_left_ -= parsed.size;
    }

    void make(const Parsed& parsed)
    {
        const fs::path path = folder_ / parsed.path;
        for (std::size_t slash = 0; (slash = parsed.path.find('/', slash)) != parsed.path.npos; ++slash) {
            make_folder(folder_ / parsed.path.substr(0, slash));
        }
        if (parsed.type == folder_type) {
            make_folder(path);
            return;
        }
        if (fs::exists(fs::symlink_status(path))) {
            refuse(Kind::conflict);
        }
        if (parsed.type == link_type) {
            fs::create_symlink(parsed.target, path);
        } else {
            make_file(path, parsed);
        }
    }

    /// Each name on the way is a real folder, so that no path goes through a link.
    void make_folder(const fs::path& path)
    {
        const fs::file_status status = fs::symlink_status(path);
        if (!fs::exists(status)) {
            fs::create_directory(path);
        } else if (!fs::is_directory(status)) {
            refuse(Kind::conflict);
        }
    }

    void make_file(const fs::path& path, const Parsed& parsed)
    {
        std::ofstream file(path, std::ios::binary);
        std::vector<char> chunk(chunk_size);
        for (std::uint64_t left = parsed.size; left > 0;) {
            const auto part = std::span(chunk).first(std::min<std::uint64_t>(left, chunk_size));
            read(part);
            file.write(part.data(), static_cast<std::streamsize>(part.size()));
            left -= part.size();
        }
        read(std::span(chunk).first(fill_size(parsed.size)));
        file.close();
        if (!file) {
            throw fs::filesystem_error("cannot write", path, std::make_error_code(std::errc::io_error));
        }
        fs::permissions(path, static_cast<fs::perms>(parsed.mode));
    }

    [[noreturn]] void refuse(Kind kind) const { throw ArchiveError(kind, index_); }

    std::istream& archive_;
    const fs::path& folder_;
    Limits limits_;
    std::uint64_t size_left_;
    std::uint64_t index_ = 0;
};

/// Stores a path in name and prefix; false if it fits in no way.
bool put_path(Header& header, std::string_view path)
{
    if (put(header.name, path)) {
        return true;
    }
    const std::size_t slash = path.find('/', path.size() - header.name.size() - 1);
    return slash < path.size() - 1 && put(header.name, path.substr(slash + 1)) && put(header.prefix, path.substr(0, slash));
}

Header header_of(const Entry& entry, std::uint64_t index)
{
    const auto* file = std::get_if<File>(&entry.what);
    const auto* link = std::get_if<Link>(&entry.what);
    if (!is_safe_path(entry.path) || (link != nullptr && !is_safe_target(entry.path, link->target))) {
        throw ArchiveError(Kind::unsafe, index);
    }
    Header header{};
    const bool is_folder = file == nullptr && link == nullptr;
    if (!put_path(header, is_folder ? entry.path + '/' : entry.path) || (link != nullptr && !put(header.target, link->target))) {
        throw ArchiveError(Kind::too_long, index);
    }
    header.type = file != nullptr ? file_type : link != nullptr ? link_type : folder_type;
    put(header.magic, magic);
    put_number(header.mode, file != nullptr ? file->mode & 0777 : link != nullptr ? 0777 : 0755);
    put_number(header.size, file != nullptr ? file->content.size() : 0);
    put_number(header.mtime, 0);
    for (auto* zero : {&header.uid, &header.gid, &header.devmajor, &header.devminor}) {
        put_number(*zero, 0);
    }
    const unsigned checksum = checksum_of(header);
    std::snprintf(header.checksum.data(), header.checksum.size(), "%06o", checksum);
    header.checksum.back() = ' ';
    return header;
}

}  // namespace

ArchiveError::ArchiveError(Kind kind, std::uint64_t index)
    : std::runtime_error("the archive is refused at entry " + std::to_string(index)), kind_(kind), index_(index)
{
}

std::uint64_t extract(std::istream& archive, const fs::path& folder, const Limits& limits)
{
    if (fs::exists(fs::symlink_status(folder)) || !fs::create_directory(folder)) {
        throw fs::filesystem_error("cannot extract", folder, std::make_error_code(std::errc::file_exists));
    }
    try {
        return Extraction(archive, folder, limits).run();
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
        throw;
    }
}

void write(std::ostream& archive, std::span<const Entry> entries)
{
    std::vector<Header> headers;
    for (const Entry& entry : entries) {
        headers.push_back(header_of(entry, headers.size()));
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        archive.write(std::bit_cast<Block>(headers[i]).data(), block_size);
        if (const auto* file = std::get_if<File>(&entries[i].what)) {
            archive << file->content;
            archive.write(zero_block.data(), static_cast<std::streamsize>(fill_size(file->content.size())));
        }
    }
    archive.write(zero_block.data(), block_size).write(zero_block.data(), block_size).flush();
    if (!archive) {
        throw std::system_error(std::make_error_code(std::errc::io_error), "cannot write the archive");
    }
}

}  // namespace tar_archive
