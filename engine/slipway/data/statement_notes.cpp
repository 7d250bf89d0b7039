#include "slipway/data/statement_notes.h"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <vector>

namespace slipway::data {
namespace {

// Words and quoted names of the statement, comments left out; at most `most`.
std::vector<std::string> words(std::string_view sql, std::size_t most) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < sql.size() && out.size() < most;) {
    const char c = sql[i];
    if (sql.substr(i, 2) == "--") {
      i = std::min(sql.find('\n', i), sql.size());
    } else if (sql.substr(i, 2) == "/*") {
      const auto end = sql.find("*/", i + 2);
      i = end == std::string_view::npos ? sql.size() : end + 2;
    } else if (c == '\'') {
      i = std::min(sql.find('\'', i + 1), sql.size() - 1) + 1;
    } else if (c == '"' || c == '`') {
      const auto end = std::min(sql.find(c, i + 1), sql.size());
      out.emplace_back(sql.substr(i + 1, end - i - 1));
      i = end + 1;
    } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      std::size_t end = i;
      while (end < sql.size() &&
             (std::isalnum(static_cast<unsigned char>(sql[end])) || sql[end] == '_' || sql[end] == '.'))
        ++end;
      out.emplace_back(sql.substr(i, end - i));
      i = end;
    } else {
      ++i;
    }
  }
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

bool first_word_is_one_of(std::string_view sql, std::initializer_list<std::string_view> names) {
  const auto first = words(sql, 1);
  return !first.empty() && std::find(names.begin(), names.end(), upper(first[0])) != names.end();
}

}  // namespace

std::string statement_title(std::string_view sql) {
  const auto list = words(sql, 64);
  if (list.empty()) return "SQL";
  std::string verb = upper(list[0]);
  for (std::size_t i = 1; i + 1 <= list.size(); ++i) {
    const std::string before = upper(list[i - 1]);
    const bool names_table = before == "FROM" || before == "INTO" || before == "TABLE" ||
                             (before == "UPDATE" && upper(list[i]) != "OR" && upper(list[i]) != "SET");
    if (!names_table) continue;
    std::size_t at = i;
    if (upper(list[at]) == "IF")
      at += upper(list[std::min(at + 1, list.size() - 1)]) == "NOT" ? 3 : 2;  // IF [NOT] EXISTS
    if (at < list.size()) return verb + ' ' + list[at];
  }
  return verb;
}

bool needs_no_transaction(std::string_view sql) {
  return first_word_is_one_of(sql, {"VACUUM", "PRAGMA", "ATTACH", "DETACH"});
}

bool controls_transaction(std::string_view sql) {
  return first_word_is_one_of(sql, {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END"});
}

StatementNotes::Note StatementNotes::of(const std::string& sql) {
  {
    std::shared_lock lock(mutex_);
    if (const auto it = notes_.find(sql); it != notes_.end()) return it->second;
  }
  // Beyond the bound a name is the verb alone, so that statements built at run time do not fill the interned
  // names.
  std::unique_lock lock(mutex_);
  if (notes_.size() >= kMost) return {telemetry::intern("SQL"), std::nullopt};
  return notes_.try_emplace(sql, Note{telemetry::intern(statement_title(sql)), std::nullopt}).first->second;
}

void StatementNotes::set_reads_only(const std::string& sql, bool reads_only) {
  std::unique_lock lock(mutex_);
  if (const auto it = notes_.find(sql); it != notes_.end()) it->second.reads_only = reads_only;
}

}  // namespace slipway::data
