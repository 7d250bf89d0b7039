#include "panels/load/load_figures.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"

namespace panels::load {

using kit::Token;
using kit::Type;
using workbench::traffic::LoadProgress;

QString ms_text(std::int64_t ns) { return kit::plots::in_unit(static_cast<double>(ns), {"ms", 1e6}); }

LoadFigures::LoadFigures(QWidget* parent) : QWidget(parent) {
  setFixedHeight(80);
  auto* line = new QHBoxLayout(this);
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
    auto* caption = kit::label(names[i], Type::Caption, Token::Tx2);
    const Figure figure{kit::label({}, Type::Kpi), kit::label({}, Type::Dense, Token::Tx2)};
    for (QLabel* l : {caption, figure.value, figure.note}) {
      l->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
      column->addWidget(l);
    }
    figure.value->setTextFormat(Qt::RichText);
    figure.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    figure.value->setAccessibleName(names[i]);
    figures_.push_back(figure);
    line->addWidget(cell, 1);
  }
}

void LoadFigures::show_run(const LoadProgress& p, bool running) {
  const auto set = [this](std::size_t i, const QString& value, const QString& unit, const QString& note) {
    figures_[i].value->setText(QStringLiteral("%1 <span style='font-size:12px; font-weight:400'>%2</span>").arg(value, unit));
    figures_[i].value->setAccessibleDescription(value + QLatin1Char(' ') + unit);
    figures_[i].note->setText(note);
  };
  // While it runs the last whole second says what is now; afterwards the whole run speaks.
  double done = 0;
  const std::size_t n = p.slices.size();
  for (std::size_t i = n > 5 ? n - 5 : 0; i + 1 < n; ++i) done += p.slices[i].done;
  const double rate = running && n > 4 ? done : p.achieved_rate_per_s;
  set(0, kit::plots::grouped(static_cast<std::uint64_t>(rate + 0.5)), tr("/s"), p.target_rate_per_s > 0 ? tr("offered %1 /s").arg(kit::plots::grouped(static_cast<std::uint64_t>(p.target_rate_per_s))) : tr("closed loop"));
  set(1, QString::number(p.in_flight), {}, p.capped > 0 ? tr("%1 found no connection").arg(kit::plots::grouped(p.capped)) : tr("%1 dropped").arg(kit::plots::grouped(p.dropped)));
  set(2, QString::number(p.requests > 0 ? 100.0 * static_cast<double>(p.errors) / static_cast<double>(p.requests) : 0, 'f', 2), QStringLiteral("%"), tr("%1 of %2").arg(kit::plots::grouped(p.errors), kit::plots::grouped(p.requests)));
  set(3, ms_text(p.response_ns.p50), tr("ms"), tr("service %1 ms").arg(ms_text(p.service_ns.p50)));
  set(4, ms_text(p.response_ns.p99), tr("ms"), tr("service %1 ms").arg(ms_text(p.service_ns.p99)));
  set(5, ms_text(p.response_ns.p99_9), tr("ms"), tr("service %1 ms").arg(ms_text(p.service_ns.p99_9)));
}

LoadObjectives::LoadObjectives(QWidget* parent) : QWidget(parent) {
  setFixedHeight(40);
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(12, 0, 12, 0);
  line->setSpacing(8);
  line->addWidget(kit::label(tr("SLO"), Type::Caption, Token::Tx2));
  chips_ = new QHBoxLayout;
  chips_->setSpacing(8);
  line->addLayout(chips_);
  edit_ = new QLineEdit(QStringLiteral("p99<20ms, errors<1%"));
  edit_->setAccessibleName(tr("Objectives, separated by commas"));
  edit_->setPlaceholderText(tr("p99<20ms, errors<1%, rate>450"));
  edit_->setFont(kit::theme().font(Type::Dense));
  edit_->setMinimumWidth(160);
  edit_->setMaximumWidth(300);
  line->addWidget(edit_, 1);
  line->addStretch(1);
  note_ = kit::label({}, Type::Caption, Token::Tx2);
  line->addWidget(note_);
}

void LoadObjectives::show_run(const LoadProgress& p, bool running) {
  while (QLayoutItem* item = chips_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (const auto& slo : p.slos) {
    const QString rule = QString::fromStdString(slo.text), found = QString::fromStdString(slo.found);
    kit::TagSpec tag;
    tag.text = QStringLiteral("%1  %2").arg(rule, found);
    tag.tinted = true;
    tag.token = slo.held ? Token::Ok : Token::Warn;
    tag.icon = slo.held ? QStringLiteral("check") : QStringLiteral("warning");
    auto* chip = new kit::Tag(tag);
    chip->setAccessibleName(tr("%1: %2, found %3").arg(rule, slo.held ? tr("held") : tr("not held"), found));
    chips_->addWidget(chip);
  }
  edit_->setVisible(!running);
  note_->setText(p.slos.empty() ? QString() : tr("Judged over the whole run"));
}

std::vector<std::string> LoadObjectives::rules() const {
  std::vector<std::string> all;
  for (const QString& part : edit_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) all.push_back(part.trimmed().toStdString());
  return all;
}

}  // namespace panels::load
