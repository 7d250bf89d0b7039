#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "panels/kit/code_edit.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/kit/session.h"
#include "panels/kit/story_parts.h"
#include "panels/requests/body_text.h"
#include "panels/requests/draft_store.h"
#include "panels/requests/request_tree.h"
#include "panels/requests/requests_panel.h"

namespace {

using panels::requests::DraftStore;
using panels::requests::RequestsPanel;
using panels::requests::RequestTree;

TEST(RequestTreeModel, HoldsAsAModelThroughFilters) {
  RequestTree tree;
  QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const auto requests = panels::kit::story::requests();
  tree.set_requests(requests, {"orders/create"}, {});
  EXPECT_EQ(tree.rowCount(), 4);
  EXPECT_TRUE(tree.index_of("orders/create").data(RequestTree::kDraftRole).toBool());
  tree.set_requests(requests, {}, QStringLiteral("quote"));
  EXPECT_EQ(tree.rowCount(), 1);
  tree.set_requests(requests, {}, QStringLiteral("nothing like it"));
  EXPECT_EQ(tree.rowCount(), 0);
}

TEST(Drafts, ComeBackAsTheyWereTyped) {
  QTemporaryDir folder;
  const DraftStore store(folder.path());
  auto request = panels::kit::story::requests().front();
  request.body = "{\"half\": ";
  request.headers.emplace_back("x-a", "ü");
  ASSERT_TRUE(store.store(request));
  EXPECT_TRUE(store.has(request.id));
  EXPECT_EQ(store.load(request.id), request);
  store.discard(request.id);
  EXPECT_FALSE(store.load(request.id));
}

TEST(Drafts, OfAWorkspaceWithoutAFolderAreNotKept) {
  const DraftStore store{QString()};
  EXPECT_FALSE(store.store(panels::kit::story::requests().front()));
  EXPECT_FALSE(store.has("orders/create"));
}

TEST(BodyText, KeepsTheOrderOfKeysAndFoldsSmallObjects) {
  EXPECT_EQ(panels::requests::pretty_json(QStringLiteral("{\"z\":1,\"a\":{\"b\":2}}")), QStringLiteral("{\n  \"z\": 1,\n  \"a\": { \"b\": 2 }\n}"));
  EXPECT_EQ(panels::requests::pretty_json(QStringLiteral("not json")), QStringLiteral("not json"));
  EXPECT_EQ(panels::requests::pretty_json(QStringLiteral("{}")), QStringLiteral("{}"));
}

TEST(BodyText, HeadersAreReadBackFromTheirLines) {
  const workbench::traffic::Pairs headers{{"accept", "application/json"}, {"x-url", "http://a:1"}};
  EXPECT_EQ(panels::requests::headers_of_lines(panels::requests::header_lines(headers)), headers);
}

TEST(JsonLexer, TellsKeysFromStringsAndFindsVariables) {
  using panels::kit::Lexeme;
  const auto found = panels::kit::lex_line(QStringLiteral("  \"note\": \"{{$uuid}}\", \"n\": 2"), panels::kit::Syntax::Json);
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].kind, Lexeme::Kind::Key);
  EXPECT_EQ(found[1].kind, Lexeme::Kind::String);
  EXPECT_EQ(found[2].kind, Lexeme::Kind::Variable);
  EXPECT_EQ(found[4].kind, Lexeme::Kind::Number);
}

TEST(RequestsPanelView, ShowsTheReplyAndTheWaterfallOfThatVeryRequest) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  EXPECT_EQ(panel.draft().id, "orders/create");
  ASSERT_TRUE(panel.exchange());
  EXPECT_EQ(panel.exchange()->status, 201);
  EXPECT_FALSE(panel.waterfall()->geometry().rows.empty());
}

TEST(RequestsPanelView, TypingMakesADraftAndRevertTakesItBack) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  EXPECT_FALSE(panel.is_changed());
  panel.body()->setPlainText(QStringLiteral("{}"));
  EXPECT_TRUE(panel.is_changed());
  panel.revert();
  EXPECT_FALSE(panel.is_changed());
}

TEST(RequestsPanelView, ACurlLineBecomesARequest) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  ASSERT_TRUE(panel.import_text(QStringLiteral("curl -X PUT 'http://127.0.0.1:8080/orders/7' -H 'x-a: b' --data-raw '{}'")));
  EXPECT_EQ(panel.draft().method, "PUT");
  EXPECT_EQ(panel.draft().url, "http://127.0.0.1:8080/orders/7");
  EXPECT_EQ(panel.draft().body, "{}");
  EXPECT_FALSE(panel.import_text(QStringLiteral("wget nothing")));
}

TEST(RequestsPanelView, CtrlEnterInTheBodySendsInsteadOfBreakingTheLine) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  const QString before = panel.body()->toPlainText();
  QTest::keyClick(panel.body(), Qt::Key_Return, Qt::ControlModifier);
  EXPECT_EQ(panel.body()->toPlainText(), before);
}

TEST(RequestsPanelView, WithoutRequestsOffersAFirstOne) {
  panels::kit::Session session(panels::kit::empty_story());
  RequestsPanel panel(&session);
  panel.resize(900, 600);
  panel.show();
  EXPECT_TRUE(panel.draft().id.empty());
  EXPECT_FALSE(panel.grab().isNull());
}

}  // namespace
