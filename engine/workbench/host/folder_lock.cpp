#include "workbench/host/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace workbench::host {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;

Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/.slipway/lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return slipway::unavailable(path + " cannot be opened: " + std::strerror(errno), "WORKSPACE_UNWRITABLE");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char text[32] = {};
    [[maybe_unused]] const ssize_t n = ::read(fd, text, sizeof text - 1);
    ::close(fd);
    const std::string pid = std::to_string(std::strtol(text, nullptr, 10));
    return slipway::conflict("the workspace " + folder + " is served by process " + pid + " already; use that one (every verb attaches to it) or end it first", "WORKSPACE_IN_USE")
        .with_metadata("pid", pid);
  }
  std::unique_ptr<FolderLock> lock(new FolderLock(fd));
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) return slipway::unavailable(path + " cannot be written", "WORKSPACE_UNWRITABLE");
  return lock;
}

FolderLock::~FolderLock() { ::close(fd_); }

Status no_links(const std::string& folder) {
  std::error_code code;
  const auto refuse = [](const fs::path& link) {
    return slipway::bad_request(link.string() + " is a symbolic link; what a workspace records must lie inside it (remove the link)", "BAD_WORKSPACE");
  };
  const fs::path records = fs::path(folder) / ".slipway";
  if (fs::is_symlink(records, code)) return refuse(records);
  for (fs::recursive_directory_iterator it(records, code), end; !code && it != end; it.increment(code))
    if (std::error_code one; it->is_symlink(one)) return refuse(it->path());
  return {};
}

}  // namespace workbench::host
