// The table of built-ins with their options, and how options are read.
#include "slipway/middleware/builtin.h"

#include <algorithm>

#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware {
namespace detail {
namespace {

const std::vector<OptionSpec> kRecovery{};
const std::vector<OptionSpec> kTracing{{"reply_header", "bool", false, "", "Replies carry the call's trace id as trace-id."}};
const std::vector<OptionSpec> kLogging{{"slow", "duration", "500ms", "", "Calls that take longer are logged as warnings; 0 turns it off."},
                                       {"every", "bool", false, "", "Every call is logged, at level info."}};
const std::vector<OptionSpec> kMetrics{};
const std::vector<OptionSpec> kMetadata{{"prefix", "string", "x-md-", "", "Headers with this prefix become metadata of the call."}};
const std::vector<OptionSpec> kTimeout{{"after", "duration", "2s", "", "The deadline of a call, from its arrival at this step; 0 = none."}};
const std::vector<OptionSpec> kRateLimit{{"rate", "float", 1000, "/s", "Calls admitted a second in the long run."},
                                         {"burst", "int", Value(), "", "Calls admitted at once after a pause; the rate when it is not set."},
                                         {"key", "string", "", "", "A header whose values get a limit each; empty = one limit for all."}};
const std::vector<OptionSpec> kValidate{{"body", "map", Value(), "", "Rules of the body's fields: required, type, min, max, min_length, max_length, pattern, enum, each."},
                                        {"operations", "map", Value(), "", "The same for single operations: { \"POST /orders\": { sku: { required: true } } }."}};
const std::vector<OptionSpec> kAuth{{"header", "string", "x-api-key", "", "The header that carries the key."},
                                    {"keys", "secret", Value(), "", "The keys that are let in."}};
const std::vector<OptionSpec> kCors{{"origins", "list", "*", "", "Origins that may call from a browser."},
                                    {"methods", "list", "GET,HEAD,POST,PUT,PATCH,DELETE", "", "Methods they may use."},
                                    {"headers", "list", "content-type,authorization", "", "Headers they may send."},
                                    {"credentials", "bool", false, "", "Cookies may be sent; the origins must then be named."},
                                    {"max_age", "duration", "10m", "", "How long a browser may remember the answer."}};
const std::vector<OptionSpec> kBodyLimit{{"max", "size", "1MiB", "", "Larger bodies are refused with 413."}};
const std::vector<OptionSpec> kRetry{{"attempts", "int", 3, "", "Tries of one call, the first one counted."},
                                     {"backoff", "duration", "10ms", "", "Wait before the first retry; doubled each time, with jitter."},
                                     {"budget", "float", 0.1, "", "Retries as a share of calls, over time."},
                                     {"methods", "list", "GET,HEAD,PUT,DELETE,OPTIONS", "", "Methods that may be tried again."}};

}  // namespace

const std::vector<Entry>& table() {
  static const std::vector<Entry> entries{
      {"recovery", make_recovery, kRecovery},   {"tracing", make_tracing, kTracing},
      {"logging", make_logging, kLogging},      {"metrics", make_metrics, kMetrics},
      {"metadata", make_metadata, kMetadata},   {"timeout", make_timeout, kTimeout},
      {"rate_limit", make_rate_limit, kRateLimit}, {"validate", make_validate, kValidate},
      {"auth", make_auth, kAuth},               {"cors", make_cors, kCors},
      {"body_limit", make_body_limit, kBodyLimit}, {"retry", make_retry, kRetry}};
  return entries;
}

const Entry* find_entry(std::string_view name) {
  for (const Entry& e : table())
    if (e.name == name) return &e;
  return nullptr;
}

Builtin::Builtin(std::string_view name, Wiring wiring) : wiring_(std::move(wiring)), name_(find_entry(name)->name) {
  if (wiring_.config_prefix.empty()) return;
  for (const OptionSpec& o : find_entry(name)->options) config_keys_ += (config_keys_.empty() ? "" : ",") + wiring_.config_prefix + "." + o.name;
}

std::vector<std::string> Builtin::options() const {
  std::vector<std::string> out;
  for (const OptionSpec& o : find_entry(name_)->options) out.push_back(o.name);
  return out;
}

Status Builtin::unknown(std::string_view option) const {
  std::string known;
  for (const auto& o : options()) known += (known.empty() ? "" : ", ") + o;
  return not_found(std::string(name_) + " has no option \"" + std::string(option) + "\"" + (known.empty() ? " (it has none)" : " (it has " + known + ")"),
                   "UNKNOWN_OPTION");
}

void Builtin::note(Call& call, telemetry::NameId key, std::string value) {
  call.trace.attribute(call.trace.innermost(), key, std::move(value));
}

void Builtin::note_config(Call& call) const {
  static const telemetry::NameId kKey = telemetry::intern("config.key");
  if (!config_keys_.empty()) note(call, kKey, config_keys_);
}

telemetry::Logger& Builtin::logger(const Call& call) const {
  return wiring_.log.logger(call.operation ? std::string_view(call.operation->service) : std::string_view("service"));
}

Error bad_option(std::string_view option, const Value& v, const std::string& what) {
  Error e = bad_request(std::string(option) + ": \"" + v.to_text() + "\" " + what, "BAD_OPTION");
  return v.line > 0 ? e.with_mark({"", v.line, v.column}) : e;
}

Result<bool> to_bool(std::string_view option, const Value& v) {
  if (v.is_bool()) return v.as_bool();
  if (v.is_string() && (v.as_string() == "true" || v.as_string() == "false")) return v.as_string() == "true";
  return bad_option(option, v, "is not true or false");
}

namespace {

std::optional<double> number_of(const Value& v) {
  if (v.is_number()) return v.as_double();
  if (!v.is_string() || v.as_string().empty()) return std::nullopt;
  char* end = nullptr;
  const double d = std::strtod(v.as_string().c_str(), &end);
  if (*end != '\0') return std::nullopt;
  return d;
}

}  // namespace

Result<double> to_number(std::string_view option, const Value& v, double least) {
  const auto d = number_of(v);
  if (!d || !(*d >= least)) return bad_option(option, v, "is not a number from " + Value(least).to_text() + " up");
  return *d;
}

Result<std::int64_t> to_whole(std::string_view option, const Value& v, std::int64_t least) {
  const auto d = number_of(v);
  if (!d || !(*d >= static_cast<double>(least)) || *d > 9e15 || *d != static_cast<double>(static_cast<std::int64_t>(*d)))
    return bad_option(option, v, "is not a whole number from " + std::to_string(least) + " up");
  return static_cast<std::int64_t>(*d);
}

Result<Duration> to_duration(std::string_view option, const Value& v) {
  if (v.is_int() && v.as_int() == 0) return Duration::zero();
  if (v.is_string())
    if (auto d = parse_duration(v.as_string()); d && *d >= Duration::zero()) return *d;
  return bad_option(option, v, "is not a duration (use 250ms, 2s, 1m)");
}

Result<std::int64_t> to_size(std::string_view option, const Value& v) {
  if (v.is_int() && v.as_int() >= 0) return v.as_int();
  if (v.is_string())
    if (auto n = parse_size(v.as_string()); n) return static_cast<std::int64_t>(*n);
  return bad_option(option, v, "is not a size (use 64KiB, 1MiB)");
}

Result<std::string> to_string(std::string_view option, const Value& v) {
  if (v.is_list() || v.is_map()) return bad_option(option, v, "is not a text");
  return v.is_null() ? std::string() : v.to_text();
}

Result<std::vector<std::string>> to_strings(std::string_view option, const Value& v) {
  std::vector<std::string> out;
  if (v.is_list()) {
    for (const Value& item : v.as_list()) {
      if (item.is_list() || item.is_map() || item.is_null()) return bad_option(option, v, "is not a list of texts");
      out.push_back(item.to_text());
    }
    return out;
  }
  if (v.is_map()) return bad_option(option, v, "is not a list");
  const std::string text = v.is_null() ? "" : v.to_text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string item = text.substr(at, comma - at);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) out.push_back(std::move(item));
    at = comma + 1;
  }
  return out;
}

}  // namespace detail

namespace {

// Names within two edits of each other, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j)
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])}));
  }
  return row[b.size()];
}

Error unknown_middleware(std::string_view name, const char* reason) {
  std::string known;
  const std::string* near = nullptr;
  for (const auto& n : middleware_names()) {
    known += (known.empty() ? "" : ", ") + n;
    if (distance(n, name) <= 2) near = &n;
  }
  return bad_request("there is no middleware \"" + std::string(name) + "\"" + (near ? " (did you mean " + *near + "?)" : " (there are " + known + ")"), reason);
}

}  // namespace

Result<MiddlewarePtr> make_middleware(std::string_view name, const Value& options, const std::string& config_prefix, const Surroundings& surroundings) {
  const detail::Entry* entry = detail::find_entry(name);
  if (!entry) return unknown_middleware(name, "UNKNOWN_MIDDLEWARE");
  if (!options.is_null() && !options.is_map()) return detail::bad_option(name, options, "is not a map of options");
  MiddlewarePtr made = entry->make({config_prefix, surroundings.log ? *surroundings.log : telemetry::Log::system(),
                                    surroundings.metrics ? *surroundings.metrics : telemetry::Metrics::system(), surroundings.clock});
  if (options.is_null()) return made;
  if (auto s = set_options(*made, name, options); !s) return s.error();
  return made;
}

Status set_options(Middleware& step, std::string_view name, const Value& options) {
  for (const auto& [option, value] : options.as_map()) {
    Status s = step.set_option(option, value);
    if (s.ok()) continue;
    // An unknown option's error names the step already.
    Error e = s.error().reason() == "UNKNOWN_OPTION" ? s.error() : s.error().with_message(std::string(name) + ": " + s.error().message());
    return e.where().known() || value.line == 0 ? e : e.with_mark({"", value.line, value.column});
  }
  return {};
}

const std::vector<std::string>& middleware_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& e : detail::table()) out.emplace_back(e.name);
    return out;
  }();
  return names;
}

Result<std::vector<OptionSpec>> options_of(std::string_view name) {
  const detail::Entry* entry = detail::find_entry(name);
  if (!entry) {
    const Error e = unknown_middleware(name, "UNKNOWN_MIDDLEWARE");
    return not_found(e.message(), e.reason());
  }
  return std::vector<OptionSpec>(entry->options.begin(), entry->options.end());
}

}  // namespace slipway::middleware
