// The Services and Config panels on a running host: what is done with mouse and keys reaches real servers and files, and comes back.
#include <gtest/gtest.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "panels/config/config_panel.h"
#include "panels/config/layer_text.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/session.h"
#include "panels/kit/tabs.h"
#include "panels/kit/widgets.h"
#include "panels/services/detail_models.h"
#include "panels/services/new_service_menu.h"
#include "panels/services/route_editor.h"
#include "panels/services/service_model.h"
#include "panels/services/services_actions.h"
#include "panels/services/services_panel.h"
#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace panels::services {
namespace {

using kit::Session;

// The sample on free ports, with its session; events run until a condition holds.
class ServicesPanelLive : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = root_.filePath(QStringLiteral("ws")).toStdString();
    ASSERT_TRUE(workbench::workspace::copy_sample(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab", folder).ok());
    workbench::host::HostOptions options;
    options.keep_ports = false;
    options.workers = 2;
    auto host = workbench::host::Host::open(folder, options);
    ASSERT_TRUE(host.ok()) << host.error().to_string();
    host_ = host->get();
    session_ = Session::live(std::move(*host));
    folder_ = QString::fromStdString(folder);
    ASSERT_TRUE(until([this] { return !session_->views().services.empty() && session_->views().details.count("gateway") > 0; }));
  }
  bool until(const std::function<bool()>& holds) {
    QElapsedTimer limit;
    for (limit.start(); limit.elapsed() < 20'000;) {
      if (holds()) return true;
      QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
    }
    return holds();
  }
  QString read(const QString& file) const {
    QFile f(folder_ + QLatin1Char('/') + file);
    return f.open(QIODevice::ReadOnly) ? QString::fromUtf8(f.readAll()) : QString();
  }
  std::vector<std::string> chain() const {
    std::vector<std::string> names;
    for (const auto& m : session_->views().details.at("gateway").middleware) names.push_back((m.on ? "" : "!") + m.name);
    return names;
  }
  int get(const std::string& url) const {
    workbench::traffic::SavedRequest r;
    r.id = "test", r.url = url;
    return host_->send(r).status;
  }

  QTemporaryDir root_;
  QString folder_;
  std::unique_ptr<Session> session_;
  workbench::host::Host* host_ = nullptr;
};

TEST_F(ServicesPanelLive, KeysMoveAndSwitchAStepAndUndoTakesItBack) {
  ServicesPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.show_tab(ServicesPanel::Middleware);
  const auto before = chain();
  ASSERT_GE(before.size(), 6u);
  panel.chain()->select_key(QStringLiteral("rate_limit"));
  const auto at = std::find(before.begin(), before.end(), "rate_limit") - before.begin();
  QTest::keyClick(panel.chain(), Qt::Key_Up, Qt::AltModifier);
  EXPECT_TRUE(until([&] { return chain()[std::size_t(at - 1)] == "rate_limit"; }));
  EXPECT_EQ(get("{{gateway}}/orders"), 200);
  undo(session_.get());
  EXPECT_TRUE(until([&] { return chain() == before; }));
  ASSERT_TRUE(until([&] { return panel.chain()->model()->rowCount() == int(before.size()) + 1; }));
  panel.chain()->select_key(QStringLiteral("timeout"));
  QTest::keyClick(panel.chain(), Qt::Key_Space);
  EXPECT_TRUE(until([&] { return chain().back() == "!timeout"; }));
  undo(session_.get());
  EXPECT_TRUE(until([&] { return chain() == before; }));
}

TEST_F(ServicesPanelLive, TheDesignIsSwitchedUnderTrafficAndUndone) {
  ServicesPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.reveal({kit::Selection::Kind::Service, QStringLiteral("orders"), QStringLiteral("HTTP")});
  panel.show_tab(ServicesPanel::Instances);
  const auto design = [this] {
    for (const auto& row : session_->views().services)
      if (row.service == "orders") return row.design;
    return std::string();
  };
  ASSERT_EQ(design(), "singleton");
  ASSERT_TRUE(until([&] { return panel.design()->isVisible() && panel.design()->current() == 0; }));
  QTest::keyClick(panel.design(), Qt::Key_Right);
  EXPECT_TRUE(until([&] { return design() == "injected" && panel.design()->current() == 1; }));
  EXPECT_EQ(get("{{gateway}}/orders"), 200);
  EXPECT_TRUE(until([&] { return session_->views().details.at("orders").instances.size() > 0 && session_->views().details.at("orders").instances[0].scope == "injected"; }));
  undo(session_.get());
  EXPECT_TRUE(until([&] { return design() == "singleton" && panel.design()->current() == 0; }));
}
TEST_F(ServicesPanelLive, AChipIsSwitchedByAClickAndMovedByADrag) {
  ServicesPanel panel(session_.get(), nullptr);
  panel.resize(1400, 760);
  panel.show();
  ASSERT_TRUE(until([&] { return panel.table()->model()->rowCount() > 0; }));
  const auto before = chain();
  auto* model = qobject_cast<ServiceModel*>(panel.table()->model());
  const QModelIndex cell = model->index(model->row_of(QStringLiteral("gateway/HTTP")), ServiceModel::Middleware);
  ASSERT_TRUE(cell.isValid());
  auto chip = [&](const QString& name) {
    const QRect rect = panel.table()->visualRect(cell);
    for (int x = rect.left(); x < rect.right(); x += 2)
      if (const QPoint p(x, rect.center().y()); model->chip_at(cell.row(), rect, p) == name) return p + QPoint(4, 0);
    return QPoint();
  };
  ASSERT_FALSE(chip(QStringLiteral("rate_limit")).isNull());
  QTest::mouseClick(panel.table()->viewport(), Qt::LeftButton, {}, chip(QStringLiteral("rate_limit")));
  const auto place = std::size_t(std::find(before.begin(), before.end(), "rate_limit") - before.begin());
  EXPECT_TRUE(until([&] { return chain()[place] == "!rate_limit"; }));
  undo(session_.get());
  ASSERT_TRUE(until([&] { return chain() == before; }));
  QTest::mousePress(panel.table()->viewport(), Qt::LeftButton, {}, chip(QStringLiteral("rate_limit")));
  QTest::mouseRelease(panel.table()->viewport(), Qt::LeftButton, {}, chip(QStringLiteral("tracing")));
  const auto to = std::size_t(std::find(before.begin(), before.end(), "tracing") - before.begin());
  EXPECT_TRUE(until([&] { return chain()[to] == "rate_limit"; }));
  undo(session_.get());
  EXPECT_TRUE(until([&] { return chain() == before; }));
}

TEST_F(ServicesPanelLive, ANewServiceFromASampleIsChosenAndCanBeTakenBack) {
  ServicesPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  std::function<void()> take_back;
  QObject::connect(session_.get(), &Session::toast_raised, session_.get(), [&](const kit::Toast& t) {
    if (t.on_action) take_back = t.on_action;
  });
  for (QAction* a : panel.new_service()->menu()->actions())
    if (a->text().contains(QStringLiteral("echo"))) a->trigger();
  ASSERT_TRUE(until([&] { return panel.table()->current_key() == QStringLiteral("echo/HTTP"); }));
  EXPECT_FALSE(read(QStringLiteral("services/echo.yaml")).isEmpty());
  ASSERT_TRUE(until([&] { return panel.route_editor()->text()->toPlainText().contains(QStringLiteral("/echo")); }));
  start(session_.get(), QStringLiteral("echo"));
  EXPECT_TRUE(until([&] { return get("{{echo}}/echo") == 200; }));
  ASSERT_TRUE(take_back);
  take_back();
  EXPECT_TRUE(until([&] { return read(QStringLiteral("services/echo.yaml")).isEmpty() && session_->views().details.count("echo") == 0; }));
}

TEST_F(ServicesPanelLive, ASavedRouteIsInTheFileAndOnTheServerAndAMistakeIsNot) {
  ServicesPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.show_tab(ServicesPanel::Routes);
  ASSERT_TRUE(until([&] { return panel.routes()->model()->rowCount() == 4; }));
  panel.routes()->select_key(QStringLiteral("GET /orders"));
  auto* editor = panel.route_editor();
  ASSERT_TRUE(editor->text()->toPlainText().startsWith(QStringLiteral("- GET /orders:")));
  const QString file = read(QStringLiteral("services/gateway.yaml"));
  editor->text()->setPlainText(QStringLiteral("- GET /orders:\n    - relpy: { status: 418 }\n"));
  QApplication::setActiveWindow(&panel);
  editor->text()->setFocus();
  QTest::keyClick(editor->text(), Qt::Key_S, Qt::ControlModifier);
  ASSERT_TRUE(until([&] { return !editor->text()->faults().empty(); }));
  EXPECT_EQ(editor->text()->faults()[0].line, 2);
  EXPECT_EQ(read(QStringLiteral("services/gateway.yaml")), file);
  editor->text()->setPlainText(QStringLiteral("- GET /orders:\n    - reply: { status: 418, body: { tea: true } }\n"));
  editor->save();
  EXPECT_TRUE(until([&] { return get("{{gateway}}/orders") == 418; }));
  EXPECT_TRUE(read(QStringLiteral("services/gateway.yaml")).startsWith(QStringLiteral("# What the outside calls.")));
  EXPECT_TRUE(until([&] { return !editor->edited(); }));
}

TEST_F(ServicesPanelLive, ALayerEditedAsTextApplies) {
  config::ConfigPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.reveal({kit::Selection::Kind::File, QStringLiteral("config/default.yaml:1:1"), {}});
  auto* layers = panel.layers();
  ASSERT_TRUE(until([&] { return layers->text()->toPlainText().contains(QStringLiteral("rate: 2000")); }));
  const QString before = layers->text()->toPlainText();
  layers->text()->setPlainText(QString(before).replace(QStringLiteral("rate: 2000"), QStringLiteral("rate: 1234")));
  layers->save();
  EXPECT_TRUE(until([&] { return host_->explain("gateway.rate_limit.rate")->text == "1234"; }));
  ASSERT_TRUE(until([&] { return !layers->edited(); }));
  layers->text()->setPlainText(QStringLiteral("gateway: [\n"));
  layers->save();
  EXPECT_TRUE(until([&] { return !layers->text()->faults().empty(); }));
  EXPECT_TRUE(read(QStringLiteral("config/default.yaml")).contains(QStringLiteral("rate: 1234")));
}

TEST_F(ServicesPanelLive, EditsAreUndoneRedoneAndRevertedOneByOne) {
  config::ConfigPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  const auto is = [this](const char* key, const char* text, const char* layer) {
    const auto row = host_->explain(key);
    return row.ok() && row->text == text && row->layer == layer;
  };
  const auto command = [&](const QString& id) {
    for (auto& c : panel.commands())
      if (c.id == id) c.run();
  };
  panel.edit(QStringLiteral("gateway.rate_limit.rate"), QStringLiteral("1500"));
  ASSERT_TRUE(until([&] { return is("gateway.rate_limit.rate", "1500", "overrides"); }));
  panel.edit(QStringLiteral("gateway.timeout.after"), QStringLiteral("3s"));
  ASSERT_TRUE(until([&] { return is("gateway.timeout.after", "3s", "overrides"); }));
  command(QStringLiteral("config.undo"));
  EXPECT_TRUE(until([&] { return is("gateway.timeout.after", "2s", "config/default.yaml"); }));
  command(QStringLiteral("config.redo"));
  EXPECT_TRUE(until([&] { return is("gateway.timeout.after", "3s", "overrides"); }));

  // The first change is taken back alone, from the list of changes: the key is the file's again, the later change stays.
  kit::TableView* changes = nullptr;
  for (auto* table : panel.findChildren<kit::TableView*>())
    if (table->accessibleName() == QStringLiteral("Changes")) changes = table;
  ASSERT_NE(changes, nullptr);
  const auto row_of_first = [&] {
    for (int row = changes->model()->rowCount() - 1; row >= 0; --row)
      if (changes->model()->index(row, 2).data().toString() == QStringLiteral("gateway.rate_limit.rate")) return row;
    return -1;
  };
  ASSERT_TRUE(until([&] { return changes->model()->rowCount() >= 4 && row_of_first() >= 0; }));
  changes->setCurrentIndex(changes->model()->index(row_of_first(), 0));
  QTest::keyClick(changes, Qt::Key_Return);
  EXPECT_TRUE(until([&] { return is("gateway.rate_limit.rate", "2000", "config/default.yaml"); }));
  EXPECT_TRUE(is("gateway.timeout.after", "3s", "overrides"));
  EXPECT_EQ(read(QStringLiteral(".slipway/overrides.yaml")), QStringLiteral("gateway:\n  timeout:\n    after: 3s\n"));
}

TEST_F(ServicesPanelLive, ADraftIsAppliedAsOneChangeAndUndoneAsOne) {
  config::ConfigPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  for (auto& c : panel.commands())
    if (c.id == QStringLiteral("config.mode")) c.run();
  ASSERT_FALSE(panel.live());
  const auto version = host_->config_version();
  panel.edit(QStringLiteral("gateway.rate_limit.rate"), QStringLiteral("1500"));
  panel.edit(QStringLiteral("gateway.rate_limit.burst"), QStringLiteral("70"));
  EXPECT_EQ(host_->config_version(), version) << "a draft touches nothing";
  QPushButton* apply = nullptr;
  for (auto* b : panel.findChildren<QPushButton*>())
    if (b->text() == QStringLiteral("Apply all")) apply = b;
  ASSERT_NE(apply, nullptr);
  QTest::mouseClick(apply, Qt::LeftButton);
  panel.edit(QStringLiteral("gateway.timeout.after"), QStringLiteral("9s"));  // typed while the others are being applied
  ASSERT_TRUE(until([&] { return host_->explain("gateway.rate_limit.burst")->text == "70" && panel.draft().size() == 1; }));
  EXPECT_EQ(host_->config_version(), version + 1);
  EXPECT_EQ(panel.draft().at(QStringLiteral("gateway.timeout.after")), QStringLiteral("9s"));
  EXPECT_EQ(host_->explain("gateway.rate_limit.rate")->text, "1500");
  EXPECT_EQ(host_->explain("gateway.timeout.after")->text, "2s");
  ASSERT_TRUE(host_->undo("test").ok());
  EXPECT_EQ(host_->explain("gateway.rate_limit.rate")->text, "2000");
  EXPECT_EQ(host_->explain("gateway.rate_limit.burst")->text, "500");
}

TEST_F(ServicesPanelLive, AnEditThatIsRefusedStaysSaid) {
  config::ConfigPanel panel(session_.get(), nullptr);
  panel.resize(1128, 760);
  panel.show();
  panel.edit(QStringLiteral("gateway.timeout.after"), QStringLiteral("soon"));
  auto* banner = panel.findChild<kit::Banner*>();
  ASSERT_TRUE(until([&] { return banner->text().contains(QStringLiteral("soon")); }));
  const auto seen = session_->snapshot();
  ASSERT_TRUE(until([&] { return session_->snapshot() != seen; }));  // a refresh does not wipe it
  EXPECT_TRUE(banner->text().contains(QStringLiteral("soon")));
  panel.edit(QStringLiteral("gateway.timeout.after"), QStringLiteral("3s"));
  EXPECT_TRUE(until([&] { return host_->explain("gateway.timeout.after")->text == "3s" && banner->text().isEmpty(); }));
}

}  // namespace
}  // namespace panels::services
