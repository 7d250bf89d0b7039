#include "panels/load/load_panel.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "panels/kit/cell_rows.h"
#include "panels/kit/chart_actions.h"
#include "panels/kit/icons.h"
#include "panels/kit/plots/compare_plots.h"
#include "panels/kit/plots/time_stack.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"
#include "panels/load/cell_inspector.h"
#include "panels/load/load_fields.h"
#include "panels/load/load_figures.h"
#include "panels/load/load_live.h"
#include "panels/load/load_plots.h"
#include "panels/load/run_list.h"

namespace panels::load {

using kit::Selection;
using kit::Token;
using kit::Type;
using workbench::traffic::Limit;
using workbench::traffic::LoadOptions;
using workbench::traffic::LoadProgress;
using workbench::traffic::SavedRun;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

}  // namespace

LoadPanel::LoadPanel(kit::Session* session, QWidget* parent) : Panel(session, parent) {
  setAccessibleName(tr("Load"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  sheet_ = new kit::Sheet;
  sheet_->set_title(tr("Load"));
  state_ = new kit::Tag({});
  sheet_->header_layout()->insertWidget(1, state_);
  back_ = kit::button(tr("Back to the latest"), QStringLiteral("arrow-left"));
  back_->hide();
  connect(back_, &QPushButton::clicked, this, [this] { show_latest(); });
  sheet_->add_tool(back_);
  auto* copy = kit::button(tr("Copy"), QStringLiteral("copy"));
  sheet_->add_tool(copy);
  start_ = kit::primary_button(tr("Start"), QStringLiteral("play"), QStringLiteral("Ctrl+Enter"));
  connect(start_, &QPushButton::clicked, this, [this] { start_or_stop(); });
  sheet_->add_tool(start_);
  banner_ = new kit::Banner;
  sheet_->body()->addWidget(banner_);
  fields_ = new LoadFields;
  sheet_->body()->addWidget(fields_);
  sheet_->body()->addWidget(kit::hairline());
  pages_ = new QStackedWidget;
  pages_->addWidget(build_run());
  auto* empty = new kit::EmptyState(QStringLiteral("gauge"), tr("Traffic against one saved request, timed from when each was due."));
  empty->set_action(tr("Run 5 s at 500 /s"), [this] {
    fields_->set_duration_s(5);
    fields_->set_open_loop(true);
    fields_->set_rate_per_s(500);
    start_or_stop();
  });
  pages_->addWidget(empty);
  auto* none = new kit::EmptyState(QStringLiteral("send"), tr("Load fires a saved request, and this workspace has none."));
  none->set_action(tr("Make a request"), [this] { this->session()->open(QStringLiteral("requests")); });
  pages_->addWidget(none);
  sheet_->body()->addWidget(pages_, 1);
  all->addWidget(sheet_);
  setFocusProxy(fields_);
  auto* menu = new QMenu(copy);
  auto* of_charts = menu->addMenu(tr("Charts over time"));
  kit::add_chart_actions(of_charts, charts_, [this] { return charts_->as_table(); });
  auto* of_spectrum = menu->addMenu(tr("Percentiles"));
  kit::add_chart_actions(of_spectrum, spectrum_, [this] { return spectrum_->as_table(); });
  auto* of_runs = menu->addMenu(tr("Kept runs"));
  kit::add_chart_actions(of_runs, runs_, [this] { return runs_->table()->as_tsv(); });
  copy->setMenu(menu);
  rate_later_ = new QTimer(this);
  rate_later_->setSingleShot(true);
  rate_later_->setInterval(60);
  connect(rate_later_, &QTimer::timeout, this, [this] {
    if (running()) set_rate(this->session(), fields_->rate_per_s());
  });
  connect(fields_, &LoadFields::rate_changed, this, [this] {
    if (running()) rate_later_->start();
  });
  connect(charts_, &kit::plots::TimeStack::cellChosen, this, [this](int c, int b) {
    this->session()->select({Selection::Kind::LoadCell, QStringLiteral("%1:%2").arg(c).arg(b), {}});
  });
  connect(runs_, &RunList::opened, this, [this](const QString& id) { open_past(id); });
  connect(runs_, &RunList::compared, this, [this](const QString& a, const QString& b) { compare_two(a, b); });
  connect(runs_, &RunList::starred, this, [this](const QString& id, bool on) { star_run(this->session(), id, on); });
}

QWidget* LoadPanel::build_run() {
  auto* shown = new QWidget;
  auto* column = new QVBoxLayout(shown);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  figures_ = new LoadFigures;
  column->addWidget(figures_);
  column->addWidget(kit::hairline());
  objectives_ = new LoadObjectives;
  column->addWidget(objectives_);
  column->addWidget(kit::hairline());
  auto* split = new QHBoxLayout;
  split->setSpacing(0);
  charts_ = new kit::plots::TimeStack;
  charts_->setAccessibleName(tr("Latency heat map, throughput, in flight and errors over time"));
  charts_->set_right_margin(88);
  auto* chart_pad = new QVBoxLayout;
  chart_pad->setContentsMargins(0, 8, 0, 4);
  chart_pad->addWidget(charts_);
  split->addLayout(chart_pad, 66);
  auto* bar = new QFrame;
  bar->setFixedWidth(1);
  bar->setProperty("hairline", true);
  bar->setFrameShape(QFrame::VLine);
  split->addWidget(bar);
  auto* right = new QVBoxLayout;
  right->setContentsMargins(0, 8, 0, 0);
  right->setSpacing(4);
  spectrum_ = new kit::plots::SpectrumPlot;
  spectrum_->setAccessibleName(tr("Percentiles of the run"));
  right->addWidget(spectrum_, 4);
  percentile_rows_ = new kit::CellRows({{tr("ms"), 0}, {tr("intended"), 92, Qt::AlignRight}, {tr("service"), 92, Qt::AlignRight}}, this);
  percentiles_ = new kit::TableView(tr("Percentiles of the run"), kit::size::kRowDense);
  percentiles_->setModel(percentile_rows_);
  difference_rows_ = new kit::CellRows({{tr("Figure"), 0}, {QStringLiteral("A"), 80, Qt::AlignRight}, {QStringLiteral("B"), 80, Qt::AlignRight}, {tr("B to A"), 74, Qt::AlignRight}}, this);
  auto* differences = new kit::TableView(tr("Two runs compared"), kit::size::kRowDense);
  differences->setModel(difference_rows_);
  figures_pages_ = new QStackedWidget;
  figures_pages_->addWidget(percentiles_);
  figures_pages_->addWidget(differences);
  figures_pages_->setFixedHeight(kit::size::kTableHeader + 5 * kit::size::kRowDense + 2);
  right->addWidget(figures_pages_);
  right->addWidget(kit::hairline());
  runs_ = new RunList;
  right->addWidget(runs_, 3);
  split->addLayout(right, 34);
  column->addLayout(split, 1);
  return shown;
}

kit::PanelInfo LoadPanel::info() const { return {QStringLiteral("load"), tr("Load"), QStringLiteral("gauge"), kit::Group::Prove, QStringLiteral("9")}; }

std::vector<kit::Command> LoadPanel::commands() {
  const auto has_run = [this] { return progress() != nullptr; };
  return {{QStringLiteral("load.start"), tr("Start or stop the load"), QStringLiteral("play"), QStringLiteral("Ctrl+Return"), [this] { start_or_stop(); }, {}, {}},
          {QStringLiteral("load.faster"), tr("Double the rate"), QStringLiteral("arrow-up"), {}, [this] { set_rate_per_s(rate_per_s() * 2); }, {}, {}},
          {QStringLiteral("load.slower"), tr("Halve the rate"), QStringLiteral("arrow-down"), {}, [this] { set_rate_per_s(rate_per_s() / 2); }, {}, {}},
          {QStringLiteral("load.hottest"), tr("Go to the slowest cell of the heat map"), QStringLiteral("target"), {}, [this] { charts_->setFocus(), show_slowest_cell(); }, has_run, {}},
          {QStringLiteral("load.compare_last"), tr("Compare the last two load runs"), QStringLiteral("compare"), {}, [this] {
             const auto& runs = session()->views().runs;
             compare_two(text(runs[1].id), text(runs[0].id));
           }, [this] { return session()->views().runs.size() > 1; }, {}},
          {QStringLiteral("load.latest"), tr("Back to the latest load run"), QStringLiteral("arrow-left"), {}, [this] { show_latest(); }, [this] { return past_ || against_; }, {}}};
}

bool LoadPanel::running() const { return session()->views().load.running; }
const LoadProgress* LoadPanel::progress() const { return past_ ? &past_->progress : session()->views().load.progress.get(); }
const LoadOptions& LoadPanel::run_options() const { return past_ ? past_->options : session()->views().load.options; }
double LoadPanel::rate_per_s() const { return fields_->rate_per_s(); }
void LoadPanel::set_rate_per_s(double rate) { fields_->set_rate_per_s(rate); }
void LoadPanel::set_duration_s(int seconds) { fields_->set_duration_s(seconds); }
void LoadPanel::set_target(const QString& id) { fields_->set_target(id); }

LoadOptions LoadPanel::options() const {
  LoadOptions o;
  for (const auto& r : session()->views().requests)
    if (text(r.id) == fields_->target()) o.request = r;
  fields_->fill(o);
  o.slos = objectives_->rules();
  return o;
}

void LoadPanel::start_or_stop() {
  if (running()) return stop_load(session());
  if (starting_) return;
  const LoadOptions wanted = options();
  if (wanted.request.url.empty()) return banner_->show_warning(tr("Choose a saved request as the target first."), tr("Open Requests"), [this] { session()->open(QStringLiteral("requests")); });
  starting_ = true;
  wall_ns_ = 0;
  past_.reset(), against_.reset();
  banner_->clear();
  charts_->set_cell(-1, -1);
  start_load(session(), wanted, [self = QPointer<LoadPanel>(this)](slipway::Result<bool> result) {
    if (!self) return;
    self->starting_ = false;
    if (!result.ok()) self->banner_->show_error(text(result.error().to_string()), tr("Retry"), [self] { self->start_or_stop(); });
    self->refresh();
  });
  refresh();
}

void LoadPanel::show_past(const SavedRun& run) {
  past_ = run;
  against_.reset();
  wall_ns_ = run.summary.started_wall_ns;
  banner_->clear();
  charts_->set_cell(-1, -1);
  refresh();
}

void LoadPanel::show_two(const SavedRun& older, const SavedRun& newer) {
  show_past(newer);
  against_ = older;
  refresh();
}

void LoadPanel::show_latest() {
  past_.reset(), against_.reset();
  wall_ns_ = 0;
  banner_->clear();
  charts_->set_cell(-1, -1);
  refresh();
}

void LoadPanel::open_past(const QString& id) {
  if (past_ && !against_ && text(past_->summary.id) == id) return;
  open_run(session(), id, [self = QPointer<LoadPanel>(this)](slipway::Result<SavedRun> run) {
    if (!self) return;
    if (run.ok()) self->show_past(*run);
    else self->banner_->show_error(text(run.error().to_string()));
  });
}

void LoadPanel::compare_two(const QString& older, const QString& newer) {
  open_run(session(), older, [self = QPointer<LoadPanel>(this), newer](slipway::Result<SavedRun> first) {
    if (!self) return;
    if (!first.ok()) return self->banner_->show_error(text(first.error().to_string()));
    open_run(self->session(), newer, [self, first = *first](slipway::Result<SavedRun> second) {
      if (!self) return;
      if (second.ok()) self->show_two(first, *second);
      else self->banner_->show_error(text(second.error().to_string()));
    });
  });
}

void LoadPanel::refresh() {
  const auto& views = session()->views();
  const bool first = fields_->target().isEmpty();
  fields_->set_requests(views.requests);
  if (first && !session()->is_live() && views.load.progress) {
    // A picture shows the fields of its run.
    fields_->set_options(views.load.options);
  }
  const bool on = running();
  if (on) past_.reset(), against_.reset();   // what runs now is what is looked at
  const LoadProgress* p = progress();
  fields_->set_running(on);
  const double length = p ? std::chrono::duration<double>(run_options().duration).count() : 0;
  show_state();
  start_->setText(on ? tr("Stop  %1 s of %2").arg(p ? p->elapsed_s : 0, 0, 'f', 1).arg(length) : tr("Start"));
  start_->setIcon(kit::icon(on ? QStringLiteral("stop") : QStringLiteral("play"), Token::OnAcc));
  start_->setEnabled(!starting_ && (on || !views.requests.empty()));
  back_->setVisible(past_ && (views.load.progress || against_));
  back_->setText(views.load.progress ? tr("Back to the latest") : tr("Back to one run"));
  runs_->set_runs(views.runs, past_ ? text(past_->summary.id) : QString(), session()->now_ns());
  if (!p && !starting_ && !views.runs.empty() && session()->is_live() && !asked_) {
    // A workspace that was measured before shows its newest run rather than nothing.
    asked_ = true;
    open_past(text(views.runs.front().id));
  }
  pages_->setCurrentIndex(p || starting_ ? 0 : views.requests.empty() ? 2 : 1);
  if (!p) return;
  if (!p->error.empty()) banner_->show_error(text(p->error));
  if (!past_ && (on || wall_ns_ == 0)) wall_ns_ = session()->now_ns() - static_cast<std::int64_t>(p->elapsed_s * 1e9);
  charts_->set_data(charts_of(*p, length, wall_ns_, views.history, kit::plots::current_style()));
  figures_->show_run(*p, on);
  objectives_->show_run(*p, on);
  show_percentiles();
  show_honesty();
}

void LoadPanel::show_state() {
  const LoadProgress* p = progress();
  kit::TagSpec tag;
  tag.tinted = true;
  tag.dot = true;
  if (starting_ && !running()) tag.text = tr("starting"), tag.token = Token::Acc;
  else if (running()) tag.text = p && p->state == LoadProgress::State::Draining ? tr("waiting for the last replies") : tr("running"), tag.token = Token::Acc;
  else if (!p) tag.text = tr("idle"), tag.token = Token::Tx2;
  else if (past_) tag.text = against_ ? tr("two past runs") : tr("past run"), tag.token = Token::Warn;
  else if (p->state == LoadProgress::State::Failed) tag.text = tr("failed"), tag.token = Token::Err;
  else if (p->state == LoadProgress::State::Cancelled) tag.text = tr("stopped"), tag.token = Token::Warn;
  else tag.text = tr("done"), tag.token = Token::Ok;
  state_->set(tag);
  const QString request = text(run_options().request.id);
  if (against_) sheet_->set_caption(tr("A %1, B %2").arg(run_clock(against_->summary.started_wall_ns, session()->now_ns()), run_clock(past_->summary.started_wall_ns, session()->now_ns())));
  else if (past_) sheet_->set_caption(QStringLiteral("%1, %2").arg(request, run_clock(past_->summary.started_wall_ns, session()->now_ns())));
  else sheet_->set_caption(request);
}

void LoadPanel::show_percentiles() {
  const LoadProgress& p = *progress();
  figures_pages_->setCurrentIndex(against_ ? 1 : 0);
  if (against_) {
    spectrum_->set_data(spectrum_of_two(against_->progress, p, kit::plots::current_style()));
    difference_rows_->set_rows(difference_rows(against_->progress, p));
    return;
  }
  spectrum_->set_data(spectrum_of(p, kit::plots::current_style()));
  const auto row = [](const QString& name, std::int64_t response, std::int64_t service) {
    return kit::CellRow{name, {kit::Cell::plain(name), kit::Cell::number(ms_text(response), static_cast<qlonglong>(response)), kit::Cell::number(ms_text(service), static_cast<qlonglong>(service), Token::Tx2)}, {}};
  };
  percentile_rows_->set_rows({row(QStringLiteral("p50"), p.response_ns.p50, p.service_ns.p50), row(QStringLiteral("p90"), p.response_ns.p90, p.service_ns.p90),
                              row(QStringLiteral("p99"), p.response_ns.p99, p.service_ns.p99), row(QStringLiteral("p99.9"), p.response_ns.p99_9, p.service_ns.p99_9),
                              row(QStringLiteral("max"), p.response_ns.max, p.service_ns.max)});
}

void LoadPanel::show_honesty() {
  const LoadProgress& p = *progress();
  if (against_)
    banner_->show_warning(tr("One run of each: what noise alone moves is not known from them. A comparison repeats both sides, interleaved."), tr("Open Compare"), [this] { session()->open(QStringLiteral("compare")); });
  else if (p.error.empty() && !p.honesty.empty())
    banner_->show_warning(text(p.honesty));
  else if (p.error.empty() && running())
    banner_->clear();
  // Behind schedule is said of the generator; what waited for a slow service was on its schedule.
  QString left = (p.generator_limited() ? tr("Behind schedule, largest lag <b>%1</b>") : p.limit == Limit::Service ? tr("Waiting for the service, up to <b>%1</b>") : tr("On schedule, largest lag <b>%1</b>"))
                     .arg(kit::plots::duration_text(static_cast<double>(p.lag_max_ns)));
  left += tr(" &nbsp;&nbsp; The generator shares this machine: <b>%1</b> of one core").arg(kit::plots::percent_text(p.generator_cpu, 0));
  QStringList kinds;
  for (const auto& [kind, count] : p.errors_by_kind) kinds << QStringLiteral("%1 %2").arg(kit::plots::grouped(count), text(kind));
  QString right = tr("<b>%1</b> intended, <b>%2</b> sent, <b>%3</b> dropped").arg(kit::plots::grouped(p.intended), kit::plots::grouped(p.sent), kit::plots::grouped(p.dropped));
  right += kinds.isEmpty() ? tr(", timed from the intended start") : tr(", errors: %1").arg(kinds.join(QStringLiteral(", ")).toHtmlEscaped());
  sheet_->set_footer(left, right);
}

QWidget* LoadPanel::make_inspector(const Selection& selection, QWidget* parent) {
  const LoadProgress* p = progress();
  if (selection.kind != Selection::Kind::LoadCell || !p) return nullptr;
  const ChartScale scale = scale_of(*p, std::chrono::duration<double>(run_options().duration).count());
  const CellView cell = cell_of(*p, scale, selection.id.section(QLatin1Char(':'), 0, 0).toInt(), selection.id.section(QLatin1Char(':'), 1, 1).toInt());
  return make_cell_inspector(session(), cell, wall_ns_, parent);
}

void LoadPanel::show_slowest_cell() {
  charts_->set_cell(-1, -1);
  QKeyEvent key(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier);
  QCoreApplication::sendEvent(charts_, &key);
}

void LoadPanel::show_example() {
  // A narrow window would lay the inspector over the charts.
  if (progress() && window()->width() >= kit::size::kNarrowBelow) show_slowest_cell();
}

void LoadPanel::reveal(const Selection& selection) {
  if (selection.kind == Selection::Kind::Request) refresh(), set_target(selection.id);
  if (selection.kind == Selection::Kind::LoadCell) charts_->set_cell(selection.id.section(QLatin1Char(':'), 0, 0).toInt(), selection.id.section(QLatin1Char(':'), 1, 1).toInt());
}

QVariantMap LoadPanel::save_state() const {
  QVariantMap state = fields_->save_state();
  state.insert(QStringLiteral("slo"), objectives_->edit()->text());
  return state;
}

void LoadPanel::restore_state(const QVariantMap& state) {
  if (state.isEmpty()) return;
  fields_->set_requests(session()->views().requests);
  fields_->restore_state(state);
  objectives_->edit()->setText(state.value(QStringLiteral("slo"), objectives_->edit()->text()).toString());
}

}  // namespace panels::load
