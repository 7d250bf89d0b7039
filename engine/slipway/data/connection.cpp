#include "slipway/data/connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>

namespace slipway::data {
namespace {

Value cell(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Value(static_cast<long long>(sqlite3_column_int64(statement, column)));
    case SQLITE_FLOAT:
      return Value(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return Value(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return Value(size ? std::string(bytes, size) : std::string());
    }
    default:
      return {};
  }
}

int bind_value(sqlite3_stmt* statement, int index, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null:
      return sqlite3_bind_null(statement, index);
    case Value::Kind::Bool:
      return sqlite3_bind_int64(statement, index, value.as_bool());
    case Value::Kind::Int:
      return sqlite3_bind_int64(statement, index, value.as_int());
    case Value::Kind::Double:
      return sqlite3_bind_double(statement, index, value.as_double());
    case Value::Kind::String: {
      const std::string& text = value.as_string();  // outlives the run: no copy
      return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    default: {
      const std::string json = value.to_text();
      return sqlite3_bind_text64(statement, index, json.data(), json.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
  }
}

int past_limit(void* limit) {
  return static_cast<const context::Context*>(limit)->check().ok() ? 0 : 1;
}

std::string one_line(std::string_view sql) {
  std::string out;
  for (const char c : sql.substr(0, 120)) out += c == '\n' || c == '\t' ? ' ' : c;
  if (sql.size() > 120) out += "...";
  return out;
}

bool only_space(std::string_view tail) {
  return tail.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access,
                                                     const Options& options) {
  std::unique_ptr<Connection> c(new Connection(options.statement_cache));
  const int flags = (access == Access::Inspect ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (const int rc = sqlite3_open_v2(path.c_str(), &c->db_, flags, nullptr); rc != SQLITE_OK) {
    std::string why = c->db_ ? sqlite3_errmsg(c->db_) : sqlite3_errstr(rc);
    const auto folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
      why += "; the folder " + folder.string() + " does not exist: create it";
    return unavailable("database " + path + " cannot be opened: " + why, "DB_OPEN");
  }
  // A wrong name in double quotes is an error, not a string; the schema cannot be corrupted by SQL.
  sqlite3_db_config(c->db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(c->db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(c->db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(c->db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  c->busy_timeout_ = options.busy_timeout;
  sqlite3_busy_handler(c->db_, &Connection::wait_for_file, c.get());
  std::vector<const char*> pragmas;
  if (access == Access::ReadWrite)
    pragmas = {"PRAGMA journal_mode=WAL", options.durability == Durability::Full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"};
  else
    pragmas = {"PRAGMA query_only=ON"};
  pragmas.insert(pragmas.end(), {"PRAGMA foreign_keys=ON", "PRAGMA temp_store=MEMORY"});
  for (const char* pragma : pragmas)
    if (Status s = c->exec(pragma); !s)
      return unavailable("database " + path + " cannot be used; is it an SQLite file?", "DB_OPEN")
          .with_cause(s.error());
  return c;
}

Connection::~Connection() {
  for (const Cached& c : recent_) sqlite3_finalize(c.statement);
  sqlite3_close(db_);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(db_) == 0;
}

namespace {

// For clients: what kind of rule refused the row, without the names of tables and columns, which stay in the cause.
const char* constraint_text(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return "there is such a row already";
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return "the row refers to one that does not exist, or another refers to it";
    case SQLITE_CONSTRAINT_NOTNULL:
      return "a value that the row must have is missing";
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_DATATYPE:
      return "a value of the row is not allowed";
    default:
      return "a rule of the database refused the row";
  }
}

}  // namespace

// Longer waits each time, as SQLite's own; but within the limit of what runs.
int Connection::wait_for_file(void* connection, int tries) {
  auto& c = *static_cast<Connection*>(connection);
  const TimePoint now = Clock::system().now();
  if (tries == 0) c.busy_since_ = now;
  if (now - c.busy_since_ >= c.busy_timeout_ || (c.limit_ && !c.limit_->check())) return 0;
  sqlite3_sleep(std::min(1 << std::min(tries, 5), 20));
  return 1;
}

Connection::Limit::Limit(Connection& connection, const context::Context& context) : connection_(connection) {
  if (!context.has_deadline() && !context.cancellation()) return;
  connection_.limit_ = &context;
  sqlite3_progress_handler(connection_.db_, 2000, past_limit, const_cast<context::Context*>(&context));
}

Connection::Limit::~Limit() {
  if (!connection_.limit_) return;
  connection_.limit_ = nullptr;
  sqlite3_progress_handler(connection_.db_, 0, nullptr, nullptr);
}

Error Connection::failure(int code, std::string_view sql) const {
  const int kind = code & 0xFF;
  if (limit_ && (kind == SQLITE_INTERRUPT || kind == SQLITE_BUSY))
    if (const Status s = limit_->check(); !s) return s.error();
  const std::string text = sqlite3_errmsg(db_);
  const Error cause(500, "SQLITE_" + std::to_string(code), text + " (in: " + one_line(sql) + ")");
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return conflict(constraint_text(sqlite3_extended_errcode(db_)), "DB_CONSTRAINT").with_cause(cause);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable("the database is held by another process", "DB_BUSY").with_cause(cause);
    case SQLITE_FULL:
      return unavailable("the disk of the database is full", "DB_FULL").with_cause(cause);
    case SQLITE_READONLY:
      return internal_error("the database is read-only here", "SQL_ERROR").with_cause(cause);
    default:
      return internal_error("the database refused the statement", "SQL_ERROR").with_cause(cause);
  }
}

Status Connection::exec(const char* sql) {
  const int rc = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return failure(rc, sql);
  return {};
}

Result<sqlite3_stmt*> Connection::prepare(const std::string& sql) {
  if (const auto it = cache_.find(sql); it != cache_.end()) {
    recent_.splice(recent_.begin(), recent_, it->second);
    return it->second->statement;
  }
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int rc = sqlite3_prepare_v3(db_, sql.c_str(), static_cast<int>(sql.size() + 1),
                                    SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (rc != SQLITE_OK) return failure(rc, sql);
  if (!statement)
    return internal_error("the database refused the statement", "SQL_ERROR")
        .with_cause(Error(500, "SQL_EMPTY", "the statement is empty"));
  if (!only_space(tail)) {
    sqlite3_finalize(statement);
    return internal_error("the database refused the statement", "SQL_ERROR")
        .with_cause(Error(500, "SQL_SEVERAL",
                          "one statement at a time (use exec_script for several): " + one_line(sql)));
  }
  recent_.push_front({sql, statement});
  cache_.emplace(recent_.front().sql, recent_.begin());
  if (recent_.size() > std::max<std::size_t>(1, cache_size_)) {
    sqlite3_finalize(recent_.back().statement);
    cache_.erase(recent_.back().sql);
    recent_.pop_back();
  }
  return statement;
}

Result<bool> Connection::reads_only(const std::string& sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  return sqlite3_stmt_readonly(*statement) != 0;
}

Status Connection::bind(sqlite3_stmt* statement, const std::string& sql,
                        const std::vector<Value>& parameters) {
  const int wanted = sqlite3_bind_parameter_count(statement);
  if (static_cast<std::size_t>(wanted) != parameters.size())
    return internal_error("the statement and its parameters do not fit", "SQL_ERROR")
        .with_cause(Error(500, "SQL_PARAMETERS",
                          "the statement takes " + std::to_string(wanted) + " parameters, " +
                              std::to_string(parameters.size()) + " were given (in: " + one_line(sql) + ")"));
  for (int i = 0; i < wanted; ++i)
    if (const int rc = bind_value(statement, i + 1, parameters[static_cast<std::size_t>(i)]); rc != SQLITE_OK)
      return failure(rc, sql);
  return {};
}

Status Connection::step(sqlite3_stmt* statement, const std::string& sql, Rows& rows) {
  const int columns = sqlite3_column_count(statement);
  rows.columns.clear();
  rows.rows.clear();
  for (int i = 0; i < columns; ++i) rows.columns.emplace_back(sqlite3_column_name(statement, i));
  for (;;) {
    const int rc = sqlite3_step(statement);
    if (rc == SQLITE_DONE) return {};
    if (rc == SQLITE_ROW) {
      auto& row = rows.rows.emplace_back();
      row.reserve(static_cast<std::size_t>(columns));
      for (int i = 0; i < columns; ++i) row.push_back(cell(statement, i));
      continue;
    }
    return failure(rc, sql);
  }
}

Status Connection::run(const std::string& sql, const std::vector<Value>& parameters, ExecInfo& out) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto before = sqlite3_total_changes64(db_);
  Status status = bind(*statement, sql, parameters);
  if (status) status = step(*statement, sql, out.returned);
  sqlite3_reset(*statement);
  sqlite3_clear_bindings(*statement);
  out.changes = sqlite3_total_changes64(db_) != before ? sqlite3_changes64(db_) : 0;
  out.last_id = sqlite3_last_insert_rowid(db_);
  return status;
}

Status Connection::exec_script(std::string_view text, const std::string& name) {
  const std::string script(text);  // ends with NUL
  const char* at = script.c_str();
  const auto place = [&](const char* where) {
    const auto begin = script.begin(), end = script.begin() + (where - script.c_str());
    const auto line = static_cast<int>(std::count(begin, end, '\n')) + 1;
    const auto line_start =
        script.rfind('\n', static_cast<std::size_t>(where - script.c_str()) - (where > script.c_str()));
    const auto from = line_start == std::string::npos || where == script.c_str() ? 0 : line_start + 1;
    return Mark{name, line, static_cast<int>(where - script.c_str() - static_cast<std::ptrdiff_t>(from)) + 1};
  };
  while (*at) {
    const char* first = at + std::string_view(at).find_first_not_of(" \t\r\n;");
    if (first < at) break;  // nothing but space
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    int rc = sqlite3_prepare_v2(db_, first, -1, &statement, &tail);
    if (rc == SQLITE_OK && statement) {
      do {
        rc = sqlite3_step(statement);
      } while (rc == SQLITE_ROW);
    }
    if (rc != SQLITE_OK && rc != SQLITE_DONE) {
      const std::string why = sqlite3_errmsg(db_);
      const int offset = sqlite3_error_offset(db_);
      sqlite3_finalize(statement);
      return bad_request(why, "SQL_ERROR").with_mark(place(offset > 0 ? first + offset : first));
    }
    sqlite3_finalize(statement);
    at = tail;
  }
  return {};
}

}  // namespace slipway::data
