#include "workbench/behaviour/options.h"

#include <algorithm>

#include "slipway/values/values.h"

namespace workbench::behaviour {

using slipway::Status;
using slipway::Value;

namespace {
const Value kNull;

std::string plain(double d) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", d);
  return text;
}
}  // namespace

Options::Options(std::string_view kind, const Value& step, const ReadContext& context, std::string_view shorthand,
                 std::initializer_list<std::string_view> known)
    : kind_(kind), context_(context) {
  if (step.is_map()) {
    map_ = step;
    for (const auto& [key, v] : step.as_map()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::vector<std::string> names(known.begin(), known.end());
      const std::string near = nearest(key, names);
      std::string all;
      for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
      fail(error(key, std::string("is not one of its options") + (near.empty() ? " (" + all + ")" : "; did you mean '" + near + "'?")));
    }
  } else if (!step.is_null()) {
    if (shorthand.empty()) {
      fail(error("", "takes a map of options"));
    } else {
      map_[shorthand] = step;
    }
  }
  map_.line = step.line;
  map_.column = step.column;
}

const Value& Options::get(std::string_view key) const {
  if (!map_.is_map()) return kNull;
  const Value* v = map_.as_map().find(key);
  return v ? *v : kNull;
}

void Options::fail(slipway::Error error) {
  if (status_.ok()) status_ = std::move(error);
}

slipway::Error Options::error(std::string_view key, const std::string& what) const {
  const Value& v = get(key);
  slipway::Mark mark = context_.names.where;
  if (v.line > 0) {
    mark.line = v.line;
    mark.column = v.column;
  } else if (map_.line > 0) {
    mark.line = map_.line;
    mark.column = map_.column;
  }
  return slipway::bad_request(kind_ + (key.empty() ? " " : "." + std::string(key) + ": ") + what, "BEHAVIOUR_INVALID").with_mark(mark);
}

std::string Options::text(std::string_view key, std::string otherwise) {
  const Value& v = get(key);
  if (v.is_null()) return otherwise;
  if (v.is_map() || v.is_list()) {
    fail(error(key, "is a " + std::string(Value::kind_name(v.kind())) + ", a text is wanted"));
    return otherwise;
  }
  return v.to_text();
}

std::string Options::required_text(std::string_view key) {
  if (!has(key)) fail(error(key, "is missing"));
  return text(key);
}

std::int64_t Options::integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const Value& v = get(key);
  if (v.is_null()) return otherwise;
  if (!v.is_int() || v.as_int() < least || v.as_int() > most) {
    fail(error(key, "\"" + v.to_text() + "\" is not a whole number from " + std::to_string(least) + " to " + std::to_string(most)));
    return otherwise;
  }
  return v.as_int();
}

double Options::number(std::string_view key, double otherwise, double least, double most) {
  const Value& v = get(key);
  if (v.is_null()) return otherwise;
  if (!v.is_number() || v.as_double() < least || v.as_double() > most) {
    fail(error(key, "\"" + v.to_text() + "\" is not a number from " + plain(least) + " to " + plain(most)));
    return otherwise;
  }
  return v.as_double();
}

std::string Options::duration(std::string_view key, std::string otherwise) {
  const std::string t = text(key, otherwise);
  auto d = slipway::parse_duration(t);
  if (!d.ok() || *d < slipway::Duration::zero()) {
    fail(error(key, "\"" + t + "\" is not a duration (use 250ms, 2s, 1m)"));
    return otherwise;
  }
  return t;
}

std::string Options::choice(std::string_view key, std::string otherwise, std::initializer_list<std::string_view> choices) {
  return one_of(key, std::move(otherwise), {choices.begin(), choices.end()});
}

std::string Options::one_of(std::string_view key, std::string otherwise, const std::vector<std::string>& choices) {
  const std::string t = text(key, otherwise);
  if (std::find(choices.begin(), choices.end(), t) == choices.end()) {
    std::string all;
    for (const auto& c : choices) all += (all.empty() ? "" : ", ") + c;
    fail(error(key, "\"" + t + "\" is none of " + all));
    return otherwise;
  }
  return t;
}

Names Options::names_at(std::string_view key) const {
  Names n = context_.names;
  const Value& v = get(key);
  if (v.line > 0) {
    n.where.line = v.line;
    n.where.column = v.column;
  }
  return n;
}

TextTemplate Options::text_template(std::string_view key, Escape escape, std::string otherwise) {
  auto t = TextTemplate::compile(text(key, std::move(otherwise)), escape, names_at(key));
  if (t.ok()) return *t;
  fail(t.error());
  return {};
}

ValueTemplate Options::value_template(std::string_view key) {
  auto t = ValueTemplate::compile(get(key), names_at(key));
  if (t.ok()) return *t;
  fail(t.error());
  return {};
}

std::vector<std::pair<std::string, TextTemplate>> Options::pairs(std::string_view key, Escape escape) {
  std::vector<std::pair<std::string, TextTemplate>> out;
  const Value& v = get(key);
  if (v.is_null()) return out;
  if (!v.is_map()) {
    fail(error(key, "is a " + std::string(Value::kind_name(v.kind())) + ", a map of names and values is wanted"));
    return out;
  }
  for (const auto& [name, value] : v.as_map()) {
    Names here = names_at(key);
    if (value.line > 0) {
      here.where.line = value.line;
      here.where.column = value.column;
    }
    auto t = TextTemplate::compile(value.to_text(), escape, here);
    if (!t.ok()) {
      fail(t.error());
      continue;
    }
    out.emplace_back(name, *t);
  }
  return out;
}

}  // namespace workbench::behaviour
