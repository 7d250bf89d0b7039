#include "slipway/context/headers.h"

#include <algorithm>

namespace slipway::context {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool is_token_char(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

Status check(std::string_view name, std::string_view value) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char))
    return bad_request(
        "header name \"" + std::string(name) + "\" may hold only letters, digits and !#$%&'*+-.^_`|~",
        "BAD_HEADER");
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
    return bad_request("header " + std::string(name) + ": the value holds CR, LF or NUL; remove them",
                       "BAD_HEADER");
  return {};
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : entries_)
    if (same_name(key, name)) return value;
  return {};
}

bool Headers::contains(std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& e) { return same_name(e.first, name); });
}

Status Headers::set(std::string_view name, std::string_view value) {
  if (Status valid = check(name, value); !valid) return valid;
  const auto first = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& e) { return same_name(e.first, name); });
  if (first == entries_.end()) {
    entries_.emplace_back(name, value);
    return {};
  }
  // In place, so that the order of the fields stays; `name` and `value` may point into what is replaced.
  Entry next(name, value);
  *first = std::move(next);
  const std::string& kept = first->first;
  entries_.erase(
      std::remove_if(first + 1, entries_.end(), [&](const Entry& e) { return same_name(e.first, kept); }),
      entries_.end());
  return {};
}

Status Headers::add(std::string_view name, std::string_view value) {
  if (Status valid = check(name, value); !valid) return valid;
  entries_.emplace_back(name, value);
  return {};
}

void Headers::remove(std::string_view name) {
  const std::string wanted(name);  // may point into an entry
  std::erase_if(entries_, [&](const Entry& e) { return same_name(e.first, wanted); });
}

}  // namespace slipway::context
