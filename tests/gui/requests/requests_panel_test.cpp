#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QCompleter>
#include <QDialog>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest/QTest>

#include "panels/kit/code_edit.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/kit/session.h"
#include "panels/kit/story_parts.h"
#include "panels/kit/table.h"
#include "panels/requests/body_text.h"
#include "panels/requests/draft_store.h"
#include "panels/requests/reply_view.h"
#include "panels/requests/request_browser.h"
#include "panels/requests/request_history.h"
#include "panels/requests/request_parts.h"
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

TEST(RequestBrowser, AFolderThatWasClosedStaysClosed) {
  panels::requests::RequestBrowser browser;
  auto requests = panels::kit::story::requests();
  browser.set_requests(requests, {});
  auto* tree = browser.tree();
  const QModelIndex orders = tree->model()->index(0, 0);
  ASSERT_TRUE(tree->isExpanded(orders));
  EXPECT_FALSE(tree->isExpanded(tree->model()->index(3, 0)));   // checks
  tree->collapse(orders);
  requests.front().name = "create one";
  browser.set_requests(requests, {"orders/create"});
  EXPECT_FALSE(tree->isExpanded(tree->model()->index(0, 0)));
  EXPECT_TRUE(tree->isExpanded(tree->model()->index(1, 0)));
}

TEST(RequestsPanelView, EachAssertionSaysWhatWasFound) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  EXPECT_EQ(panel.reply()->assertions()->model()->rowCount(), 3);
  auto failed = panels::kit::story::exchanges()[2];   // 429
  panel.show_exchange(failed);
  panel.reply()->show_part(panels::requests::ReplyView::kAsserts);
  EXPECT_TRUE(panel.reply()->shown_text().contains(QStringLiteral("status == 201\tfailed\t429"))) << panel.reply()->shown_text().toStdString();
}

TEST(RequestsPanelView, TheTimingAddsUpToTheWhole) {
  panels::requests::ReplyView reply;
  auto exchange = panels::kit::story::exchanges().front();
  exchange.reused_connection = false, exchange.connect_ns = 200'000;
  reply.show_exchange(exchange);
  reply.show_part(panels::requests::ReplyView::kTiming);
  const QString told = reply.shown_text();
  EXPECT_TRUE(told.contains(QStringLiteral("Connect\t0.20 ms"))) << told.toStdString();
  EXPECT_TRUE(told.contains(QStringLiteral("Total\t4.20 ms"))) << told.toStdString();
}

TEST(RequestsPanelView, AParameterTypedBelowStandsInTheUrlAndBack) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  panel.open_request("orders/list, page 1");
  panel.parts()->edits()[0]->setPlainText(QStringLiteral("limit=5\nafter=9"));
  EXPECT_EQ(panel.draft().url, "{{gateway}}/orders?limit=5&after=9");
  panel.url()->clear();
  QTest::keyClicks(panel.url(), QStringLiteral("http://a/b?x=1"));
  EXPECT_EQ(panel.parts()->query(), QStringLiteral("x=1"));
}

TEST(RequestsPanelView, EnvironmentsAndTheVariablesTheyFillAreShown) {
  panels::kit::Session session(panels::kit::sample_story());
  RequestsPanel panel(&session);
  panel.resize(1128, 820);
  panel.show();
  QStringList names;
  for (const auto* box : panel.line()->findChildren<QComboBox*>())
    for (int i = 0; i < box->count(); ++i) names << box->itemText(i);
  EXPECT_TRUE(names.contains(QStringLiteral("env dev")));
  EXPECT_TRUE(names.contains(QStringLiteral("env ci")));
}

TEST(RequestsPanelView, TheUrlIsCompletedFromWhatTheServicesOffer) {
  panels::requests::RequestLine line;
  line.set_offers({QStringLiteral("{{gateway}}/orders")}, {QStringLiteral("{{inventory}}/inventory.v1.Inventory/Reserve")});
  auto request = panels::kit::story::requests().front();
  line.set_request(request);
  EXPECT_EQ(line.url()->completer()->model()->index(0, 0).data().toString(), QStringLiteral("{{gateway}}/orders"));
  request.method = "GRPC";
  line.set_request(request);
  EXPECT_EQ(line.url()->completer()->model()->index(0, 0).data().toString(), QStringLiteral("{{inventory}}/inventory.v1.Inventory/Reserve"));
}

TEST(RequestHistory, TwoRepliesAreShownAsADifference) {
  panels::requests::RequestHistory history;
  const auto exchanges = panels::kit::story::exchanges();
  history.set_exchanges(exchanges, panels::kit::story::requests().front());
  ASSERT_EQ(history.table()->model()->rowCount(), static_cast<int>(exchanges.size()));
  for (const int row : {0, 2}) history.table()->selectionModel()->select(history.table()->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
  history.diff_chosen();
  auto* dialog = history.findChild<QDialog*>();
  ASSERT_TRUE(dialog);
  const auto* text = dialog->findChild<panels::kit::CodeEdit*>();
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("429 Too Many Requests")));
  EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("201 Created")));
}

}  // namespace
