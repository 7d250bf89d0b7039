#include "slipway/data/database.h"

#include <atomic>
#include <fstream>
#include <sstream>

#include "slipway/data/connection.h"
#include "slipway/data/readers.h"
#include "slipway/data/statement_notes.h"
#include "slipway/data/writer.h"

namespace slipway::data {
namespace {

// The span of one statement; everything happens on the caller's thread.
class SqlSpan {
 public:
  SqlSpan(const context::Context& context, telemetry::NameId name, const std::string* sql)
      : trace_(context.call_trace()) {
    if (trace_ && !trace_->active()) trace_ = nullptr;
    if (!trace_) return;
    index_ = trace_->open_concurrent(name, telemetry::SpanKind::Sql);
    static const telemetry::NameId kStatement = telemetry::intern("db.statement");
    if (sql && trace_->detailed()) trace_->attribute(index_, kStatement, *sql);
  }
  void close(const Status& status, std::int64_t rows) {
    if (!trace_) return;
    static const telemetry::NameId kRows = telemetry::intern("db.rows");
    static const telemetry::NameId kError = telemetry::intern("error");
    if (!status)
      trace_->attribute(index_, kError, status.error().to_string());
    else if (trace_->detailed())
      trace_->attribute(index_, kRows, std::to_string(rows));
    trace_->close_concurrent(index_, status ? telemetry::SpanStatus::Ok : telemetry::SpanStatus::Error);
  }

 private:
  telemetry::CallTrace* trace_;
  std::uint32_t index_ = 0;
};

std::int64_t row_count(const ExecInfo& info) {
  return info.returned.columns.empty() ? info.changes : static_cast<std::int64_t>(info.returned.size());
}

Status refuse_control(const std::string& sql) {
  if (!controls_transaction(sql)) return {};
  return internal_error("the database refused the statement", "SQL_ERROR")
      .with_cause(Error(500, "SQL_TRANSACTION",
                        "BEGIN, COMMIT and the like are not statements here: use transaction()"));
}

// One statement on its way: all that the thread which runs it needs, since its caller may leave. `info` is his again when the turn is
// over and he has not left.
struct Pending {
  Pending(std::string s, std::vector<Value> p, const context::Context& c) : sql(std::move(s)), parameters(std::move(p)), context(c) {}
  const std::string sql;
  const std::vector<Value> parameters;
  const context::Context context;
  context::Handover<Status> turn;
  ExecInfo info;
  Status status;
  bool is_write = false;  // found out by a reader
};
using PendingPtr = std::shared_ptr<Pending>;
using Turn = context::Handover<Status>;

std::shared_ptr<Turn> turn_of(const PendingPtr& pending) { return {pending, &pending->turn}; }

}  // namespace

struct Database::Impl {
  std::string path;
  StatementNotes notes;
  std::atomic<std::uint64_t> reads{0};
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Readers> readers;  // null in memory: there the writer reads too

  // Which connections a statement belongs to. Asked once per text.
  Result<bool> known_reader(const Context& context, const std::string& sql, std::optional<bool> noted) {
    if (!readers) return false;
    if (noted) return *noted;
    bool only = false;
    if (Status s = readers->run(context, [&](Connection& c) { only = find_out(c, sql); }); !s) return s.error();
    return only;
  }

  // A statement that does not parse (yet) is not remembered; the writer will say what is wrong.
  bool find_out(Connection& c, const std::string& sql) {
    const auto only = c.reads_only(sql);
    if (only) notes.set_reads_only(sql, *only);
    return only && *only;
  }

  Status write(const PendingPtr& pending) {
    WriteJob job;
    job.context = pending->context;
    job.turn = turn_of(pending);
    job.alone = needs_no_transaction(pending->sql);
    job.work = [pending](Connection& c) {
      const Connection::Limit limit(c, pending->context);
      return c.run(pending->sql, pending->parameters, pending->info);
    };
    return writer->submit(std::move(job));
  }

  Result<std::shared_ptr<Turn>> write_job(const Context& context, Body body) {
    WriteJob job;
    job.context = context;
    job.alone = true;
    job.work = [context, body = std::move(body)](Connection& c) { return run_body(c, context, body); };
    job.turn = std::make_shared<Turn>();
    const auto turn = job.turn;
    if (Status s = writer->submit(std::move(job)); !s) return s.error();
    return turn;
  }

  // Past its context's limits a transaction is rolled back, never committed.
  static Status run_body(Connection& c, const Context& context, const Body& body) {
    Status status;
    {
      const Connection::Limit limit(c, context);
      if (Status s = c.exec("BEGIN IMMEDIATE"); !s) return s;
      try {
        Transaction transaction(c);
        status = body(transaction);
      } catch (...) {
        if (c.in_transaction()) (void)c.exec("ROLLBACK");
        throw;  // the writer turns it into an Error
      }
    }
    if (status) status = context.check();
    if (status) {
      status = c.in_transaction() ? c.exec("COMMIT")
                                  : Status(conflict("a failed statement rolled the transaction back", "DB_ROLLED_BACK"));
    }
    if (!status && c.in_transaction()) (void)c.exec("ROLLBACK");
    return status;
  }

  // Work without a caller's limits.
  Status write_and_wait(std::function<Status(Connection&)> work) {
    WriteJob job;
    job.alone = true;
    job.work = std::move(work);
    job.turn = std::make_shared<Turn>();
    const auto turn = job.turn;
    if (Status s = writer->submit(std::move(job)); !s) return s;
    return turn->wait({});
  }

  Status read(Connection& c, Pending& pending) {
    if (Status s = pending.context.check(); !s) return s;
    reads.fetch_add(1, std::memory_order_relaxed);
    const Connection::Limit limit(c, pending.context);
    return c.run(pending.sql, pending.parameters, pending.info);
  }

  Status run_blocking(const PendingPtr& pending) {
    const Context& context = pending->context;
    if (Status s = context.check(); !s) return s;
    if (Status s = refuse_control(pending->sql); !s) return s;
    const auto note = notes.of(pending->sql);
    SqlSpan span(context, note.name, &pending->sql);
    Status status;
    const auto reader = known_reader(context, pending->sql, note.reads_only);
    if (!reader) {
      status = reader.error();
    } else if (*reader) {
      const Status leased = readers->run(context, [&](Connection& c) { status = read(c, *pending); });
      if (!leased) status = leased;
    } else {
      status = write(pending);
      if (status) status = pending->turn.wait(context);
    }
    span.close(status, status ? row_count(pending->info) : 0);
    return status;
  }

  Task<Status> run_suspended(PendingPtr pending) {
    if (Status s = pending->context.check(); !s) co_return s;
    if (Status s = refuse_control(pending->sql); !s) co_return s;
    const auto note = notes.of(pending->sql);
    SqlSpan span(pending->context, note.name, &pending->sql);
    Status status;
    if (readers && note.reads_only.value_or(true))
      start_read(pending);
    else
      status = write(pending);
    if (status) {
      auto waiting = Turn::wait_async(turn_of(pending), pending->context);
      status = co_await waiting;
    }
    span.close(status, status ? row_count(pending->info) : 0);
    co_return status;
  }

  void start_read(const PendingPtr& pending) {
    ReadJob job;
    job.work = [this, pending](Connection& c) {
      if (pending->turn.left()) return;
      pending->is_write = !find_out(c, pending->sql);
      if (!pending->is_write && pending->turn.begin()) pending->status = read(c, *pending);
    };
    job.finish = [this, pending] {
      if (pending->is_write) pending->status = write(pending);
      if (!pending->is_write || !pending->status) pending->turn.give(std::move(pending->status));
    };
    if (!readers->post(std::move(job))) pending->turn.give(unavailable("the database is closing", "DB_CLOSED"));
  }
};

Result<Rows> Transaction::query(const std::string& sql, const std::vector<Value>& parameters) {
  auto info = execute(sql, parameters);
  if (!info) return info.error();
  return std::move(info->returned);
}

Result<ExecInfo> Transaction::execute(const std::string& sql, const std::vector<Value>& parameters) {
  if (Status s = refuse_control(sql); !s) return s.error();
  ExecInfo info;
  if (Status s = connection_.run(sql, parameters, info); !s) return s.error();
  return info;
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() {
  impl_->readers.reset();  // a read may turn out to be a write and still needs the writer
  impl_->writer.reset();
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const Options& options) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  auto main = Connection::open(path, Connection::Access::ReadWrite, options);
  if (!main) return main.error();
  const bool in_memory = path.empty() || path == ":memory:";
  if (!in_memory) {
    std::vector<std::unique_ptr<Connection>> connections;
    for (int i = 0; i < std::max(1, options.readers); ++i) {
      auto reader = Connection::open(path, Connection::Access::ReadOnly, options);
      if (!reader) return reader.error();
      connections.push_back(std::move(*reader));
    }
    impl->readers = std::make_unique<Readers>(std::move(connections));
  }
  impl->writer = std::make_unique<Writer>(std::move(*main), options.max_queue);
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Result<Rows> Database::query(const Context& context, const std::string& sql, std::vector<Value> parameters) {
  const auto pending = std::make_shared<Pending>(sql, std::move(parameters), context);
  if (Status s = impl_->run_blocking(pending); !s) return s.error();
  return std::move(pending->info.returned);
}

Result<ExecInfo> Database::execute(const Context& context, const std::string& sql,
                                   std::vector<Value> parameters) {
  const auto pending = std::make_shared<Pending>(sql, std::move(parameters), context);
  if (Status s = impl_->run_blocking(pending); !s) return s.error();
  return std::move(pending->info);
}

Status Database::transaction(const Context& context, Body body) {
  if (Status s = context.check(); !s) return s;
  static const telemetry::NameId kName = telemetry::intern("TRANSACTION");
  SqlSpan span(context, kName, nullptr);
  Status status;
  if (const auto turn = impl_->write_job(context, std::move(body)); turn)
    status = (*turn)->wait(context);
  else
    status = turn.error();
  span.close(status, 0);
  return status;
}

Task<Result<Rows>> Database::query_async(Context context, std::string sql, std::vector<Value> parameters) {
  const auto pending = std::make_shared<Pending>(std::move(sql), std::move(parameters), context);
  auto running = impl_->run_suspended(pending);
  Status status = co_await running;
  if (!status) co_return status.error();
  co_return std::move(pending->info.returned);
}

Task<Result<ExecInfo>> Database::execute_async(Context context, std::string sql,
                                               std::vector<Value> parameters) {
  const auto pending = std::make_shared<Pending>(std::move(sql), std::move(parameters), context);
  auto running = impl_->run_suspended(pending);
  Status status = co_await running;
  if (!status) co_return status.error();
  co_return std::move(pending->info);
}

Task<Status> Database::transaction_async(Context context, Body body) {
  if (Status s = context.check(); !s) co_return s;
  static const telemetry::NameId kName = telemetry::intern("TRANSACTION");
  SqlSpan span(context, kName, nullptr);
  Status status;
  const auto turn = impl_->write_job(context, std::move(body));
  if (turn) {
    auto waiting = Turn::wait_async(*turn, context);
    status = co_await waiting;
  } else {
    status = turn.error();
  }
  span.close(status, 0);
  co_return status;
}

bool Database::reads_only(const std::string& sql) {
  const auto note = impl_->notes.of(sql);
  if (note.reads_only) return *note.reads_only;
  if (impl_->readers) return impl_->known_reader({}, sql, std::nullopt).value_or(false);
  bool only = false;
  (void)impl_->write_and_wait([&](Connection& c) -> Status {
    only = impl_->find_out(c, sql);
    return {};
  });
  return only;
}

Status Database::exec_script(const std::string& text, const std::string& name) {
  return impl_->write_and_wait([&](Connection& c) -> Status {
    if (Status s = c.exec("BEGIN IMMEDIATE"); !s) return s;
    Status status = c.exec_script(text, name);
    if (status) status = c.exec("COMMIT");
    if (!status && c.in_transaction()) (void)c.exec("ROLLBACK");
    return status;
  });
}

Status Database::exec_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return not_found("cannot be read; does the file exist?", "FILE_UNREADABLE").with_mark({path, 0, 0});
  std::ostringstream text;
  text << file.rdbuf();
  return exec_script(text.str(), path);
}

Stats Database::stats() const {
  Stats stats;
  impl_->writer->add_to(stats);
  stats.reads = impl_->reads.load(std::memory_order_relaxed);
  if (impl_->readers) stats.queued += impl_->readers->queued();
  return stats;
}

const std::string& Database::path() const {
  return impl_->path;
}

}  // namespace slipway::data
