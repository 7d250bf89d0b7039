#include "panels/export/verify_view.h"

#include <QPainter>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/cell_rows.h"
#include "panels/kit/plots/style.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"

namespace panels::exporting {

using kit::Token;
using kit::Type;
using workbench::exporter::VerifyReport;
using workbench::exporter::VerifyStep;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

const QStringList& step_names() {
  static const QStringList names{QStringLiteral("configure"), QStringLiteral("build"), QStringLiteral("tests"), QStringLiteral("install"), QStringLiteral("start"), QStringLiteral("replay")};
  return names;
}

QString last_line(const QString& output) {
  const QStringList lines = output.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
  // The replay's JSON line is for programs.
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    if (!line->startsWith(QLatin1Char('{'))) return line->trimmed();
  return {};
}

}  // namespace

// The steps as parts of one bar, each as wide as it took.
class StepBar : public QWidget {
 public:
  explicit StepBar(QWidget* parent = nullptr) : QWidget(parent) { setFixedHeight(8); }
  void set(std::vector<std::pair<double, bool>> steps, bool running) {
    steps_ = std::move(steps), running_ = running;
    update();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const auto& style = kit::plots::current_style();
    QPainter painter(this);
    painter.fillRect(rect(), style.bg3);
    double all = 0, x = 0;
    for (const auto& [took, passed] : steps_) all += took;
    if (all <= 0) return;
    const double room = running_ ? width() * 0.92 : width();
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const double wide = room * steps_[i].first / all;
      const QColor ink = !steps_[i].second ? style.err : kit::plots::blend(style.series[0], style.bg1, i % 2 ? 0.45 : 0.8);
      painter.fillRect(QRectF(x, 0, std::max(1.0, wide - 1), height()), ink);
      x += wide;
    }
  }

 private:
  std::vector<std::pair<double, bool>> steps_;
  bool running_ = false;
};

// Equal, masked and different cases as parts of one bar.
class ReplayBar : public QWidget {
 public:
  explicit ReplayBar(QWidget* parent = nullptr) : QWidget(parent) { setFixedHeight(8); }
  void set(std::size_t equal, std::size_t masked, std::size_t different) {
    equal_ = equal, masked_ = masked, different_ = different;
    setAccessibleName(VerifyView::tr("%1 equal, %2 masked, %3 different").arg(equal).arg(masked).arg(different));
    update();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const auto& style = kit::plots::current_style();
    QPainter painter(this);
    painter.fillRect(rect(), style.bg3);
    const double all = static_cast<double>(std::max<std::size_t>(1, equal_ + masked_ + different_));
    double x = 0;
    for (const auto& [count, ink] : {std::pair{equal_, style.ok}, {masked_, style.warn}, {different_, style.err}}) {
      const double wide = width() * static_cast<double>(count) / all;
      if (count > 0) painter.fillRect(QRectF(x, 0, std::max(2.0, wide), height()), ink);
      x += wide;
    }
  }

 private:
  std::size_t equal_ = 0, masked_ = 0, different_ = 0;
};

QString progress_of(const QString& line) {
  static const QRegularExpression ninja(QStringLiteral("^\\[(\\d+)/(\\d+)\\]")), ctest(QStringLiteral("^\\s*(\\d+)/(\\d+) Test"));
  for (const auto& pattern : {ninja, ctest})
    if (const auto match = pattern.match(line); match.hasMatch()) return VerifyView::tr("%1 of %2").arg(match.captured(1), match.captured(2));
  return {};
}

VerifyView::VerifyView(QWidget* parent) : QWidget(parent) {
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(0);
  auto* left = new QVBoxLayout;
  left->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(12, 8, 12, 8);
  head->setSpacing(8);
  head->addWidget(kit::label(tr("Verify"), Type::Strong));
  passed_ = new kit::Tag({});
  head->addWidget(passed_);
  head->addStretch(1);
  total_ = kit::label({}, Type::Mono, Token::Tx2);
  head->addWidget(total_);
  left->addLayout(head);
  bar_ = new StepBar;
  bar_->setAccessibleName(tr("Time of each step"));
  auto* bar_pad = new QHBoxLayout;
  bar_pad->setContentsMargins(12, 0, 12, 4);
  bar_pad->addWidget(bar_);
  left->addLayout(bar_pad);
  step_rows_ = new kit::CellRows({{QString(), 40}, {tr("Step"), 108}, {tr("Result"), 0}, {tr("Took"), 84, Qt::AlignRight}}, this);
  steps_ = new kit::TableView(tr("Steps of the verification"), kit::size::kRowDense);
  steps_->setModel(step_rows_);
  left->addWidget(steps_, 1);
  connect(steps_, &kit::TableView::key_selected, this, [this](const QString& key) {
    if (!report_) return;
    for (const VerifyStep& s : report_->steps)
      if (text(s.name) == key) {
        log_->setPlainText(text(s.output));
        if (key != QLatin1String("replay") || report_->operations.empty()) show_part(1);
        else show_part(0);
      }
  });
  auto* upright = new QFrame;
  upright->setFrameShape(QFrame::VLine);
  upright->setProperty("hairline", true);
  upright->setFixedWidth(1);
  auto* right = new QVBoxLayout;
  right->setContentsMargins(0, 8, 0, 0);
  right->setSpacing(0);
  auto* rh = new QHBoxLayout;
  rh->setContentsMargins(12, 0, 12, 8);
  rh->addWidget(kit::label(tr("Replay, here against the export"), Type::Strong));
  replay_words_ = kit::label({}, Type::Caption, Token::Tx2);
  replay_words_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  rh->addWidget(replay_words_, 1);
  right->addLayout(rh);
  replay_ = new ReplayBar;
  auto* replay_pad = new QHBoxLayout;
  replay_pad->setContentsMargins(12, 0, 12, 4);
  replay_pad->addWidget(replay_);
  right->addLayout(replay_pad);
  parts_ = new kit::TabStrip(tr("Replay or output"));
  parts_->add(tr("Operations"));
  parts_->add(tr("Output"));
  right->addWidget(parts_);
  right->addWidget(kit::hairline());
  operation_rows_ = new kit::CellRows({{tr("Replayed operation"), 0}, {tr("Cases"), 72, Qt::AlignRight}, {tr("Equal"), 72, Qt::AlignRight}, {tr("Different"), 84, Qt::AlignRight}}, this);
  operations_ = new kit::TableView(tr("Replay by operation"), kit::size::kRowDense);
  operations_->setModel(operation_rows_);
  operations_->set_empty_text(tr("Recorded exchanges are sent to the exported binary; each operation gets a row here."));
  log_ = new QPlainTextEdit;
  log_->setAccessibleName(tr("Output of the steps"));
  log_->setReadOnly(true);
  log_->setMaximumBlockCount(5000);
  log_->setFrameShape(QFrame::NoFrame);
  log_->setFont(kit::theme().font(Type::Dense));
  log_->setLineWrapMode(QPlainTextEdit::NoWrap);
  log_->setPlaceholderText(tr("What the compiler, the tests and the replay say stands here."));
  pages_ = new QStackedWidget;
  pages_->addWidget(operations_);
  pages_->addWidget(log_);
  right->addWidget(pages_, 1);
  connect(parts_, &kit::TabStrip::changed, pages_, &QStackedWidget::setCurrentIndex);
  line->addLayout(left, 1);
  line->addWidget(upright);
  line->addLayout(right, 1);
  ticking_ = new QTimer(this);
  ticking_->setInterval(200);
  connect(ticking_, &QTimer::timeout, this, [this] { show_steps(); });
  show_steps();
}

void VerifyView::show_part(int part) {
  parts_->set_current(part);
  pages_->setCurrentIndex(part);
}

void VerifyView::begin() {
  report_.reset();
  log_->clear();
  ended_.clear();
  running_.clear(), progress_.clear();
  busy_ = true;
  whole_clock_.start();
  ticking_->start();
  operation_rows_->set_rows({});
  show_part(1);
  show_steps();
}

void VerifyView::end() {
  busy_ = false;
  running_.clear(), progress_.clear();
  ticking_->stop();
  show_steps();
}

void VerifyView::clear(bool written) {
  report_.reset();
  written_ = written;
  operation_rows_->set_rows({});
  show_steps();
}

void VerifyView::add_output(const std::string& step, const std::string& line) {
  const QString name = text(step);
  if (busy_ && running_ != name) {
    if (!running_.isEmpty()) ended_.emplace_back(running_, step_clock_.elapsed());
    running_ = name, progress_.clear();
    step_clock_.start();
    show_steps();
  }
  if (line.empty()) return;
  const QString said = text(line);
  if (const QString progress = progress_of(said); !progress.isEmpty()) progress_ = progress;
  log_->appendPlainText(said);
}

void VerifyView::show_report(const VerifyReport& report) {
  report_ = report;
  std::vector<kit::CellRow> rows;
  for (const auto& o : report.operations) {
    const QString name = text(o.name);
    kit::Cell what = kit::Cell::plain(name.section(QLatin1Char(' '), 1));
    what.text = QStringLiteral("%1  %2").arg(name.section(QLatin1Char(' '), 0, 0), name.section(QLatin1Char(' '), 1));
    const std::size_t different = o.cases - o.equal;
    rows.push_back({name, {what, kit::Cell::number(QString::number(o.cases), static_cast<qulonglong>(o.cases)), kit::Cell::number(QString::number(o.equal), static_cast<qulonglong>(o.equal)), kit::Cell::number(QString::number(different), static_cast<qulonglong>(different), different > 0 ? Token::Err : Token::Tx2)}, different > 0 ? kit::theme().tint(Token::Err, 0.08) : QColor()});
  }
  if (!rows.empty()) {
    kit::Cell all = kit::Cell::plain(tr("All"));
    all.strong = true;
    rows.push_back({QStringLiteral("all"), {all, kit::Cell::number(QString::number(report.replayed)), kit::Cell::number(QString::number(report.equal)), kit::Cell::number(QString::number(report.different), static_cast<qulonglong>(report.different), report.different > 0 ? Token::Err : Token::Tx2)}, {}});
  }
  operation_rows_->set_rows(std::move(rows));
  QStringList said;
  for (const auto& d : report.differences) said << text(d);
  if (!said.isEmpty()) log_->setPlainText(said.join(QLatin1Char('\n')));
  // What went wrong is what one wants to read; else the table.
  show_part(!report.operations.empty() && report.differences.empty() ? 0 : 1);
  if (!report.passed() && report.differences.empty() && !report.steps.empty()) log_->setPlainText(text(report.steps.back().output));
  show_steps();
}

QString VerifyView::step_words(const QString& step) const {
  for (const auto& row : step_rows_->rows())
    if (row.key == step) return row.cells[2].text;
  return {};
}

void VerifyView::show_steps() {
  std::vector<kit::CellRow> rows;
  std::vector<std::pair<double, bool>> parts;
  const auto row = [&rows](const QString& key, const QString& icon, Token ink, const QString& result, const QString& took) {
    kit::Cell mark;
    mark.kind = kit::Cell::Kind::Icon;
    mark.icon = icon, mark.icon_token = ink;
    mark.text = result;
    rows.push_back({key, {mark, kit::Cell::plain(key), kit::Cell::plain(result, Token::Tx2), kit::Cell::number(took)}, {}});
  };
  const auto seconds = [](double ms) { return kit::plots::duration_text(ms * 1e6); };
  QStringList known;
  double total_ms = 0;
  if (report_)
    for (const VerifyStep& s : report_->steps) {
      known << text(s.name);
      const QString said = s.name == "replay" && report_->replayed > 0 ? tr("%1 replayed, %2 equal").arg(report_->replayed).arg(report_->equal) : last_line(text(s.output));
      row(text(s.name), s.passed ? QStringLiteral("check-circle") : QStringLiteral("error"), s.passed ? Token::Ok : Token::Err, said.isEmpty() ? s.passed ? tr("done") : tr("failed") : said, kit::plots::duration_text(static_cast<double>(s.took_ns)));
      parts.emplace_back(static_cast<double>(s.took_ns) / 1e6, s.passed);
      total_ms += parts.back().first;
    }
  else
    for (const auto& [name, ms] : ended_) {
      known << name;
      row(name, QStringLiteral("check-circle"), Token::Ok, tr("done"), seconds(static_cast<double>(ms)));
      parts.emplace_back(static_cast<double>(ms), true);
    }
  if (busy_ && !running_.isEmpty() && !known.contains(running_)) {
    known << running_;
    row(running_, QStringLiteral("refresh"), Token::Acc, progress_.isEmpty() ? tr("running") : tr("running, %1").arg(progress_), seconds(static_cast<double>(step_clock_.elapsed())));
    parts.emplace_back(static_cast<double>(step_clock_.elapsed()), true);
  }
  for (const QString& name : step_names())
    if (!known.contains(name)) row(name, QStringLiteral("minus"), Token::Tx3, report_ ? tr("not reached") : QString(), {});
  step_rows_->set_rows(std::move(rows));
  bar_->set(std::move(parts), busy_);
  total_->setText(busy_ ? seconds(static_cast<double>(whole_clock_.elapsed())) : report_ ? seconds(total_ms) : QString());
  kit::TagSpec tag;
  tag.tinted = true;
  if (!report_) {
    tag.text = busy_ ? tr("running") : written_ ? tr("written, not verified") : tr("not run"), tag.token = busy_ ? Token::Acc : Token::Tx2;
  } else {
    tag.text = report_->passed() ? tr("all green") : tr("failed"), tag.token = report_->passed() ? Token::Ok : Token::Err;
    tag.icon = report_->passed() ? QStringLiteral("check") : QStringLiteral("error");
  }
  passed_->set(tag);
  replay_->set(report_ ? report_->equal : 0, report_ ? report_->masked : 0, report_ ? report_->different : 0);
  replay_words_->setText(report_ ? tr("%1 replayed: %2 equal, %3 masked, %4 different").arg(report_->replayed).arg(report_->equal).arg(report_->masked).arg(report_->different) : tr("recorded exchanges, sent to the exported binary"));
}

}  // namespace panels::exporting
