// FolderLock: the lock of a workspace, a file held by flock for the life of the host, with the pid in it. Thread-safe; blocks on
// files.
#pragma once

#include <memory>
#include <string>

#include "slipway/base/result.h"

namespace workbench::host {

class FolderLock {
 public:
  // CONFLICT / WORKSPACE_IN_USE with the pid of who has it, UNAVAILABLE / WORKSPACE_UNWRITABLE.
  static slipway::Result<std::unique_ptr<FolderLock>> take(const std::string& folder);
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

// What is written when a workspace runs stays inside it: a link in .slipway of a foreign folder could lead anywhere. BAD_REQUEST
// when there is one.
slipway::Status no_links(const std::string& folder);

}  // namespace workbench::host
