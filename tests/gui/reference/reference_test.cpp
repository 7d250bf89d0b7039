// The Reference panel: every error code of the process with its statuses, found by words; and the plugins of a workspace.
#include "panels/reference/reference_panel.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QTest>

#include "panels/kit/table.h"
#include "slipway/base/code_registry.h"

namespace panels::reference {
namespace {

using kit::Session;

class ReferencePage : public ::testing::Test {
 protected:
  void SetUp() override {
    story_ = kit::sample_story();
    story_.views.plugins = {{"polite", "1.0.0", "says please", "plugins/polite.so", true, {"gateway.polite"}, {{"middleware", "polite"}, {"balancer", "first"}}}};
  }
  QString text(kit::TableView* view, int row, int column) const { return view->model()->index(row, column).data().toString(); }
  kit::Story story_;
};

TEST_F(ReferencePage, ListsEveryCodeOfTheProcessWithBothStatuses) {
  Session session(story_);
  ReferencePanel panel(&session);
  panel.show();
  const QAbstractItemModelTester tester(panel.codes()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  const auto codes = slipway::CodeRegistry::system().list();
  ASSERT_EQ(panel.codes()->model()->rowCount(), int(codes.size()));
  for (int i = 0; i < int(codes.size()); ++i) {
    const auto& code = codes[std::size_t(i)];
    EXPECT_EQ(text(panel.codes(), i, 0), QString::number(code.number));
    EXPECT_EQ(text(panel.codes(), i, 1).toStdString(), code.reason);
    EXPECT_EQ(text(panel.codes(), i, 3), QString::number(code.http));
    EXPECT_EQ(text(panel.codes(), i, 4), QString::number(code.grpc));
  }
}

TEST_F(ReferencePage, ACodeOfTheProgramAppearsAndIsFound) {
  static constexpr slipway::Code kOutOfStock{20'912, "Out Of Stock", "TEST_OUT_OF_STOCK", 409, 10};
  ASSERT_TRUE(slipway::CodeRegistry::system().add("orders test", std::span(&kOutOfStock, 1)).ok());
  Session session(story_);
  ReferencePanel panel(&session);
  panel.show();
  const QAbstractItemModelTester tester(panel.codes()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  for (const char* words : {"20912", "test_out", "orders test"}) {
    panel.filter(QString::fromLatin1(words));
    ASSERT_EQ(panel.codes()->model()->rowCount(), 1) << words;
    EXPECT_EQ(text(panel.codes(), 0, 5), QStringLiteral("ABORTED"));
    EXPECT_EQ(text(panel.codes(), 0, 6), QStringLiteral("orders test"));
  }
  panel.filter(QStringLiteral("no such thing"));
  EXPECT_EQ(panel.codes()->model()->rowCount(), 0);
  slipway::CodeRegistry::system().remove("orders test");
}

TEST_F(ReferencePage, ListsThePluginsWithWhatTheyAdd) {
  Session session(story_);
  ReferencePanel panel(&session);
  panel.show();
  panel.show_tab(ReferencePanel::Plugins);
  const QAbstractItemModelTester tester(panel.plugins()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_EQ(panel.plugins()->model()->rowCount(), 1);
  EXPECT_EQ(text(panel.plugins(), 0, 0), QStringLiteral("polite"));
  EXPECT_EQ(text(panel.plugins(), 0, 4), QStringLiteral("middleware polite, balancer first"));
  EXPECT_TRUE(panel.plugins()->isVisible());
}

TEST_F(ReferencePage, WithoutPluginsSaysHowToHaveOne) {
  story_.views.plugins.clear();
  Session session(story_);
  ReferencePanel panel(&session);
  panel.show();
  panel.show_tab(ReferencePanel::Plugins);
  EXPECT_FALSE(panel.plugins()->isVisible());
}

}  // namespace
}  // namespace panels::reference
