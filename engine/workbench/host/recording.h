// Recording: the run that a host writes down. Traces and events come from the recorder as they happen, lines from the log, exchanges from
// whoever sends; the rest (rates, services, config and its history) is looked at once a second and written when it is new. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "workbench/host/views.h"
#include "workbench/recorder/run_writer.h"
#include "workbench/traffic/exchange.h"

namespace workbench::host {

class Host;

class Recording {
 public:
  using Say = std::function<void(const std::string& error)>;  // on any thread
  // Before anything of the host happens. UNAVAILABLE / RUN_NOT_RECORDED.
  static slipway::Result<std::unique_ptr<Recording>> begin(recorder::RunFolder& folder, recorder::Recorder& recorder, Say say);
  ~Recording();  // closes the run, or removes it when nothing was asked for or changed; blocks

  const std::string& id() const { return writer_->id(); }
  void look(Host& host);
  void last_look(Host& host);                  // while the host still has everything; later ones do nothing
  void add(const traffic::Exchange& exchange);
  void flush() { writer_->flush(); }           // blocks

 private:
  class LogTap;
  Recording(recorder::RunFolder& folder, recorder::Recorder& recorder, std::shared_ptr<recorder::RunWriter> writer);
  void look_at(Host& host, bool last);
  bool look_at_seconds(bool last);
  void look_at_config(Host& host, bool last);
  void look_at_log();
  template <class T>
  void put(const std::string& name, const T& document);

  recorder::RunFolder& folder_;
  recorder::Recorder& recorder_;
  std::shared_ptr<recorder::RunWriter> writer_;
  std::shared_ptr<LogTap> log_;

  std::mutex mutex_;  // what follows
  bool ended_ = false, something_ = false;     // something: worth a file
  std::uint64_t looks_ = 0;
  std::int64_t next_second_ = 0;               // Unix time
  std::string entry_;
  std::map<std::string, std::string> instances_;
  std::map<std::string, std::string> documents_;  // as they were put last
  std::string services_;                       // as they were when they were put last, but for rates and uptimes
  std::uint64_t first_version_ = 0, config_version_ = 0;
  Totals busy_;                                // of the last second with traffic
};

}  // namespace workbench::host
