// RunFolder: the recorded runs of a workspace. A run is what one host did from its opening to its close; each is one SQLite file,
// `.slipway/recordings/<id>.sqlite`, with beside it `<id>.lock` while it is recorded (or after a stop that could not be written into
// the file any more) and `<id>.star` when it is to stay. Files are readable by their user alone.
//
// The newest 20 runs without a star stay, and less when those take more than 2 GB. A run with a star goes only when it is asked to; one
// that is being recorded never does, whichever process records it.
// Thread-safe; every method may block on the disk. Nothing is written unless a method says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace workbench::recorder {

struct RunInfo {
  std::string id;                    // "20261126-135500-3f2a", also the file's stem
  std::int64_t started_ns = 0;       // Unix time
  std::int64_t ended_ns = 0;         // of the last thing written when the run was not closed
  enum class State {
    Recording,
    Closed,
    Cut,                             // its process ended without closing it
  };
  State state = State::Closed;
  bool starred = false;
  std::uint64_t bytes = 0;           // on disk, with the files beside it
  std::uint64_t requests = 0;        // of the entry service; of all services when that had none
  std::uint64_t errors = 0;
  std::uint64_t traces = 0;          // kept in the file
  std::uint64_t not_kept = 0;        // traces that the live window had and this file has not (limit per second, queue, disk full)
  std::string stopped_writing;       // why nothing was written after some moment ("the disk is full"), or empty
  std::string problem;               // why it cannot be opened (a newer version, no such file format), or empty; times are the file's then, figures 0
  friend bool operator==(const RunInfo&, const RunInfo&) = default;
};

class RunFolder {
 public:
  static constexpr std::size_t kUnstarred = 20;
  static constexpr std::uint64_t kBytes = 2'000'000'000;

  explicit RunFolder(const std::string& workspace_folder);

  std::vector<RunInfo> list() const;                    // newest first
  slipway::Result<RunInfo> find(const std::string& id) const;  // whole or a unique beginning; NOT_FOUND / NO_RUN names what there is

  slipway::Status star(const std::string& id, bool on);
  slipway::Status remove(const std::string& id);        // CONFLICT / RUN_RECORDING for one that is being recorded

  struct Freed {
    std::size_t runs = 0;
    std::uint64_t bytes = 0;
  };
  slipway::Result<Freed> clean();                       // removes all but those with a star and the one being recorded
  Freed trim();                                         // removes what is beyond the limits above

  struct Usage {
    std::size_t runs = 0, starred = 0;
    std::uint64_t bytes = 0;
  };
  Usage usage() const;

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path file_of(const std::string& id) const { return folder_ / (id + ".sqlite"); }

 private:
  // What a file that is not written any more says of itself, as of its size and time.
  struct Known {
    std::uint64_t bytes = 0;
    std::int64_t changed = 0;
    RunInfo info;
  };
  RunInfo look(const std::string& id) const;
  slipway::Status remove_files(const std::string& id);
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Known> known_;
};

}  // namespace workbench::recorder
