#include "slipway/http/typed.h"

namespace slipway::http {
namespace {

// One name or value of a query: '+' is a space there.
std::string decode_query(std::string_view text) {
  std::string spaced(text), out;
  for (char& c : spaced)
    if (c == '+') c = ' ';
  return percent_decode(spaced, out) ? out : spaced;
}

bool same_key(std::string_view raw, std::string_view name) {
  if (raw.find_first_of("%+") == std::string_view::npos) return raw == name;
  return decode_query(raw) == name;
}

}  // namespace

BoundText find_text(const middleware::Request& request, std::string_view name) {
  BoundText out;
  for (const auto& param : request.params) {
    if (param.name != name) continue;
    out.found = true;
    out.value = Value(param.value);
    return out;
  }
  std::string_view query = request.query;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const auto equals = pair.find('=');
    if (!same_key(pair.substr(0, equals), name)) continue;
    Value value(equals == std::string_view::npos ? std::string() : decode_query(pair.substr(equals + 1)));
    if (!out.found) {
      out.found = true;
      out.value = std::move(value);
    } else if (out.value.is_list()) {
      out.value.as_list().push_back(std::move(value));
    } else {
      Value::List both;
      both.push_back(std::move(out.value));
      both.push_back(std::move(value));
      out.value = Value(std::move(both));
    }
  }
  return out;
}

}  // namespace slipway::http
