// RemoteSource: what config sources on a server share: a thread that waits for changes, and asks again, more and more slowly,
// while the server does not answer. When it answers again the document is read anew, so that nothing missed stays missed.
// Inside the module only.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "slipway/adapters/http_exchange.h"
#include "slipway/config/source.h"

namespace slipway::adapters {

class RemoteSource : public config::Source {
 public:
  ~RemoteSource() override;
  Result<config::Document> load() final;
  void watch(std::function<void()> changed) final;
  void stop() final;

 protected:
  explicit RemoteSource(std::string name);
  virtual Result<config::Document> read() = 0;
  // Waits for the next change on the watcher's thread, by `exchange`, which stop() cancels; returns when there is one.
  // An error makes the thread wait (0.1 s, doubling to 10 s) and call again; the document counts as changed then.
  virtual Status await_change(HttpExchange& exchange) = 0;
  virtual std::unique_ptr<HttpExchange> connect() = 0;

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::uint64_t loads_ = 0;
  std::function<void()> changed_;
  std::unique_ptr<HttpExchange> exchange_;  // the watcher's; under mutex_ while it is replaced
  std::thread thread_;
};

// A document of named entries, as key-value stores hold it. `name` is relative to the source's prefix: with the extension of
// a config format ("orders.yaml") the entry is a document of its own, laid over those before it; else it is one key,
// "orders/http/timeout" meaning orders.http.timeout, and its text the value. `where` is what people read ("etcd /config/a.yaml").
Status lay_entry(config::Document& whole, const std::string& name, const std::string& text, const std::string& where);
// The entry's name of a key: "orders.http.timeout" -> "orders/http/timeout".
std::string entry_of(std::string_view key);

}  // namespace slipway::adapters
