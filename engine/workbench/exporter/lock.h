// Lock: what an export wrote into a folder, as .slipway/lock.json keeps it: every file with its class and the hash of its bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "workbench/exporter/export_plan.h"

namespace workbench::exporter {

struct LockedFile {
  FileClass file_class = FileClass::Generated;
  std::string sha256;   // of what was generated, not of what a merge made of it
  bool adopted = false; // was generated, is the user's since
};

struct Lock {
  std::string generator, service, design, model;   // `model`: hash of everything that was generated
  std::string engine;                              // version of the vendored framework; empty without it
  std::map<std::string, LockedFile> files;
  std::map<std::string, std::string> engine_files; // path below third_party/slipway -> hash
  bool empty() const { return files.empty(); }
  const LockedFile* find(const std::string& path) const;
  std::string to_json() const;
};

// An empty Lock where there is none.
Lock read_lock(const std::string& folder);
std::string sha256(std::string_view text);

// Whole files; read_text gives "" for one that is not there. write_text replaces the file atomically, and only when its bytes differ.
std::string read_text(const std::string& path);
slipway::Status write_text(const std::string& path, const std::string& content, bool executable = false);

}  // namespace workbench::exporter
