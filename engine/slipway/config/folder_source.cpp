#include "slipway/config/folder_source.h"

#include <algorithm>
#include <filesystem>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"
#include "slipway/config/edit.h"
#include "slipway/config/layer_document.h"

namespace slipway::config {
namespace fs = std::filesystem;
namespace {

bool leftover(const std::string& name) {
  return name.empty() || name.front() == '.' || name.front() == '#' || name.back() == '~' || name.ends_with(".swp") || name.ends_with(".tmp") ||
         name.ends_with(".bak");
}

}  // namespace

std::string variable_of(std::string_view prefix, std::string_view key) {
  std::string name(prefix);
  for (const char c : key) {
    if (c == '.')
      name += "__";
    else
      name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

FolderSource::FolderSource(std::string path, Options options)
    : Source(options.name.empty() ? path : options.name, options.rank), path_(std::move(path)), optional_(options.optional) {}

Result<Document> FolderSource::load() {
  std::error_code code;
  std::vector<std::string> names;
  for (fs::directory_iterator it(path_, code), end; !code && it != end; it.increment(code)) {
    std::error_code kind;
    const std::string file = it->path().filename().string();
    if (!leftover(file) && !it->is_directory(kind)) names.push_back(file);
  }
  if (code && code == std::errc::no_such_file_or_directory && optional_) return Document{};
  if (code) return not_found("reading the folder: " + code.message() + " (create it, or take the layer out)", "NO_SUCH_FOLDER").with_mark({name(), 0, 0});
  std::sort(names.begin(), names.end());
  Document whole;
  whole.file = name();
  for (const auto& file : names) {
    auto document = FileSource(path_ + "/" + file, {.name = name() + "/" + file}).load();
    if (!document) return document.error();
    auto flat = flatten(*document, document->file);
    if (!flat) return flat.error();
    for (const auto& leaf : (*flat)->leaves) {
      // Lists and scalars of a later file replace; a section below a value, or a value over a section, is a mistake.
      for (std::size_t dot = leaf.key.find('.'); dot != std::string::npos; dot = leaf.key.find('.', dot + 1)) {
        const Value* above = whole.root.at_path(leaf.key.substr(0, dot));
        if (above && !above->is_map())
          return conflict(leaf.key.substr(0, dot) + " is a value in another file of this folder (keep one of the two)", "KEY_CONFLICT").with_mark(leaf.where);
      }
      if (const Value* old = whole.root.at_path(leaf.key); old && old->is_map())
        return conflict(leaf.key + " is a section in another file of this folder (keep one of the two)", "KEY_CONFLICT").with_mark(leaf.where);
      whole.root.set_path(leaf.key, leaf.raw);
      whole.files[leaf.key] = document->file;
    }
  }
  return whole;
}

void FolderSource::watch(std::function<void()> changed) {
  watcher_ = std::make_unique<FileWatcher>([changed = std::move(changed)](const std::vector<std::string>&) { changed(); });
  static_cast<void>(watcher_->add_tree(path_, [](const std::string& file) { return file.find('/') == std::string::npos && !leftover(file); }));
}

void FolderSource::stop() { watcher_.reset(); }

DotenvSource::DotenvSource(std::string path, std::string prefix)
    : Source(fs::path(path).filename().string(), Rank::Environment), path_(std::move(path)), prefix_(std::move(prefix)) {}

Result<Document> DotenvSource::load() {
  auto text = read_file(path_);
  if (!text && text.error().reason() == "NO_SUCH_FILE") return Document{};
  if (!text) return text.error().with_mark({name(), 0, 0});
  auto names = codec::parse_dotenv(*text);
  if (!names) return names.error().with_mark({name(), names.error().where().line, names.error().where().column});
  std::vector<std::pair<std::string, std::string>> variables;
  for (const auto& [variable, value] : names->as_map()) variables.emplace_back(variable, value.as_string());
  Document document = document_of_variables(prefix_, variables);
  for (auto& [key, place] : document.places) place = name() + ":" + std::to_string(names->as_map().find(place)->line);
  return document;
}

Status DotenvSource::write(const std::vector<Edit>& edits) {
  auto text = read_file(path_);
  if (!text && text.error().reason() != "NO_SUCH_FILE") return text.error();
  std::string now = text ? *text : std::string();
  for (const auto& e : edits) {
    const std::string variable = variable_of(prefix_, e.key);
    auto next = e.remove ? unset_in_text(now, "env", variable) : set_in_text(now, "env", variable, e.value);
    if (!next) return next.error().with_message("editing " + name() + ": " + next.error().message());
    now = std::move(*next);
  }
  return write_file(path_, now);
}

}  // namespace slipway::config
