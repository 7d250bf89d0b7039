// How settings reach a program beside documents: command line, environment, paths, typed reads, log settings, versions.
#include <cmath>

#include "slipway/app/log_config.h"
#include "slipway/codec/codec.h"
#include "slipway/config/folder_source.h"
#include "slipway/config/read_struct.h"
#include "slipway/plugin/version_range.h"
#include "slipway/telemetry/log_mask.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace described {

enum class Mode { fast, safe };
BOOST_DESCRIBE_ENUM(Mode, fast, safe)
struct Inner {
  std::optional<std::string> name;
  std::vector<int> list;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, list))
struct Outer {
  bool on = true;
  std::int8_t small = 1;
  std::uint16_t size = 1;
  double ratio = 1;
  slipway::Duration after = std::chrono::seconds(1);
  Mode mode = Mode::safe;
  std::map<std::string, Inner> by_name;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (on, small, size, ratio, after, mode, by_name))

}  // namespace described

namespace {

using slipway::Value;
using namespace slipway::config;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::vector<Section> sections() {
  return {{.prefix = "orders.http", .keys = {{.name = "timeout", .type = KeyType::Duration, .fallback = "2s"}, {.name = "max-body", .type = KeyType::Size, .fallback = "1MiB"}, {.name = "Address"}}}};
}

// A config of this one source: every winner is one that was given or a default, and every problem says where and what.
void overlay(std::unique_ptr<Source> source) {
  Config config({.watch_files = false});
  static_cast<void>(config.define("orders", sections()));
  static_cast<void>(config.add_source(std::move(source)));
  static_cast<void>(config.start());
  const auto snapshot = config.snapshot();
  for (const auto& e : snapshot->entries()) {
    require(!e.key.empty(), "a key has a name");
    require(e.winner < 0 || snapshot->at(e.key) != nullptr, "an entry in effect stands in the tree");
  }
  for (const auto& p : config.problems()) require(!p.message.empty() && !p.source.empty(), "a problem says what and where");
}

}  // namespace

// One setting a line.
void command_line(std::string_view bytes) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!bytes.empty()) {
    auto pair = CommandLineSource::parse(take_line(bytes));
    if (!pair) continue;
    require(!pair->first.empty(), "a setting has a key");
    pairs.push_back(std::move(*pair));
  }
  overlay(std::make_unique<CommandLineSource>(std::move(pairs)));
}

// One variable a line, its prefix included.
void environment(std::string_view bytes) {
  std::vector<std::pair<std::string, std::string>> variables;
  while (!bytes.empty()) {
    const std::string_view line = take_line(bytes);
    const std::size_t is = std::min(line.find('='), line.size());
    variables.emplace_back(line.substr(0, is), line.substr(std::min(is + 1, line.size())));
  }
  const Document document = document_of_variables("SLIPWAY_", variables);
  for (const auto& [key, name] : document.places) {
    require(name.starts_with("SLIPWAY_"), "only names with the prefix are read");
    require(document.root.at_path(key) != nullptr, "a name that was read is there");
  }
  overlay(std::make_unique<EnvironmentSource>("SLIPWAY_", std::move(variables)));
}

// "<path>\n<JSON>"
void paths(std::string_view bytes) {
  const std::string_view path = take_line(bytes);
  const auto root = slipway::codec::parse_json(bytes);
  if (!root) return;
  Value changed = *root;
  changed.set_path(path, "new value");
  const Value* found = changed.at_path(path);
  require(found && *found == Value("new value"), "what was set is there");
  if (root->at_path(path) == nullptr) {
    Value again = *root;
    require(!again.erase_path(path) && again == *root, "what is not there cannot be erased");
  }
  static_cast<void>(changed.erase_path(path));
}

// A YAML document, read as every type there is.
void typed_reads(std::string_view bytes) {
  auto root = slipway::codec::parse_yaml(bytes);
  if (!root) return;
  const auto is_said = [](const auto& result) { require(result.ok() || !result.error().message().empty(), "a refusal says why"); };
  is_said(convert_to<bool>(*root, "k"));
  is_said(convert_to<std::int8_t>(*root, "k"));
  is_said(convert_to<std::uint32_t>(*root, "k"));
  is_said(convert_to<float>(*root, "k"));
  is_said(convert_to<std::vector<std::vector<int>>>(*root, "k"));
  if (const auto n = convert_to<std::int64_t>(*root, "k")) require(*convert_to<std::int64_t>(Value(std::to_string(*n)), "k") == *n, "an integer reads back from its text");
  if (const auto d = convert_to<slipway::Duration>(*root, "k"); d && d->count() != INT64_MIN) require(*convert_to<slipway::Duration>(Value(slipway::format_duration(*d)), "k") == *d, "a duration reads back from its text");
  for (const KeyType type : {KeyType::Bool, KeyType::Int, KeyType::Float, KeyType::String, KeyType::Duration, KeyType::Size, KeyType::Enum, KeyType::List, KeyType::Secret, KeyType::Url}) {
    const KeySpec spec{.name = "k", .type = type, .choices = {"a", "b"}, .min = {}, .max = {}};
    const auto converted = convert(spec, *root);
    is_said(converted);
    if (converted) require(convert(spec, converted->value).ok() || type == KeyType::Duration, "a converted value converts again");
  }
  if (!root->is_map()) return;
  Document document;
  document.root = std::move(*root);
  document.file = "fuzzed.yaml";
  Config config({.watch_files = false});
  static_cast<void>(config.add_source(std::make_unique<MemorySource>("file", Rank::File, std::move(document))));
  static_cast<void>(config.start());
  is_said(slipway::config::read<described::Outer>(config, "."));
  is_said(slipway::config::read<described::Inner>(config, "by_name.x"));
}

// A YAML document whose section `log` is applied to a log; what it says is masked in any case.
void log_config(std::string_view bytes) {
  static_cast<void>(slipway::telemetry::parse_level(bytes));
  const auto root = slipway::codec::parse_yaml(bytes);
  if (!root || !root->is_map()) return;
  Document document, quiet;  // no files, no console, no millions of lines
  document.root = *root;
  for (const auto& [key, value] : {std::pair<const char*, Value>{"log.console", false}, {"log.file.path", ""}}) quiet.root.set_path(key, value);
  Config config({.watch_files = false});
  static_cast<void>(config.add_source(std::make_unique<MemorySource>("file", Rank::File, std::move(document))));
  static_cast<void>(config.add_source(std::make_unique<MemorySource>("quiet", Rank::Overrides, std::move(quiet))));
  static_cast<void>(slipway::app::LogConfig::declare(config, "log", {false, {}}));
  static_cast<void>(config.start());
  slipway::telemetry::Log log;
  const auto ring = std::make_shared<slipway::telemetry::LogRing>(8);
  log.add_sink(ring);
  const auto made = slipway::app::LogConfig::start(config, log, "log", {false, {}});
  require(made.ok() || !made.error().message().empty(), "a refusal says why");
  log.logger("orders/stock").error("taken", "password", "hunter-2", "note", std::string(bytes), "tree", Value::object({{"token", "hunter-2"}}));
  for (const auto& line : ring->lines(8)) {
    require(bytes.find("hunter-2") != std::string_view::npos || line.to_json().find("hunter-2") == std::string::npos, "a secret is masked");
    require(slipway::codec::parse_json(line.to_json()).ok(), "a line is JSON");
    require(!line.to_text().empty(), "a line is text");
  }
}

// "<range>\n<version>"
void version_range(std::string_view bytes) {
  const std::string_view range = take_line(bytes);
  const auto version = slipway::plugin::parse_version(bytes);
  static_cast<void>(slipway::plugin::in_range(version ? *version : slipway::plugin::Version{1, 2, 3}, range));
  if (!version) return;
  std::string text;
  for (const int part : *version) text += (text.empty() ? "" : ".") + std::to_string(part);
  require(*slipway::plugin::parse_version(text) == *version, "a version reads back from its text");
  for (const std::string& own : {text, "=" + text, ">=" + text, "<=" + text, "^" + text}) require(*slipway::plugin::in_range(*version, own), "a version is in its own ranges");
  require(!*slipway::plugin::in_range(*version, ">" + text), "and in none that begins above it");
}

}  // namespace fuzz
