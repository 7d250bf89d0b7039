// The Config table at 10 000 keys: what a change costs is counted in rows, never in time.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "panels/config/config_model.h"
#include "panels/kit/session.h"

namespace panels::config {
namespace {

using workbench::host::ConfigRow;
using workbench::host::ConfigTable;

constexpr std::size_t kKeys = 10'000;

ConfigRow row(std::size_t i, const std::string& text) {
  ConfigRow r;
  const std::string number = std::to_string(i);
  r.key = "service.section.key" + std::string(5 - number.size(), '0') + number;
  r.text = text, r.layer = "config/default.yaml";
  for (const char* layer : {"defaults", "config/default.yaml", "overrides"}) {
    workbench::host::ConfigCell cell;
    cell.layer = layer, cell.present = cell.wins = cell.layer == r.layer, cell.text = cell.raw = text;
    r.cells.push_back(cell);
  }
  return r;
}

ConfigTable many() {
  ConfigTable t;
  t.layers = {"defaults", "config/default.yaml", "overrides"};
  for (std::size_t i = 0; i < kKeys; ++i) t.rows.push_back(row(i, "value " + std::to_string(i % 7)));
  return t;
}

// What the model tells its views.
struct Told {
  explicit Told(QAbstractItemModel& m)
      : changed(&m, &QAbstractItemModel::dataChanged), inserted(&m, &QAbstractItemModel::rowsInserted), removed(&m, &QAbstractItemModel::rowsRemoved), reset(&m, &QAbstractItemModel::modelReset) {}
  int rows(QSignalSpy& spy, int first, int last) const {
    int n = 0;
    for (const auto& one : spy) n += one[last].value<int>() - one[first].value<int>() + 1;
    return n;
  }
  int rows_changed() {
    int n = 0;
    for (const auto& one : changed) n += one[1].value<QModelIndex>().row() - one[0].value<QModelIndex>().row() + 1;
    return n;
  }
  int rows_moved() { return rows(inserted, 1, 2) + rows(removed, 1, 2); }
  QSignalSpy changed, inserted, removed, reset;
};

struct ConfigAtTenThousandKeys : testing::Test {
  ConfigTable table = many();
  ConfigModel model{layer_columns(table.layers)};
  void SetUp() override { model.set(table, {}, Show::All, {}); }
};

TEST_F(ConfigAtTenThousandKeys, AChangeTouchesItsRowAlone) {
  Told told(model);
  table.rows.replace(4321, row(4321, "new"));
  model.set(table, {}, Show::All, {});
  EXPECT_EQ(told.rows_changed(), 1);
  EXPECT_EQ(told.changed[0][0].value<QModelIndex>().row(), 4321);
  EXPECT_EQ(told.rows_moved() + told.reset.count(), 0);
  EXPECT_EQ(model.at(4321).text, "new");
  EXPECT_EQ(&model.at(4320), &table.rows[4320]) << "rows are shared, not copied";
}

TEST_F(ConfigAtTenThousandKeys, ARefreshWithoutAChangeTouchesNothing) {
  Told told(model);
  model.set(ConfigTable(table), {}, Show::All, {});
  EXPECT_EQ(told.rows_changed() + told.rows_moved() + told.reset.count(), 0);
}

TEST_F(ConfigAtTenThousandKeys, AKeyThatComesOrGoesMovesOneRow) {
  Told told(model);
  ConfigTable more;
  more.layers = table.layers;
  for (std::size_t i = 0; i < kKeys; ++i) {
    more.rows.push_back(table.rows.shared(i));
    if (i == 5000) {
      ConfigRow between = row(5000, "x");
      between.key += ".below";
      more.rows.push_back(between);
    }
  }
  model.set(more, {}, Show::All, {});
  EXPECT_EQ(told.rows_moved(), 1);
  EXPECT_EQ(told.rows_changed(), 0);
  EXPECT_EQ(model.key(5001), QStringLiteral("service.section.key05000.below"));
  model.set(table, {}, Show::All, {});
  EXPECT_EQ(told.rows_moved(), 2);
  EXPECT_EQ(told.rows_changed(), 0);
  EXPECT_EQ(model.rowCount(), int(kKeys));
}

TEST_F(ConfigAtTenThousandKeys, AFilterKeepsItsChoiceUpToDate) {
  model.set(table, QStringLiteral("key0432"), Show::All, {});
  ASSERT_EQ(model.rowCount(), 10);
  Told told(model);
  table.rows.replace(4321, row(4321, "new"));
  table.rows.replace(9000, row(9000, "not shown"));
  model.set(table, QStringLiteral("key0432"), Show::All, {});
  EXPECT_EQ(told.rows_changed(), 1);
  EXPECT_EQ(model.at(1).text, "new");
  model.set(table, QStringLiteral("shown"), Show::All, {});
  EXPECT_EQ(model.rowCount(), 1);
}

TEST_F(ConfigAtTenThousandKeys, ADraftAndAFlashTouchTheirRowsAlone) {
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const QString key = model.key(77);
  Told told(model);
  model.set(table, {}, Show::All, {{key, QStringLiteral("drafted")}});
  EXPECT_EQ(told.rows_changed(), 1);
  model.set(table, {}, Show::All, {});
  EXPECT_EQ(told.rows_changed(), 2);
  model.flash(key, 2'000'000);
  EXPECT_EQ(told.rows_changed(), 3);
  model.flash(model.key(78), 2'000'000);
  EXPECT_EQ(told.rows_changed(), 5) << "the one before, and the new one";
}

}  // namespace
}  // namespace panels::config
