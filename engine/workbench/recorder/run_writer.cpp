#include "workbench/recorder/run_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "slipway/data/connection.h"
#include "workbench/recorder/described.h"
#include "workbench/recorder/part_bytes.h"
#include "workbench/recorder/run_file.h"

namespace workbench::recorder {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;
using slipway::TraceId;
using slipway::Value;
using slipway::data::Connection;
using slipway::data::ExecInfo;
using slipway::telemetry::NameId;

namespace {

constexpr std::size_t kDecided = 1 << 16;
constexpr std::size_t kLockBytes = 512;

// In the order of RunWriter::Table.
const std::string kInsert[] = {
    "INSERT OR REPLACE INTO second VALUES(?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO event(wall_ns, text) VALUES(?, ?)",
    "INSERT INTO log(wall_ns, text) VALUES(?, ?)",
    "INSERT OR REPLACE INTO change VALUES(?, ?, ?)",
    "INSERT INTO exchange(wall_ns, request, text, sent_body, body) VALUES(?, ?, ?, CAST(? AS BLOB), CAST(? AS BLOB))",
    "INSERT OR REPLACE INTO instance VALUES(?, ?)",
    "INSERT OR REPLACE INTO document VALUES(?, ?)",
};

std::int64_t wall_now() { return slipway::Clock::system().wall().time_since_epoch().count(); }

std::uint64_t bytes_of(const std::vector<Value>& values) {
  std::uint64_t n = 64;
  for (const Value& v : values) n += sizeof(Value) + (v.is_string() ? v.as_string().size() : 0);
  return n;
}

std::string id_of(std::int64_t wall_ns) {
  const std::time_t s = static_cast<std::time_t>(wall_ns / 1'000'000'000);
  std::tm t{};
  ::localtime_r(&s, &t);
  char text[48];
  const auto begun = std::strftime(text, sizeof text, "%Y%m%d-%H%M%S-", &t);
  return std::string(text, begun) + slipway::span_hex(slipway::Ids::system().span_id()).substr(0, 4);
}

std::string said(int error) { return std::error_code(error, std::generic_category()).message(); }

}  // namespace

bool RunWriter::Allowance::take() {
  if (left < 1) return false;
  left -= 1;
  return true;
}

Result<std::shared_ptr<RunWriter>> RunWriter::begin(const RunFolder& folder, Options options) {
  std::shared_ptr<RunWriter> writer(new RunWriter(folder, std::move(options)));
  if (auto s = writer->create(); !s.ok()) {
    writer->close(false);
    return slipway::unavailable("the run is not recorded: " + folder.path().string() + ": " + s.error().root().message(), "RUN_NOT_RECORDED");
  }
  return writer;
}

Status RunWriter::create() {
  const auto wrong = [](const std::string& what, int error) { return slipway::unavailable(what + ": " + said(error)); };
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return wrong("the folder cannot be made", errno);
  std::error_code ec;
  if (fs::is_symlink(folder_, ec)) return slipway::unavailable("is a symbolic link; what a workspace records must lie inside it");
  started_ns_ = wall_now();
  while (lock_ < 0) {
    id_ = id_of(started_ns_);
    lock_ = ::open((folder_ / (id_ + ".lock")).c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock_ < 0 && errno != EEXIST) return wrong("the lock cannot be made", errno);
  }
  if (::flock(lock_, LOCK_EX) != 0) return wrong("the lock cannot be taken", errno);
  note_in_lock("");
  const std::string path = (folder_ / (id_ + ".sqlite")).string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);  // what SQLite puts beside it has its rights
  if (fd < 0) return wrong("the file cannot be made", errno);
  ::close(fd);  // before SQLite opens it: closing a file lets go the locks that the process has on it
  slipway::data::Options o;
  o.busy_timeout = std::chrono::seconds(1);  // nobody else writes; a reader is in the way only of the file's end
  auto connection = Connection::open(path, Connection::Access::ReadWrite, o);
  if (!connection.ok()) return connection.error();
  connection_ = std::move(*connection);
  const std::string schema = "BEGIN;" + std::string(kRunSchema) + "PRAGMA application_id = " + std::to_string(kRunApplication) + "; PRAGMA user_version = " + std::to_string(kRunFormat) +
                             "; INSERT INTO run VALUES(1, '" + id_ + "', " + std::to_string(started_ns_) + ", " + std::to_string(started_ns_) + ", 0, 0, 0, 0, 0, 0, 0, 0, ''); COMMIT;";
  if (auto s = connection_->exec_script(schema, "schema"); !s.ok()) return s;
  sampled_ = {options_.sampled_per_s, options_.sampled_per_s};
  notable_ = {options_.notable_per_s, options_.notable_per_s};
  refilled_ = slipway::Clock::system().now();
  thread_ = std::thread([this] { write_loop(); });
  return {};
}

// The pid and why nothing was written after some moment, in bytes that the file has from the beginning.
void RunWriter::note_in_lock(const std::string& why) const {
  std::string text = std::to_string(::getpid()) + "\n" + why.substr(0, kLockBytes - 32);
  text.resize(kLockBytes - 1, ' ');
  text += '\n';
  [[maybe_unused]] const auto n = ::pwrite(lock_, text.data(), text.size(), 0);
}

RunWriter::RunWriter(const RunFolder& folder, Options options) : options_(std::move(options)), folder_(folder.path()) {}
RunWriter::~RunWriter() { close(true); }

void RunWriter::close(bool keep) {
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    closing_ = true;
    if (!keep) {
      traces_.clear();
      rows_.clear();
    }
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  // One file that needs nothing beside it, unless somebody reads it just now.
  if (connection_ && keep && closed_well_) (void)connection_->exec("PRAGMA journal_mode = DELETE");
  connection_.reset();
  if (lock_ < 0) return;
  if (!keep)
    for (const char* end : {".sqlite", ".sqlite-wal", ".sqlite-shm"}) ::unlink((folder_ / (id_ + end)).c_str());
  if (!keep || closed_well_) ::unlink((folder_ / (id_ + ".lock")).c_str());
  ::close(lock_);
  lock_ = -1;
}

void RunWriter::flush() {
  std::unique_lock lock(mutex_);
  const auto round = ++asked_round_;
  wake_.notify_all();
  written_.wait(lock, [&] { return round_ >= round || closing_; });
}

// ---- what comes

void RunWriter::decide(TraceId id, std::uint64_t number) {
  const auto [it, fresh] = decided_.insert_or_assign(id, number);
  if (!fresh) return;
  decided_order_.push_back(id);
  if (decided_order_.size() > kDecided) {
    decided_.erase(decided_order_.front());
    decided_order_.pop_front();
  }
}

bool RunWriter::admit(const KeptTrace& trace) {
  const auto known = decided_.find(trace.id);
  if (known != decided_.end() && known->second != 0) return !stopped_;
  const bool refused_before = known != decided_.end();
  bool kept = !stopped_ && !full_ && queued_bytes_ + trace.bytes <= options_.queue_bytes;
  if (trace.notable)
    kept = kept && notable_.take();
  else
    kept = kept && !refused_before && !sampled_full_ && sampled_.take();
  if (kept && refused_before) --counts_.not_kept;
  if (!kept && !refused_before) ++counts_.not_kept;
  decide(trace.id, kept ? trace.number : 0);
  return kept;
}

void RunWriter::on_traces(std::span<const KeptPtr> traces) {
  std::lock_guard lock(mutex_);
  if (closing_) return;
  const auto now = slipway::Clock::system().now();
  const double seconds = std::chrono::duration<double>(now - refilled_).count();
  refilled_ = now;
  sampled_.refill(seconds);
  notable_.refill(seconds);
  for (const KeptPtr& t : traces) {
    if (!admit(*t)) continue;
    KeptPtr& queued = traces_[t->id];
    const std::uint64_t before = queued ? queued->bytes : 0;
    if (queued_bytes_ + t->bytes - before > options_.queue_bytes && queued) continue;  // goes without its latest part
    queued_bytes_ += t->bytes - before;
    queued = t;
  }
}

void RunWriter::add(Table table, std::vector<Value> values) {
  const std::uint64_t bytes = bytes_of(values);
  std::lock_guard lock(mutex_);
  if (closing_ || stopped_ || queued_bytes_ + bytes > options_.queue_bytes || (table == Table::Log && full_)) return;
  queued_bytes_ += bytes;
  rows_.push_back({table, std::move(values), bytes});
}

void RunWriter::on_event(const Event& event) {
  std::string text;
  slipway::codec::append_json(text, event);
  add(Table::Event, {Value(event.wall_ns), Value(std::move(text))});
}

void RunWriter::add_second(const RateSecond& s, bool entry) {
  {
    std::lock_guard lock(mutex_);
    counts_.requests += s.requests;
    counts_.errors += s.errors;
    if (entry) counts_.entry_requests += s.requests, counts_.entry_errors += s.errors;
  }
  add(Table::Second, {Value(s.wall_s), Value(s.instance), Value(s.requests), Value(s.errors), Value(s.p99_ns), Value(s.recent_p50_ns), Value(s.recent_p99_ns)});
}

void RunWriter::add_log(std::int64_t wall_ns, std::string text) { add(Table::Log, {Value(wall_ns), Value(std::move(text))}); }
void RunWriter::count_log(std::uint64_t lines) {
  std::lock_guard lock(mutex_);
  counts_.log_lines += lines;
}
void RunWriter::put_change(std::uint64_t version, const std::string& key, std::string text) { add(Table::Change, {Value(version), Value(key), Value(std::move(text))}); }
void RunWriter::add_exchange(std::int64_t wall_ns, const std::string& request, std::string text, std::string sent_body, std::string body) {
  add(Table::Exchange, {Value(wall_ns), Value(request), Value(std::move(text)), Value(std::move(sent_body)), Value(std::move(body))});
}
void RunWriter::put_instance(const std::string& instance, const std::string& service) { add(Table::Instance, {Value(instance), Value(service)}); }
void RunWriter::put_document(const std::string& name, std::string text) { add(Table::Document, {Value(name), Value(std::move(text))}); }

// ---- the writer's thread

void RunWriter::write_loop() {
  Traces traces;
  std::vector<Row> rows;
  std::unique_lock lock(mutex_);
  for (bool closing = false; !closing;) {
    wake_.wait_for(lock, options_.every, [&] { return closing_ || asked_round_ != round_ || queued_bytes_ > options_.queue_bytes / 2; });
    traces.swap(traces_);
    rows.swap(rows_);
    const Counts counts = counts_;
    const std::uint64_t bytes = queued_bytes_, round = asked_round_;
    closing = closing_;
    lock.unlock();
    if (closing || !traces.empty() || !rows.empty() || counts != counts_written_) write(traces, rows, counts, closing);
    traces.clear();
    rows.clear();
    lock.lock();
    queued_bytes_ -= bytes;
    round_ = round;
    written_.notify_all();
  }
}

// What a file that ran full still has room for is found out once: the log beside it may hold what fits into the file itself.
void RunWriter::write(const Traces& traces, const std::vector<Row>& rows, Counts counts, bool closed) {
  bool stopped;
  {
    std::lock_guard lock(mutex_);
    stopped = stopped_;
  }
  Status s;
  if (stopped) {
    counts.not_kept += traces.size();
    if (closed) s = write_once({}, {}, counts, true);
  } else {
    s = write_once(traces, rows, counts, closed);
    if (!s.ok() && connection_->exec("PRAGMA wal_checkpoint(TRUNCATE)").ok()) s = write_once(traces, rows, counts, closed);
  }
  if (s.ok()) {
    closed_well_ = closed;
    counts_written_ = counts;
    measure();
  } else if (!stopped) {
    {
      std::lock_guard lock(mutex_);
      counts_.not_kept += traces.size();
      counts.not_kept = counts_.not_kept;
    }
    stop(disk_problem(s.error()));
    if (closed) closed_well_ = write_once({}, {}, counts, true).ok();
  }
}

Status RunWriter::run(const std::string& sql, const std::vector<Value>& values) {
  ExecInfo info;
  return connection_->run(sql, values, info);
}

Status RunWriter::write_once(const Traces& traces, const std::vector<Row>& rows, const Counts& counts, bool closed) {
  const auto names_before = names_written_;
  const auto traces_before = traces_written_;
  Status s = connection_->exec("BEGIN IMMEDIATE");
  for (auto it = traces.begin(); s.ok() && it != traces.end(); ++it) s = write_trace(*it->second);
  for (auto it = rows.begin(); s.ok() && it != rows.end(); ++it) s = run(kInsert[static_cast<std::size_t>(it->table)], it->values);
  if (s.ok()) s = write_counts(counts, closed);
  if (s.ok()) s = connection_->exec("COMMIT");
  if (s.ok()) return s;
  if (connection_->in_transaction()) (void)connection_->exec("ROLLBACK");
  names_written_ = names_before;
  traces_written_ = traces_before;
  return s;
}

Status RunWriter::write_counts(const Counts& c, bool closed) {
  return run("UPDATE run SET ended_ns = ?, closed = ?, requests = ?, errors = ?, entry_requests = ?, entry_errors = ?, traces = ?, not_kept = ?, log_lines = ?, stopped = ?",
             {Value(wall_now()), Value(closed ? 1 : 0), Value(c.requests), Value(c.errors), Value(c.entry_requests), Value(c.entry_errors), Value(traces_written_), Value(c.not_kept),
              Value(c.log_lines), Value(stopped_why_)});
}

Status RunWriter::write_names(const std::vector<NameId>& names) {
  for (const NameId id : names) {
    if (id < names_written_.size() && names_written_[id]) continue;
    if (auto s = run("INSERT OR REPLACE INTO name VALUES(?, ?)", {Value(id), Value(slipway::telemetry::name_of(id))}); !s.ok()) return s;
    if (id >= names_written_.size()) names_written_.resize(id + 1);
    names_written_[id] = true;
  }
  return {};
}

// A trace may be in the file already: with fewer parts under the same number; or, when it had left the memory before its last parts
// came, under another, with parts that are not in this one.
Status RunWriter::write_trace(const KeptTrace& t) {
  const std::string id = t.id.hex();
  ExecInfo there;
  if (auto s = connection_->run("SELECT number, parts FROM trace WHERE id = ?", {Value(id)}, there); !s.ok()) return s;
  std::vector<NameId> names;
  std::string bytes;
  const std::span<const PartPtr> parts(t.parts.data(), t.parts.size());
  if (!there.returned.empty() && there.returned.rows[0][0] != Value(t.number)) {
    bytes = there.returned.rows[0][1].is_string() ? there.returned.rows[0][1].as_string() : std::string();
    const auto old = parts_of(t.id, bytes);
    std::vector<PartPtr> fresh;
    for (const auto& p : parts)
      if (!old || std::none_of(old->begin(), old->end(), [&](const PartPtr& o) { return o->identity.span == p->identity.span; })) fresh.push_back(p);
    if (fresh.empty()) return {};
    append_parts(bytes, fresh, names);
    if (auto s = write_names(names); !s.ok()) return s;
    return run("UPDATE trace SET parts = CAST(? AS BLOB), notable = MAX(notable, ?) WHERE number = ?", {Value(std::move(bytes)), Value(t.notable ? 1 : 0), there.returned.rows[0][0]});
  }
  append_parts(bytes, parts, names);
  if (auto s = write_names(names); !s.ok()) return s;
  const auto* root = roots_of(parts).root;
  if (there.returned.empty()) ++traces_written_;
  return run("INSERT OR REPLACE INTO trace VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS BLOB))",
             {Value(t.number), Value(id), Value(slipway::Ticks::wall_ns(root->start)), Value(t.duration_ns), Value(t.status), Value(t.tops), Value(slipway::telemetry::name_of(t.stopped_by)),
              Value(t.notable ? 1 : 0), Value(t.spans), Value(std::move(bytes))});
}

void RunWriter::measure() {
  std::error_code ec;
  std::uint64_t size = 0;
  for (const char* end : {".sqlite", ".sqlite-wal"})
    if (const auto n = fs::file_size(folder_ / (id_ + end), ec); !ec) size += n;
  std::lock_guard lock(mutex_);
  sampled_full_ = size > options_.sampled_bytes;
  full_ = size > options_.most_bytes;
}

void RunWriter::stop(const std::string& why) {
  stopped_why_ = why;
  note_in_lock(why);
  Counts counts;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    counts = counts_;
  }
  (void)connection_->exec("PRAGMA wal_checkpoint(TRUNCATE)");
  (void)write_once({}, {}, counts, false);
  if (options_.on_stop) options_.on_stop(why);
}

}  // namespace workbench::recorder
