#include "slipway/adapters/remote_source.h"

#include <algorithm>

#include "slipway/codec/codec.h"
#include "slipway/config/edit.h"

namespace slipway::adapters {

RemoteSource::RemoteSource(std::string name) : Source(std::move(name), config::Rank::Remote) {}

// The last class of the family calls stop() in its own destructor: the thread uses its members.
RemoteSource::~RemoteSource() { stop(); }

Result<config::Document> RemoteSource::load() {
  auto document = read();
  {
    std::lock_guard lock(mutex_);
    ++loads_;
  }
  wake_.notify_all();
  if (!document && !document.error().where().known()) return document.error().with_mark({name(), 0, 0});
  return document;
}

void RemoteSource::watch(std::function<void()> changed) {
  stop();
  std::lock_guard lock(mutex_);
  stopping_ = false;
  changed_ = std::move(changed);
  exchange_ = connect();
  thread_ = std::thread([this] { run(); });
}

void RemoteSource::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (exchange_) exchange_->cancel();
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RemoteSource::run() {
  constexpr auto kFirst = std::chrono::milliseconds(100), kLongest = std::chrono::milliseconds(10'000);
  auto pause = kFirst;
  for (;;) {
    const Status status = await_change(*exchange_);
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (!status) {
      wake_.wait_for(lock, pause, [&] { return stopping_; });
      if (stopping_) return;
      pause = std::min(pause * 2, kLongest);
    } else {
      pause = kFirst;
    }
    const std::uint64_t before = loads_;
    lock.unlock();
    changed_();
    lock.lock();
    // The next wait begins where the reading ended, else the same change would be told again and again.
    wake_.wait_for(lock, std::chrono::seconds(5), [&] { return stopping_ || loads_ != before; });
    if (stopping_) return;
  }
}

Status lay_entry(config::Document& whole, const std::string& name, const std::string& text, const std::string& where) {
  const auto at_place = [&](const Error& e) { return e.with_mark({where, e.where().line, e.where().column}); };
  const std::size_t dot = name.rfind('.'), slash = name.rfind('/');
  const codec::Codec* codec = dot == std::string::npos || (slash != std::string::npos && dot < slash) ? nullptr : codec::find_codec(name.substr(dot + 1));
  Value part{Value::Map()};
  if (codec) {
    auto root = codec->decode(text);
    if (!root) return at_place(root.error());
    if (!root->is_map() && !root->is_null()) return bad_request("a config document must be a map of keys", "NOT_A_MAP").with_mark({where, 0, 0});
    if (root->is_map()) {
      auto expanded = config::expand_dots(*root);
      if (!expanded) return at_place(expanded.error());
      part = std::move(*expanded);
    }
  } else {
    std::string key = name;
    std::replace(key.begin(), key.end(), '/', '.');
    if (key.empty() || key.front() == '.' || key.back() == '.' || key.find("..") != std::string::npos)
      return bad_request("\"" + name + "\" names no key (write section/name, or give it the extension of a format)", "BAD_KEY").with_mark({where, 0, 0});
    part.set_path(key, Value(text));
  }
  // Leaf by leaf, so that each knows where it stands.
  const auto lay = [&](const auto& self, const Value& node, const std::string& path) -> Status {
    if (node.is_null()) return {};
    if (node.is_map()) {
      for (const auto& [step, child] : node.as_map())
        if (auto s = self(self, child, path.empty() ? step : path + "." + step); !s) return s;
      return {};
    }
    for (std::size_t end = path.find('.'); end != std::string::npos; end = path.find('.', end + 1)) {
      const Value* above = whole.root.at_path(path.substr(0, end));
      if (above && !above->is_map())
        return conflict(path.substr(0, end) + " is a value in one entry and a section in another (keep one of the two)", "KEY_CONFLICT").with_mark({where, node.line, node.column});
    }
    if (const Value* old = whole.root.at_path(path); old && old->is_map())
      return conflict(path + " is a value in one entry and a section in another (keep one of the two)", "KEY_CONFLICT").with_mark({where, node.line, node.column});
    whole.root.set_path(path, node);
    whole.files[path] = where;
    whole.places[path] = node.line > 0 ? where + ":" + std::to_string(node.line) + ":" + std::to_string(node.column) : where;
    return {};
  };
  return lay(lay, part, "");
}

std::string entry_of(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '.', '/');
  return name;
}

}  // namespace slipway::adapters
