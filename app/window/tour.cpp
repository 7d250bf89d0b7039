#include "app/window/tour.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QMouseEvent>
#include <QPushButton>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>
#include <functional>

#include "app/verbs/verb.h"
#include "app/window/run_window.h"
#include "app/window/side.h"
#include "app/window/window.h"
#include "panels/compare/compare_panel.h"
#include "panels/config/config_panel.h"
#include "panels/export/export_panel.h"
#include "panels/kit/plots/time_stack.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/load/load_panel.h"
#include "panels/load/load_plots.h"
#include "panels/requests/requests_panel.h"
#include "panels/topology/topology_panel.h"
#include "panels/traces/traces_panel.h"
#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace app {
namespace {

using namespace panels::kit;
using slipway::telemetry::SpanStatus;
using workbench::host::ServiceState;
using workbench::recorder::TracePtr;
using workbench::traffic::LoadProgress;

constexpr char kRate[] = "gateway.rate_limit.rate", kBurst[] = "gateway.rate_limit.burst";

QString q(const std::string& s) { return QString::fromStdString(s); }

// What a step found: a measure and its proof, or why it did not hold.
struct Found {
  QString measured, proof, why;
  bool held() const { return why.isEmpty(); }
};
Found failed(const QString& why) { return {{}, {}, why}; }

// Runs the event loop until `holds`, looked at a hundred times a second, or until the time is over.
bool wait_until(const std::function<bool()>& holds, int seconds = 20) {
  if (holds()) return true;
  QEventLoop loop;
  QTimer look, over;
  over.setSingleShot(true);
  bool held = false;
  QObject::connect(&look, &QTimer::timeout, &loop, [&] {
    held = holds();
    if (held) loop.quit();
  });
  QObject::connect(&over, &QTimer::timeout, &loop, &QEventLoop::quit);
  look.start(10);
  over.start(seconds * 1000);
  loop.exec();
  return held;
}

// Lets what is shown settle: several rounds of layout and paint.
void settle() {
  for (int i = 0; i < 4; ++i) {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
  }
}

void click(QWidget* widget, const QPoint& at) {
  const QPointF global = widget->mapToGlobal(at);
  for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
    QMouseEvent event(type, QPointF(at), global, Qt::LeftButton, type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &event);
  }
}

class Tour {
 public:
  Tour(Session& session, MainWindow& window, const TourOptions& options, QString work)
      : session_(session), window_(window), options_(options), work_(std::move(work)) {}

  bool run() {
    return step(QT_TR_NOOP("services running"), "services", [this] { return services(); }) &&
           step(QT_TR_NOOP("request and waterfall"), "request", [this] { return request(); }) &&
           step(QT_TR_NOOP("span to config key"), "config_key", [this] { return span_to_config(); }) &&
           step(QT_TR_NOOP("rate limit set live"), "refused", [this] { return limit(); }) &&
           step(QT_TR_NOOP("undo"), "undone", [this] { return undo(); }) &&
           step(QT_TR_NOOP("load and hot cell"), "load", [this] { return load(); }) &&
           step(QT_TR_NOOP("balancer"), "topology", [this] { return topology(); }) &&
           step(QT_TR_NOOP("compare"), "compare", [this] { return compare(); }) &&
           step(QT_TR_NOOP("export"), "export", [this] { return exported(); });
  }

 private:
  bool step(const char* name, const char* shot, const std::function<Found()>& work) {
    ++number_;
    const Found found = work();
    settle();
    QString picture;
    if (!options_.shots.empty()) {
      picture = QStringLiteral("%1/%2_%3.png").arg(q(options_.shots)).arg(number_).arg(QLatin1String(shot));
      if (!window_.grab().save(picture)) picture += QStringLiteral(" (could not be written)");
    }
    const QString line = found.held() ? QStringLiteral("ok   %1  %2  %3  %4").arg(number_).arg(QLatin1String(name), -22).arg(found.measured, found.proof)
                                      : QStringLiteral("FAIL %1  %2  %3").arg(number_).arg(QLatin1String(name), -22).arg(found.why);
    std::printf("%s%s\n", qPrintable(line), qPrintable(picture.isEmpty() ? QString() : QStringLiteral("  [%1]").arg(picture)));
    std::fflush(stdout);
    return found.held();
  }

  template <class P>
  P* panel(const char* id) const {
    return static_cast<P*>(window_.panel(QLatin1String(id)));
  }
  const Views& views() const { return session_.views(); }
  bool command(const QString& id) { return window_.commands().run(id); }
  QString config_text(const char* key) const {
    for (const auto& row : views().config.rows)
      if (row.key == key) return q(row.text);
    return {};
  }
  const LoadProgress* progress() const { return views().load.progress.get(); }

  Found services() {
    command(QStringLiteral("go.services"));
    const auto wanted = [this](const auto& row) { return row.service != options_.broken; };
    const auto count = [&](bool running) {
      return std::count_if(views().services.begin(), views().services.end(), [&](const auto& row) { return wanted(row) && (!running || row.state == ServiceState::Running); });
    };
    if (!wait_until([&] { return count(false) > 0 && count(true) == count(false); }))
      return failed(QStringLiteral("%1 of %2 servers run").arg(count(true)).arg(count(false)));
    QStringList where;
    for (const auto& row : views().services)
      if (row.state == ServiceState::Running && where.size() < 3) where << q(row.instance + " " + row.address);
    return {QStringLiteral("%1/%2 running").arg(count(true)).arg(views().services.size()), where.join(QStringLiteral(", ")), {}};
  }

  // Sends what the Requests panel shows and waits for the reply and its trace.
  Found send() {
    auto* requests = panel<panels::requests::RequestsPanel>("requests");
    const std::string before = requests->exchange() ? requests->exchange()->trace_id : std::string();
    if (!command(QStringLiteral("requests.send"))) return failed(QStringLiteral("the command requests.send is not enabled"));
    if (!wait_until([&] { return !requests->is_sending(); })) return failed(QStringLiteral("no reply came within 20 s"));
    const auto* x = requests->exchange();
    if (!x || x->trace_id == before) return failed(QStringLiteral("the panel shows no new reply"));
    if (!x->error.empty()) return failed(q(x->error));
    if (!wait_until([&] { return requests->trace() && requests->trace()->id == requests->exchange()->trace_id; }, 5))
      return failed(QStringLiteral("the trace %1 was not kept").arg(q(x->trace_id)));
    return {QString::number(x->status), q(x->body).simplified().left(96), {}};
  }

  Found request() {
    command(QStringLiteral("go.requests"));
    auto* requests = panel<panels::requests::RequestsPanel>("requests");
    if (!wait_until([this] { return !views().requests.empty(); })) return failed(QStringLiteral("the workspace shows no saved request"));
    requests->open_request("orders/create");
    const Found sent = send();
    if (!sent.held()) return sent;
    if (sent.measured != QLatin1String("201")) return failed(QStringLiteral("POST /orders answered %1: %2").arg(sent.measured, sent.proof));
    // A service's last span ends after its reply went out, so the trace may come in parts.
    const auto seen = [&](const char* service) {
      const auto services = requests->trace()->services();
      return std::find(services.begin(), services.end(), service) != services.end();
    };
    for (const char* wanted : {"gateway", "orders", "pricing", "inventory"})
      if (!wait_until([&] { return seen(wanted); }, 5))
        return failed(QStringLiteral("the trace %1 has no span of %2").arg(q(requests->trace()->id), QLatin1String(wanted)));
    const TracePtr trace = requests->trace();
    if (requests->waterfall()->geometry().rows.size() < trace->spans.size()) return failed(QStringLiteral("the waterfall lacks spans of the trace"));
    return {QStringLiteral("201, %1 spans of %2 services, trace %3").arg(trace->spans.size()).arg(trace->services().size()).arg(q(trace->id).left(8)), sent.proof, {}};
  }

  Found span_to_config() {
    auto* requests = panel<panels::requests::RequestsPanel>("requests");
    auto* waterfall = requests->waterfall();
    int row = -1;
    for (std::size_t i = 0; i < requests->trace()->spans.size() && row < 0; ++i)
      if (const auto& span = requests->trace()->spans[i]; span.name == "rate_limit" && span.service == "gateway") row = waterfall->row_of_span(static_cast<int>(i));
    if (row < 0) return failed(QStringLiteral("the trace has no rate_limit span of the gateway"));
    // As a user does it: another row first, then a click where the span is painted.
    waterfall->set_current(0);
    settle();
    QPoint at;
    for (int y = 0; y < waterfall->viewport()->height() && at.isNull(); ++y)
      if (waterfall->row_at({120, y}) == row) at = {120, y + 4};
    if (at.isNull()) return failed(QStringLiteral("the rate_limit span is not in view"));
    click(waterfall->viewport(), at);
    settle();
    auto* inspector = window_.inspector()->view();
    if (!inspector || inspector->title() != QLatin1String("rate_limit")) return failed(QStringLiteral("the inspector does not show the clicked span"));
    if (!options_.shots.empty()) window_.grab().save(QStringLiteral("%1/%2_span.png").arg(q(options_.shots)).arg(number_));
    if (inspector->actions().empty()) return failed(QStringLiteral("the span names no setting"));
    inspector->actions().front()->click();
    settle();
    const auto& selected = session_.selection();
    if (window_.current_panel() != QLatin1String("config") || selected.kind != Selection::Kind::ConfigKey) return failed(QStringLiteral("Config did not open"));
    auto* config = panel<panels::config::ConfigPanel>("config");
    if (config->table()->current_key() != selected.id || !selected.id.startsWith(QLatin1String("gateway.rate_limit.")))
      return failed(QStringLiteral("Config opened at %1").arg(config->table()->current_key()));
    return {QStringLiteral("%1 = %2").arg(selected.id, config_text(selected.id.toUtf8().constData())), QStringLiteral("span of trace %1").arg(q(requests->trace()->id).left(8)), {}};
  }

  bool set(const char* key, const QString& value) {
    panel<panels::config::ConfigPanel>("config")->edit(QLatin1String(key), value);
    return wait_until([&] { return config_text(key) == value; });
  }

  Found limit() {
    was_rate_ = config_text(kRate), was_burst_ = config_text(kBurst);
    if (!set(kBurst, QStringLiteral("5")) || !set(kRate, QStringLiteral("5"))) return failed(QStringLiteral("%1 stayed %2").arg(QLatin1String(kRate), config_text(kRate)));
    if (!wait_until([this] { return !views().history.empty() && views().history.front().key == kRate; })) return failed(QStringLiteral("the change is not in the timeline"));
    const auto change = views().history.front();
    if (change.applied_by.empty()) return failed(QStringLiteral("no reader applied the change"));
    if (!options_.shots.empty()) window_.grab().save(QStringLiteral("%1/%2_applied.png").arg(q(options_.shots)).arg(number_));
    command(QStringLiteral("go.requests"));
    auto* requests = panel<panels::requests::RequestsPanel>("requests");
    int sends = 0;
    for (; sends < 60; ++sends) {
      const Found sent = send();
      if (!sent.held()) return sent;
      if (sent.measured == QLatin1String("429")) break;
      if (sent.measured != QLatin1String("201")) return failed(QStringLiteral("POST /orders answered %1: %2").arg(sent.measured, sent.proof));
    }
    const TracePtr trace = requests->trace();
    if (!requests->exchange() || requests->exchange()->status != 429) return failed(QStringLiteral("60 sends and none was refused at 5/s"));
    const auto missed = std::count_if(trace->spans.begin(), trace->spans.end(), [](const auto& s) { return s.status == SpanStatus::NotReached; });
    if (trace->stopped_by != "rate_limit") return failed(QStringLiteral("the trace %1 does not say that rate_limit stopped it").arg(q(trace->id)));
    if (missed == 0) return failed(QStringLiteral("the trace %1 shows no step that was not reached").arg(q(trace->id)));
    return {QStringLiteral("applied by %1, send %2 got 429, stopped at rate_limit, %3 not reached").arg(q(change.applied_by.front())).arg(sends + 1).arg(missed),
            QStringLiteral("%1, trace %2").arg(q(requests->exchange()->body).simplified().left(96), q(trace->id).left(8)), {}};
  }

  Found undo() {
    for (const char* key : {kRate, kBurst}) {
      const QString now = config_text(key);
      if (!command(QStringLiteral("config.undo"))) return failed(QStringLiteral("the command config.undo is not enabled"));
      if (!wait_until([&] { return config_text(key) != now; })) return failed(QStringLiteral("%1 stayed %2").arg(QLatin1String(key), now));
    }
    if (config_text(kRate) != was_rate_ || config_text(kBurst) != was_burst_) return failed(QStringLiteral("%1 is %2, it was %3").arg(QLatin1String(kRate), config_text(kRate), was_rate_));
    const Found sent = send();
    if (!sent.held()) return sent;
    if (sent.measured != QLatin1String("201")) return failed(QStringLiteral("after undo POST /orders answered %1").arg(sent.measured));
    return {QStringLiteral("%1 = %2 again, 201").arg(QLatin1String(kRate), config_text(kRate)), sent.proof, {}};
  }

  bool start_load(int seconds, double rate) {
    auto* load = panel<panels::load::LoadPanel>("load");
    load->set_target(QStringLiteral("orders/create"));
    load->set_duration_s(seconds);
    load->set_rate_per_s(rate);
    const auto* before = progress();
    return command(QStringLiteral("load.start")) && wait_until([&] { return views().load.running && progress() && progress() != before && progress()->requests > 0; });
  }

  Found load() {
    command(QStringLiteral("go.load"));
    settle();
    const int seconds = options_.quick ? 2 : 5;
    auto* load = panel<panels::load::LoadPanel>("load");
    if (!start_load(seconds, 500)) return failed(QStringLiteral("the load did not start"));
    if (!wait_until([&] { return !views().load.running || progress()->elapsed_s > seconds * 0.4; })) return failed(QStringLiteral("the load does not move on"));
    const auto calm = progress()->requests;
    // A machine that cannot do 500/s is not asked for 3 000.
    const double fast = static_cast<double>(calm) / progress()->elapsed_s > 400 ? 3000 : 1000;
    if (!command(QStringLiteral("load.faster"))) return failed(QStringLiteral("the command load.faster is not enabled"));
    load->set_rate_per_s(fast);
    if (!wait_until([&] { return progress()->target_rate_per_s >= fast; }, 5)) return failed(QStringLiteral("the rate stayed %1/s").arg(progress()->target_rate_per_s));
    if (!wait_until([&] { return !views().load.running; }, seconds + 30)) return failed(QStringLiteral("the load did not end"));
    const LoadProgress ended = *progress();
    if (!ended.error.empty()) return failed(q(ended.error));
    if (calm == 0 || ended.intended < 500u * static_cast<unsigned>(seconds)) return failed(QStringLiteral("only %1 requests were due").arg(ended.intended));
    if (ended.requests <= ended.errors) return failed(QStringLiteral("all of %1 requests failed").arg(ended.requests));
    settle();
    if (!command(QStringLiteral("load.hottest")) || session_.selection().kind != Selection::Kind::LoadCell) return failed(QStringLiteral("no cell of the heat map was chosen"));
    settle();
    auto* inspector = window_.inspector()->view();
    if (!options_.shots.empty()) window_.grab().save(QStringLiteral("%1/%2_cell.png").arg(q(options_.shots)).arg(number_));
    if (!inspector || inspector->actions().size() < 2) return failed(QStringLiteral("the hottest cell leads to no kept trace"));
    const QString cell = session_.selection().id;
    auto* traces = panel<panels::traces::TracesPanel>("traces");
    const auto& options = views().load.options;
    const auto scale = panels::load::scale_of(ended, std::chrono::duration<double>(options.duration).count());
    const auto inside = panels::load::cell_of(ended, scale, cell.section(QLatin1Char(':'), 0, 0).toInt(), cell.section(QLatin1Char(':'), 1, 1).toInt());
    if (inside.traces.empty()) return failed(QStringLiteral("the hottest cell leads to no kept trace"));
    const QString wanted = q(inside.traces.front());
    inspector->actions().front()->click();
    if (!wait_until([&] { return window_.current_panel() == QLatin1String("traces") && traces->current() && q(traces->current()->id) == wanted && session_.selection().id == wanted; }, 5))
      return failed(QStringLiteral("the trace %1 of the hottest cell did not open").arg(wanted));
    return {QStringLiteral("%1 requests at 500 then %2/s, %3 errors, %4 dropped, hottest cell %5 of %6, its trace has %7 spans").arg(ended.requests).arg(fast).arg(ended.errors).arg(ended.dropped).arg(inside.count).arg(inside.of).arg(traces->current()->spans.size()),
            QStringLiteral("trace %1").arg(wanted), {}};
  }

  const workbench::host::BalancedTarget* pricing() const {
    for (const auto& t : views().balanced)
      if (t.target == "pricing") return &t;
    return nullptr;
  }
  double share_of(const std::string& node) const {
    if (const auto* t = pricing())
      for (const auto& n : t->nodes)
        if (n.id == node) return n.share;
    return -1;
  }

  Found topology() {
    command(QStringLiteral("go.topology"));
    command(QStringLiteral("topology.balancer"));
    if (!wait_until([this] { return pricing() && pricing()->nodes.size() == 5; })) return failed(QStringLiteral("pricing and its five instances are not shown"));
    const std::string slow = pricing()->nodes.back().id;
    if (!command(QStringLiteral("topology.slow_one"))) return failed(QStringLiteral("the command topology.slow_one is not enabled"));
    if (!wait_until([&] { return pricing() && pricing()->nodes.back().added_latency_ns == 80'000'000; })) return failed(QStringLiteral("%1 was not slowed").arg(q(slow)));
    if (!start_load(60, 150)) return failed(QStringLiteral("the load did not start"));
    const double fifth = 0.2;
    if (!wait_until([&] { return std::abs(share_of(slow) - fifth) < 0.02 && progress()->elapsed_s > 1.5; })) return failed(QStringLiteral("under wrr %1 has %2 of the picks, not a fifth").arg(q(slow)).arg(share_of(slow)));
    const double before = share_of(slow);
    if (!command(QStringLiteral("topology.use_p2c_ewma"))) return failed(QStringLiteral("the command topology.use_p2c_ewma is not enabled"));
    if (!wait_until([&] { return pricing() && pricing()->balancer == "p2c_ewma"; })) return failed(QStringLiteral("the balancer stayed %1").arg(pricing() ? q(pricing()->balancer) : QString()));
    double after = 1;
    const bool bent = wait_until([&] { return (after = share_of(slow)) < 0.08 && after >= 0; }, 15);
    const auto ended = progress()->errors;
    // Some seconds of the new share belong in the picture.
    const double elapsed = progress()->elapsed_s;
    wait_until([&] { return progress()->elapsed_s > elapsed + (options_.quick ? 1 : 4); });
    settle();
    if (!options_.shots.empty()) {
      window_.grab().save(QStringLiteral("%1/%2_share.png").arg(q(options_.shots)).arg(number_));
      command(QStringLiteral("go.services"));
      settle();
      window_.grab().save(QStringLiteral("%1/%2_services.png").arg(q(options_.shots)).arg(number_));
      command(QStringLiteral("go.topology"));
    }
    command(QStringLiteral("load.start"));
    const bool stopped = wait_until([this] { return !views().load.running; });
    for (int i = 0; i < 2; ++i) {
      const auto version = views().config.version;
      command(QStringLiteral("config.undo"));
      wait_until([&] { return views().config.version != version; });
    }
    if (!bent) return failed(QStringLiteral("under p2c_ewma %1 still has %2 of the picks").arg(q(slow)).arg(after));
    if (!stopped) return failed(QStringLiteral("the load did not stop"));
    return {QStringLiteral("%1 + 80 ms: %2 % of picks under wrr, %3 % under p2c_ewma").arg(q(slow)).arg(before * 100, 0, 'f', 1).arg(after * 100, 0, 'f', 1),
            QStringLiteral("%1 requests, %2 errors").arg(progress()->requests).arg(ended), {}};
  }

  Found compare() {
    command(QStringLiteral("go.compare"));
    settle();
    auto* panel = this->panel<panels::compare::ComparePanel>("compare");
    if (!command(QStringLiteral("compare.taste"))) return failed(QStringLiteral("the command compare.taste is not enabled"));
    if (!wait_until([&] { return !panel->is_running(); }, 120)) return failed(QStringLiteral("the comparison did not end"));
    if (!panel->report()) return failed(QStringLiteral("there is no report"));
    if (panel->verdict().isEmpty() || panel->verdict().startsWith(QLatin1String("too few"))) return failed(QStringLiteral("the report has no verdict: %1").arg(panel->verdict()));
    const auto& r = *panel->report();
    return {panel->verdict(), QStringLiteral("%1, %2, %3 sections, %4 + %5 runs").arg(q(r.scenario), q(r.kind)).arg(r.sections.size()).arg(r.sections.front().a.runs.size()).arg(r.sections.front().b.runs.size()), {}};
  }

  Found exported() {
    command(QStringLiteral("go.export"));
    settle();
    auto* panel = this->panel<panels::exporting::ExportPanel>("export");
    panel->set_service(QStringLiteral("orders"));
    panel->set_folder(work_ + QStringLiteral("/orders-export"));
    if (!command(QStringLiteral("export.plan"))) return failed(QStringLiteral("the command export.plan is not enabled"));
    if (!wait_until([&] { return !panel->is_busy(); }, 120) || !panel->plan()) return failed(QStringLiteral("there is no plan: %1").arg(task_error()));
    const auto files = panel->plan()->files.size(), exchanges = panel->plan()->exchanges;
    if (exchanges < 20) return failed(QStringLiteral("only %1 exchanges were recorded").arg(exchanges));
    if (!command(QStringLiteral("export.write"))) return failed(QStringLiteral("the command export.write is not enabled"));
    if (!wait_until([&] { return !panel->is_busy(); }, 120)) return failed(QStringLiteral("writing did not end"));
    for (const auto& f : panel->plan()->files)
      if (!QFileInfo::exists(q(panel->plan()->options.folder + "/" + f.path))) return failed(QStringLiteral("%1 was not written: %2").arg(q(f.path), task_error()));
    QString measured = QStringLiteral("%1 files, %2 exchanges recorded").arg(files).arg(exchanges);
    if (!options_.quick) {
      settle();
      if (!command(QStringLiteral("export.verify"))) return failed(QStringLiteral("the command export.verify is not enabled"));
      if (!wait_until([&] { return !panel->is_busy(); }, 1500)) return failed(QStringLiteral("the verification did not end"));
      const auto* report = panel->report();
      if (!report) return failed(QStringLiteral("nothing was verified: %1").arg(task_error()));
      if (!report->passed()) return failed(QStringLiteral("%1: %2").arg(q(report->steps.back().name), q(report->steps.back().output).right(400)));
      if (report->equal != report->replayed || report->replayed < 20) return failed(QStringLiteral("%1 of %2 replayed exchanges are equal").arg(report->equal).arg(report->replayed));
      measured += QStringLiteral(", built, tests pass, replay %1/%2 equal").arg(report->equal).arg(report->replayed);
    }
    return {measured, q(panel->plan()->options.folder), {}};
  }

  QString task_error() const { return session_.tasks().empty() ? QString() : session_.tasks().front().error; }

  Session& session_;
  MainWindow& window_;
  const TourOptions& options_;
  QString work_, was_rate_, was_burst_;
  int number_ = 0;
};

}  // namespace

int run_tour(int argc, char** argv, const TourOptions& options) {
  std::unique_ptr<QApplication> application;
  if (!QCoreApplication::instance()) {
    if (!has_display()) qputenv("QT_QPA_PLATFORM", "offscreen");
    application = std::make_unique<QApplication>(argc, argv);
  }
  if (!options.shots.empty() && !QDir().mkpath(q(options.shots)))
    return fail(slipway::unavailable(options.shots + ": the folder for pictures cannot be made: choose one you may write to", "NO_FOLDER"));
  QTemporaryDir work;
  if (!work.isValid()) return fail(slipway::unavailable("no temporary folder: " + work.errorString().toStdString() + "; set TMPDIR to a folder you may write to", "NO_FOLDER"));
  work.setAutoRemove(options.quick);  // a whole tour leaves its export behind, to be looked at
  const std::string folder = work.filePath(QStringLiteral("orders-lab")).toStdString();
  if (auto copied = workbench::workspace::copy_sample(options.sample, folder); !copied.ok()) return fail(copied.error());
  workbench::host::HostOptions host_options;
  host_options.keep_ports = false;
  host_options.record = true;
  auto host = workbench::host::Host::open(folder, host_options);
  if (!host.ok()) return fail(host.error());
  if (!options.broken.empty())
    if (auto stopped = (*host)->stop(options.broken); !stopped.ok()) return fail(stopped.error());
  install_theme(!options.light);
  auto session = Session::live(std::move(*host));
  bool good = false;
  {
    MainWindow window(session.get(), {});
    window.resize(options.width, options.height);
    window.show();
    good = Tour(*session, window, options, work.path()).run();
    window.hide();
  }
  session.reset();
  return good ? kDone : kNotHeld;
}

}  // namespace app
