#include <gtest/gtest.h>

#include <QCheckBox>

#include "panels/export/export_panel.h"
#include "panels/export/file_tree.h"
#include "panels/export/verify_view.h"
#include "panels/kit/line_diff.h"
#include "panels/kit/session.h"
#include "panels/kit/table.h"
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

TEST(VerifyView, FollowsTheStepsAndTheirProgress) {
  panels::exporting::VerifyView view;
  view.begin();
  view.add_output("configure", "");
  view.add_output("configure", "-- The CXX compiler identification is GNU 12.2.0");
  EXPECT_EQ(view.running_step(), QStringLiteral("configure"));
  view.add_output("build", "[12/63] Building CXX object src/main.cpp.o");
  EXPECT_EQ(view.running_step(), QStringLiteral("build"));
  EXPECT_EQ(view.step_words(QStringLiteral("configure")), QStringLiteral("done"));
  view.end();
  EXPECT_EQ(view.running_step(), QString());
}

TEST(VerifyView, ReadsProgressOfNinjaAndCtest) {
  EXPECT_EQ(panels::exporting::progress_of(QStringLiteral("[12/63] Building")), QStringLiteral("12 of 63"));
  EXPECT_EQ(panels::exporting::progress_of(QStringLiteral(" 3/38 Test  #3: Orders.Create ... Passed")), QStringLiteral("3 of 38"));
  EXPECT_EQ(panels::exporting::progress_of(QStringLiteral("error: [x]")), QString());
}

TEST(VerifyView, AReplayHasARowPerOperationAndOneForAll) {
  panels::exporting::VerifyView view;
  workbench::exporter::VerifyReport report;
  report.steps = {{"replay", false, 5'000'000, "{\"replayed\":3}"}};
  report.operations = {{"POST /orders", 2, 1}, {"GET /orders/{}", 1, 1}};
  report.replayed = 3, report.equal = 2, report.different = 1;
  report.differences = {"orders.json #2 POST /orders: status 201 became 500"};
  view.show_report(report);
  EXPECT_EQ(view.operations()->model()->rowCount(), 3);
  EXPECT_TRUE(view.operations()->as_tsv().contains(QStringLiteral("POST  /orders\t2\t1\t1")));
  EXPECT_EQ(view.step_words(QStringLiteral("replay")), QStringLiteral("3 replayed, 2 equal"));
}

TEST(ExportPanelView, EveryPartThatMayBeLeftOutHasABox) {
  panels::kit::Session session(panels::kit::sample_story());
  ExportPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  std::size_t optional = 0;
  for (const auto& part : workbench::exporter::part_infos()) optional += !part.required;
  const auto boxes = panel.findChildren<QCheckBox*>();
  ASSERT_EQ(static_cast<std::size_t>(boxes.size()), optional);
  EXPECT_TRUE(panel.options().without.empty());
  for (QCheckBox* box : boxes) box->setChecked(false);
  EXPECT_EQ(panel.options().without.size(), optional);
  EXPECT_FALSE(panel.plan()) << "what was planned had other parts";
}

TEST(FileTree, AMergeWithConflictsIsMarked) {
  auto plan = panels::kit::story::export_plan();
  plan.files.front().marked = 1;
  plan.files.front().action = workbench::exporter::PlannedFile::Action::Overwrite;
  const auto rows = panels::exporting::file_rows(plan.files);
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.key == QString::fromStdString(plan.files.front().path); });
  ASSERT_NE(row, rows.end());
  EXPECT_EQ(row->cells[1].text, QStringLiteral("M!"));
}

}  // namespace
