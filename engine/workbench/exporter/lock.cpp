#include "workbench/exporter/lock.h"

#include <openssl/evp.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "slipway/codec/codec.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Value;

namespace {

FileClass class_of(std::string_view name) {
  for (FileClass c : {FileClass::Scaffold, FileClass::Merged, FileClass::Traffic})
    if (class_name(c) == name) return c;
  return FileClass::Generated;
}

}  // namespace

std::string_view class_name(FileClass c) {
  switch (c) {
    case FileClass::Generated: return "generated";
    case FileClass::Scaffold: return "scaffold";
    case FileClass::Merged: return "merged";
    case FileClass::Traffic: return "traffic";
  }
  return "";
}

const LockedFile* Lock::find(const std::string& path) const {
  auto it = files.find(path);
  return it == files.end() ? nullptr : &it->second;
}

std::string Lock::to_json() const {
  Value all = Value::object({{"generator", Value(generator)}, {"service", Value(service)}, {"design", Value(design)}, {"model", Value(model)}});
  Value::Map written;
  for (const auto& [path, file] : files) {
    Value row = Value::object({{"class", Value(class_name(file.file_class))}, {"sha256", Value(file.sha256)}});
    if (file.adopted) row["adopted"] = Value(true);
    written[path] = std::move(row);
  }
  all["files"] = Value(std::move(written));
  if (!engine.empty()) {
    Value::Map vendored;
    for (const auto& [path, hash] : engine_files) vendored[path] = Value(hash);
    all["engine"] = Value::object({{"version", Value(engine)}, {"files", Value(std::move(vendored))}});
  }
  return slipway::codec::to_json_pretty(all) + "\n";
}

Lock read_lock(const std::string& folder) {
  Lock lock;
  const std::string text = read_text(folder + "/.slipway/lock.json");
  if (text.empty()) return lock;
  auto parsed = slipway::codec::parse_json(text);
  if (!parsed.ok() || !(*parsed)["files"].is_map()) return lock;
  const Value& v = *parsed;
  const auto text_at = [&](std::string_view key) { return v[key].is_string() ? v[key].as_string() : std::string(); };
  lock.generator = text_at("generator");
  lock.service = text_at("service");
  lock.design = text_at("design");
  lock.model = text_at("model");
  for (const auto& [path, row] : v["files"].as_map()) lock.files[path] = {class_of(row["class"].to_text()), row["sha256"].to_text(), row["adopted"] == Value(true)};
  if (v["engine"]["files"].is_map()) {
    lock.engine = v["engine"]["version"].to_text();
    for (const auto& [path, hash] : v["engine"]["files"].as_map()) lock.engine_files[path] = hash.to_text();
  }
  return lock;
}

std::string sha256(std::string_view text) {
  unsigned char digest[32];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  std::string out;
  char two[3];
  for (unsigned int i = 0; i < size; ++i) {
    std::snprintf(two, sizeof two, "%02x", digest[i]);
    out += two;
  }
  return out;
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

slipway::Status write_text(const std::string& path, const std::string& content, bool executable) {
  std::error_code ec;
  if (fs::exists(path, ec) && read_text(path) == content) return {};
  fs::create_directories(fs::path(path).parent_path(), ec);
  const fs::path temporary = path + ".new";
  {
    std::ofstream out(temporary, std::ios::binary);
    out << content;
    if (!out.flush()) return slipway::unavailable(path + " cannot be written (is the disk full?)", "FILE_UNWRITABLE");
  }
  if (executable) fs::permissions(temporary, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add, ec);
  fs::rename(temporary, path, ec);
  if (ec) return slipway::unavailable(path + " cannot be written: " + ec.message(), "FILE_UNWRITABLE");
  return {};
}

}  // namespace workbench::exporter
