#include <gtest/gtest.h>

#include "panels/export/export_panel.h"
#include "panels/export/file_tree.h"
#include "panels/kit/line_diff.h"
#include "panels/kit/session.h"
#include "panels/kit/story_export.h"

namespace {

using panels::exporting::ExportPanel;
using panels::kit::diff_lines;
using panels::kit::DiffLine;

TEST(LineDiff, KeepsWhatIsEqualAndNumbersBothSides) {
  const auto lines = diff_lines(QStringLiteral("a\nb\nc\n"), QStringLiteral("a\nx\nc\nd\n"));
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].kind, DiffLine::Kind::Same);
  EXPECT_EQ(lines[1].kind, DiffLine::Kind::Removed);
  EXPECT_EQ(lines[1].before, 2);
  EXPECT_EQ(lines[2].kind, DiffLine::Kind::Added);
  EXPECT_EQ(lines[2].after, 2);
  EXPECT_EQ(lines[3].kind, DiffLine::Kind::Same);
  EXPECT_EQ(lines[4].after, 4);
}

TEST(LineDiff, OfEqualOrEmptyTextsHasNoChange) {
  for (const auto& line : diff_lines(QStringLiteral("a\nb\n"), QStringLiteral("a\nb\n"))) EXPECT_EQ(line.kind, DiffLine::Kind::Same);
  EXPECT_TRUE(diff_lines({}, {}).empty());
}

TEST(FileTree, PutsEveryFileUnderItsFoldersOnce) {
  const auto plan = panels::kit::story::export_plan();
  const auto rows = panels::exporting::file_rows(plan.files);
  std::size_t folders = 0;
  for (const auto& row : rows) folders += row.key.startsWith(QLatin1String("folder:"));
  EXPECT_EQ(rows.size() - folders, plan.files.size());
  EXPECT_EQ(folders, 4u);  // config, src, src/handlers, tests
}

TEST(FileTree, CountsWhatWritingWouldDo) {
  const auto counts = panels::exporting::count_actions(panels::kit::story::export_plan().files);
  EXPECT_EQ(counts.created, 2);
  EXPECT_EQ(counts.changed, 4);
  EXPECT_EQ(counts.kept, 2);
  EXPECT_EQ(counts.same, 2);
  EXPECT_EQ(counts.conflicts, 0);
}

TEST(ExportPanelView, ShowsThePlanTheDifferenceAndTheSteps) {
  panels::kit::Session session(panels::kit::sample_story());
  ExportPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  ASSERT_TRUE(panel.plan());
  ASSERT_TRUE(panel.report());
  EXPECT_TRUE(panel.make_inspector({panels::kit::Selection::Kind::File, QStringLiteral("no/such"), {}}, nullptr) == nullptr);
  const std::unique_ptr<QWidget> inspector(panel.make_inspector({panels::kit::Selection::Kind::File, QStringLiteral("src/chain.cpp"), {}}, nullptr));
  EXPECT_TRUE(inspector);
}

TEST(ExportPanelView, AnOtherFolderForgetsThePlanOfTheFirst) {
  panels::kit::Session session(panels::kit::sample_story());
  ExportPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  ASSERT_TRUE(panel.plan());
  panel.set_folder(QStringLiteral("/tmp/elsewhere"));
  EXPECT_FALSE(panel.plan());
  EXPECT_FALSE(panel.report());
}

TEST(ExportPanelView, WithoutServicesSaysSo) {
  panels::kit::Session session(panels::kit::empty_story());
  ExportPanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  EXPECT_FALSE(panel.plan());
  EXPECT_FALSE(panel.grab().isNull());
}

}  // namespace
