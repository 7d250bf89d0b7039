#include "slipway/codec/typed.h"

namespace slipway::codec::detail {
namespace {

std::string shown(const Value& value) {
  std::string text;
  if (value.is_string())
    append_json_string(
        text, value.as_string().size() > 40 ? value.as_string().substr(0, 40) + "..." : value.as_string());
  else if (value.is_list() || value.is_map())
    return "a " + std::string(Value::kind_name(value.kind()));
  else
    text = value.to_text();
  return text;
}

template <class N>
bool whole_text(const std::string& s, N& out) {
  const auto [end, bad] = std::from_chars(s.data(), s.data() + s.size(), out);
  return bad == std::errc() && end == s.data() + s.size();
}

}  // namespace

Problems::Step::Step(Problems& problems, std::string_view name)
    : problems_(problems), length_(problems.path_.size()) {
  if (length_ > 0) problems.path_ += '.';
  problems.path_ += name;
}

void Problems::add(const Value* at, std::string text) {
  if (found_.empty() && at) first_ = Mark{{}, at->line, at->column};
  found_.emplace_back(path_, std::move(text));
}

void Problems::append(Problems more) {
  found_.insert(found_.end(), std::make_move_iterator(more.found_.begin()), std::make_move_iterator(more.found_.end()));
  if (!first_.known()) first_ = more.first_;
}

Error Problems::to_error() const {
  constexpr std::size_t kShown = 8;
  std::string message;
  for (std::size_t i = 0; i < found_.size() && i < kShown; ++i) {
    if (i > 0) message += "; ";
    if (!found_[i].first.empty()) message += found_[i].first + ": ";
    message += found_[i].second;
  }
  if (found_.size() > kShown) message += "; and " + std::to_string(found_.size() - kShown) + " more";
  Error error = bad_request(std::move(message), "BAD_FIELDS");
  for (const auto& [path, text] : found_) error = error.with_metadata(path, text);
  return first_.known() ? error.with_mark(first_) : error;
}

bool read_bool(const Value& value, bool& out, Problems& problems) {
  if (value.is_bool()) {
    out = value.as_bool();
    return true;
  }
  if (problems.options().text_values && value.is_string()) {
    const std::string& s = value.as_string();
    if (s == "true" || s == "1" || s == "false" || s == "0") {
      out = s == "true" || s == "1";
      return true;
    }
  }
  problems.add(&value, shown(value) + " is not true or false");
  return false;
}

bool read_int(const Value& value, std::int64_t& out, Problems& problems) {
  if (value.is_int()) {
    out = value.as_int();
    return true;
  }
  if (value.is_double()) {
    const double d = value.as_double();
    if (d >= -0x1p63 && d < 0x1p63 && d == std::trunc(d)) {
      out = static_cast<std::int64_t>(d);
      return true;
    }
  }
  if (problems.options().text_values && value.is_string() && whole_text(value.as_string(), out)) return true;
  problems.add(&value, shown(value) + " is not a whole number");
  return false;
}

bool read_double(const Value& value, double& out, Problems& problems) {
  if (value.is_number()) {
    out = value.as_double();
    return true;
  }
  if (problems.options().text_values && value.is_string() && whole_text(value.as_string(), out)) return true;
  problems.add(&value, shown(value) + " is not a number");
  return false;
}

bool read_string(const Value& value, std::string& out, Problems& problems) {
  if (!value.is_string()) {
    problems.add(&value, shown(value) + " is not a string");
    return false;
  }
  out = value.as_string();
  return true;
}

bool read_duration(const Value& value, Duration& out, Problems& problems) {
  std::string text;
  if (!read_string(value, text, problems)) return false;
  const auto parsed = parse_duration(text);
  if (!parsed) {
    problems.add(&value, parsed.error().message());
    return false;
  }
  out = *parsed;
  return true;
}

bool expect_list(const Value& value, Problems& problems) {
  if (!value.is_list()) problems.add(&value, shown(value) + " is not a list");
  return value.is_list();
}

bool expect_map(const Value& value, Problems& problems) {
  if (!value.is_map()) problems.add(&value, shown(value) + " is not an object");
  return value.is_map();
}

}  // namespace slipway::codec::detail
