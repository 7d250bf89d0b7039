#include "panels/load/load_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <cmath>

#include "panels/kit/cell_rows.h"
#include "panels/kit/icons.h"
#include "panels/kit/plots/compare_plots.h"
#include "panels/kit/plots/time_stack.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"
#include "panels/load/load_live.h"
#include "panels/load/load_plots.h"

namespace panels::load {

using kit::Selection;
using kit::Token;
using kit::Type;
using workbench::traffic::LoadOptions;
using workbench::traffic::LoadProgress;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }
QString ms(std::int64_t ns) { return kit::plots::in_unit(static_cast<double>(ns), {"ms", 1e6}); }

}  // namespace

LoadPanel::LoadPanel(kit::Session* session, QWidget* parent) : Panel(session, parent) {
  setAccessibleName(tr("Load"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  sheet_ = new kit::Sheet;
  sheet_->set_title(tr("Load"));
  state_ = new kit::Tag({});
  sheet_->header_layout()->insertWidget(1, state_);
  auto* copy = kit::button(tr("Copy"), QStringLiteral("copy"));
  auto* menu = new QMenu(copy);
  menu->addAction(tr("Charts as table"), this, [this] { QApplication::clipboard()->setText(charts_->as_table()); });
  menu->addAction(tr("Charts as image"), this, [this] { QApplication::clipboard()->setPixmap(charts_->grab()); });
  menu->addAction(tr("Percentiles as table"), this, [this] { QApplication::clipboard()->setText(percentiles_->as_tsv()); });
  copy->setMenu(menu);
  sheet_->add_tool(copy);
  start_ = kit::primary_button(tr("Start"), QStringLiteral("play"), QStringLiteral("Ctrl+Enter"));
  connect(start_, &QPushButton::clicked, this, [this] { start_or_stop(); });
  sheet_->add_tool(start_);
  banner_ = new kit::Banner;
  sheet_->body()->addWidget(banner_);
  sheet_->body()->addWidget(build_fields());
  sheet_->body()->addWidget(kit::hairline());
  pages_ = new QStackedWidget;
  auto* shown = new QWidget;
  auto* column = new QVBoxLayout(shown);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(build_kpis());
  column->addWidget(kit::hairline());
  column->addWidget(build_slos());
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
  spectrum_ = new kit::plots::SpectrumPlot;
  right->addWidget(spectrum_, 3);
  percentile_rows_ = new kit::CellRows({{tr("ms"), 0}, {tr("intended"), 92, Qt::AlignRight}, {tr("service"), 92, Qt::AlignRight}}, this);
  percentiles_ = new kit::TableView(tr("Percentiles of the run"), kit::size::kRow);
  percentiles_->setModel(percentile_rows_);
  percentiles_->setFixedHeight(28 + 5 * 26 + 8);
  right->addWidget(percentiles_);
  right->addStretch(1);
  split->addLayout(right, 34);
  column->addLayout(split, 1);
  pages_->addWidget(shown);
  auto* empty = new kit::EmptyState(QStringLiteral("gauge"), tr("Traffic against one saved request, timed from when each was due."));
  empty->set_action(tr("Run 5 s at 500 /s"), [this] {
    length_->setCurrentIndex(0);
    mode_->set_current(0);
    rate_->setValue(500);
    start_or_stop();
  });
  pages_->addWidget(empty);
  sheet_->body()->addWidget(pages_, 1);
  all->addWidget(sheet_);
  setFocusProxy(target_);
  rate_later_ = new QTimer(this);
  rate_later_->setSingleShot(true);
  rate_later_->setInterval(60);
  connect(rate_later_, &QTimer::timeout, this, [this] {
    if (running()) set_rate(this->session(), rate_->value());
  });
  connect(charts_, &kit::plots::TimeStack::cellChosen, this, [this](int c, int b) {
    this->session()->select({Selection::Kind::LoadCell, QStringLiteral("%1:%2").arg(c).arg(b), {}});
  });
}

QWidget* LoadPanel::build_fields() {
  auto* box = new QWidget;
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(12, 10, 12, 10);
  line->setSpacing(10);
  const auto field = [line](const QString& name, QWidget* widget) {
    line->addWidget(kit::label(name, Type::Body, Token::Tx2));
    line->addWidget(widget);
  };
  target_ = new QComboBox;
  target_->setAccessibleName(tr("Request to send"));
  target_->setMinimumWidth(140);
  target_->setMaximumWidth(220);
  field(tr("target"), target_);
  mode_ = new kit::Segments(tr("Open or closed loop"));
  mode_->add(tr("Rate"));
  mode_->add(tr("Users"));
  line->addWidget(mode_);
  arrivals_ = new QComboBox;
  arrivals_->setAccessibleName(tr("Arrivals"));
  arrivals_->addItems({tr("Constant"), tr("Poisson")});
  field(tr("arrivals"), arrivals_);
  length_ = new QComboBox;
  length_->setAccessibleName(tr("Duration"));
  for (const int s : {5, 10, 30, 60, 300}) length_->addItem(tr("%1 s").arg(s), s);
  length_->setCurrentIndex(1);
  field(tr("for"), length_);
  line->addStretch(1);
  rate_ = new QSpinBox;
  rate_->setAccessibleName(tr("Rate per second"));
  rate_->setRange(1, 100000);
  rate_->setValue(500);
  rate_->setSuffix(tr(" /s"));
  rate_->setFont(kit::theme().font(Type::Mono));
  rate_->setFixedWidth(104);
  rate_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  slider_ = new QSlider(Qt::Horizontal);
  slider_->setAccessibleName(tr("Rate, 10 to 20 000 per second"));
  slider_->setRange(0, 1000);
  slider_->setPageStep(50);
  slider_->setMinimumWidth(120);
  slider_->setMaximumWidth(200);
  slider_->setValue(slider_of_rate(500));
  auto* open = new QWidget;
  auto* ol = new QHBoxLayout(open);
  ol->setContentsMargins(0, 0, 0, 0);
  ol->addWidget(kit::label(tr("rate"), Type::Body, Token::Tx2));
  ol->addWidget(rate_);
  ol->addWidget(slider_, 1);
  users_ = new QSpinBox;
  users_->setAccessibleName(tr("Users, each sending one after another"));
  users_->setRange(1, 10000);
  users_->setValue(16);
  users_->setSuffix(tr(" users"));
  users_->setFont(kit::theme().font(Type::Mono));
  users_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  auto* closed = new QWidget;
  auto* cl = new QHBoxLayout(closed);
  cl->setContentsMargins(0, 0, 0, 0);
  cl->addStretch(1);
  cl->addWidget(users_);
  rate_pages_ = new QStackedWidget;
  rate_pages_->addWidget(open);
  rate_pages_->addWidget(closed);
  rate_pages_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  line->addWidget(rate_pages_, 2);
  connect(mode_, &kit::Segments::changed, this, [this](int i) {
    rate_pages_->setCurrentIndex(i);
    arrivals_->setEnabled(i == 0);
  });
  connect(rate_, &QSpinBox::valueChanged, this, [this](int rate) {
    QSignalBlocker quiet(slider_);
    slider_->setValue(slider_of_rate(rate));
    field_changed();
  });
  connect(slider_, &QSlider::valueChanged, this, [this](int at) {
    // Two digits are as many as a hand on a slider means.
    const double rate = rate_of_slider(at), step = std::pow(10, std::floor(std::log10(rate)) - 1);
    QSignalBlocker quiet(rate_);
    rate_->setValue(static_cast<int>(std::lround(rate / step) * step));
    field_changed();
  });
  return box;
}

QWidget* LoadPanel::build_kpis() {
  auto* box = new QWidget;
  box->setFixedHeight(80);
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(0);
  const QStringList names{tr("Done"), tr("In flight"), tr("Errors"), tr("p50, whole run"), tr("p99, whole run"), tr("p99.9, whole run")};
  for (int i = 0; i < names.size(); ++i) {
    if (i > 0) {
      auto* bar = new QFrame;
      bar->setFrameShape(QFrame::VLine);
      bar->setProperty("hairline", true);
      bar->setFixedWidth(1);
      line->addWidget(bar);
    }
    auto* cell = new QWidget;
    auto* column = new QVBoxLayout(cell);
    column->setContentsMargins(12, 8, 8, 8);
    column->setSpacing(0);
    Kpi kpi{kit::label(names[i], Type::Caption, Token::Tx2), kit::label({}, Type::Kpi), kit::label({}, Type::Dense, Token::Tx2)};
    for (QLabel* l : {kpi.caption, kpi.value, kpi.note}) {
      l->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
      column->addWidget(l);
    }
    kpi.value->setTextFormat(Qt::RichText);
    kpi.value->setAccessibleName(names[i]);
    kpis_.push_back(kpi);
    line->addWidget(cell, 1);
  }
  return box;
}

QWidget* LoadPanel::build_slos() {
  auto* box = new QWidget;
  box->setFixedHeight(40);
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(12, 0, 12, 0);
  line->setSpacing(8);
  line->addWidget(kit::label(tr("SLO"), Type::Caption, Token::Tx2));
  chips_ = new QHBoxLayout;
  chips_->setSpacing(8);
  line->addLayout(chips_);
  slo_ = new QLineEdit(QStringLiteral("p99<20ms, errors<1%"));
  slo_->setAccessibleName(tr("Objectives, separated by commas"));
  slo_->setPlaceholderText(tr("p99<20ms, errors<1%, rate>450"));
  slo_->setFont(kit::theme().font(Type::Dense));
  slo_->setMinimumWidth(160);
  slo_->setMaximumWidth(300);
  line->addWidget(slo_, 1);
  line->addStretch(1);
  slo_note_ = kit::label({}, Type::Caption, Token::Tx2);
  line->addWidget(slo_note_);
  return box;
}

kit::PanelInfo LoadPanel::info() const { return {QStringLiteral("load"), tr("Load"), QStringLiteral("gauge"), kit::Group::Prove, QStringLiteral("9")}; }

std::vector<kit::Command> LoadPanel::commands() {
  return {{QStringLiteral("load.start"), tr("Start or stop the load"), QStringLiteral("play"), QStringLiteral("Ctrl+Return"), [this] { start_or_stop(); }, {}, {}},
          {QStringLiteral("load.faster"), tr("Double the rate"), QStringLiteral("arrow-up"), {}, [this] { set_rate_per_s(rate_per_s() * 2); }, {}, {}},
          {QStringLiteral("load.slower"), tr("Halve the rate"), QStringLiteral("arrow-down"), {}, [this] { set_rate_per_s(rate_per_s() / 2); }, {}, {}},
          {QStringLiteral("load.hottest"), tr("Go to the slowest cell of the heat map"), QStringLiteral("target"), {}, [this] {
             charts_->set_cell(-1, -1);
             charts_->setFocus();
             QKeyEvent key(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier);
             QCoreApplication::sendEvent(charts_, &key);
           }, [this] { return session()->views().load.progress != nullptr; }, {}}};
}

bool LoadPanel::running() const { return session()->views().load.running; }
double LoadPanel::rate_per_s() const { return rate_->value(); }
void LoadPanel::set_rate_per_s(double rate) { rate_->setValue(static_cast<int>(std::lround(std::max(1.0, rate)))); }
void LoadPanel::set_duration_s(int seconds) {
  int at = length_->findData(seconds);
  if (at < 0) {
    for (at = 0; at < length_->count() && length_->itemData(at).toInt() < seconds;) ++at;
    length_->insertItem(at, tr("%1 s").arg(seconds), seconds);
  }
  length_->setCurrentIndex(at);
}
void LoadPanel::field_changed() {
  if (!loading_ && running()) rate_later_->start();
}

void LoadPanel::set_target(const QString& id) {
  const int at = target_->findData(id);
  if (at >= 0) target_->setCurrentIndex(at);
}

LoadOptions LoadPanel::options() const {
  LoadOptions o;
  for (const auto& r : session()->views().requests)
    if (text(r.id) == target_->currentData().toString()) o.request = r;
  if (mode_->current() == 0) o.rate_per_s = rate_->value();
  o.users = users_->value();
  o.duration = std::chrono::seconds(length_->currentData().toInt());
  o.arrivals = arrivals_->currentIndex() == 1 ? workbench::traffic::Arrivals::Poisson : workbench::traffic::Arrivals::Constant;
  for (const QString& part : slo_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) o.slos.push_back(part.trimmed().toStdString());
  return o;
}

void LoadPanel::start_or_stop() {
  if (running()) return stop_load(session());
  if (starting_) return;
  const LoadOptions wanted = options();
  if (wanted.request.url.empty()) return banner_->show_warning(tr("Choose a saved request as the target first."), tr("Open Requests"), [this] { session()->open(QStringLiteral("requests")); });
  starting_ = true;
  wall_ns_ = 0;
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

void LoadPanel::refresh() {
  const auto& views = session()->views();
  loading_ = true;
  QStringList ids;
  for (const auto& r : views.requests) ids << text(r.id);
  QStringList now;
  for (int i = 0; i < target_->count(); ++i) now << target_->itemData(i).toString();
  if (ids != now) {
    const QString chosen = target_->currentData().toString();
    target_->clear();
    for (const auto& r : views.requests) target_->addItem(text(r.folder.empty() ? r.name : r.folder + " / " + r.name), text(r.id));
    set_target(chosen);
    if (chosen.isEmpty())
      for (const auto& r : views.requests)
        if (r.method == "POST" && r.folder != "checks") {
          set_target(text(r.id));
          break;
        }
    if (!session()->is_live() && views.load.progress) {
      // A picture shows the fields of its run.
      const auto& o = views.load.options;
      set_target(text(o.request.id));
      rate_->setValue(static_cast<int>(o.rate_per_s.value_or(500)));
      arrivals_->setCurrentIndex(o.arrivals == workbench::traffic::Arrivals::Poisson);
      length_->setCurrentIndex(std::max(0, length_->findData(static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(o.duration).count()))));
    }
  }
  loading_ = false;
  const auto& progress = views.load.progress;
  const bool on = running();
  target_->setEnabled(!on);
  mode_->setEnabled(!on);
  length_->setEnabled(!on);
  arrivals_->setEnabled(!on && mode_->current() == 0);
  kit::TagSpec tag;
  tag.tinted = true;
  tag.dot = true;
  if (starting_ && !on) tag.text = tr("starting"), tag.token = Token::Acc;
  else if (on) tag.text = tr("running"), tag.token = Token::Acc;
  else if (!progress) tag.text = tr("idle"), tag.token = Token::Tx2;
  else
    switch (progress->state) {
      case LoadProgress::State::Failed: tag.text = tr("failed"), tag.token = Token::Err; break;
      case LoadProgress::State::Cancelled: tag.text = tr("stopped"), tag.token = Token::Warn; break;
      default: tag.text = tr("done"), tag.token = Token::Ok; break;
    }
  state_->set(tag);
  const double length = std::chrono::duration<double>(progress ? views.load.options.duration : slipway::Duration{}).count();
  start_->setText(on ? tr("Stop  %1 s of %2").arg(progress ? progress->elapsed_s : 0, 0, 'f', 1).arg(length) : tr("Start"));
  start_->setIcon(kit::icon(on ? QStringLiteral("stop") : QStringLiteral("play"), Token::OnAcc));
  start_->setEnabled(!starting_);
  sheet_->set_caption(views.load.options.request.id.empty() ? QString() : text(views.load.options.request.id));
  pages_->setCurrentIndex(progress || starting_ ? 0 : 1);
  if (!progress) return;
  if (!progress->error.empty()) banner_->show_error(text(progress->error));
  if (on || wall_ns_ == 0) wall_ns_ = on || !session()->is_live() ? session()->now_ns() - static_cast<std::int64_t>(progress->elapsed_s * 1e9) : wall_ns_;
  charts_->set_data(charts_of(*progress, length, wall_ns_, views.history, kit::plots::current_style()));
  show_figures();
  show_slos();
  show_percentiles();
  show_honesty();
}

void LoadPanel::show_figures() {
  const LoadProgress& p = *session()->views().load.progress;
  const auto set = [this](std::size_t i, const QString& value, const QString& unit, const QString& note) {
    kpis_[i].value->setText(QStringLiteral("%1 <span style='font-size:12px; font-weight:400'>%2</span>").arg(value, unit));
    kpis_[i].value->setAccessibleDescription(value + QLatin1Char(' ') + unit);
    kpis_[i].note->setText(note);
  };
  // The last whole second says what is now.
  double done = 0;
  const std::size_t n = p.slices.size();
  for (std::size_t i = n > 5 ? n - 5 : 0; i + 1 < n; ++i) done += p.slices[i].done;
  set(0, kit::plots::grouped(static_cast<std::uint64_t>(n > 4 ? done : p.achieved_rate_per_s)), tr("/s"), p.target_rate_per_s > 0 ? tr("offered %1").arg(kit::plots::grouped(static_cast<std::uint64_t>(p.target_rate_per_s))) : tr("closed loop"));
  set(1, QString::number(p.in_flight), {}, tr("%1 dropped").arg(p.dropped));
  set(2, QString::number(p.requests > 0 ? 100.0 * static_cast<double>(p.errors) / static_cast<double>(p.requests) : 0, 'f', 2), QStringLiteral("%"), tr("%1 of %2").arg(kit::plots::grouped(p.errors), kit::plots::grouped(p.requests)));
  set(3, ms(p.response_ns.p50), tr("ms"), tr("service %1").arg(ms(p.service_ns.p50)));
  set(4, ms(p.response_ns.p99), tr("ms"), tr("service %1").arg(ms(p.service_ns.p99)));
  set(5, ms(p.response_ns.p99_9), tr("ms"), tr("service %1").arg(ms(p.service_ns.p99_9)));
}

void LoadPanel::show_slos() {
  const LoadProgress& p = *session()->views().load.progress;
  while (QLayoutItem* item = chips_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (const auto& slo : p.slos) {
    kit::TagSpec tag;
    tag.text = QStringLiteral("%1  %2").arg(text(slo.text), text(slo.found));
    tag.tinted = true;
    tag.token = slo.held ? Token::Ok : Token::Warn;
    tag.icon = slo.held ? QStringLiteral("check") : QStringLiteral("warning");
    auto* chip = new kit::Tag(tag);
    chip->setAccessibleName(tr("%1: %2, found %3").arg(text(slo.text), slo.held ? tr("held") : tr("not held"), text(slo.found)));
    chips_->addWidget(chip);
  }
  slo_->setVisible(!running());
  slo_note_->setText(p.slos.empty() ? QString() : tr("Judged over the whole run"));
}

void LoadPanel::show_percentiles() {
  const LoadProgress& p = *session()->views().load.progress;
  spectrum_->set_data(spectrum_of(p, kit::plots::current_style()));
  const auto row = [](const QString& name, std::int64_t response, std::int64_t service) {
    return kit::CellRow{name, {kit::Cell::plain(name), kit::Cell::number(ms(response), static_cast<qlonglong>(response)), kit::Cell::number(ms(service), static_cast<qlonglong>(service), Token::Tx2)}, {}};
  };
  percentile_rows_->set_rows({row(QStringLiteral("p50"), p.response_ns.p50, p.service_ns.p50), row(QStringLiteral("p90"), p.response_ns.p90, p.service_ns.p90),
                              row(QStringLiteral("p99"), p.response_ns.p99, p.service_ns.p99), row(QStringLiteral("p99.9"), p.response_ns.p99_9, p.service_ns.p99_9),
                              row(QStringLiteral("max"), p.response_ns.max, p.service_ns.max)});
}

void LoadPanel::show_honesty() {
  const LoadProgress& p = *session()->views().load.progress;
  if (p.error.empty() && (p.generator_limited || !p.honesty.empty()))
    banner_->show_warning((p.generator_limited ? tr("The generator, not the service, was the limit. ") : QString()) + text(p.honesty));
  QString left = p.honesty.empty() ? tr("On schedule, largest lag <b>%1</b>").arg(kit::plots::duration_text(static_cast<double>(p.lag_max_ns)))
                                   : tr("Behind schedule, largest lag <b>%1</b>").arg(kit::plots::duration_text(static_cast<double>(p.lag_max_ns)));
  left += tr(" &nbsp;&nbsp; The generator shares this machine: <b>%1</b> of one core").arg(kit::plots::percent_text(p.generator_cpu, 0));
  QStringList kinds;
  for (const auto& [kind, count] : p.errors_by_kind) kinds << QStringLiteral("%1 %2").arg(kit::plots::grouped(count), text(kind));
  QString right = tr("<b>%1</b> sent, <b>%2</b> dropped").arg(kit::plots::grouped(p.sent), kit::plots::grouped(p.dropped));
  right += kinds.isEmpty() ? tr(", every request timed from its intended start") : tr(", errors: %1").arg(kinds.join(QStringLiteral(", ")).toHtmlEscaped());
  sheet_->set_footer(left, right);
}

QWidget* LoadPanel::make_inspector(const Selection& selection, QWidget* parent) {
  const auto& progress = session()->views().load.progress;
  if (selection.kind != Selection::Kind::LoadCell || !progress) return nullptr;
  const ChartScale scale = scale_of(*progress, std::chrono::duration<double>(session()->views().load.options.duration).count());
  const CellView cell = cell_of(*progress, scale, selection.id.section(QLatin1Char(':'), 0, 0).toInt(), selection.id.section(QLatin1Char(':'), 1, 1).toInt());
  const QString range = cell.open_above ? tr("%1 and above").arg(kit::plots::duration_text(static_cast<double>(cell.low_ns))) : tr("%1 to %2").arg(ms(cell.low_ns), kit::plots::duration_text(static_cast<double>(cell.high_ns)));
  const QString when = wall_ns_ > 0 ? QDateTime::fromMSecsSinceEpoch(wall_ns_ / 1'000'000 + static_cast<qint64>(cell.from_s * 1000)).toString(QStringLiteral("HH:mm:ss")) : tr("second %1").arg(cell.from_s);
  auto* view = new kit::InspectorView(QStringLiteral("grid"), tr("Heat map cell"), QStringLiteral("%1, %2").arg(when, range), parent);
  view->add_section(tr("Cell"));
  view->add_row(tr("Second"), when);
  view->add_row(tr("Latency"), range);
  view->add_row(tr("Requests"), tr("%1 of %2").arg(kit::plots::grouped(cell.count), kit::plots::grouped(cell.of)));
  std::vector<workbench::recorder::TracePtr> kept;
  for (const auto& t : session()->views().traces)
    if (std::find(cell.traces.begin(), cell.traces.end(), t->id) != cell.traces.end()) kept.push_back(t);
  if (!kept.empty()) {
    // Who took longest in each: what these requests share.
    std::map<std::string, int> slowest;
    for (const auto& t : kept) {
      const workbench::recorder::TraceSpan* worst = nullptr;
      for (const auto& span : t->spans)
        if (!worst || span.self_ns > worst->self_ns) worst = &span;
      if (worst) ++slowest[worst->instance.empty() ? worst->service : worst->instance];
    }
    view->add_section(tr("Where these requests spent their time"));
    for (const auto& [who, count] : slowest) view->add_row(text(who), tr("%1 of %2").arg(count).arg(kept.size()));
  }
  view->add_section(tr("Exemplar traces"), tr("%1 kept").arg(cell.traces.size()));
  if (cell.traces.empty()) view->add_text(cell.count == 0 ? tr("No request fell into this cell.") : tr("None of these was kept. The slowest of every second and band are; sampling decides about the rest."));
  for (std::size_t i = 0; i < cell.traces.size() && i < 8; ++i) {
    const QString id = text(cell.traces[i]);
    view->add_link(tr("trace"), id.left(8), [session = QPointer<kit::Session>(session()), id] {
      if (session) session->open(QStringLiteral("traces"), {Selection::Kind::Trace, id, {}});
    });
  }
  if (!cell.traces.empty()) {
    auto* open = kit::button(tr("Open in Traces"), QStringLiteral("trace"));
    connect(open, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session()), id = text(cell.traces.front())] {
      if (session) session->open(QStringLiteral("traces"), {Selection::Kind::Trace, id, {}});
    });
    view->add_action(open);
  }
  auto* compare = kit::button(tr("Compare"), QStringLiteral("compare"));
  connect(compare, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session())] {
    if (session) session->open(QStringLiteral("compare"));
  });
  view->add_action(compare);
  return view;
}

void LoadPanel::reveal(const Selection& selection) {
  if (selection.kind == Selection::Kind::Request) refresh(), set_target(selection.id);
  if (selection.kind == Selection::Kind::LoadCell) charts_->set_cell(selection.id.section(QLatin1Char(':'), 0, 0).toInt(), selection.id.section(QLatin1Char(':'), 1, 1).toInt());
}

QVariantMap LoadPanel::save_state() const {
  return {{QStringLiteral("target"), target_->currentData()}, {QStringLiteral("rate"), rate_->value()}, {QStringLiteral("users"), users_->value()}, {QStringLiteral("mode"), mode_->current()},
          {QStringLiteral("length"), length_->currentIndex()}, {QStringLiteral("arrivals"), arrivals_->currentIndex()}, {QStringLiteral("slo"), slo_->text()}};
}

void LoadPanel::restore_state(const QVariantMap& state) {
  if (state.isEmpty()) return;
  rate_->setValue(state.value(QStringLiteral("rate"), 500).toInt());
  users_->setValue(state.value(QStringLiteral("users"), 16).toInt());
  mode_->set_current(state.value(QStringLiteral("mode")).toInt());
  rate_pages_->setCurrentIndex(mode_->current());
  length_->setCurrentIndex(state.value(QStringLiteral("length"), 1).toInt());
  arrivals_->setCurrentIndex(state.value(QStringLiteral("arrivals")).toInt());
  slo_->setText(state.value(QStringLiteral("slo"), slo_->text()).toString());
  if (target_->count() == 0) refresh();
  set_target(state.value(QStringLiteral("target")).toString());
}

}  // namespace panels::load
