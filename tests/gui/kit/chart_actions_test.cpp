#include "panels/kit/chart_actions.h"

#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QWidget>

namespace {

TEST(ChartActions, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(panels::kit::csv_of_tsv(QStringLiteral("name\tms\nlist, page \"1\"\t4.2\n")), QStringLiteral("name,ms\r\n\"list, page \"\"1\"\"\",4.2\r\n"));
  EXPECT_EQ(panels::kit::csv_of_tsv({}), QString());
}

TEST(ChartActions, OfferTableTsvCsvAndImage) {
  QWidget chart;
  panels::kit::add_chart_actions(&chart, [] { return QStringLiteral("a\tb\n1\t2\n"); });
  ASSERT_EQ(chart.actions().size(), 4);
  chart.actions()[1]->trigger();
  EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("a\tb\n1\t2\n"));
  chart.actions()[2]->trigger();
  EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("a,b\r\n1,2\r\n"));
}

}  // namespace
