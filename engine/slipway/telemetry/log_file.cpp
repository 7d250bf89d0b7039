// Lines to a file that rotates by size and day. Lives on its sink's thread.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "slipway/telemetry/log_output.h"

namespace slipway::telemetry {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDay = 86'400;

class File final : public LogOutput {
 public:
  explicit File(const FileOptions& options) : options_(options) {}
  ~File() override { close(); }

  bool open(std::string& error) {
    std::error_code ec;
    if (const auto folder = fs::path(options_.path).parent_path(); !folder.empty()) fs::create_directories(folder, ec);
    descriptor_ = ::open(options_.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    struct stat s {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &s) != 0 || S_ISDIR(s.st_mode)) {
      error = options_.path + ": " + std::strerror(errno);
      close();
      return false;
    }
    device_ = s.st_dev, inode_ = s.st_ino;
    size_ = static_cast<std::uint64_t>(s.st_size);
    // A file of yesterday that we go on with is yesterday's.
    day_ = size_ > 0 ? s.st_mtim.tv_sec / kDay : today();
    return true;
  }

  std::size_t write(std::string_view lines, std::string& error) override {
    std::size_t done = 0;
    if (descriptor_ >= 0 && moved_away()) close();
    while (done < lines.size()) {
      if (descriptor_ < 0 && !open(error)) return done;
      if (options_.daily && day_ != today() && size_ > 0) rotate();
      day_ = today();
      if (descriptor_ < 0) continue;
      std::string_view piece = fitting(lines.substr(done));
      if (piece.empty()) {
        if (rotate()) continue;
        piece = lines.substr(done);
      }
      const std::size_t taken = write_all(descriptor_, piece, error);
      size_ += taken;
      done += taken;
      if (taken < piece.size()) {
        error = options_.path + ": " + error;
        return done;
      }
    }
    return done;
  }

 private:
  std::int64_t today() const { return options_.queue.clock->wall().time_since_epoch() / std::chrono::seconds(kDay); }

  bool moved_away() const {
    struct stat s {};
    return ::stat(options_.path.c_str(), &s) != 0 || s.st_dev != device_ || s.st_ino != inode_;
  }

  // As many whole lines as the file has room for; a line longer than a file gets one of its own. Empty: the file is full.
  std::string_view fitting(std::string_view lines) const {
    if (options_.max_size == 0) return lines;
    const std::uint64_t room = options_.max_size > size_ ? options_.max_size - size_ : 0;
    if (lines.size() <= room) return lines;
    const std::size_t end = room == 0 ? std::string_view::npos : lines.rfind('\n', static_cast<std::size_t>(room) - 1);
    if (end != std::string_view::npos) return lines.substr(0, end + 1);
    return size_ == 0 ? lines.substr(0, lines.find('\n') + 1) : std::string_view();
  }

  // PATH.N-1 -> PATH.N, …, PATH -> PATH.1. False when the full file could not be moved: then it grows on.
  bool rotate() {
    close();
    const auto backup = [this](int k) { return options_.path + "." + std::to_string(k); };
    if (options_.backups <= 0) {
      (void)::unlink(options_.path.c_str());
    } else {
      for (int k = options_.backups - 1; k >= 1; --k) (void)::rename(backup(k).c_str(), backup(k + 1).c_str());
      (void)::rename(options_.path.c_str(), backup(1).c_str());
    }
    std::string told_by_the_next_open;
    return !open(told_by_the_next_open) || size_ == 0;
  }

  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  const FileOptions options_;
  int descriptor_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::uint64_t size_ = 0;
  std::int64_t day_ = 0;
};

}  // namespace

Result<std::shared_ptr<QueuedSink>> file_sink(const FileOptions& options) {
  auto file = std::make_unique<File>(options);
  std::string error;
  if (!file->open(error)) return Error(500, "LOG_FILE", "opening the log file " + error + " (check the path and who may write there)");
  return queued(std::move(file), options.queue);
}

}  // namespace slipway::telemetry
