#include "app/window/story_states.h"

#include <QLineEdit>

#include "app/window/drawer.h"
#include "app/window/window.h"
#include "panels/config/config_panel.h"
#include "panels/config/layer_text.h"
#include "panels/kit/code_edit.h"
#include "panels/services/route_editor.h"
#include "panels/services/services_panel.h"
#include "workbench/workspace/start_plan.h"

namespace app {

using namespace panels::kit;
using panels::config::ConfigPanel;
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
      {QStringLiteral("consent"),
       [] {
         Story s = sample_story();
         for (auto& row : s.views.services) row.state = workbench::host::ServiceState::Stopped, row.uptime = {}, row.rate = {}, row.error.clear();
         s.views.totals.running = 0;
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
