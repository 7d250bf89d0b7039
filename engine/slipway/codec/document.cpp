#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "slipway/codec/builtin.h"

namespace slipway::codec {
namespace {
constexpr std::uintmax_t kLargest = 64u << 20;  // a document, not a data set
}

Result<Value> read_document(const std::string& path) {
  const Mark place{path, 0, 0};
  const std::string extension = std::filesystem::path(path).extension().string();
  const Codec* codec = find_codec(extension);
  if (!codec || extension.empty())
    return bad_request(
               "the extension \"" + extension + "\" is no known format (use .yaml, .json, .toml, .ini or .properties)",
               "UNKNOWN_FORMAT")
        .with_mark(place);
  std::error_code bad;
  if (std::filesystem::is_directory(path, bad))
    return bad_request("is a directory, not a file", "NOT_A_FILE").with_mark(place);
  const auto size = std::filesystem::file_size(path, bad);
  if (!bad && size > kLargest)
    return bad_request("is larger than 64 MiB; a document should be small", "TOO_LARGE").with_mark(place);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int why = errno;
    return not_found("cannot be read: " + std::string(std::strerror(why ? why : EIO)), "FILE_UNREADABLE")
        .with_mark(place);
  }
  std::ostringstream text;
  text << file.rdbuf();
  auto value = codec->decode(text.view());
  if (value) return value;
  const Mark at = value.error().where();
  return value.error().with_mark({path, at.line, at.column});
}

}  // namespace slipway::codec
