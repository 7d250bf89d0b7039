#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QSlider>
#include <QtTest/QTest>

#include "panels/kit/session.h"
#include "panels/kit/story_parts.h"
#include "panels/topology/graph_view.h"
#include "panels/topology/node_rows.h"
#include "panels/topology/topology_panel.h"

namespace {

using namespace panels::topology;

TEST(GraphLayers, ACalleeStandsRightOfEveryCaller) {
  const std::vector<GraphNode> nodes{{QStringLiteral("a"), {}, {}}, {QStringLiteral("b"), {}, {}}, {QStringLiteral("c"), {}, {}}};
  const auto layers = layers_of(nodes, {{QStringLiteral("a"), QStringLiteral("b")}, {QStringLiteral("b"), QStringLiteral("c")}, {QStringLiteral("a"), QStringLiteral("c")}});
  EXPECT_EQ(layers, (std::vector<int>{0, 1, 2}));
}

TEST(GraphLayers, ACycleEnds) {
  const std::vector<GraphNode> nodes{{QStringLiteral("a"), {}, {}}, {QStringLiteral("b"), {}, {}}};
  const auto layers = layers_of(nodes, {{QStringLiteral("a"), QStringLiteral("b")}, {QStringLiteral("b"), QStringLiteral("a")}});
  for (const int layer : layers) EXPECT_LT(layer, 2);
}

TEST(Graph, ChoosesByClickAndByArrows) {
  GraphView graph;
  graph.resize(800, 400);
  graph.set_graph({{QStringLiteral("gateway"), QStringLiteral("gateway"), {}}, {QStringLiteral("orders"), QStringLiteral("orders"), {}}}, {{QStringLiteral("gateway"), QStringLiteral("orders"), 100, 0}});
  QSignalSpy chosen(&graph, &GraphView::chosen);
  QTest::mouseClick(&graph, Qt::LeftButton, {}, graph.rect_of(QStringLiteral("gateway")).center());
  QTest::keyClick(&graph, Qt::Key_Right);
  ASSERT_EQ(chosen.count(), 2);
  EXPECT_EQ(chosen[1][0].toString(), QStringLiteral("orders"));
  EXPECT_TRUE(graph.as_mermaid().contains(QStringLiteral("gateway -->|100 /s| orders")));
}

TEST(LatencySlider, GoesThroughEveryStepAndBack) {
  std::int64_t last = -1;
  for (int p = 0; p <= kLatencySteps; ++p) {
    EXPECT_GT(latency_of_slider(p), last);
    last = latency_of_slider(p);
    EXPECT_EQ(slider_of_latency(last), p);
  }
  EXPECT_EQ(latency_text(80'000'000), QStringLiteral("80ms"));
  EXPECT_EQ(latency_text(800'000), QStringLiteral("800us"));
}

TEST(BalancerRows, ShowingNodesChangesNothingAndASliderSaysWhatWasSet) {
  NodeRows rows;
  rows.resize(1000, 300);
  rows.show();
  QSignalSpy changed(&rows, &NodeRows::changed);
  rows.set_nodes(panels::kit::story::balanced().front().nodes);
  EXPECT_EQ(rows.slider(QStringLiteral("pricing-1"), QStringLiteral("weight"))->value(), 10);
  QSlider* latency = rows.slider(QStringLiteral("pricing-2"), QStringLiteral("added_latency"));
  ASSERT_TRUE(latency);
  latency->setValue(slider_of_latency(100'000'000));
  ASSERT_TRUE(QTest::qWaitFor([&] { return changed.count() > 0; }, 2000));
  ASSERT_EQ(changed.count(), 1);
  EXPECT_EQ(changed[0][0].toString(), QStringLiteral("pricing-2"));
  EXPECT_EQ(changed[0][2].toString(), QStringLiteral("100ms"));
}

TEST(TopologyPanelView, ExplainsAPick) {
  panels::kit::Session session(panels::kit::sample_story());
  TopologyPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  panel.show_tab(1);
  EXPECT_EQ(panel.balancer(), QStringLiteral("p2c"));
  const std::unique_ptr<QWidget> inspector(panel.make_inspector({panels::kit::Selection::Kind::Node, QStringLiteral("pricing-5"), QStringLiteral("pricing")}, nullptr));
  EXPECT_TRUE(inspector);
}

TEST(TopologyPanelView, WithoutCallsSaysWhatWillGrowHere) {
  panels::kit::Session session(panels::kit::empty_story());
  TopologyPanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  panel.show_tab(1);
  EXPECT_TRUE(panel.balancer().isEmpty());
  EXPECT_FALSE(panel.grab().isNull());
}

}  // namespace
