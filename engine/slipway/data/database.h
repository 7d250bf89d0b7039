// Database: SQLite for a service. One writer thread that commits what is queued together, several reader connections, a
// statement cache per connection. SQL always takes its values as parameters.
//
// When to use which: on a worker (in a handler) `co_await db.query_async(...)`; in tests, tools and start-up code `query`.
//
// What is kept: WAL mode. With Durability::Normal a crash or kill -9 of the process loses nothing that was acknowledged, a
// power cut may lose the last commits (never the file). With Durability::Full nothing acknowledged is lost.
//
// Errors: CONFLICT / DB_CONSTRAINT (a constraint refused the row), UNAVAILABLE / DB_BUSY (another process holds the file
// longer than busy_timeout), UNAVAILABLE / DB_OVERLOADED (the write queue is full), INTERNAL / SQL_ERROR (the statement is
// wrong; what exactly is in the cause, which stays inside the process), CLIENT_CLOSED and DEADLINE_EXCEEDED of the context.
// A context that gives up ends everything: waiting for a connection, in the queue of writes (what has not begun then never runs) or for
// another process; and what runs is interrupted: a write is undone, a transaction rolled back. The connections remain usable. Only the
// body of a transaction is not cut while it computes; it is rolled back at its end.
//
// Tracing: with a call_trace in the context each statement is a span of kind Sql, named by verb and table.
// Thread-safe. The destructor finishes what is queued.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/task.h"
#include "slipway/context/context.h"
#include "slipway/data/rows.h"

namespace slipway::data {

enum class Durability { Normal, Full };

struct Options {
  Durability durability = Durability::Normal;
  int readers = 4;                       // connections, and threads for query_async
  Duration busy_timeout = 5s;            // waiting for another process
  std::size_t statement_cache = 128;     // prepared statements per connection
  std::size_t max_queue = 8192;          // writes waiting; beyond it DB_OVERLOADED
};

struct Stats {
  std::uint64_t reads = 0, writes = 0;
  std::uint64_t commits = 0;        // groups of writes committed together
  std::uint64_t largest_group = 0;
  std::size_t queued = 0;
};

class Connection;

// Statements inside a transaction. Valid only while the body runs, on its thread.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  Result<Rows> query(const std::string& sql, const std::vector<Value>& parameters = {});
  Result<ExecInfo> execute(const std::string& sql, const std::vector<Value>& parameters = {});

 private:
  Connection& connection_;
};

class Database {
 public:
  using Context = context::Context;
  // Commits when it returns ok, else rolls back. Runs on the writer's thread while all other writes wait: keep it short,
  // use only the Transaction, never wait in it.
  using Body = std::function<Status(Transaction&)>;

  // Opens or creates the file; ":memory:" is a private database of this object. An unreadable path names it and the fix.
  static Result<std::unique_ptr<Database>> open(const std::string& path, const Options& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Blocking.
  // Rows of a SELECT; also of INSERT ... RETURNING and the like, which then go through the writer.
  Result<Rows> query(const Context& context, const std::string& sql, std::vector<Value> parameters = {});
  // Any statement; rows that it gives are in `returned`.
  Result<ExecInfo> execute(const Context& context, const std::string& sql, std::vector<Value> parameters = {});
  Status transaction(const Context& context, Body body);

  // Suspend; resume on the executor that was current.
  Task<Result<Rows>> query_async(Context context, std::string sql, std::vector<Value> parameters = {});
  Task<Result<ExecInfo>> execute_async(Context context, std::string sql, std::vector<Value> parameters = {});
  Task<Status> transaction_async(Context context, Body body);

  // True when the statement only reads (then `query` gives its rows); false also when it does not parse. Blocking once
  // per statement, remembered after that.
  bool reads_only(const std::string& sql);

  // Several statements, all or none. `name` is the file that errors point at, with the line. Blocking.
  Status exec_script(const std::string& text, const std::string& name = "script");
  Status exec_file(const std::string& path);

  Stats stats() const;
  const std::string& path() const;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::data
