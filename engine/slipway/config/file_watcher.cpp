#include "slipway/config/file_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "slipway/config/atomic_file.h"

namespace slipway::config {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// Hash of a file's content; nothing when it cannot be read.
std::optional<std::uint64_t> content_of(const std::string& path) {
  auto text = read_file(path);
  if (!text) return std::nullopt;
  std::uint64_t h = 1469598103934665603ull;
  for (const unsigned char c : *text) h = (h ^ c) * 1099511628211ull;
  return h;
}

std::string absolute(const std::string& path) { return fs::absolute(path).lexically_normal().string(); }

bool hidden(const std::string& name) { return !name.empty() && name.front() == '.'; }

}  // namespace

struct FileWatcher::Impl {
  struct Tracked {
    std::string as_given;
    std::optional<std::uint64_t> content;
    bool from_tree = false;
  };
  struct Tree {
    std::string root;
    std::function<bool(const std::string&)> wanted;
  };

  Options options;
  Changed changed;
  int inotify = -1, wake = -1;
  std::mutex mutex;
  std::map<std::string, Tracked> files;            // by absolute path
  std::vector<Tree> trees;
  std::map<int, std::string> folders;              // watch descriptor -> folder
  std::map<std::string, int> watched;              // folder -> watch descriptor
  std::map<std::string, std::set<std::string>> aliases;  // where a linked file really is -> paths that lead there
  bool stopping = false;
  std::thread thread;

  // Watches `folder`, or the nearest one above it that exists.
  void watch_folder(const std::string& folder) {
    std::string at = folder;
    std::error_code code;
    while (!fs::is_directory(at, code) && at != "/" && !at.empty()) at = fs::path(at).parent_path().string();
    if (at.empty() || watched.contains(at)) return;
    const int wd = inotify_add_watch(inotify, at.c_str(), kMask);
    if (wd < 0) return;
    folders[wd] = at;
    watched[at] = wd;
  }

  void watch_file(const std::string& path) {
    watch_folder(fs::path(path).parent_path().string());
    std::error_code code;
    const std::string real = fs::weakly_canonical(path, code).string();
    if (!code && real != path) {
      aliases[real].insert(path);
      watch_folder(fs::path(real).parent_path().string());
    }
  }

  // Follows every folder of a tree and tracks what is wanted in it. New files are tracked without a content, so that they
  // are reported; at the first walk their present content counts as known.
  void walk(const Tree& tree, const std::string& folder, bool first) {
    watch_folder(folder);
    std::error_code code;
    for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, code), end; !code && it != end; it.increment(code)) {
      const std::string path = it->path().string();
      if (hidden(it->path().filename().string())) continue;
      std::error_code kind;
      if (it->is_directory(kind) && !it->is_symlink(kind)) {
        walk(tree, path, first);
      } else if (tree.wanted(fs::path(path).lexically_relative(tree.root).string()) && !files.contains(path)) {
        files[path] = {path, first ? content_of(path) : std::nullopt, true};
        watch_file(path);
      }
    }
  }

  void poke() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(wake, &one, sizeof one);
  }

  // Reads pending events; true when something may have changed. `suspects` collects paths, `all` asks for a look at every file.
  bool drain(std::set<std::string>& suspects, bool& all) {
    alignas(inotify_event) char buffer[16384];
    bool any = false;
    for (;;) {
      const ssize_t n = ::read(inotify, buffer, sizeof buffer);
      if (n <= 0) return any;
      std::lock_guard lock(mutex);
      for (ssize_t i = 0; i < n;) {
        const auto* e = reinterpret_cast<const inotify_event*>(buffer + i);
        i += static_cast<ssize_t>(sizeof(inotify_event)) + e->len;
        any = take(*e, suspects, all) || any;
      }
    }
  }

  bool take(const inotify_event& e, std::set<std::string>& suspects, bool& all) {
    if (e.mask & IN_Q_OVERFLOW) return all = true;
    const auto folder = folders.find(e.wd);
    if (folder == folders.end()) return false;
    if (e.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) {
      if (e.mask & IN_MOVE_SELF) inotify_rm_watch(inotify, e.wd);
      watched.erase(folder->second);
      folders.erase(folder);
      return all = true;
    }
    const std::string name = e.len ? std::string(e.name) : std::string();
    const std::string path = folder->second == "/" ? "/" + name : folder->second + "/" + name;
    if (e.mask & IN_ISDIR) {
      if (hidden(name) && !name.starts_with("..")) return ancestor_of_tracked(path) && (all = true);
      return all = true;
    }
    if (name.starts_with("..")) return all = true;  // Kubernetes swaps its ..data link
    bool mine = false;
    if (files.contains(path)) {
      // A plain file being created is looked at when its writer closes it; a link or a second name is complete at once.
      if (e.mask & IN_CREATE) {
        std::error_code code;
        if (!fs::is_symlink(path, code) && fs::hard_link_count(path, code) < 2) return false;
      }
      suspects.insert(path);
      mine = true;
    }
    if (const auto real = aliases.find(path); real != aliases.end()) {
      suspects.insert(real->second.begin(), real->second.end());
      mine = true;
    }
    if (!mine && !hidden(name)) {
      for (const auto& tree : trees) {
        if (!path.starts_with(tree.root + "/") || !tree.wanted(path.substr(tree.root.size() + 1))) continue;
        if ((e.mask & IN_CREATE) && !fs::is_symlink(path)) continue;
        files[path] = {path, std::nullopt, true};
        suspects.insert(path);
        mine = true;
      }
    }
    return mine;
  }

  bool ancestor_of_tracked(const std::string& folder) const {
    const auto it = files.lower_bound(folder + "/");
    return it != files.end() && it->first.starts_with(folder + "/");
  }

  std::vector<std::string> compare(const std::set<std::string>& suspects, bool all) {
    std::lock_guard lock(mutex);
    if (all) {
      for (const auto& tree : trees) walk(tree, tree.root, false);
      for (const auto& [path, file] : files) watch_file(path);
    }
    std::vector<std::string> out;
    for (auto it = files.begin(); it != files.end();) {
      auto& [path, file] = *it;
      if (!all && !suspects.contains(path)) {
        ++it;
        continue;
      }
      auto now = content_of(path);
      const bool differs = now != file.content;
      if (differs) out.push_back(file.as_given);
      file.content = now;
      if (!all && differs) watch_file(path);
      it = !now && file.from_tree ? files.erase(it) : std::next(it);
    }
    return out;
  }

  void run() {
    std::set<std::string> suspects;
    bool all = false, pending = false;
    TimePoint first{}, last{};
    for (;;) {
      int wait = -1;
      if (pending) {
        const TimePoint due = std::min(last + options.quiet, first + options.limit);
        const auto left = due - Clock::system().now();
        wait = left <= Duration::zero() ? 0 : static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(left).count()) + 1;
      }
      pollfd fds[2] = {{inotify, POLLIN, 0}, {wake, POLLIN, 0}};
      const int n = wait == 0 ? 0 : ::poll(fds, 2, wait);
      if (n < 0 && errno != EINTR) return;
      {
        std::lock_guard lock(mutex);
        if (stopping) return;
      }
      if (n > 0 && (fds[1].revents & POLLIN)) {
        std::uint64_t count;
        [[maybe_unused]] const auto r = ::read(wake, &count, sizeof count);
      }
      if (drain(suspects, all)) {
        last = Clock::system().now();
        if (!pending) first = last;
        pending = true;
      }
      const TimePoint now = Clock::system().now();
      if (!pending || (now < last + options.quiet && now < first + options.limit)) continue;
      const auto paths = compare(suspects, all);
      suspects.clear();
      all = pending = false;
      if (!paths.empty()) changed(paths);
    }
  }
};

FileWatcher::FileWatcher(Options options, Changed changed) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  impl_->changed = std::move(changed);
  impl_->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  impl_->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (impl_->inotify >= 0 && impl_->wake >= 0) impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

FileWatcher::~FileWatcher() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  if (impl_->wake >= 0) impl_->poke();
  if (impl_->thread.joinable()) impl_->thread.join();
  if (impl_->inotify >= 0) ::close(impl_->inotify);
  if (impl_->wake >= 0) ::close(impl_->wake);
}

Status FileWatcher::add(const std::string& path) {
  if (impl_->inotify < 0)
    return unavailable("watching " + path + ": no inotify instance left (raise fs.inotify.max_user_instances)", "NO_INOTIFY");
  const std::string full = absolute(path);
  std::lock_guard lock(impl_->mutex);
  impl_->watch_file(full);
  impl_->files[full] = {path, content_of(full), false};
  return {};
}

void FileWatcher::remove(const std::string& path) {
  std::lock_guard lock(impl_->mutex);
  impl_->files.erase(absolute(path));
}

Status FileWatcher::add_tree(const std::string& folder, std::function<bool(const std::string&)> wanted) {
  if (impl_->inotify < 0)
    return unavailable("watching " + folder + ": no inotify instance left (raise fs.inotify.max_user_instances)", "NO_INOTIFY");
  std::lock_guard lock(impl_->mutex);
  impl_->trees.push_back({absolute(folder), std::move(wanted)});
  impl_->walk(impl_->trees.back(), impl_->trees.back().root, true);
  return {};
}

void FileWatcher::known(const std::string& path) {
  const std::string full = absolute(path);
  std::lock_guard lock(impl_->mutex);
  if (const auto it = impl_->files.find(full); it != impl_->files.end()) it->second.content = content_of(full);
}

}  // namespace slipway::config
