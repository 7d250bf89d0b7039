// Drafts: what was typed into a request and not yet saved, kept in .slipway/drafts so that a crash loses nothing. One small
// JSON file per request, replaced atomically. GUI thread; the files are a few hundred bytes.
#pragma once

#include <QString>
#include <optional>

#include "workbench/traffic/exchange.h"

namespace panels::requests {

class DraftStore {
 public:
  explicit DraftStore(QString folder) : folder_(std::move(folder)) {}  // of the workspace; empty: drafts are not kept
  bool store(const workbench::traffic::SavedRequest& request) const;
  std::optional<workbench::traffic::SavedRequest> load(const std::string& id) const;
  bool has(const std::string& id) const;
  void discard(const std::string& id) const;
  QString file_of(const std::string& id) const;

 private:
  QString folder_;
};

}  // namespace panels::requests
