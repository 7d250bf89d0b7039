#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include "panels/config/changes.h"
#include "panels/config/config_editor.h"
#include "panels/config/config_model.h"
#include "panels/config/config_panel.h"
#include "panels/config/explain.h"
#include "panels/config/layer_text.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/session.h"

namespace panels::config {
namespace {

using kit::Session;
using workbench::host::ConfigRow;
using workbench::host::ConfigType;

ConfigRow of_type(ConfigType type) {
  ConfigRow r;
  r.key = "a.b", r.type = type;
  return r;
}

TEST(CheckValue, EachTypeTakesItsOwnFormAndNamesItOtherwise) {
  EXPECT_TRUE(check_value(of_type(ConfigType::Duration), QStringLiteral("250ms")).isEmpty());
  EXPECT_TRUE(check_value(of_type(ConfigType::Duration), QStringLiteral("2x")).contains(QStringLiteral("250ms")));
  EXPECT_TRUE(check_value(of_type(ConfigType::Size), QStringLiteral("64KiB")).isEmpty());
  EXPECT_FALSE(check_value(of_type(ConfigType::Size), QStringLiteral("many")).isEmpty());
  EXPECT_TRUE(check_value(of_type(ConfigType::Int), QStringLiteral("5")).isEmpty());
  EXPECT_FALSE(check_value(of_type(ConfigType::Int), QStringLiteral("5.5")).isEmpty());
  EXPECT_FALSE(check_value(of_type(ConfigType::Bool), QStringLiteral("yes")).isEmpty());
  EXPECT_TRUE(check_value(of_type(ConfigType::Int), QStringLiteral("${other.key:5}")).isEmpty());
  ConfigRow choice = of_type(ConfigType::Enum);
  choice.choices = {"wrr", "p2c"};
  EXPECT_TRUE(check_value(choice, QStringLiteral("p2c")).isEmpty());
  EXPECT_TRUE(check_value(choice, QStringLiteral("best")).contains(QStringLiteral("wrr, p2c")));
}

TEST(Layers, AllFilesAreOneColumn) {
  const auto columns = layer_columns({"defaults", "config/default.yaml", "config/service.toml", "env", "overrides"});
  ASSERT_EQ(columns.size(), 4u);
  EXPECT_EQ(columns[1].layers, (std::vector<std::size_t>{1, 2}));
}

TEST(Layers, ServersAreTheColumnRemoteAndAWinnerThereSaysSo) {
  workbench::host::ConfigTable table;
  table.layers = {"defaults", "config/a.yaml", "etcd", "consul", "team.env", "env", "overrides"};
  table.remote = {"etcd", "consul"};
  const auto columns = layer_columns(table.layers, table.remote);
  QStringList titles;
  for (const auto& c : columns) titles << c.title;
  EXPECT_EQ(titles.join(QLatin1Char(' ')), QStringLiteral("default files remote env override"));
  EXPECT_EQ(columns[2].layers, (std::vector<std::size_t>{2, 3}));
  ConfigRow row = of_type(ConfigType::Int);
  row.layer = "etcd", row.text = "7";
  for (const auto& layer : table.layers) {
    workbench::host::ConfigCell cell;
    cell.layer = layer, cell.remote = layer == "etcd" || layer == "consul", cell.present = cell.wins = layer == "etcd";
    row.cells.push_back(cell);
  }
  table.rows = {row};
  ConfigModel model(columns);
  model.set(table, {}, Show::All, {});
  const auto shown = [&](int column) { return model.index(0, column).data(kit::kCellRole).value<kit::Cell>(); };
  EXPECT_EQ(shown(ConfigModel::From).text, QStringLiteral("remote"));
  EXPECT_EQ(shown(ConfigModel::FirstLayer + 2).layer_state, 2);
  EXPECT_EQ(shown(ConfigModel::FirstLayer + 1).layer_state, 0);
}

TEST(ConfigModel, FiltersByWordsInKeyValueOrReader) {
  const auto table = kit::sample_story().views.config;
  ConfigModel model(layer_columns(table.layers));
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set(table, {}, Show::All, {});
  EXPECT_EQ(model.rowCount(), int(table.rows.size()));
  model.set(table, QStringLiteral("rate gateway"), Show::All, {});
  EXPECT_EQ(model.rowCount(), 2);
  model.set(table, {}, Show::NeedsRestart, {});
  for (int r = 0; r < model.rowCount(); ++r) EXPECT_FALSE(model.at(r).live);
  model.set(table, {}, Show::InDraft, {{QStringLiteral("log.level"), QStringLiteral("debug")}});
  EXPECT_EQ(model.rowCount(), 1);
}

TEST(ConfigModel, AChangeThatWasAppliedSaysWhenAndWhoReadItAgain) {
  const auto table = kit::sample_story().views.config;
  ConfigModel model(layer_columns(table.layers));
  model.set(table, {}, Show::All, {});
  const QString key = QStringLiteral("gateway.rate_limit.rate");
  const auto shown = [&](int column) { return model.index(model.row_of(key), column).data(kit::kCellRole).value<kit::Cell>(); };
  EXPECT_TRUE(shown(ConfigModel::Value).tags.empty());
  model.flash(key, 2'500'000);
  ASSERT_EQ(shown(ConfigModel::Value).tags.size(), 1u);
  EXPECT_EQ(shown(ConfigModel::Value).tags[0].text, QStringLiteral("applied 2.5 ms"));
  ASSERT_EQ(shown(model.readers_column()).tags.size(), 2u);
  EXPECT_EQ(shown(model.readers_column()).tags[0].text, QStringLiteral("gateway"));
  model.flash({}, 0);
  EXPECT_TRUE(shown(ConfigModel::Value).tags.empty());
}

TEST(ConfigModel, ASecretIsNeverFoundOrShown) {
  const auto table = kit::sample_story().views.config;
  ConfigModel model(layer_columns(table.layers));
  model.set(table, QStringLiteral("••••"), Show::All, {});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(ConfigPanel, EnterOpensATypedEditorAndDraftKeepsTheEdit) {
  Session session(kit::sample_story());
  ConfigPanel panel(&session, nullptr);
  panel.resize(1128, 760);
  panel.show();
  for (auto& c : panel.commands())
    if (c.id == QStringLiteral("config.mode")) c.run();
  ASSERT_FALSE(panel.live());
  panel.reveal({kit::Selection::Kind::ConfigKey, QStringLiteral("log.level"), {}});
  QTest::keyClick(panel.table(), Qt::Key_Return);
  auto* choice = panel.table()->findChild<QComboBox*>();
  ASSERT_NE(choice, nullptr);
  EXPECT_EQ(choice->count(), 4);
  panel.edit(QStringLiteral("log.level"), QStringLiteral("debug"));
  EXPECT_EQ(panel.draft().at(QStringLiteral("log.level")), QStringLiteral("debug"));
}

TEST(ConfigPanel, TheDraftIsReviewedAsADifference) {
  Session session(kit::sample_story());
  ConfigPanel panel(&session, nullptr);
  panel.resize(1128, 760);
  panel.show();
  for (auto& c : panel.commands())
    if (c.id == QStringLiteral("config.mode")) c.run();
  panel.edit(QStringLiteral("log.level"), QStringLiteral("debug"));
  panel.review(true);
  ASSERT_TRUE(panel.reviewing());
  const QString text = panel.review_text()->toPlainText();
  EXPECT_TRUE(text.contains(QStringLiteral("log.level: info   # command line"))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("log.level: debug   # overrides")));
  panel.review(false);
  EXPECT_FALSE(panel.reviewing());
}

TEST(LayerText, ListsLayersHighestFirstThenServicesAndTheWorkspace) {
  const auto files = text_files(kit::sample_story().views);
  ASSERT_GE(files.size(), 5u);
  EXPECT_EQ(files[0].file, QStringLiteral(".slipway/overrides.yaml"));
  EXPECT_EQ(files[1].file, QStringLiteral("config/service.toml"));
  EXPECT_EQ(files[2].file, QStringLiteral("config/default.yaml"));
  EXPECT_EQ(files.back().file, QStringLiteral("workspace.yaml"));
}

TEST(LayerText, AProblemIsMarkedAtItsLineAndTheLastGoodStays) {
  auto story = kit::sample_story();
  story.views.config.problems = {"config/service.toml:7:8: gateway.rate_limit.rate: \"many\" is not a whole number"};
  Session session(std::move(story));
  ConfigPanel panel(&session, nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.reveal({kit::Selection::Kind::File, QStringLiteral("config/service.toml:7:8"), {}});
  EXPECT_EQ(panel.view(), ConfigPanel::Text);
  EXPECT_EQ(panel.layers()->file(), QStringLiteral("config/service.toml"));
  ASSERT_EQ(panel.layers()->text()->faults().size(), 1u);
  EXPECT_EQ(panel.layers()->text()->faults()[0].line, 7);
  EXPECT_EQ(panel.layers()->text()->textCursor().blockNumber(), 6);
}

TEST(LayerText, WhatIsTypedIsKeptPerFileAndDiscarded) {
  Session session(kit::sample_story());
  ConfigPanel panel(&session, nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.set_view(ConfigPanel::Text);
  auto* layers = panel.layers();
  ASSERT_EQ(layers->file(), QStringLiteral("config/service.toml"));
  const QString before = layers->text()->toPlainText();
  ASSERT_FALSE(before.isEmpty());
  layers->text()->setPlainText(before + QStringLiteral("# mine\n"));
  EXPECT_TRUE(layers->edited());
  layers->files()->select_key(QStringLiteral("config/default.yaml"));
  EXPECT_FALSE(layers->edited());
  layers->files()->select_key(QStringLiteral("config/service.toml"));
  EXPECT_TRUE(layers->text()->toPlainText().endsWith(QStringLiteral("# mine\n")));
  layers->discard();
  EXPECT_EQ(layers->text()->toPlainText(), before);
  EXPECT_FALSE(layers->edited());
}

TEST(Explain, ATemplateStandsBesideItsValue) {
  Session session(kit::sample_story());
  std::unique_ptr<QWidget> view(make_explain(&session, QStringLiteral("db.orders.dsn"), nullptr));
  ASSERT_NE(view, nullptr);
  QStringList words;
  for (const QLabel* l : view->findChildren<QLabel*>()) words << l->text() << l->toolTip();
  EXPECT_TRUE(words.filter(QStringLiteral("${data.dir:data}")).size() >= 1) << words.join(QLatin1Char('\n')).toStdString();
  EXPECT_TRUE(words.filter(QStringLiteral("sqlite:data/orders.db")).size() >= 1);
}

TEST(ConfigDelegate, AWrongValueStaysOpenAndReachesNobody) {
  Session session(kit::sample_story());
  ConfigPanel panel(&session, nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.reveal({kit::Selection::Kind::ConfigKey, QStringLiteral("gateway.http.idle"), {}});
  QTest::keyClick(panel.table(), Qt::Key_Return);
  auto* line = panel.table()->viewport()->findChild<QLineEdit*>();
  ASSERT_NE(line, nullptr);
  auto* delegate = qobject_cast<ConfigDelegate*>(panel.table()->itemDelegate());
  QSignalSpy edited(delegate, &ConfigDelegate::edited);
  line->clear();
  QTest::keyClicks(line, QStringLiteral("2x"));
  QTest::keyClick(line, Qt::Key_Return);
  EXPECT_EQ(edited.count(), 0);
  EXPECT_TRUE(line->isVisible());
  line->clear();
  QTest::keyClicks(line, QStringLiteral("90s"));
  QTest::keyClick(line, Qt::Key_Return);
  QCoreApplication::processEvents();
  ASSERT_EQ(edited.count(), 1);
  EXPECT_EQ(edited[0][1].toString(), QStringLiteral("90s"));
}

TEST(Explain, NamesEveryLayerAndSaysWhoWins) {
  Session session(kit::sample_story());
  std::unique_ptr<QWidget> view(make_explain(&session, QStringLiteral("gateway.rate_limit.rate"), nullptr));
  ASSERT_NE(view, nullptr);
  QString all;
  for (const QWidget* w : view->findChildren<QWidget*>()) all += w->accessibleName() + QLatin1Char('\n');
  EXPECT_TRUE(all.contains(QStringLiteral("overrides: 4000, wins"))) << all.toStdString();
  EXPECT_TRUE(all.contains(QStringLiteral("config/service.toml: 2000, overlaid")));
  EXPECT_EQ(make_explain(&session, QStringLiteral("no.such"), nullptr), nullptr);
}

TEST(Changes, OnlyAnOverrideOffersToRevert) {
  ChangeModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set(kit::sample_story().views.history);
  EXPECT_EQ(model.index(0, ChangeModel::Revert).data().toString(), QStringLiteral("Revert"));
  EXPECT_TRUE(model.index(1, ChangeModel::Revert).data().toString().isEmpty());  // an undo
  EXPECT_EQ(model.index(2, ChangeModel::Revert).data().toString(), QStringLiteral("undone"));
  EXPECT_TRUE(model.index(6, ChangeModel::Revert).data().toString().isEmpty());
}

}  // namespace
}  // namespace panels::config
