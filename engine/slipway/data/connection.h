// Connection: one SQLite handle with its prepared statements. Used by one thread at a time.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "slipway/context/context.h"
#include "slipway/data/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace slipway::data {

class Connection {
 public:
  // ReadOnly and ReadWrite are a Database's; Inspect opens a file that must be there and writes nothing, not even beside it unless
  // it is in WAL mode and was not closed.
  enum class Access { ReadOnly, ReadWrite, Inspect };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access,
                                                  const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // While it lives, what runs is interrupted when the context gives up, and so is waiting for another process that holds the file. An
  // interrupted write is undone, with the transaction it stands in. The connection can be used on.
  class Limit {
   public:
    Limit(Connection& connection, const context::Context& context);
    ~Limit();
    Limit(const Limit&) = delete;

   private:
    Connection& connection_;
  };

  // Prepares (or takes from the cache), binds and runs to the end.
  Status run(const std::string& sql, const std::vector<Value>& parameters, ExecInfo& out);
  // Without parameters and rows, outside the cache.
  Status exec(const char* sql);
  // All statements of a text, one after the other, without a transaction of its own.
  Status exec_script(std::string_view text, const std::string& name);
  bool in_transaction() const;
  // An error when it does not parse.
  Result<bool> reads_only(const std::string& sql);

 private:
  explicit Connection(std::size_t cache_size) : cache_size_(cache_size) {}
  struct Cached {
    std::string sql;
    sqlite3_stmt* statement;
  };
  Result<sqlite3_stmt*> prepare(const std::string& sql);
  Status bind(sqlite3_stmt* statement, const std::string& sql, const std::vector<Value>& parameters);
  Status step(sqlite3_stmt* statement, const std::string& sql, Rows& rows);
  static int wait_for_file(void* connection, int tries);
  Error failure(int code, std::string_view sql) const;

  sqlite3* db_ = nullptr;
  std::size_t cache_size_;
  Duration busy_timeout_{};
  TimePoint busy_since_;
  const context::Context* limit_ = nullptr;
  std::list<Cached> recent_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Cached>::iterator> cache_;
};

}  // namespace slipway::data
