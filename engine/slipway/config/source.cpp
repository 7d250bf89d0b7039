#include "slipway/config/source.h"

#include <unistd.h>

#include <cctype>
#include <filesystem>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"
#include "slipway/config/edit.h"

extern char** environ;

namespace slipway::config {
namespace {

// Text of the environment and the command line stays text: the schema decides what it means. Lists may be written as [a, b].
Value text_value(const std::string& text) { return Value(text); }

void apply(Value& root, const std::vector<Edit>& edits) {
  for (const auto& e : edits) {
    if (e.remove)
      root.erase_path(e.key);
    else
      root.set_path(e.key, e.value);
  }
}

}  // namespace

Status Source::write(const std::vector<Edit>&) {
  return conflict(name_ + " cannot be written (write to overrides or to a file)", "READ_ONLY_SOURCE");
}

MemorySource::MemorySource(std::string name, Rank rank, Document document)
    : Source(std::move(name), rank), document_(std::move(document)) {}

Result<Document> MemorySource::load() {
  std::lock_guard lock(mutex_);
  return document_;
}

void MemorySource::watch(std::function<void()> changed) {
  std::lock_guard lock(mutex_);
  changed_ = std::move(changed);
}

void MemorySource::stop() {
  std::lock_guard lock(mutex_);
  changed_ = nullptr;
}

Status MemorySource::write(const std::vector<Edit>& edits) {
  std::lock_guard lock(mutex_);
  auto expanded = expand_dots(document_.root);
  if (!expanded) return expanded.error();
  document_.root = std::move(*expanded);
  apply(document_.root, edits);
  return {};
}

void MemorySource::replace(Document document) {
  std::function<void()> changed;
  {
    std::lock_guard lock(mutex_);
    document_ = std::move(document);
    changed = changed_;
  }
  if (changed) changed();
}

FileSource::FileSource(std::string path, Options options)
    : Source(options.name.empty() ? path : options.name, options.rank),
      path_(std::move(path)),
      optional_(options.optional) {}

Result<Document> FileSource::load() {
  Document document;
  document.file = name();
  auto text = read_file(path_);
  if (!text) {
    if (optional_ && text.error().reason() == "NO_SUCH_FILE") return document;
    return text.error().with_mark({name(), 0, 0});
  }
  const std::string extension = std::filesystem::path(path_).extension().string();
  const codec::Codec* codec = extension.size() > 1 ? codec::find_codec(extension.substr(1)) : nullptr;
  if (!codec)
    return bad_request("\"" + extension + "\" is not a config format (use .yaml, .toml, .json, .ini or .properties)", "UNKNOWN_FORMAT")
        .with_mark({name(), 0, 0});
  auto root = codec->decode(*text);
  if (!root) {
    Mark where = root.error().where();
    where.file = name();
    return root.error().with_mark(where);
  }
  document.root = std::move(*root);
  return document;
}

Status FileSource::write(const std::vector<Edit>& edits) {
  auto text = read_file(path_);
  if (!text && text.error().reason() != "NO_SUCH_FILE") return text.error();
  std::string now = text ? *text : std::string();
  const std::string format = std::filesystem::path(path_).extension().string().substr(1);
  for (const auto& e : edits) {
    auto next = e.remove ? unset_in_text(now, format, e.key) : set_in_text(now, format, e.key, e.value);
    if (!next) return next.error().with_message("editing " + name() + ": " + next.error().message());
    now = std::move(*next);
  }
  return write_file(path_, now);
}

EnvironmentSource::EnvironmentSource(std::string prefix)
    : Source("env", Rank::Environment), prefix_(std::move(prefix)), own_process_(true) {}

EnvironmentSource::EnvironmentSource(std::string prefix, std::vector<std::pair<std::string, std::string>> variables)
    : Source("env", Rank::Environment),
      prefix_(std::move(prefix)),
      variables_(std::move(variables)),
      own_process_(false) {}

Result<Document> EnvironmentSource::load() {
  auto variables = variables_;
  if (own_process_) {
    for (char** v = environ; v && *v; ++v) {
      const std::string_view text(*v);
      if (const std::size_t eq = text.find('='); eq != std::string_view::npos)
        variables.emplace_back(text.substr(0, eq), text.substr(eq + 1));
    }
  }
  return document_of_variables(prefix_, variables);
}

Document document_of_variables(const std::string& prefix, const std::vector<std::pair<std::string, std::string>>& variables) {
  Document document;
  for (const auto& [name, value] : variables) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
    std::string key;
    for (std::size_t i = prefix.size(); i < name.size(); ++i) {
      // Two underscores part the levels; a third belongs to the name that follows.
      if (name[i] == '_' && i + 1 < name.size() && name[i + 1] == '_' && !key.empty() && key.back() != '.') {
        key += '.';
        ++i;
      } else {
        key += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
      }
    }
    // Names that make no key (A__=…, or one that is both value and section) are other programs' business.
    if (key.empty() || key.front() == '.' || key.back() == '.' || document.root.at_path(key)) continue;
    bool clash = false;
    for (std::size_t dot = key.find('.'); dot != std::string::npos && !clash; dot = key.find('.', dot + 1))
      if (const Value* parent = document.root.at_path(key.substr(0, dot))) clash = !parent->is_map();
    if (clash) continue;
    document.root.set_path(key, text_value(value));
    document.places[key] = name;
  }
  return document;
}

CommandLineSource::CommandLineSource(std::vector<std::pair<std::string, std::string>> pairs)
    : Source("command line", Rank::CommandLine), pairs_(std::move(pairs)) {}

Result<std::pair<std::string, std::string>> CommandLineSource::parse(std::string_view text) {
  const std::size_t eq = text.find('=');
  if (eq == std::string_view::npos || eq == 0)
    return bad_request("\"" + std::string(text) + "\" is not key=value (use gateway.rate_limit.rate=5)", "BAD_SETTING");
  const std::string_view key = text.substr(0, eq);
  if (key.front() == '.' || key.back() == '.' || key.find("..") != std::string_view::npos)
    return bad_request("\"" + std::string(key) + "\" has an empty part (write a.b, without doubled dots)", "BAD_SETTING");
  return std::pair<std::string, std::string>(key, text.substr(eq + 1));
}

Result<Document> CommandLineSource::load() {
  Document document;
  for (const auto& [key, value] : pairs_) {
    document.root.set_path(key, text_value(value));
    document.places[key] = "--set " + key;
  }
  return document;
}

std::unique_ptr<Source> make_overrides(std::string path, std::string name) {
  if (path.empty()) return std::make_unique<MemorySource>(std::move(name), Rank::Overrides);
  return std::make_unique<FileSource>(std::move(path),
                                      FileSource::Options{.name = std::move(name), .rank = Rank::Overrides, .optional = true});
}

}  // namespace slipway::config
