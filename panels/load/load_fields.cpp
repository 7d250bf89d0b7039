#include "panels/load/load_fields.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <cmath>

#include "panels/kit/widgets.h"
#include "panels/load/load_plots.h"

namespace panels::load {

using kit::Token;
using kit::Type;
using workbench::traffic::Arrivals;
using workbench::traffic::LoadOptions;

namespace {
QString text(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

LoadFields::LoadFields(QWidget* parent) : QWidget(parent) {
  auto* line = new QHBoxLayout(this);
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
  mode_->setToolTip(tr("Rate: an open loop, requests are due whatever the replies do. Users: a closed loop, each sends one after another."));
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
  setFocusProxy(target_);
  connect(mode_, &kit::Segments::changed, this, [this](int i) { set_open_loop(i == 0); });
  connect(rate_, &QSpinBox::valueChanged, this, [this](int rate) {
    QSignalBlocker quiet(slider_);
    slider_->setValue(slider_of_rate(rate));
    if (!loading_) Q_EMIT rate_changed(rate);
  });
  connect(slider_, &QSlider::valueChanged, this, [this](int at) {
    // Two digits are as many as a hand on a slider means.
    const double rate = rate_of_slider(at), step = std::pow(10, std::floor(std::log10(rate)) - 1);
    QSignalBlocker quiet(rate_);
    rate_->setValue(static_cast<int>(std::lround(rate / step) * step));
    if (!loading_) Q_EMIT rate_changed(rate_->value());
  });
}

void LoadFields::set_requests(const std::vector<workbench::traffic::SavedRequest>& requests) {
  QStringList ids, now;
  for (const auto& r : requests)
    if (r.method != "GRPC") ids << text(r.id);
  for (int i = 0; i < target_->count(); ++i) now << target_->itemData(i).toString();
  if (ids == now) return;
  const QString chosen = target();
  target_->clear();
  for (const auto& r : requests)
    if (r.method != "GRPC") target_->addItem(text(r.folder.empty() ? r.name : r.folder + " / " + r.name), text(r.id));
  set_target(chosen);
  if (!chosen.isEmpty()) return;
  // What does something is the better beginning.
  for (const auto& r : requests)
    if (r.method == "POST" && r.folder != "checks") return set_target(text(r.id));
}

void LoadFields::set_target(const QString& id) {
  if (const int at = target_->findData(id); at >= 0) target_->setCurrentIndex(at);
}

QString LoadFields::target() const { return target_->currentData().toString(); }
double LoadFields::rate_per_s() const { return rate_->value(); }
void LoadFields::set_rate_per_s(double rate) { rate_->setValue(static_cast<int>(std::lround(std::max(1.0, rate)))); }

void LoadFields::set_duration_s(int seconds) {
  int at = length_->findData(seconds);
  if (at < 0) {
    for (at = 0; at < length_->count() && length_->itemData(at).toInt() < seconds;) ++at;
    length_->insertItem(at, tr("%1 s").arg(seconds), seconds);
  }
  length_->setCurrentIndex(at);
}

void LoadFields::set_options(const LoadOptions& o) {
  loading_ = true;
  set_target(text(o.request.id));
  set_open_loop(o.rate_per_s.has_value());
  if (o.rate_per_s) set_rate_per_s(*o.rate_per_s);
  users_->setValue(o.users);
  arrivals_->setCurrentIndex(o.arrivals == Arrivals::Poisson);
  set_duration_s(static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(o.duration).count()));
  loading_ = false;
}

void LoadFields::fill(LoadOptions& o) const {
  o.rate_per_s.reset();
  if (is_open_loop()) o.rate_per_s = rate_->value();
  o.users = users_->value();
  o.duration = std::chrono::seconds(length_->currentData().toInt());
  o.arrivals = arrivals_->currentIndex() == 1 ? Arrivals::Poisson : Arrivals::Constant;
}

void LoadFields::set_open_loop(bool on) {
  mode_->set_current(on ? 0 : 1);
  rate_pages_->setCurrentIndex(on ? 0 : 1);
  arrivals_->setEnabled(on && target_->isEnabled());
}

bool LoadFields::is_open_loop() const { return mode_->current() == 0; }

void LoadFields::set_running(bool on) {
  for (QWidget* w : {static_cast<QWidget*>(target_), static_cast<QWidget*>(mode_), static_cast<QWidget*>(length_), static_cast<QWidget*>(users_)}) w->setEnabled(!on);
  arrivals_->setEnabled(!on && is_open_loop());
}

QVariantMap LoadFields::save_state() const {
  return {{QStringLiteral("target"), target_->currentData()}, {QStringLiteral("rate"), rate_->value()}, {QStringLiteral("users"), users_->value()}, {QStringLiteral("mode"), mode_->current()},
          {QStringLiteral("length"), length_->currentData()}, {QStringLiteral("arrivals"), arrivals_->currentIndex()}};
}

void LoadFields::restore_state(const QVariantMap& state) {
  loading_ = true;
  set_rate_per_s(state.value(QStringLiteral("rate"), 500).toInt());
  users_->setValue(state.value(QStringLiteral("users"), 16).toInt());
  set_open_loop(state.value(QStringLiteral("mode")).toInt() == 0);
  set_duration_s(std::max(5, state.value(QStringLiteral("length"), 10).toInt()));
  arrivals_->setCurrentIndex(state.value(QStringLiteral("arrivals")).toInt());
  set_target(state.value(QStringLiteral("target")).toString());
  loading_ = false;
}

}  // namespace panels::load
