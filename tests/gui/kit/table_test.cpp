#include "panels/kit/table.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <random>

#include "panels/kit/panel.h"
#include "panels/kit/session.h"

namespace panels::kit {
namespace {

class Names final : public TableModel {
 public:
  Names() : TableModel({{QStringLiteral("Name"), 0}, {QStringLiteral("Length"), 80, Qt::AlignRight}}) {}
  void set(std::vector<QString> names) {
    replace_rows(names, [&] { names_ = names; });
  }

 protected:
  Cell cell(int row, int column) const override {
    const QString& n = names_[std::size_t(row)];
    return column == 0 ? Cell::plain(n) : Cell::number(QString::number(n.size()), int(n.size()));
  }

 private:
  std::vector<QString> names_;
};

std::vector<QString> shown(const Names& model) {
  std::vector<QString> out;
  for (int r = 0; r < model.rowCount(); ++r) out.push_back(model.index(r, 0).data().toString());
  return out;
}

TEST(TableModel, AnyListBecomesAnyOtherByLegalSteps) {
  Names model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<QString> names;
    for (int i = 0; i < 12; ++i)
      if (random() % 3) names.push_back(QStringLiteral("row %1").arg(i));
    if (random() % 4 == 0) std::shuffle(names.begin(), names.end(), random);
    model.set(names);
    ASSERT_EQ(shown(model), names);
  }
}

TEST(TableModel, ARefreshThatKeepsTheKeysInsertsAndRemovesNothing) {
  Names model;
  model.set({QStringLiteral("a"), QStringLiteral("b")});
  QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted), removed(&model, &QAbstractItemModel::rowsRemoved), changed(&model, &QAbstractItemModel::dataChanged);
  model.set({QStringLiteral("a"), QStringLiteral("b")});
  EXPECT_EQ(inserted.count(), 0);
  EXPECT_EQ(removed.count(), 0);
  EXPECT_EQ(changed.count(), 1);
}

TEST(TableView, TheSelectionStaysOnItsRowWhenRowsComeBeforeIt) {
  Names model;
  model.set({QStringLiteral("a"), QStringLiteral("b")});
  TableView view(QStringLiteral("Names"), 26);
  view.setModel(&model);
  view.select_key(QStringLiteral("b"));
  model.set({QStringLiteral("new"), QStringLiteral("a"), QStringLiteral("b")});
  EXPECT_EQ(view.current_key(), QStringLiteral("b"));
}

TEST(TableView, CopiesAsTsvJsonAndMarkdown) {
  Names model;
  model.set({QStringLiteral("pear"), QStringLiteral("fig")});
  TableView view(QStringLiteral("Names"), 26);
  view.setModel(&model);
  EXPECT_EQ(view.as_tsv(), QStringLiteral("Name\tLength\npear\t4\nfig\t3\n"));
  EXPECT_TRUE(view.as_json().contains(QStringLiteral("\"Length\": 4")));
  EXPECT_TRUE(view.as_markdown().contains(QStringLiteral("| --- | ---: |")));
}

TEST(Session, AStoryAnswersActionsWithAnErrorThatSaysWhy) {
  Session session(sample_story());
  QString said;
  session.run<int>(QStringLiteral("try"), [](workbench::host::Host&) { return slipway::Result<int>(1); },
                   [&](slipway::Result<int> r) { said = r.ok() ? QString() : QString::fromStdString(r.error().reason()); });
  ASSERT_EQ(session.tasks().size(), 1u);
  QCoreApplication::processEvents();
  EXPECT_EQ(said, QStringLiteral("NO_HOST"));
  EXPECT_EQ(session.tasks().front().state, Task::State::Failed);
}

TEST(Session, TheSelectionIsSaidOnce) {
  Session session(empty_story());
  QSignalSpy spy(&session, &Session::selection_changed);
  session.select({Selection::Kind::ConfigKey, QStringLiteral("a.b"), {}});
  session.select({Selection::Kind::ConfigKey, QStringLiteral("a.b"), {}});
  EXPECT_EQ(spy.count(), 1);
}

TEST(Commands, ADisabledCommandDoesNotRun) {
  CommandTable commands;
  bool may = false;
  int ran = 0;
  commands.add({QStringLiteral("x"), QStringLiteral("X"), {}, {}, [&] { ++ran; }, [&] { return may; }, {}});
  EXPECT_FALSE(commands.run(QStringLiteral("x")));
  may = true;
  EXPECT_TRUE(commands.run(QStringLiteral("x")));
  EXPECT_FALSE(commands.run(QStringLiteral("unknown")));
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace panels::kit
