#include "workbench/host/recording.h"

#include <algorithm>

#include "workbench/host/described.h"
#include "workbench/host/host.h"
#include "workbench/host/run_documents.h"
#include "workbench/traffic/redact.h"

namespace workbench::host {

using slipway::Result;
using slipway::telemetry::LogLine;
using recorder::RunWriter;

namespace {

constexpr std::uint64_t kLogLines = 500;  // kept between two looks
constexpr std::size_t kHistory = 1'000;

template <class T>
std::string json(const T& value) {
  std::string out;
  slipway::codec::append_json(out, value);
  return out;
}

}  // namespace

// Lines wait here for the next look; beyond so many they are only counted.
class Recording::LogTap final : public slipway::telemetry::LogSink {
 public:
  void write(const LogLine& line) override {
    std::lock_guard lock(mutex_);
    ++count_;
    if (lines_.size() < kLogLines) lines_.push_back(line);
  }
  std::vector<LogLine> take(std::uint64_t& count) {
    std::lock_guard lock(mutex_);
    count = std::exchange(count_, 0);
    return std::exchange(lines_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<LogLine> lines_;
  std::uint64_t count_ = 0;
};

Recording::Recording(recorder::RunFolder& folder, recorder::Recorder& recorder, std::shared_ptr<RunWriter> writer)
    : folder_(folder), recorder_(recorder), writer_(std::move(writer)), log_(std::make_shared<LogTap>()) {
  recorder_.set_tap(writer_);
  slipway::telemetry::Log::system().add_sink(log_);
}

Result<std::unique_ptr<Recording>> Recording::begin(recorder::RunFolder& folder, recorder::Recorder& recorder, Say say) {
  RunWriter::Options options;
  options.on_stop = [say](const std::string& why) { say("the run is not recorded any further: " + why + "; what was written until now stays"); };
  auto writer = RunWriter::begin(folder, std::move(options));
  if (!writer.ok()) return writer.error();
  return std::unique_ptr<Recording>(new Recording(folder, recorder, std::move(*writer)));
}

Recording::~Recording() {
  slipway::telemetry::Log::system().remove_sink(log_.get());
  recorder_.telemetry().drain();
  recorder_.set_tap(nullptr);
  bool keep;
  {
    std::lock_guard lock(mutex_);
    look_at_seconds(true);
    look_at_log();
    keep = something_;
  }
  writer_->close(keep);
  folder_.trim();
}

void Recording::add(const traffic::Exchange& exchange) {
  traffic::Exchange x = traffic::redacted(exchange);
  std::string sent = std::move(x.sent_body), body = std::move(x.body);
  x.sent_body.clear();
  x.body.clear();
  {
    std::lock_guard lock(mutex_);
    something_ = true;
  }
  writer_->add_exchange(x.started_wall_ns, x.request.id, json(x), std::move(sent), std::move(body));
}

void Recording::look(Host& host) {
  std::lock_guard lock(mutex_);
  if (!ended_) look_at(host, false);
}

void Recording::last_look(Host& host) {
  std::lock_guard lock(mutex_);
  if (!ended_) look_at(host, true);
  ended_ = true;
}

template <class T>
void Recording::put(const std::string& name, const T& document) {
  std::string text = json(document);
  if (std::string& before = documents_[name]; before != text) {
    before = text;
    writer_->put_document(name, std::move(text));
  }
}

void Recording::look_at(Host& host, bool last) {
  if (looks_++ == 0) first_version_ = host.config_version();
  if (looks_ == 2) folder_.trim();  // on the host's own thread, not when it opens
  for (const auto& [instance, service] : recorder_.instances())
    if (auto& known = instances_[instance]; known != service) writer_->put_instance(instance, known = service);

  Totals totals = host.totals();
  entry_ = totals.entry_service;
  const bool traffic = look_at_seconds(false);
  if (traffic) {
    busy_ = totals;
    put("edges", host.edges());
  } else {
    totals.requests_per_s = busy_.requests_per_s;
    totals.errors_per_s = busy_.errors_per_s;
    totals.p99_ns = busy_.p99_ns;
  }
  if (traffic || last || looks_ == 1) put("totals", totals);
  if (looks_ == 1) put("edges", host.edges());

  // Rates stand in the seconds; how long each has run follows from when it was looked at.
  RunServices services{0, host.services()};
  std::vector<slipway::Duration> uptimes;
  for (auto& row : services.rows) {
    row.rate = {};
    uptimes.push_back(std::exchange(row.uptime, {}));
  }
  if (std::string seen = json(services); last || seen != services_) {
    services_ = std::move(seen);
    services.at_ns = slipway::Clock::system().wall().time_since_epoch().count();
    for (std::size_t i = 0; i < services.rows.size(); ++i) services.rows[i].uptime = uptimes[i];
    put("services", services);
  }
  look_at_config(host, last);
  look_at_log();
}

// Ended seconds once; at the end the running one, too.
bool Recording::look_at_seconds(bool last) {
  bool any = false;
  for (const auto& s : recorder_.seconds(next_second_)) {
    if (s.running && !last) continue;
    const auto service = instances_.find(s.instance);
    writer_->add_second(s, (service == instances_.end() ? s.instance : service->second) == entry_);
    any = true;
    next_second_ = std::max(next_second_, s.wall_s);
  }
  if (any) ++next_second_;
  something_ = something_ || any;
  return any;
}

// The last entries are written again: who applied them is known a little later.
void Recording::look_at_config(Host& host, bool last) {
  const std::uint64_t version = host.config_version();
  if (version == config_version_ && !last) return;
  const std::uint64_t from = last || config_version_ < 3 ? 0 : config_version_ - 3;
  config_version_ = version;
  for (const auto& change : host.history(kHistory)) {
    if (change.version < from) break;
    something_ = something_ || change.version > first_version_;
    writer_->put_change(change.version, change.key, json(change));
  }
  put("config", host.config());
}

void Recording::look_at_log() {
  std::uint64_t count = 0;
  const auto lines = log_->take(count);
  if (count > 0) writer_->count_log(count);
  for (const auto& line : lines) writer_->add_log(line.wall_ns, json(line));
}

}  // namespace workbench::host
