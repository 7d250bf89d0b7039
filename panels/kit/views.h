// Views: one consistent picture of the workspace, made off the GUI thread and never changed afterwards.
// Interest: what of it is wanted beyond the basics. Story: fixed views for shots and tests.
#pragma once

#include <QString>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "slipway/plugin/plugins.h"
#include "workbench/compare/report.h"
#include "workbench/host/views.h"
#include "workbench/recorder/run_archive.h"
#include "workbench/recorder/trace.h"
#include "workbench/traffic/exchange.h"
#include "workbench/traffic/load_run.h"
#include "workbench/traffic/run_store.h"

namespace panels::kit {

struct Interest {
  std::string trace_filter;               // the filter language; empty = all
  std::size_t trace_limit = 200;          // 0: no list wanted
  std::string exchanges_of;               // request id; empty = all requests
  bool balancer = false;                  // topology and decisions
  std::string file;                       // authored file whose text is wanted
  std::string run;                        // id of the past run to show; empty = live
  int reading = 0;                        // of that run; another number reads its file anew
  friend bool operator==(const Interest&, const Interest&) = default;
};

struct LoadView {
  workbench::traffic::LoadOptions options;
  std::shared_ptr<const workbench::traffic::LoadProgress> progress;  // null: no run yet
  bool running = false;
};

// Which run the views are of.
struct RunView {
  std::string id;                         // of a past one; empty: live
  workbench::recorder::RunInfo info;      // of a past one
  std::string error;                      // why it cannot be shown; all else is empty then
};

struct Views {
  RunView run;
  std::string workspace, folder;          // "orders-lab"
  std::int64_t wall_ns = 0;               // when it was made; of a past run: its end. 0: nothing has come yet
  std::int64_t run_started_ns = 0;
  std::vector<workbench::host::ServiceRow> services;
  std::map<std::string, workbench::host::ServiceDetail> details;       // by service
  workbench::host::ConfigTable config;
  std::vector<workbench::host::ConfigChange> history;                  // newest first
  std::vector<workbench::traffic::SavedRequest> requests;
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<std::string> environments;                               // named sets of variables
  std::string environment;                                             // the one in effect
  std::vector<workbench::traffic::Exchange> exchanges;                 // newest first
  std::vector<workbench::recorder::TracePtr> traces;                   // newest first, by Interest
  std::string trace_filter_error;                                      // the filter was not understood: why
  std::vector<workbench::recorder::Event> events;                      // newest first
  workbench::host::LogTail logs;
  std::map<std::string, std::string> file_texts, file_errors;          // by file, as the Interest asks
  workbench::host::Totals totals;
  std::vector<slipway::plugin::Row> plugins;                           // of the workspace
  std::vector<workbench::host::Edge> edges;
  std::vector<workbench::host::BalancedTarget> balanced;
  LoadView load;
  std::vector<workbench::traffic::RunSummary> runs;                    // that ended and are kept, newest first
  std::vector<workbench::compare::Report> reports;                     // of this workspace, newest first
};

struct Story {
  Views views;
  std::uint64_t seed = 1;
};

// The sample workspace at one instant: what shots and the GUI tests show. Always the same bytes.
Story sample_story();
// A workspace without anything in it: first use.
Story empty_story();
// The sample's run of the evening before, shown as a past one; some of its traces were not kept.
Story past_story();
// Nothing has come yet.
Story loading_story();

}  // namespace panels::kit
