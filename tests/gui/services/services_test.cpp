#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

#include "panels/kit/code_edit.h"
#include "panels/kit/session.h"
#include "panels/kit/widgets.h"
#include "panels/services/detail_models.h"
#include "panels/services/onion.h"
#include "panels/services/route_editor.h"
#include "panels/services/service_model.h"
#include "panels/services/services_panel.h"

namespace panels::services {
namespace {

using kit::Selection;
using kit::Session;

TEST(ServiceModel, AFailedServerHasARowWithTheWayOutUnderIt) {
  ServiceModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  auto rows = kit::sample_story().views.services;
  model.set(rows);
  ASSERT_EQ(model.rowCount(), int(rows.size()) + 1);
  const int fix = 7;  // under pricing-3
  EXPECT_TRUE(model.is_fix(fix));
  EXPECT_FALSE(model.flags(model.index(fix, 0)) & Qt::ItemIsSelectable);
  for (auto& row : rows) row.state = workbench::host::ServiceState::Running;
  model.set(rows);
  EXPECT_EQ(model.rowCount(), int(rows.size()));
}

TEST(ServicesPanel, TheFixNamesTheHolderAndOffersTheNextPort) {
  Session session(kit::sample_story());
  ServicesPanel panel(&session, nullptr);
  panel.resize(1128, 700);
  panel.show();
  QStringList words;
  for (const QLabel* l : panel.findChildren<QLabel*>()) words << l->text();
  EXPECT_TRUE(words.contains(QStringLiteral("python3")));
  EXPECT_TRUE(words.filter(QStringLiteral("pid 4121")).size() == 1);
  QStringList buttons;
  for (const QPushButton* b : panel.findChildren<QPushButton*>()) buttons << b->text();
  EXPECT_TRUE(buttons.contains(QStringLiteral("Use 8106")));
}

TEST(ServicesPanel, RevealingAStepOpensItsChainAndMarksIt) {
  Session session(kit::sample_story());
  ServicesPanel panel(&session, nullptr);
  panel.show();
  panel.reveal({Selection::Kind::Step, QStringLiteral("rate_limit"), QStringLiteral("gateway")});
  EXPECT_EQ(panel.chain()->current_key(), QStringLiteral("rate_limit"));
  EXPECT_EQ(session.selection().kind, Selection::Kind::Step);
}

TEST(ServicesPanel, WithoutServicesItSaysWhatToDo) {
  Session session(kit::empty_story());
  ServicesPanel panel(&session, nullptr);
  panel.show();
  const auto states = panel.findChildren<kit::EmptyState*>();
  EXPECT_EQ(std::count_if(states.begin(), states.end(), [](const auto* e) { return e->isVisible(); }), 1);
}

TEST(ServicesPanel, NewServiceOffersEmptyFilesAndEverySample) {
  Session session(kit::sample_story());
  ServicesPanel panel(&session, nullptr);
  panel.show();
  ASSERT_NE(panel.new_service()->menu(), nullptr);
  QStringList words;
  for (const QAction* a : panel.new_service()->menu()->actions()) words << a->text().remove(QLatin1Char('&'));
  const QString all = words.join(QLatin1Char('\n'));
  for (const char* wanted : {"Empty HTTP service", "From an OpenAPI file", "From a .proto file", "echo:", "notes:", "worker:", "greeter:"}) EXPECT_TRUE(all.contains(QLatin1String(wanted))) << wanted;
}

TEST(ServicesPanel, ARouteIsShownAsWrittenAndWhatIsTypedIsKeptPerRoute) {
  Session session(kit::sample_story());
  ServicesPanel panel(&session, nullptr);
  panel.resize(1128, 700);
  panel.show();
  panel.show_tab(ServicesPanel::Routes);
  auto* editor = panel.route_editor();
  ASSERT_TRUE(editor->text()->toPlainText().startsWith(QStringLiteral("- POST /orders:")));
  EXPECT_FALSE(editor->edited());
  editor->text()->setPlainText(QStringLiteral("- POST /orders: echo\n"));
  EXPECT_TRUE(editor->edited());
  panel.routes()->select_key(QStringLiteral("GET /healthz"));
  EXPECT_TRUE(editor->text()->toPlainText().startsWith(QStringLiteral("- GET /healthz:")));
  EXPECT_FALSE(editor->edited());
  panel.routes()->select_key(QStringLiteral("POST /orders"));
  EXPECT_EQ(editor->text()->toPlainText(), QStringLiteral("- POST /orders: echo\n"));
  editor->discard();
  EXPECT_FALSE(editor->edited());
}

TEST(RouteEditor, MarksWhatIsWrongAtItsLine) {
  Session session(kit::sample_story());
  RouteEditor editor(&session, nullptr);
  workbench::host::RouteView route{"POST", "/orders", {}, "- POST /orders:\n    - delay: soon\n    - echo\n", "services/gateway.yaml", 12};
  editor.show_route("gateway", route);
  editor.show_error(QStringLiteral("services/gateway.yaml:13:14: delay: \"soon\" is not a duration"));
  ASSERT_EQ(editor.text()->faults().size(), 1u);
  EXPECT_EQ(editor.text()->faults()[0].line, 2);
  EXPECT_EQ(editor.text()->textCursor().blockNumber(), 1);
}

TEST(ServicesPanel, TheOpenApiTabShowsTheDocumentAndSaysWhenThereIsNone) {
  Session session(kit::sample_story());
  ServicesPanel panel(&session, nullptr);
  panel.resize(1128, 700);
  panel.show();
  panel.show_tab(ServicesPanel::OpenApi);
  bool document = false;
  for (auto* e : panel.findChildren<kit::CodeEdit*>()) document = document || (e->isVisible() && e->toPlainText().contains(QStringLiteral("openapi: 3.0.3")));
  EXPECT_TRUE(document);
  panel.reveal({Selection::Kind::Service, QStringLiteral("inventory"), QStringLiteral("gRPC")});
  bool none = false;
  for (auto* e : panel.findChildren<kit::EmptyState*>()) none = none || e->isVisible();
  EXPECT_TRUE(none);
}

TEST(MiddlewareModel, TheChainEndsWithItsHandlerAndAddsUpItsShare) {
  MiddlewareModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set(kit::sample_story().views.details.at("gateway"), 10, Qt::blue);
  ASSERT_EQ(model.rowCount(), 8);
  EXPECT_TRUE(model.at(7).handler);
  EXPECT_EQ(model.steps(), 7);
  EXPECT_NEAR(model.chain_share(), 0.032, 1e-9);
}

TEST(Onion, InnerRingsLieWithinOuterOnesAndASwitchedOffStepTakesNoRoom) {
  std::vector<OnionRing> rings{{true, false, 100}, {false, false, 0}, {true, false, 4000}, {true, true, 1e6}};
  lay_out(rings, 300);
  EXPECT_EQ(rings[0].left, 0);
  EXPECT_EQ(rings[0].right, 300);
  EXPECT_GT(rings[1].left, rings[0].left);
  EXPECT_EQ(rings[2].left, rings[1].left);
  EXPECT_GT(rings[3].left, rings[2].left);
  EXPECT_LT(rings[3].right, rings[2].right);
  EXPECT_GT(rings[2].cap_left, rings[0].cap_left);
}

}  // namespace
}  // namespace panels::services
