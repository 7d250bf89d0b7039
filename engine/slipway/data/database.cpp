#include "slipway/data/database.h"

#include <atomic>
#include <fstream>
#include <future>
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

// One statement on its way: where its result goes while another thread runs it.
struct Pending {
  std::string sql;
  std::vector<Value> parameters;
  ExecInfo info;
  Status status;
  bool is_write = false;  // found out by a reader
};

}  // namespace

struct Database::Impl {
  std::string path;
  StatementNotes notes;
  std::atomic<std::uint64_t> reads{0};
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Readers> readers;  // null in memory: there the writer reads too

  // Which connections a statement belongs to. Asked once per text.
  bool known_reader(const std::string& sql, std::optional<bool> noted) {
    if (!readers) return false;
    if (noted) return *noted;
    bool only = false;
    readers->run([&](Connection& c) { only = find_out(c, sql); });
    return only;
  }

  // A statement that does not parse (yet) is not remembered; the writer will say what is wrong.
  bool find_out(Connection& c, const std::string& sql) {
    const auto only = c.reads_only(sql);
    if (only) notes.set_reads_only(sql, *only);
    return only && *only;
  }

  Status write(const Context& context, Pending& pending, std::function<void(Status)> done) {
    WriteJob job;
    job.context = context;
    job.alone = needs_no_transaction(pending.sql);
    job.work = [&pending](Connection& c) { return c.run(pending.sql, pending.parameters, pending.info); };
    job.done = std::move(done);
    return writer->submit(std::move(job));
  }

  Status write_job(const Context& context, const Body& body, std::function<void(Status)> done) {
    WriteJob job;
    job.context = context;
    job.alone = true;
    job.work = [&body](Connection& c) -> Status {
      if (Status s = c.exec("BEGIN IMMEDIATE"); !s) return s;
      Status status;
      try {
        Transaction transaction(c);
        status = body(transaction);
      } catch (...) {
        if (c.in_transaction()) (void)c.exec("ROLLBACK");
        throw;  // the writer turns it into an Error
      }
      if (status) {
        status = c.in_transaction()
                     ? c.exec("COMMIT")
                     : Status(conflict("a failed statement rolled the transaction back", "DB_ROLLED_BACK"));
      }
      if (!status && c.in_transaction()) (void)c.exec("ROLLBACK");
      return status;
    };
    job.done = std::move(done);
    return writer->submit(std::move(job));
  }

  Status write_and_wait(const std::function<Status(std::function<void(Status)>)>& submit) {
    std::promise<Status> finished;
    auto result = finished.get_future();
    if (Status s = submit([&](Status s) { finished.set_value(std::move(s)); }); !s) return s;
    return result.get();
  }

  Status read(const Context& context, Connection& c, Pending& pending) {
    if (Status s = context.check(); !s) return s;
    reads.fetch_add(1, std::memory_order_relaxed);
    return c.run(pending.sql, pending.parameters, pending.info, &context);
  }

  Status run_blocking(const Context& context, Pending& pending) {
    if (Status s = context.check(); !s) return s;
    if (Status s = refuse_control(pending.sql); !s) return s;
    const auto note = notes.of(pending.sql);
    const bool reader = known_reader(pending.sql, note.reads_only);
    SqlSpan span(context, note.name, &pending.sql);
    Status status;
    if (reader)
      readers->run([&](Connection& c) { status = read(context, c, pending); });
    else
      status = write_and_wait([&](auto done) { return write(context, pending, std::move(done)); });
    span.close(status, row_count(pending.info));
    return status;
  }

  // Suspends; `pending` and `context` live in the awaiting frame.
  Task<Status> run_suspended(const Context& context, Pending& pending) {
    if (Status s = context.check(); !s) co_return s;
    if (Status s = refuse_control(pending.sql); !s) co_return s;
    const auto note = notes.of(pending.sql);
    SqlSpan span(context, note.name, &pending.sql);
    Impl* self = this;
    const Context* limits = &context;
    Pending* statement = &pending;
    const bool maybe_reader = readers && note.reads_only.value_or(true);
    Status status =
        co_await suspend_with<Status>([self, limits, statement, maybe_reader](Resume<Status> resume) {
          if (maybe_reader)
            self->start_read(*limits, *statement, resume);
          else
            self->start_write(*limits, *statement, resume);
        });
    span.close(status, row_count(pending.info));
    co_return status;
  }

  void start_write(const Context& context, Pending& pending, Resume<Status> resume) {
    if (Status s = write(context, pending, [resume](Status s) { resume(std::move(s)); }); !s) resume(s);
  }

  void start_read(const Context& context, Pending& pending, Resume<Status> resume) {
    ReadJob job;
    job.work = [this, &context, &pending](Connection& c) {
      pending.is_write = !find_out(c, pending.sql);
      if (!pending.is_write) pending.status = read(context, c, pending);
    };
    job.finish = [this, &context, &pending, resume] {
      if (pending.is_write)
        start_write(context, pending, resume);
      else
        resume(std::move(pending.status));
    };
    const bool posted = readers->post(std::move(job));
    if (!posted) resume(unavailable("the database is closing", "DB_CLOSED"));
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
  Pending pending{sql, std::move(parameters), {}};
  if (Status s = impl_->run_blocking(context, pending); !s) return s.error();
  return std::move(pending.info.returned);
}

Result<ExecInfo> Database::execute(const Context& context, const std::string& sql,
                                   std::vector<Value> parameters) {
  Pending pending{sql, std::move(parameters), {}};
  if (Status s = impl_->run_blocking(context, pending); !s) return s.error();
  return std::move(pending.info);
}

Status Database::transaction(const Context& context, Body body) {
  if (Status s = context.check(); !s) return s;
  static const telemetry::NameId kName = telemetry::intern("TRANSACTION");
  SqlSpan span(context, kName, nullptr);
  Status status =
      impl_->write_and_wait([&](auto done) { return impl_->write_job(context, body, std::move(done)); });
  span.close(status, 0);
  return status;
}

Task<Result<Rows>> Database::query_async(Context context, std::string sql, std::vector<Value> parameters) {
  Pending pending{std::move(sql), std::move(parameters), {}};
  Status status = co_await impl_->run_suspended(context, pending);
  if (!status) co_return status.error();
  co_return std::move(pending.info.returned);
}

Task<Result<ExecInfo>> Database::execute_async(Context context, std::string sql,
                                               std::vector<Value> parameters) {
  Pending pending{std::move(sql), std::move(parameters), {}};
  Status status = co_await impl_->run_suspended(context, pending);
  if (!status) co_return status.error();
  co_return std::move(pending.info);
}

Task<Status> Database::transaction_async(Context context, Body body) {
  if (Status s = context.check(); !s) co_return s;
  static const telemetry::NameId kName = telemetry::intern("TRANSACTION");
  SqlSpan span(context, kName, nullptr);
  Impl* impl = impl_.get();
  const Context* limits = &context;
  const Body* work = &body;
  Status status = co_await suspend_with<Status>([impl, limits, work](Resume<Status> resume) {
    if (Status s = impl->write_job(*limits, *work, [resume](Status s) { resume(std::move(s)); }); !s)
      resume(s);
  });
  span.close(status, 0);
  co_return status;
}

bool Database::reads_only(const std::string& sql) {
  const auto note = impl_->notes.of(sql);
  if (note.reads_only) return *note.reads_only;
  if (impl_->readers) return impl_->known_reader(sql, std::nullopt);
  bool only = false;
  (void)impl_->write_and_wait([&](std::function<void(Status)> done) {
    WriteJob job;
    job.alone = true;
    job.work = [&](Connection& c) -> Status {
      only = impl_->find_out(c, sql);
      return {};
    };
    job.done = std::move(done);
    return impl_->writer->submit(std::move(job));
  });
  return only;
}

Status Database::exec_script(const std::string& text, const std::string& name) {
  return impl_->write_and_wait([&](std::function<void(Status)> done) {
    WriteJob job;
    job.alone = true;
    job.work = [&](Connection& c) -> Status {
      if (Status s = c.exec("BEGIN IMMEDIATE"); !s) return s;
      Status status = c.exec_script(text, name);
      if (status) status = c.exec("COMMIT");
      if (!status && c.in_transaction()) (void)c.exec("ROLLBACK");
      return status;
    };
    job.done = std::move(done);
    return impl_->writer->submit(std::move(job));
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
