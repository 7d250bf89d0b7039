#include "app/window/panel_table.h"

#include <QCoreApplication>

#include "panels/compare/compare_panel.h"
#include "panels/config/config_panel.h"
#include "panels/export/export_panel.h"
#include "panels/load/load_panel.h"
#include "panels/reference/reference_panel.h"
#include "panels/requests/requests_panel.h"
#include "panels/services/services_panel.h"
#include "panels/topology/topology_panel.h"
#include "panels/traces/traces_panel.h"

namespace app {
namespace {

using namespace panels::kit;

template <class P>
Panel* make(Session* session, QWidget* parent) {
  return new P(session, parent);
}

QString tr(const char* text) { return QCoreApplication::translate("Panels", text); }

}  // namespace

std::vector<PanelEntry> panel_table() {
  return {
      {{QStringLiteral("services"), tr("Services"), QStringLiteral("server"), Group::Build, QStringLiteral("1")}, make<panels::services::ServicesPanel>},
      {{QStringLiteral("config"), tr("Config"), QStringLiteral("sliders"), Group::Build, QStringLiteral("2")}, make<panels::config::ConfigPanel>},
      {{QStringLiteral("requests"), tr("Requests"), QStringLiteral("send"), Group::Build, QStringLiteral("3")}, make<panels::requests::RequestsPanel>},
      {{QStringLiteral("traces"), tr("Traces"), QStringLiteral("trace"), Group::Watch, QStringLiteral("4")}, make<panels::traces::TracesPanel>},
      {{QStringLiteral("topology"), tr("Topology"), QStringLiteral("topology"), Group::Watch, QStringLiteral("7")}, make<panels::topology::TopologyPanel>},
      {{QStringLiteral("load"), tr("Load"), QStringLiteral("load"), Group::Prove, QStringLiteral("9")}, make<panels::load::LoadPanel>},
      {{QStringLiteral("compare"), tr("Compare"), QStringLiteral("compare"), Group::Prove, QStringLiteral("0")}, make<panels::compare::ComparePanel>},
      {{QStringLiteral("export"), tr("Export"), QStringLiteral("export"), Group::Prove, QStringLiteral("-")}, make<panels::exporting::ExportPanel>},
      {{QStringLiteral("reference"), tr("Reference"), QStringLiteral("book"), Group::Learn, QStringLiteral("=")}, make<panels::reference::ReferencePanel>},
  };
}

}  // namespace app
