// Consent: what the user allowed a workspace, once per folder: to load plugins, to call other machines.
//
// Kept in .slipway/WHAT.allowed: the list it was given for, and which folder that is on this machine. A copy or a clone that
// brings such a file along is not that folder; a list that has grown needs consent anew. Blocks on files.
#pragma once

#include <string>
#include <vector>

#include "slipway/base/result.h"

namespace workbench::host {

class Consent {
 public:
  // `what`: "plugins", "network".
  Consent(std::string folder, std::string what) : folder_(std::move(folder)), what_(std::move(what)) {}
  bool covers(const std::vector<std::string>& list) const;
  slipway::Status give(const std::vector<std::string>& list) const;

 private:
  std::string file() const { return folder_ + "/.slipway/" + what_ + ".allowed"; }
  std::string folder_, what_;
};

}  // namespace workbench::host
