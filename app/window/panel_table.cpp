#include "app/window/panel_table.h"

#include <QCoreApplication>

#include "panels/config/config_panel.h"
#include "panels/services/services_panel.h"
#if __has_include("panels/requests/requests_panel.h")
#include "panels/requests/requests_panel.h"
#define SLIPWAY_HAS_REQUESTS 1
#endif
#if __has_include("panels/traces/traces_panel.h")
#include "panels/traces/traces_panel.h"
#define SLIPWAY_HAS_TRACES 1
#endif
#if __has_include("panels/topology/topology_panel.h")
#include "panels/topology/topology_panel.h"
#define SLIPWAY_HAS_TOPOLOGY 1
#endif
#if __has_include("panels/load/load_panel.h")
#include "panels/load/load_panel.h"
#define SLIPWAY_HAS_LOAD 1
#endif
#if __has_include("panels/compare/compare_panel.h")
#include "panels/compare/compare_panel.h"
#define SLIPWAY_HAS_COMPARE 1
#endif
#if __has_include("panels/export/export_panel.h")
#include "panels/export/export_panel.h"
#define SLIPWAY_HAS_EXPORT 1
#endif

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
#ifdef SLIPWAY_HAS_REQUESTS
      {{QStringLiteral("requests"), tr("Requests"), QStringLiteral("send"), Group::Build, QStringLiteral("3")}, make<panels::requests::RequestsPanel>},
#endif
#ifdef SLIPWAY_HAS_TRACES
      {{QStringLiteral("traces"), tr("Traces"), QStringLiteral("trace"), Group::Watch, QStringLiteral("4")}, make<panels::traces::TracesPanel>},
#endif
#ifdef SLIPWAY_HAS_TOPOLOGY
      {{QStringLiteral("topology"), tr("Topology"), QStringLiteral("topology"), Group::Watch, QStringLiteral("7")}, make<panels::topology::TopologyPanel>},
#endif
#ifdef SLIPWAY_HAS_LOAD
      {{QStringLiteral("load"), tr("Load"), QStringLiteral("load"), Group::Prove, QStringLiteral("9")}, make<panels::load::LoadPanel>},
#endif
#ifdef SLIPWAY_HAS_COMPARE
      {{QStringLiteral("compare"), tr("Compare"), QStringLiteral("compare"), Group::Prove, QStringLiteral("0")}, make<panels::compare::ComparePanel>},
#endif
#ifdef SLIPWAY_HAS_EXPORT
      {{QStringLiteral("export"), tr("Export"), QStringLiteral("export"), Group::Prove, QStringLiteral("-")}, make<panels::exporter::ExportPanel>},
#endif
  };
}

}  // namespace app
