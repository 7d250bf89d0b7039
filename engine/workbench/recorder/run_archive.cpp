#include "workbench/recorder/run_archive.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "workbench/recorder/run_file.h"

namespace workbench::recorder {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;

namespace {

constexpr const char* kBeside[] = {".sqlite", ".sqlite-wal", ".sqlite-shm", ".lock", ".star"};

// Whoever records a run holds its lock file alone; to share it is to ask whether somebody does, without being in the way of others who
// ask.
bool being_recorded(const fs::path& lock) {
  const int fd = ::open(lock.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return held;
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code ec;
  const auto n = fs::file_size(file, ec);
  return ec ? 0 : static_cast<std::uint64_t>(n);
}

// The second line of a lock file: why nothing was written after some moment. The file has its bytes from the beginning (run_writer.cpp),
// so that this can be written even when the disk is full.
std::string stop_noted(const fs::path& lock) {
  std::ifstream in(lock);
  std::string pid, why;
  std::getline(in, pid);
  std::getline(in, why);
  why.erase(why.find_last_not_of(" \t\r\n") + 1);
  return why;
}

}  // namespace

RunFolder::RunFolder(const std::string& workspace_folder) : folder_(fs::path(workspace_folder) / ".slipway" / "recordings") {}

RunInfo RunFolder::look(const std::string& id) const {
  const fs::path file = file_of(id), lock = folder_ / (id + ".lock");
  std::error_code ec;
  RunInfo info;
  std::uint64_t bytes = 0;
  for (const char* end : kBeside) bytes += size_of(folder_ / (id + end));
  const auto time = fs::last_write_time(file, ec);
  const std::int64_t changed = ec ? 0 : std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::file_clock::to_sys(time).time_since_epoch()).count();
  const bool recording = being_recorded(lock);
  const bool starred = fs::exists(folder_ / (id + ".star"), ec);
  if (!recording) {
    std::lock_guard guard(mutex_);
    if (const auto it = known_.find(id); it != known_.end() && it->second.bytes == bytes && it->second.changed == changed) {
      info = it->second.info;
      info.starred = starred;
      return info;
    }
  }
  const auto opened = RunFile::open(file.string());
  auto read = opened.ok() ? (*opened)->summary() : Result<RunInfo>(opened.error());
  if (read.ok())
    info = std::move(*read);
  else
    info.problem = read.error().message(), info.started_ns = info.ended_ns = changed;
  info.id = id;
  info.bytes = bytes;
  info.starred = starred;
  if (recording) info.state = RunInfo::State::Recording;
  if (info.stopped_writing.empty()) info.stopped_writing = stop_noted(lock);
  std::lock_guard guard(mutex_);
  if (recording)
    known_.erase(id);
  else
    known_[id] = {bytes, changed, info};
  return info;
}

std::vector<RunInfo> RunFolder::list() const {
  std::error_code ec;
  std::vector<RunInfo> all;
  if (fs::is_symlink(folder_, ec)) return all;
  for (fs::directory_iterator it(folder_, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code one;
    if (it->path().extension() == ".sqlite" && fs::is_regular_file(it->symlink_status(one))) all.push_back(look(it->path().stem().string()));
  }
  std::sort(all.begin(), all.end(), [](const RunInfo& a, const RunInfo& b) { return a.started_ns != b.started_ns ? a.started_ns > b.started_ns : a.id > b.id; });
  return all;
}

Result<RunInfo> RunFolder::find(const std::string& id) const {
  const auto all = list();
  std::vector<const RunInfo*> fits;
  std::string there;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].id == id) return all[i];
    if (!id.empty() && all[i].id.starts_with(id)) fits.push_back(&all[i]);
    if (i < 5) there += (i > 0 ? ", " : "") + all[i].id;
  }
  if (fits.size() == 1) return *fits.front();
  if (fits.size() > 1) return slipway::bad_request("several runs begin with " + id + " (" + fits[0]->id + ", " + fits[1]->id + ")", "RUN_AMBIGUOUS");
  return slipway::not_found("there is no run " + id + " in " + folder_.string() + (there.empty() ? "; none was recorded yet" : "; the newest are " + there), "NO_RUN");
}

Status RunFolder::star(const std::string& id, bool on) {
  const auto run = find(id);
  if (!run.ok()) return run.error();
  const fs::path star = folder_ / (run->id + ".star");
  std::error_code ec;
  if (!on) {
    fs::remove(star, ec);
    return ec ? Status(slipway::unavailable("removing " + star.string() + ": " + ec.message(), "RUN_NOT_STARRED")) : Status();
  }
  const int fd = ::open(star.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return slipway::unavailable("writing " + star.string() + ": " + std::error_code(errno, std::generic_category()).message(), "RUN_NOT_STARRED");
  ::close(fd);
  return {};
}

Status RunFolder::remove_files(const std::string& id) {
  if (being_recorded(folder_ / (id + ".lock"))) return slipway::conflict("the run " + id + " is being recorded; it can be removed when its host has ended", "RUN_RECORDING");
  for (const char* end : kBeside) {
    std::error_code ec;
    const fs::path file = folder_ / (id + end);
    fs::remove(file, ec);
    if (ec) return slipway::unavailable("removing " + file.string() + ": " + ec.message(), "RUN_NOT_REMOVED");
  }
  std::lock_guard lock(mutex_);
  known_.erase(id);
  return {};
}

Status RunFolder::remove(const std::string& id) {
  const auto run = find(id);
  if (!run.ok()) return run.error();
  return remove_files(run->id);
}

Result<RunFolder::Freed> RunFolder::clean() {
  Freed freed;
  for (const RunInfo& run : list()) {
    if (run.starred || run.state == RunInfo::State::Recording) continue;
    const auto s = remove_files(run.id);
    if (!s.ok() && s.error().reason() == "RUN_RECORDING") continue;  // a lock that was taken this moment
    if (!s.ok()) return s.error();
    ++freed.runs;
    freed.bytes += run.bytes;
  }
  return freed;
}

RunFolder::Freed RunFolder::trim() {
  Freed freed;
  std::size_t runs = 0;
  std::uint64_t bytes = 0;
  for (const RunInfo& run : list()) {
    if (run.starred) continue;
    ++runs;
    bytes += run.bytes;
    if (run.state == RunInfo::State::Recording || (runs <= kUnstarred && bytes <= kBytes)) continue;
    if (!remove_files(run.id).ok()) continue;
    ++freed.runs;
    freed.bytes += run.bytes;
  }
  return freed;
}

RunFolder::Usage RunFolder::usage() const {
  Usage u;
  for (const RunInfo& run : list()) {
    ++u.runs;
    u.starred += run.starred;
    u.bytes += run.bytes;
  }
  return u;
}

}  // namespace workbench::recorder
