#include "slipway/config/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace slipway::config {
namespace fs = std::filesystem;
namespace {

Error failed(const std::string& what, const std::string& path, int number) {
  const std::string message = what + " " + path + ": " + std::strerror(number);
  if (number == ENOENT || number == ENOTDIR) return not_found(message, "NO_SUCH_FILE");
  if (number == EACCES || number == EPERM || number == EROFS) return forbidden(message + " (check the file's permissions)", "FILE_FORBIDDEN");
  return internal_error(message, "FILE_ERROR");
}

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

Result<std::string> read_file(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return failed("reading", path, errno);
  std::string text;
  struct stat info {};
  if (::fstat(file.fd, &info) == 0 && S_ISDIR(info.st_mode)) return failed("reading", path, EISDIR);
  text.reserve(static_cast<std::size_t>(info.st_size) + 1);
  char buffer[16384];
  for (;;) {
    const ssize_t n = ::read(file.fd, buffer, sizeof buffer);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (n == 0) return text;
    if (n < 0 && errno != EINTR) return failed("reading", path, errno);
  }
}

Status write_file(const std::string& path, std::string_view text) {
  static std::atomic<unsigned> counter{0};
  std::error_code code;
  fs::path target(path);
  if (fs::is_symlink(target, code)) {
    fs::path real = fs::weakly_canonical(target, code);
    if (!code) target = real;
  }
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), code);
  const std::string beside = (target.parent_path() / ("." + target.filename().string() + ".tmp-" + std::to_string(::getpid()) + "-" +
                                                      std::to_string(counter.fetch_add(1))))
                                 .string();
  mode_t mode = 0644;
  struct stat old {};
  if (::stat(target.c_str(), &old) == 0) mode = old.st_mode & 07777;
  {
    Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
    if (file.fd < 0) return failed("writing", path, errno);
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t n = ::write(file.fd, text.data() + at, text.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        const int number = errno;
        ::unlink(beside.c_str());
        return failed("writing", path, number);
      }
      at += static_cast<std::size_t>(n);
    }
    ::fchmod(file.fd, mode);
    ::fsync(file.fd);
  }
  if (::rename(beside.c_str(), target.c_str()) != 0) {
    const int number = errno;
    ::unlink(beside.c_str());
    return failed("writing", path, number);
  }
  return {};
}

}  // namespace slipway::config
