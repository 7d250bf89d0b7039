#include "app/window/story_states.h"

#include <QLineEdit>

#include "app/window/drawer.h"
#include "app/window/window.h"
#include "panels/config/config_panel.h"
#include "panels/config/layer_text.h"
#include "panels/kit/code_edit.h"
#include "panels/reference/reference_panel.h"
#include "panels/services/route_editor.h"
#include "panels/services/services_panel.h"
#include "workbench/workspace/start_plan.h"

namespace app {

using namespace panels::kit;
using panels::config::ConfigPanel;
using panels::reference::ReferencePanel;
using panels::services::ServicesPanel;

namespace {

// A layer that was saved with a mistake in it, and a service that calls what is not there.
Story broken_story() {
  Story s = sample_story();
  s.views.config.problems = {"config/service.toml:7:8: gateway.rate_limit.rate: \"many\" is not a whole number (use 2000)",
                             "services/orders.yaml:28:19: call: there is no service princing (did you mean pricing?)"};
  std::string& text = s.views.file_texts["config/service.toml"];
  text.replace(text.find("rate = 2000"), 11, "rate = many");
  s.views.totals.recorder.dropped = 1'204;
  s.views.totals.recorder.sampling = 0.1;
  return s;
}

// A load under way, and tasks in every state.
Story busy_story() {
  Story s = sample_story();
  s.views.load.running = true;
  return s;
}

ServicesPanel* services(MainWindow& w) { return static_cast<ServicesPanel*>(w.panel(QStringLiteral("services"))); }
ConfigPanel* config(MainWindow& w) {
  w.go(QStringLiteral("config"));
  return static_cast<ConfigPanel*>(w.panel(QStringLiteral("config")));
}

ReferencePanel* reference(MainWindow& w) {
  w.go(QStringLiteral("reference"));
  return static_cast<ReferencePanel*>(w.panel(QStringLiteral("reference")));
}

// A workspace with two plugins.
Story plugins_story() {
  Story s = sample_story();
  s.views.plugins = {{"polite", "1.2.0", "asks every caller to say please", "plugins/polite.so", true, {"gateway.polite"}, {{"middleware", "polite"}, {"balancer", "first"}}},
                     {"pricing-rules", "0.4.1", "a behaviour that prices by rules of a table", "plugins/pricing_rules.so", true, {}, {{"behaviour", "price_by_rules"}}}};
  return s;
}

void draft(MainWindow& w) {
  w.commands().run(QStringLiteral("config.mode"));
  config(w)->edit(QStringLiteral("gateway.rate_limit.rate"), QStringLiteral("2500"));
  config(w)->edit(QStringLiteral("gateway.timeout.after"), QStringLiteral("3s"));
  config(w)->edit(QStringLiteral("log.level"), QStringLiteral("debug"));
}

}  // namespace

const std::vector<StoryState>& story_states() {
  static const std::vector<StoryState> all = {
      {QStringLiteral("services_empty"), empty_story, [](MainWindow&) {}},
      {QStringLiteral("loading"), loading_story, [](MainWindow&) {}},
      {QStringLiteral("past_services"), past_story, [](MainWindow&) {}},
      {QStringLiteral("past_traces"), past_story, [](MainWindow& w) { w.go(QStringLiteral("traces")), w.panel(QStringLiteral("traces"))->show_example(); }},
      {QStringLiteral("past_topology"), past_story, [](MainWindow& w) { w.go(QStringLiteral("topology")); }},
      {QStringLiteral("past_config"), past_story, [](MainWindow& w) { config(w); }},
      {QStringLiteral("past_cut"),
       [] {
         Story s = past_story();
         s.views.run.info.state = workbench::recorder::RunInfo::State::Cut;
         s.views.run.info.starred = true;
         s.views.run.info.stopped_writing = "the disk was full";
         return s;
       },
       [](MainWindow& w) { w.go(QStringLiteral("traces")); }},
      {QStringLiteral("past_broken"),
       [] {
         Story s = empty_story();
         s.views.run = {"20261123-181204-3f2a", {}, ".slipway/recordings/20261123-181204-3f2a.sqlite: written by a newer Slipway (format 9; this one reads 1): update Slipway, or delete the run"};
         return s;
       },
       [](MainWindow& w) { w.go(QStringLiteral("traces")); }},
      {QStringLiteral("traces_partial"), broken_story, [](MainWindow& w) { w.go(QStringLiteral("traces")); }},
      {QStringLiteral("traces_empty"), empty_story, [](MainWindow& w) { w.go(QStringLiteral("traces")); }},
      {QStringLiteral("topology_empty"), empty_story, [](MainWindow& w) { w.go(QStringLiteral("topology")); }},
      {QStringLiteral("requests_empty"), empty_story, [](MainWindow& w) { w.go(QStringLiteral("requests")); }},
      {QStringLiteral("load_empty"), empty_story, [](MainWindow& w) { w.go(QStringLiteral("load")); }},
      {QStringLiteral("services_routes"), sample_story,
       [](MainWindow& w) {
         services(w)->show_tab(ServicesPanel::Routes);
         auto* editor = services(w)->route_editor();
         editor->text()->setPlainText(editor->text()->toPlainText().replace(QStringLiteral("timeout: 2s"), QStringLiteral("timeout: soon")));
         editor->show_error(QStringLiteral("services/gateway.yaml:19:18: call: timeout: \"soon\" is not a duration (use 250ms, 2s, 1m)"));
       }},
      {QStringLiteral("services_openapi"), sample_story, [](MainWindow& w) { services(w)->show_tab(ServicesPanel::OpenApi); }},
      {QStringLiteral("services_instances"), sample_story, [](MainWindow& w) { services(w)->show_tab(ServicesPanel::Instances); }},
      {QStringLiteral("drawer_log"), sample_story, [](MainWindow& w) { w.show_drawer(Drawer::Logs); }},
      {QStringLiteral("drawer_problems"), broken_story, [](MainWindow& w) { w.show_drawer(Drawer::Problems); }},
      {QStringLiteral("drawer_tasks"), busy_story, [](MainWindow& w) { w.show_drawer(Drawer::Tasks); }},
      {QStringLiteral("config_text"), sample_story, [](MainWindow& w) { config(w)->set_view(ConfigPanel::Text); }},
      {QStringLiteral("config_text_broken"), broken_story,
       [](MainWindow& w) {
         config(w);
         w.session()->open(QStringLiteral("config"), {Selection::Kind::File, QStringLiteral("config/service.toml:7:8"), {}});
       }},
      {QStringLiteral("config_problem"), broken_story, [](MainWindow& w) { config(w); }},
      {QStringLiteral("config_draft"), sample_story, draft},
      {QStringLiteral("config_review"), sample_story, [](MainWindow& w) { draft(w), config(w)->review(true); }},
      {QStringLiteral("config_no_match"), sample_story,
       [](MainWindow& w) { config(w)->restore_state({{QStringLiteral("filter"), QStringLiteral("nothing like this")}}); }},
      {QStringLiteral("config_empty"), empty_story, [](MainWindow& w) { config(w); }},
      {QStringLiteral("config_template"), sample_story,
       [](MainWindow& w) { w.session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, QStringLiteral("db.orders.dsn"), {}}); }},
      {QStringLiteral("reference_no_match"), sample_story, [](MainWindow& w) { reference(w)->filter(QStringLiteral("nothing like this")); }},
      {QStringLiteral("reference_plugins"), plugins_story, [](MainWindow& w) { reference(w)->show_tab(ReferencePanel::Plugins); }},
      {QStringLiteral("reference_plugins_empty"), sample_story, [](MainWindow& w) { reference(w)->show_tab(ReferencePanel::Plugins); }},
      {QStringLiteral("consent"),
       [] {
         Story s = sample_story();
         for (auto& row : s.views.services) row.state = workbench::host::ServiceState::Stopped, row.uptime = {}, row.rate = {}, row.error.clear();
         auto& t = s.views.totals;
         t.running = 0, t.requests_per_s = t.errors_per_s = 0, t.p99_ns = 0, t.recorder = {};
         s.views.traces.clear(), s.views.events.clear(), s.views.exchanges.clear();
         return s;
       },
       [](MainWindow& w) {
         using Kind = workbench::workspace::StartStep::Kind;
         w.ask_consent({{Kind::Listen, "gateway", "listens on 127.0.0.1, port 8080 (HTTP)", false},
                        {Kind::Call, "gateway", "calls orders of this workspace", false},
                        {Kind::Listen, "orders", "listens on 127.0.0.1, port 8081 (HTTP)", false},
                        {Kind::Database, "orders", "runs schema/orders.sql in .slipway/data/orders.db", false},
                        {Kind::Listen, "pricing", "listens on 127.0.0.1, ports 8101 to 8105 (HTTP)", false}},
                       {});
       }},
  };
  return all;
}

}  // namespace app
