#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>

#include "panels/kit/session.h"
#include "panels/kit/widgets.h"
#include "panels/services/detail_models.h"
#include "panels/services/onion.h"
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
  EXPECT_TRUE(model.is_fix(model.rowCount() - 1));
  EXPECT_FALSE(model.flags(model.index(model.rowCount() - 1, 0)) & Qt::ItemIsSelectable);
  rows.back().state = workbench::host::ServiceState::Running;
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
  EXPECT_TRUE(buttons.contains(QStringLiteral("Use 8107")));
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
  auto* empty = panel.findChild<kit::EmptyState*>();
  ASSERT_NE(empty, nullptr);
  EXPECT_TRUE(empty->isVisible());
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
